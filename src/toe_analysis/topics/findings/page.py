"""The page of findings in one language, as plain text in its parts, and as HTML that loads nothing from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from toe_analysis.showing.words import LANGUAGES, say
from toe_analysis.templates import filled

#: The parts of the page, in their order.
KINDS = ("holds", "open", "wrong", "settles")


#: Headings, each with its rows as `parts_of` tells them.
Parts = tuple[tuple[str, tuple[object, ...]], ...]


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
    '4 of the 48 firms analysed use AI in production, and 28 more expect to.'
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
    """Return the heading and the rows of each part of a table of findings.

    A row has the cells of the table in words: what it ``asks``, its ``answer``, ``number`` and ``interval`` (empty if
    the number has none), and its ``origin``: printed, worked out or counted. ``source`` is what a reader calls the
    ``notebook`` that has more on it.
    """
    rows = table.to_dict("records")
    told = table.rename(columns=lambda name: name.removesuffix(f"_{language}")).assign(
        interval=["" if pd.isna(row["lower"]) else say("findings.interval", language, **row) for row in rows],
        origin=[_origin(row, language) for row in rows],
        source=[say("findings.notebook", language, number=_number_of(row["notebook"])) for row in rows],
    )
    parts = ((kind, tuple(told[told["kind"] == kind].itertuples(index=False))) for kind in KINDS)
    return tuple((say(f"kind.{kind}", language), rows) for kind, rows in parts if rows)


def _origin(row: Mapping[str, object], language: str) -> str:
    return say(f"origin.{row['origin']}" if row["basis"] == "published" else f"basis.{row['basis']}", language)


def _number_of(stage: str) -> int:
    return int(stage.partition("_")[0])


def html_page(page: Page) -> bytes:
    """Return the page as HTML; its notebooks are found from ``figures/en``, its other forms beside it."""
    others = {language: say("site.this_language", language) for language in LANGUAGES if language != page.language}
    return filled("topics/findings/page.html.j2", page=page, others=others).encode()
