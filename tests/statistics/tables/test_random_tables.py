"""Random tables where the exact walk is too long: their error, and p-values far below one over their number."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import chi2

from toe_analysis.statistics import exact_test
from toe_analysis.statistics.tables import _network, _random_tables
from toe_analysis.statistics.tables._measures import Pearson, Product
from toe_analysis.statistics.tables._random_tables import _draw, _mean, _odds

STRONG = [[9, 1, 0], [1, 8, 2], [0, 1, 9]]
TREND = [[10, 6, 3, 1, 0], [1, 2, 5, 8, 9]]
STATISTICS = ["probability", "pearson", "kruskal_wallis", "linear_by_linear", "jonckheere"]


def without_the_walk(monkeypatch, table, **keywords):
    monkeypatch.setattr(_network, "NODE_LIMIT", 0)
    found = exact_test(table, **keywords)
    monkeypatch.undo()
    return found


@pytest.mark.parametrize("table", [STRONG, TREND], ids=["strong", "trend"])
@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_p_value_below_1_in_100000_is_resolved_within_its_error(table, statistic, monkeypatch):
    exact = exact_test(table, statistic=statistic).p_value
    found = without_the_walk(monkeypatch, table, statistic=statistic, draws=40_000)
    assert exact < 2e-5
    assert abs(found.p_value - exact) < 4.5 * found.standard_error
    assert found.standard_error < 0.25 * exact
    assert "then as many drawn to be extreme and weighed" in found.method


@pytest.mark.parametrize("statistic", ["linear_by_linear", "jonckheere"])
@pytest.mark.parametrize("alternative", ["two-sided", "less"])
def test_a_falling_trend_that_a_rising_one_cannot_match_is_resolved_within_its_error(statistic, alternative):
    table, keywords = [[4, 9, 22], [10, 1, 2]], {"statistic": statistic, "alternative": alternative}
    exact = exact_test(table, **keywords).p_value
    found = exact_test(table, random_tables=True, **keywords)
    assert 1e-6 < exact < 1e-4
    assert abs(found.p_value - exact) < 4.5 * found.standard_error < 0.25 * exact


@pytest.mark.parametrize("alternative", ["greater", "less"])
def test_one_side_is_resolved_too(alternative, monkeypatch):
    table = TREND if alternative == "greater" else TREND[::-1]
    keywords = {"statistic": "linear_by_linear", "alternative": alternative}
    exact = exact_test(table, **keywords).p_value
    found = without_the_walk(monkeypatch, table, draws=40_000, **keywords)
    assert abs(found.p_value - exact) < 4.5 * found.standard_error < 0.2 * exact


def test_a_p_value_far_out_of_reach_is_near_what_chi_square_says():
    # Where counts are large the chi-square distribution is good, though not that far out.
    table = [[60, 20, 10], [20, 50, 20], [5, 25, 60]]
    found = exact_test(table, statistic="linear_by_linear")
    assert found.p_value == pytest.approx(chi2.sf(found.value, 1), rel=0.9)
    assert found.p_value < 1e-20
    assert found.standard_error is None or found.standard_error < 0.1 * found.p_value


def test_the_same_seed_gives_the_same_weighed_tables(monkeypatch):
    first, again, other = (without_the_walk(monkeypatch, STRONG, draws=20_000, seed=seed).p_value for seed in (1, 1, 2))
    assert first == again != other


def test_weighed_tables_that_are_worth_too_little_are_not_used(monkeypatch):
    monkeypatch.setattr(_random_tables, "_WORTH", 10**9)
    found = without_the_walk(monkeypatch, STRONG, draws=20_000)
    assert found.p_value == pytest.approx(1 / 20_001, rel=1e-3)
    assert "weighed" not in found.method


@pytest.mark.parametrize(("power", "odds"), [(1.0, 1.0), (0.4, 1.0), (1.0, 3.0), (0.7, 0.2)])
def test_every_table_is_drawn_with_the_chance_that_is_told(power, odds):
    measure = Product(np.array([[2, 1], [1, 2], [1, 0]]))
    tables, logs = _draw(measure, (power, np.full((3, 2), odds)), 40_000, np.random.default_rng(1))
    assert (tables.sum(axis=1) == measure.columns).all()
    assert (tables.sum(axis=2) == measure.rows).all()
    told = {table.tobytes(): np.exp(log) for table, log in zip(tables, logs, strict=True)}
    assert sum(told.values()) == pytest.approx(1)
    kinds, counts = np.unique(tables.reshape(len(tables), -1), axis=0, return_counts=True)
    for kind, count in zip(kinds, counts, strict=True):
        chance = told[kind.tobytes()]
        assert abs(count - 40_000 * chance) < 4.5 * np.sqrt(40_000 * chance * (1 - chance))


def test_tables_drawn_as_they_come_have_the_hypergeometric_chance():
    measure = Product(np.array([[2, 1], [1, 2], [1, 0]]))
    tables, logs = _draw(measure, (1.0, np.ones((3, 2))), 500, np.random.default_rng(1))
    # 3! 3! 1! 4! 3! / (7! times the factorials of the cells); of the first table 36 * 144 / (5040 * 2 * 2).
    first = np.flatnonzero((tables == measure.table).all(axis=(1, 2)))[0]
    assert np.exp(logs[first]) == pytest.approx(float(Fraction(36 * 144, 5040 * 4)))


def test_the_mean_table_has_the_margins_and_the_odds_that_are_asked_for():
    measure = Pearson(np.array([[4, 2, 1], [1, 3, 5]]))
    wanted = np.array([[1.0, 2.0, 3.0], [1.0, 1.0, 5.0]])
    mean = _mean(wanted, measure)
    assert mean.sum(axis=0) == pytest.approx(measure.columns)
    assert mean.sum(axis=1) == pytest.approx(measure.rows)
    assert mean[0, 1] * mean[1, 0] / (mean[0, 0] * mean[1, 1]) == pytest.approx(2.0)
    against = _odds(wanted, measure)
    assert against[0, 1] == pytest.approx(mean[0, 1] * mean[1, 2] / (mean[0, 2] * mean[1, 1]))


@pytest.mark.parametrize(
    ("rows", "columns"),
    [([1000] * 3, [1000] * 3), ([14] * 5, [14] * 5)],
    ids=["3 x 3 at 3000", "5 x 5 at 70"],
)
def test_the_frontier_is_exact_and_random_tables_agree(rows, columns, monkeypatch):
    table = _random_tables.random_table.rvs(rows, columns, random_state=np.random.default_rng(1)).astype(int)
    exact = exact_test(table)
    assert exact.method == "exact, floats"
    found = without_the_walk(monkeypatch, table, draws=20_000)
    assert abs(found.p_value - exact.p_value) < 4.5 * found.standard_error
