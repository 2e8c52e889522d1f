"""The command ``site``: the study as pages that open from disk, with nothing loaded from elsewhere."""

import argparse
import itertools
import re
import shutil
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import jinja2
import pandas as pd
from nbconvert import HTMLExporter

from toe_analysis.errors import InputError
from toe_analysis.paths import Root, write_atomically
from toe_analysis.running.stages import PROCESSED, STAGES, Stage
from toe_analysis.showing.columns import cell, title
from toe_analysis.showing.words import LANGUAGES, say
from toe_analysis.survey import BASES, weakest
from toe_analysis.terminal import DONE, tell

_PAGES = files("toe_analysis.publishing").joinpath("pages")
_DESCRIPTION = "{http://purl.org/dc/elements/1.1/}description"
_TITLE = "{http://www.w3.org/2000/svg}title"

#: The columns of its plotted values that a stage shows as a table too; of all others it offers the file.
_SHOWN = {
    "08_audit_report": (
        *("what", "printed", "arithmetic", "would_fit", "recomputed", "value"),
        *("lower", "upper", "confidence", "method", "why", "basis", "section"),
    )
}


def make_site(project: Path, options: argparse.Namespace) -> int:
    """Write ``build/site`` from the results and the executed notebooks; return the exit code."""
    root = Root.at(project)
    index = write_site(root)
    tell(f"Open {index.relative_to(project).as_posix()} in a browser; it needs no network.")
    return DONE


def write_site(root: Root) -> Path:
    """Write the site of a finished run below its root; return the path of its first page.

    Raises
    ------
    InputError
        If a result or an executed notebook is missing.
    """
    needed = [path for stage in STAGES for path in (*stage.writes, _executed(stage))]
    if missing := [path for path in needed if not (root.path / path).is_file()]:
        raise InputError(f"expected {missing[0]} from a finished run; first run: python run_all.py")
    exporter = HTMLExporter(template_name="notebook", extra_template_basedirs=[str(_PAGES)])
    folder, unfinished = root.path / "build" / "site", root.path / "build" / "site.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    for stage in STAGES:
        for path in stage.writes:
            if target := _place(path):
                write_atomically(unfinished / target, _shown(root.path / path))
        page = _notebook_page(exporter, stage, root.path / _executed(stage))
        write_atomically(unfinished / "notebooks" / f"{stage.name}.html", page.encode())
    for name in ("style.css", "language.js"):
        write_atomically(unfinished / name, _PAGES.joinpath(name).read_bytes())
    write_atomically(unfinished / "index.html", _index(root).encode())
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.replace(folder)
    return folder / "index.html"


def _executed(stage: Stage) -> str:
    return f"build/notebooks/{stage.name}.ipynb"


def _place(path: str) -> str:
    """Return where a result lies in the site; empty for one that is not shown."""
    if path.startswith("figures/"):
        return path
    return f"data/{path.removeprefix(PROCESSED).lstrip('/')}" if path.startswith(PROCESSED) else ""


def _shown(path: Path) -> bytes:
    """Return a result as the site has it: there, a page leads to the pages of the notebooks."""
    content = path.read_bytes()
    return content.replace(b'.ipynb"', b'.html"') if path.suffix == ".html" else content


def _notebook_page(exporter: HTMLExporter, stage: Stage, executed: Path) -> str:
    page = {name: say(f"site.{name}", "en") for name in ("back", "warning", "code", "footer")}
    resources = {"page": page | {"title": stage.question, "back_da": say("site.back", "da")}}
    html, _ = exporter.from_filename(str(executed), resources)
    return _scrollable(html)


def _index(root: Root) -> str:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    template = environment.from_string(_PAGES.joinpath("index.html.j2").read_text(encoding="utf-8"))
    return template.render(both={language: _texts(root, language) for language in LANGUAGES})


def _texts(root: Root, language: str) -> Mapping[str, object]:
    words = ("title", "lead", "warning", "contents", "basis_heading", "plotted", "notebook", "tables", "footer")
    return {name: say(f"site.{name}", language) for name in words} | {
        "bases": [(say(f"basis.{basis}", language), say(f"basis_note.{basis}", language)) for basis in BASES],
        "findings": (say("site.findings", language), _page(language)),
        "sections": [_section(root, stage, language) for stage in STAGES],
    }


def _page(language: str) -> str:
    """Return the page that is made by a stage in this language."""
    written = (path for stage in STAGES for path in stage.writes if path.startswith(f"figures/{language}/"))
    return next(path for path in written if path.endswith(".html"))


def _section(root: Root, stage: Stage, language: str) -> Mapping[str, object]:
    pictures = [path for path in stage.writes if path.startswith(f"figures/{language}/") and path.endswith(".svg")]
    return {
        "name": stage.name,
        "question": say(f"stage.{stage.name}", language),
        "figures": [_figure(root, path, language) for path in pictures],
        "table": _table(root, stage, language),
        "tables": [_place(path).removeprefix("data/") for path in stage.writes if path.startswith(PROCESSED)],
        "notebook": f"notebooks/{stage.name}.html",
    }


def _figure(root: Root, path: str, language: str) -> Mapping[str, str]:
    """Return a figure with the title and the text for readers who cannot see it, which it carries itself."""
    picture = ElementTree.parse(root.path / path).getroot()
    width, height = picture.attrib["viewBox"].split()[2:]
    return {
        "width": f"{float(width):.0f}",
        "height": f"{float(height):.0f}",
        "image": path,
        "data": path.removesuffix(".svg") + ".csv",
        "basis": _basis(root.path / path, language),
        "title": picture.findtext(_TITLE, ""),
        "alternative": picture.findtext(f".//{_DESCRIPTION}", ""),
    }


def _basis(picture: Path, language: str) -> str:
    """Return what the weakest of the plotted values rests on, in words."""
    values = pd.read_csv(picture.with_suffix(".csv"), dtype=str, keep_default_na=False)
    word = say("column.basis", language)
    bases = {say(f"basis.{basis}", language): basis for basis in BASES}
    found = [bases[value] for value in values.get(word, ())]
    return say(f"basis_note.{weakest(found)}", language) if found else ""


def _table(root: Root, stage: Stage, language: str) -> str:
    if stage.name not in _SHOWN:
        return ""
    values = pd.read_csv(root.path / "figures" / language / f"{stage.name}.csv")
    shown = {
        title(name, language): [
            value if isinstance(value, str) else cell(name, value, language)  # words are in that language already
            for value in values[title(name, language)]
        ]
        for name in _SHOWN[stage.name]
    }
    return jinja2.utils.markupsafe.Markup(_scrollable(pd.DataFrame(shown).to_html(index=False, border=0), language))


def _scrollable(html: str, language: str = "en") -> str:
    """Let wide tables scroll by themselves, so that the page does not, also for who has no mouse."""
    number = itertools.count(1)

    def open_region(found: re.Match) -> str:
        is_danish = html.rfind('<details lang="da">', 0, found.start()) > html.rfind("</details>", 0, found.start())
        word = say("site.table", "da" if is_danish else language)
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{word} {next(number)}">{found[0]}'

    opened = re.sub(r"<table\b", open_region, html)
    return opened.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
