"""Exact tests for tables of any size, given their margins; random tables, and saying so, past a limit on work."""

from dataclasses import dataclass
from fractions import Fraction
from math import factorial, isnan, nan, prod

import numpy as np
from scipy.special import kl_div
from scipy.stats import random_table

from toe_analysis.statistics._checks import ALTERNATIVES, counts_table, one_of, scores_list, shown, whole_number
from toe_analysis.statistics._ties import settled
from toe_analysis.statistics.shares import Result
from toe_analysis.statistics.tables import _random_tables
from toe_analysis.statistics.tables._measures import MEASURES, Measure, midranks
from toe_analysis.statistics.tables._network import Network, TooMuchWorkError

STATISTICS = tuple(MEASURES)
_DIRECTED = ("linear_by_linear", "jonckheere")
#: Above this many units whole numbers of any length are too slow, and floats take over.
_WHOLE_UNITS = 120
#: Up to this many units factorials are multiplied out.
_LARGEST_FACTORIAL = 1000
#: Above this many units a table is refused: a test given its margins says nothing there that chi-square does not.
_LARGEST_TOTAL = 1_000_000
#: Random tables times cells: so many take some ten seconds.
_MOST_DRAWN = 250_000_000


@dataclass(frozen=True)
class ExactTest(Result):
    """Result of `exact_test`.

    Parameters
    ----------
    statistic : str
        What orders the tables.
    alternative : str
        Which side counts as extreme.
    value : float
        The statistic of the observed table in its usual form: the table's probability, chi-square, G-square, H (with
        ties), M-square, or Jonckheere and Terpstra's J: of the pairs of units in different columns, those whose rows
        rise with the columns, and half of those in the same row. NaN where nothing can be compared.
    p_value : float
        Probability of a table at least as extreme, given the margins.
    p_fraction : Fraction or None
        The same as an exact fraction; None where floats or random tables were used.
    method : str
        How the p-value was found, and why if it is not exact.
    standard_error : float or None
        Of a p-value from random tables; None when exact.
    """

    statistic: str
    alternative: str
    value: float
    p_value: float
    p_fraction: Fraction | None
    method: str
    standard_error: float | None

    @property
    def how(self) -> str:
        """In a word how the p-value was found: ``exact``, ``random_tables``, or ``not_computed``, as it is 1 anyway."""
        if isnan(self.value):
            return "not_computed"
        return "exact" if self.standard_error is None else "random_tables"


