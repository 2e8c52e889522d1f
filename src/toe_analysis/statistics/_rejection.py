"""Which outcomes an exact test rejects, for all outcomes of a design at once, and how likely that is."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import ceil, log, sqrt

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from toe_analysis.statistics._chances import binomial, largest, log_ways
from toe_analysis.statistics._ties import TIE, at_most

#: Outcomes rarer than this change no digit of a sum of all.
_NEGLIGIBLE = 1e-16
#: Chances that are worked out together.
_CELLS_AT_ONCE = 2_000_000
#: Totals whose limits are kept together.
_TOTALS_AT_ONCE = 128
#: The largest chance over all common shares is found to within this.
_SURE_TO = 1e-9


def rejection_chance(
    sample: int, share: float, baseline: int, baseline_share: float, *, alpha: float, alternative: str
) -> tuple[float, float]:
    """Chance that Fisher's p, and that its mid-p, is at most alpha."""
    a, chance_a = likely_counts(sample, share)
    c, chance_c = likely_counts(baseline, baseline_share)
    fewest, most = int(a[0] + c[0]), int(a[-1] + c[-1])
    blocks = range(fewest // _TOTALS_AT_ONCE, most // _TOTALS_AT_ONCE + 1)
    limits = np.concatenate([_limits_of_block(block, sample, baseline, alpha, alternative) for block in blocks], axis=2)
    start = blocks.start * _TOTALS_AT_ONCE
    # Row i and column j of these windows is the total of a[i] and c[j]. Floats, since numpy multiplies truths slowly.
    low, high = sliding_window_view(limits[:, :, fewest - start : most + 1 - start], len(c), axis=2)
    ours = a[:, None].astype(np.int32)
    exact, mid_p = (((ours <= low) | (ours >= high)).astype(float) @ chance_c) @ chance_a
    return min(float(exact), 1.0), min(float(mid_p), 1.0)


@lru_cache(maxsize=10_000)  # what a test rejects does not depend on the true shares, and a plan tries many of these
def _limits_of_block(block: int, sample: int, baseline: int, alpha: float, alternative: str) -> np.ndarray:
    """Return what `_limits` gives for a block of totals of both groups."""
    totals = range(block * _TOTALS_AT_ONCE, min((block + 1) * _TOTALS_AT_ONCE, sample + baseline + 1))
    parts = [
        _limits(first, chances, alpha, alternative)
        for first, chances in _distributions(sample, baseline, totals, alpha)
    ]
    return np.concatenate(parts, axis=2).astype(np.int32)


def fixed_rejection_chances(
    samples: Sequence[int], share: float, baseline_share: float, *, alpha: float, alternative: str
) -> list[list[float]]:
    """Chances of p <= alpha against a fixed share, for many numbers of answers at once."""
    answers = np.asarray(samples)
    limits = _limits(*binomial(answers, baseline_share), alpha, alternative)
    return _chance_outside(limits, *binomial(answers, share)).T.tolist()


@lru_cache(maxsize=10_000)  # plans of many targets end at the same numbers of answers
def false_alarm_chances(sample: int, baseline: int, *, alpha: float, alternative: str) -> tuple[float, float]:
    """Largest chance of p <= alpha over all shares that both groups may have in common, for the test and its mid-p."""
    given_total = []
    for first, chances in _distributions(sample, baseline, range(sample + baseline + 1), alpha):
        given_total.append(_chance_outside(_limits(first, chances, alpha, alternative), first, chances))
    exact, mid_p = (largest_chance(test) for test in np.concatenate(given_total, axis=1))
    return exact, mid_p


def largest_chance(given_total: np.ndarray) -> float:
    r"""Largest mean of g(X), X binomial, over all shares, where `given_total` holds g(0), ..., g(n).

    Notes
    -----
    By branch and bound over :math:`\eta = \log(p / (1 - p))`. The mean's derivatives by it are the covariances of g
    with X and with :math:`(X - \mu)^2`. So the second is at most half the range of g times the standard deviation of
    :math:`(X - \mu)^2`, which is below :math:`\sqrt{2 v^2 + v}` for v the variance of X, and Taylor's formula bounds
    the mean on an interval. The value returned is attained, and the largest is at most 1e-9 above it (relatively, where
    g is small).
    """
    total = len(given_total) - 1
    best, scale = float(max(given_total[0], given_total[-1])), float(given_total.max())
    if best == scale:  # nothing can be larger
        return best

    def look(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        means, slopes = _mean_and_slope((low + high) / 2, given_total)
        half, near = (high - low) / 2, np.clip(0, low, high)
        variance = total / (2 + 2 * np.cosh(near))
        bend = (scale - given_total.min()) / 2 * np.sqrt(2 * variance**2 + variance)
        return means, means + abs(slopes) * half + bend * half**2 / 2

    far = log(total) + 35  # beyond it nearly all is at the ends
    return min(largest(look, far / 64 * np.arange(-64.5, 65), _SURE_TO * scale, best=best), scale)


def _mean_and_slope(log_odds: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the values under each binomial, and its derivative."""
    total = len(values) - 1
    reach = ceil(5 * sqrt(total))  # by Hoeffding's inequality all beyond has a chance below exp(-50)
    width = min(2 * reach, total) + 1
    first = np.clip(np.rint(total / (1 + np.exp(-log_odds))).astype(int) - reach, 0, total + 1 - width)
    logs = sliding_window_view(_log_ways(total)[: total + 1], width)[first] + log_odds[:, None] * np.arange(width)
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    weighed, steps = weights * sliding_window_view(values, width)[first], np.arange(width)
    means = weighed.sum(axis=1)
    # The covariance does not ask where counts begin.
    return means, weighed @ steps - means * (weights @ steps)


@lru_cache(maxsize=4096)  # a search meets the same baseline at every number of answers, and others the same numbers
def likely_counts(base: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Return counts and their chances, without those too rare to change a digit of a sum of all."""
    first, (chances,) = binomial(np.array([base]), share)
    likely = np.flatnonzero(chances > _NEGLIGIBLE / (base + 1))
    return first[0] + likely, chances[likely]


def _distributions(sample: int, baseline: int, totals: range, alpha: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Chances of each count in the sample for totals of both groups in a row, as `hypergeometric` gives them.

    All totals have the groups in common, so that logarithms of the ways to choose from each do, which is faster.
    """
    smaller = min(sample, baseline)
    reach = ceil(sqrt(smaller * (25 - log(alpha) / 2))) + 2  # rarer counts cannot be told from those at its end
    size = max(1, _CELLS_AT_ONCE // (2 * min(reach, smaller) + 1))
    for begin in range(totals.start, totals.stop, size):
        total = np.arange(begin, min(begin + size, totals.stop), dtype=np.int64)  # they are multiplied
        mode = (total + 1) * (sample + 1) // (sample + baseline + 2)
        low = np.maximum(np.maximum(0, total - baseline), mode - reach)
        high = np.minimum(np.minimum(sample, total), mode + reach)
        width = int((high - low).max()) + 1
        # Each row is a piece of the ways to choose from us, and one of those to choose from them: as many as to leave.
        ours = sliding_window_view(_log_ways(sample), width)
        theirs = sliding_window_view(_log_ways(baseline), width)
        logs = ours[low] + theirs[baseline - total + low]
        logs -= log_ways(sample + baseline, total)[:, None]
        yield low, np.exp(logs, out=logs)


@lru_cache(maxsize=64)  # each is as long as its base
def _log_ways(base: int) -> np.ndarray:
    """Logarithm of the number of ways to choose each count of firms; past the end there is none."""
    return np.append(log_ways(base, np.arange(base + 1)), np.full(base + 1, -np.inf))


def _limits(first: np.ndarray, chances: np.ndarray, alpha: float, alternative: str) -> np.ndarray:
    """Up to and from which count p <= alpha (first axis), for the test and its mid-p, by distribution (a row each).

    What lies outside of a row's window is rarer than all within.
    """
    never = np.full((2, len(chances)), 2**30)
    if alternative == "two-sided":
        low, high = _limits_of_no_likelier(chances, alpha)
        return np.stack([low + first, high + first])
    if alternative == "less":
        return np.stack([_reach(chances, alpha) - 1 + first, never])
    return np.stack([-never, first + chances.shape[1] - _reach(chances[:, ::-1], alpha)])


def _chance_outside(limits: np.ndarray, first: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """Chance, by each distribution, of a count that the limits reject, for the test and its mid-p."""
    low, high = limits[:, :, :, None]
    counts = first[:, None] + np.arange(chances.shape[1])
    return (((counts <= low) | (counts >= high)) * chances).sum(axis=2).clip(max=1.0)


def _reach(chances: np.ndarray, alpha: float) -> np.ndarray:
    """How many outcomes from the left have p <= alpha, and mid-p <= alpha."""
    sums = np.cumsum(chances, axis=1)
    return np.stack([at_most(p_values, alpha).sum(axis=1) for p_values in (sums, sums - chances / 2)])


def _limits_of_no_likelier(chances: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Reject outcomes from the rarest upwards, as long as the sum of their chances allows.

    Both p-values rise with an outcome's own chance, so one limit a row will do and no outcome needs its p-value. The
    first outcome that is too much is not rejected, and nor is any that ties with it. The mid-p may reject it, but not
    the next one: half of that is on top of what is too much.
    """
    ranked = np.sort(chances, axis=1)
    sums = np.cumsum(ranked, axis=1)
    rows, last = np.arange(len(chances)), chances.shape[1] - 1
    first = (~at_most(sums, alpha)).argmax(axis=1)
    limit = ranked[rows, first]
    kept = chances >= (limit / (1 + TIE))[:, None]
    low, high = kept.argmax(axis=1) - 1, last + 1 - kept[:, ::-1].argmax(axis=1)
    # The mid-p rejects those that tie with that outcome too, at most one on each side, or stops there as well.
    further = at_most(sums[rows, first] - limit / 2, alpha)
    limit = np.where(first < last, ranked[rows, np.minimum(first + 1, last)], np.inf) / (1 + TIE)
    lower, higher = (
        further & (chances[rows, place] < limit) for place in (np.minimum(low + 1, last), np.maximum(high - 1, 0))
    )
    return np.stack([low, low + lower]), np.stack([high, high - higher])
