from math import isnan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from toe_analysis.statistics import Share, share_of_all, tipping_point

OBSERVED = st.integers(1, 99).flatmap(lambda base: st.builds(Share, st.integers(0, base), st.just(base)))


@given(OBSERVED, st.integers(1, 2000), st.floats(0, 1))
def test_the_tipping_share_gives_the_baseline_itself(observed, unseen, baseline):
    found = tipping_point(observed, unseen, baseline)
    assume(found.possible)
    assert share_of_all(observed, unseen, found.share) == pytest.approx(baseline, abs=1e-12)


@given(OBSERVED, st.integers(1, 2000), st.floats(0.01, 0.99))
def test_the_response_ratio_is_that_of_the_two_response_rates(observed, unseen, baseline):
    found = tipping_point(observed, unseen, baseline)
    assume(found.possible and 0 < observed.count < observed.base)
    with_it = observed.count + found.share * unseen
    without = observed.base - observed.count + (1 - found.share) * unseen
    rates = observed.count / with_it, (observed.base - observed.count) / without
    assert found.response_ratio == pytest.approx(rates[0] / rates[1], rel=1e-9)


@given(OBSERVED, st.integers(1, 2000))
def test_firms_that_are_like_the_others_change_nothing(observed, unseen):
    assert share_of_all(observed, unseen, observed.value) == pytest.approx(observed.value)
    assert tipping_point(observed, unseen, observed.value).share == pytest.approx(observed.value, abs=1e-12)


@pytest.mark.parametrize(
    ("count", "baseline", "share"),
    [(4, 1 / 3, (775 / 3 - 4) / 727), (4, 0.16 / 3, (775 * 0.16 / 3 - 4) / 727), (14, 0.4, 296 / 727)],
)
def test_the_727_that_did_not_answer_turn_the_conclusions_of_48(count, baseline, share):
    assert tipping_point(Share(count, 48), 727, baseline).share == pytest.approx(share)


def test_a_few_silent_firms_cannot_turn_a_conclusion():
    found = tipping_point(Share(10, 100), 5, 0.5)
    assert not found.possible
    assert isnan(found.response_ratio)


def test_without_silent_firms_there_is_nothing_to_tip():
    with pytest.raises(ValueError, match=r"unseen.*0"):
        tipping_point(Share(4, 48), 0, 0.5)
