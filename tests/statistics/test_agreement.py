from math import isnan

import numpy as np
import pytest

from toe_analysis.statistics import cohens_kappa, krippendorff_alpha

A = ["T", "T", "O", "E", "O", "T", "E", "O"]
B = ["T", "O", "O", "E", "O", "T", "T", "O"]


def test_full_agreement_is_1_with_no_error():
    found = cohens_kappa(A, A)
    assert (found.estimate, found.interval.lower, found.interval.upper) == pytest.approx((1, 1, 1))


@pytest.mark.parametrize(("a", "b"), [("TO", "TO"), ("TO", "OT"), ("TTT", "OOO")])
def test_an_interval_without_width_says_that_there_is_no_spread(a, b):
    for found in (cohens_kappa(list(a), list(b)), krippendorff_alpha([list(a), list(b)])):
        assert found.interval.lower == pytest.approx(found.interval.upper)
        assert found.interval.method == "no spread"


def test_a_code_that_only_one_coder_uses_is_allowed():
    assert cohens_kappa(["T", "T"], ["O", "O"]).estimate == 0


def test_kappa_interval_is_normal_and_cut_at_1():
    found = cohens_kappa(A, B)
    assert found.interval.lower == pytest.approx(found.estimate - 1.959963984540054 * found.standard_error)
    assert found.interval.upper == 1


def test_one_code_only_leaves_kappa_undefined_and_says_so():
    found = cohens_kappa(["T", "T"], ["T", "T"])
    assert isnan(found.estimate)
    assert (found.interval.lower, found.interval.upper) == (-1, 1)
    assert "undefined" in found.method


def test_units_with_one_code_do_not_count():
    found = krippendorff_alpha([[*A, "T", None], [*B, None, "E"]])
    assert found.estimate == krippendorff_alpha([A, B]).estimate
    assert found.units == 8


def test_alpha_interval_repeats_with_its_seed():
    first, second, other = (krippendorff_alpha([A, B], seed=seed).interval for seed in (1, 1, 2))
    assert first == second
    assert first != other


@pytest.mark.parametrize("confidence", [0.5, 0.95])
def test_alpha_interval_is_that_of_resampled_units(confidence):
    generator = np.random.default_rng(5)
    drawn = []
    for _ in range(400):
        chosen = generator.integers(0, 8, 8)
        drawn.append(krippendorff_alpha([[row[unit] for unit in chosen] for row in (A, B)], resamples=100).estimate)
    found = krippendorff_alpha([A, B], confidence=confidence).interval
    ends = np.nanquantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    assert [found.lower, found.upper] == pytest.approx(ends, abs=0.06)


def test_one_code_only_leaves_alpha_undefined_and_says_so():
    found = krippendorff_alpha([["T", "T"], ["T", None]])
    assert isnan(found.estimate)
    assert "undefined" in found.method


def test_resamples_without_a_second_code_are_counted():
    found = krippendorff_alpha([["T", "T", "O"], ["T", "T", "O"]])
    assert "left out since they use only one code" in found.method


def test_to_frame_has_estimate_and_limits():
    frame = krippendorff_alpha([A, B]).to_frame()
    assert frame[["units", "codes"]].iloc[0].tolist() == [8, "T, O, E"]
