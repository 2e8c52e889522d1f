from math import inf, isnan, lgamma, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom

from toe_analysis.statistics import Share, compare_shares, compare_to_fixed

SHARES = st.integers(1, 40).flatmap(lambda base: st.builds(Share, st.integers(0, base), st.just(base)))
USERS, THIRD = Share(4, 48), Share(143, 429)


def conditional(sample, baseline, odds_ratio):
    """Chances of the sample's count, given both margins and an odds ratio."""
    total = sample.count + baseline.count
    counts = np.arange(max(0, total - baseline.base), min(sample.base, total) + 1)
    logs = np.array(
        [
            lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + lgamma(m + 1) - lgamma(t + 1) - lgamma(m - t + 1)
            for n, k, m, t in ((sample.base, int(k), baseline.base, total - int(k)) for k in counts)
        ]
    )
    logs += counts * log(odds_ratio)
    chances = np.exp(logs - logs.max())
    return counts, chances / chances.sum()


@given(sample=SHARES, baseline=SHARES)
def test_swapping_the_groups_keeps_p_and_turns_the_estimates(sample, baseline):
    found, swapped = compare_shares(sample, baseline), compare_shares(baseline, sample)
    assert found.fisher_p == pytest.approx(swapped.fisher_p, rel=1e-10)
    assert found.difference == pytest.approx(-swapped.difference)
    assert found.difference_interval.lower == pytest.approx(-swapped.difference_interval.upper)
    if 0 < found.odds_ratio < inf:
        assert found.odds_ratio == pytest.approx(1 / swapped.odds_ratio, rel=1e-9)


@pytest.mark.parametrize(
    ("sample", "baseline"),
    [((1, 501), (400, 403)), ((1, 20001), (30000, 30100)), ((300, 301), (2, 402)), ((1, 1000), (999, 1000))],
)
def test_extreme_odds_ratios_and_limits_solve_their_equations(sample, baseline):
    sample, baseline = Share(*sample), Share(*baseline)
    found = compare_shares(sample, baseline)
    counts, chances = conditional(sample, baseline, found.odds_ratio)
    assert counts @ chances == pytest.approx(sample.count, rel=1e-8)
    counts, chances = conditional(sample, baseline, found.odds_ratio_interval.lower)
    assert chances[counts >= sample.count].sum() == pytest.approx(0.025, rel=1e-7)
    counts, chances = conditional(sample, baseline, found.odds_ratio_interval.upper)
    assert chances[counts <= sample.count].sum() == pytest.approx(0.025, rel=1e-7)


@given(sample=SHARES, baseline=SHARES, alternative=st.sampled_from(["two-sided", "less", "greater"]))
def test_mid_p_takes_off_half_the_observed_table(sample, baseline, alternative):
    found = compare_shares(sample, baseline, alternative=alternative)
    if not isnan(found.odds_ratio):
        total = sample.count + baseline.count
        chance = hypergeom.pmf(sample.count, sample.base + baseline.base, sample.base, total)
        assert found.mid_p == pytest.approx(found.fisher_p - chance / 2)


@pytest.mark.parametrize(
    ("sample", "baseline", "odds_ratio"),
    [(Share(4, 4), Share(3, 10), inf), (Share(0, 4), Share(3, 10), 0), (Share(5, 5), Share(0, 6), inf)],
)
def test_odds_ratio_at_the_edge_of_the_margins_is_0_or_infinite(sample, baseline, odds_ratio):
    found = compare_shares(sample, baseline)
    assert found.odds_ratio == odds_ratio
    assert (found.odds_ratio_interval.upper == inf) == (odds_ratio == inf)
    assert (found.odds_ratio_interval.lower == 0) == (odds_ratio == 0)


@pytest.mark.parametrize(
    ("sample", "baseline"),
    [(Share(5, 5), Share(7, 7)), (Share(0, 5), Share(0, 7)), (Share(0, 0), Share(3, 7)), (Share(0, 0), Share(0, 0))],
)
@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
def test_an_empty_row_or_column_gives_p_1_and_says_so(sample, baseline, alternative):
    found = compare_shares(sample, baseline, alternative=alternative)
    assert (found.fisher_p, found.mid_p, found.boschloo_p) == (1, 1, 1)
    assert isnan(found.odds_ratio)
    assert (found.odds_ratio_interval.lower, found.odds_ratio_interval.upper) == (0, inf)
    assert "empty" in found.method


