"""Chances of counts: hypergeometric and binomial, built outwards from the likeliest count, and p-values by them.

Each chance is its neighbour's times a ratio, so that no logarithm loses digits and ties come out as ties. Counts with a
chance below about 1e-300 are left out: a window of counts is enough however large the margins are.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import betaln

from toe_analysis.statistics._checks import shown
from toe_analysis.statistics._ties import at_most, settled

#: The smallest margin of a 2 x 2 table, and a base, must not exceed this: its window has half a million counts.
LARGEST_MARGIN = 200_000_000
#: Minus the logarithm of the chances that are left out.
_DEPTH = 700.0


def hypergeometric(
    sample: np.ndarray, others: np.ndarray, total: np.ndarray, odds: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    r"""Chance of each count in the sample, given the total in both groups (Fisher's non-central, if `odds` is not 1).

    Parameters
    ----------
    sample, others, total : ndarray of int, shape (tables,)
        Units in the two groups, and units with the property in both.
    odds : float
        The odds ratio.

    Returns
    -------
    first : ndarray of int, shape (tables,)
        The count that the first column stands for.
    chances : ndarray, shape (tables, counts)
        0 past the end of a row's window.

    Notes
    -----
    With k the smallest of the four margins, the count is a sum of k independent indicators (Vatutin and Mikhailov 1982,
    for any odds since the polynomial's roots only scale), so by Hoeffding's inequality a distance of t from the mean
    has a chance of at most :math:`\exp(-2 t^2 / k)`.
    """
    sample, others, total = (np.atleast_1d(margin).astype(np.int64) for margin in (sample, others, total))
    narrowest = np.minimum(np.minimum(sample, others), np.minimum(total, sample + others - total))
    if narrowest.max(initial=0) > LARGEST_MARGIN:
        raise ValueError(
            f"the smallest margin of a 2 x 2 table must be at most {LARGEST_MARGIN}, got {shown(int(narrowest.max()))}"
        )
    low, high = np.maximum(0, total - others), np.minimum(sample, total)
    mode = np.clip(_likeliest(sample + 1.0, total + 1.0, (others - total).astype(float), odds), low, high)
    reach = np.ceil(np.sqrt(narrowest * (_DEPTH / 2))).astype(np.int64) + 2
    low, high = np.maximum(low, mode - reach), np.minimum(high, mode + reach)

    n1, n2, m = (margin[:, None].astype(float) for margin in (sample, others, total))
    ours, theirs = _scaled(odds)
    return low, _outwards(low, mode, high, lambda x: (ours * (n1 - x + 1) * (m - x + 1), theirs * x * (n2 - m + x)))


def binomial(base: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Chance of each count out of each base, as `hypergeometric` returns it."""
    base = np.atleast_1d(base).astype(np.int64)
    if base.max(initial=0) > LARGEST_MARGIN:
        raise ValueError(f"base must be at most {LARGEST_MARGIN}, got {shown(int(base.max()))}")
    mode = np.floor((base + 1.0) * share).astype(np.int64).clip(0, base)
    reach = np.ceil(np.sqrt(base * (_DEPTH / 2))).astype(np.int64) + 2
    low, high = np.maximum(0, mode - reach), np.minimum(base, mode + reach)
    return low, _outwards(low, mode, high, lambda x: ((base[:, None] - x + 1.0) * share, x * (1.0 - share)))


def p_values(
    found: tuple[np.ndarray, np.ndarray], counts: np.ndarray, alternative: str
) -> tuple[np.ndarray, np.ndarray]:
    """P-value of a count of each table, and its mid-p, by the chances that `hypergeometric` or `binomial` gives.

    Two-sided are the counts no likelier than this one; the mid-p takes off half of this one's own chance.
    """
    first, chances = found
    places, columns = np.asarray(counts) - first, np.arange(chances.shape[1])
    inside = (places >= 0) & (places < len(columns))
    observed = np.where(inside, chances[np.arange(len(places)), places * inside], 0.0)
    if alternative == "two-sided":
        extreme = at_most(chances, observed[:, None])
    elif alternative == "less":
        extreme = columns <= places[:, None]
    else:
        extreme = columns >= places[:, None]
    p_values = np.where(extreme, chances, 0.0).sum(axis=1)
    return settled(p_values), settled(p_values - observed / 2)


def upper_tail(sample: int, others: int, total: int, odds: float, count: int) -> float:
    """Chance of so many in the sample, or more, given the total in both groups."""
    first, (chances,) = hypergeometric(sample, others, total, odds)
    return float(chances[max(0, count - int(first[0])) :].sum())


def log_ways(base: int, count: np.ndarray) -> np.ndarray:
    """Logarithm of the number of ways to choose so many firms of a base."""
    return -betaln(count + 1, base - count + 1) - np.log1p(base)


def largest(
    look: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
    edges: np.ndarray,
    sure_to: float,
    *,
    best: float = 0.0,
    enough: float = 1.0,
) -> float:
    """Largest chance between the first edge and the last, by branch and bound.

    `look` returns the chance in the middle of each interval, from its lower and its upper end, and a bound on it within
    the interval. Intervals that cannot hold one `sure_to` above the best one found are dropped, the others halved. The
    chance returned is attained. The search begins with chances above `best`, and ends with one above `enough`.
    """
    low, high = edges[:-1], edges[1:]
    while len(low) and best <= enough:
        chances, bounds = look(low, high)
        best = max(best, float(chances.max()))
        keep = bounds > best + sure_to
        low, high = low[keep], high[keep]
        middle = (low + high) / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    return best


def _likeliest(n1: np.ndarray, m: np.ndarray, gap: np.ndarray, odds: float) -> np.ndarray:
    """Where the ratio of neighbouring chances is 1: a root of a quadratic (Liao and Rosen 2001)."""
    ours, theirs = _scaled(odds)
    a, minus_b, c = ours - theirs, ours * (n1 + m) + theirs * gap, ours * n1 * m
    root = np.sqrt(np.maximum(minus_b**2 - 4 * a * c, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(minus_b >= 0, 2 * c / (minus_b + root), (minus_b - root) / (2 * a))
    return np.floor(np.nan_to_num(found)).astype(np.int64)


def _scaled(odds: float) -> tuple[float, float]:
    """Return two numbers up to 1 whose ratio is the odds, so that no product of them is too large."""
    return (1.0, 1 / odds) if odds > 1 else (odds, 1.0)


def _outwards(
    low: np.ndarray, mode: np.ndarray, high: np.ndarray, steps: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    """Multiply the ratios of neighbouring chances, from the mode up and down, and divide by the sum.

    `steps` returns numerator and denominator of the ratio of the chance of x to that of x - 1.
    """
    width = int((high - low).max(initial=0)) + 1
    x = low[:, None] + np.arange(width + 1.0)
    gained, lost = steps(x)
    place = (mode - low)[:, None]
    columns = np.arange(width)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        up = np.where(columns > place, gained[:, :-1] / lost[:, :-1], 1.0)
        down = np.where(columns < place, lost[:, 1:] / gained[:, 1:], 1.0)
    up[x[:, :-1] > high[:, None]] = 0.0  # past the end; for a share of 1 the ratio there is 0 / 0
    chances = np.cumprod(up, axis=1) * np.cumprod(down[:, ::-1], axis=1)[:, ::-1]
    return chances / chances.sum(axis=1, keepdims=True)
