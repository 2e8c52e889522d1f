import json
from math import inf, nan
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2

from toe_analysis.statistics import (
    Share,
    adjust_p_values,
    association,
    cohens_kappa,
    compare_shares,
    compare_to_fixed,
    exact_test,
    fisher_p_values,
    krippendorff_alpha,
    response_interval,
)

ORACLES = json.loads((Path(__file__).parents[1] / "oracles" / "r_oracles.json").read_text(encoding="utf-8"))
WORDS = {"Inf": inf, "-Inf": -inf, "NaN": nan}


def cases(kind, key=""):
    found = [case for case in ORACLES["cases"] if case["kind"] == kind and key in " ".join(case["expect"])]
    return pytest.mark.parametrize("case", found, ids=[case["id"] for case in found])


def number(value):
    return [number(part) for part in value] if isinstance(value, list) else WORDS.get(value, value)


def close(value, rtol, atol=0.0):
    return pytest.approx(number(value), rel=rtol, abs=atol, nan_ok=True)


def limits(interval):
    return [interval.lower, interval.upper]


def shares(case):
    (a, b), (c, d) = case["input"]["table"]
    return Share(a, a + b), Share(c, c + d)


@cases("fisher_2x2")
@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
def test_fisher_p_is_that_of_r(case, alternative):
    found = compare_shares(*shares(case), alternative=alternative).fisher_p
    assert found == close(case["expect"][f"p_{alternative.replace('-', '_')}"], 1e-10)


@cases("fisher_2x2")
def test_many_fisher_p_values_are_those_of_r(case):
    (a, b), (c, d) = case["input"]["table"]
    assert fisher_p_values(a, b, c, d) == close(case["expect"]["p_two_sided"], 1e-10)


@cases("fisher_2x2")
def test_exact_test_of_a_2_x_2_table_is_fishers_in_r(case):
    assert exact_test(case["input"]["table"]).p_value == close(case["expect"]["p_two_sided"], 1e-10)


@cases("fisher_2x2")
def test_conditional_odds_ratio_is_that_of_the_r_script(case):
    found = compare_shares(*shares(case))
    assert found.odds_ratio == close(case["expect"]["own_cond_or"], 1e-8)
    assert limits(found.odds_ratio_interval) == close(case["expect"]["own_cond_or_ci"], 1e-8)


@cases("fisher_rxc")
def test_fisher_freeman_halton_p_is_that_of_r_and_exact(case):
    found = exact_test(case["input"]["table"])
    assert found.p_value == close(case["expect"]["p"], 1e-10)
    assert float(found.p_fraction) == found.p_value


@cases("boschloo")
@pytest.mark.parametrize("alternative", ["less", "greater", "two-sided"])
def test_boschloo_p_is_that_of_the_r_script(case, alternative):
    key = f"own_p_{alternative.replace('-', '_')}"
    assert compare_shares(*shares(case), alternative=alternative).boschloo_p == close(case["expect"][key], 1e-8)


@cases("matching")
def test_interval_that_matches_fishers_test_is_that_of_the_r_script(case):
    found = compare_shares(*shares(case), confidence=case["input"]["confidence"])
    assert found.fisher_p == close(case["expect"]["p_two_sided"], 1e-10)
    assert limits(found.matching_interval) == close(case["expect"]["own_matching_ci"], 1e-7)


@cases("binom")
@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
def test_binomial_p_is_that_of_r(case, alternative):
    given = case["input"]
    found = compare_to_fixed(Share(given["x"], given["n"]), given["p0"], alternative=alternative)
    assert found.p_value == close(case["expect"][f"p_{alternative.replace('-', '_')}"], 1e-10)


@cases("binom")
@pytest.mark.parametrize("method", ["clopper_pearson", "wilson"])
def test_interval_of_a_share_is_that_of_r(case, method):
    found = Share(case["input"]["x"], case["input"]["n"]).interval(method=method)
    assert limits(found) == close(case["expect"][method], 1e-10, 1e-15)


@cases("binom")
def test_blakers_interval_is_that_of_the_r_script(case):
    found = Share(case["input"]["x"], case["input"]["n"]).interval(method="blaker")
    assert limits(found) == close(case["expect"]["own_blaker"], 0, 1e-8)


@cases("two_prop")
def test_difference_and_newcombes_interval_are_those_of_the_r_script(case):
    given, expect = case["input"], case["expect"]
    found = compare_shares(Share(given["x1"], given["n1"]), Share(given["x2"], given["n2"]))
    assert found.difference == close(expect["diff"], 1e-9)
    assert limits(found.difference_interval) == close(expect["own_newcombe"], 1e-9)


@cases("two_prop")
def test_chi_square_of_two_shares_is_that_of_r(case):
    given, expect = case["input"], case["expect"]
    found = association([[given["x1"], given["n1"] - given["x1"]], [given["x2"], given["n2"] - given["x2"]]])
    assert [found.chi_square, found.p_value] == close([expect["score_chisq"], expect["score_p"]], 1e-9)


