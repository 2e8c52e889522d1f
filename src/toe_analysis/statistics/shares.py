"""A share, with its count and base always at hand, and the intervals for it."""

from dataclasses import dataclass
from operator import index

import pandas as pd
from scipy.stats import binomtest

#: Interval methods and the name scipy gives them.
_METHODS = {"wilson": "wilson", "clopper_pearson": "exact"}


@dataclass(frozen=True)
class Interval:
    """An interval for an estimate.

    Parameters
    ----------
    lower, upper : float
        The limits, in the unit of the estimate.
    confidence : float
        The level, between 0 and 1.
    method : str
        How the limits were found.
    """

    lower: float
    upper: float
    confidence: float
    method: str


@dataclass(frozen=True)
class Share:
    """A number of firms out of a number of firms.

    Parameters
    ----------
    count : int
        Firms with the property.
    base : int
        Firms asked; at least `count`.

    Raises
    ------
    ValueError
        If a number is negative or not whole, or if `count` exceeds `base`.

    Examples
    --------
    Four of 48 firms use AI:

    >>> users = Share(4, 48)
    >>> round(users.value, 4)
    0.0833
    >>> limits = users.interval()
    >>> round(limits.lower, 3), round(limits.upper, 3)
    (0.033, 0.196)
    """

    count: int
    base: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "count", whole_number(self.count, "count"))
        object.__setattr__(self, "base", whole_number(self.base, "base"))
        if self.count > self.base:
            raise ValueError(f"count must not exceed base, got count={self.count} and base={self.base}")

    @property
    def value(self) -> float:
        """The share as a number between 0 and 1; NaN when the base is 0."""
        return self.count / self.base if self.base else float("nan")

    def interval(self, *, confidence: float = 0.95, method: str = "wilson") -> Interval:
        """Interval for the share, if the firms were a random sample.

        Parameters
        ----------
        confidence : float
            The level, between 0 and 1.
        method : {"wilson", "clopper_pearson"}
            Wilson's score interval is close to its level on average; Clopper and Pearson's is never below it.

        Returns
        -------
        Interval
            Limits between 0 and 1; 0 and 1 themselves when the base is 0, since nothing is known then.

        Raises
        ------
        ValueError
            If the method is unknown or the confidence is not strictly between 0 and 1.
        """
        if method not in _METHODS:
            raise ValueError(f"method must be one of {', '.join(_METHODS)}, got {method!r}")
        if not 0 < confidence < 1:
            raise ValueError(f"confidence must lie strictly between 0 and 1, got {confidence!r}")
        if self.base == 0:
            return Interval(0.0, 1.0, confidence, method)
        found = binomtest(self.count, self.base).proportion_ci(confidence, _METHODS[method])
        return Interval(float(found.low), float(found.high), confidence, method)

    def to_frame(self, *, confidence: float = 0.95, method: str = "wilson") -> pd.DataFrame:
        """One row with count, base, share, interval and method."""
        limits = self.interval(confidence=confidence, method=method)
        row = {
            "count": self.count,
            "base": self.base,
            "share": self.value,
            "lower": limits.lower,
            "upper": limits.upper,
            "confidence": confidence,
            "method": method,
        }
        return pd.DataFrame([row])


def whole_number(value: int, name: str) -> int:
    """Return `value` as an int, or say which argument is negative or not whole."""
    try:
        number = index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number, got {value!r}") from None
    if number < 0:
        raise ValueError(f"{name} must not be negative, got {number}")
    return number
