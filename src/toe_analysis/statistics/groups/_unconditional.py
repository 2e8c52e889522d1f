r"""Exact tests of a difference of two shares that need not be 0, over all shares that may go with it.

Tables are ordered by the score statistic at the difference :math:`\delta` that is tested,
:math:`(\hat p_1 - \hat p_2 - \delta) / \sqrt{\tilde p_1 \tilde q_1 / n_1 + \tilde p_2 \tilde q_2 / n_2}`, where
:math:`\tilde p` are the likeliest shares that differ by it (Miettinen and Nurminen 1985). It rises with the count of
the first group and falls with that of the second. So the tables where it is at least so large are, for each count of
the first group, those with a count of the second up to some number.

The largest chance is looked for over the shares that the data leave possible, and what that leaves out is added to it
(Berger and Boos 1994): else two groups of which about half have something would be judged by a world in which almost
none do.
"""

from functools import partial
from math import pi

import numpy as np
from scipy.special import xlog1py, xlogy

from toe_analysis.statistics._chances import largest, log_ways
from toe_analysis.statistics._ties import TIE
from toe_analysis.statistics.shares import Interval, Share

#: The largest chance of a set of tables is found to within this.
SURE_TO = 1e-6
#: Chance that a true share is not among those that the data leave possible; added to every p-value.
LEFT_OUT = 1e-6
_FIRST_INTERVALS = 32
#: Of a limit.
_PRECISION = 1e-5
#: Differences at which the order of the tables is looked at, besides those that are tested.
_ORDERS = 128


def upper_tail(sample: Share, baseline: Share, difference: float) -> float:
    """P-value of tables whose statistic is at least the observed one, if the shares differ by `difference`."""
    sample, baseline = _smaller_first(sample, baseline)
    edges = _possible(*_limits_of_both(sample, baseline), difference)
    if edges[0] > edges[-1]:
        return LEFT_OUT
    look = partial(_bounds, _extreme(sample, baseline, difference), baseline.base, difference)
    return min(1.0, largest(look, edges, SURE_TO) + LEFT_OUT)


def _smaller_first(sample: Share, baseline: Share) -> tuple[Share, Share]:
    """Return groups with the same difference, of which the first is the smaller: as it is, or all turned round."""
    if sample.base <= baseline.base:
        return sample, baseline
    ours, theirs = (Share(one.base - one.count, one.base) for one in (sample, baseline))
    return theirs, ours


def _extreme(sample: Share, baseline: Share, difference: np.ndarray | float) -> np.ndarray:
    """How many counts of the second group are in the set, for each count of the first; a row for each difference."""
    n1, n2, difference = sample.base, baseline.base, np.asarray(difference)[..., None]
    observed = _score(float(sample.count), n1, float(baseline.count), n2, difference)
    least = observed - TIE * np.maximum(abs(observed), 1.0)
    a = np.arange(n1 + 1.0)
    counts = np.zeros(np.broadcast_shapes(difference.shape, a.shape))
    above = counts + n2 + 1
    while (counts < above).any():  # by bisection, for all at once
        middle = np.floor((counts + above) / 2)
        inside = _score(a, n1, np.minimum(middle, n2), n2, difference) >= least
        counts, above = np.where(inside & (counts < above), middle + 1, counts), np.where(inside, above, middle)
    return counts.astype(int)


def _limits_of_both(sample: Share, baseline: Share) -> list[Interval]:
    """Limits of each group's own share; both together leave out `LEFT_OUT`."""
    return [one.interval(confidence=1 - LEFT_OUT / 2, method="clopper_pearson") for one in (sample, baseline)]


def _possible(ours: Interval, theirs: Interval, difference: float) -> np.ndarray:
    """Shares of the second group that neither rules out, in intervals to begin with; they fall if there are none."""
    low, high = max(theirs.lower, ours.lower - difference), min(theirs.upper, ours.upper - difference)
    return np.linspace(low, high, _FIRST_INTERVALS + 1)


def limits(sample: Share, baseline: Share, tail: float) -> tuple[float, float]:
    """Smallest and largest difference of which neither tail test is at most `tail` (Chan and Zhang 1999)."""
    lower = _smallest(sample, baseline, tail)
    return lower, -_smallest(baseline, sample, tail)


def _smallest(sample: Share, baseline: Share, tail: float) -> float:
    """Smallest difference whose p-value is above the tail, or a little less.

    The p-value does not rise steadily with the difference: it falls wherever a table leaves the set, and in small
    groups it may cross the tail far out again. But the chance of one set does rise, since shares within their limits
    can be moved until they differ by more. So no p-value of an interval of differences is larger than the chance, at
    its upper end, of all tables that are in the set somewhere in it; where that is above the tail, it is halved.
    (Somewhere: at a difference that is looked at. A table that comes and goes between two of these is not seen.)
    """
    sure_to = SURE_TO * min(1.0, 1000 * tail)
    level = tail - sure_to - LEFT_OUT  # so that the limit is never too near
    if level <= 0:  # no p-value is below what is left out, so a smaller tail rules nothing out
        return -1.0
    sample, baseline = _smaller_first(sample, baseline)
    ours, theirs = _limits_of_both(sample, baseline)
    observed = sample.value - baseline.value
    looked_at = np.linspace(ours.lower - theirs.upper, observed, _ORDERS + 1)
    sets = _extreme(sample, baseline, looked_at)
    todo = [(looked_at[0], observed, sets[0], sets[-1])]
    while todo:  # what is put last is looked at first: the smaller half
        low, high, first, last = todo.pop()
        between = sets[np.searchsorted(looked_at, low) : np.searchsorted(looked_at, high, side="right")]
        somewhere = np.vstack([first, between, last]).max(axis=0)
        edges = _possible(ours, theirs, high)
        look = partial(_bounds, somewhere, baseline.base, high)
        if largest(look, edges, sure_to, best=level, enough=level) <= level:
            continue
        if high - low <= _PRECISION:
            return float(low)
        middle = (low + high) / 2
        halfway = _extreme(sample, baseline, middle)
        todo += [(middle, high, halfway, last), (low, middle, first, halfway)]
    return observed


