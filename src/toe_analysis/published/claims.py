"""The printed numbers of a report, and what they must add up to, as data: reading a claims file and a sums file.

A claims file is a CSV file in UTF-8 with a row a printed number. Required columns:

- ``claim``: a name of its own.
- ``printed``: the text as printed. A percentage is read from it, with its decimals: ``14 (24 %)``, ``8,30 %``; but not
  one that is no exact share: ``under 5 %``, ``8-10 %``, ``-3 %``, ``5 %-point``.

Optional columns; an empty cell means that nothing is printed or known:

- ``count``, ``base``: whole numbers, what is counted and out of how many.
- ``same_base``: a word of your own for claims that are of one base, such as ``table 3``, printed or not.
- ``mean``, ``sd``: a mean and a standard deviation of whole-number answers, with their decimals; ``base`` is how many
  answered. ``items``: whole numbers averaged for each of them; ``smallest``, ``largest``: ends of the scale of an item.
- ``more_than``: for a word such as "most": the count must be more than this percentage of the base.
- ``largest_base``, ``largest_count``: what is known of a base or count that is not printed.
- ``count_if``, ``base_if``: how the claim is counted in a data file, see `toe_analysis.topics.audit.recounts`.
- ``recompute_from``: ``external`` for a number that belongs to somebody else's data; else ``responses``, ``codings`` or
  ``nothing``.
- ``respondents``: what the report calls those who answered: ``students``.
- ``section``, ``about``, ``label_en``, ``label_da``, ``missing_en``, ``missing_da``: words for the reader.

Further columns are passed over, but not one whose name is nearly one of these, or ``n``, ``antal`` or ``total`` where
``count`` or ``base`` is not there.

A sums file is a CSV file in UTF-8 with the columns ``sum`` (a name) and ``equation``: ``users + others = all``, of
claims or whole numbers. ``section`` is its place in the report; further columns are passed over.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from toe_analysis.csv_table import WHOLE, read_csv_table
from toe_analysis.errors import InputError
from toe_analysis.showing.words import LANGUAGES, say

#: What this study's report prints, in ``data/raw``.
CLAIMS_NAME = "published_claims.csv"

_PERCENTAGE = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:%|pct\b|per ?cent\b|procent\b)"
    # Not a difference, nor a bound.
    r"(?![\s.-]*point|\s*\+|\s+(?:eller|or) (?:mere|mindre|flere|færre|der|more|less|fewer|above|below|over|under))",
    re.IGNORECASE,
)
#: What makes the percentage after it a range, a bound, a change, or the end of a longer number.
_NOT_EXACT = re.compile(
    r"(?:\d\s*(?:[-\u2010-\u2015\u2212]|to|til|og|and|or|eller)\s*|[-\u2010-\u2015\u2212+\d.,]|[<>≤≥~≈±]\s*"
    r"|\b(?:under|over|below|above|than|end|least|most|mindst|højst|up to|op til|about|around|almost|nearly|roughly"
    r"|approximately|approx\.?|ca\.?|cirka|circa|omkring|omtrent|næsten|knap)\s+)$",
    re.IGNORECASE,
)
_NUMBERS = ("count", "base", "more_than", "largest_base", "largest_count", "items", "smallest", "largest")
_DECIMALS = ("mean", "sd")
_WORDS = ("section", "same_base", "count_if", "base_if", "recompute_from")
_FURTHER = (
    *(*_NUMBERS, *_DECIMALS, *_WORDS, "respondents", "about"),
    *(f"{name}_{language}" for name in ("label", "missing") for language in LANGUAGES),
)
_FORMS = {
    "printed": ("the text as printed", ".+"),
    **dict.fromkeys(("count", "base", "largest_base", "largest_count"), (f"{WHOLE[0]}, or nothing", f"({WHOLE[1]})?")),
    "items": ("a whole number above 0 or nothing", r"0*[1-9]\d{0,8}|"),
    **dict.fromkeys(("smallest", "largest"), (f"{WHOLE[0]}, or nothing", rf"([-\u2212]?{WHOLE[1]})?")),
    "more_than": ("a whole number below 100 or nothing", r"\d{0,2}"),
    "mean": ("a number or nothing", r"([-\u2212]?\d+([.,]\d+)?)?"),
    "recompute_from": ("external, responses, codings or nothing", "external|responses|codings|nothing|"),
    "sd": ("a number that is not negative, or nothing", r"(\d+([.,]\d+)?)?"),
}
#: What people write above a number without saying which of the two it is.
_COUNT_OR_BASE = ("n", "antal", "total")


def _respondents() -> dict[str, str]:
    return {language: say("why.respondents", language) for language in LANGUAGES}


@dataclass(frozen=True)
class Claim:
    """One printed number: the columns of a claims file, of which `name` is ``claim``, and what is read from them.

    Parameters
    ----------
    labels, missing, respondents : dict of str to str
        By language: a few words on what it is, what is missing to recompute it, and what those who answered are called.
    percentage : str
        The percentage as printed, with its decimals and mark; empty if there is none.
    cells : dict of str to str
        By column: the file and the row in which it stands.
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
    same_base: str = ""
    mean: str = ""
    sd: str = ""
    items: int = 1
    smallest: int | None = None
    largest: int | None = None
    respondents: Mapping[str, str] = field(default_factory=_respondents)
    cells: Mapping[str, str] = field(default_factory=dict)

    def cell(self, column: str) -> str:
        """Return the place of a cell, for a sentence about what stands in it.

        >>> Claim("users", "4", cells={"claim": "claims.csv, row 3"}).cell("base"), Claim("users", "4").cell("base")
        ('claims.csv, row 3, column base', 'claim users, column base')
        """
        return _place(self.cells or {"claim": f"claim {self.name}"}, column)


