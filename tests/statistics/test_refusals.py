"""Odd values, thrown at every argument of every public function: each is refused with a sentence of ours."""

import traceback
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

import toe_analysis.statistics as statistics
from toe_analysis.statistics import Design, Share

OURS = Path(statistics.__file__).parent
NOTHING = [float("nan"), pd.NA, pd.NaT, "", "x", b"x", object(), {1}, {1: 2}, 1j, np.array([[1.0, 2.0]]), lambda: 1]
TRUTHS = [True, np.True_]
FRAME = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
MASKED = np.ma.masked_array([1, 2], [False, True])
#: What is no count, no share, and so on; None, where it means "not given", is left out by the table below.
ODD = {
    "count": [*NOTHING, *TRUTHS, FRAME, -1, 1.5, 1.0, Decimal(1), Fraction(1), 10**400, float("inf"), [1]],
    "share": [*NOTHING, *TRUTHS, FRAME, -0.1, 1.1, 10**400, float("inf"), -float("inf"), [0.5], Decimal("NaN"), "0.5"],
    "real": [*NOTHING, *TRUTHS, FRAME, 10**400, float("inf"), [2.0], -1.0, "2"],
    "word": [*NOTHING, *TRUTHS, FRAME, 1, ["two-sided"], np.array(["two-sided"])],
    "pair": [*NOTHING, *TRUTHS, FRAME, MASKED, 4, 0.5, (1,), (1, 2, 3), (3, 2), (1, None), (1.0, 2), "12", (True, 2)],
    "pair_or_share": [*NOTHING, *TRUTHS, FRAME, 4, (1,), (1, 2, 3), (3, 2), (1, None), (1.0, 2), "12", -0.5],
    "table": [*NOTHING, *TRUTHS, 4, [1, 2], [[1, 2]], [[1, 2], [3]], [[1, 2], [3, -4]], [[1, 2], [3, 1.5]],
              [[1, 2], [3, float("nan")]],
              [[1, 2], [3, True]], [[1, 2], [3, None]], [[1, 2], [3, "4"]], [[1, 2], [3, 10**400]], "ab", ["ab", "cd"],
              [[[1], [2]], [[3], [4]]], FRAME.astype(float), pd.DataFrame({"a": [1, None], "b": [3, 4]}),
              np.ma.masked_array([[1, 2], [3, 4]], [[False, True], [False, False]]), [[], []], []],
    "cells": [*NOTHING, *TRUTHS, -1, 1.5, [1, -1], [1, True], [1, None], [[1], [1, 2]], MASKED, 10**400, [2**63],
              np.array([2**63], dtype=np.uint64), pd.Series([1, None], dtype="Int64"), [np.zeros(2), np.zeros((2, 2))]],
    "p_values": [*NOTHING, *TRUTHS, FRAME, 0.5, [0.5, None], [0.5, 2], [0.5, "0.1"], [0.5, True], "0.5", {0.1, 0.2},
                 np.array([[0.1, 0.2]]), MASKED],
    "codes": [*NOTHING, *TRUTHS, FRAME, 5, ["a", None], ["a", ""], ["a", " "], ["a", pd.NaT], ["a", float("nan")],
              ["a", ["b"]], ["a", np.float32("nan")], ["a"], "ab", ["a", ("b",)]],
    "ratings": [*NOTHING, *TRUTHS, FRAME, 5, [["a", "b"]], ["ab", "ab"], [["a", ""], ["a", "b"]], [["a"], ["a", "b"]],
                [["a", ["b"]], ["a", "b"]], {"x": ["a", "b"], "y": ["a", "b"]}, FRAME.T],
    "scores": [*NOTHING, *TRUTHS, FRAME, 3, [1, 2, 3], [1, float("inf")], [1, "2"], [1, True], [1, 10**400], {1, 2},
               [1, 1j], [1, pd.NA]],
    "printed": [*NOTHING, *TRUTHS, FRAME, 64, 0.64, None, "-5", "1e3", "6 4", "%", ".", "1.2.3", "1" * 5000,
                "0." + "0" * 99],
    "mean": [*NOTHING, *TRUTHS, FRAME, 64, 0.64, None, "1e3", "6 4", "1" * 5000],
    "sd": [*[value for value in NOTHING if not isinstance(value, str)], *TRUTHS, FRAME, 64, None, "x", "-1", "1e3",
           "1,6,0"],
    "whole": [*NOTHING, *TRUTHS, FRAME, 1.5, Decimal(1), 10**400, float("inf"), [1]],
    "bases": [*NOTHING, *TRUTHS, FRAME, 5, [1.5], [-1], [None], [True], "12", {1, 2}],
    "mapping": [{"a": 5}],
    "flags": [*NOTHING, *TRUTHS, FRAME, 5, [1, 0], ["True", "False"], [True], [True, None], [float("nan"), True]],
    "weights": [*NOTHING, *TRUTHS, FRAME, 5, [1.0, 0.0], [1.0, -1.0], [1.0, None], [1.0, float("nan")], [1.0, "1"]],
    "words": [*NOTHING, *TRUTHS, FRAME, 5, ["fisher"], [1], "probability", [["probability"]]],
}  # fmt: skip
TABLE = [[3, 1], [1, 3]]
ALTERNATIVE, CONFIDENCE = {"alternative": ("two-sided", "word")}, {"confidence": (0.9, "share")}
SAMPLE = {"sample": ((1, 4), "pair"), "baseline": ((2, 5), "pair")}
OBSERVED = {"observed": ((1, 4), "pair"), "population": (9, "count")}
PRINTED = {"printed": ("25 %", "printed"), "rounding": ("half_up", "word")}
MEAN = {
    "mean": ("2.5", "mean"), "sd": ("0.5", "sd"), "base": (12, "count"), "items": (1, "count"),
    "smallest": (1, "whole"), "largest": (5, "whole"),
}  # fmt: skip
#: Arguments that work, and what kind of value each is; None, where only a programmer can be wrong.
CALLS = {
    "Share": {"count": (1, "count"), "base": (4, "count")},
    "Design": {
        "true_share": (0.6, "share"), "baseline_share": (0.4, "share"), "baseline_base": (9, "count"),
        "alpha": (0.05, "share"), "power": (0.8, "share"), **ALTERNATIVE, "test": ("exact", "word"),
        "response": ((5, 9), "pair"), "part": (0.5, "share"), "population": (99, "count"), "largest": (50, "count"),
    },
    "adjust_p_values": {"p": ([0.1, 0.2], "p_values"), "method": ("holm", "word")},
    "association": {"table": (TABLE, "table"), **CONFIDENCE},
    "audit_percentage": {
        **PRINTED, "count": (1, "count"), "base": (4, "count"),
        "largest_base": (20, "count"),
    },
    "audit_mean": MEAN,
    "cohens_kappa": {"a": (["a", "b"], "codes"), "b": (["a", "a"], "codes"), **CONFIDENCE},
    "collapsed_family": {
        "table": (TABLE, "table"), "groupings": ({"a": ["x", "y"]}, "mapping"),
        "statistics": (["probability"], "words"), "draws": (10, "count"), "seed": (1, "count"),
    },
    "compare_shares": {**SAMPLE, **ALTERNATIVE, **CONFIDENCE},
    "compare_to_fixed": {"sample": ((1, 4), "pair"), "share": (0.4, "share"), **ALTERNATIVE, **CONFIDENCE},
    "effective_share": {"value": (0.2, "share"), "base": (40, "count"), "design_effect": (1.5, "real")},
    "equivalent_shares": {
        "sample": ((1, 4), "pair"), "baseline": ((2, 5), "pair_or_share"), "margin": (0.5, "share"),
        "alpha": (0.1, "share"),
    },
    "exact_family": {
        "tables": ({("a",): TABLE}, None), "names": (["name"], None), "statistics": (["probability"], "words"),
    },
    "exact_test": {
        "table": (TABLE, "table"), "statistic": ("linear_by_linear", "word"), "row_scores": ([1, 2], "scores"),
        "column_scores": ([1, 2], "scores"), **ALTERNATIVE, "draws": (10, "count"), "seed": (1, "count"),
        "random_tables": (False, None),
    },
    "feasible_counts": {**PRINTED, "base": (4, "count")},
    "feasible_shares": {**PRINTED, "largest_base": (9, "count"), "largest_count": (9, "count")},
    "fisher_p_values": {name: ([1, 2], "cells") for name in "abcd"},
    "impossible_part": {"base": (9, "count"), "decimals": (1, "count")},
    "krippendorff_alpha": {
        "ratings": ([["a", "b"], ["a", "a"]], "ratings"), **CONFIDENCE, "resamples": (100, "count"),
        "seed": (1, "count"),
    },
    "mean_is_possible": MEAN,
    "plan_answers": {"design": (Design(1.0, 0.5), None)},
    "poststratify": {
        "labels": ({"size": ["a", "b"]}, "mapping"), "margins": ({"size": {"a": 5, "b": 4}}, "mapping"),
    },
    "r_indicator": {"answered": ([1, 2], "bases"), "frame": ([3, 4], "bases")},
    "response_interval": {**OBSERVED, "gamma": (2.0, "real"), **CONFIDENCE},
    "sample_for_half_width": {
        "share": (0.4, "share"), "wanted": (0.2, "share"), "population": (20, "count"), **CONFIDENCE,
    },
    "share_bounds": OBSERVED,
    "share_table": {"shares": ({"a": (1, 4)}, "mapping"), "names": (["name"], None), **CONFIDENCE},
    "tipping_gamma": {**OBSERVED, "baseline": (0.9, "share"), **CONFIDENCE},
    "tipping_point": {"observed": ((1, 4), "pair"), "unseen": (5, "count"), "baseline": (0.9, "share")},
    "turning_shares": {"sample": ((1, 4), "pair")},
    "weighted_share": {"has_property": ([True, False], "flags"), "weights": ([1.0, 2.0], "weights")},
}  # fmt: skip
RESULTS = {
    "Agreement", "Association", "Equivalence", "ExactTest", "FixedComparison", "Interval", "MeanAudit",
    "PercentageAudit", "Plan", "Result", "ShareComparison", "TippingPoint", "WeightedShare",
}  # fmt: skip


