import os
import subprocess
import sys
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import factorial, isnan, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from this_study import PROJECT

from toe_analysis.statistics import exact_test
from toe_analysis.statistics.tables import _measures, _network, exact

STATISTICS = ["probability", "pearson", "likelihood_ratio", "kruskal_wallis", "linear_by_linear", "jonckheere"]

INTERVIEWS = [[3, 2, 3], [5, 2, 3], [2, 4, 4], [4, 3, 3], [4, 3, 3]]
ELEVEN = [
    [0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1],
    [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0],
    [4, 2, 6, 3, 4, 4, 2, 2, 1, 0, 0],
    [3, 4, 3, 2, 0, 1, 1, 0, 0, 0, 0],
]


def tables(largest=3, most=13):
    shapes = st.tuples(st.integers(2, 4), st.integers(2, 4))
    cells = shapes.flatmap(
        lambda shape: st.lists(
            st.lists(st.integers(0, largest), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )
    return cells.filter(lambda table: sum(map(sum, table)) <= most)


def fillings(rows, total):
    if len(rows) == 1:
        if total <= rows[0]:
            yield (total,)
        return
    for first in range(min(rows[0], total) + 1):
        for rest in fillings(rows[1:], total - first):
            yield (first, *rest)


@cache
def same_margins(rows, columns):
    if len(columns) == 1:
        return [(rows,)]
    return [
        (column, *rest)
        for column in fillings(rows, columns[0])
        for rest in same_margins(tuple(a - b for a, b in zip(rows, column, strict=True)), columns[1:])
    ]


def extremity(name, table):
    """Each statistic by its textbook formula, in exact arithmetic; large is extreme."""
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    total = sum(rows)
    cells = [(i, j, table[i][j]) for i in range(len(rows)) for j in range(len(columns))]
    if name == "probability":
        return prod(factorial(x) for _, _, x in cells)
    if name == "likelihood_ratio":
        return prod(x**x for _, _, x in cells)
    if name == "pearson":
        expected = {(i, j): Fraction(rows[i] * columns[j], total) for i, j, _ in cells}
        return sum((x - expected[i, j]) ** 2 / expected[i, j] for i, j, x in cells if expected[i, j])
    if name == "kruskal_wallis":
        midranks = [Fraction(2 * sum(rows[:i]) + rows[i] + 1, 2) for i in range(len(rows))]
        sums = [sum(midranks[i] * table[i][j] for i in range(len(rows))) for j in range(len(columns))]
        return sum(Fraction(rank_sum**2, column) for rank_sum, column in zip(sums, columns, strict=True) if column)
    if name == "linear_by_linear":
        mean = Fraction(sum(i * n for i, n in enumerate(rows)) * sum(j * n for j, n in enumerate(columns)), total)
        return abs(sum(i * j * x for i, j, x in cells) - mean)
    return abs(sum(x * y * ((i > k) - (i < k)) * ((j > m) - (j < m)) for i, j, x in cells for k, m, y in cells))


def by_enumeration(name, table):
    rows, columns = tuple(map(sum, table)), tuple(map(sum, zip(*table, strict=True)))
    observed = extremity(name, table)
    weights = {True: 0, False: 0}
    for other in same_margins(rows, columns):
        weight = Fraction(1, prod(factorial(x) for column in other for x in column))
        weights[extremity(name, list(zip(*other, strict=True))) >= observed] += weight
    return Fraction(weights[True] / (weights[True] + weights[False]))


@pytest.mark.parametrize("statistic", STATISTICS)
@given(table=tables())
def test_p_fraction_is_that_of_all_tables_with_the_same_margins(statistic, table):
    if sum(map(sum, table)):
        assert exact_test(table, statistic=statistic).p_fraction == by_enumeration(statistic, table)


@pytest.mark.parametrize("statistic", ["linear_by_linear", "jonckheere"])
@given(table=tables(largest=4, most=30))
def test_reversing_rows_swaps_the_sides(statistic, table):
    less = exact_test(table, statistic=statistic, alternative="less").p_fraction
    assert less == exact_test(table[::-1], statistic=statistic, alternative="greater").p_fraction


@given(table=tables(largest=4, most=30))
def test_merging_columns_with_equal_scores_keeps_linear_p(table):
    scores = [1, 1, *range(2, len(table[0]))]
    merged = [[row[0] + row[1], *row[2:]] for row in table]
    apart = exact_test(table, statistic="linear_by_linear", column_scores=scores)
    together = exact_test(merged, statistic="linear_by_linear", column_scores=scores[1:]) if len(scores) > 2 else None
    assert together is None or apart.p_fraction == together.p_fraction


@given(table=tables(largest=4, most=30))
def test_merging_rows_with_equal_scores_keeps_kruskal_wallis_p(table):
    if len(table) > 2:
        merged = [[a + b for a, b in zip(table[0], table[1], strict=True)], *table[2:]]
        apart = exact_test(table, statistic="kruskal_wallis", row_scores=[0, 0, *range(1, len(table) - 1)])
        together = exact_test(merged, statistic="kruskal_wallis", row_scores=range(len(merged)))
        assert apart.p_fraction == together.p_fraction


@given(table=tables(largest=4, most=30))
def test_an_empty_row_and_column_change_nothing(table):
    wider = [[*row, 0] for row in table] + [[0] * (len(table[0]) + 1)]
    for statistic in STATISTICS:
        assert exact_test(wider, statistic=statistic).p_fraction == exact_test(table, statistic=statistic).p_fraction


@given(st.tuples(*[st.integers(1, 25)] * 4))
def test_one_sided_trend_in_a_2_x_2_table_is_one_sided_fisher(cells):
    table = [cells[:2], cells[2:]]
    found = exact_test(table, statistic="linear_by_linear", alternative="greater").p_value
    assert found == pytest.approx(fisher_exact(table, alternative="greater").pvalue, rel=1e-10)


@pytest.mark.parametrize("statistic", STATISTICS)
@given(table=tables(largest=6, most=40))
def test_floats_agree_with_whole_numbers(statistic, table):
    whole = exact_test(table, statistic=statistic)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "_WHOLE_UNITS", 0)
        floats = exact_test(table, statistic=statistic)
    assert floats.p_value == pytest.approx(whole.p_value, rel=1e-11)


@pytest.mark.parametrize("statistic", STATISTICS)
@given(table=tables(largest=6, most=40))
def test_fixed_point_values_find_the_ties_of_whole_ones(statistic, table):
    whole = exact_test(table, statistic=statistic)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_measures, "LARGEST_EXACT", 1)
        patch.setattr(_measures, "_FACTORED_UNITS", 1)
        fixed_point = exact_test(table, statistic=statistic)
    assert fixed_point.p_value == pytest.approx(whole.p_value, rel=1e-11)


