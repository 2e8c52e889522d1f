"""Walk through every table with given margins, column by column, without listing them.

A node is what is left of the row totals, an arc is one way to fill a column. Tables that reach the same node with the
same value are one entry from then on. Entries at a node are sorted by value, so that for each arc one bisection finds
those whose every completion is extreme (settled in one sum) and those without an extreme completion (dropped).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, prod

import numpy as np
from scipy.special import gammaln

from toe_analysis.statistics.tables._measures import LARGEST, Measure

#: Limits that keep the walk below a gigabyte and some ten seconds: numbers a node can have, pairs of node and filling
#: looked at, arcs kept, entries kept, steps of an entry along an arc. Whole numbers, which are slower, get less of it.
NODE_LIMIT = 1_500_000
LOOK_LIMIT = 250_000_000
ARC_LIMIT, WHOLE_ARC_LIMIT = 5_000_000, 200_000
ENTRY_LIMIT = 3_000_000
STEP_LIMIT, WHOLE_STEP_LIMIT = 60_000_000, 400_000
_BLOCK = 100_000
#: What is left out has its chance summed by itself where that is below this.
_RARE = 1e-3
#: Steps that are taken, and merged, together: what they need goes before the next ones begin.
_STEPS_AT_ONCE = 1_500_000


class TooMuchWorkError(Exception):
    """The walk would pass a limit on work or memory."""


@dataclass(frozen=True)
class _Entries:
    """Partial tables: the node reached, the value so far, summed weight."""

    node: np.ndarray
    value: np.ndarray
    weight: np.ndarray

    def take(self, chosen: np.ndarray) -> "_Entries":
        return _Entries(self.node[chosen], self.value[chosen], self.weight[chosen])


@dataclass(frozen=True)
class _Level:
    """One column: the nodes before it, the ways to fill it, and the arcs, sorted by the node they start from."""

    nodes: np.ndarray
    fillings: np.ndarray
    source: np.ndarray
    arc: np.ndarray  # the filling
    target: np.ndarray  # the node after it
    value: np.ndarray
    shut: np.ndarray  # chance of each node's arcs that are left out, since every table through them is extreme


class Network:
    """All tables with the margins of `measure`, weighed in whole numbers (`whole`) or in floats."""

    def __init__(self, measure: Measure, *, whole: bool) -> None:
        self.measure, self.whole = measure, whole
        self.rows, self.columns = measure.rows, measure.columns
        self.strides = np.append(np.cumprod(np.append(1, self.rows[:-2] + 1)), 0)
        self.numbers = prod(int(row) + 1 for row in self.rows[:-1])
        if self.numbers > NODE_LIMIT:
            raise TooMuchWorkError
        self.weigh = _whole_weights(int(self.rows.sum())) if whole else None
        self.whole_total = int(self.weigh(self.rows[None])[0]) if whole else None
        self._build()
        self._bound()

    def p_value(self) -> Fraction | float:
        """Weight of the extreme tables as a part of the weight of all."""
        zero = np.zeros(1, dtype=np.int64)
        entries = _Entries(zero, zero, zero + 1 if self.whole else np.ones(1))
        extreme = 0
        for index in range(len(self.levels)):
            entries, settled = self._step(index, entries)
            extreme += settled
        return Fraction(extreme, self.whole_total) if self.whole else min(float(extreme), 1.0)

    # The network itself.

    def _build(self) -> None:
        """Find nodes and arcs, level by level, without the arcs that make every table extreme."""
        self.levels, self.ends, self.steps, self.looked = [], [], 0, 0
        nodes, best = self.rows[None], np.zeros(1, dtype=np.int64)
        kept = 0
        for column in range(len(self.columns) - 1):
            fillings = self._fillings(int(self.columns[column]))
            parts, (arcs_of, size) = [], self._arcs(column, fillings, int(best.min()))
            for first in range(0, len(nodes), size):
                parts.append(arcs_of(nodes[first : first + size], best[first : first + size]))
                kept += len(parts[-1][1])
                if kept > (WHOLE_ARC_LIMIT if self.whole else ARC_LIMIT):
                    raise TooMuchWorkError
            counts, arc, number, value, shut = (np.concatenate(field) for field in zip(*parts, strict=True))
            past = np.repeat(best, counts) + value
            after, target = self._meet(column, number)
            source = np.repeat(np.arange(len(nodes), dtype=np.int64), counts)
            self.levels.append(_Level(nodes, fillings, source, arc, target, value, shut))
            self.ends.append(after)
            nodes, best = after, np.full(len(after), LARGEST)
            np.minimum.at(best, target, past)
            if not len(nodes):
                break  # every table is extreme, one way or another

    def _fillings(self, total: int) -> np.ndarray:
        """Every way to spread `total` over the rows."""
        shape = [min(int(row), total) + 1 for row in self.rows[:-1]]
        grid = np.indices(shape, dtype=np.int32).reshape(len(shape), -1).T
        last = total - grid.sum(axis=1)
        fits = (last >= 0) & (last <= self.rows[-1])
        return np.column_stack([grid[fits], last[fits]]).astype(np.int64)

    def _arcs(
        self, column: int, fillings: np.ndarray, best_of_all: int
    ) -> tuple[Callable[..., tuple[np.ndarray, ...]], int]:
        """Return the function that finds the arcs of nodes, from the best value of each, and of how many at once."""
        measure, step = self.measure, fillings @ self.strides
        values = None if measure.by_node else measure.values(column, fillings)
        after = self._vectors(np.arange(self.numbers), int(self.columns[column + 1 :].sum())).clip(0, self.rows)
        least = measure.least(column + 1, after)
        # Whole numbers take what is left out as the difference to all; only floats need its chance.
        ways, ways_after = (None, None) if self.whole else (_log_ways(fillings), _log_ways(after))

        def look(nodes: np.ndarray, best: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, ...]:
            """How many arcs each node keeps, their fillings, node numbers and values, and the chance of the others."""
            self.looked += len(nodes) * len(among)
            if self.looked > LOOK_LIMIT:
                raise TooMuchWorkError
            fits = np.ones((len(nodes), len(among)), dtype=bool)
            for row, filling in enumerate(fillings[among].T):
                fits &= filling <= nodes[:, row, None]
            counts = fits.sum(axis=1)
            node = np.repeat(np.arange(len(nodes)), counts)
            arc = among[np.flatnonzero(fits) - node * len(among)]
            number = (nodes @ self.strides)[node] - step[arc]
            value = measure.values(column, fillings[arc], nodes[node]) if values is None else values[arc]
            if least is None:
                return counts, arc, number, value, np.zeros(len(nodes))
            extreme = best[node] + value + least[number] >= measure.upper
            shut, keep = np.flatnonzero(extreme), np.flatnonzero(~extreme)
            chance = np.ones(len(shut)) if self.whole else chances(nodes, node[shut], arc[shut], number[shut])
            chance = np.bincount(node[shut], chance, minlength=len(nodes))
            return np.bincount(node[keep], minlength=len(nodes)), arc[keep], number[keep], value[keep], chance

        def chances(nodes: np.ndarray, node: np.ndarray, arc: np.ndarray, number: np.ndarray) -> np.ndarray:
            return np.exp(ways[arc] + ways_after[number] - _log_ways(nodes)[node])

        def look_among_few(nodes: np.ndarray, best: np.ndarray) -> tuple[np.ndarray, ...]:
            """Do as `look`, without the fillings that are extreme from every node: their chance is what is left."""
            counts, arc, number, value, _ = look(nodes, best, few)
            node = np.repeat(np.arange(len(nodes)), counts)
            chance = 1 - np.bincount(node, chances(nodes, node, arc, number), minlength=len(nodes))
            for rare in np.flatnonzero(chance < _RARE).tolist():  # here the difference would lose digits
                chance[rare : rare + 1] = look(nodes[rare : rare + 1], best[rare : rare + 1], everything)[-1]
            return counts, arc, number, value, chance

        everything = few = np.arange(len(fillings))
        if not (self.whole or least is None or values is None):
            few = np.flatnonzero(best_of_all + values + least.min() < measure.upper)
        if len(few) < len(fillings) / 2:
            return look_among_few, max(1, _BLOCK // max(len(few), 1))
        return lambda nodes, best: look(nodes, best, everything), max(1, _BLOCK // len(fillings))

    def _meet(self, column: int, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the nodes with these numbers, rows that are alike interchanged, and the place of each among them."""
        distinct, place = np.unique(number, return_inverse=True)
        vectors = self._vectors(distinct, int(self.columns[column + 1 :].sum()))
        for label in np.unique(self.measure.alike):
            rows = np.flatnonzero(self.measure.alike == label)
            vectors[:, rows] = np.sort(vectors[:, rows], axis=1)
        canonical, same = np.unique(vectors @ self.strides, return_index=True, return_inverse=True)[1:]
        return vectors[canonical], same[place].astype(np.int64)

    def _vectors(self, numbers: np.ndarray, total: int) -> np.ndarray:
        first = numbers[:, None] // self.strides[:-1] % (self.rows[:-1] + 1)
        return np.column_stack([first, total - first.sum(axis=1)])

    def _bound(self) -> None:
        """Least and most that the columns after each level can still add, from the last level back."""
        last = self.measure.values(len(self.columns) - 1, self.ends[-1], self.ends[-1])
        self.bounds = [(last, last)]
        for level in reversed(self.levels[1:]):
            below, above = self.bounds[0]
            low, high = np.full(len(level.nodes), LARGEST), np.where(level.shut > 0, np.int64(LARGEST), -LARGEST)
            np.minimum.at(low, level.source, level.value + below[level.target])
            np.maximum.at(high, level.source, np.minimum(level.value + above[level.target], LARGEST))
            self.bounds.insert(0, (np.minimum(low, LARGEST), high))

    # Passing through it.

    def _step(self, index: int, entries: _Entries) -> tuple[_Entries, int | float]:
        """Fill one column in every way: settle or drop what is decided, and merge the rest."""
        level, measure = self.levels[index], self.measure
        low, high = (bound[level.target] + level.value for bound in self.bounds[index])
        carry, settle = self._arc_weights(index)
        at = _Bisection(entries, level)
        entries = entries.take(at.order)
        outside, inside = at(measure.lower - high, "right"), at(measure.lower - low, "right")
        below, above = np.maximum(inside, at(measure.upper - high)), at(measure.upper - low)
        settled = _total(entries.weight * self._shut(level, settle)[entries.node])
        settled += _total(settle * at.sums_from(entries.weight, above))
        if measure.lower > -LARGEST:
            settled += _total(settle * at.sums_to(entries.weight, outside))
        steps = np.cumsum(inside - outside + above - below, dtype=np.int64)
        self.steps += int(steps[-1]) if len(steps) else 0
        if self.steps > (WHOLE_STEP_LIMIT if self.whole else STEP_LIMIT):
            raise TooMuchWorkError
        cuts = np.flatnonzero(np.diff(steps // _STEPS_AT_ONCE)) + 1
        merged = []
        for part in np.split(np.arange(len(steps)), cuts):
            pair, entry = _ranges((outside[part], inside[part]), (below[part], above[part]))
            merged.append(_merged(level, entries, carry, entry, part[pair]))
            if sum(len(found.node) for found in merged) > ENTRY_LIMIT:
                raise TooMuchWorkError
        if len(merged) == 1:
            return merged[0], settled
        fields = zip(*(vars(part).values() for part in merged), strict=True)
        return _summed(*(np.concatenate(field) for field in fields)), settled

    def _arc_weights(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Weight of each arc alone, and together with all that can follow it."""
        level = self.levels[index]
        after = self.ends[index]
        if self.whole:
            alone, rest = self.weigh(level.fillings), self.weigh(after)
            carry = alone.astype(np.int64) if max(alone) < LARGEST else alone
            return carry[level.arc], alone[level.arc] * rest[level.target]
        # In floats, the chance of the arc among all that can be done from its node: never too large or small.
        ways = _log_ways(level.fillings)[level.arc] + _log_ways(after)[level.target]
        chance = np.exp(ways - _log_ways(level.nodes)[level.source])
        return chance, chance

    def _shut(self, level: _Level, settle: np.ndarray) -> np.ndarray:
        """Weight of the tables through the arcs left out of each node."""
        if not self.whole:
            return level.shut
        weight = self.weigh(level.nodes)
        np.subtract.at(weight, level.source, settle)
        return weight


class _Bisection:
    """Entries sorted by node and value, to be cut at a value of its own for each arc."""

    def __init__(self, entries: _Entries, level: _Level) -> None:
        self.values, rank = np.unique(entries.value, return_inverse=True)
        self.step = len(self.values) + 1
        place = entries.node * self.step + rank
        self.order = np.argsort(place)
        self.places = place[self.order]
        self.source = level.source
        self.base = self.source * self.step
        self.edges = np.searchsorted(self.places, np.arange(len(level.nodes) + 1) * self.step)

    def __call__(self, values: np.ndarray, side: str = "left") -> np.ndarray:
        """Index of the first entry at the arc's node whose value is at least (or, on the right, above) the given."""
        return np.searchsorted(self.places, self.base + np.searchsorted(self.values, values, side))

    def sums_from(self, weights: np.ndarray, first: np.ndarray) -> np.ndarray:
        """Sum of the weights from `first` to the end of the arc's node."""
        return self._sums(weights[::-1], len(weights) - self.edges[::-1], len(weights) - first, -2 - self.source)

    def sums_to(self, weights: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Sum of the weights from the beginning of the arc's node up to before `last`."""
        return self._sums(weights, self.edges, last, self.source)

    def _sums(self, weights: np.ndarray, edges: np.ndarray, last: np.ndarray, source: np.ndarray) -> np.ndarray:
        sums = np.append(weights[:0].sum(), weights)
        if weights.dtype != float:
            sums = np.cumsum(sums)
            return sums[last] - sums[edges[source]]
        # Node by node, from the rarest values on: differences of one long sum would lose small chances.
        for begin, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            sums[begin + 1 : end + 1] = np.cumsum(weights[begin:end])
        return np.where(last > edges[source], sums[last], 0)


def _merged(level: _Level, entries: _Entries, carry: np.ndarray, entry: np.ndarray, pair: np.ndarray) -> _Entries:
    """Entries after a column: each `entry` along its arc `pair`, with the weights of equal ones added up."""
    if not len(entry):
        return entries.take(entry)
    value = entries.value[entry] + level.value[pair]
    return _summed(level.target[pair], value, _product(entries.weight, entry, carry, pair))


def _summed(node: np.ndarray, value: np.ndarray, weight: np.ndarray) -> _Entries:
    """Entries with the weights of equal ones added up."""
    order = np.lexsort((node, value))
    node, value = node[order], value[order]
    first = np.flatnonzero(np.append(True, (node[1:] != node[:-1]) | (value[1:] != value[:-1])))
    return _Entries(node[first], value[first], np.add.reduceat(weight[order], first))


def _ranges(*pieces: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (place, number) of each number in the half-open ranges, one range a place."""
    places, numbers = [], []
    for first, last in pieces:
        length = np.maximum(last - first, 0)
        place = np.repeat(np.arange(len(first)), length)
        numbers.append(np.arange(len(place)) - np.repeat(np.cumsum(length) - length - first, length))
        places.append(place)
    return np.concatenate(places), np.concatenate(numbers)


def _whole_weights(total: int) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function that gives multinomial coefficients as Python's whole numbers, which cannot overflow."""
    factorials = np.array([factorial(n) for n in range(total + 1)], dtype=object)
    return lambda counts: factorials[counts.sum(axis=1)] // factorials[counts].prod(axis=1)


def _log_ways(counts: np.ndarray) -> np.ndarray:
    return gammaln(counts.sum(axis=1) + 1) - gammaln(counts + 1).sum(axis=1)


def _product(first: np.ndarray, entry: np.ndarray, second: np.ndarray, pair: np.ndarray) -> np.ndarray:
    """Multiply weights, in 64 bits where even their sum fits and in Python's whole numbers where not."""
    if first.dtype != float:
        largest = int(first.max()) * int(second.max()) * len(entry)
        # No dot product: BLAS would wake its threads for it.
        fits = largest < LARGEST or (first.astype(float)[entry] * second.astype(float)[pair]).sum() < LARGEST
        first, second = (weights.astype(np.int64 if fits else object) for weights in (first, second))
    return first[entry] * second[pair]


def _total(weights: np.ndarray) -> int | float:
    return float(weights.sum()) if weights.dtype == float else sum(weights.tolist())
