from math import comb, inf, isnan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from toe_analysis.statistics import Share, response_interval, share_bounds, tipping_gamma, tipping_point

IN_POPULATION = st.integers(1, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(n, 16)))
OBSERVED = st.integers(1, 99).flatmap(lambda base: st.builds(Share, st.integers(0, base), st.just(base)))


@given(OBSERVED, st.integers(1, 2000), st.floats(0, 1))
def test_the_tipping_share_gives_the_baseline_itself(observed, unseen, baseline):
    found = tipping_point(observed, unseen, baseline)
    assume(found.possible)
    everyone = observed.base + unseen
    assert (observed.count + found.share * unseen) / everyone == pytest.approx(baseline, abs=1e-12)


@given(OBSERVED, st.integers(1, 2000))
def test_a_baseline_that_none_or_all_of_the_unseen_reach_is_possible(observed, unseen):
    everyone = observed.base + unseen
    for wanted, count in ((0, observed.count), (1, observed.count + unseen)):
        found = tipping_point(observed, unseen, count / everyone)
        assert (found.share, found.possible) == (wanted, True)


@given(OBSERVED, st.integers(1, 2000), st.floats(0.01, 0.99))
def test_the_response_ratio_is_that_of_the_two_response_rates(observed, unseen, baseline):
    found = tipping_point(observed, unseen, baseline)
    assume(found.possible and 0 < observed.count < observed.base)
    with_it = observed.count + found.share * unseen
    without = observed.base - observed.count + (1 - found.share) * unseen
    rates = observed.count / with_it, (observed.base - observed.count) / without
    assert found.response_ratio == pytest.approx(rates[0] / rates[1], rel=1e-9)


def test_a_few_silent_firms_cannot_turn_a_conclusion():
    found = tipping_point(Share(10, 100), 5, 0.5)
    assert not found.possible
    assert isnan(found.response_ratio)


def tails(count, answered, population, having, odds):
    """Both tails of the count given how many firms have the property, from the definition."""
    ways = {
        x: comb(having, x) * comb(population - having, answered - x) * odds**x
        for x in range(max(0, answered - population + having), min(having, answered) + 1)
    }
    total = sum(ways.values())
    up_to, from_on = (sum(ways[x] for x in ways if there(x)) for there in (lambda x: x <= count, lambda x: x >= count))
    return up_to / total, from_on / total


def test_the_bounds_of_4_of_48_of_778_are_0_5_and_94_3_percent():
    found = share_bounds((4, 48), 778)
    assert (round(100 * found.lower, 1), round(100 * found.upper, 1)) == (0.5, 94.3)


@given(IN_POPULATION, st.sampled_from([1.0, 1.5, 4.0]), st.sampled_from([0.5, 0.9, 0.95]))
def test_the_interval_holds_every_number_of_firms_that_some_odds_do_not_rule_out(numbers, gamma, confidence):
    count, base, population = numbers
    found = response_interval((count, base), population, gamma=gamma, confidence=confidence)
    tail = (1 - confidence) / 2 * (1 + 1e-9)
    having = [
        m
        for m in range(count, population - (base - count) + 1)
        if tails(count, base, population, m, 1 / gamma)[0] > tail and tails(count, base, population, m, gamma)[1] > tail
    ]
    if having:
        assert [found.lower * population, found.upper * population] == pytest.approx([having[0], having[-1]])


@pytest.mark.parametrize("gamma", [1.0, 2.5])
def test_the_interval_covers_the_truth_at_its_level_whatever_the_odds_within_gamma(gamma):
    population, answered = 15, 6
    intervals = [response_interval((x, answered), population, gamma=gamma, confidence=0.8) for x in range(answered + 1)]
    for having in range(population + 1):
        for odds in (1 / gamma, 1.0, gamma):
            missed = 0.0
            for x in range(answered + 1):
                if not intervals[x].lower - 1e-9 <= having / population <= intervals[x].upper + 1e-9:
                    below, above = tails(x, answered, population, having, odds)
                    missed += max(below + above - 1, 0)
            assert missed <= 0.2 + 1e-9


@pytest.mark.parametrize(
    ("observed", "population", "firms"), [((4, 48), 778, (20, 152)), ((14, 48), 48, (14, 14)), ((0, 0), 30, (0, 30))]
)
def test_a_random_draw_leaves_so_many_firms_possible(observed, population, firms):
    """Users among all invited, a census, a sample of nobody."""
    found = response_interval(observed, population)
    assert (found.lower * population, found.upper * population) == pytest.approx(firms)


@pytest.mark.parametrize("gamma", [1e9, 1e308])
def test_a_huge_gamma_assumes_nothing(gamma):
    bounds, free = share_bounds((4, 48), 778), response_interval((4, 48), 778, gamma=gamma)
    assert [free.lower, free.upper] == pytest.approx([bounds.lower, bounds.upper])


@given(IN_POPULATION, st.floats(0, 1), st.sampled_from([0.8, 0.95]))
def test_the_claim_stands_up_to_its_gamma_and_falls_beyond(numbers, baseline, confidence):
    count, base, population = numbers
    observed = Share(count, base)
    assume(abs(baseline * population - round(baseline * population)) > 1e-6)
    gamma = tipping_gamma(observed, population, baseline, confidence=confidence)

    def shown(at):
        limits = response_interval(observed, population, gamma=at, confidence=confidence)
        return limits.upper < baseline if observed.value < baseline else limits.lower > baseline

    if gamma == 1:
        assert not shown(1.0)
    elif gamma == inf:
        assert shown(1e6)
    else:
        assert shown(max(1.0, gamma * (1 - 1e-6)))
        assert not shown(gamma * (1 + 1e-6))


def test_a_claim_about_a_share_that_is_a_whole_number_of_firms_counts_that_number():
    # In floats 0.29 of 100 firms are a little less than 29, and would make it 28.
    assert tipping_gamma((50, 50), 100, 0.29) == tipping_gamma((50, 50), 100, 0.295)
    assert tipping_gamma((0, 50), 100, 0.71) == tipping_gamma((0, 50), 100, 0.705)


def test_a_third_is_out_of_reach_of_4_of_48_until_users_answer_half_as_often():
    assert tipping_gamma((4, 48), 778, 1 / 3) == pytest.approx(2.124, abs=5e-4)
    assert tipping_gamma((4, 48), 778, 0.08) == 1


def test_a_tail_that_is_the_level_but_for_rounding_needs_no_gamma():
    assert tipping_gamma((0, 2), 5, 0.5, confidence=0.8) == 1