@pytest.mark.parametrize(
    ("measure", "factor"), [(_measures.Product, factorial), (_measures.LikelihoodRatio, lambda part: part**part)]
)
def test_products_tie_and_rise_as_their_values_do(measure, factor):
    values = measure(np.array([[20, 0], [0, 20]])).cell_values
    pairs = [{(1, 0)}, *(set() for _ in range(40))]  # product and value, by the sum of what the factors are of
    for part, value in enumerate(values.tolist()[1:], start=1):
        for total in range(part, 41):
            pairs[total] |= {(one * factor(part), log + value) for one, log in pairs[total - part]}
    found = sorted(pairs[40])
    assert all(one < other for before, after in pairwise(found) for one, other in zip(before, after, strict=True))


def test_interviews_by_dimension_give_the_fraction_of_the_report():
    found = exact_test(INTERVIEWS)
    assert found.p_fraction == Fraction(4202006043333823, 4279452699333823)
    assert found.method == "exact, whole numbers"
    assert found.standard_error is None


@pytest.mark.parametrize("statistic", STATISTICS)
def test_every_statistic_is_exact_for_4_x_11_at_48(statistic):
    found = exact_test(ELEVEN, statistic=statistic)
    assert found.method.startswith("exact")


def test_a_very_small_p_keeps_its_digits_in_floats():
    found = exact_test([[100, 0], [0, 100]])
    assert found.method == "exact, floats"
    assert found.p_value == pytest.approx(float(Fraction(2 * factorial(100) ** 2, factorial(200))), rel=1e-11)


