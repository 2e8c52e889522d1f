"""Other surveys' shares: reading them, every count they or ours may stand for, and how far both measure the same."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import numpy as np
import pandas as pd

from toe_analysis.csv_table import one_of, read_csv_table
from toe_analysis.errors import InputError, told_of
from toe_analysis.published.claims import Claim, printed
from toe_analysis.statistics import Share, feasible_counts, feasible_shares, turning_shares
from toe_analysis.survey import Study
from toe_analysis.survey.facts.sizes import SizeClass, size_class

#: What may stand in ``measure``; rows that start with `PURPOSE` are shares of AI users and are never tested.
MEASURES = ("uses", "uses_or_expects", "does_not_expect")
PURPOSE = "purpose_"
#: Of our firms, the group of the report's "firms with under 20 employees".
SMALL = "does_not_expect_small"
#: The row that leads from any use of AI to use in production.
BRIDGE = "purpose_production"
#: What a share counts when ours is held against it: any use, the same over that bridge, or not expecting AI.
ANY_USE, PRODUCTION, NOT_EXPECTING = "any_use", "production", "not_expecting"
#: A plain sample has counts of its own; of one the base is not printed; a weighted share is no count of anything.
DESIGNS = (SAMPLE, OF_UNKNOWN_SIZE, WEIGHTED) = ("sample", "sample of unknown size", "weighted share")

#: What our survey asks: about AI in production, used today or expected without a date, in manufacturing.
OUR_FUNCTION, OUR_SECTOR = "production", "manufacturing"
OUR_HORIZON = {"uses": "today", "uses_or_expects": "no date", "does_not_expect": "no date"}
GRID = ("same_function", "same_horizon", "same_size", "same_sector", "same_year")

_COLUMNS = (
    *("source", "publisher", "year", "population", "size_class", "sector", "measure", "function", "horizon"),
    *("percent_low", "percent", "percent_high", "n", "design", "confidence", "url", "note"),
)
_FORMS = {
    **dict.fromkeys(("percent_low", "percent", "percent_high"), ("a percentage such as 33.3", r"\d+(\.\d+)?")),
    "measure": (f"{', '.join(MEASURES)} or {PURPOSE}...", f"{'|'.join(MEASURES)}|{PURPOSE}.*"),
    "year": ("a year", r"\d+"),
    "design": one_of(DESIGNS),
    "n": ("the number of firms asked, or nothing", r"0*[1-9]\d*|"),
}


def read_baselines(path: Path) -> pd.DataFrame:
    """Read the shares that others publish.

    Returns
    -------
    pandas.DataFrame
        A row a share, with the file's columns; percentages, ``year`` and ``n`` as numbers (``n`` is NaN where it is not
        printed), and ``printed`` with the percentage as text, its decimals kept.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing or a cell cannot be used; the message names row and column.
    """
    table = read_csv_table(path, _COLUMNS, key=["source"], holds=_FORMS).map(str.strip)
    numbers = {name: pd.to_numeric(table[name]) for name in ("percent_low", "percent", "percent_high", "year", "n")}
    table = table.assign(printed=table["percent"], **numbers)
    for number, row in table.iterrows():
        where = f"{path.name}, row {number}"
        if not 0 <= row["percent_low"] <= row["percent"] <= row["percent_high"] <= 100:
            raise InputError(f"{where}: expected 0 <= percent_low <= percent <= percent_high <= 100")
        if row["design"] != WEIGHTED and (row["design"] == SAMPLE) == np.isnan(row["n"]):
            found = "nothing" if row["design"] == SAMPLE else f"{row['n']:.0f}"
            raise InputError(
                f"{where}, column n: expected the number of firms asked of a {SAMPLE}, and nothing of a "
                f"{OF_UNKNOWN_SIZE}, found {found}"
            )
        with told_of(f"{where}, column size_class"):
            size_range(row["size_class"])
    return table.reset_index(drop=True)


def size_range(label: str) -> SizeClass:
    """Read a size class; "all" has no bounds.

    >>> size_range("under 20").largest, size_range("all").largest
    (19, inf)
    """
    return SizeClass(label, 0, float("inf")) if label == "all" else size_class(label)


def printed_share(row: pd.Series, base: int | None = None) -> Share:
    """Return the count that is nearest to the printed percentage at a base; at its own, if none is given.

    Raises
    ------
    InputError
        If no base is given, and none is printed.

    Examples
    --------
    >>> printed_share(pd.Series({"printed": "33.3"}), 429)
    Share(count=143, base=429)
    """
    if base is None:
        if np.isnan(row["n"]):
            raise InputError(f"baselines.csv, {row['source']}, n: expected the number of firms asked, found nothing")
        base = int(row["n"])
    return Share(floor(Fraction(row["printed"]) * base / 100 + Fraction(1, 2)), base)


def possible_counts(row: pd.Series, base: int) -> tuple[int, ...]:
    """Every count that the printed percentage may stand for at a base.

    Where the range is only that of rounding, these are the counts that print so; where the share is printed in words
    ("a third"), all counts in the range.

    >>> words = pd.Series({"printed": "33.3", "percent_low": 30.0, "percent_high": 36.0})
    >>> possible_counts(words, 20)
    (6, 7)
    """
    decimals = len(row["printed"].partition(".")[2])
    spread = Fraction(str(row["percent_high"])) - Fraction(str(row["percent_low"]))
    if spread == Fraction(1, 10**decimals):
        return feasible_counts(row["printed"], base)
    low, high = (Fraction(str(row[name])) * base / 100 for name in ("percent_low", "percent_high"))
    return tuple(range(ceil(low), floor(high) + 1))


def possible_shares(row: pd.Series, bases: Sequence[int]) -> tuple[Share, ...]:
    """Every count at every one of the bases that `possible_bases` gives for the row."""
    return tuple(Share(count, base) for base in bases for count in possible_counts(row, base))


def possible_fixed(row: pd.Series, ours: Sequence[Share]) -> np.ndarray:
    """Shares that a weighted share, which is no count, may be, as far as a p-value of ours may be extreme there.

    They are the ends of the printed range, and what `turning_shares` finds between them.

    >>> possible_fixed(pd.Series({"percent_low": 15.0, "percent_high": 17.0}), [Share(1, 2)]).tolist()
    [0.15, 0.17]
    """
    low, high = row["percent_low"] / 100, row["percent_high"] / 100
    turns = np.concatenate([turning_shares(share) for share in ours] or [[]])
    return np.array([low, *np.unique(turns[(turns > low) & (turns < high)]), high])


def possible_bases(row: pd.Series, baselines: pd.DataFrame, smallest: int) -> range:
    """Bases that a share may have: its own if printed, else up to all firms of the same survey (publisher and year)."""
    if not np.isnan(row["n"]):
        return range(int(row["n"]), int(row["n"]) + 1)
    alike = baselines[(baselines["publisher"] == row["publisher"]) & (baselines["year"] == row["year"])]
    largest = alike["n"].max()
    return range(0) if np.isnan(largest) else range(smallest, int(largest) + 1)


def shares_of_small(claims: Mapping[str, Claim], study: Study) -> tuple[Share, ...]:
    """Return every count and base of the small firms that prints as their percentage, by rising base.

    At most all analysed firms are small, and at most those count that surely or perhaps do not expect AI.

    Raises
    ------
    InputError
        If a number that this needs is not printed.
    """
    measure = next(one for one in study.measures if one.held_small)
    statuses = (*measure.statuses, *([measure.some.status] if measure.some else []))
    most = sum(printed(claims, study.status(name).claim) for name in statuses)
    percentage = printed(claims, measure.held_small.claim, "percentage")
    fits = feasible_shares(percentage, largest_base=printed(claims, study.claims["valid"]), largest_count=most)
    return tuple(Share(*pair) for pair in fits)


def comparability(row: pd.Series, our_size: str, our_year: int) -> dict[str, str]:
    """Tell for one baseline whether function, horizon, size, sector and year are ours.

    Parameters
    ----------
    row : pandas.Series
        A row of `read_baselines`.
    our_size : str
        Size class of our firms, such as ``10-200``.
    our_year : int

    Returns
    -------
    dict of str to str
        A key of `GRID` each: ``yes`` (the same), ``partly`` (the two overlap), ``no`` or ``unknown``.

    Examples
    --------
    Danish Industry asks about any use of AI, today, in firms of all sizes and sectors:

    >>> row = pd.Series({"measure": "uses", "function": "any use in the firm", "horizon": "today",
    ...                  "size_class": "all", "sector": "all", "year": 2025})
    >>> list(comparability(row, "10-200", 2025).values())
    ['no', 'yes', 'partly', 'partly', 'yes']
    """
    ours, theirs = size_range(our_size), size_range(row["size_class"])
    bounds = {(one.smallest, one.largest) for one in (ours, theirs)}
    overlap = "no" if ours.within(theirs.smallest, theirs.largest) == "no" else "partly"
    return {
        "same_function": "yes" if row["function"] == OUR_FUNCTION else "no",
        "same_horizon": _same_horizon(OUR_HORIZON[row["measure"]], row["horizon"]),
        "same_size": "yes" if len(bounds) == 1 else overlap,
        "same_sector": _same_sector(row["sector"]),
        "same_year": "yes" if row["year"] == our_year else "no",
    }


def _same_horizon(ours: str, theirs: str) -> str:
    if theirs == "not stated":
        return "unknown"
    if ours == theirs:
        return "yes"
    return "no" if "today" in (ours, theirs) else "partly"


def _same_sector(theirs: str) -> str:
    if theirs.startswith(OUR_SECTOR):
        return "partly" if "related" in theirs else "yes"
    return "partly" if theirs.startswith("all") else "no"
