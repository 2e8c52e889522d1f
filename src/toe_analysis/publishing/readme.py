"""The README's tables and its picture of the stages, which the site has too; made from stages and results."""

import html
import re
from collections.abc import Mapping
from xml.etree import ElementTree

import pandas as pd

from toe_analysis.csv_table import read_csv_table, with_numbers
from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.publishing.kept import read_kept
from toe_analysis.running.stages import AUDIT, FINDINGS, STAGES, Stage, waits_for
from toe_analysis.showing.words import LANGUAGES, begun, count_of_base, counts_text, say, word
from toe_analysis.topics.findings.page import in_short, parts_of

#: The stages and what flows between them, as the README shows it.
PICTURE = "docs/stages.svg"

#: The figure that shows the answer.
_ANSWER = "figures/en/02_classify_firms.svg"
#: Where a figure says what it shows to who cannot see it.
DESCRIPTION = "{http://purl.org/dc/elements/1.1/}description"
_BLOCK = re.compile(r"(<!-- begin: (\w+)[^>]*-->\n).*?(<!-- end: \2 -->)", re.DOTALL)

#: Of the picture: its measures, where arcs end and where the words begin, and its colours.
_WIDTH, _STEP, _TOP = 760, 46, 16
_EDGE, _WORDS = 118, 132
_INK, _LINE = "#222222", "#0072B2"


def readme_files(root: Root) -> dict[str, bytes]:
    """Return the README with every marked block made anew, and its picture, by their paths in the project.

    Raises
    ------
    InputError
        If a block has a name that nothing fills.
    """

    def block(found: re.Match) -> str:
        if found[2] not in _FILLERS:
            raise InputError(f"README.md: expected a block among {', '.join(_FILLERS)}, found {found[2]!r}")
        fill, source = _FILLERS[found[2]]
        try:
            return f"{found[1]}{fill(root)}\n{found[3]}"
        except (KeyError, ValueError, OSError, ElementTree.ParseError, InputError) as error:
            told = f"{source} is not as its notebook leaves it ({error}); run: python run_all.py"
            raise InputError(told) from error

    text = _BLOCK.sub(block, read_kept(root.path / "README.md"))
    return {"README.md": text.encode(), PICTURE: stages_picture("en").encode()}


def stages_picture(language: str) -> str:
    """Return the stages as SVG: a line each, and an arc from every one to those that read what it left."""
    height = _STEP * len(STAGES) + 2 * _TOP
    place = {stage.name: _TOP + _STEP * (row + 0.5) for row, stage in enumerate(STAGES)}
    arcs = [(other, stage.name) for stage in STAGES for other in sorted(waits_for(stage, STAGES))]
    told = "; ".join(f"{start} → {end}" for start, end in arcs)
    title = say("pipeline.title", language)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-labelledby="pipeline-title pipeline-text" lang="{language}" font-family="sans-serif">',
        f'<title id="pipeline-title">{html.escape(title)}</title>',
        f'<desc id="pipeline-text">{html.escape(told)}</desc>',
        '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{_LINE}"/></marker></defs>',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
        *(_arc(place[start], place[end]) for start, end in arcs),
        *(_stage_line(stage, place[stage.name], language) for stage in STAGES),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _arc(start: float, end: float) -> str:
    """Draw a way from one line to a later one, the further to the left the longer it is."""
    reach = _EDGE - 12 - (end - start) / 4
    return (
        f'<path d="M{_EDGE} {start:g}C{reach:g} {start + 6:g} {reach:g} {end - 6:g} {_EDGE - 2} {end:g}" fill="none" '
        f'stroke="{_LINE}" stroke-width="1.4" marker-end="url(#end)"/>'
    )


def _stage_line(stage: Stage, middle: float, language: str) -> str:
    made = say("pipeline.made", language, tables=len(stage.tables), figures=len(stage.figures(language)))
    return (
        f'<circle cx="{_EDGE}" cy="{middle:g}" r="4" fill="{_INK}"/>'
        f'<text x="{_WORDS}" y="{middle - 3:g}" font-size="16" fill="{_INK}">'
        f'<tspan font-weight="bold">{stage.name[:2]}</tspan> {html.escape(say(f"stage.{stage.name}", language))}</text>'
        f'<text x="{_WORDS}" y="{middle + 15:g}" font-size="13" fill="#595959">{html.escape(made)}</text>'
    )