def exact_test(
    table: object,
    *,
    statistic: str = "probability",
    row_scores: object = None,
    column_scores: object = None,
    alternative: str = "two-sided",
    draws: int = 100_000,
    seed: int = 0,
    random_tables: bool = False,
) -> ExactTest:
    r"""Test whether rows and columns are independent, given the margins, by the exact distribution of a statistic.

    Parameters
    ----------
    table : array_like of int, shape (rows, columns)
        Counts of independent units; at least two rows and two columns.
    statistic : str
        What makes a table extreme:

        - ``probability`` (Fisher, Freeman and Halton): tables no more probable than the observed one.
        - ``pearson``: a chi-square at least as large. Neither rows nor columns are ordered.
        - ``likelihood_ratio``: a G-square at least as large, of tables that are not ordered either.
        - ``kruskal_wallis``: H at least as large. **Columns are the groups, rows the ordered answers**, scored with
          their midranks unless `row_scores` says otherwise; transpose a table that has its groups in rows.
        - ``linear_by_linear``: :math:`T=\sum_{ij} u_i v_j x_ij` at least as far from its mean. Both are ordered, with
          scores 1, 2, 3, ... unless given. With two columns it is the exact Cochran-Armitage trend test.
        - ``jonckheere`` (Jonckheere and Terpstra): pairs of units in which row and column agree in order, less pairs in
          which they do not, at least as far from 0. Both are ordered; transposing leaves p as it is.
    row_scores, column_scores : array_like of float, optional
        Scores for ``linear_by_linear``; `row_scores` also for ``kruskal_wallis``. A float is taken as the decimal
        number of 15 digits that it stands for, so that 0.1 + 0.2 ties with 0.3.
    alternative : {"two-sided", "less", "greater"}
        Only for ``linear_by_linear`` and ``jonckheere``: ``greater`` asks for a rise of columns with rows. Two-sided
        means a distance from the mean at least as large. The other statistics have no direction.
    draws, seed : int
        Random tables to draw, and with which seed, where the exact walk would take too much work.
    random_tables : bool
        Draw them at once: for many tests of large tables, each of which the exact walk may take ten seconds for.

    Returns
    -------
    ExactTest
        `p_value` in every case. `p_fraction` up to 120 units if few steps suffice, floats above that.

    Raises
    ------
    ValueError
        If the table is not one of counts, a word is unknown, scores do not fit, or it would take minutes.

    Notes
    -----
    Given the margins, and if rows and columns are independent, a table has the probability

    .. math:: P(x) = \frac{\prod_i r_i! \prod_j c_j!}{n! \prod_{ij} x_{ij}!}.

    The p-value is the sum of P over the extreme tables. The observed table always counts, and so do its ties: ties are
    exact where all numbers are whole, else two values are tied if they differ by less than 1e-9 of their size.
    An empty row or column changes nothing; where fewer than two others are left, p is 1 and `method` says why.

    Tables are not listed: see Mehta and Patel (1983) for the network of partial tables. Past its limits on work and
    memory random tables with the same margins are drawn (Patefield, 1981), and p is (extreme + 1) / (draws + 1).
    Where fewer than 100 of them are extreme, as many again are drawn from distributions that are flattened or tilted
    towards the observed table, and weighed (importance sampling: Mehta, Patel and Senchaudhuri 1988; Booth and Butler
    1999), which resolves p-values far below 1 / draws.

    References
    ----------
    Freeman GH, Halton JH (1951). Note on an exact treatment of contingency, goodness of fit and other problems of
    significance. Biometrika 38, 141-149.
    Mehta CR, Patel NR (1983). A network algorithm for performing Fisher's exact test in r x c contingency tables.
    Journal of the American Statistical Association 78, 427-434.
    Mehta CR, Patel NR, Senchaudhuri P (1988). Importance sampling for estimating exact probabilities in permutational
    inference. Journal of the American Statistical Association 83, 999-1005.
    Booth JG, Butler RW (1999). An importance sampling algorithm for exact conditional tests in log-linear models.
    Biometrika 86, 321-332.
    Agresti A (2013). Categorical Data Analysis, 3rd edition, sections 3.5 and 16.5. Wiley.
    Phipson B, Smyth GK (2010). Permutation p-values should never be zero. Statistical Applications in Genetics and
    Molecular Biology 9, article 39.

    Examples
    --------
    Fisher's tea: a lady tells three of four cups with milk first. Of the 70 ways to name four cups, 16 + 1 are as good
    or better, and as many are as bad or worse:

    >>> exact_test([[3, 1], [1, 3]]).p_fraction
    Fraction(17, 35)
    >>> exact_test([[3, 1], [1, 3]], statistic="linear_by_linear", alternative="greater").p_fraction
    Fraction(17, 70)
    """
    counts = counts_table(table)
    one_of(statistic, STATISTICS, "statistic")
    one_of(alternative, ALTERNATIVES, "alternative")
    draws, seed = whole_number(draws, "draws", least=1), whole_number(seed, "seed")
    if alternative != "two-sided" and statistic not in _DIRECTED:
        raise ValueError(f"alternative must be two-sided for {statistic}, which has no direction, got {alternative!r}")
    if row_scores is not None and statistic not in ("linear_by_linear", "kruskal_wallis"):
        raise ValueError(f"row_scores have no meaning for {statistic}, got {shown(row_scores)}")
    if column_scores is not None and statistic != "linear_by_linear":
        raise ValueError(f"column_scores have no meaning for {statistic}, got {shown(column_scores)}")
    if counts.sum() > _LARGEST_TOTAL:
        raise ValueError(f"table must hold at most {_LARGEST_TOTAL} units, got {counts.sum()}")
    if counts.size * draws > _MOST_DRAWN:
        raise ValueError(f"cells times draws must be at most {_MOST_DRAWN}, got {counts.size} and {draws}")
    filled, u, v = _filled(counts, statistic, row_scores, column_scores)
    reason = _nothing_to_compare(statistic, filled, u, v)
    if reason:
        return ExactTest(statistic, alternative, nan, 1.0, Fraction(1), f"no comparison: {reason}", None)
    measure = _measure(statistic, filled, u, v, alternative)
    value = _usual_value(measure, statistic, filled)
    return ExactTest(statistic, alternative, value, *_p_value(measure, draws, seed, random_tables))


def _filled(
    counts: np.ndarray, statistic: str, row_scores: object = None, column_scores: object = None
) -> tuple[np.ndarray, list[Fraction], list[Fraction]]:
    """Return the table without empty rows and columns, and the scores of the others."""
    rows, columns = counts.any(axis=1), counts.any(axis=0)
    if statistic == "kruskal_wallis" and row_scores is None:
        row_scores = midranks(counts.sum(axis=1))
    scores = _scores(row_scores, rows, "row_scores"), _scores(column_scores, columns, "column_scores")
    return counts[rows][:, columns], *scores


def _scores(scores: object, kept: np.ndarray, name: str) -> list[Fraction]:
    """Scores of the rows or columns that are kept, 1, 2, 3, ... by default, as exact fractions."""
    found = range(1, len(kept) + 1) if scores is None else scores_list(scores, len(kept), name)
    return [_decimal(score) for score, keep in zip(found, kept, strict=True) if keep]


