"""When two numbers are the same: decided here for all chances, p-values and levels."""

import numpy as np

#: Numbers closer than this, relatively, are the same: the chances of two tables, or a p-value and its level.
#: It is far above the rounding errors of what is computed here, and far below what tells small tables apart.
TIE = 1e-9
#: A p-value this close, relatively, to a decimal number of six digits is that number.
_NOISE = 1e-12
_DIGITS = 6
_SMALLEST = 1e-12
_POWERS = np.array([float(10**power) for power in range(_DIGITS + 13)])


def at_most(number: np.ndarray | float, limit: np.ndarray | float) -> np.ndarray | bool:
    """Whether a number does not exceed a limit, where numbers that tie do not exceed each other."""
    return number <= limit * (1 + TIE)


def settled(p_values: np.ndarray) -> np.ndarray:
    """Return p-values without the rounding error of a sum, so that ``p <= 0.05`` is true where p is 1/20.

    Examples
    --------
    >>> 0.1 + 0.2 <= 0.3, bool(settled(0.1 + 0.2) <= 0.3)
    (False, True)
    """
    p_values = np.minimum(p_values, 1.0)
    with np.errstate(divide="ignore"):
        magnitude = np.floor(np.log10(np.maximum(p_values, _SMALLEST))).astype(int)
    power = _POWERS[_DIGITS - 1 - magnitude]
    decimal = np.rint(p_values * power) / power
    return np.where(abs(decimal - p_values) <= _NOISE * p_values, decimal, p_values)
