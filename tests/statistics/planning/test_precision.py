from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from toe_analysis.statistics import Share, response_interval, sample_for_half_width


def half_width(share, sample, population=None):
    """Half the width of Wilson's interval, by its formula."""
    if sample == population:
        return 0.0
    n = sample if population is None else sample * (population - 1) / (population - sample)
    z = norm.isf(0.025)
    return z / (1 + z**2 / n) * sqrt(share * (1 - share) / n + (z / n) ** 2 / 4)


@given(st.floats(0, 1), st.sampled_from([0.01, 0.05, 0.1, 0.3]), st.sampled_from([None, 60, 778]))
def test_the_sample_reaches_the_width_and_one_answer_less_does_not(share, wanted, population):
    sample = sample_for_half_width(share, wanted, population=population)
    assert half_width(share, sample, population) <= wanted * (1 + 1e-12)
    assert sample == 1 or half_width(share, sample - 1, population) > wanted * (1 - 1e-12)


@pytest.mark.parametrize("count", [0, 2, 4, 14, 28, 48])
def test_the_exact_interval_is_never_wider_in_a_finite_population(count):
    finite = response_interval((count, 48), 778)
    endless = Share(count, 48).interval(method="clopper_pearson")
    assert finite.upper - finite.lower <= endless.upper - endless.lower


@pytest.mark.parametrize("population", [np.int8(100), np.uint8(200), np.int16(30_000)])
def test_a_population_in_few_bits_counts_as_any_other(population):
    found = sample_for_half_width(0.5, 0.05, population=population)
    assert (found, type(found)) == (sample_for_half_width(0.5, 0.05, population=int(population)), int)
