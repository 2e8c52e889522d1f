from dataclasses import is_dataclass
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from toe_analysis import statistics
from toe_analysis.statistics import Result, Share

METHODS = ["wilson", "clopper_pearson", "blaker"]
SHARES = st.integers(1, 60).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base)))


def acceptable(p, count, base):
    """Blaker's acceptability of a share, from its definition."""
    k = np.arange(base + 1)
    tails = np.minimum(binom.cdf(k, base, p), binom.sf(k - 1, base, p))
    return binom.pmf(k[tails <= tails[count] * (1 + 1e-12)], base, p).sum()


def test_value_of_an_empty_base_is_nan():
    assert isnan(Share(0, 0).value)


@pytest.mark.parametrize("method", METHODS)
def test_interval_of_an_empty_base_is_everything(method):
    found = Share(0, 0).interval(method=method)
    assert (found.lower, found.upper) == (0, 1)


@pytest.mark.parametrize("method", METHODS)
@given(share=SHARES)
def test_interval_holds_the_share(method, share):
    found = Share(*share).interval(method=method)
    assert 0 <= found.lower <= Share(*share).value + 1e-12
    assert Share(*share).value - 1e-12 <= found.upper <= 1


@pytest.mark.parametrize("method", METHODS)
@given(share=SHARES)
def test_interval_of_the_others_is_its_mirror_image(method, share):
    count, base = share
    found, mirrored = Share(count, base).interval(method=method), Share(base - count, base).interval(method=method)
    assert found.lower == pytest.approx(1 - mirrored.upper, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
@given(base=st.integers(1, 60))
def test_none_and_all_are_the_ends_themselves(method, base):
    none, every = Share(0, base).interval(method=method), Share(base, base).interval(method=method)
    assert (none.lower, every.upper) == (0, 1)


@pytest.mark.parametrize(("count", "base"), [(1, 3), (4, 48), (3856, 9640), (10, 10**10)])
def test_clopper_and_pearsons_limits_leave_half_the_rest_in_each_tail(count, base):
    found = Share(count, base).interval(method="clopper_pearson", confidence=0.9)
    tails = binom.sf(count - 1, base, found.lower), binom.cdf(count, base, found.upper)
    assert tails == pytest.approx((0.05, 0.05), rel=1e-12)


def test_blakers_interval_is_found_for_two_billion():
    for base in range(2 * 10**9, 2 * 10**9 + 20):
        inner, outer = (Share(base // 3, base).interval(method=method) for method in ("blaker", "clopper_pearson"))
        assert inner.lower == pytest.approx(outer.lower, rel=1e-9)
        assert inner.upper == pytest.approx(outer.upper, rel=1e-9)


@given(share=SHARES, confidence=st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]))
def test_blakers_interval_lies_inside_clopper_and_pearsons(share, confidence):
    inner = Share(*share).interval(method="blaker", confidence=confidence)
    outer = Share(*share).interval(method="clopper_pearson", confidence=confidence)
    assert outer.lower - 1e-12 <= inner.lower <= inner.upper <= outer.upper + 1e-12


@given(share=SHARES)
def test_blakers_lower_limit_is_where_shares_become_acceptable(share):
    count, base = share
    lower = Share(count, base).interval(method="blaker").lower
    if count:
        assert acceptable(lower + 1e-9, count, base) > 0.05 - 1e-7
        below = np.linspace(1e-6, max(lower - 1e-9, 2e-6), 50)
        assert all(acceptable(p, count, base) <= 0.05 + 1e-7 for p in below if p < lower)


def test_every_result_becomes_a_row():
    classes = {name: one for name, one in vars(statistics).items() if is_dataclass(one)}
    assert {name for name, one in classes.items() if not issubclass(one, Result)} == {"Share", "Interval", "Design"}


def test_a_share_becomes_one_row_with_count_and_base():
    row = Share(4, 48).to_row(method="blaker")
    assert (row["count"], row["base"], row["method"]) == (4, 48, "blaker")
