"""Compare a share with another share, and many pairs of shares at once."""

from dataclasses import dataclass
from functools import cached_property
from math import inf, nan

import numpy as np
from statsmodels.stats.proportion import confint_proportions_2indep

from toe_analysis.statistics._chances import hypergeometric, p_values
from toe_analysis.statistics._checks import ALTERNATIVES, one_of, probability, shown, whole_array
from toe_analysis.statistics._rejection import false_alarm_chances
from toe_analysis.statistics._ties import at_most
from toe_analysis.statistics.groups import _odds, _unconditional
from toe_analysis.statistics.shares import Interval, Result, Share, as_share

#: Boschloo's test is skipped above this base, where it says nearly what Fisher's says (at 10,000 it takes a second).
LARGEST_BOSCHLOO_BASE = 1000
#: An exact interval goes through the likely pairs of counts many times: three seconds for 9,999 firms in each group.
LARGEST_PAIRS_OF_INTERVAL = 100_000_000
_CELLS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class ShareComparison(Result):
    """Result of `compare_shares`; what goes through every pair of counts is computed when first asked for.

    Parameters
    ----------
    sample, baseline : Share
        The two shares.
    difference : float
        Sample share less baseline share.
    difference_interval : Interval
        Newcombe's hybrid score interval.
    odds_ratio : float
        Conditional maximum likelihood estimate; 0 or infinite at the edge of what the margins allow, NaN if undefined.
    odds_ratio_interval : Interval
        Exact conditional interval with equal tails, which goes with the two one-sided tests.
    alternative : str
        Which side the p-values take; the intervals are always two-sided.
    fisher_p, mid_p : float
        Fisher's p-value, and the same less half the probability of the observed table.
    method : str
        What was done, and what could not be.
    """

    sample: Share
    baseline: Share
    difference: float
    difference_interval: Interval
    odds_ratio: float
    odds_ratio_interval: Interval
    alternative: str
    fisher_p: float
    mid_p: float
    method: str

    @property
    def pvalue(self) -> float:
        """Fisher's p-value, by the name that scipy gives it."""
        return self.fisher_p

    @cached_property
    def matching_interval(self) -> Interval:
        """Odds ratios that the two-sided Fisher test does not reject: 1 is out of it exactly if p <= 1 - confidence.

        Where the odds ratios not rejected have a gap, and 1 is in it, the interval spans the gap and says so.
        """
        confidence = self.odds_ratio_interval.confidence
        if _has_empty_margin(self.sample, self.baseline):
            return self.odds_ratio_interval
        table = _table(self.sample, self.baseline)
        alpha = 1 - confidence
        rejects_1 = bool(at_most(_p_values(table, "two-sided")[0], alpha))
        lower, upper = _odds.two_sided_limits(table, alpha, rejects_1=rejects_1)
        gap = ", with a gap around 1, which is rejected" if rejects_1 and lower <= 1 <= upper else ""
        return Interval(lower, upper, confidence, f"inverted two-sided Fisher test{gap}")

    @cached_property
    def exact_difference_interval(self) -> Interval:
        """Chan and Zhang's exact unconditional interval for the difference.

        From -1 to 1, saying so, above `LARGEST_PAIRS_OF_INTERVAL` pairs of counts, and where a group is empty.
        """
        confidence = self.difference_interval.confidence
        pairs = (self.sample.base + 1) * (self.baseline.base + 1)
        if pairs > LARGEST_PAIRS_OF_INTERVAL:
            method = f"not computed: {pairs} pairs of counts are above {LARGEST_PAIRS_OF_INTERVAL}"
            return Interval(-1.0, 1.0, confidence, method)
        if not (self.sample.base and self.baseline.base):
            return Interval(-1.0, 1.0, confidence, "not computed: a group is empty")
        limits = _unconditional.limits(self.sample, self.baseline, (1 - confidence) / 2)
        return Interval(*limits, confidence, "chan_zhang")

    @cached_property
    def boschloo_p(self) -> float:
        """P-value of Boschloo's unconditional test, never above Fisher's; NaN above `LARGEST_BOSCHLOO_BASE`.

        The largest chance, over all shares that the groups may have in common, of a Fisher p at most the observed one.
        """
        if max(self.sample.base, self.baseline.base) > LARGEST_BOSCHLOO_BASE:
            return nan
        if self.fisher_p in (0.0, 1.0):  # 0 stands for what is too small for a float
            return self.fisher_p
        groups = self.sample.base, self.baseline.base
        return false_alarm_chances(*groups, alpha=self.fisher_p, alternative=self.alternative)[0]


