"""Intervals that go with the tests: for the odds ratio, and exact ones for a difference; and equivalence."""

from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom

from toe_analysis.statistics import Share, compare_shares, equivalent_shares
from toe_analysis.statistics.groups._odds import Given
from toe_analysis.statistics.groups._unconditional import LEFT_OUT, _score, upper_tail

SHARES = st.integers(1, 25).flatmap(lambda base: st.builds(Share, st.integers(0, base), st.just(base)))


def two_sided_p(sample, baseline, log_odds):
    """Fisher's two-sided p-value of an odds ratio, from its definition."""
    table = Given(sample.count, sample.base, baseline.base, sample.count + baseline.count)
    first, chances = table.chances(log_odds)
    return chances[chances <= chances[sample.count - first] * (1 + 1e-9)].sum()


def every_table(n1, n2):
    return [(Share(a, n1), Share(c, n2)) for a, c in product(range(n1 + 1), range(n2 + 1)) if 0 < a + c < n1 + n2]


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize(("n1", "n2"), [(5, 5), (4, 9)])
def test_the_interval_leaves_out_1_exactly_when_fishers_p_is_at_most_alpha(n1, n2, confidence):
    disagree = []
    for sample, baseline in every_table(n1, n2):
        found = compare_shares(sample, baseline, confidence=confidence)
        limits = found.matching_interval
        outside = not limits.lower <= 1 <= limits.upper
        rejected = found.fisher_p <= (1 - confidence) * (1 + 1e-9)
        if outside != rejected:
            disagree.append((sample, baseline, limits))
    assert disagree == []


@given(sample=SHARES, baseline=SHARES, confidence=st.sampled_from([0.5, 0.9, 0.95]))
def test_no_odds_ratio_outside_is_accepted_and_the_limits_are_where_that_ends(sample, baseline, confidence):
    found = compare_shares(sample, baseline, confidence=confidence)
    if not 0 < found.odds_ratio < inf:
        return
    lower, upper = np.log([found.matching_interval.lower, found.matching_interval.upper])
    alpha = (1 - confidence) * (1 + 1e-7)
    for step in np.linspace(1e-6, 6, 150):
        assert two_sided_p(sample, baseline, lower - step) <= alpha
        assert two_sided_p(sample, baseline, upper + step) <= alpha
    for limit, inwards in ((lower, 1e-9), (upper, -1e-9)):
        assert max(two_sided_p(sample, baseline, limit + step * inwards) for step in (0, 1, 10)) >= alpha * (1 - 1e-6)


def test_a_gap_around_1_is_spanned_and_said():
    found = compare_shares((5, 5), (26, 38), confidence=0.7)
    assert found.fisher_p < 0.3
    assert found.matching_interval.lower < 1 < found.matching_interval.upper
    assert "gap around 1" in found.matching_interval.method


@pytest.mark.parametrize(
    ("sample", "baseline", "printed"),
    [
        # StatXact 11, two one-sided tests inverted, gamma = 1e-6; the last is SAS 9.4, RISKDIFF(METHOD=SCORE).
        ((6, 13), (2, 7), (-0.3108, 0.5690)),  # StatXact: 0.5787, from a world in which all of the 13 have it
        ((13, 13), (0, 7), (0.5904, 1.0)),
        ((24, 61), (10, 35), (-0.0973, 0.2949)),  # -0.0992 over all shares
        ((9, 11), (4, 12), (0.0616, 0.7968)),
    ],
)
def test_chan_and_zhangs_interval_is_that_of_statxact_and_sas(sample, baseline, printed):
    found = compare_shares(sample, baseline).exact_difference_interval
    assert (round(found.lower, 4), round(found.upper, 4)) == printed


def test_a_far_world_does_not_decide_a_comparison():
    # Over all shares one sided p is 0.069: a world where 0.6 % have it. The groups have 64 % and 40 %.
    found = compare_shares((14, 22), (172, 429))
    assert found.fisher_p < 0.05
    assert found.exact_difference_interval.lower > 0


