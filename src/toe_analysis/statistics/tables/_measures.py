"""What each test statistic adds up, one column of a table at a time, in whole numbers.

Every statistic of `exact_test` is, up to constants of the margins, a sum of one term per column. Terms are exact 64-bit
whole numbers where a common denominator fits (ties are then exact), else fixed-point numbers with a tolerance. Products
of factorials are added up as logarithms; beside them runs a key, the exponents of the product's primes packed into one
whole number, so that equal products are known to be equal.
"""

from abc import ABC, abstractmethod
from fractions import Fraction
from math import ceil, floor, lcm, prod

import numpy as np
from scipy.special import gammaln

from toe_analysis.statistics._ties import TIE

#: Room for sums of values in 64 bits; as a threshold it means "none on this side".
LARGEST = 2**61
#: Values above this are not kept as exact whole numbers.
LARGEST_EXACT = LARGEST
_FIXED_POINT = 2.0**50
_LARGEST_SCORE = 2**40


class Measure(ABC):
    """A statistic on the tables with given margins: extreme when its value is >= `sure` or <= `lower`.

    Where products carry keys, values from `maybe` up to `sure` are too close to call and `is_extreme` decides.
    """

    by_node = False  # does a column's term depend on the columns before it?
    keys = None  # a key for each cell count, where products have keys
    exact = True  # are ties exact?
    sure = maybe = LARGEST
    lower = -LARGEST
    mean = None  # where a distance from it counts

    def __init__(self, table: np.ndarray) -> None:
        self.rows, self.columns = table.sum(axis=1), table.sum(axis=0)
        self.table, self.total = table, int(table.sum())
        self.alike = np.arange(len(self.rows))  # rows with the same label may be swapped

    @abstractmethod
    def values(self, column: int, fillings: np.ndarray, left: np.ndarray | None = None) -> np.ndarray:
        """Terms of `column`, one for each row of `fillings`; before it, `left` was left of the row totals."""

    def least(self, column: int, left: np.ndarray) -> np.ndarray | None:
        """Return a lower bound on what this and all later columns add where `left` is left (None: not known)."""
        return None

    def of_tables(self, tables: np.ndarray) -> np.ndarray:
        """Values of whole tables, a stack of shape (tables, rows, columns)."""
        left = np.broadcast_to(self.rows, tables.shape[:2]).copy()
        total = np.zeros(len(tables), dtype=np.int64)
        for column in range(tables.shape[2]):
            total += self.values(column, tables[:, :, column], left)
            left -= tables[:, :, column]
        return total

    def distances(self, values: np.ndarray) -> np.ndarray:
        """How extreme values are, two-sided: themselves, or how far they are from the mean, in whole numbers."""
        if self.mean is None:
            return values
        scale = self.mean.denominator if abs(values).max() < LARGEST // self.mean.denominator else 1
        return abs(values * scale - round(self.mean * scale))

    def _observe(self, table: np.ndarray) -> int:
        self.observed = int(self.of_tables(table[None])[0])
        self.slack = 0 if self.exact and self.keys is None else max(self._tolerance(), table.size)
        self.maybe = self.sure = self.observed - self.slack

    def _tolerance(self) -> int:
        """How far apart values may be that tie, apart from the rounding of each cell."""
        return ceil(TIE * abs(self.observed))

    def _two_sided(self, mean: Fraction, alternative: str) -> None:
        """Set thresholds at the observed distance from the mean, on one side or both."""
        self.mean, distance = mean, abs(self.observed - mean)
        lower, upper = floor(mean - distance) + self.slack, ceil(mean + distance) - self.slack
        if alternative == "greater":
            lower, upper = -LARGEST, self.observed - self.slack
        elif alternative == "less":
            lower, upper = self.observed + self.slack, LARGEST
        elif lower >= upper:  # no table is nearer to the mean
            lower, upper = -LARGEST, -LARGEST
        self.lower, self.maybe, self.sure = lower, upper, upper


