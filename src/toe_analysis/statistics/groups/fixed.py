"""Compare a share with a fixed one."""

from dataclasses import dataclass
from math import nan

import numpy as np
from scipy.special import expit

from toe_analysis.statistics._chances import binomial, log_ways, p_values
from toe_analysis.statistics._checks import ALTERNATIVES, one_of, probability, whole_number
from toe_analysis.statistics.shares import Interval, Result, Share, as_share

#: All counts of a base are looked at for its turning shares.
_MOST_TURNED = 10_000_000


@dataclass(frozen=True)
class FixedComparison(Result):
    """Result of `compare_to_fixed`.

    Parameters
    ----------
    sample : Share
        The sample's share.
    fixed_share : float
        The share it is compared with, between 0 and 1.
    alternative : str
        Which side the p-values take.
    p_value, mid_p : float
        Exact binomial p-value, and the same less half the probability of the observed count.
    difference : float
        Sample share less fixed share; NaN when the base is 0.
    interval : Interval
        Clopper and Pearson's interval for the sample's share, two-sided.
    method : str
        What was done, and what could not be.
    """

    sample: Share
    fixed_share: float
    alternative: str
    p_value: float
    mid_p: float
    difference: float
    interval: Interval
    method: str


def compare_to_fixed(
    sample: Share, share: float, *, alternative: str = "two-sided", confidence: float = 0.95
) -> FixedComparison:
    """Test whether a group of firms differs from a share taken as known (exact one-sample binomial test).

    Parameters
    ----------
    sample : Share or pair of int
        The group.
    share : float
        The known share, between 0 and 1: a target, or a weighted estimate that is no count of anything.
    alternative : {"two-sided", "less", "greater"}
        ``greater`` asks whether the sample's share is above the known one.
    confidence : float
        Level of the interval, strictly between 0 and 1.

    Returns
    -------
    FixedComparison
        P-values and the sample's interval.

    Raises
    ------
    ValueError
        If an argument is none of these, or the base is above 200 million.

    Notes
    -----
    The count is binomial with the known share. Two-sided sums the probabilities that do not exceed the observed one.
    The interval leaves half of its level on each side instead, so near the level the two may disagree: of 2 firms both,
    where 0.2 are expected, has p = 0.04, and 0.2 lies in the 95 % interval.
    Nothing is allowed for the known share's own uncertainty: if it comes from a survey with counts of its own,
    `compare_shares` is the honest test.

    References
    ----------
    Agresti A (2013). Categorical Data Analysis, 3rd edition, section 1.4. Wiley.

    Examples
    --------
    All of 3 firms, where half are expected: 1/8 on this side, and as much on the other.

    >>> compare_to_fixed(Share(3, 3), 0.5).p_value
    0.25
    """
    sample = as_share(sample, "sample")
    fixed = probability(share, "share")
    one_of(alternative, ALTERNATIVES, "alternative")
    limits = sample.interval(confidence=confidence, method="clopper_pearson")
    if sample.base == 0:
        return FixedComparison(sample, fixed, alternative, 1.0, 1.0, nan, limits, "no comparison: the base is 0")
    found = (p.item() for p in p_values(binomial(sample.base, fixed), sample.count, alternative))
    method = f"exact binomial test, {alternative}"
    return FixedComparison(sample, fixed, alternative, *found, sample.value - fixed, limits, method)


def turning_shares(sample: Share) -> np.ndarray:
    r"""Find the fixed shares at which the two-sided p-value of `compare_to_fixed` jumps or turns.

    Parameters
    ----------
    sample : Share or pair of int
        The group.

    Returns
    -------
    ndarray of float
        In no order, between 0 and 1. Over any range of fixed shares the p-value is smallest, and largest, at one of
        these or at an end of the range.

    Raises
    ------
    ValueError
        If `sample` is no share, or its base above 10 million.

    Notes
    -----
    The p-value is that of the tails up to and from the count x and another count k, which changes where k is as likely
    as x: at odds with :math:`o^{k - x} = \binom{n}{x} / \binom{n}{k}`. From one such jump to the next
    :math:`P(X \le x) + P(X \ge k)` falls and then rises, up to the jump itself, where k still counts; it turns at
    :math:`o^{k - 1 - x} = \binom{n - 1}{x} / \binom{n - 1}{k - 1}`. For a k below x the ways to choose change places.

    Examples
    --------
    One of 2 is as likely as none where a third have the property, and as both where two thirds have:

    >>> sorted(set(turning_shares((1, 2)).round(4).tolist()))
    [0.3333, 0.6667]
    """
    sample = as_share(sample, "sample")
    x, n = sample.count, whole_number(sample.base, "base", most=_MOST_TURNED)
    others = np.delete(np.arange(n + 1), x)
    jumps = (log_ways(n, x) - log_ways(n, others)) / (others - x)
    far = others[abs(others - x) > 1]
    low, high = np.minimum(far, x), np.maximum(far, x) - 1
    fewer = max(n - 1, 0)
    turns = (log_ways(fewer, low) - log_ways(fewer, high)) / (high - low)
    return expit(np.concatenate([jumps, turns]))
