"""What each test statistic adds up, one column of a table at a time, in whole numbers.

Every statistic of `exact_test` is, up to constants of the margins, a sum of one term per column. Terms are exact 64-bit
whole numbers where a common denominator fits (ties are then exact), else fixed-point numbers with a tolerance. Products
(of factorials, or of x**x) are added up as logarithms, each prime's rounded once, so that equal ones are equal numbers.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, lcm, log

import numpy as np
from scipy.special import gammaln, xlogy

from toe_analysis.statistics._ties import TIE

#: Room for sums of values in 64 bits; as a threshold it means "none on this side".
LARGEST = 2**61
#: Values above this are not kept as exact whole numbers.
LARGEST_EXACT = LARGEST
_FIXED_POINT = 2.0**50
_LARGEST_SCORE = 2**40
#: Up to so many units products are taken apart into primes. Their order is exact: of the 23,749,256 of factorials that
#: 120 units allow, and of the 46,128,588 of x**x, all listed once, no two are nearer than 2.7 parts in 10^10, and
#: rounding moves none by one in 10^12.
_FACTORED_UNITS = 120


class Measure(ABC):
    """A statistic on the tables with given margins: extreme when its value is >= `upper` or <= `lower`."""

    by_node = False  # does a column's term depend on the columns before it?
    exact = True  # are ties exact?
    upper, lower = LARGEST, -LARGEST
    mean = None  # where a distance from it counts

    def __init__(
        self,
        table: np.ndarray,
        row_scores: Sequence[Fraction] = (),
        column_scores: Sequence[Fraction] = (),
        alternative: str = "two-sided",
    ) -> None:
        self.rows, self.columns = table.sum(axis=1), table.sum(axis=0)
        self.table, self.total = table, int(table.sum())
        self.alike = np.arange(len(self.rows))  # rows with the same label may be swapped
        self._prepare(row_scores, column_scores)
        self.observed = int(self.of_tables(table[None])[0])
        self.slack = 0 if self.exact else max(self._tolerance(), table.size)
        self.upper = self.observed - self.slack
        if self.mean is not None:
            self._set_sides(alternative)

    @abstractmethod
    def _prepare(self, row_scores: Sequence[Fraction], column_scores: Sequence[Fraction]) -> None:
        """Work out what the terms need."""

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

    def _tolerance(self) -> int:
        """How far apart values may be that tie, apart from the rounding of each cell."""
        return ceil(TIE * abs(self.observed))

    def _set_sides(self, alternative: str) -> None:
        """Set thresholds at the observed distance from the mean, on one side or both."""
        if alternative == "less":
            self.lower, self.upper = self.observed + self.slack, LARGEST
        elif alternative == "two-sided":
            distance = abs(self.observed - self.mean)
            lower, upper = floor(self.mean - distance) + self.slack, ceil(self.mean + distance) - self.slack
            if lower >= upper:  # no table is nearer to the mean
                lower, upper = -LARGEST, -LARGEST
            self.lower, self.upper = lower, upper


class Product(Measure):
    """Product over cells of x!: large is extreme, since a table's probability is a constant over it."""

    def _prepare(self, row_scores: Sequence[Fraction], column_scores: Sequence[Fraction]) -> None:
        self.alike = np.zeros(len(self.rows), dtype=int)  # the product asks only what is left of the rows
        logs = self._logs(np.arange(self.total + 1.0))
        self.exact = self.total <= _FACTORED_UNITS
        self.scale = 2.0 ** min(51 if self.exact else 44, floor(60 - np.log2(logs[-1] + 1)))
        self.cell_values = self._product(self._by_primes()) if self.exact else _fixed_point(logs * self.scale)

    def _logs(self, cells: np.ndarray) -> np.ndarray:
        """Logarithm of what stands in the product for a cell."""
        return gammaln(cells + 1)

    def _product(self, logs: np.ndarray) -> np.ndarray:
        """Return the same from the logarithms of 1 (twice), 2, 3, ..."""
        return np.cumsum(logs)

    def _tolerance(self) -> int:
        # Of logarithms, so a ratio of chances is a difference; those of large factorials are rounded themselves.
        rounding = ceil(float(self.cell_values[-1]) * 2.0**-52)
        return ceil(TIE * self.scale) + self.table.size * (1 + rounding)

    def _by_primes(self) -> np.ndarray:
        """Logarithms of 1 (for none), 1, 2, 3, ..., as sums of those of primes."""
        logs = np.zeros(self.total + 1, dtype=np.int64)
        for number in range(2, self.total + 1):
            if not logs[number]:  # no smaller prime divides it
                power = number
                while power <= self.total:
                    logs[power::power] += round(log(number) * self.scale)
                    power *= number
        return logs

    def values(self, column: int, fillings: np.ndarray, left: np.ndarray | None = None) -> np.ndarray:
        return self.cell_values[fillings].sum(axis=1)

    def least(self, column: int, left: np.ndarray) -> np.ndarray:
        # One table weighs no more than all together; x log x obeys the log-sum inequality.
        rest = self.columns[column:]
        at_most = self.cell_values[rest.sum()] - self.cell_values[rest].sum()
        return self.cell_values[left].sum(axis=1) - at_most - self._tolerance()