@pytest.mark.parametrize(("sample", "baseline"), [((32, 48), (215, 429)), ((14, 22), (172, 429))])
def test_no_difference_further_out_is_accepted_where_the_p_value_crosses_more_than_once(sample, baseline):
    lower = compare_shares(sample, baseline).exact_difference_interval.lower
    outside = np.linspace(lower - 0.003, lower - 1e-9, 25)
    assert max(upper_tail(Share(*sample), Share(*baseline), difference) for difference in outside) <= 0.025
    inside = np.linspace(lower, lower + 0.003, 60)
    p_values = [upper_tail(Share(*sample), Share(*baseline), difference) for difference in inside]
    assert np.sum(np.diff(np.array(p_values) > 0.025)) > 1  # crosses, and crosses back


@pytest.mark.parametrize(
    ("sample", "baseline", "confidence", "accepted"),
    [
        ((47, 60), (0, 4), 0.95, 0.018),  # p is 0.030 there, and 0.008 at 0.024
        ((21, 48), (0, 2), 0.95, -0.3883),
        ((17, 22), (0, 6), 0.99, 0.0396),
        ((12, 12), (2, 6), 0.999, -0.0847),
    ],
)
def test_in_small_groups_a_difference_may_be_accepted_far_beyond_one_that_is_not(
    sample, baseline, confidence, accepted
):
    sample, baseline, tail = Share(*sample), Share(*baseline), (1 - confidence) / 2
    lower = compare_shares(sample, baseline, confidence=confidence).exact_difference_interval.lower
    assert lower <= accepted
    assert tail_by_hand(sample, baseline, accepted) > tail
    assert max(upper_tail(sample, baseline, difference) for difference in np.linspace(-1, lower, 40)) <= tail


def tail_by_hand(sample, baseline, difference):
    """Score test with shares and statistic from fine grids."""
    grid = np.linspace(max(0, -difference), min(1, 1 - difference), 4001)[1:-1]
    a, c = np.arange(sample.base + 1.0)[:, None, None], np.arange(baseline.base + 1.0)[:, None]
    likelihood = binom.logpmf(a, sample.base, grid + difference) + binom.logpmf(c, baseline.base, grid)
    theirs = grid[likelihood.argmax(axis=2)]
    ours, a, c = theirs + difference, a[:, :, 0], c.T
    spread = np.sqrt(ours * (1 - ours) / sample.base + theirs * (1 - theirs) / baseline.base)
    scores = (a / sample.base - c / baseline.base - difference) / spread
    inside = scores >= scores[sample.count, baseline.count] - 1e-3
    low, high = (one.interval(confidence=1 - LEFT_OUT / 2, method="clopper_pearson") for one in (sample, baseline))
    grid = grid[(grid >= high.lower) & (grid <= high.upper)]
    grid = grid[(grid + difference >= low.lower) & (grid + difference <= low.upper)]
    ours, theirs = (binom.pmf(k, n, p) for k, n, p in ((a, sample.base, grid + difference), (c.T, baseline.base, grid)))
    return np.einsum("ap,ac,cp->p", ours, inside, theirs).max()


def test_the_groups_turned_round_have_the_same_tail():
    for difference in (-0.4, 0.1):
        assert upper_tail(Share(3, 9), Share(1, 5), difference) == upper_tail(Share(4, 5), Share(6, 9), difference)


def test_shares_that_no_data_leave_possible_have_the_chance_that_was_left_out():
    assert upper_tail(Share(400, 400), Share(0, 400), 0.0) == LEFT_OUT


@pytest.mark.parametrize(("n1", "n2"), [(2, 4)])
def test_the_exact_interval_for_a_difference_never_covers_less_than_it_says(n1, n2):
    counts = list(product(range(n1 + 1), range(n2 + 1)))
    intervals = [compare_shares((a, n1), (c, n2), confidence=0.9).exact_difference_interval for a, c in counts]
    lower, upper = np.array([(limits.lower, limits.upper) for limits in intervals]).T
    shares = np.linspace(0, 1, 33)
    ours, theirs = ([binom.pmf(np.arange(n + 1), n, p) for p in shares] for n in (n1, n2))
    for (p1, first), (p2, second) in product(zip(shares, ours, strict=True), zip(shares, theirs, strict=True)):
        chances = np.outer(first, second).ravel()
        assert chances[(lower - 1e-9 <= p1 - p2) & (p1 - p2 <= upper + 1e-9)].sum() >= 0.9