def percentage_in(text: str) -> str:
    """Return the percentage in a printed text, without its sign; empty if there is none that is an exact share.

    >>> percentage_in("14 (24 %)"), percentage_in("8,30 pct."), percentage_in("under 5 %")
    ('24', '8,30', '')
    """
    found = [one[1] for one in _PERCENTAGE.finditer(text) if not _NOT_EXACT.search(text[: one.start()])]
    if len(set(found)) > 1:
        raise ValueError(f"expected one percentage, found {' and '.join(found)}")
    return found[0] if found else ""


def read_claims(
    path: Path, checks: Path | None = None, respondents: Mapping[str, str] | None = None
) -> dict[str, Claim]:
    """Read a claims file.

    Parameters
    ----------
    path : Path
    checks : Path, optional
        A second file with further columns for the same claims, so that what is printed and how it is checked can be
        kept apart.
    respondents : mapping of str to str, optional
        By language: what those who answered are called where a row does not say so.

    Returns
    -------
    dict of str to Claim
        In the order of the file.

    Raises
    ------
    InputError
        If a file cannot be read or lacks a column, a claim stands twice, or a cell is no number, with row and column.
    """
    rows = _read(path, ("claim", "printed"))
    further = _read(checks, ("claim",)) if checks else {}
    usual = dict(respondents or _respondents())
    claims = {}
    for name, (where, row) in rows.items():
        elsewhere, other = further.pop(name, ("", {}))
        cells = dict.fromkeys(row, where) | dict.fromkeys(other, elsewhere)
        claims[name] = _claim(row | other, cells, usual)
    for name, (where, _) in further.items():
        raise InputError(f"{where}, column claim: expected a claim of {path.name}, found {name!r}")
    _check_same_base(claims)
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


def _read(path: Path, required: tuple[str, ...]) -> dict[str, tuple[str, dict[str, str]]]:
    """Return by claim where its row stands, as in ``claims.csv, row 3``, and its cells."""
    table = read_csv_table(path, required, further=_FURTHER, key=["claim"], holds=_FORMS).map(str.strip)
    found = next((name for name in table.columns if name.casefold() in _COUNT_OR_BASE), "")
    if found and not {"count", "base"} <= set(table.columns):
        raise InputError(
            f"{path.name}, row 1: expected count (how many) or base (out of how many), found {found!r}, which is not "
            "read; rename it, to something else if it is another thing"
        )
    return {cells["claim"]: (f"{path.name}, row {row}", cells) for row, cells in table.to_dict("index").items()}


def _claim(texts: dict[str, str], cells: Mapping[str, str], respondents: dict[str, str]) -> Claim:
    try:
        percentage = percentage_in(texts["printed"])
    except ValueError as error:
        raise InputError(f"{_place(cells, 'printed')}: {error}; give each a row of its own") from error
    about = texts.get("about") or texts["claim"]
    numbers = {column: texts.get(column, "").replace("\u2212", "-") for column in (*_NUMBERS, *_DECIMALS)}
    claim = Claim(
        name=texts["claim"],
        printed=texts["printed"],
        labels={language: texts.get(f"label_{language}") or about for language in LANGUAGES},
        missing={language: texts.get(f"missing_{language}", "") for language in LANGUAGES},
        percentage=percentage,
        respondents=dict.fromkeys(LANGUAGES, texts["respondents"]) if texts.get("respondents") else respondents,
        cells=cells,
        **{column: texts.get(column, "") for column in _WORDS},
        **{column: numbers[column] for column in _DECIMALS},
        **{column: int(numbers[column]) for column in _NUMBERS if numbers[column]},
    )
    if claim.sd and not claim.mean:
        raise InputError(f"{claim.cell('mean')}: expected the mean of the standard deviation, found nothing")
    if None not in (claim.smallest, claim.largest) and claim.smallest >= claim.largest:
        expected = f"more than the smallest, {claim.smallest}"
        raise InputError(f"{claim.cell('largest')}: expected {expected}, found {claim.largest}")
    return claim


def _check_same_base(claims: Mapping[str, Claim]) -> None:
    shared = Counter(claim.same_base for claim in claims.values())
    for claim in claims.values():
        if claim.same_base and shared[claim.same_base] == 1:
            others = ", ".join(word for word in shared if word not in ("", claim.same_base)) or "no other"
            raise InputError(
                f"{claim.cell('same_base')}: expected a word that stands in another row too, found "
                f"{claim.same_base!r} once; the column has {others}"
            )


def _place(cells: Mapping[str, str], column: str) -> str:
    return f"{cells.get(column, cells['claim'])}, column {column}"


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
        numbers = [int(term) if _is_number(term) else claims[term].count for term in (*self.terms, self.total)]
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
            if _is_number(term) and term in claims:
                raise InputError(f"{where}: expected a number or a claim, found {term!r}, which is both: rename it")
            if not _is_number(term) and (term not in claims or claims[term].count is None):
                raise InputError(f"{where}: expected a whole number or a claim that has a count, found {term!r}")
        sums.append(Sum(row["sum"], row.get("section", ""), terms, right.strip()))
    return sums


def _is_number(term: str) -> bool:
    return re.fullmatch(WHOLE[1], term) is not None