class Product(Measure):
    """Product over cells of x!: large is extreme, since a table's probability is a constant over it."""

    def __init__(self, table: np.ndarray) -> None:
        super().__init__(table)
        self.alike = np.zeros(len(self.rows), dtype=int)  # the product asks only what is left of the rows
        logs = gammaln(np.arange(self.total + 1) + 1.0)
        self.scale = 2.0 ** min(44, floor(60 - np.log2(logs[-1] + 1)))
        self.cell_values = np.rint(logs * self.scale).astype(np.int64)
        self.keys = self._pack()
        self.exact = self.keys is not None
        self._observe(table)
        if self.exact:
            self.sure = self.observed + self.slack + 1
            self.observed_key = int(self.keys[table].sum())

    def _tolerance(self) -> int:
        # Of logarithms, so a ratio of chances is a difference; those of large factorials are rounded themselves.
        rounding = ceil(float(self.cell_values[-1]) * 2.0**-52)
        return ceil(TIE * self.scale) + self.table.size * (1 + rounding)

    def _pack(self) -> np.ndarray | None:
        """Give each cell count a key of mixed-radix digits, one per prime, which no table makes overflow."""
        if self.total > 120:
            return None
        cells = np.arange(self.total + 1, dtype=np.int64)  # keys are longer than the 32 bits of a browser's Python
        self.primes = [n for n in range(2, self.total + 1) if all(n % d for d in range(2, n))]
        digits = [_exponents(prime, cells) for prime in self.primes]
        self.radices = [int(np.max(digit[1:] * self.total // cells[1:])) + 1 for digit in digits]
        if prod(self.radices) >= LARGEST_EXACT:
            return None
        keys = np.zeros_like(cells)
        for radix, digit in zip(reversed(self.radices), reversed(digits), strict=True):
            keys = keys * radix + digit
        return keys

    def product(self, key: int) -> int:
        """Return the product that `key` stands for."""
        found = 1
        for prime, radix in zip(self.primes, self.radices, strict=True):
            key, digit = divmod(key, radix)
            found *= prime**digit
        return found

    def is_extreme(self, keys: np.ndarray) -> np.ndarray:
        """Compare products exactly with the observed one; equal keys, the common case, need no product."""
        found = keys == self.observed_key
        if not found.all():
            observed = self.product(self.observed_key)
            found |= [self.product(int(key)) >= observed for key in keys]
        return found

    def values(self, column: int, fillings: np.ndarray, left: np.ndarray | None = None) -> np.ndarray:
        return self.cell_values[fillings].sum(axis=1)

    def least(self, column: int, left: np.ndarray) -> np.ndarray:
        # One table weighs no more than all together. The last term is rounding.
        rest = self.columns[column:]
        at_most = self.cell_values[rest.sum()] - self.cell_values[rest].sum()
        return self.cell_values[left].sum(axis=1) - at_most - left.shape[1] - len(rest) - self.slack


def _exponents(prime: int, cells: np.ndarray) -> np.ndarray:
    """Exponents of `prime` in x!."""
    exponents = np.zeros_like(cells)
    power = prime
    while power < len(cells):
        exponents[power::power] += 1
        power *= prime
    return np.cumsum(exponents)


class Pearson(Measure):
    """Sum over cells of x**2 / (row total * column total), which is chi-square / n + 1."""

    def __init__(self, table: np.ndarray) -> None:
        super().__init__(table)
        self.alike = np.unique(self.rows, return_inverse=True)[1]
        multiple = lcm(*self.rows.tolist()) * lcm(*self.columns.tolist())
        self.exact = multiple * min(table.shape) < LARGEST_EXACT
        self.scale = multiple if self.exact else _FIXED_POINT
        self._observe(table)

    def values(self, column: int, fillings: np.ndarray, left: np.ndarray | None = None) -> np.ndarray:
        expected = self.rows * self.columns[column]
        if self.exact:
            return (fillings**2 * (self.scale // expected)).sum(axis=1)
        return _fixed_point((fillings**2 / expected).sum(axis=1) * self.scale)

    def _tolerance(self) -> int:
        return ceil(TIE * abs(self.observed - self.scale))  # of chi-square, which is what is above the 1

    def least(self, column: int, left: np.ndarray) -> np.ndarray:
        rest = float(self.columns[column:].sum())  # Cauchy: sum of x**2 / column >= left**2 / sum of columns
        return _below((left**2 / self.rows).sum(axis=1) * self.scale / rest)


class KruskalWallis(Measure):
    """Sum over columns (the groups) of (sum of the row scores in it)**2 / column total."""

    def __init__(self, table: np.ndarray, scores: list[Fraction]) -> None:
        super().__init__(table)
        self.scores, whole = _whole_scores(scores, self.rows)
        spread = sum(int(row) * int(score) ** 2 for row, score in zip(self.rows, self.scores, strict=True))
        multiple = lcm(*self.columns.tolist())
        self.exact = whole and spread * multiple < LARGEST_EXACT
        self.scale = multiple if self.exact else _FIXED_POINT / spread
        self._observe(table)

    def values(self, column: int, fillings: np.ndarray, left: np.ndarray | None = None) -> np.ndarray:
        sums = fillings @ self.scores
        if self.exact:
            return sums**2 * (self.scale // self.columns[column])
        return _fixed_point(sums.astype(float) ** 2 / self.columns[column] * self.scale)

    def least(self, column: int, left: np.ndarray) -> np.ndarray:
        rest = float(self.columns[column:].sum())
        return _below((left @ self.scores).astype(float) ** 2 * self.scale / rest)


class LinearByLinear(Measure):
    """Sum over cells of row score * column score * x."""

    def __init__(
        self, table: np.ndarray, row_scores: list[Fraction], column_scores: list[Fraction], alternative: str
    ) -> None:
        super().__init__(table)
        self.row_scores, whole_rows = _whole_scores(row_scores, self.rows)
        self.column_scores, whole_columns = _whole_scores(column_scores, self.columns)
        self.alike = np.unique(self.row_scores, return_inverse=True)[1]
        largest = self.total * int(abs(self.row_scores).max()) * int(abs(self.column_scores).max())
        self.exact = whole_rows and whole_columns and largest < LARGEST_EXACT
        self.scale = 1 if self.exact else _FIXED_POINT / largest
        self._observe(table)
        mean = Fraction(int(self.rows @ self.row_scores) * int(self.columns @ self.column_scores), self.total)
        self._two_sided(mean * Fraction(self.scale), alternative)

    def values(self, column: int, fillings: np.ndarray, left: np.ndarray | None = None) -> np.ndarray:
        sums = fillings @ self.row_scores
        if self.exact:
            return sums * self.column_scores[column]
        return _fixed_point(sums * (self.column_scores[column] * self.scale))


class Jonckheere(Measure):
    """Pairs of units that agree in the order of row and column, less pairs that disagree; 0 on average."""

    by_node = True

    def __init__(self, table: np.ndarray, alternative: str) -> None:
        super().__init__(table)
        self._observe(table)
        self._two_sided(Fraction(0), alternative)

    def values(self, column: int, fillings: np.ndarray, left: np.ndarray | None = None) -> np.ndarray:
        used = self.rows - left
        below = np.cumsum(used, axis=1) - used
        above = used.sum(axis=1, keepdims=True) - used - below
        return (fillings * (below - above)).sum(axis=1)


def _fixed_point(values: np.ndarray) -> np.ndarray:
    return np.rint(values).astype(np.int64)


def _below(values: np.ndarray) -> np.ndarray:
    return np.floor(values * (1 - 1e-12)).astype(np.int64) - 1


def _whole_scores(scores: list[Fraction], totals: np.ndarray) -> tuple[np.ndarray, bool]:
    """Scores as whole numbers about their mean, up to a factor; False beside them if they had to be rounded."""
    centre = sum(score * int(total) for score, total in zip(scores, totals, strict=True)) / int(totals.sum())
    multiple = lcm(*(score.denominator for score in scores))
    whole = [int(score * multiple) - round(centre * multiple) for score in scores]
    largest = max(abs(score) for score in whole)
    if largest < _LARGEST_SCORE:
        return np.array(whole, dtype=np.int64), True
    return np.array([round(Fraction(score, largest) * _LARGEST_SCORE) for score in whole], dtype=np.int64), False