@given(sample=SHARES, baseline=SHARES)
@settings(max_examples=5)
def test_swapping_the_groups_turns_the_exact_interval(sample, baseline):
    found, swapped = (
        compare_shares(*pair).exact_difference_interval for pair in ((sample, baseline), (baseline, sample))
    )
    assert found.lower == pytest.approx(-swapped.upper, abs=1e-6)
    assert found.lower <= sample.value - baseline.value <= found.upper


@pytest.mark.parametrize(("n1", "n2"), [(1, 1), (3, 8), (14, 5), (30, 41)])
def test_the_score_statistic_rises_with_our_count_and_falls_with_theirs(n1, n2):
    a, c = np.arange(n1 + 1.0)[:, None], np.arange(n2 + 1.0)
    for difference in (*np.linspace(-0.99, 0.99, 23), -0.99999, 0.99999):
        scores = _score(a, n1, c, n2, difference)
        assert (np.diff(scores, axis=0) > 0).all()
        assert (np.diff(scores, axis=1) < 0).all()


@pytest.mark.parametrize("difference", [-0.6, -0.1, 0.0, 0.35])
def test_the_largest_chance_is_that_of_a_fine_grid_of_shares(difference):
    sample, baseline = Share(4, 7), Share(3, 9)
    tail = LEFT_OUT / 4  # of each end of each group's interval
    ours, theirs = (beta.ppf([tail, 1 - tail], [n, n + 1], [m + 1, m]) for n, m in ((4, 3), (3, 6)))
    a, c = np.arange(8.0)[:, None], np.arange(10.0)
    region = _score(a, 7, c, 9, difference) >= _score(4.0, 7, 3.0, 9, difference) - 1e-9
    shares = np.linspace(max(theirs[0], ours[0] - difference), min(theirs[1], ours[1] - difference), 5001)
    chances = np.einsum("ap,ac,cp->p", binom.pmf(a, 7, shares + difference), region, binom.pmf(c[:, None], 9, shares))
    assert upper_tail(sample, baseline, difference) == pytest.approx(chances.max() + LEFT_OUT, abs=2e-6)


@pytest.mark.parametrize(("sample", "baseline"), [((0, 0), (3, 7)), ((40, 400_000), (100, 400))])
def test_an_interval_that_is_not_computed_is_everything_and_says_so(sample, baseline):
    found = compare_shares(sample, baseline).exact_difference_interval
    assert (found.lower, found.upper) == (-1, 1)
    assert found.method.startswith("not computed")


@given(sample=SHARES, baseline=SHARES, margin=st.sampled_from([0.1, 0.3, 0.5]), alpha=st.sampled_from([0.05, 0.2]))
@settings(max_examples=8)
def test_shares_are_alike_when_the_interval_lies_within_the_margins(sample, baseline, margin, alpha):
    found = equivalent_shares(sample, baseline, margin, alpha=alpha)
    if -margin < found.interval.lower and found.interval.upper < margin:
        assert found.p_value <= alpha


def test_an_interval_holds_a_difference_beyond_the_margin_that_is_not_ruled_out_itself():
    found = equivalent_shares((21, 48), (0, 2), 0.37, alpha=0.025)
    assert found.p_lower < 0.025
    assert found.interval.lower < -0.38


def test_large_groups_of_one_share_are_alike_and_small_ones_are_not_shown_to_be():
    assert equivalent_shares((200, 400), (190, 400), 0.15).p_value < 0.01
    assert equivalent_shares((4, 8), (4, 8), 0.15).p_value > 0.2


def test_alike_to_a_fixed_share_is_two_binomial_tests():
    found = equivalent_shares((30, 60), 0.55, 0.2)
    assert found.p_lower == pytest.approx(binom.sf(29, 60, 0.35))
    assert found.p_upper == pytest.approx(binom.cdf(30, 60, 0.75))
    assert found.interval.upper == pytest.approx(beta.ppf(0.95, 31, 30) - 0.55)
    assert equivalent_shares((30, 60), 0.05, 0.2).p_lower == 0  # no share is below 0


def test_equivalence_becomes_one_row_with_what_it_is_against():
    frames = [equivalent_shares((3, 6), other, 0.4).to_frame() for other in ((2, 5), 0.4)]
    assert [frame["their_share"].item() for frame in frames] == [0.4, 0.4]
