"""Compare a share with another share, or with a fixed one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from math import exp, inf, log, nan

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import binom, binomtest, boschloo_exact, fisher_exact, hypergeom
from statsmodels.stats.proportion import confint_proportions_2indep

from toe_analysis.statistics._checks import one_of, probability
from toe_analysis.statistics.shares import Interval, Share

ALTERNATIVES = ("two-sided", "less", "greater")
#: Boschloo's test takes seconds here and minutes above.
LARGEST_BOSCHLOO_BASE = 1000


@dataclass(frozen=True)
class ShareComparison:
    """Result of `compare_shares`; `boschloo_p` is computed when first asked for.

    Parameters
    ----------
    sample, baseline : Share
        The two shares.
    alternative : str
        Which side the p-values take; the intervals are always two-sided.
    fisher_p, mid_p : float
        Fisher's p-value, and the same less half the probability of the observed table.
    odds_ratio : float
        Conditional maximum likelihood estimate; 0 or infinite at the edge of what the margins allow, NaN if undefined.
    odds_ratio_interval : Interval
        Exact conditional interval.
    difference : float
        Sample share less baseline share.
    difference_interval : Interval
        Newcombe's hybrid score interval.
    method : str
        What was done, and what could not be.
    """

    sample: Share
    baseline: Share
    alternative: str
    fisher_p: float
    mid_p: float
    odds_ratio: float
    odds_ratio_interval: Interval
    difference: float
    difference_interval: Interval
    method: str
    _table: np.ndarray = field(repr=False, compare=False)

    @property
    def boschloo_method(self) -> str:
        """How `boschloo_p` is found, or why it is NaN."""
        largest = max(self.sample.base, self.baseline.base)
        if largest > LARGEST_BOSCHLOO_BASE:
            return f"Boschloo's test skipped: a base of {largest} is above {LARGEST_BOSCHLOO_BASE}"
        return "Boschloo's unconditional test; two-sided is twice the smaller side"

    @cached_property
    def boschloo_p(self) -> float:
        """P-value of Boschloo's unconditional test; NaN where a base exceeds `LARGEST_BOSCHLOO_BASE`."""
        if max(self.sample.base, self.baseline.base) > LARGEST_BOSCHLOO_BASE:
            return nan
        if _has_empty_margin(self._table):
            return 1.0
        # scipy wants the groups in columns.
        return float(boschloo_exact(self._table.T, alternative=self.alternative).pvalue)

    def to_frame(self, *, boschloo: bool = False) -> pd.DataFrame:
        """One row; with `boschloo`, that test's p-value and method too."""
        row = {
            "sample_count": self.sample.count,
            "sample_base": self.sample.base,
            "sample_share": self.sample.value,
            "baseline_count": self.baseline.count,
            "baseline_base": self.baseline.base,
            "baseline_share": self.baseline.value,
            "difference": self.difference,
            "difference_lower": self.difference_interval.lower,
            "difference_upper": self.difference_interval.upper,
            "odds_ratio": self.odds_ratio,
            "odds_ratio_lower": self.odds_ratio_interval.lower,
            "odds_ratio_upper": self.odds_ratio_interval.upper,
            "confidence": self.difference_interval.confidence,
            "alternative": self.alternative,
            "fisher_p": self.fisher_p,
            "mid_p": self.mid_p,
            "method": self.method,
        }
        if boschloo:
            row |= {"boschloo_p": self.boschloo_p, "boschloo_method": self.boschloo_method}
        return pd.DataFrame([row])


