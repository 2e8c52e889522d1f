"""What a finding is, which tables the findings come from, and the table that is kept of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toe_analysis.showing.words import LANGUAGES, say
from toe_analysis.statistics import Interval
from toe_analysis.survey.text_table import read_text_table
from toe_analysis.topics.findings.page import KINDS

#: Made-up answers have no place here, whether they are fixed to a printed number or not.
ALLOWED = ("published", "responses")

#: The only tables of other notebooks that are read, each with the columns that are used of it.
SOURCES = {
    "05_compare_baselines_own": ("measure", "count", "base", "basis"),
    "05_compare_baselines_surface": ("our_count", "our_base", "p_value", "basis"),
    "05_compare_baselines_bridge": ("comparison", "their_share", "lies", "bridged", "bridged_lies", "basis"),
    "05_compare_baselines_grid": ("comparison", "same_function", "basis"),
    "06_code_interviews": ("interview", "toe", "count", "basis"),
    "08_audit_report": ("claim", "arithmetic", "would_fit"),
    "08_audit_report_narratives": ("statement", "carried", "basis"),
    "09_plan_next_wave_range": ("true_share", "their_base", "test", "target", "enough", "tried", "basis"),
}

_COLUMNS = (
    *("finding", "kind"),
    *(f"{told}_{language}" for told in ("asks", "answer", "number") for language in LANGUAGES),
    *("count", "base", "lower", "upper", "confidence", "method", "origin", "basis", "notebook"),
)


@dataclass(frozen=True)
class Finding:
    """One row of the page.

    Parameters
    ----------
    name : str
        Its question stands among the words under ``finding``.
    kind : {"holds", "open", "wrong", "settles"}
    answer, number : dict of str to str
        By language: a sentence, and the number behind it as it is shown.
    notebook : str
        The stage that has more on it.
    basis : {"published", "responses"}
    origin : {"printed", "computed"}
        Whether a published number stands in print itself, or is worked out from such numbers.
    count, base : float
        NaN where there is none.
    interval : Interval or None

    Raises
    ------
    ValueError
        If it rests on made-up answers.
    """

    name: str
    kind: str
    answer: Mapping[str, str]
    number: Mapping[str, str]
    notebook: str
    basis: str = "published"
    origin: str = "computed"
    count: float = float("nan")
    base: float = float("nan")
    interval: Interval | None = None

    def __post_init__(self) -> None:
        if self.basis not in ALLOWED:
            raise ValueError(f"the finding {self.name} must rest on {' or '.join(ALLOWED)}, got {self.basis}")


def read_tables(processed: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of `SOURCES`, by name, without the rows that rest on made-up answers.

    Raises
    ------
    InputError
        If a table is missing or lacks a column.
    """
    tables = {}
    for name, columns in SOURCES.items():
        path = processed / f"{name}.csv"
        read_text_table(path, columns)  # says in one sentence what is wrong with it
        table = pd.read_csv(path, usecols=list(columns), keep_default_na=False, na_values=[""])
        tables[name] = table[table["basis"].isin(ALLOWED)] if "basis" in columns else table
    return tables


def findings_table(findings: Sequence[Finding]) -> pd.DataFrame:
    """Return a row a finding, in the order of `KINDS`.

    Returns
    -------
    pandas.DataFrame
        ``finding``, ``kind``; ``asks``, ``answer`` and ``number`` in each language; ``count``, ``base``, ``lower``,
        ``upper``, ``confidence`` and ``method`` where there are any; ``origin``, ``basis`` and ``notebook``.
    """
    rows = [_row(one) for kind in KINDS for one in findings if one.kind == kind]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def headline_numbers(findings: pd.DataFrame) -> dict[str, object]:
    """Return the names of the findings by kind, and what they rest on."""
    named = findings.groupby("kind", sort=False)["finding"].agg(list).to_dict()
    return named | {"basis": sorted(set(findings["basis"]))}


def _row(one: Finding) -> dict[str, object]:
    limits = one.interval or Interval(float("nan"), float("nan"), float("nan"), "")
    told = {f"asks_{language}": say(f"finding.{one.name}", language) for language in LANGUAGES}
    told |= {f"answer_{language}": one.answer[language] for language in LANGUAGES}
    told |= {f"number_{language}": one.number[language] for language in LANGUAGES}
    return (
        {"finding": one.name, "kind": one.kind}
        | told
        | {"count": one.count, "base": one.base}
        | vars(limits)
        | {"origin": one.origin, "basis": one.basis, "notebook": one.notebook}
    )
