"""What a finding is, and the page of them in one language, as plain text in its parts and as HTML that stands alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from toe_analysis.csv_table import read_csv_table, with_numbers
from toe_analysis.paths import Root
from toe_analysis.showing.sentences import tell
from toe_analysis.showing.words import LANGUAGES, say
from toe_analysis.statistics import Interval
from toe_analysis.templates import filled

#: The parts of the page, in their order.
KINDS = ("holds", "open", "wrong", "settles")

#: Made-up answers have no place here, whether they are fixed to a printed number or not.
ALLOWED = ("published", "responses")

#: A row of the page, by column.
Finding = dict[str, object]

#: Every finding: its part of the page, and the stage that has more on it.
PLACES = {
    "users": ("holds", "05_compare_baselines"),
    "expecting": ("holds", "05_compare_baselines"),
    "answered": ("holds", "01_clean_responses"),
    "coded": ("holds", "06_code_interviews"),
    "arithmetic": ("holds", "08_audit_report"),
    "small": ("open", "05_compare_baselines"),
    "bridge": ("open", "05_compare_baselines"),
    "others": ("open", "05_compare_baselines"),
    "silent": ("open", "05_compare_baselines"),
    "misprint": ("wrong", "08_audit_report"),
    "contradicted": ("wrong", "08_audit_report"),
    "need_small": ("settles", "09_plan_next_wave"),
    "need_users": ("settles", "09_plan_next_wave"),
}

_COLUMNS = (
    *("finding", "kind"),
    *(f"{told}_{language}" for told in ("asks", "answer", "number") for language in LANGUAGES),
    *("count", "base", "lower", "upper", "confidence", "method", "origin", "basis", "notebook"),
)


def finding(
    name: str,
    said: Mapping[str, object],
    number: Mapping[str, str],
    *,
    basis: str = "published",
    origin: str = "computed",
    interval: Interval | None = None,
    **counts: float,
) -> Finding:
    """Return a row of the page, as `findings_table` takes it.

    Parameters
    ----------
    name : str
        One of `PLACES`; its question stands among the words under ``finding``.
    said : mapping
        What the sentence of that name asks for; it is the answer.
    number : mapping of str to str
        By language, the number behind it as it is shown.
    basis : {"published", "responses"}
    origin : {"printed", "computed"}
        Whether a published number stands in print itself, or is worked out from such numbers.
    interval : Interval, optional
    **counts
        ``count`` and ``base``, where there are any.

    Raises
    ------
    ValueError
        If it rests on made-up answers.
    """
    if basis not in ALLOWED:
        raise ValueError(f"the finding {name} must rest on {' or '.join(ALLOWED)}, got {basis}")
    kind, notebook = PLACES[name]
    row = {"finding": name, "kind": kind, "origin": origin, "basis": basis, "notebook": notebook}
    row |= counts | (vars(interval) if interval else {})
    answer = tell("findings", name, **said).markdown
    for language in LANGUAGES:
        row |= {f"asks_{language}": say(f"finding.{name}", language)}
        row |= {f"answer_{language}": answer[language], f"number_{language}": number[language]}
    return row


def read_result(root: Root, name: str) -> pd.DataFrame:
    """Return a table of another notebook without the rows that rest on made-up answers.

    Raises
    ------
    InputError
        If it is missing, or does not say what its rows rest on.
    """
    table = with_numbers(read_csv_table(root.processed / f"{name}.csv", ["basis"]))
    return table[table["basis"].isin(ALLOWED)]


def findings_table(findings: Sequence[Finding]) -> pd.DataFrame:
    """Return a row a `finding`, in the order of `KINDS`.

    Returns
    -------
    pandas.DataFrame
        ``finding``, ``kind``; ``asks``, ``answer`` and ``number`` in each language; ``count``, ``base``, ``lower``,
        ``upper``, ``confidence`` and ``method`` where there are any; ``origin``, ``basis`` and ``notebook``.
    """
    rows = sorted(findings, key=lambda row: KINDS.index(row["kind"]))
    return pd.DataFrame(rows, columns=list(_COLUMNS))


@dataclass(frozen=True)
class Page:
    """The whole page: what stands above (``short`` is the answer), the parts with their rows, and what stands below."""

    language: str
    title: str
    short: str
    lead: str
    parts: tuple[tuple[str, tuple[object, ...]], ...]
    note: str


def page_of(table: pd.DataFrame, study: Mapping[str, object], language: str, confidence: float) -> Page:
    """Return the page of one language; a part without a finding is left out.

    Parameters
    ----------
    table : pandas.DataFrame
        From `findings_table`.
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


def parts_of(table: pd.DataFrame, language: str) -> tuple[tuple[str, tuple[object, ...]], ...]:
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
