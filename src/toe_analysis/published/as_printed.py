"""Which numbers stand here as the report prints them: such a number is published, whatever it was computed from."""

from collections.abc import Hashable, Mapping
from pathlib import Path

import pandas as pd

from toe_analysis.published.claims import CLAIMS_NAME, Claim, read_claims
from toe_analysis.survey import Study


def read_any_claims(raw: Path) -> dict[str, Claim]:
    """Return the printed numbers of the report; none where the study has no report."""
    path = raw / CLAIMS_NAME
    return read_claims(path) if path.is_file() else {}


def as_printed(
    table: pd.DataFrame, known: Mapping[Hashable, Claim | None], on: str | list[str], column: str = "basis"
) -> pd.DataFrame:
    """Return a table of shares for showing, in which a share that is printed with its count and base is published.

    Only a calibrated share can be: it was made to match. What is kept for later stages stays calibrated, since a number
    that was made to match proves nothing.

    Parameters
    ----------
    table : pandas.DataFrame
        ``count``, ``base`` and a column of bases.
    known : mapping to Claim or None
        The printed numbers, by what a row is about.
    on : str or list of str
        The columns that say what a row is about; several make a tuple.
    column : str
        Which holds the bases.

    Examples
    --------
    >>> table = pd.DataFrame({"status": ["user", "failed"], "count": [4, 2], "base": [48, 44], "basis": "calibrated"})
    >>> as_printed(table, {"user": Claim("users", "4", count=4, base=48)}, on="status")["basis"].tolist()
    ['published', 'calibrated']
    """
    keys = table[on] if isinstance(on, str) else table[on].itertuples(index=False, name=None)
    rows = zip(table["count"], table["base"], table[column], map(known.get, keys), strict=True)
    shown = [
        "published" if basis == "calibrated" and claim and (claim.count, claim.base) == (count, base) else basis
        for count, base, basis, claim in rows
    ]
    return table.assign(**{column: shown})


def claims_of_statuses(study: Study, claims: Mapping[str, Claim]) -> dict[str, Claim]:
    """Return the printed numbers that count a status: by status."""
    return {one.name: claims[one.claim] for one in study.statuses if one.claim in claims}


def claims_of_answers(study: Study, claims: Mapping[str, Claim]) -> dict[tuple[str, str], Claim]:
    """Return the printed numbers that are shares of one answer: by question and option."""
    named = {answer: one.claim for one in study.statuses if len(one.rule) == 1 for answer in one.rule.items()}
    asked = ((study.role(one.role), one) for one in study.headlines if one.option)
    named |= {(question.id, one.option): one.claim for question, one in asked if question}
    return {answer: claims[claim] for answer, claim in named.items() if claim in claims}