def _score(a: np.ndarray, n1: int, c: np.ndarray, n2: int, difference: np.ndarray | float) -> np.ndarray:
    p2 = _likeliest(a, n1, c, n2, difference)
    p1 = np.clip(p2 + difference, 0, 1)
    spread = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    distance = a / n1 - c / n2 - difference
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(abs(distance) < 1e-14, 0.0, distance / spread)


def _likeliest(a: np.ndarray, n1: int, c: np.ndarray, n2: int, difference: np.ndarray | float) -> np.ndarray:
    """Likeliest share of the second group: the root of a cubic by trigonometry, then polished by Newton's method.

    As in statsmodels' `score_test_proportions_2indep`, which gives NaN for some small tables and is not polished.
    """
    third, total = n1 + n2, a + c
    second = (n1 + 2 * n2) * difference - third - total
    first = (n2 * difference - third - 2 * c) * difference + total
    zeroth = c * difference * (1 - difference)
    q = second**3 / (3 * third) ** 3 - second * first / (6 * third**2) + zeroth / (2 * third)
    p = np.copysign(np.sqrt(np.maximum(second**2 / (3 * third) ** 2 - first / (3 * third), 0)), q)
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = (pi + np.arccos(np.clip(np.nan_to_num(q / p**3), -1, 1))) / 3
    root = 2 * p * np.cos(angle) - second / (3 * third)
    for _ in range(2):
        value = ((third * root + second) * root + first) * root + zeroth
        slope = (3 * third * root + 2 * second) * root + first
        with np.errstate(divide="ignore", invalid="ignore"):
            root = np.where(abs(slope) > 1e-6 * third, root - value / slope, root)
    return np.clip(root, np.maximum(0.0, -difference), np.minimum(1.0, 1.0 - difference))


def _bounds(
    counts: np.ndarray, n2: int, difference: float, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    r"""Chance of a set of tables at the middle of each interval of shares, and a bound on it within the interval.

    The shares are those of the second group; the first group's are larger by the difference. `counts` holds how many
    counts of the second group are in the set, for each count of the first.

    Notes
    -----
    Two bounds, of which the smaller one holds. In the coordinates :math:`\sqrt n \arcsin \sqrt p` of both groups the
    arcsine of the root of the chance of any set changes no faster than the distance (the information inequality). And
    along a straight line in both log odds the derivatives are the covariances of the set with a sum T of both counts,
    weighed by the steps, and with :math:`(T - ET)^2`, whose standard deviation is at most
    :math:`\sqrt{2 v^2 + \sum d^4 v_i}`; a step d in log odds is a step in the share over p (1 - p), up to its square.
    """
    bases = len(counts) - 1, n2
    middle, half = (low + high) / 2, (high - low) / 2
    shares, below, above = ([np.clip(end + difference, 0, 1), end] for end in (middle, low, high))
    chances, *means = _chance_and_means(counts, bases, shares)
    square, slope, bend, variance, fourth = (np.zeros(len(middle)) for _ in range(5))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for base, share, mean, *ends in zip(bases, shares, means, below, above, strict=True):
            square = square + base * np.maximum(*(abs(_angle(end) - _angle(share)) for end in ends)) ** 2
            covariance = mean - base * share * chances
            step = half / np.minimum(*(end * (1 - end) for end in ends))
            nearest = np.clip(0.5, *ends)
            spread = base * nearest * (1 - nearest)
            slope = slope + covariance / (share * (1 - share))
            bend, variance = bend + abs(covariance) * step**2 / 2, variance + step**2 * spread
            fourth = fourth + step**4 * spread
        bounds = np.sin(np.minimum(_angle(chances) + np.sqrt(square), pi / 2)) ** 2
        likeliest = np.minimum(bounds, 0.5)
        bend = bend + np.sqrt(likeliest * (1 - likeliest) * (2 * variance**2 + fourth)) / 2
        return chances, np.fmin(bounds, chances + abs(slope) * half + bend)


def _chance_and_means(
    counts: np.ndarray, bases: tuple[int, int], shares: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Chance of the set, and the means of both counts over it (0 outside), at each pair of shares."""
    (ours, first), (theirs, second) = (_binomial(base, share) for base, share in zip(bases, shares, strict=True))
    # Sums over the second group up to each of its counts; the first column is the sum over none.
    places = np.clip(counts[ours] - theirs[0], 0, len(theirs))
    below, below_weighed = (
        np.pad(np.cumsum(part, axis=1), ((0, 0), (1, 0)))[:, places] for part in (second, second * theirs)
    )
    inside = first * below
    chances = inside.sum(axis=1).clip(0, 1)
    return chances, (inside * ours).sum(axis=1), (first * below_weighed).sum(axis=1)


def _binomial(base: int, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return counts in a row, and the chance of each, a row a share; others are rarer than 1e-15 at all of them."""
    far = np.sqrt(18 * base)  # by Hoeffding's inequality
    first, last = max(0, int(base * shares.min() - far)), min(base, int(base * shares.max() + far) + 1)
    counts = np.arange(first, last + 1)
    ways = log_ways(base, counts)
    return counts, np.exp(ways + xlogy(counts, shares[:, None]) + xlog1py(base - counts, -shares[:, None]))


def _angle(share: np.ndarray) -> np.ndarray:
    return np.arcsin(np.sqrt(share))
