import json
from dataclasses import replace
from itertools import pairwise
from math import isnan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from toe_analysis.statistics import (
    Design,
    Share,
    compare_shares,
    compare_to_fixed,
    fisher_p_values,
    plan_all,
    plan_answers,
    power_of_comparison,
)
from toe_analysis.statistics._rejection import false_alarm_chance, rejection_chance

ORACLES = json.loads((Path(__file__).parents[1] / "oracles" / "planning.json").read_text(encoding="utf-8"))
SHARES = st.floats(0, 1).map(lambda share: round(share, 9))  # scipy 1.17 fails at shares near 1e-308
SMALL_FIRMS = Design(0.64, 0.4, 429)
TESTS = ("exact", "mid_p")


@pytest.mark.parametrize("case", ORACLES["cases"], ids=lambda case: f"{case['n']} against {case['base']}")
def test_power_and_true_level_are_those_of_r(case):
    rules = {"alpha": case["alpha"], "alternative": case["alternative"]}
    given = case["n"], case["base"], case["baseline_share"]
    assert rejection_chance(given[0], case["share"], *given[1:], **rules) == pytest.approx(case["power"], rel=1e-10)
    assert false_alarm_chance(*given, **rules) == pytest.approx(case["size"], rel=1e-10)


@settings(max_examples=12, deadline=None)
@given(
    n=st.integers(0, 7),
    base=st.integers(0, 7),
    shares=st.tuples(SHARES, SHARES),
    alternative=st.sampled_from(["two-sided", "less", "greater"]),
)
def test_power_against_a_base_is_the_sum_over_all_pairs_of_counts(n, base, shares, alternative):
    wanted = np.zeros(2)
    for a in range(n + 1):
        for c in range(base + 1):
            found = compare_shares(Share(a, n), Share(c, base), alternative=alternative)
            # A table with an empty margin is the only one of its kind: p is 1, and the mid-p a half.
            mid_p = found.mid_p if found.fisher_p < 1 or found.mid_p < 1 else 0.5
            # 0.0987 is no possible p-value, so that no rounding decides.
            chance = binom.pmf(a, n, shares[0]) * binom.pmf(c, base, shares[1])
            wanted += chance * (np.array([found.fisher_p, mid_p]) <= 0.0987)
    found = rejection_chance(n, shares[0], base, shares[1], alpha=0.0987, alternative=alternative)
    assert found == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
def test_power_against_a_fixed_share_is_the_sum_over_all_counts(alternative):
    wanted = np.zeros(2)
    for count in range(18):
        found = compare_to_fixed(Share(count, 17), 0.3, alternative=alternative)
        wanted += binom.pmf(count, 17, 0.5) * (np.array([found.p_value, found.mid_p]) <= 0.05)
    found = rejection_chance(17, 0.5, None, 0.3, alpha=0.05, alternative=alternative)
    assert found == pytest.approx(wanted, rel=1e-10)


@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
def test_numbers_of_answers_worked_out_together_have_the_power_they_have_alone(alternative):
    design = Design(0.1, 0.3, alternative=alternative)
    for answers in range(30, 70):
        alone = rejection_chance(answers, 0.1, None, 0.3, alpha=0.05, alternative=alternative)
        assert design.power_at(answers) == pytest.approx(alone[0], rel=1e-12)


@pytest.mark.parametrize(("n", "base"), [(40, 90), (90, 40)])
def test_rejected_are_the_tables_whose_fisher_p_is_small(n, base):
    a, c = np.arange(n + 1)[:, None], np.arange(base + 1)
    rejected = fisher_p_values(a, n - a, c, base - c) <= 0.05
    wanted = binom.pmf(a[:, 0], n, 0.3) @ rejected @ binom.pmf(c, base, 0.5)
    assert power_of_comparison(n, base, 0.3, 0.5) == pytest.approx(wanted, rel=1e-10)


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


def test_power_has_saw_teeth_so_that_first_and_enough_differ():
    plan = plan_answers(Design(0.64, 0.4))
    assert (plan.first, plan.enough) == (31, 36)
    powers = [plan.design.power_at(answers) for answers in range(31, 36)]
    assert any(later < earlier for earlier, later in pairwise(powers))


@pytest.mark.parametrize(("base", "enough"), [(100, 55), (168, 45), (250, 41), (429, 39)])
def test_a_larger_base_of_theirs_needs_fewer_answers(base, enough):
    assert plan_answers(replace(SMALL_FIRMS, baseline_base=base)).enough == enough


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
    exact, mid_p = plan_all([replace(SMALL_FIRMS, baseline_base=base, test=test) for test in TESTS])
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


def test_a_plan_becomes_one_row_with_its_design():
    (row,) = plan_answers(SMALL_FIRMS).to_frame().to_dict("records")
    assert (row["method"], row["target"], row["enough"], row["baseline_base"]) == ("fisher", 0.8, 39, 429)
    assert isnan(row["invitations"])


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"true_share": 64}, "true_share.*64"),
        ({"baseline_base": 4.5}, r"baseline_base.*4\.5"),
        ({"power": 1}, "power.*1"),
        ({"alternative": "both"}, "alternative.*two-sided"),
        ({"test": "mid-p"}, "test.*mid_p"),
        ({"part": 0}, "part.*0"),
        ({"response": Share(0, 5)}, "response.*one answer"),
    ],
)
def test_a_wrong_design_is_refused_by_name(changed, named):
    with pytest.raises(ValueError, match=named):
        replace(SMALL_FIRMS, **changed)
