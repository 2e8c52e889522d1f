"""Means and standard deviations of whole numbers, against published cases and against all small samples."""

from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.statistics import audit_mean, mean_is_possible

#: Tables with known answers, from the documentation and tests of the R packages scrutiny (data sets pigs1 and pigs5,
#: by default a half may go up or down) and rsprite2, and from the articles that they cite.
PIGS = ["7.22", "4.74", "5.23", "2.57", "6.77", "2.68", "7.01", "7.38", "3.14", "6.89", "5.00", "0.24"]
PIGS_SD = ["5.30", "6.55", "2.55", "2.57", "2.18", "2.59", "6.68", "3.65", "5.32", "4.18", "2.18", "6.43"]


@pytest.mark.parametrize(
    ("bases", "expected"),
    [
        ((32, 25, 29, 24, 27, 28, 29, 26, 27, 31, 25, 28), "tfffftftfftf"),
        ([40] * 12, "tfttttftfftf"),
        ([80] * 12, "tttttttttttt"),
    ],
)
def test_the_means_of_the_pigs_are_possible_where_scrutiny_finds_them_consistent(bases, expected):
    found = (mean_is_possible(mean, base=base) for mean, base in zip(PIGS, bases, strict=True))
    assert "".join("ft"[one] for one in found) == expected


def test_the_standard_deviations_of_the_pigs_are_possible_where_scrutiny_finds_them_consistent():
    bases = (38, 31, 35, 30, 33, 34, 35, 32, 33, 37, 31, 34)
    found = (mean_is_possible(*one, base=base) for *one, base in zip(PIGS, PIGS_SD, bases, strict=True))
    assert "".join("ft"[one] for one in found) == "ftftftftfttt"


@pytest.mark.parametrize(
    ("mean", "sd", "of", "possible"),
    [
        ("5.19", "", {"base": 28}, False),  # Brown and Heathers 2017, rsprite2
        ("5.18", "", {"base": 14, "items": 2}, True),  # rsprite2
        ("3.45", "", {"base": 10}, False),  # Allard 2018
        ("3.48", "", {"base": 20}, False),
        ("5.93", "", {"base": 49}, False),  # The Economist on GRIM, 2016
        ("5.30", "", {"base": 20}, True),  # Bauer and Francis 2021, and the three next ones
        ("4.71", "", {"base": 20}, False),
        ("4.71", "", {"base": 17}, True),
        ("5.30", "", {"base": 23}, True),
        ("5.21", "1.6", {"base": 28}, True),  # rsprite2
        ("3.44", "2.47", {"base": 18}, False),  # Allard 2018
        ("5.23", "2.55", {"base": 31}, True),  # scrutiny; with 35 the parity is wrong
        ("5.23", "2.55", {"base": 35}, False),
        ("0.04", "0.18", {"base": 200}, True),  # 7 ones and 193 zeros, and 0.035 may go either way
        ("0.03", "0.18", {"base": 200}, True),
        ("7.67", "0.00", {"base": 2, "items": 3}, True),  # each of two answered 23 in all
        ("3.00", "2.08", {"base": 20}, True),  # even ten 1s and ten 5s have no more than 2.05
        ("3.00", "2.08", {"base": 20, "smallest": 1, "largest": 5}, False),
        ("3.00", "2.05", {"base": 20, "smallest": 1, "largest": 5}, True),
        ("1.00", "0.32", {"base": 20, "smallest": 1}, False),
        ("7.22", "", {"base": 30, "smallest": 1, "largest": 5}, False),
        ("1.30", "0.11", {"base": 10}, False),  # scrutiny passes it, and says that it is impossible
        ("-1.50", "0.00", {"base": 8}, False),  # rsprite2
        ("-1.50", "0.00", {"base": 8, "items": 2}, True),
    ],
)
def test_published_cases(mean, sd, of, possible):
    assert mean_is_possible(mean, sd, **of) is possible
    assert (audit_mean(mean, sd, **of).verdict == "consistent") is possible


