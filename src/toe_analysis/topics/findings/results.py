"""What a finding is, how other notebooks' results are read for it, and the table that is kept of them."""

from collections.abc import Mapping, Sequence

import pandas as pd

from toe_analysis.csv_table import read_csv_table, with_numbers
from toe_analysis.paths import Root
from toe_analysis.showing.sentences import tell
from toe_analysis.showing.words import LANGUAGES, say
from toe_analysis.statistics import Interval
from toe_analysis.topics.findings.page import KINDS

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
