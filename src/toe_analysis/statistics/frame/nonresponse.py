"""What those who did not answer may hide: nothing assumed, or that answering depends on the property only so far."""

from bisect import bisect_left
from dataclasses import dataclass
from math import exp, floor, inf, nan

from scipy.optimize import brentq

from toe_analysis.statistics._chances import upper_tail
from toe_analysis.statistics._checks import probability, real_number, shown, whole_number
from toe_analysis.statistics._ties import TIE, at_most
from toe_analysis.statistics.shares import Interval, Result, Share, as_share


def share_bounds(observed: Share, population: int) -> Interval:
    """Bounds of the share in a population, whatever those who did not answer are like.

    Parameters
    ----------
    observed : Share or pair of int
        Among those who answered.
    population : int
        Firms in all, at least 1.

    Returns
    -------
    Interval
        The share if none, and if all, of the others have the property. Nothing is assumed and nothing is estimated, so
        its confidence is 1.

    Raises
    ------
    ValueError
        If a number is out of its range, or more firms answered than there are.

    References
    ----------
    Horowitz JL, Manski CF (2000). Nonparametric analysis of randomized experiments with missing covariate and outcome
    data. Journal of the American Statistical Association 95, 77-84.

    Examples
    --------
    Four of the 48 firms that answered, out of 778: at least 4 of 778, at most 734 of 778.

    >>> bounds = share_bounds((4, 48), 778)
    >>> round(bounds.lower, 3), round(bounds.upper, 3)
    (0.005, 0.943)
    """
    observed, population = _in_population(observed, population)
    silent = population - observed.base
    return Interval(observed.count / population, (observed.count + silent) / population, 1.0, "no assumption")


def response_interval(observed: Share, population: int, *, gamma: float = 1.0, confidence: float = 0.95) -> Interval:
    r"""Interval for the share in a population, if answering depends on the property only so far.

    Parameters
    ----------
    observed, population
        As in `share_bounds`.
    gamma : float
        Largest factor between the odds of answering of firms with the property and of firms without it, either way; at
        least 1. At 1 those who answered are a random draw.
    confidence : float
        The level, strictly between 0 and 1.

    Returns
    -------
    Interval
        Limits between 0 and 1, each a number of firms over the population. At a gamma of 1 they are the exact limits in
        a finite population (Wright); with gamma they grow towards `share_bounds`.

    Raises
    ------
    ValueError
        If a number is out of its range, or more firms answered than there are.

    Notes
    -----
    If every firm decides by itself whether to answer, with the same chance among those with the property and the same
    among those without, then given how many answered, the count X among them follows Fisher's non-central
    hypergeometric distribution, whose odds ratio :math:`\theta` is that of answering. X rises with
    :math:`\theta` and with the number M of firms with the property. So the lower limit is the smallest M with
    :math:`P_{\theta = \Gamma}(X \ge x) > (1 - c) / 2`, the upper one the largest M with
    :math:`P_{\theta = 1/\Gamma}(X \le x) > (1 - c) / 2`: the union of the exact intervals over all
    :math:`\theta` from :math:`1/\Gamma` to :math:`\Gamma`, which holds the true share at least at level c whichever of
    them is true. (It does not use the narrower limits that Imbens and Manski allow where the union is wide.)

    References
    ----------
    Imbens GW, Manski CF (2004). Confidence intervals for partially identified parameters. Econometrica 72, 1845-1857.
    Rosenbaum PR (2002). Observational Studies, 2nd edition, chapter 4. Springer.
    Wright T (1991). Exact Confidence Bounds when Sampling from Small Finite Universes. Springer.

    Examples
    --------
    One of two firms answered, and it uses AI. That the other one uses none has the limits 1/2 and 1. If two of three
    answered, one a user, and both kinds answer alike, one or two are users:

    >>> limits = response_interval((1, 2), 3)
    >>> round(limits.lower, 4), round(limits.upper, 4)
    (0.3333, 0.6667)
    """
    observed, population = _in_population(observed, population)
    gamma = real_number(gamma, "gamma")
    if gamma < 1:
        raise ValueError(f"gamma must be at least 1, got {gamma}")
    confidence = probability(confidence, "confidence", open_ends=True)
    limits = _firms_limits(observed, population, gamma, (1 - confidence) / 2)
    method = f"non-central hypergeometric, odds of answering within a factor of {gamma:g}"
    return Interval(*(limit / population for limit in limits), confidence, method)


