from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.statistics import audit_percentage, feasible_counts, feasible_shares, impossible_part

ROUNDINGS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_FLOOR, "up": ROUND_CEILING}


def print_percentage(count, base, decimals, rounding):
    with localcontext() as context:
        context.prec = 60
        return str((Decimal(100 * count) / base).quantize(Decimal(1).scaleb(-decimals), ROUNDINGS[rounding]))


@given(st.integers(1, 300).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))), st.integers(0, 3))
def test_every_count_fits_the_percentage_it_prints(share, decimals):
    count, base = share
    for rounding in ROUNDINGS:
        assert count in feasible_counts(print_percentage(count, base, decimals, rounding), base, rounding)


@given(st.integers(0, 100), st.integers(1, 120), st.sampled_from(sorted(ROUNDINGS)))
def test_feasible_counts_are_all_that_print_so(percent, base, rounding):
    wanted = [count for count in range(base + 1) if print_percentage(count, base, 0, rounding) == str(percent)]
    assert list(feasible_counts(str(percent), base, rounding)) == wanted


@pytest.mark.parametrize(
    ("rounding", "printed"), [("half_up", "58"), ("half_even", "58"), ("down", "57"), ("up", "58")]
)
def test_23_of_40_is_57_and_a_half(rounding, printed):
    assert 23 in feasible_counts(printed, 40, rounding)
    assert 23 in feasible_counts("57,5", 40, rounding)
    assert feasible_counts("57.50", 40, rounding) == (23,)


def test_halves_to_even_go_down_where_ordinary_ones_go_up():
    assert feasible_counts("12", 8, "half_even") == (1,)
    assert feasible_counts("13", 8, "half_up") == (1,)
    assert feasible_counts("12", 8, "half_up") == ()


@pytest.mark.parametrize("printed", ["64", "64 %", "64%", " 64\N{NO-BREAK SPACE}% "])
def test_a_percent_sign_and_spaces_are_allowed(printed):
    assert feasible_counts(printed, 11) == (7,)


def test_trailing_zeros_are_decimals():
    assert feasible_counts("33", 3) == (1,)
    assert feasible_counts("33.0", 3) == ()


@pytest.mark.parametrize(("printed", "base"), [("0", 0), ("104", 48)])
def test_no_count_prints_so(printed, base):
    assert feasible_counts(printed, base) == ()


def test_14_of_48_cannot_be_24_percent():
    found = audit_percentage("24 %", count=14, base=48)
    assert found.verdict == "impossible"
    assert (found.counts, found.counts_any_rounding, found.bases) == ((), (), (58, 59))


def test_a_count_that_prints_so_is_consistent():
    found = audit_percentage("8,3", count=4, base=48)
    assert found.verdict == "consistent"
    assert found.counts == (4,)


def test_a_base_alone_is_consistent_if_some_count_fits():
    assert audit_percentage("8.3", base=48).verdict == "consistent"
    assert audit_percentage("24", base=48).verdict == "impossible"


def test_a_count_that_does_not_fit_where_another_would():
    found = audit_percentage("29", count=15, base=48)
    assert (found.verdict, found.counts) == ("count does not fit", (14,))


def test_a_count_that_fits_only_rounded_down_says_so():
    found = audit_percentage("57", count=23, base=40)
    assert (found.verdict, found.roundings) == ("count does not fit", ("down",))
    assert audit_percentage("57", count=23, base=40, rounding="down").verdict == "consistent"


def test_without_a_base_nothing_can_be_checked():
    found = audit_percentage("64 %")
    assert (found.verdict, found.counts, found.bases) == ("cannot be checked", (), ())
    assert isnan(found.can_fail)


@pytest.mark.parametrize(("printed", "count"), [("64", 7), ("0", 0), ("0", 1), ("1", 1), ("0,1", 1), ("100", 9)])
def test_a_count_without_a_base_gives_the_bases_that_fit(printed, count):
    found = audit_percentage(printed, count=count)
    fit = tuple(base for base in range(1, 1001) if count in feasible_counts(printed, base))
    assert (found.verdict, found.bases) == ("cannot be checked", fit)


def test_an_empty_base_makes_every_percentage_impossible():
    assert audit_percentage("0", count=0, base=0).verdict == "impossible"


def test_audit_to_frame_has_one_row():
    frame = audit_percentage("24 %", count=14, base=48).to_frame()
    assert frame[["printed", "verdict", "bases"]].iloc[0].tolist() == ["24 %", "impossible", "58, 59"]


def test_64_percent_of_small_firms_has_four_readings():
    found = feasible_shares("64 %", largest_base=48, largest_count=16)
    assert found == ((7, 11), (9, 14), (14, 22), (16, 25))


@pytest.mark.parametrize("base", [1, 7, 48, 99, 100, 101])
@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_power_of_the_check_is_the_part_without_a_count_however_percentages_are_rounded(base, rounding):
    without = [percent for percent in range(101) if not feasible_counts(str(percent), base, rounding)]
    assert impossible_part(base) == len(without) / 101
