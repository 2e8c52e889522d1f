"""The command ``site``: the study as pages in each language that open from disk, with nothing loaded from elsewhere."""

import argparse
import base64
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import nbformat
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from toe_analysis import __version__
from toe_analysis.errors import InputError
from toe_analysis.paths import Root, write_atomically
from toe_analysis.publishing.reading_copies import read_prose, reading_copy
from toe_analysis.publishing.readme import DESCRIPTION, read_findings, stages_picture
from toe_analysis.running.stages import FINDINGS, PROCESSED, STAGES, Stage
from toe_analysis.showing.words import LANGUAGES, say
from toe_analysis.survey import BASES
from toe_analysis.templates import filled, scrollable
from toe_analysis.terminal import DONE, tell
from toe_analysis.topics.findings.page import in_short, parts_of

_PAGES = files("toe_analysis.publishing").joinpath("pages")
_TITLE = "{http://www.w3.org/2000/svg}title"


#: The figures for everybody: the answer first, then as the findings are read, and what is made up last. All others are
#: for who looks into the methods.
_MAIN = (
    *("02_classify_firms", "01_clean_responses_funnel", "06_code_interviews", "05_compare_baselines"),
    *("05_compare_baselines_bridge", "08_audit_report", "09_plan_next_wave_range", "09_plan_next_wave_tipping"),
    *("07_triangulate", "04_size_by_status", "03_describe_toe_overview", "03_describe_toe_technology"),
    *("03_describe_toe_organisation", "03_describe_toe_environment"),
)


def make_site(project: Path, options: argparse.Namespace) -> int:
    """Write ``build/site`` from the results and the executed notebooks; return the exit code."""
    index = write_site(Root.at(project))
    tell(f"Open {index.relative_to(project).as_posix()} in a browser; it needs no network.")
    return DONE


def write_site(root: Root) -> Path:
    """Write the site of a finished run below its root; return the path of its first page.

    Raises
    ------
    InputError
        If a result or an executed notebook is missing.
    """
    needed = [path for stage in STAGES for path in (*stage.writes, stage.executed)]
    if missing := [path for path in needed if not (root.path / path).is_file()]:
        raise InputError(f"expected {missing[0]} from a finished run; first run: python run_all.py")
    folder, unfinished = root.path / "build" / "site", root.path / "build" / "site.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    for path in (path for stage in STAGES for path in stage.writes):
        if target := _place(path):
            write_atomically(unfinished / target, (root.path / path).read_bytes())
    style = _PAGES.joinpath("style.css").read_text(encoding="utf-8") + filled("topics/findings/parts.css.j2")
    write_atomically(unfinished / "style.css", style.encode())
    write_atomically(unfinished / "page.js", _PAGES.joinpath("page.js").read_bytes())
    write_atomically(unfinished / "index.html", _PAGES.joinpath("choose.html").read_bytes())
    for language in LANGUAGES:
        for name, page in _Pages(root, language).all():
            write_atomically(unfinished / language / name, page.encode())
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.replace(folder)
    return folder / "index.html"


def _place(path: str) -> str:
    """Return where a result lies in the site; empty for one that is not shown, as the page that the first one is."""
    if path.startswith("figures/"):
        return "" if path.endswith(".html") else path
    return f"data/{path.removeprefix(PROCESSED).lstrip('/')}" if path.startswith(PROCESSED) else ""