def tipping_gamma(observed: Share, population: int, baseline: float, *, confidence: float = 0.95) -> float:
    r"""Find the gamma of `response_interval` at which the share is no longer shown to differ from a baseline.

    Parameters
    ----------
    observed, population, confidence
        As in `response_interval`.
    baseline : float
        The share that the population is claimed to be below (or above, if `observed` is above it), between 0 and 1.

    Returns
    -------
    float
        1 if the claim is not even shown where all are as likely to answer; infinite if no gamma can undo it.

    Raises
    ------
    ValueError
        As `response_interval`.

    Notes
    -----
    With :math:`M_0` the number of firms, nearest to those observed, that makes the claim false, the :math:`\Gamma` at
    which the tail of the observed count given :math:`M_0` reaches :math:`(1 - c) / 2`.

    References
    ----------
    Rosenbaum PR (2002). Observational Studies, 2nd edition, chapter 4. Springer.

    Examples
    --------
    None of 2 firms that answered, of 4, uses AI: fewer than three of four? If three do, one of the two answers is that
    of the only other firm at most, so the claim stands whoever answers. But fewer than half? If two of four do, the
    chance that none of them is among the two that answered is 1 / (1 + 4 / gamma + 1 / gamma ** 2). At gamma = 1 it is
    1/6, and 1/4 at the root of 3 gamma ** 2 = 4 gamma + 1, which is (2 + 7 ** 0.5) / 3:

    >>> tipping_gamma((0, 2), 4, 0.75)
    inf
    >>> round(tipping_gamma((0, 2), 4, 0.5, confidence=0.5), 6), round((2 + 7**0.5) / 3, 6)
    (1.548584, 1.548584)
    """
    observed, population = _in_population(observed, population)
    baseline = probability(baseline, "baseline")
    tail = (1 - probability(confidence, "confidence", open_ends=True)) / 2
    if not observed.base or observed.value == baseline:
        return 1.0
    if observed.value < baseline:
        # The same claim about firms without the property: more of them than the rest.
        observed, baseline = Share(observed.base - observed.count, observed.base), 1 - baseline
    reached = floor(_whole_if_near(baseline * population))

    def chance(log_gamma: float) -> float:
        return upper_tail(reached, population - reached, observed.base, exp(log_gamma), observed.count)

    if not at_most(chance(0.0), tail):
        return 1.0
    if reached < observed.count:
        return inf
    if chance(0.0) >= tail:  # it is the tail, but for rounding
        return 1.0
    high = 1.0
    while at_most(chance(high), tail):
        high *= 2
    return exp(brentq(lambda log_gamma: chance(log_gamma) - tail, 0.0, high, xtol=1e-13))


@dataclass(frozen=True)
class TippingPoint(Result):
    """What those who did not answer would have to be like for the share of all to equal a baseline.

    Parameters
    ----------
    observed : Share
        Among those who answered.
    unseen : int
        Firms that did not answer.
    baseline : float
        The share to be reached.
    share : float
        The share among the unseen at which it is; below 0 or above 1 if whatever they are like cannot do it.
    response_ratio : float
        How much likelier firms with the property then were to answer than firms without it; NaN if `share` is
        impossible or no firm, or every firm, has the property.
    """

    observed: Share
    unseen: int
    baseline: float
    share: float
    response_ratio: float

    @property
    def possible(self) -> bool:
        """Whether the unseen can turn the conclusion at all."""
        return 0 <= self.share <= 1


def tipping_point(observed: Share, unseen: int, baseline: float) -> TippingPoint:
    """Find the share among those who did not answer at which the share of all equals the baseline.

    Parameters
    ----------
    observed : Share or pair of int
        Among those who answered.
    unseen : int
        Firms that did not answer; at least 1.
    baseline : float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    One of 4 firms that answered uses AI; 4 did not answer. If 3 of those do, half of all do. Then 1 of 4 users
    answered and 3 of 4 others, a third as often:

    >>> found = tipping_point(Share(1, 4), 4, 0.5)
    >>> found.share, round(found.response_ratio, 4)
    (0.75, 0.3333)
    """
    observed = as_share(observed, "observed")
    unseen, baseline = whole_number(unseen, "unseen", least=1), probability(baseline, "baseline")
    everyone = observed.base + unseen
    share = (_whole_if_near(baseline * everyone) - observed.count) / unseen
    others = observed.base - observed.count
    ratio = nan
    if 0 <= share <= 1 and 0 < baseline < 1 and others:
        ratio = (observed.count / baseline) / (others / (1 - baseline))
    return TippingPoint(observed, unseen, baseline, share, ratio)


def _in_population(observed: Share, population: int) -> tuple[Share, int]:
    """Return a share and the number of firms in all, or say that they do not fit."""
    observed, population = as_share(observed, "observed"), whole_number(population, "population")
    if not max(observed.base, 1) <= population:
        raise ValueError(
            f"population must be at least 1 and not below those who answered, got {shown(population)} and {observed}"
        )
    return observed, population


def _firms_limits(observed: Share, population: int, gamma: float, tail: float) -> tuple[int, int]:
    """Fewest and most firms with the property; the latter as the fewest of the others, whose odds are the inverse."""

    def fewest(count: int) -> int:
        def likely(having: int) -> bool:
            return not at_most(upper_tail(having, population - having, observed.base, gamma, count), tail)

        possible = range(count, population - (observed.base - count) + 1)
        return count + bisect_left(possible, True, key=likely)

    lower, upper = fewest(observed.count), population - fewest(observed.base - observed.count)
    return min(lower, upper), max(lower, upper)  # at a low confidence neither tail may be large enough


def _whole_if_near(number: float) -> float:
    """Return the whole number that rounding errors missed, or the number as it is."""
    nearest = round(number)
    return nearest if abs(number - nearest) <= TIE * max(number, 1.0) else number
