"""Which numbers stand here as the report prints them: such a number is published, whatever it was computed from."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from toe_analysis.published.claims import CLAIMS_NAME, Claim, read_claims
from toe_analysis.survey import Study


def read_any_claims(raw: Path) -> dict[str, Claim]:
    """Return the printed numbers of the report; none where the study has no report."""
    path = raw / CLAIMS_NAME
    return read_claims(path) if path.is_file() else {}


def as_printed(table: pd.DataFrame, claims: Sequence[Claim | None], column: str = "basis") -> pd.DataFrame:
    """Return a table of shares for showing, in which a share that is printed with its count and base is published.

    Only a calibrated share can be: it was made to match. What is kept for later stages stays calibrated, since a number
    that was made to match proves nothing.

    Parameters
    ----------
    table : pandas.DataFrame
        ``count``, ``base`` and a column of bases.
    claims : sequence of Claim or None
        For each row the printed number that it is about, if there is one.
    column : str
        Which holds the bases.

    Examples
    --------
    >>> table = pd.DataFrame({"count": [4, 2], "base": [48, 44], "basis": "calibrated"})
    >>> as_printed(table, [Claim("users", "4", count=4, base=48), None])["basis"].tolist()
    ['published', 'calibrated']
    """
    rows = zip(table["count"], table["base"], table[column], claims, strict=True)
    shown = [
        "published" if basis == "calibrated" and claim and (claim.count, claim.base) == (count, base) else basis
        for count, base, basis, claim in rows
    ]
    return table.assign(**{column: shown})


def claims_of_statuses(study: Study, claims: Mapping[str, Claim], names: Iterable[str]) -> list[Claim | None]:
    """Return the printed number that counts each status, if there is one."""
    named = {one.name: one.claim for one in study.statuses}
    return [claims.get(named.get(name, "")) for name in names]


def claims_of_answers(study: Study, claims: Mapping[str, Claim]) -> dict[tuple[str, str], Claim]:
    """Return the printed numbers that are shares of one answer: by question and option."""
    named = {answer: one.claim for one in study.statuses if len(one.rule) == 1 for answer in one.rule.items()}
    asked = ((study.role(one.role), one) for one in study.headlines if one.option)
    named |= {(question.id, one.option): one.claim for question, one in asked if question}
    return {answer: claims[claim] for answer, claim in named.items() if claim in claims}
