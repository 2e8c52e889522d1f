import json
import tracemalloc
from dataclasses import replace
from fractions import Fraction
from math import ceil, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from this_study import PROJECT

from toe_analysis.statistics import Design, Share, plan_answers
from toe_analysis.statistics._rejection import (
    false_alarm_chances,
    fixed_rejection_chances,
    largest_chance,
    rejection_chance,
)

ORACLES = json.loads((PROJECT / "tests" / "oracles" / "planning.json").read_text(encoding="utf-8"))
SMALL_FIRMS = Design(0.64, 0.4, 429)
TESTS = ("exact", "mid_p")


@pytest.mark.parametrize(("n", "base", "alternative"), [(3, 4, "two-sided"), (9, 5, "less"), (12, 30, "greater")])
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_the_true_level_is_the_largest_over_a_fine_grid_of_common_shares(n, base, alternative, alpha):
    grid = [rejection_chance(n, q, base, q, alpha=alpha, alternative=alternative) for q in np.linspace(0, 1, 801)]
    found = false_alarm_chances(n, base, alpha=alpha, alternative=alternative)
    assert (np.array(found) >= np.max(grid, axis=0) * (1 - 1e-9)).all()
    assert found == pytest.approx(np.max(grid, axis=0), rel=1e-4)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_largest_mean_is_found_whatever_the_chances_given_the_total(given_total):
    values = np.array(given_total)
    shares = np.sin(np.linspace(0, np.pi / 2, 2001)) ** 2
    means = binom.pmf(np.arange(len(values)), len(values) - 1, shares[:, None]) @ values
    found = largest_chance(values)
    assert means.max() * (1 - 1e-9) <= found <= values.max()  # as closely as is promised
    assert found == pytest.approx(means.max(), abs=1e-4)


def test_a_narrow_peak_between_the_points_of_a_coarse_grid_is_not_missed():
    # Only 137 of 400 rejects: the chance is largest at 137/400, which is no hundredth.
    given_total = np.zeros(401)
    given_total[137] = 1
    assert largest_chance(given_total) == pytest.approx(binom.pmf(137, 400, 137 / 400), rel=1e-9)


def chances(n, share, base, baseline_share, **rules):
    """Chance of a rejection; without a base the baseline is a fixed share."""
    if base is None:
        return fixed_rejection_chances([n], share, baseline_share, **rules)[0]
    return rejection_chance(n, share, base, baseline_share, **rules)


@pytest.mark.parametrize("case", ORACLES["cases"], ids=lambda case: f"{case['n']} against {case['base']}")
def test_power_and_true_level_are_those_of_r(case):
    rules = {"alpha": case["alpha"], "alternative": case["alternative"]}
    n, base, baseline_share = case["n"], case["base"], case["baseline_share"]
    assert chances(n, case["share"], base, baseline_share, **rules) == pytest.approx(case["power"], rel=1e-10)
    level = chances(n, baseline_share, None, baseline_share, **rules) if base is None else None
    assert (level or false_alarm_chances(n, base, **rules)) == pytest.approx(case["size"], rel=1e-7)


@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
def test_numbers_of_answers_worked_out_together_have_the_power_they_have_alone(alternative):
    design = Design(0.1, 0.3, alternative=alternative)
    for answers in range(30, 70):
        alone = chances(answers, 0.1, None, 0.3, alpha=0.05, alternative=alternative)
        assert design.power_at(answers) == pytest.approx(alone[0], rel=1e-12)


@pytest.mark.parametrize("baseline_share", [0, 1])
def test_against_nobody_or_everybody_one_firm_that_differs_is_enough(baseline_share):
    for answers in (1, 3, 7):
        power = Design(0.5, baseline_share).power_at(answers)
        assert power == pytest.approx(1 - 0.5**answers)