@pytest.mark.parametrize("statistic", ["pearson", "likelihood_ratio", "kruskal_wallis", "linear_by_linear"])
def test_the_value_of_a_table_without_any_association_is_nought(statistic):
    table = np.array([[2, 4, 6], [1, 2, 3], [7, 14, 21]])
    assert exact_test(table, statistic=statistic).value == 0
    assert exact_test(900 * table, statistic=statistic, draws=1, random_tables=True).value == 0


def test_decimal_scores_tie_as_they_print():
    tenths = exact_test(INTERVIEWS, statistic="linear_by_linear", column_scores=[0.1, 0.2, 0.3])
    assert tenths.p_fraction == exact_test(INTERVIEWS, statistic="linear_by_linear").p_fraction


@pytest.mark.parametrize("scores", [[1 / 3, 2 / 3, 1.0], [1e-300, 1.0, 1e10]])
def test_scores_that_are_no_small_decimals_are_compared_in_fixed_point(scores):
    found = exact_test(INTERVIEWS, statistic="linear_by_linear", column_scores=scores)
    assert found.p_fraction is None
    assert found.method == "exact, floats"


@pytest.mark.parametrize("statistic", STATISTICS)
def test_past_the_limits_random_tables_agree_within_their_error(statistic, monkeypatch):
    truth = exact_test(INTERVIEWS, statistic=statistic).p_value
    monkeypatch.setattr(_network, "NODE_LIMIT", 0)
    found = exact_test(INTERVIEWS, statistic=statistic, draws=20_000)
    assert abs(found.p_value - truth) < 4 * found.standard_error
    assert found.p_fraction is None


def test_random_tables_say_so_and_repeat(monkeypatch):
    monkeypatch.setattr(_network, "NODE_LIMIT", 0)
    first, second, other = (exact_test(INTERVIEWS, draws=5000, seed=seed) for seed in (3, 3, 4))
    assert first == second
    assert first.p_value != other.p_value
    assert first.method == (
        "Monte Carlo, 5000 random tables with seed 3, since the exact test would take too much work"
    )


@pytest.mark.parametrize("limit", ["NODE_LIMIT", "LOOK_LIMIT", "ARC_LIMIT", "ENTRY_LIMIT", "STEP_LIMIT"])
def test_every_limit_leads_to_random_tables(limit, monkeypatch):
    for name in (limit, f"WHOLE_{limit}"):
        monkeypatch.setattr(_network, name, 1, raising=name == limit)
    assert exact_test(ELEVEN, draws=100).method.startswith("Monte Carlo")


def test_a_limit_for_whole_numbers_leads_to_floats(monkeypatch):
    truth = exact_test(ELEVEN).p_value
    monkeypatch.setattr(_network, "WHOLE_STEP_LIMIT", 1)
    found = exact_test(ELEVEN)
    assert found.method == "exact, floats"
    assert found.p_value == pytest.approx(truth, rel=1e-11)


def test_a_large_sparse_table_is_exact_and_so_is_its_transpose_where_r_gives_each_another_p():
    rows = ["100000000", "001000000", "000111000", "001200001", "112000000", "000200100", "000000010", "000200300"]
    table = np.array([[int(cell) for cell in row] for row in [*rows, "120102110"]])
    found, turned = exact_test(table), exact_test(table.T)
    assert found.p_fraction == turned.p_fraction
    # R 4.2.2: 0.1289 and 0.1424 turned round; 200,000 random tables 0.1590.
    assert found.p_value == pytest.approx(0.159, abs=0.0035)


