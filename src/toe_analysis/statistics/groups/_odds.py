"""The odds ratio of a 2 x 2 table given its margins: estimate, and the limits of the one-sided and two-sided tests.

All is solved for the logarithm of the odds ratio. Upper limits are lower limits with the property turned into its
opposite, which inverts the odds ratio. (scipy's `odds_ratio` finds limits to eleven digits only, takes twenty times as
long for tens of thousands of firms, and has no two-sided limits.)
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log

import numpy as np
from scipy.optimize import brentq

from toe_analysis.statistics._chances import hypergeometric, upper_tail
from toe_analysis.statistics._ties import at_most

#: Jumps of the two-sided p-value, times counts, that are looked at together.
_CELLS_AT_ONCE = 1_000_000
#: A limit this close to 1 is on the side of 1 where the test says it is.
_NEAR = 1e-7


@dataclass(frozen=True)
class Given:
    """A count in the sample, the sizes of sample and others, and how many of both have the property."""

    count: int
    sample: int
    others: int
    total: int

    @property
    def least(self) -> int:
        """Smallest count that the margins allow."""
        return max(0, self.total - self.others)

    @property
    def most(self) -> int:
        """Largest count that they allow."""
        return min(self.sample, self.total)

    def opposite(self) -> "Given":
        """Return the same table with those that do not have the property."""
        return Given(self.sample - self.count, self.sample, self.others, self.sample + self.others - self.total)

    def log_ways(self, first: int, last: int) -> np.ndarray:
        """Logarithm of the chance of each count from first to last at odds of 1, up to a constant."""
        x = np.arange(first, last, dtype=float)
        ratios = (self.sample - x) * (self.total - x) / ((x + 1) * (self.others - self.total + x + 1))
        return np.append(0.0, np.cumsum(np.log(ratios)))

    def chances(self, log_odds: float) -> tuple[int, np.ndarray]:
        """Return the first count that has a chance at an odds ratio, and the chances from there on."""
        first, (chances,) = hypergeometric(self.sample, self.others, self.total, exp(log_odds))
        return int(first[0]), chances

    def upper_tail(self, log_odds: float) -> float:
        """Chance of the count or more."""
        return upper_tail(self.sample, self.others, self.total, exp(log_odds), self.count)


def estimate(table: Given) -> float:
    """Return the odds ratio at which the mean is the observed count; 0 or infinite at the edge of the margins."""
    if table.count == table.least:
        return 0.0
    if table.count == table.most:
        return inf

    def excess(log_odds: float) -> float:
        first, chances = table.chances(log_odds)
        return float((first - table.count + np.arange(len(chances))) @ chances)

    return exp(_root(excess, table))


def central_limits(table: Given, tail: float) -> tuple[float, float]:
    """Odds ratios at which either tail of the observed count is the given one."""
    lower, upper = (
        exp(_root(lambda log_odds, side=side: side.upper_tail(log_odds) - tail, side))
        if side.count > side.least
        else 0.0
        for side in (table, table.opposite())
    )
    return lower, 1 / upper if upper else inf


def two_sided_limits(table: Given, alpha: float, *, rejects_1: bool) -> tuple[float, float]:
    """Smallest and largest odds ratio that the two-sided test does not reject.

    Where an odds ratio of 1 is the limit, a rounding error may put the limit on either side of it; the test decides.
    """
    lower, upper = (
        exp(_smallest(side, alpha)) if side.count > side.least else 0.0 for side in (table, table.opposite())
    )
    upper = 1 / upper if upper else inf
    if not rejects_1:
        return min(lower, 1.0), max(upper, 1.0)
    if lower <= 1 <= upper and 1 - lower < _NEAR:
        lower = float(np.nextafter(1, 2))
    if lower <= 1 <= upper and upper - 1 < _NEAR:
        upper = float(np.nextafter(1, 0))
    return lower, upper


def _smallest(table: Given, alpha: float) -> float:
    """Logarithm of the smallest odds ratio whose two-sided p-value is above alpha.

    As the odds ratio rises from 0, counts below the observed one become no likelier than it one after the other, and
    the p-value jumps up by the chance of each. Between two jumps it is the sum of two tails, which falls and then
    rises. So it first exceeds alpha at a jump, or within the piece before one.
    """
    last = _root(lambda log_odds: table.upper_tail(log_odds) - alpha, table)  # one tail alone is alpha here
    first, chances = table.chances(last)
    x, place = first + np.arange(float(len(chances))), table.count - first
    log_ways = table.log_ways(first, first + len(chances) - 1)
    joined = np.arange(place)
    jumps = (log_ways[:place] - log_ways[place]) / (place - joined)
    joined, jumps = joined[jumps < last], jumps[jumps < last]

    def p_values(log_odds: np.ndarray, joined: np.ndarray) -> np.ndarray:
        """Sum the lower tail that has joined and the upper tail, each by itself: either may be all that counts."""
        logs = log_ways + log_odds[:, None] * (x - table.count)
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        sums = np.cumsum(weights, axis=1)
        return (sums[np.arange(len(joined)), joined] + weights[:, place:].sum(axis=1)) / sums[:, -1]

    at_once = max(8, _CELLS_AT_ONCE // len(x))
    while len(jumps) > at_once:  # so many that the p-value all but rises steadily
        chosen = np.arange(0, len(jumps), -(-len(jumps) // at_once))
        above = np.append(~at_most(p_values(jumps[chosen], joined[chosen]), alpha), True)
        found = int(above.argmax())
        part = slice(chosen[max(found - 1, 0)], chosen[found] + 1 if found < len(chosen) else None)
        joined, jumps = joined[part], jumps[part]
    ends = np.append(jumps[1:], last)
    at_jump, at_end = (~at_most(p_values(places, joined), alpha) for places in (jumps, ends))
    if not (at_jump | at_end).any():
        return last
    piece = int((at_jump | at_end).argmax())
    if at_jump[piece]:
        return float(jumps[piece])
    given = joined[piece : piece + 1]
    return float(brentq(lambda t: p_values(np.array([t]), given)[0] - alpha, jumps[piece], ends[piece], xtol=1e-14))


def _root(rising: Callable[[float], float], table: Given) -> float:
    """Root of a function of the log odds ratio that rises."""
    a, b = table.count, table.sample - table.count
    c, d = table.total - table.count, table.others - table.total + table.count
    low = high = log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))
    step = 1.0
    while rising(low) > 0:
        low, step = low - step, 2 * step
    step = 1.0
    while rising(high) < 0:
        high, step = high + step, 2 * step
    return low if low == high else float(brentq(rising, low, high, xtol=1e-14))