def read_findings(root: Root) -> pd.DataFrame:
    """Return the table of findings.

    Raises
    ------
    InputError
        If it cannot be read, or a column of it is missing.
    """
    told = [f"{name}_{language}" for name in ("asks", "answer", "number") for language in LANGUAGES]
    columns = ["kind", "origin", "basis", "notebook", "lower", "upper", "confidence", *told]
    return with_numbers(read_csv_table(root.processed / f"{FINDINGS}.csv", columns))


def _claims(root: Root) -> str:
    """Return the claims that an earlier notebook computes or that need attention, and the counts of all verdicts."""
    audited = read_csv_table(root.processed / f"{AUDIT}.csv")
    checks = read_csv_table(root.raw / "claim_checks.csv", ["claim", "count_if", "base_if"]).set_index("claim")
    computed = checks.reindex(audited["claim"], fill_value="")
    lines = ["| the report prints | notebook | arithmetic | computed here |", "|---|---|---|---|"]
    rows = audited.to_dict("records")
    for row, count_if, base_if in zip(rows, computed["count_if"], computed["base_if"], strict=True):
        stage = next((one.name for one in STAGES if count_if.startswith(f"{one.name}/")), AUDIT)
        needs_attention = row["would_fit"] or row["arithmetic"] == "does not fit" or row["recomputed"] == "differs"
        if needs_attention or (stage != AUDIT and not base_if):
            link = f"[`{stage}`](notebooks/{stage}.ipynb)"
            lines.append(f"| {row['what']}: {row['printed']} | {link} | {_arithmetic(row)} | {_found(row)} |")
    verdicts = root.numbers(AUDIT)["verdicts"]
    told = "; ".join(f"{kind}: {counts_text(kind, counts)}" for kind, counts in verdicts.items())
    return "\n".join([*lines, "", f"All {len(audited)} printed numbers: {told}. *Calibrated* is not *reproduced*."])


def _arithmetic(row: Mapping[str, str]) -> str:
    verdict = say(f"arithmetic.{row['arithmetic']}", "en")
    return f"**{verdict}**; would fit: {row['would_fit']}" if row["would_fit"] else verdict


def _found(row: Mapping[str, str]) -> str:
    """Return what the data give as a count or a share with its basis; else the verdict."""
    if not row["count"]:
        return say(f"recomputed.{row['recomputed']}", "en")
    if not row["base"]:
        return f"{float(row['count']):.0f}"
    count, base = (round(float(row[name])) for name in ("count", "base"))
    return f"{count_of_base(count, base, 'en')}, {word(row['basis'], 'en', 'basis')}".replace("\xa0", " ")


def _answer(root: Root) -> str:
    """Return the answer in short, and the figure that shows it with what it says to who cannot see it."""
    shown = ElementTree.parse(root.path / _ANSWER).findtext(f".//{DESCRIPTION}")
    return f"**{in_short(read_findings(root), 'en')}**\n\n![{shown}]({_ANSWER})".replace("\xa0", " ")


def _findings(root: Root) -> str:
    """Return the page of findings as a list, in English, each part below its heading: a table would not fit a phone."""
    lines = [say("findings.lead", "en")]
    for heading, rows in parts_of(read_findings(root), "en"):
        lines += ["", f"**{heading}**", ""]
        for row in rows:
            number = f"**{row.number}**; {row.interval}" if row.interval else f"**{row.number}**"
            source = f"{begun(row.origin)}, [{row.source}](notebooks/{row.notebook}.ipynb)."
            lines.append(f"- {row.asks} {number}. {row.answer} *{source}*".replace("\xa0", " "))
    return "\n".join(lines)


def _stages(root: Root) -> str:
    """Return what each stage asks and leaves behind."""
    rows = ["| stage | question | leaves behind |", "|---|---|---|"]
    for stage in STAGES:
        tables, figures = len(stage.tables), len(stage.figures("en"))
        pages = any(path.endswith(".docx") for path in stage.writes)
        made = f"{tables} table{'s' * (tables != 1)}, "
        made += "pages (HTML, PDF, Word)" if pages else f"{figures} figure{'s' * (figures != 1)}"
        rows.append(f"| [`{stage.name}`]({stage.notebook}) | {say(f'stage.{stage.name}', 'en')} | {made} |")
    return "\n".join(rows)


#: By the name of a block: what fills it, and the result that it is made of.
_FILLERS = {
    "answer": (_answer, _ANSWER),
    "findings": (_findings, f"{FINDINGS}.csv"),
    "stages": (_stages, "running/stages.py"),
    "claims": (_claims, f"{AUDIT}.csv"),
}
