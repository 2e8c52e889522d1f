"""Which outcomes an exact test rejects, for all outcomes of a design at once, and how likely that is."""

from collections.abc import Sequence
from functools import lru_cache
from math import log

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import gammaln

from toe_analysis.statistics._chances import binomial, hypergeometric
from toe_analysis.statistics._ties import TIE, at_most

#: Outcomes rarer than this change no digit of a sum of all.
_NEGLIGIBLE = 1e-16
#: Totals of both groups whose rejected counts are worked out, and kept, together.
_AT_ONCE = 256
#: The largest chance over all common shares is found to within this.
_SURE_TO = 1e-9


def rejection_chance(
    sample: int, share: float, baseline: int, baseline_share: float, *, alpha: float, alternative: str
) -> tuple[float, float]:
    """Chance that Fisher's p, and that its mid-p, is at most alpha."""
    a, chance_a = likely_counts(sample, share)
    c, chance_c = likely_counts(baseline, baseline_share)
    first, last = a[0] + c[0], a[-1] + c[-1]
    blocks = range(first // _AT_ONCE, last // _AT_ONCE + 1)
    parts = [rejected_counts(sample, baseline, block, alpha, alternative) for block in blocks]
    limits = np.concatenate(parts, axis=2)[:, :, first % _AT_ONCE :][:, :, : last - first + 1]
    # Row i and column j of these views is the total of a[i] and c[j].
    low, high = (sliding_window_view(side, len(c), axis=1) for side in limits)
    regions = (a[:, None] <= low) | (a[:, None] >= high)
    # Floats, since numpy multiplies truths without its fast routines.
    exact, mid_p = (regions.astype(float) @ chance_c) @ chance_a
    return min(float(exact), 1.0), min(float(mid_p), 1.0)


def fixed_rejection_chances(
    samples: Sequence[int], share: float, baseline_share: float, *, alpha: float, alternative: str
) -> list[tuple[float, float]]:
    """Chances of p <= alpha against a fixed share, for many numbers of answers at once."""
    answers = np.asarray(samples)
    first, null = binomial(answers, baseline_share)
    low, high = _limits(first, _rejected(null, alpha, alternative), alternative)
    first, chances = binomial(answers, share)
    counts = first[:, None] + np.arange(chances.shape[1])
    found = (((counts <= low[:, :, None]) | (counts >= high[:, :, None])) * chances).sum(axis=2)
    return [(min(exact, 1.0), min(mid_p, 1.0)) for exact, mid_p in found.T.tolist()]


def false_alarm_chances(sample: int, baseline: int, *, alpha: float, alternative: str) -> tuple[float, float]:
    """Largest chance of p <= alpha over all shares that both groups may have in common, for the test and its mid-p."""
    blocks = range((sample + baseline) // _AT_ONCE + 1)
    parts = [_null_chances(sample, baseline, block, alpha, alternative) for block in blocks]
    exact, mid_p = (largest_chance(given_total) for given_total in np.concatenate(parts, axis=1))
    return exact, mid_p


def largest_chance(given_total: np.ndarray) -> float:
    r"""Largest mean of g(X), X binomial, over all shares, where `given_total` holds g(0), ..., g(n).

    Notes
    -----
    By branch and bound over :math:`\eta = \log(p / (1 - p))`. The mean's derivatives by it are the covariances of g
    with X and with :math:`(X - \mu)^2`. So the second is at most half the range of g times the standard deviation of
    :math:`(X - \mu)^2`, which is below :math:`\sqrt{2 v^2 + v}` for v the variance of X, and Taylor's formula bounds
    the mean on an interval. Intervals that cannot hold a value 1e-9 above the best one found are dropped. The value
    returned is attained, and the largest is at most 1e-9 above it (relatively, where g is small).
    """
    total = len(given_total) - 1
    best, scale = float(max(given_total[0], given_total[-1])), float(given_total.max())
    if best == scale:  # nothing can be larger
        return best
    counts = np.arange(total + 1)
    log_ways = gammaln(total + 1) - gammaln(counts + 1) - gammaln(total - counts + 1)
    edge = log(total) + 35  # beyond it nearly all is at the ends
    centres, half = np.linspace(-edge, edge, 129), edge / 128
    while len(centres):
        means, slopes = _mean_and_slope(centres, counts, log_ways, given_total)
        best = max(best, float(means.max()))
        near = np.clip(0, centres - half, centres + half)
        variance = total / (2 + 2 * np.cosh(near))
        bend = (scale - given_total.min()) / 2 * np.sqrt(2 * variance**2 + variance)
        keep = centres[means + abs(slopes) * half + bend * half**2 / 2 > best + _SURE_TO * scale]
        centres, half = np.concatenate([keep - half / 2, keep + half / 2]), half / 2
    return min(best, scale)


def _mean_and_slope(
    log_odds: np.ndarray, counts: np.ndarray, log_ways: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the values under each binomial, and its derivative."""
    means, slopes = np.empty(len(log_odds)), np.empty(len(log_odds))
    weighed = np.column_stack([np.ones(len(counts)), counts, values, values * counts])
    size = max(1, 2_000_000 // len(counts))
    for begin in range(0, len(log_odds), size):
        part = slice(begin, begin + size)
        logs = log_ways + log_odds[part, None] * counts
        whole, mean, value, product = (np.exp(logs - logs.max(axis=1, keepdims=True)) @ weighed).T
        means[part], slopes[part] = value / whole, product / whole - value * mean / whole**2
    return means, slopes


@lru_cache(maxsize=4096)  # a search meets the same baseline at every number of answers, and others the same numbers
def likely_counts(base: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Return counts and their chances, without those too rare to change a digit of a sum of all."""
    first, (chances,) = binomial(np.array([base]), share)
    likely = np.flatnonzero(chances > _NEGLIGIBLE / (base + 1))
    return first[0] + likely, chances[likely]


@lru_cache(maxsize=20_000)  # the same for every share
def rejected_counts(sample: int, baseline: int, block: int, alpha: float, alternative: str) -> np.ndarray:
    """Up to and from which count in the sample a test rejects (first axis), for the test and its mid-p, by total."""
    first, chances = _distributions(sample, baseline, block)
    return _limits(first, _rejected(chances, alpha, alternative), alternative)


def _null_chances(sample: int, baseline: int, block: int, alpha: float, alternative: str) -> np.ndarray:
    """Chance of a rejection without a difference, for the test and its mid-p, by total."""
    _, chances = _distributions(sample, baseline, block)
    return (chances * _rejected(chances, alpha, alternative)).sum(axis=2)


def _distributions(sample: int, baseline: int, block: int) -> tuple[np.ndarray, np.ndarray]:
    totals = np.arange(block * _AT_ONCE, min((block + 1) * _AT_ONCE, sample + baseline + 1))
    return hypergeometric(np.full_like(totals, sample), np.full_like(totals, baseline), totals)


def _limits(first: np.ndarray, rejected: np.ndarray, alternative: str) -> np.ndarray:
    """Turn rejected outcomes, which lie at the ends of each row, into the last low and the first high count."""
    kept = ~rejected
    none = ~kept.any(axis=-1)
    low = np.where(none, kept.shape[-1], kept.argmax(axis=-1) - 1) + first
    high = np.where(none, 0, kept.shape[-1] - kept[..., ::-1].argmax(axis=-1)) + first
    # A window ends where chances are too small to matter, on the side that is not tested too.
    return np.stack([low if alternative != "greater" else low * 0 - 1, high if alternative != "less" else high + 2**60])


def _rejected(chances: np.ndarray, alpha: float, alternative: str) -> np.ndarray:
    """Where p <= alpha and where mid-p <= alpha (first axis); each row of `chances` is a distribution."""
    if alternative == "two-sided":
        return _rejected_no_likelier(chances, alpha)
    if alternative == "less":
        p_values = np.cumsum(chances, axis=-1)
    else:
        p_values = np.cumsum(chances[..., ::-1], axis=-1)[..., ::-1]
    return np.stack([at_most(p_values, alpha), at_most(p_values - chances / 2, alpha)])


def _rejected_no_likelier(chances: np.ndarray, alpha: float) -> np.ndarray:
    """Reject outcomes from the rarest upwards, as long as the sum of their chances allows.

    Both p-values rise with an outcome's own chance, so one limit a row will do and no outcome needs its p-value.
    """
    ranked = np.sort(chances, axis=-1)
    sums = np.cumsum(ranked, axis=-1)
    # A tie is rejected whole or not at all: it ends where the next chance is larger.
    ends = np.ones(ranked.shape, dtype=bool)
    ends[..., :-1] = ranked[..., 1:] > ranked[..., :-1] * (1 + TIE)
    limits = (np.where(ends & at_most(p, alpha), ranked, -1.0).max(axis=-1) for p in (sums, sums - ranked / 2))
    return np.stack([chances <= limit[..., None] for limit in limits])