class _Pages:
    """All pages of one language."""

    def __init__(self, root: Root, language: str) -> None:
        self.root, self.language = root, language
        self.say = partial(say, language=language)
        self.exporter = HTMLExporter(template_name="notebook", extra_template_basedirs=[str(_PAGES)])
        self.shared = {
            "language": language,
            "others": {other: say("site.this_language", other) for other in LANGUAGES if other != language},
            "say": self.say,
            "version": __version__,
        }

    def all(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of each page."""
        yield "index.html", self._index()
        yield "figures.html", self._all_figures()
        for before, stage, after in zip((None, *STAGES), STAGES, (*STAGES[1:], None), strict=False):
            yield f"{stage.name}.html", self._notebook(stage, before, after)

    def _index(self) -> str:
        findings = read_findings(self.root)
        return self._page(
            "index",
            title=self.say("site.title"),
            short=in_short(findings, self.language),
            parts=parts_of(findings, self.language),
            notebooks="{}.html",
            confidence=findings["confidence"].max(),
            documents=f"../figures/{self.language}/{FINDINGS}",
            stages=[self._link(stage) for stage in STAGES],
            bases=[self.say(f"basis_note.{basis}") for basis in BASES],
            pipeline=Markup(stages_picture(self.language)),
            tables=[
                _place(path).removeprefix("data/")
                for stage in STAGES
                for path in stage.writes
                if path.startswith(PROCESSED)
            ],
        )

    def _all_figures(self) -> str:
        return self._page(
            "figures",
            title=self.say("site.figures"),
            main_figures=[self.figures[name] for name in _MAIN],
            further_figures=[figure for name, figure in self.figures.items() if name not in _MAIN],
        )

    def _notebook(self, stage: Stage, before: Stage | None, after: Stage | None) -> str:
        executed = nbformat.read(self.root.path / stage.executed, as_version=4)
        prose = read_prose(self.root.path / "notebooks" / self.language / f"{stage.name}.md")
        copy = reading_copy(executed, self.language, prose)
        copy.cells = _with_code_together(copy.cells)
        body, _ = self.exporter.from_notebook_node(copy, {"code_word": self.say("site.code")})
        return self._page(
            "notebook",
            here=stage.name,
            title=self.say(f"stage.{stage.name}"),
            body=Markup(self._with_captions(_folded(scrollable(body, self.say("site.table")), self.say("site.files")))),
            headings=re.findall(r'<h2 id="([^"]+)">(.*?)<a class="anchor-link"', body),
            before=before and self._link(before),
            after=after and self._link(after),
        )

    def _page(self, template: str, *, here: str = "", **values: object) -> str:
        values |= self.shared | {"here": here or template}
        return filled(f"publishing/pages/{template}.html.j2", **values)

    def _link(self, stage: Stage) -> Mapping[str, str]:
        return {"name": stage.name, "question": self.say(f"stage.{stage.name}")}

    @cached_property
    def figures(self) -> dict[str, dict[str, object]]:
        """By name, in the order of the stages."""
        paths = [path for stage in STAGES for path in stage.figures(self.language)]
        return {Path(path).stem: self._figure(path) for path in paths}

    def _figure(self, path: str) -> dict[str, object]:
        """Return a figure as a page shows it: itself within the page, so that it can be drawn as PNG from disk too."""
        content = (self.root.path / path).read_bytes()
        picture = ElementTree.fromstring(content)
        width, height = map(float, picture.attrib["viewBox"].split()[2:])
        return {
            "name": Path(path).stem,
            "path": path,
            "source": f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}",
            "title": picture.findtext(_TITLE, ""),
            "alternative": picture.findtext(f".//{DESCRIPTION}", ""),
            "width": round(width),
            "height": round(height),
        }

    def _with_captions(self, body: str) -> str:
        """Give each figure of a notebook what the page of figures gives it."""
        by_source = {figure["source"]: figure for figure in self.figures.values()}

        def shown(found: re.Match) -> str:
            figure = by_source.get(found[1])
            return self._page("figure", figure=figure) if figure else found[0]

        return re.sub(r'<img [^>]*src="(data:image/svg[^"]+)"[^>]*>', shown, body)


def _with_code_together(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Show code that prints and draws nothing with the cell below it: a reader unfolds one piece and not four."""
    shown: list[NotebookNode] = []
    for cell in cells:
        if cell.cell_type == "code" and shown and shown[-1].cell_type == "code" and not shown[-1].outputs:
            cell.source = f"{shown.pop().source}\n\n{cell.source}"
        shown.append(cell)
    return shown


def _folded(html: str, word: str) -> str:
    """Fold away what a notebook reads and writes."""
    first = r"<p>(?=<strong>(?:Reads|Læser)</strong>)(.*?)</p>"
    return re.sub(first, rf"<details><summary>{word}</summary><p>\1</p></details>", html, count=1, flags=re.DOTALL)
