"""A share, with its count and base always at hand, the intervals for it, and what is found as a row of a table."""

from bisect import bisect_right
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

import pandas as pd
from scipy.optimize import brentq
from scipy.special import betainc, betaincc
from scipy.stats import beta
from statsmodels.stats.proportion import proportion_confint

from toe_analysis.statistics._checks import one_of, probability, sequence, shown, whole_number

#: Interval methods; the library's name where the library has it.
_METHODS = {"wilson": "wilson", "clopper_pearson": "beta", "blaker": None}

#: What a table says of a share, in this order.
SHARE_COLUMNS = ("count", "base", "share", "lower", "upper", "confidence", "method")


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
            The level, strictly between 0 and 1.
        method : {"wilson", "clopper_pearson", "blaker"}
            Wilson's score interval is close to its level on average. Clopper and Pearson's is never below it, and
            neither is Blaker's, which always lies inside Clopper and Pearson's.

        Returns
        -------
        Interval
            Limits between 0 and 1; 0 and 1 themselves when the base is 0, since nothing is known then.

        Raises
        ------
        ValueError
            If the method is unknown or the confidence is not strictly between 0 and 1.

        Notes
        -----
        Blaker's interval holds the shares p for which the smaller tail probability of the count, plus the largest
        probability of the other tail that does not exceed it, is above 1 - confidence; gaps are filled.

        References
        ----------
        Brown LD, Cai TT, DasGupta A (2001). Interval estimation for a binomial proportion. Statistical Science 16,
        101-133.
        Blaker H (2000). Confidence curves and improved exact confidence intervals for discrete distributions. Canadian
        Journal of Statistics 28, 783-798.

        Examples
        --------
        If none of 10 firms has a property, Clopper and Pearson's upper limit solves (1 - p)**10 = 0.025:

        >>> round(Share(0, 10).interval(method="clopper_pearson").upper, 4), round(1 - 0.025 ** (1 / 10), 4)
        (0.3085, 0.3085)
        """
        one_of(method, tuple(_METHODS), "method")
        confidence = probability(confidence, "confidence", open_ends=True)
        if self.base == 0:
            return Interval(0.0, 1.0, confidence, method)
        if method == "blaker":
            lower = _blaker_lower(self.count, self.base, 1 - confidence)
            upper = 1 - _blaker_lower(self.base - self.count, self.base, 1 - confidence)
            return Interval(lower, upper, confidence, method)
        lower, upper = proportion_confint(self.count, self.base, 1 - confidence, _METHODS[method])
        lower = float(lower) if self.count else 0.0
        upper = float(upper) if self.count < self.base else 1.0  # statsmodels may be a digit below
        return Interval(lower, upper, confidence, method)

    def to_row(self, *, confidence: float = 0.95, method: str = "wilson") -> dict[str, object]:
        """Return count, base, share, interval and method by name; see `interval` for the keywords."""
        row = {"count": self.count, "base": self.base, "share": self.value}
        return row | vars(self.interval(confidence=confidence, method=method))


def share_table(shares: Mapping[Hashable, Share], names: Sequence[str], *, confidence: float = 0.95) -> pd.DataFrame:
    """Return one row a share: its label, then `SHARE_COLUMNS`.

    Parameters
    ----------
    shares : mapping of str or tuple to Share
        By label, which is a tuple where it has several parts.
    names : sequence of str
        A column title for each part of the labels.
    confidence : float
        Of the intervals, which are Wilson's.

    Examples
    --------
    >>> share_table({("10-20", "user"): Share(1, 11)}, ["size", "status"]).iloc[:, :5].round(3).to_numpy().tolist()
    [['10-20', 'user', 1, 11, 0.091]]
    """
    labels = pd.DataFrame(list(shares), columns=list(names))
    rows = [as_share(share, "shares").to_row(confidence=confidence) for share in shares.values()]
    return pd.concat([labels, pd.DataFrame(rows, columns=list(SHARE_COLUMNS))], axis=1)


class Result:
    """What is found, in named fields: agreements, associations, audits, comparisons, exact tests, plans.

    Examples
    --------
    >>> from toe_analysis.statistics import compare_to_fixed
    >>> row = compare_to_fixed((3, 3), 0.5).to_row()
    >>> row["sample_count"], row["sample_base"], row["p_value"]
    (3, 3, 0.25)
    """

    def to_row(self) -> dict[str, object]:
        """Return the fields by name: a share as three, an interval as its limits, several values as one text."""
        row: dict[str, object] = {}
        for field in fields(self):
            row |= _cells(field.name, getattr(self, field.name))
        return row

    def to_frame(self) -> pd.DataFrame:
        """One row, as `to_row` gives it."""
        return pd.DataFrame([self.to_row()])

    @property
    def pvalue(self) -> float:
        """The p-value, where there is one, by the name that scipy gives it."""
        return self.p_value


def _cells(name: str, value: object) -> dict[str, object]:
    if isinstance(value, Share):
        return {f"{name}_count": value.count, f"{name}_base": value.base, f"{name}_share": value.value}
    if isinstance(value, Interval):
        start = name.removesuffix("interval")
        return {f"{start}lower": value.lower, f"{start}upper": value.upper, "confidence": value.confidence}
    if isinstance(value, tuple):
        return {name: ", ".join(map(str, value))}
    return {name: str(value) if isinstance(value, Fraction) else value}


def as_share(value: object, name: str) -> Share:
    """Return a `Share` as it is, and a pair of counts as the share it stands for."""
    if isinstance(value, Share):
        return value
    try:
        count, base = sequence(value, name)
    except ValueError:
        raise ValueError(f"{name} must be a Share, got {shown(value)} (a pair of count and base will do)") from None
    return Share(count, base)


def _blaker_lower(count: int, base: int, alpha: float) -> float:
    """Smallest share that Blaker's test does not reject at `alpha`.

    Below Clopper and Pearson's limit, where P(X >= count) = alpha / 2, no share is acceptable. From there on
    P(X >= count) exceeds alpha / 2, so the first share at which one more count joins the opposite tail, with as much
    again, is acceptable; until then the sum of the tails falls and then rises, and may cross alpha once.
    """
    if count == 0:
        return 0.0

    def other_tail(k: int, p: float) -> float:
        return float(betaincc(k + 1, base - k, p)) if k >= 0 else 0.0

    def this_tail(p: float) -> float:
        return float(betainc(count, base - count + 1, p))

    start = float(beta.ppf(alpha / 2, count, base - count + 1))
    k = bisect_right(range(count), this_tail(start), key=lambda fewer: other_tail(fewer, start)) - 1
    end = brentq(lambda p: other_tail(k + 1, p) - this_tail(p), start, 1 - 1e-16, xtol=1e-15)

    def excess(p: float) -> float:
        return this_tail(p) + other_tail(k, p) - alpha

    if excess(start) >= 0:  # both tails are alpha / 2, but for a rounding
        return start
    return float(end if excess(end) <= 0 else brentq(excess, start, end, xtol=1e-15))