def _decimal(score: float) -> Fraction:
    is_broken = isinstance(score, float) and not score.is_integer()
    return Fraction(f"{score:.15g}" if is_broken else str(score))


def _nothing_to_compare(statistic: str, table: np.ndarray, u: list[Fraction], v: list[Fraction]) -> str:
    if min(table.shape) < 2:
        return "fewer than two rows or columns are not empty"
    if statistic == "kruskal_wallis" and len(set(u)) == 1:
        return "all row scores are equal"
    if statistic == "linear_by_linear" and 1 in (len(set(u)), len(set(v))):
        return "all row scores or all column scores are equal"
    return ""


def _measure(statistic: str, table: np.ndarray, u: list[Fraction], v: list[Fraction], alternative: str) -> Measure:
    """Turn and sort the table to the shape that is least work, which leaves the test the same."""
    if statistic != "kruskal_wallis" and _nodes(table.T) < _nodes(table):
        table, u, v = table.T, v, u
    if statistic != "jonckheere":  # whose rows and columns keep their order
        by_row, by_column = np.argsort(table.sum(axis=1), kind="stable"), np.argsort(table.sum(axis=0), kind="stable")
        table, u, v = table[by_row][:, by_column], [u[row] for row in by_row], [v[column] for column in by_column]
    return MEASURES[statistic](table, u, v, alternative)


def extremeness(statistic: str, observed: np.ndarray, tables: np.ndarray) -> np.ndarray:
    """Return how extreme tables are that have the margins of the observed one: 0, 1, ..., the same where they tie."""
    measure = MEASURES[statistic](*_filled(observed, statistic))
    tables = tables[:, observed.any(axis=1)][:, :, observed.any(axis=0)]
    values = measure.distances(measure.of_tables(tables))
    ranked, places = np.unique(values, return_inverse=True)
    # Values apart by no more than rounding errors are one.
    return np.append(0, np.cumsum(np.diff(ranked) > measure.slack))[places]


def _nodes(table: np.ndarray) -> int:
    totals = sorted(table.sum(axis=1).tolist())
    return prod(total + 1 for total in totals[:-1])


def _p_value(
    measure: Measure, draws: int, seed: int, random_tables: bool
) -> tuple[float, Fraction | None, str, float | None]:
    """Return p-value, fraction, method and standard error: exact as far as it goes, then random tables."""
    if random_tables:
        p_value, standard_error, told = _random_tables.p_value(measure, draws, seed)
        return p_value, None, f"Monte Carlo, {told}, as asked for", standard_error
    if measure.exact and measure.total <= _WHOLE_UNITS:
        try:
            fraction = Network(measure, whole=True).p_value()
        except TooMuchWorkError:
            pass  # whole numbers have the lower limit; floats may still do
        else:
            return float(fraction), fraction, "exact, whole numbers", None
    try:
        return float(settled(Network(measure, whole=False).p_value())), None, "exact, floats", None
    except TooMuchWorkError:
        p_value, standard_error, told = _random_tables.p_value(measure, draws, seed)
        method = f"Monte Carlo, {told}, since the exact test would take too much work"
        return p_value, None, method, standard_error


def _usual_value(measure: Measure, statistic: str, filled: np.ndarray) -> float:
    """Return the statistic as textbooks print it; `filled` is the table before it was turned and sorted."""
    total = measure.total
    if statistic == "probability" and total > _LARGEST_FACTORIAL:
        return float(random_table.pmf(measure.table, measure.rows, measure.columns))
    if statistic == "jonckheere":
        # Of the pairs in different columns, those that agree less those that do not were counted.
        return (measure.observed + (total**2 - int((filled.sum(axis=0) ** 2).sum())) / 2) / 2
    if statistic == "likelihood_ratio":
        return float(2 * kl_div(measure.table, np.outer(measure.rows, measure.columns) / total).sum())
    # Fractions, so that none is none and the last digit is the same on every system.
    table, rows, columns = (counts.astype(object) for counts in (measure.table, measure.rows, measure.columns))
    if statistic == "probability":
        above, below = ([factorial(count) for count in counts] for counts in ([*rows, *columns], [total, *table.flat]))
        return float(Fraction(prod(above), prod(below)))
    if statistic == "pearson":
        return float(total * ((Fraction(1) * table**2 / np.outer(rows, columns)).sum() - 1))
    row_scores = _about_their_mean(measure.row_scores, rows)
    spread = rows @ row_scores**2
    if statistic == "kruskal_wallis":
        return float((total - 1) * ((row_scores @ table) ** 2 / columns).sum() / spread)
    column_scores = _about_their_mean(measure.column_scores, columns)
    return float((total - 1) * (row_scores @ table @ column_scores) ** 2 / (spread * (columns @ column_scores**2)))


def _about_their_mean(scores: np.ndarray, units: np.ndarray) -> np.ndarray:
    scores = scores.astype(object)
    return scores - Fraction(units @ scores, units.sum())