def test_every_public_name_is_thrown_at_or_is_a_result():
    offered = {name for name, value in vars(statistics).items() if callable(value)}
    assert set(CALLS) | RESULTS == offered


@pytest.mark.parametrize(
    ("function", "argument"),
    [(name, argument) for name in CALLS for argument, (_, kind) in CALLS[name].items() if kind],
)
def test_an_odd_value_is_refused_in_a_sentence_of_ours(function, argument):
    call, given = getattr(statistics, function), CALLS[function]
    valid = {name: value for name, (value, _) in given.items()}
    call(**valid)
    for odd in ODD[given[argument][1]]:
        # Of a pair, its counts are named; of ratings, their codes.
        with pytest.raises(ValueError, match=rf"\b({argument}|count|base|codes)\b.*\bgot\b") as refused:
            call(**valid | {argument: odd})
        where = traceback.extract_tb(refused.value.__traceback__)[-1]
        assert OURS in Path(where.filename).parents, (odd, refused.value)
        assert type(refused.value) is ValueError
        assert "\n" not in str(refused.value)
        assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("function", "keywords"),
    [
        ("compare_shares", {"sample": (4, 48), "baseline": np.array([143, 429])}),
        ("compare_shares", {"sample": [np.int64(4), np.uint8(48)], "baseline": pd.Series([143, 429])}),
        ("compare_to_fixed", {"sample": Share(4, 48), "share": Fraction(1, 5)}),
        ("compare_to_fixed", {"sample": Share(4, 48), "share": np.float32(0.25)}),
        ("exact_test", {"table": pd.DataFrame(TABLE, index=["a", "b"])}),
        ("exact_test", {"table": np.array(TABLE, dtype=np.uint8)}),
        ("fisher_p_values", {name: pd.Series([1, 2]) for name in "abcd"}),
        ("fisher_p_values", {name: pd.Series([1, 2], dtype="Int64") for name in "abcd"}),
        ("adjust_p_values", {"p": pd.Series([0.1, 0.2], index=[5, 5]), "method": "holm"}),
        ("krippendorff_alpha", {"ratings": np.array([["a", "b"], ["a", "a"]])}),
        ("krippendorff_alpha", {"ratings": [["a", "b", pd.NaT], ["a", "a", "b"]]}),
        ("cohens_kappa", {"a": [True, False], "b": [True, True]}),
    ],
)
def test_what_stands_for_the_same_thing_works(function, keywords):
    getattr(statistics, function)(**keywords)