def compare_shares(
    sample: Share, baseline: Share, *, alternative: str = "two-sided", confidence: float = 0.95
) -> ShareComparison:
    r"""Test whether two independent groups of firms differ in a share (Fisher's exact test).

    Parameters
    ----------
    sample, baseline : Share
        The two groups; no firm is in both.
    alternative : {"two-sided", "less", "greater"}
        ``greater`` asks whether the sample's share is above the baseline's.
    confidence : float
        Level of the two intervals, strictly between 0 and 1.

    Returns
    -------
    ShareComparison
        P-values, odds ratio and difference with their intervals.

    Raises
    ------
    ValueError
        If an argument is no `Share`, the alternative is unknown, or the confidence is not strictly between 0 and 1.

    Notes
    -----
    Given both margins the sample's count x is hypergeometric if the shares are equal. The two-sided p-value sums the
    probabilities that do not exceed the observed one; the mid-p takes off half the observed one and is closer to its
    level, but not always below it. The conditional odds ratio is the :math:`\theta` for which the mean of

    .. math:: P_\theta(x) \propto \binom{n_1}{x} \binom{n_2}{m - x} \theta^x

    is the observed x. Newcombe's interval for the difference joins Wilson's limits of the two shares.
    With nobody, or everybody, having the property, or with an empty group, p is 1 and the odds ratio undefined.

    References
    ----------
    Fagerland MW, Lydersen S, Laake P (2015). Recommended tests and confidence intervals for paired and independent
    binomial proportions. Statistical Methods in Medical Research 24, 224-254.
    Newcombe RG (1998). Interval estimation for the difference between independent proportions. Statistics in Medicine
    17, 873-890.
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
    for name, share in (("sample", sample), ("baseline", baseline)):
        if not isinstance(share, Share):
            raise ValueError(f"{name} must be a Share, got {share!r}")
    one_of(alternative, ALTERNATIVES, "alternative")
    probability(confidence, "confidence", open_ends=True)
    table = np.array([[share.count, share.base - share.count] for share in (sample, baseline)])
    difference, difference_interval = _difference(sample, baseline, confidence)
    if _has_empty_margin(table):
        odds_ratio, limits = nan, Interval(0.0, inf, confidence, "undefined")
        fisher_p = mid_p = 1.0
        method = "no comparison: a row or column of the 2 x 2 table is empty, so the odds ratio is undefined"
    else:
        odds_ratio, limits = _conditional_odds_ratio(table, confidence)
        fisher_p = min(float(fisher_exact(table, alternative=alternative).pvalue), 1.0)
        observed = hypergeom.pmf(table[0, 0], table.sum(), table[0].sum(), table[:, 0].sum())
        mid_p = fisher_p - float(observed) / 2
        method = f"Fisher's exact test, {alternative}; conditional odds ratio; Newcombe's interval for the difference"
    return ShareComparison(
        sample=sample,
        baseline=baseline,
        alternative=alternative,
        fisher_p=fisher_p,
        mid_p=mid_p,
        odds_ratio=odds_ratio,
        odds_ratio_interval=limits,
        difference=difference,
        difference_interval=difference_interval,
        method=method,
        _table=table,
    )


def _has_empty_margin(table: np.ndarray) -> bool:
    return not (table.any(axis=0).all() and table.any(axis=1).all())


def _difference(sample: Share, baseline: Share, confidence: float) -> tuple[float, Interval]:
    if not (sample.base and baseline.base):
        return nan, Interval(-1.0, 1.0, confidence, "undefined")
    lower, upper = confint_proportions_2indep(
        sample.count, sample.base, baseline.count, baseline.base, method="newcomb", alpha=1 - confidence
    )
    return sample.value - baseline.value, Interval(float(lower), float(upper), confidence, "newcombe")


def _conditional_odds_ratio(table: np.ndarray, confidence: float) -> tuple[float, Interval]:
    """Estimate and limits, solved for the logarithm of the odds ratio.

    `scipy.stats.contingency.odds_ratio` solves for the ratio itself, to 13 decimals, which is little where the ratio is
    small, and takes half a minute where the counts are large.
    """
    (a, b), (c, d) = table.tolist()
    x = np.arange(max(0, a - d), min(a + b, a + c) + 1)
    ratio = (a + b - x[:-1]) * (a + c - x[:-1]) / (x[1:] * (d - a + x[1:]))
    logs = np.append(0.0, np.cumsum(np.log(ratio)))

    def chances(log_ratio: float) -> np.ndarray:
        powers = logs + x * log_ratio
        weights = np.exp(powers - powers.max())
        return weights / weights.sum()

    def solve(rising: Callable[[float], float]) -> float:
        low = high = log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))
        step = 1.0
        while rising(low) > 0:
            low, step = low - step, 2 * step
        step = 1.0
        while rising(high) < 0:
            high, step = high + step, 2 * step
        return exp(low if low == high else brentq(rising, low, high, xtol=1e-14))

    tail, least, most = (1 - confidence) / 2, a == x[0], a == x[-1]
    estimate = 0.0 if least else inf if most else solve(lambda log_ratio: float((x - a) @ chances(log_ratio)))
    lower = 0.0 if least else solve(lambda log_ratio: float(chances(log_ratio)[x >= a].sum()) - tail)
    upper = inf if most else solve(lambda log_ratio: tail - float(chances(log_ratio)[x <= a].sum()))
    return estimate, Interval(lower, upper, confidence, "exact conditional")


@dataclass(frozen=True)
class FixedComparison:
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

    def to_frame(self) -> pd.DataFrame:
        """One row with the shares, the interval and the p-values."""
        row = {
            "count": self.sample.count,
            "base": self.sample.base,
            "share": self.sample.value,
            "lower": self.interval.lower,
            "upper": self.interval.upper,
            "confidence": self.interval.confidence,
            "fixed_share": self.fixed_share,
            "difference": self.difference,
            "alternative": self.alternative,
            "p_value": self.p_value,
            "mid_p": self.mid_p,
            "method": self.method,
        }
        return pd.DataFrame([row])


def compare_to_fixed(
    sample: Share, share: float, *, alternative: str = "two-sided", confidence: float = 0.95
) -> FixedComparison:
    """Test whether a group of firms differs from a share taken as known (exact one-sample binomial test).

    Parameters
    ----------
    sample : Share
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
        If `sample` is no `Share`, `share` is not between 0 and 1, the alternative is unknown, or the confidence is not
        strictly between 0 and 1.

    Notes
    -----
    The count is binomial with the known share. Two-sided sums the probabilities that do not exceed the observed one.
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
    if not isinstance(sample, Share):
        raise ValueError(f"sample must be a Share, got {sample!r}")
    fixed = probability(share, "share")
    one_of(alternative, ALTERNATIVES, "alternative")
    limits = sample.interval(confidence=confidence, method="clopper_pearson")
    if sample.base == 0:
        return FixedComparison(sample, fixed, alternative, 1.0, 1.0, nan, limits, "no comparison: the base is 0")
    p_value = float(binomtest(sample.count, sample.base, fixed, alternative=alternative).pvalue)
    mid_p = p_value - float(binom.pmf(sample.count, sample.base, fixed)) / 2
    method = f"exact binomial test, {alternative}"
    return FixedComparison(sample, fixed, alternative, p_value, mid_p, sample.value - fixed, limits, method)
