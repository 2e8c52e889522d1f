"""The page of findings in one language, as plain text in its parts, and as HTML that loads nothing from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from toe_analysis.showing.words import LANGUAGES, say
from toe_analysis.templates import filled

#: The parts of the page, in their order.
KINDS = ("holds", "open", "wrong", "settles")


@dataclass(frozen=True)
class Row:
    """One finding, as it is read.

    `interval` is in words, and empty if the number has none; `origin` says whether it is printed, worked out or
    counted; `notebook` is the stage that has more on it, and `source` what a reader calls that.
    """

    asks: str
    answer: str
    number: str
    interval: str
    origin: str
    notebook: str
    source: str


#: Headings, each with its rows.
Parts = tuple[tuple[str, tuple[Row, ...]], ...]


@dataclass(frozen=True)
class Page:
    """The whole page: what stands above (``short`` is the answer), the parts with their rows, and what stands below."""

    language: str
    title: str
    short: str
    lead: str
    parts: Parts
    note: str


def page_of(table: pd.DataFrame, study: Mapping[str, object], language: str, confidence: float) -> Page:
    """Return the page of one language; a part without a finding is left out.

    Parameters
    ----------
    table : pandas.DataFrame
        From `toe_analysis.topics.findings.results.findings_table`.
    study : mapping
        Its ``name`` in that language, its ``year``, and the ``stage`` that makes the page.
    language : str
    confidence : float
        Of the intervals.
    """
    has_responses = "responses" in set(table["basis"])
    lead = say("findings.lead_responses", language) if has_responses else say("findings.lead", language)
    return Page(
        language,
        say("findings.title", language),
        in_short(table, language),
        f"{study['name']}, {study['year']}. {lead}",
        parts_of(table, language),
        say("findings.note", language, confidence=confidence, number=_number_of(study["stage"])),
    )


def in_short(table: pd.DataFrame, language: str) -> str:
    """Return the answer that comes before all others; empty where the table of findings does not have it.

    Examples
    --------
    >>> table = pd.DataFrame({"finding": ["users", "expecting"], "count": [4, 32], "base": [48, 48]})
    >>> in_short(table, "en")
    '4 of the 48 firms analysed use AI in production, and 28 that have not tried it expect to.'
    >>> in_short(table.iloc[:1], "en")
    ''
    """
    rows = table.set_index("finding")
    if not {"users", "expecting"} <= set(rows.index):
        return ""
    users, expecting = (int(rows.at[name, "count"]) for name in ("users", "expecting"))
    told = say("findings.short", language, users=users, base=int(rows.at["users", "base"]), expecting=expecting - users)
    if "silent" in rows.index:
        silent = {name: int(rows.at["silent", name]) for name in ("count", "base")}
        told += f" {say('findings.short_silent', language, **silent)}"
    return told


def parts_of(table: pd.DataFrame, language: str) -> Parts:
    """Return the heading and the rows of each part of a table of findings."""
    parts = ((kind, table[table["kind"] == kind].to_dict("records")) for kind in KINDS)
    return tuple(
        (say(f"kind.{kind}", language), tuple(_row(row, language) for row in rows)) for kind, rows in parts if rows
    )


def _row(row: Mapping[str, object], language: str) -> Row:
    interval = ""
    if not pd.isna(row["lower"]):
        interval = say("findings.interval", language, **row)
    published = row["basis"] == "published"
    return Row(
        asks=row[f"asks_{language}"],
        answer=row[f"answer_{language}"],
        number=row[f"number_{language}"],
        interval=interval,
        origin=say(f"origin.{row['origin']}", language) if published else say(f"basis.{row['basis']}", language),
        notebook=row["notebook"],
        source=say("findings.notebook", language, number=_number_of(row["notebook"])),
    )


def _number_of(stage: str) -> int:
    return int(stage.partition("_")[0])


def html_page(page: Page) -> bytes:
    """Return the page as HTML; its notebooks are found from ``figures/en``, its other forms beside it."""
    others = {language: say("site.this_language", language) for language in LANGUAGES if language != page.language}
    return filled("topics/findings/page.html.j2", page=page, others=others).encode()
