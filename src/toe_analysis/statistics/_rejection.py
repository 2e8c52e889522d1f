"""Which outcomes an exact test rejects, for all outcomes of a design at once, and how likely that is."""

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, sqrt

import numpy as np
from scipy.special import gammaln
from scipy.stats import binom

from toe_analysis.statistics.fisher import TIE

#: Outcomes rarer than this change no digit of a sum of all.
_NEGLIGIBLE = 1e-16
_FROM_THE_OTHER_SIDE = {"less": "greater", "greater": "less"}
_COMMON_SHARES = np.arange(1, 100) / 100


def rejection_chance(
    sample: int, share: float, baseline: int | None, baseline_share: float, *, alpha: float, alternative: str
) -> tuple[float, float]:
    """Chance of p <= alpha for the exact test and for its mid-p; without a base the baseline is a fixed share."""
    if baseline is None:
        (chances,) = fixed_rejection_chances([sample], share, baseline_share, alpha=alpha, alternative=alternative)
        return chances
    if baseline < sample:
        # The same tables seen from the smaller group, which has fewer counts to go through.
        sample, share, baseline, baseline_share = baseline, baseline_share, sample, share
        alternative = _FROM_THE_OTHER_SIDE.get(alternative, alternative)
    a, chance_a = likely_counts(sample, share)
    c, chance_c = likely_counts(baseline, baseline_share)
    totals = np.arange(a[0] + c[0], a[-1] + c[-1] + 1)
    null = _hypergeometric_chances(sample, baseline, totals)
    places = a[:, None] + c - totals[0], a[:, None]
    regions = [region.astype(float)[places] for region in _rejected(null, alpha, alternative)]
    # Floats, since numpy multiplies truths without its fast routines.
    return tuple(min(float(chance_a @ region @ chance_c), 1.0) for region in regions)


def fixed_rejection_chances(
    samples: Sequence[int], share: float, baseline_share: float, *, alpha: float, alternative: str
) -> list[tuple[float, float]]:
    """Chances of p <= alpha against a fixed share, for many numbers of answers at once."""
    answers = np.asarray(samples)[:, None]
    most = int(answers.max())
    # By Hoeffding's inequality a count beyond this has a chance below exp(-50), which changes no digit.
    reach = ceil(most * max(share, baseline_share) + 5 * sqrt(most))
    counts = np.arange(min(most, reach) + 1)
    chances, null = (binom.pmf(counts, answers, part) for part in (share, baseline_share))
    found = [(region * chances).sum(axis=1) for region in _rejected(null, alpha, alternative)]
    return [(min(float(exact), 1.0), min(float(mid_p), 1.0)) for exact, mid_p in zip(*found, strict=True)]


def false_alarm_chance(
    sample: int, baseline: int | None, baseline_share: float, *, alpha: float, alternative: str
) -> tuple[float, float]:
    """Largest chance of p <= alpha without a difference, for the exact test and its mid-p.

    Against a fixed share there is one such chance; against a base, one for each share that both groups may have.
    """
    if baseline is None:
        return rejection_chance(sample, baseline_share, None, baseline_share, alpha=alpha, alternative=alternative)
    # Given how many say so in both groups together, the chance of a rejection is the same whatever share they have.
    totals = np.arange(sample + baseline + 1)
    null = _hypergeometric_chances(sample, baseline, totals)
    chances = binom.pmf(totals, totals[-1], _COMMON_SHARES[:, None])
    rejected = [(null * region).sum(axis=1) for region in _rejected(null, alpha, alternative)]
    return tuple(min(float((chances @ given_total).max()), 1.0) for given_total in rejected)


@lru_cache(maxsize=4096)  # a search meets the same baseline at every number of answers, and others the same numbers
def likely_counts(base: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Return counts and their chances, without those too rare to change a digit of a sum of all."""
    chances = _binomial_chances(base, share)
    likely = chances > _NEGLIGIBLE / (base + 1)
    return np.flatnonzero(likely), chances[likely]


def _rejected(chances: np.ndarray, alpha: float, alternative: str) -> tuple[np.ndarray, np.ndarray]:
    """Where p <= alpha and where mid-p <= alpha; outcomes lie along the last axis, each row is a distribution."""
    if alternative == "two-sided":
        return _rejected_no_likelier(chances, alpha)
    if alternative == "less":
        p_values = np.cumsum(chances, axis=-1)
    else:
        p_values = np.cumsum(chances[..., ::-1], axis=-1)[..., ::-1]
    return p_values <= alpha, p_values - chances / 2 <= alpha


def _rejected_no_likelier(chances: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Reject outcomes from the rarest upwards, as long as the sum of their chances allows.

    Both p-values rise with an outcome's own chance, so one limit a row will do and no outcome needs its p-value.
    """
    ranked = np.sort(chances, axis=-1)
    sums = np.cumsum(ranked, axis=-1)
    # A tie is rejected whole or not at all: it ends where the next chance is larger.
    ends = np.ones(ranked.shape, dtype=bool)
    ends[..., :-1] = ranked[..., 1:] > ranked[..., :-1] * (1 + TIE)
    limits = (np.where(ends & (p <= alpha), ranked, -1.0).max(axis=-1) for p in (sums, sums - ranked / 2))
    exact, mid_p = (chances <= limit[..., None] for limit in limits)
    return exact, mid_p


def _binomial_chances(base: int, share: float) -> np.ndarray:
    return binom.pmf(np.arange(base + 1), base, share)


def _hypergeometric_chances(sample: int, baseline: int, totals: np.ndarray) -> np.ndarray:
    """Chance of each count in the sample (columns), for each count in both groups together (rows)."""
    x = np.arange(min(sample, int(totals[-1])) + 1)
    rest = totals[:, None] - x
    # Past either end of a row there is no table: chance 0.
    logs = np.append(_log_ways(baseline), -np.inf)[np.where((rest >= 0) & (rest <= baseline), rest, -1)]
    logs = logs + _log_ways(sample)[x]
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    return chances / chances.sum(axis=1, keepdims=True)


@lru_cache(maxsize=4096)
def _log_ways(base: int) -> np.ndarray:
    """Logarithm of the number of ways to choose each count of firms."""
    counts = np.arange(base + 1)
    return gammaln(base + 1) - gammaln(counts + 1) - gammaln(base - counts + 1)
