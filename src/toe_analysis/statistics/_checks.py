"""Checks of what a user passes in: each names the value it refuses."""

from math import isfinite
from operator import index

import numpy as np

#: Above this not every whole number is a float.
_LARGEST_COUNT = 2**53


def whole_number(value: int, name: str, *, least: int = 0) -> int:
    """Return `value` as an int, or say which argument is too small, not whole or too large."""
    if isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} must be a whole number, got {value!r}")
    try:
        number = index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number, got {value!r}") from None
    if number < least:
        raise ValueError(f"{name} must {f'be at least {least}' if least else 'not be negative'}, got {number}")
    if number > _LARGEST_COUNT:
        raise ValueError(f"{name} must be at most {_LARGEST_COUNT}, got {number}")
    return number


def probability(value: float, name: str, *, open_ends: bool = False) -> float:
    """Return `value` as a float, or say that it is no number between 0 and 1 (ends included unless `open_ends`)."""
    within = "strictly between 0 and 1" if open_ends else "between 0 and 1"
    try:
        number = float("nan") if isinstance(value, bool | np.bool_ | str) else float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not (0 < number < 1 if open_ends else 0 <= number <= 1):
        raise ValueError(f"{name} must lie {within}, got {value!r}")
    return number


def one_of(value: str, allowed: tuple[str, ...], name: str) -> str:
    """Return `value`, or say which words are known."""
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {value!r}")
    return value


def sequence(values: object, name: str) -> list:
    """Return the values as a list, or say that there is only one."""
    try:
        return list(values)
    except TypeError:
        raise ValueError(f"{name} must be a sequence, got {values!r}") from None


def counts_table(table: object) -> np.ndarray:
    """Return a table of counts with at least two rows and two columns as whole numbers."""
    cells = np.asarray(table, dtype=object)
    if cells.ndim != 2 or min(cells.shape) < 2:
        raise ValueError(f"table must have at least two rows and two columns of equal length, got {table!r}")
    whole = [
        [whole_number(cell, f"table[{row}][{column}]") for column, cell in enumerate(line)]
        for row, line in enumerate(cells)
    ]
    return np.array(whole, dtype=np.int64)


def scores_list(scores: object, length: int, name: str) -> list[float]:
    """Return one finite score for each row or column."""
    found = sequence(scores, name)
    if len(found) != length:
        raise ValueError(f"{name} must hold {length} scores, got {scores!r}")
    for score in found:
        if isinstance(score, bool | str) or not isfinite(score):
            raise ValueError(f"{name} must be finite numbers, got {score!r}")
    return found
