"""A p-value that is alpha itself: decided against exact fractions, everywhere the same."""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom

from toe_analysis.statistics import (
    Design,
    collapsed_family,
    compare_shares,
    compare_to_fixed,
    exact_test,
    fisher_p_values,
    response_interval,
)
from toe_analysis.statistics._rejection import false_alarm_chances, rejection_chance
from toe_analysis.statistics._ties import settled

#: Levels at which small tables have p-values that are the level: 1/20, 1/10, 1/5, 3/10, 1/2, 1/35 is none of them.
LEVELS = [0.05, 0.1, 0.2, 0.3, 0.5]
SIDES = ["two-sided", "less", "greater"]


def exact_p(a, n1, c, n2, alternative):
    """Fisher's p-value and mid-p as fractions."""
    total = a + c
    ways = {x: comb(n1, x) * comb(n2, total - x) for x in range(max(0, total - n2), min(n1, total) + 1)}
    extreme = {
        "two-sided": lambda x: ways[x] <= ways[a],
        "less": lambda x: x <= a,
        "greater": lambda x: x >= a,
    }[alternative]
    p = Fraction(sum(way for x, way in ways.items() if extreme(x)), comb(n1 + n2, total))
    return p, p - Fraction(ways[a], 2 * comb(n1 + n2, total))


@pytest.mark.parametrize(
    ("design", "alpha", "power"),
    [((12, 3, 0.93, 0.82), 0.2, 0.2338), ((4, 12, 0.719, 0.368), 0.05, 0.09469)],
)
def test_power_counts_a_p_value_that_is_alpha(design, alpha, power):
    answers, base, share, baseline_share = design
    assert Design(share, baseline_share, base, alpha).power_at(answers) == pytest.approx(power, rel=5e-5)


@pytest.mark.parametrize(("n1", "n2"), [(3, 3), (4, 12), (12, 3), (5, 5), (6, 9)])
@pytest.mark.parametrize("alternative", SIDES)
def test_rejected_are_the_tables_whose_fraction_is_at_most_alpha(n1, n2, alternative):
    for alpha in LEVELS:
        exact, mid_p = 0.0, 0.0
        for a, c in product(range(n1 + 1), range(n2 + 1)):
            p, mid = exact_p(a, n1, c, n2, alternative)
            chance = binom.pmf(a, n1, 0.37) * binom.pmf(c, n2, 0.61)
            exact += chance * (p <= Fraction(str(alpha)))
            mid_p += chance * (mid <= Fraction(str(alpha)))
        found = rejection_chance(n1, 0.37, n2, 0.61, alpha=alpha, alternative=alternative)
        assert found == pytest.approx((exact, mid_p), abs=1e-12)


@pytest.mark.parametrize(("n1", "n2"), [(4, 12), (5, 5), (6, 6), (3, 17)])
def test_p_values_compare_with_a_level_as_their_fractions_do(n1, n2):
    tables = [(a, c) for a, c in product(range(n1 + 1), range(n2 + 1)) if 0 < a + c < n1 + n2]
    a, c = np.array(tables).T
    many = fisher_p_values(a, n1 - a, c, n2 - c)
    ties = 0
    for (ours, theirs), p_value in zip(tables, many, strict=True):
        exact, mid = exact_p(ours, n1, theirs, n2, "two-sided")
        found = compare_shares((ours, n1), (theirs, n2))
        assert [found.fisher_p, p_value] == pytest.approx([float(exact)] * 2, rel=1e-12)
        for alpha in LEVELS:
            assert (found.fisher_p <= alpha) == (p_value <= alpha) == (exact <= Fraction(str(alpha)))
            assert (found.mid_p <= alpha) == (mid <= Fraction(str(alpha)))
            ties += exact == Fraction(str(alpha))
    assert ties or (n1, n2) != (4, 12)


def test_2_of_4_against_none_of_12_is_1_in_20_wherever_it_is_asked():
    assert exact_p(2, 4, 0, 12, "two-sided")[0] == Fraction(1, 20)
    assert compare_shares((2, 4), (0, 12)).fisher_p == fisher_p_values(2, 2, 0, 12) == 0.05
    assert not compare_shares((2, 4), (0, 12)).matching_interval.lower <= 1