@pytest.mark.parametrize(("items", "least"), [(1, "0.45"), (2, "0.27")])
def test_the_smallest_and_largest_standard_deviation_are_those_of_rsprite2(items, least):
    of = {"base": 5, "items": items, "smallest": 1, "largest": 7}
    found = [f"{sd / 100:.2f}" for sd in range(400) if mean_is_possible("4.20", f"{sd / 100:.2f}", **of)]
    assert (found[0], found[-1]) == (least, "3.03")


def samples(base, items, smallest, largest):
    """The exact mean and sum of squared distances of all samples."""
    found = set()
    for sums in combinations_with_replacement(range(smallest * items, largest * items + 1), base):
        squares = sum(one**2 for one in sums) - Fraction(sum(sums) ** 2, base)
        found.add((Fraction(sum(sums), base * items), squares / items**2))
    return found


def lies_within(mean, sd, one, divisor, off, closed):
    """Whether a sample has a printed mean and standard deviation; by its exact mean and variance."""
    far = abs(one[0] - mean) / off
    low, high = sd - off, sd + off
    if not divisor or not (far <= 1 if closed else far < 1):
        return False
    variance = one[1] / divisor
    below = variance <= high**2 if closed else variance < high**2
    return below and (low < 0 or (low**2 <= variance if closed else low**2 < variance))


#: Items, ends and numbers of answers whose samples are all looked at.
ALL_OF = [(1, 0, 3, 1), (1, 0, 3, 2), (1, 0, 3, 3), (1, 0, 3, 4), (1, -1, 1, 5), (2, 0, 1, 2), (2, 0, 1, 3)]


def test_every_verdict_is_that_of_all_samples():
    seen = set()
    for items, smallest, largest, base in ALL_OF:
        all_of_them = samples(base, items, smallest, largest)
        ways = {"consistent": (base - 1, Fraction(1, 20), True), "only divided by n": (base, Fraction(1, 20), True)}
        ways |= {"only cut off": (base - 1, Fraction(1, 10), False)}
        for mean in range(10 * smallest - 3, 10 * largest + 4, 2):
            has_mean = any(abs(one[0] - Fraction(mean, 10)) <= Fraction(1, 20) for one in all_of_them)
            for sd in range(0, 10 * (largest - smallest) + 4, 3):
                exact = (Fraction(mean, 10), Fraction(sd, 10))
                expected = (
                    name for name, way in ways.items() if any(lies_within(*exact, one, *way) for one in all_of_them)
                )
                other = "sd impossible" if has_mean else "mean impossible"
                texts = [("-" if one < 0 else "") + f"{abs(one) // 10}.{abs(one) % 10}" for one in (mean, sd)]
                found = audit_mean(*texts, base=base, items=items, smallest=smallest, largest=largest)
                assert found.verdict == next(expected, other), (texts, base)
                seen.add(found.verdict)
    assert len(seen) == 5


@pytest.mark.parametrize("base", [2, 3, 4, 5])
def test_without_ends_the_sums_of_squares_are_those_of_all_samples(base):
    samples_ = combinations_with_replacement(range(-6, 7), base)
    reached = {(sum(one), sum(x * x for x in one)) for one in samples_}
    for total in range(base):
        for squares in range(total, 49):  # a larger number than 6 has a larger square
            variance = Decimal(squares * base - total**2) / (base * (base - 1))
            texts = f"{total / base:.6f}", f"{variance.sqrt():.6f}"
            assert mean_is_possible(*texts, base=base) == ((total, squares) in reached), (total, squares)


def printed(exact, decimals, rounding):
    with localcontext() as context:
        context.prec = 60
        text = exact.quantize(Decimal(1).scaleb(-decimals), rounding)
        return str(text or abs(text))


@given(
    st.integers(1, 3).flatmap(
        lambda items: st.tuples(st.just(items), st.lists(st.integers(-2 * items, 7 * items), min_size=2, max_size=60))
    ),
    st.integers(0, 3),
    st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN]),
    st.sampled_from([(None, None), (-2, 7), (-2, None), (None, 7)]),
    st.sampled_from([".", ","]),
)
def test_what_answers_give_is_possible_however_halves_are_rounded(answers, decimals, rounding, ends, mark):
    items, sums = answers
    base, total = len(sums), sum(sums)
    with localcontext() as context:
        context.prec = 60
        mean = Decimal(total) / (base * items)
        spread = sum(one * one for one in sums) * base - total**2
        sd = (Decimal(spread) / (base * (base - 1))).sqrt() / items
    texts = [printed(one, decimals, rounding).replace(".", mark) for one in (mean, sd)]
    assert mean_is_possible(*texts, base=base, items=items, smallest=ends[0], largest=ends[1])


