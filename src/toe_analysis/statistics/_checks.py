"""Checks of what a user passes in: each names the value it refuses, in one sentence."""

from collections.abc import Callable, Mapping, Set
from decimal import Decimal
from math import isfinite, nan
from numbers import Real
from operator import index

import numpy as np
import pandas as pd

#: Above this not every whole number is a float.
_LARGEST_COUNT = 2**53
_MOST_SHOWN = 60
ALTERNATIVES = ("two-sided", "less", "greater")
#: What has no order, or one that is not that of the values.
_NO_SEQUENCE = str | bytes | Set | Mapping | pd.DataFrame | np.ma.MaskedArray


def shown(value: object) -> str:
    """Return a value as it can stand in a sentence: one line, not too long."""
    text = " ".join(repr(value).split())
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."


def whole_number(value: int, name: str, *, least: int = 0, most: int = _LARGEST_COUNT) -> int:
    """Return `value` as an int, or say which argument is too small, not whole or too large."""
    try:
        if isinstance(value, bool | np.bool_ | np.ndarray):
            raise TypeError
        number = index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number, got {shown(value)}") from None
    if number < least:
        raise ValueError(f"{name} must {f'be at least {least}' if least else 'not be negative'}, got {shown(number)}")
    if number > most:
        raise ValueError(f"{name} must be at most {most}, got {shown(number)}")
    return number


def whole_array(values: object, name: str) -> np.ndarray:
    """Return whole numbers that are not negative as an array; what is no array of them is looked through."""
    kind = getattr(values, "dtype", None)
    of_whole = isinstance(kind, np.dtype) and kind.kind in "iu"
    try:
        if isinstance(values, np.ma.MaskedArray):
            raise ValueError
        found = np.asarray(values, dtype=kind if of_whole else object)
    except ValueError:  # lists within lists that numpy can make nothing of
        raise ValueError(f"{name} must hold whole numbers, got {shown(values)}") from None
    for value in (found.min(initial=0), found.max(initial=0)) if of_whole else found.ravel().tolist():
        whole_number(value, f"a cell of {name}")
    return found.astype(np.int64)


def real_number(value: float, name: str) -> float:
    """Return `value` as a finite float, or say that it is none."""
    number = _float(value)
    if not isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {shown(value)}")
    return number


def probability(value: float, name: str, *, open_ends: bool = False) -> float:
    """Return `value` as a float, or say that it is no number between 0 and 1 (ends included unless `open_ends`)."""
    number = _float(value)
    if not (0 < number < 1 if open_ends else 0 <= number <= 1):
        within = "strictly between 0 and 1" if open_ends else "between 0 and 1"
        raise ValueError(f"{name} must lie {within}, got {shown(value)}")
    return number


def _float(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        return nan
    try:
        return float(value)
    except (OverflowError, ValueError):  # a whole number above all floats, or a signalling NaN
        return nan


def one_of(value: str, allowed: tuple[str, ...], name: str) -> str:
    """Return `value`, or say which words are known."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {shown(value)}")
    return value


def sequence(values: object, name: str) -> list:
    """Return the values of a list, tuple, Series, row of an array or the like, in their order."""
    try:
        if isinstance(values, _NO_SEQUENCE) or getattr(values, "ndim", 1) != 1:
            raise TypeError
        return list(values)
    except TypeError:
        raise ValueError(f"{name} must be a sequence, got {shown(values)}") from None


def each(check: Callable[[object, str], object], values: object, name: str) -> list:
    """Return the values of a sequence as a check of one returns them; it is told the place of each."""
    return [check(value, f"{name}[{place}]") for place, value in enumerate(sequence(values, name))]


def counts_table(table: object) -> np.ndarray:
    """Return a table of counts with at least two rows and two columns as whole numbers."""
    cells = whole_array(table, "table")
    if cells.ndim != 2 or min(cells.shape) < 2:
        raise ValueError(f"table must have at least two rows and two columns of equal length, got {shown(table)}")
    return cells


def scores_list(scores: object, length: int, name: str) -> list[float]:
    """Return one finite score for each row or column, as it is: a fraction stays exact."""
    found = sequence(scores, name)
    each(real_number, found, name)
    if len(found) != length:
        raise ValueError(f"{name} must hold {length} scores, got {shown(scores)}")
    return found