@pytest.mark.parametrize("share", [0.1, 0.2, 0.25, 0.5])
@pytest.mark.parametrize("alternative", SIDES)
def test_binomial_p_values_compare_with_a_level_as_their_fractions_do(share, alternative):
    part = Fraction(str(share))
    for base in range(1, 11):
        chances = [comb(base, k) * part**k * (1 - part) ** (base - k) for k in range(base + 1)]
        powers = {alpha: Design(0.5, share, alpha=alpha, alternative=alternative).power_at(base) for alpha in LEVELS}
        rejected = dict.fromkeys(LEVELS, 0.0)
        for count in range(base + 1):
            extreme = {
                "two-sided": [chance for chance in chances if chance <= chances[count]],
                "less": chances[: count + 1],
                "greater": chances[count:],
            }[alternative]
            p_value = compare_to_fixed((count, base), share, alternative=alternative).p_value
            for alpha in LEVELS:
                assert (p_value <= alpha) == (sum(extreme) <= Fraction(str(alpha)))
                rejected[alpha] += comb(base, count) / 2**base * (sum(extreme) <= Fraction(str(alpha)))
        assert powers == pytest.approx(rejected)


@given(st.integers(1, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(n, 14))))
def test_a_finite_population_is_left_out_where_its_tail_is_the_level(numbers):
    count, sample, population = numbers
    for confidence in ("0.8", "0.9", "0.5", "0.95"):
        tail = (1 - Fraction(confidence)) / 2
        possible = []
        for having in range(count, population - (sample - count) + 1):
            chances = [
                Fraction(comb(having, x) * comb(population - having, sample - x), comb(population, sample))
                for x in range(sample + 1)
            ]
            if sum(chances[count:]) > tail and sum(chances[: count + 1]) > tail:
                possible.append(having)
        found = response_interval((count, sample), population, confidence=float(confidence))
        if possible:
            assert (found.lower, found.upper) == (possible[0] / population, possible[-1] / population)
        assert found.lower <= found.upper


def test_the_true_level_counts_a_p_value_that_is_alpha():
    # With 3 and 3 firms only 3 against 0 has p = 1/10; the worst share is 1/2: 2 of 64 tables.
    exact, _ = false_alarm_chances(3, 3, alpha=0.1, alternative="two-sided")
    assert exact == pytest.approx(2 / 64, rel=1e-9)


def test_min_p_counts_a_table_that_ties_with_the_observed_one():
    family = collapsed_family([[3, 0], [0, 3]], {"both": ["a", "b"]}, ["probability", "linear_by_linear"])
    assert family["p_min"].tolist() == pytest.approx([0.1, 0.1])


@given(st.integers(1, 10**6), st.integers(0, 10), st.integers(-3, 3))
def test_a_decimal_number_that_rounding_moved_is_settled_on(digits, places, steps):
    wanted = float(Fraction(digits, 10**6) / 10**places)
    moved = wanted
    for _ in range(abs(steps)):
        moved = float(np.nextafter(moved, np.inf if steps > 0 else -np.inf))
    assert settled(min(moved, 1.0)) == wanted or wanted < 1e-11


@given(st.floats(1e-300, 1))
def test_settling_changes_nothing_that_a_report_prints(p_value):
    assert settled(p_value) == pytest.approx(p_value, rel=1e-12)


@pytest.mark.parametrize(
    "table", [[[20, 40], [38, 106]], [[30, 162], [75, 653]], [[30995, 278768], [69023, 621214]], [[1, 0], [7, 152]]]
)
def test_a_table_of_many_units_that_nearly_ties_is_told_from_one_that_does(table):
    (a, b), (c, d) = table
    expected = compare_shares((a, a + b), (c, c + d)).fisher_p
    assert exact_test(table).p_value == pytest.approx(expected, rel=1e-8)
    assert (exact_test(table).p_value <= 0.05) == (expected <= 0.05)


def test_pearsons_ties_are_those_of_chi_square_where_it_is_small_beside_the_units():
    table = [[63142, 67229], [97615, 103865]]
    rows, columns = np.sum(table, axis=1, dtype=np.int64), np.sum(table, axis=0, dtype=np.int64)
    distance = abs(table[0][0] - rows[0] * columns[0] / rows.sum())
    chances, mean = hypergeom(rows.sum(), columns[0], rows[0]), rows[0] * columns[0] / rows.sum()
    tails = chances.cdf(np.floor(mean - distance + 1e-6)) + chances.sf(np.ceil(mean + distance - 1e-6) - 1)
    assert exact_test(table, statistic="pearson").p_value == pytest.approx(tails, rel=1e-6)


@pytest.mark.parametrize(
    "scores", [np.linspace(2000.1, 2000.3, 3), [0.1, 0.2, 0.1 + 0.2], [1e15 + 1, 1e15 + 2, 1e15 + 3]]
)
def test_scores_in_equal_steps_give_the_p_value_of_1_2_3_whatever_floats_make_of_them(scores):
    keywords = {"statistic": "linear_by_linear", "row_scores": scores}
    table = [[3, 1, 0], [1, 2, 1], [0, 2, 3]]
    assert exact_test(table, **keywords).p_fraction == exact_test(table, statistic="linear_by_linear").p_fraction
    assert exact_test([[3, 1], [1, 3]], **keywords | {"row_scores": [0.3, 0.1 + 0.2]}).p_value == 1
