from math import isnan

import numpy as np
import pytest
from scipy.stats import ncx2

from toe_analysis.statistics import association

TABLE = [[3, 5, 6], [4, 9, 1], [8, 2, 10]]


def test_transposing_swaps_theils_u_and_keeps_the_rest():
    found, turned = association(TABLE), association(np.transpose(TABLE))
    assert found.cramers_v == pytest.approx(turned.cramers_v)
    assert found.cramers_v_corrected == pytest.approx(turned.cramers_v_corrected)
    assert found.theil_u_rows_given_columns == pytest.approx(turned.theil_u_columns_given_rows)


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_interval_of_v_solves_its_equations(confidence):
    found = association(TABLE, confidence=confidence)
    limits = found.cramers_v_interval
    tails = [ncx2.cdf(found.chi_square, 4, limit**2 * 48 * 2) for limit in (limits.lower, limits.upper)]
    assert tails == pytest.approx([(1 + confidence) / 2, (1 - confidence) / 2], rel=1e-8)


def test_interval_of_a_weak_association_begins_at_0():
    assert association([[5, 5], [5, 6]]).cramers_v_interval.lower == 0


def test_perfect_association_is_1_each_way():
    found = association([[7, 0, 0], [0, 5, 0], [0, 0, 4]])
    assert found.cramers_v == pytest.approx(1)
    assert found.cramers_v_corrected == pytest.approx(1)
    assert found.cramers_v_interval.upper == 1
    assert found.theil_u_rows_given_columns == pytest.approx(1)


def test_independent_counts_have_no_association():
    found = association([[4, 8], [5, 10]])
    assert found.cramers_v == pytest.approx(0, abs=1e-7)
    assert found.theil_u_rows_given_columns == pytest.approx(0, abs=1e-12)


def test_smallest_expected_count_is_given():
    assert association([[1, 9], [9, 1]]).smallest_expected == 5


def test_an_empty_row_is_left_out():
    assert association([*TABLE, [0, 0, 0]]) == association(TABLE)


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[3, 0], [4, 0]]])
def test_with_one_row_or_column_left_p_is_1_and_the_method_says_why(table):
    found = association(table)
    assert found.p_value == 1
    assert isnan(found.cramers_v)
    assert found.method == "no association: fewer than two rows or columns are not empty"


def test_corrected_v_of_two_units_is_undefined():
    found = association([[1, 0], [0, 1]])
    assert isnan(found.cramers_v_corrected)


def test_an_interval_without_width_is_explained_in_the_method():
    assert association([[5, 5], [5, 5]]).cramers_v_interval.upper == 0
    assert "the interval's upper limit is 0" in association([[5, 5], [5, 5]]).method
    assert "limit" not in association(TABLE).method