def compare_shares(
    sample: Share, baseline: Share, *, alternative: str = "two-sided", confidence: float = 0.95
) -> ShareComparison:
    r"""Test whether two independent groups of firms differ in a share (Fisher's exact test).

    Parameters
    ----------
    sample, baseline : Share or pair of int
        The two groups, as shares or as (count, base); no firm is in both.
    alternative : {"two-sided", "less", "greater"}
        ``greater`` asks whether the sample's share is above the baseline's.
    confidence : float
        Level of the intervals, strictly between 0 and 1.

    Returns
    -------
    ShareComparison
        P-values, odds ratio and difference with their intervals.

    Raises
    ------
    ValueError
        If an argument is none of these, or the smallest margin is above 200 million.

    Notes
    -----
    Given both margins the sample's count x is hypergeometric if the shares are equal. The two-sided p-value sums the
    probabilities that do not exceed the observed one; the mid-p takes off half the observed one and is closer to its
    level, but not always below it. Probabilities that differ by less than one part in 1e9 are the same, and a p-value
    that rounding errors keep from a decimal number of six digits is that number. The conditional odds ratio is the
    :math:`\theta` for which the mean of

    .. math:: P_\theta(x) \propto \binom{n_1}{x} \binom{n_2}{m - x} \theta^x

    is the observed x. The two-sided p and the interval with equal tails may disagree about 1; `matching_interval` does
    not. Newcombe's interval for the difference joins Wilson's limits of the two shares; `exact_difference_interval` is
    never below its level. It asks what is the largest chance over the shares that both groups leave possible, all but a
    millionth, and adds that (Berger and Boos).
    With nobody, or everybody, having the property, or with an empty group, p is 1 and the odds ratio undefined.

    References
    ----------
    Fagerland MW, Lydersen S, Laake P (2015). Recommended tests and confidence intervals for paired and independent
    binomial proportions. Statistical Methods in Medical Research 24, 224-254.
    Newcombe RG (1998). Interval estimation for the difference between independent proportions. Statistics in Medicine
    17, 873-890.
    Fay MP (2010). Confidence intervals that match Fisher's exact or Blaker's exact tests. Biostatistics 11, 373-374.
    Chan ISF, Zhang Z (1999). Test-based exact confidence intervals for the difference of two binomial proportions.
    Biometrics 55, 1202-1209.
    Berger RL, Boos DD (1994). P values maximized over a confidence set for the nuisance parameter. Journal of the
    American Statistical Association 89, 1012-1016.
    Boschloo RD (1970). Raised conditional level of significance for the 2 x 2 table. Statistica Neerlandica 24, 1-35.

    Examples
    --------
    Three of 4 firms against 1 of 4. Of the 70 ways to choose who of the 8 are the 4, 1 + 16 are as extreme on one side,
    as many on the other, so p = 34/70:

    >>> found = compare_shares(Share(3, 4), Share(1, 4))
    >>> round(found.fisher_p, 4), round(34 / 70, 4)
    (0.4857, 0.4857)
    >>> found.difference
    0.5
    """
    sample, baseline = as_share(sample, "sample"), as_share(baseline, "baseline")
    one_of(alternative, ALTERNATIVES, "alternative")
    confidence = probability(confidence, "confidence", open_ends=True)
    difference, difference_interval = _difference(sample, baseline, confidence)
    if _has_empty_margin(sample, baseline):
        odds_ratio, limits = nan, Interval(0.0, inf, confidence, "undefined")
        fisher_p = mid_p = 1.0
        method = "no comparison: a row or column of the 2 x 2 table is empty, so the odds ratio is undefined"
    else:
        table = _table(sample, baseline)
        fisher_p, mid_p = _p_values(table, alternative)
        odds_ratio = _odds.estimate(table)
        limits = Interval(*_odds.central_limits(table, (1 - confidence) / 2), confidence, "exact conditional")
        method = f"Fisher's exact test, {alternative}; conditional odds ratio; Newcombe's interval for the difference"
    found = difference, difference_interval, odds_ratio, limits
    return ShareComparison(sample, baseline, *found, alternative, fisher_p, mid_p, method)


def fisher_p_values(a: object, b: object, c: object, d: object) -> np.ndarray:
    """Two-sided Fisher p-values of many 2 x 2 tables at once.

    Parameters
    ----------
    a, b, c, d : array_like of int
        Cells of the tables [[a, b], [c, d]]; they are broadcast against each other.

    Returns
    -------
    ndarray of float
        One p-value a table, in the broadcast shape; 1 where a row or column is empty, 0 below about 1e-300.

    Raises
    ------
    ValueError
        If a cell is no count, the shapes do not fit, or the smallest margin of a table is above 200 million.

    Notes
    -----
    The same test as `compare_shares`, with the same p-values.

    Examples
    --------
    >>> fisher_p_values([3, 4], [1, 0], [1, 0], [3, 4]).round(4).tolist()
    [0.4857, 0.0286]
    """
    cells = [whole_array(cell, name) for cell, name in zip((a, b, c, d), "abcd", strict=True)]
    try:
        cells = np.broadcast_arrays(*cells)
    except ValueError:
        shapes = shown([cell.shape for cell in cells])
        raise ValueError(f"a, b, c and d must have shapes that fit, got {shapes}") from None
    shape = cells[0].shape
    a, b, c, d = (cell.ravel() for cell in cells)
    sample, others, total = a + b, c + d, a + c
    width = np.minimum(np.minimum(sample, others), np.minimum(total, sample + others - total)) + 1
    found, left = np.empty(len(a)), np.argsort(-width)
    while len(left):  # the widest first: as many as fit at its width
        size = max(1, _CELLS_AT_ONCE // int(width[left[0]]))
        part, left = left[:size], left[size:]
        found[part], _ = p_values(hypergeometric(sample[part], others[part], total[part]), a[part], "two-sided")
    return found.reshape(shape)


def _table(sample: Share, baseline: Share) -> _odds.Given:
    return _odds.Given(sample.count, sample.base, baseline.base, sample.count + baseline.count)


def _has_empty_margin(sample: Share, baseline: Share) -> bool:
    having, firms = sample.count + baseline.count, sample.base + baseline.base
    return not (sample.base and baseline.base and 0 < having < firms)


def _p_values(table: _odds.Given, alternative: str) -> tuple[float, float]:
    found = p_values(hypergeometric(table.sample, table.others, table.total), table.count, alternative)
    return found[0].item(), found[1].item()


def _difference(sample: Share, baseline: Share, confidence: float) -> tuple[float, Interval]:
    if not (sample.base and baseline.base):
        return nan, Interval(-1.0, 1.0, confidence, "undefined")
    lower, upper = confint_proportions_2indep(
        sample.count, sample.base, baseline.count, baseline.base, method="newcomb", alpha=1 - confidence
    )
    return sample.value - baseline.value, Interval(float(lower), float(upper), confidence, "newcombe")
