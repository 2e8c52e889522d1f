import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.statistics import (
    Share,
    half_width,
    response_interval,
    sample_for_half_width,
)

SHARES = st.floats(0, 1)


@given(st.integers(1, 2000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
def test_half_the_width_is_that_of_wilsons_interval(pair):
    limits = Share(*pair).interval()
    assert half_width(pair[0] / pair[1], pair[1]) == pytest.approx((limits.upper - limits.lower) / 2, abs=1e-12)


@given(SHARES, st.integers(1, 700))
def test_width_shrinks_with_every_answer_and_a_population_never_widens_it(share, sample):
    assert half_width(share, sample + 1) < half_width(share, sample)
    finite = [half_width(share, answers, population=778) for answers in (sample, sample + 1)]
    assert finite[1] < finite[0] <= half_width(share, sample)


@given(SHARES, st.sampled_from([0.01, 0.05, 0.1, 0.3]), st.sampled_from([None, 60, 778]))
def test_the_sample_reaches_the_width_and_one_answer_less_does_not(share, wanted, population):
    sample = sample_for_half_width(share, wanted, population=population)
    assert half_width(share, sample, population=population) <= wanted
    assert sample == 1 or half_width(share, sample - 1, population=population) > wanted


def test_everybody_who_was_asked_leaves_nothing_to_guess():
    assert half_width(0.3, 778, population=778) == 0


@pytest.mark.parametrize("count", [0, 2, 4, 14, 28, 48])
def test_the_exact_interval_is_never_wider_in_a_finite_population(count):
    finite = response_interval((count, 48), 778)
    endless = Share(count, 48).interval(method="clopper_pearson")
    assert finite.upper - finite.lower <= endless.upper - endless.lower


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        (lambda: half_width(0.5, 0), "sample.*0"),
        (lambda: half_width(0.5, 5, population=4), "population.*4"),
        (lambda: sample_for_half_width(0.5, 0), "wanted.*0"),
    ],
)
def test_a_wrong_number_is_refused_by_name(ask, named):
    with pytest.raises(ValueError, match=named):
        ask()


@pytest.mark.parametrize("population", [np.int8(100), np.uint8(200), np.int16(30_000)])
def test_a_population_in_few_bits_counts_as_any_other(population):
    found = sample_for_half_width(0.5, 0.05, population=population)
    assert (found, type(found)) == (sample_for_half_width(0.5, 0.05, population=int(population)), int)