@pytest.mark.parametrize(
    "design",
    [SMALL_FIRMS, Design(0.64, 0.4, 100), Design(4 / 48, 1 / 3, 429), Design(0.64, 0.4), Design(0.1, 0.16 / 3)],
    ids=lambda design: f"{design.true_share:.2f} against {design.baseline_share:.2f} of {design.baseline_base}",
)
@pytest.mark.parametrize("test", TESTS)
def test_first_reaches_the_power_and_enough_holds_it_as_far_as_was_tried(design, test):
    plan = plan_answers(replace(design, test=test))
    powers = [plan.design.power_at(answers) for answers in range(plan.tried + 1)]
    assert plan.first == next(n for n, power in enumerate(powers) if power >= 0.8)
    assert powers[plan.enough - 1] < 0.8 <= min(powers[plan.enough :])
    assert plan.tried >= 2 * (plan.enough - 1)
    assert plan.power == powers[plan.enough]


def test_no_number_of_answers_is_enough_where_the_baseline_is_too_small():
    plan = plan_answers(Design(0.55, 0.4, 30, largest=200))
    assert (plan.first, plan.enough, plan.tried) == (None, None, 200)
    assert isnan(plan.size)
    assert plan.power < 0.8
    assert not plan.beyond


def test_a_power_that_is_reached_but_not_held_is_not_enough():
    plan = plan_answers(Design(0.64, 0.4, largest=32))
    assert (plan.first, plan.enough) == (31, None)


@pytest.mark.parametrize("base", [429, None])
def test_the_mid_p_needs_no_more_answers_and_may_exceed_its_level_while_the_exact_test_never_does(base):
    exact, mid_p = map(plan_answers, [replace(SMALL_FIRMS, baseline_base=base, test=test) for test in TESTS])
    assert mid_p.enough <= exact.enough
    assert exact.size <= 0.05 < mid_p.size


def test_invitations_are_answers_over_the_response_rate_and_its_interval():
    plan = plan_answers(replace(SMALL_FIRMS, response=Share(51, 778), part=0.25, population=778))
    limits = Share(51, 778).interval()
    assert plan.answers == 4 * 39
    assert plan.invitations == -(-4 * 39 * 778 // 51)
    assert plan.invitations_lower == int(4 * 39 / limits.upper) + 1
    assert plan.invitations_upper == int(4 * 39 / limits.lower) + 1
    assert plan.beyond
    assert not plan_answers(replace(SMALL_FIRMS, response=Share(51, 778), population=778)).beyond


@pytest.mark.parametrize(
    "part", [Fraction(11, 48), Fraction(13, 27), Fraction(1, 3), Fraction(7, 100), Fraction(39, 40)]
)
def test_the_answers_of_all_firms_are_counted_in_whole_firms_whatever_floats_make_of_the_part(part):
    for enough, design in ((55, replace(SMALL_FIRMS, baseline_base=100)), (39, SMALL_FIRMS)):
        assert plan_answers(replace(design, part=float(part))).answers == ceil(enough / part)


def test_a_plan_becomes_one_row_with_its_design():
    (row,) = plan_answers(SMALL_FIRMS).to_frame().to_dict("records")
    assert (row["method"], row["target"], row["enough"], row["baseline_base"]) == ("fisher", 0.8, 39, 429)
    assert isnan(row["invitations"])


def test_nobody_asked_finds_nothing():
    assert Design(0.1, 0.9, 20).power_at(0) == 0


def test_a_certain_difference_is_found():
    assert Design(0, 1, 10).power_at(10) == 1


def test_nobody_can_change_the_powers_that_others_will_get():
    with pytest.raises(ValueError, match="read-only"):
        Design(0.6, 0.4, 9).powers_from(0).fill(0)


def test_a_search_against_a_large_base_keeps_no_list_of_it_for_each_number_of_answers():
    tracemalloc.start()
    for answers in range(0, 160, 32):
        Design(0.3, 0.3, 50_000).powers_from(answers)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 30_000_000


def test_a_number_of_numpys_is_worth_what_it_is_and_spoils_no_later_answer():
    design = Design(0.1, 0.3, 20)
    for number in (np.uint8(250), np.int8(100)):
        assert design.power_at(number) == design.power_at(int(number))
    for number in (-1, 1.5, "a"):
        with pytest.raises(ValueError, match="answers must"):
            design.powers_from(number)