def test_a_missing_code_is_no_code_whatever_stands_for_it():
    wanted = statistics.krippendorff_alpha([["a", "b", None, "b"], ["a", "a", "b", "b"]])
    for nothing in (float("nan"), pd.NA, pd.NaT, np.float32("nan"), np.datetime64("NaT")):
        assert statistics.krippendorff_alpha([["a", "b", nothing, "b"], ["a", "a", "b", "b"]]) == wanted


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: Share(5, 4), "count=5 and base=4"),
        (lambda: Share(1, 4).interval(method="wald"), "method .* got 'wald'"),
        (lambda: Share(1, 4).interval(confidence=95), "confidence .* got 95"),
        (lambda: Share(1, 4).interval(confidence=0), "confidence .* got 0"),
        (lambda: statistics.fisher_p_values([1, 2], [1, 2, 3], 3, 4), "shapes that fit"),
        (lambda: statistics.equivalent_shares((1, 3), 0.3, 0.2, alpha=0.5), "^alpha must be below 1/2"),
        (lambda: statistics.equivalent_shares((1, 3), (3, 10), 0.2, alpha=1e-17), "^alpha .* at least 1e-15"),
        (lambda: statistics.exact_test(TABLE, alternative="less"), "no direction"),
        (lambda: statistics.exact_test(TABLE, row_scores=[1, 2]), "row_scores have no meaning"),
        (lambda: statistics.exact_test(TABLE, statistic="kruskal_wallis", column_scores=[1, 2]), "column_scores have"),
        (lambda: statistics.exact_test(TABLE, draws=0), "draws must be at least 1"),
        (lambda: statistics.cohens_kappa(["T"], ["T", "O"]), "1 and 2"),
        (lambda: statistics.cohens_kappa([], []), "0 and 0"),
        (lambda: statistics.krippendorff_alpha([["T", "O"], ["T"]]), r"\[2, 1\]"),
        (lambda: statistics.krippendorff_alpha([["T", None], [None, "O"]]), "two codes"),
        (lambda: statistics.krippendorff_alpha([["T", "O"]] * 2, resamples=99), "resamples must be at least 100"),
        (lambda: statistics.audit_percentage("24", count=49, base=48), "count=49 and base=48"),
        (lambda: statistics.impossible_part(0), "base must be at least 1"),
        (lambda: statistics.audit_mean("5.19", base=0), "base must be at least 1"),
        (lambda: statistics.mean_is_possible("5.19", base=28, smallest=5, largest=5), "smallest=5 and largest=5"),
        (lambda: statistics.share_bounds((4, 48), 47), "population .* 47"),
        (lambda: statistics.share_bounds((0, 0), 0), "population .* 0"),
        (lambda: statistics.response_interval((4, 48), 778, gamma=0.5), r"gamma .* 0\.5"),
        (lambda: statistics.tipping_point((4, 48), 0, 0.5), "unseen must be at least 1"),
        (lambda: statistics.weighted_share([True], [1.0, 2.0]), "1 and 2"),
        (lambda: statistics.weighted_share([], []), "0 and 0"),
        (lambda: statistics.effective_share(0.5, 0), "base must be at least 1"),
        (lambda: statistics.effective_share(0.5, 9, design_effect=0.5), "design_effect"),
        (lambda: statistics.effective_share(0.5, 9, design_effect=10), "design_effect"),
        (lambda: statistics.r_indicator([5], [4]), "answered must not exceed frame"),
        (lambda: statistics.r_indicator([1, 2], [3]), "answered must not exceed frame"),
        (lambda: statistics.r_indicator([0], [1]), "at least two firms"),
        (lambda: Design(0.6, 0.4, power=1), "power .* got 1"),
        (lambda: Design(0.6, 0.4, part=0), "part must be above 0"),
        (lambda: Design(0.6, 0.4, response=Share(0, 5)), "at least one answer"),
        (lambda: Design(0.1, 0.3, 0, alpha=0.5, test="mid_p"), "below 1/2 for the mid-p"),
    ],
)
def test_values_that_do_not_go_together_are_refused_by_name(call, told):
    with pytest.raises(ValueError, match=told):
        call()