def test_the_difference_of_an_empty_group_is_unknown():
    found = compare_shares(Share(0, 0), Share(3, 7))
    assert isnan(found.difference)
    assert (found.difference_interval.lower, found.difference_interval.upper) == (-1, 1)


def test_what_goes_through_all_pairs_of_counts_is_computed_when_first_asked_for(monkeypatch):
    calls = []

    def counted(*arguments, **keywords):
        calls.append(arguments)
        return 0.25, 0.2

    monkeypatch.setattr("toe_analysis.statistics.groups.comparisons.false_alarm_chances", counted)
    found = compare_shares(Share(3, 4), Share(1, 4))
    found.to_frame()
    assert not calls
    assert found.boschloo_p == found.boschloo_p == 0.25
    assert len(calls) == 1


@given(sample=SHARES, baseline=SHARES, alternative=st.sampled_from(["two-sided", "less", "greater"]))
def test_boschloo_is_never_above_fisher(sample, baseline, alternative):
    found = compare_shares(sample, baseline, alternative=alternative)
    assert 0 < found.boschloo_p <= found.fisher_p


def test_no_rounding_lifts_a_chance_above_1():
    assert compare_shares((20, 21), (1, 18), alternative="less").boschloo_p <= 1


def test_where_fishers_p_is_too_small_for_a_float_so_is_boschloos():
    assert compare_shares((1000, 1000), (0, 1000)).boschloo_p == 0


@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
@pytest.mark.parametrize(("sample", "baseline"), [((3, 4), (1, 6)), ((2, 3), (2, 9)), ((0, 5), (4, 5))])
def test_boschloo_is_the_largest_chance_of_a_fisher_p_no_larger(sample, baseline, alternative):
    """The definition: every pair of counts, and a fine grid of common shares."""
    (n1, n2), observed = (sample[1], baseline[1]), compare_shares(sample, baseline, alternative=alternative)
    pairs = [(a, c) for a in range(n1 + 1) for c in range(n2 + 1)]
    p_values = [compare_shares((a, n1), (c, n2), alternative=alternative).fisher_p for a, c in pairs]
    chosen = [pair for pair, p_value in zip(pairs, p_values, strict=True) if p_value <= observed.fisher_p * (1 + 1e-9)]
    grid = np.linspace(0, 1, 20001)
    chances = sum(binom.pmf(a, n1, grid) * binom.pmf(c, n2, grid) for a, c in chosen)
    assert observed.boschloo_p == pytest.approx(chances.max(), rel=1e-6)


def test_boschloo_is_skipped_above_a_base_of_1000():
    found = compare_shares(USERS, Share(2661, 9640))
    assert isnan(found.boschloo_p)


def test_pairs_of_counts_are_shares_and_scipys_name_of_p_is_known():
    found, fixed = compare_shares((4, 48), [143, 429]), compare_to_fixed(np.array([4, 48]), 0.2)
    assert found.pvalue == compare_shares(USERS, THIRD).fisher_p
    assert fixed.pvalue == compare_to_fixed(USERS, 0.2).p_value


def test_fixed_mid_p_takes_off_half_the_observed_count():
    assert compare_to_fixed(Share(3, 3), 0.5).mid_p == pytest.approx(0.25 - 0.125 / 2)


@pytest.mark.parametrize(("share", "p_value"), [(0, 0), (1, 0)])
def test_a_fixed_share_of_nobody_or_everybody_is_allowed(share, p_value):
    assert compare_to_fixed(Share(2, 5), share).p_value == p_value


def test_a_fixed_comparison_without_a_base_gives_p_1_and_says_so():
    found = compare_to_fixed(Share(0, 0), 0.4)
    assert (found.p_value, found.method) == (1, "no comparison: the base is 0")


def test_a_comparison_becomes_one_row_with_count_base_and_limits_whatever_was_asked_of_it_before():
    found = compare_shares(USERS, THIRD)
    limits = found.difference_interval.lower, found.odds_ratio_interval.upper, found.odds_ratio_interval.confidence
    assert found.matching_interval.confidence == 0.95
    (row,) = found.to_frame().to_dict("records")
    assert (row["sample_count"], row["sample_base"], row["baseline_share"]) == (4, 48, THIRD.value)
    assert (row["difference_lower"], row["odds_ratio_upper"], row["confidence"]) == limits
    assert "matching_lower" not in row


def test_a_tail_below_what_the_search_leaves_out_rules_nothing_out():
    found = compare_shares((4, 48), (10, 50), confidence=0.999998).exact_difference_interval
    assert (found.lower, found.upper) == (-1, 1)
