"""What printed numbers must add up to: reading a file of sums, of this study's report and of any other.

A sums file is a CSV file in UTF-8 with the columns ``sum`` (a name) and ``equation``: ``users + others = all``, of
claims or whole numbers. ``section`` is its place in the report; further columns are passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toe_analysis.csv_table import read_csv_table
from toe_analysis.errors import InputError
from toe_analysis.published.claims import Claim


@dataclass(frozen=True)
class Sum:
    """An equation between printed numbers.

    Parameters
    ----------
    name, section : str
        Its name, and its place in the report.
    terms : tuple of str
        What is added: names of claims, or whole numbers.
    total : str
        What they add up to.
    """

    name: str
    section: str
    terms: tuple[str, ...]
    total: str

    def values(self, claims: Mapping[str, Claim]) -> tuple[tuple[int, ...], int]:
        """Return the numbers that are added, and the printed total."""
        numbers = [int(term) if term.isdecimal() else claims[term].count for term in (*self.terms, self.total)]
        return tuple(numbers[:-1]), numbers[-1]


def read_sums(path: Path, claims: Mapping[str, Claim]) -> list[Sum]:
    """Read a sums file, and hold it to the claims that it names.

    Raises
    ------
    InputError
        If an equation cannot be read, or names no claim with a count or one that is called like a number; with row and
        column.
    """
    sums = []
    for number, row in read_csv_table(path, ("sum", "equation"), key=["sum"]).to_dict("index").items():
        where = f"{path.name}, row {number}, column equation"
        left, equals, right = row["equation"].partition("=")
        terms = tuple(term.strip() for term in left.split("+"))
        if not equals or len(terms) < 2:
            raise InputError(f"{where}: expected an equation like 'users + others = all', found {row['equation']!r}")
        for term in (*terms, right.strip()):
            if term.isdecimal() and term in claims:
                raise InputError(f"{where}: expected a number or a claim, found {term!r}, which is both: rename it")
            if not term.isdecimal() and (term not in claims or claims[term].count is None):
                raise InputError(f"{where}: expected a whole number or a claim that has a count, found {term!r}")
        sums.append(Sum(row["sum"], row.get("section", ""), terms, right.strip()))
    return sums