@pytest.mark.parametrize(
    ("call", "limit"),
    [
        (lambda: statistics.fisher_p_values(10**9, 10**9, 10**9, 10**9), "200000000"),
        (lambda: statistics.compare_shares((10**9, 2 * 10**9), (10**9, 2 * 10**9)), "200000000"),
        (lambda: statistics.compare_to_fixed((1, 10**9), 0.5), "200000000"),
        (lambda: statistics.exact_test([[10**6, 1], [1, 10**6]]), "1000000"),
        (lambda: Design(0.1, 0.2, 9).power_at(10**6), "100000"),
        (lambda: Design(0.1, 0.2, largest=10**6), "100000"),
        (lambda: statistics.feasible_counts("50", 10**12), "100000000"),
        (lambda: statistics.feasible_shares("50", largest_base=10**6, largest_count=9), "20000"),
        (lambda: statistics.impossible_part(9, 10**9), "12"),
        (lambda: statistics.krippendorff_alpha([["a", "b"]] * 2, resamples=10**9), "100000000"),
        (lambda: statistics.association([[10**9, 1], [1, 10**9]]), "100000000"),
        (lambda: statistics.sample_for_half_width(0.5, 1e-12), "1e-07"),
        (lambda: statistics.equivalent_shares((9, 99999), (9, 99999), 0.1), "100000000"),
        (lambda: statistics.exact_test(TABLE, draws=10**12), "250000000"),
        (lambda: statistics.exact_test([[1] * 1000] * 3), "250000000"),
    ],
)
def test_what_is_too_large_is_refused_with_the_limit(call, limit):
    with pytest.raises(ValueError, match=limit):
        call()


def test_large_margins_have_a_p_value_and_an_interval():
    assert statistics.fisher_p_values(10**8, 1, 1, 10**8) == 0
    # 5,001,000 and 5,000,000 of 10 million: the normal approximation is good to some digits there.
    found = statistics.compare_shares((5_001_000, 10**7), (5_000_000, 10**7))
    assert found.fisher_p == pytest.approx(2 * norm.sf(999 / np.sqrt(10**7 / 2)), rel=1e-4)
    assert found.matching_interval.lower == pytest.approx(found.odds_ratio_interval.lower, rel=1e-5)
    limits = statistics.response_interval((4, 48), 10**8)
    endless = Share(4, 48).interval(method="clopper_pearson")
    assert [limits.lower, limits.upper] == pytest.approx([endless.lower, endless.upper], rel=1e-5)