@cases("chisq")
def test_association_is_that_of_r(case):
    found, expect = association(case["input"]["table"]), case["expect"]
    assert found.degrees_of_freedom == expect["df"]
    values = {
        "chisq": found.chi_square,
        "p": found.p_value,
        "cramers_v": found.cramers_v,
        "own_cramers_v_bias_corrected": found.cramers_v_corrected,
        "own_theil_u_row_given_col": found.theil_u_rows_given_columns,
        "own_theil_u_col_given_row": found.theil_u_columns_given_rows,
    }
    assert list(values.values()) == close([expect[key] for key in values], 1e-10)


@cases("chisq")
@pytest.mark.parametrize(("statistic", "key"), [("pearson", "chisq"), ("likelihood_ratio", "g2")])
def test_exact_test_reports_the_usual_statistic(case, statistic, key):
    assert exact_test(case["input"]["table"], statistic=statistic).value == close(case["expect"][key], 1e-10)


@cases("trend")
def test_exact_trend_test_is_that_of_coin(case):
    given, expect = case["input"], case["expect"]
    table = [[x, n - x] for x, n in zip(given["x"], given["n"], strict=True)]
    found = exact_test(table, statistic="linear_by_linear", row_scores=given["scores"])
    assert found.p_value == close(expect["coin_exact_p"], 1e-10)
    assert found.value == close(expect["coin_permutation_variance_chisq"], 1e-10)
    assert found.value * sum(given["n"]) / (sum(given["n"]) - 1) == close(expect["prop_trend_chisq"], 1e-10)
    assert chi2.sf(found.value, 1) == close(expect["coin_permutation_variance_p"], 1e-10)


def ordered_table(case):
    x, g = (np.array(case["input"][key]) for key in "xg")
    return [[int(((x == value) & (g == group)).sum()) for group in np.unique(g)] for value in np.unique(x)]


@cases("ordered_groups")
def test_jonckheere_and_kruskal_statistics_are_those_of_r(case):
    table = ordered_table(case)
    assert exact_test(table, statistic="jonckheere").value == close(case["expect"]["own_jt"], 1e-10)
    assert exact_test(table, statistic="kruskal_wallis").value == close(case["expect"]["kruskal_h"], 1e-10)


@cases("ordered_groups", "own_assignments")
def test_jonckheere_and_kruskal_p_values_are_those_of_all_assignments(case):
    table, expect = ordered_table(case), case["expect"]
    increasing = exact_test(table, statistic="jonckheere", alternative="greater")
    assert exact_test(table, statistic="jonckheere").p_value == close(expect["own_jt_exact_p_two_sided"], 1e-10)
    assert increasing.p_value == close(expect["own_jt_exact_p_increasing"], 1e-10)
    assert exact_test(table, statistic="kruskal_wallis").p_value == close(expect["own_kruskal_exact_p"], 1e-10)


@cases("kappa")
def test_kappa_and_its_error_are_those_of_vcd(case):
    table, expect = np.array(case["input"]["table"]), case["expect"]
    first, second = np.indices(table.shape).reshape(2, -1)
    found = cohens_kappa(np.repeat(first, table.ravel()).tolist(), np.repeat(second, table.ravel()).tolist())
    wanted = [expect["kappa"], expect["ase"], expect["percent_agreement"]]
    assert [found.estimate, found.standard_error, found.agreement] == close(wanted, 1e-10)


@cases("alpha_nominal")
def test_alpha_is_that_of_the_r_script(case):
    assert krippendorff_alpha(case["input"]["ratings"]).estimate == close(case["expect"]["own_alpha"], 1e-10)


@cases("p_adjust")
@pytest.mark.parametrize(("method", "key"), [("holm", "holm"), ("fdr_bh", "bh")])
def test_adjusted_p_values_are_those_of_r(case, method, key):
    assert adjust_p_values(case["input"]["p"], method=method).tolist() == close(case["expect"][key], 1e-12)


@cases("mcnemar")
def test_exact_mcnemar_is_the_fixed_comparison_of_the_pairs_that_changed(case):
    (_, b), (c, _) = case["input"]["table"]
    assert compare_to_fixed(Share(b, b + c), 0.5).p_value == close(case["expect"]["exact_p"], 1e-10)


@cases("finite_pop")
def test_the_interval_of_a_finite_population_is_that_of_the_r_script(case):
    given, expect = case["input"], case["expect"]
    found = response_interval((given["k"], given["n"]), given["N"])
    assert limits(found) == [firms / given["N"] for firms in expect["own_hypergeom_ci_counts"]]


def test_every_kind_of_case_is_tested():
    text = Path(__file__).read_text(encoding="utf-8")
    assert all(f'@cases("{case["kind"]}")' in text for case in ORACLES["cases"])