def test_a_half_may_go_either_way_and_cut_off_decimals_are_told():
    assert [mean_is_possible(mean, base=40) for mean in ("2.67", "2.68", "2.69")] == [True, True, False]  # 107 / 40
    assert audit_mean("5.17", base=28).verdict == "only cut off"  # 145 / 28 is 5.179
    assert audit_mean("2.0", "0.8", base=3).verdict == "only divided by n"  # of 1, 2, 3
    assert audit_mean("3", "0", base=1).verdict == "only divided by n"  # one answer has no other


@pytest.mark.parametrize(
    ("mean", "sd", "of", "near"),
    [
        ("5.19", "", {"base": 28}, ("5.18", "5.21")),
        ("5,19", "", {"base": 28}, ("5,18", "5,21")),
        ("-5.19", "", {"base": 28}, ("-5.21", "-5.18")),
        ("7.22", "", {"base": 30, "smallest": 1, "largest": 5}, ("5.00",)),
        ("0.24", "", {"base": 30, "smallest": 1, "largest": 5}, ("1.00",)),
        ("3.00", "2.40", {"base": 20, "smallest": 1, "largest": 5}, ("2.05",)),
        ("1.30", "0.11", {"base": 10}, ("0.48",)),
        ("5", "", {"base": 28}, ()),
    ],
)
def test_what_could_be_printed_instead_is_named(mean, sd, of, near):
    assert audit_mean(mean, sd, **of).near == near


def test_what_the_check_can_find_is_the_part_that_no_answers_give():
    means = {round(Fraction(100 * total, 28)) for total in range(28)}
    assert audit_mean("5.19", base=28).can_fail == pytest.approx(1 - len(means) / 100)
    assert audit_mean("5.19", base=100).can_fail == 0
    ends = {"smallest": 1, "largest": 3}
    assert audit_mean("2.0", base=2, **ends).can_fail == pytest.approx(1 - 5 / 21)  # 1.0, 1.5, 2.0, 2.5 and 3.0
    assert audit_mean("2.0", "0.0", base=2, **ends).can_fail == pytest.approx(9 / 10)  # 0.0, and 1.4 is elsewhere


def test_the_result_as_a_table_has_one_row():
    row = audit_mean("5.19", base=28).to_frame()
    assert row[["mean", "base", "verdict", "near"]].iloc[0].tolist() == ["5.19", 28, "mean impossible", "5.18, 5.21"]


@pytest.mark.parametrize(
    ("mean", "of", "near"),
    [
        ("8", {"largest": 5}, ("5",)),
        ("-3", {"smallest": 1}, ("1",)),
        ("519000000", {"smallest": 1, "largest": 5}, ("5",)),
        ("3.27", {"smallest": np.int8(0), "largest": np.int8(100)}, ("3.25", "3.29")),
    ],
)
def test_beyond_a_known_end_the_nearest_is_that_end_whatever_kind_of_number_it_is(mean, of, near):
    assert audit_mean(mean, base=28, **of).near == near


@pytest.mark.parametrize(
    ("sd", "of", "named"),
    [
        ("1000.1000", {"base": 4}, r"got 1000\.1000 with base=4 and items=1"),
        ("1200000", {"base": 10, "smallest": 0}, "20,000,000 steps, got 1200000"),
        ("1.234567", {"base": 10_000}, "decimals few enough"),
        ("1.2345", {"base": 100_000, "smallest": 1, "largest": 5}, "base=100000"),
        ("900.5", {"base": 4, "items": 1000}, "items=1000"),
    ],
)
def test_a_standard_deviation_that_would_take_minutes_is_refused_with_the_limit(sd, of, named):
    with pytest.raises(ValueError, match=named):
        audit_mean("3.20", sd, **of)
    assert audit_mean("3.20", "1200000", base=10).verdict == "consistent"