class LikelihoodRatio(Product):
    """Product over cells of x**x: large is extreme, since G-square is twice its logarithm, less one of the margins."""

    def _logs(self, cells: np.ndarray) -> np.ndarray:
        return xlogy(cells, cells)

    def _product(self, logs: np.ndarray) -> np.ndarray:
        return np.arange(len(logs)) * logs


class Pearson(Measure):
    """Sum over cells of x**2 / (row total * column total), which is chi-square / n + 1."""

    def _prepare(self, row_scores: Sequence[Fraction], column_scores: Sequence[Fraction]) -> None:
        self.alike = np.unique(self.rows, return_inverse=True)[1]
        multiple = lcm(*self.rows.tolist()) * lcm(*self.columns.tolist())
        self.exact = multiple * min(self.table.shape) < LARGEST_EXACT
        self.scale = multiple if self.exact else _FIXED_POINT

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

    def _prepare(self, row_scores: Sequence[Fraction], column_scores: Sequence[Fraction]) -> None:
        self.row_scores, whole = _whole_scores(row_scores, self.rows)
        spread = sum(int(row) * int(score) ** 2 for row, score in zip(self.rows, self.row_scores, strict=True))
        multiple = lcm(*self.columns.tolist())
        self.exact = whole and spread * multiple < LARGEST_EXACT
        self.scale = multiple if self.exact else _FIXED_POINT / spread

    def values(self, column: int, fillings: np.ndarray, left: np.ndarray | None = None) -> np.ndarray:
        sums = fillings @ self.row_scores
        if self.exact:
            return sums**2 * (self.scale // self.columns[column])
        return _fixed_point(sums.astype(float) ** 2 / self.columns[column] * self.scale)

    def least(self, column: int, left: np.ndarray) -> np.ndarray:
        rest = float(self.columns[column:].sum())
        return _below((left @ self.row_scores).astype(float) ** 2 * self.scale / rest)


class LinearByLinear(Measure):
    """Sum over cells of row score * column score * x."""

    def _prepare(self, row_scores: Sequence[Fraction], column_scores: Sequence[Fraction]) -> None:
        self.row_scores, whole_rows = _whole_scores(row_scores, self.rows)
        self.column_scores, whole_columns = _whole_scores(column_scores, self.columns)
        self.alike = np.unique(self.row_scores, return_inverse=True)[1]
        largest = self.total * int(abs(self.row_scores).max()) * int(abs(self.column_scores).max())
        self.exact = whole_rows and whole_columns and largest < LARGEST_EXACT
        self.scale = 1 if self.exact else _FIXED_POINT / largest
        mean = Fraction(int(self.rows @ self.row_scores) * int(self.columns @ self.column_scores), self.total)
        self.mean = mean * Fraction(self.scale)

    def values(self, column: int, fillings: np.ndarray, left: np.ndarray | None = None) -> np.ndarray:
        sums = fillings @ self.row_scores
        if self.exact:
            return sums * self.column_scores[column]
        return _fixed_point(sums * (self.column_scores[column] * self.scale))


class Jonckheere(Measure):
    """Pairs of units that agree in the order of row and column, less pairs that disagree; 0 on average."""

    by_node = True
    mean = Fraction(0)

    def _prepare(self, row_scores: Sequence[Fraction], column_scores: Sequence[Fraction]) -> None:
        self.row_scores, self.column_scores = midranks(self.rows), midranks(self.columns)

    def values(self, column: int, fillings: np.ndarray, left: np.ndarray | None = None) -> np.ndarray:
        used = self.rows - left
        below = np.cumsum(used, axis=1) - used
        above = used.sum(axis=1, keepdims=True) - used - below
        return (fillings * (below - above)).sum(axis=1)


#: By the name of the statistic.
MEASURES = {
    "probability": Product,
    "pearson": Pearson,
    "likelihood_ratio": LikelihoodRatio,
    "kruskal_wallis": KruskalWallis,
    "linear_by_linear": LinearByLinear,
    "jonckheere": Jonckheere,
}


def midranks(totals: np.ndarray) -> np.ndarray:
    """Twice the middle ranks of rows or columns, up to a constant."""
    return 2 * np.cumsum(totals) - totals


def _fixed_point(values: np.ndarray) -> np.ndarray:
    return np.rint(values).astype(np.int64)


def _below(values: np.ndarray) -> np.ndarray:
    return np.floor(values * (1 - 1e-12)).astype(np.int64) - 1


def _whole_scores(scores: Sequence[Fraction], totals: np.ndarray) -> tuple[np.ndarray, bool]:
    """Scores as whole numbers about their mean, up to a factor; False beside them if they had to be rounded."""
    centre = sum(score * int(total) for score, total in zip(scores, totals, strict=True)) / int(totals.sum())
    multiple = lcm(*(score.denominator for score in scores))
    whole = [int(score * multiple) - round(centre * multiple) for score in scores]
    largest = max(abs(score) for score in whole)
    if largest < _LARGEST_SCORE:
        return np.array(whole, dtype=np.int64), True
    return np.array([round(Fraction(score, largest) * _LARGEST_SCORE) for score in whole], dtype=np.int64), False