@pytest.mark.parametrize("rare", [0.0, 2.0])
def test_what_is_left_out_has_the_same_chance_as_a_rest_and_as_a_sum(rare, monkeypatch):
    table = [[40, 30, 20], [25, 30, 45], [35, 40, 35]]
    usual = exact_test(table).p_value
    monkeypatch.setattr(_network, "_RARE", rare)
    assert exact_test(table).p_value == pytest.approx(usual, rel=1e-11)


@pytest.mark.parametrize("at_once", [50, 3000])
def test_many_lots_of_steps_give_what_one_gives(at_once, monkeypatch):
    monkeypatch.setattr(exact, "_WHOLE_UNITS", 0)
    usual = exact_test(ELEVEN).p_value
    monkeypatch.setattr(_network, "_STEPS_AT_ONCE", at_once)
    assert exact_test(ELEVEN).p_value == pytest.approx(usual, rel=1e-12)


def test_4_x_8_at_192_stays_below_one_gibibyte():
    program = (
        "import resource; from toe_analysis.statistics import exact_test;"
        "table = [[2, 3, 1, 2, 3, 2, 1, 2], [1, 1, 1, 1, 1, 1, 1, 1], [16, 14, 15, 13, 13, 14, 13, 14],"
        "[8, 6, 7, 7, 7, 7, 7, 7]];"
        "print([exact_test(table, statistic=name).p_value for name in ('probability', 'pearson', 'jonckheere')]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    source = PROJECT / "src"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=True,
    )
    kibibytes = int(done.stdout.split()[-1]) / (1024 if sys.platform == "darwin" else 1)
    assert kibibytes < 2**20


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[3, 0], [4, 0]], [[0, 0, 0], [1, 2, 3]]])
def test_with_one_row_or_column_left_p_is_1_and_the_method_says_why(statistic, table):
    found = exact_test(table, statistic=statistic)
    assert (found.p_value, found.p_fraction) == (1.0, 1)
    assert isnan(found.value)
    assert found.method == "no comparison: fewer than two rows or columns are not empty"


def test_equal_scores_leave_nothing_to_compare():
    found = exact_test(INTERVIEWS, statistic="linear_by_linear", column_scores=[2, 2, 2])
    assert found.p_value == 1
    assert found.method == "no comparison: all row scores or all column scores are equal"


def test_to_frame_has_one_row_with_the_fraction_as_text():
    frame = exact_test([[3, 1], [1, 3]]).to_frame()
    assert frame["p_fraction"].tolist() == ["17/35"]


def test_the_probability_of_the_observed_table_is_the_fraction_rounded_once_and_the_same_by_logarithms(monkeypatch):
    table = [[2, 8, 0, 1], [8, 15, 2, 2], [3, 4, 0, 1], [1, 1, 0, 0]]
    rows, columns = [sum(row) for row in table], [sum(column) for column in zip(*table, strict=True)]
    above, below = (prod(map(factorial, counts)) for counts in (rows + columns, sum(table, [sum(rows)])))
    found = exact_test(table).value
    assert found == float(Fraction(above, below))
    monkeypatch.setattr("toe_analysis.statistics.tables.exact._LARGEST_FACTORIAL", 0)
    assert exact_test(table).value == pytest.approx(found, rel=1e-12)


@pytest.mark.parametrize("scores", [(1, 2, 3), (1e300, 2e300, 3e300), (1e15 + 1, 1e15 + 2, 1e15 + 3)])
def test_the_value_of_scores_depends_neither_on_their_place_nor_on_their_scale(scores):
    found = exact_test([[3, 1, 0], [1, 2, 1], [0, 1, 4]], statistic="linear_by_linear", row_scores=scores)
    assert (found.value, found.how) == (pytest.approx(7.2235434007, rel=1e-10), "exact")
