"""The printed numbers of a report as data: reading a claims file and a sums file.

A claims file is a CSV file in UTF-8 with a row a printed number. Required columns:

- ``claim``: a name of its own.
- ``printed``: the text as printed. A percentage is read from it, with its decimals: ``14 (24 %)``, ``8,30 %``.

Optional columns; an empty cell means that nothing is printed or known:

- ``count``, ``base``: whole numbers, what is counted and out of how many.
- ``more_than``: for a word such as "most": the count must be more than this percentage of the base.
- ``largest_base``, ``largest_count``: what is known of a base or count that is not printed.
- ``count_if``, ``base_if``: how the claim is counted in a data file, see `toe_analysis.topics.audit.recounts`.
- ``recompute_from``: ``external`` for a number that belongs to somebody else's data.
- ``section``, ``about``, ``label_en``, ``label_da``, ``missing_en``, ``missing_da``: words for the reader.

A sums file has the columns ``sum`` (a name) and ``equation``: ``users + others = all``, of claims or whole numbers.
Further columns are passed over in both.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.showing.words import LANGUAGES
from toe_analysis.survey.text_table import read_text_table

#: What this study's report prints, in ``data/raw``.
CLAIMS_NAME = "published_claims.csv"

_PERCENTAGE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:%|pct\b|per ?cent\b|procent\b)", re.IGNORECASE)
_NUMBERS = ("count", "base", "more_than", "largest_base", "largest_count")


@dataclass(frozen=True)
class Claim:
    """One printed number.

    Parameters
    ----------
    name, printed : str
        Its name, and the text as printed.
    section : str
        Its place in the report.
    labels, missing : dict of str to str
        By language: a few words on what it is, and what is missing to recompute it.
    percentage : str
        The percentage as printed, with its decimals and mark; empty if there is none.
    count, base : int or None
        As printed.
    more_than : int or None
        The percentage of the base that the count must exceed, for a word such as "most".
    largest_base, largest_count : int or None
        Bounds of what is not printed.
    count_if, base_if, recompute_from : str
        How it is recomputed.
    """

    name: str
    printed: str
    section: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    percentage: str = ""
    count: int | None = None
    base: int | None = None
    more_than: int | None = None
    largest_base: int | None = None
    largest_count: int | None = None
    count_if: str = ""
    base_if: str = ""
    recompute_from: str = ""


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


def percentage_in(text: str) -> str:
    """Return the percentage in a printed text, without its sign; empty if there is none.

    >>> percentage_in("14 (24 %)"), percentage_in("8,30 pct."), percentage_in("en tredjedel")
    ('24', '8,30', '')
    """
    found = _PERCENTAGE.findall(text)
    if len(set(found)) > 1:
        raise ValueError(f"expected one percentage, found {' and '.join(found)}")
    return found[0] if found else ""


def read_claims(path: Path, checks: Path | None = None) -> dict[str, Claim]:
    """Read a claims file.

    Parameters
    ----------
    path : Path
    checks : Path, optional
        A second file with further columns for the same claims, so that what is printed and how it is checked can be
        kept apart.

    Returns
    -------
    dict of str to Claim
        In the order of the file.

    Raises
    ------
    InputError
        If a file cannot be read or lacks a column, a claim stands twice, or a cell is no number, with row and column.
    """
    table = read_text_table(path, ("claim", "printed"))
    rows = dict(_named(table, path, "claim"))
    further = {}
    if checks:
        further = dict(_named(read_text_table(checks, ("claim",)), checks, "claim"))
        for name, (line, _) in further.items():
            if name not in rows:
                raise InputError(
                    f"{checks.name}, row {line}, column claim: expected a claim of {path.name}, found {name!r}"
                )
    claims = {}
    for name, (line, row) in rows.items():
        other_line, other = further.get(name, (line, {}))
        where = dict.fromkeys(row, f"{path.name}, row {line}")
        if checks:
            where |= dict.fromkeys(other, f"{checks.name}, row {other_line}")
        claims[name] = _claim(row | other, where)
    return claims


def printed(claims: Mapping[str, Claim], name: str, what: Literal["count", "percentage"] = "count") -> int | str:
    """Return the count or the percentage that a claim prints.

    Raises
    ------
    InputError
        If there is no such claim, or it prints none.

    Examples
    --------
    >>> printed({"users": Claim("users", "4 (8,3 %)", count=4)}, "users")
    4
    """
    found = getattr(claims.get(name), what, None)
    if found in (None, ""):
        raise InputError(f"{CLAIMS_NAME}: expected a {what} in the row {name}, found none")
    return found


def read_sums(path: Path, claims: Mapping[str, Claim]) -> list[Sum]:
    """Read a sums file, and hold it to the claims that it names.

    Raises
    ------
    InputError
        If an equation cannot be read, or names no claim with a count; with row and column.
    """
    sums = []
    for name, (line, row) in _named(read_text_table(path, ("sum", "equation")), path, "sum"):
        where = f"{path.name}, row {line}, column equation"
        left, equals, right = row["equation"].partition("=")
        terms = tuple(term.strip() for term in left.split("+"))
        if not equals or len(terms) < 2:
            raise InputError(f"{where}: expected an equation like 'users + others = all', found {row['equation']!r}")
        for term in (*terms, right.strip()):
            if not term.isdecimal() and (term not in claims or claims[term].count is None):
                raise InputError(f"{where}: expected a whole number or a claim that has a count, found {term!r}")
        sums.append(Sum(name, row.get("section", ""), terms, right.strip()))
    return sums


def _named(table: pd.DataFrame, path: Path, column: str) -> list[tuple[str, tuple[int, dict[str, str]]]]:
    """Return name, row in the file and cells of every row."""
    found, seen = [], set()
    for line, row in table.to_dict("index").items():
        cells = {name: value.strip() for name, value in row.items()}
        name = cells[column]
        if not name or name in seen:
            expected = f"found {name!r} again" if name else "found nothing"
            raise InputError(f"{path.name}, row {line}, column {column}: expected a name of its own, {expected}")
        seen.add(name)
        found.append((name, (line, cells)))
    if not found:
        raise InputError(f"{path.name}: expected at least one row below the heading, found none")
    return found


def _claim(cells: dict[str, str], where: Mapping[str, str]) -> Claim:
    numbers = {}
    for column in _NUMBERS:
        text = cells.get(column, "")
        if text and not text.isdecimal():
            raise InputError(f"{where[column]}, column {column}: expected a whole number or nothing, found {text!r}")
        numbers[column] = int(text) if text else None
    try:
        percentage = percentage_in(cells["printed"])
    except ValueError as error:
        raise InputError(f"{where['printed']}, column printed: {error}; give each a row of its own") from error
    about = cells.get("about") or cells["claim"]
    return Claim(
        name=cells["claim"],
        printed=cells["printed"],
        section=cells.get("section", ""),
        labels={language: cells.get(f"label_{language}") or about for language in LANGUAGES},
        missing={language: cells.get(f"missing_{language}", "") for language in LANGUAGES},
        percentage=percentage,
        count_if=cells.get("count_if", ""),
        base_if=cells.get("base_if", ""),
        recompute_from=cells.get("recompute_from", ""),
        **numbers,
    )
