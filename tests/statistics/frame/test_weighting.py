import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.statistics import Share, compare_shares, effective_share, poststratify, r_indicator, weighted_share

SIZE = ["small", "small", "small", "large", "large", "small"]
INDUSTRY = ["food", "metal", "food", "food", "metal", "metal"]


def test_weights_of_one_variable_are_frame_over_answers():
    found = poststratify({"size": SIZE}, {"size": {"small": 100, "large": 10}})
    assert found.tolist() == [25, 25, 25, 5, 5, 25]


def test_the_firms_may_be_a_table_with_a_column_a_variable():
    labels, margins = {"size": ["a", "b", "b"]}, {"size": {"a": 3, "b": 4}}
    assert poststratify(pd.DataFrame(labels), margins).tolist() == poststratify(labels, margins).tolist() == [3, 2, 2]


def test_raked_weights_meet_every_margin():
    margins = {"size": {"small": 100, "large": 10}, "industry": {"food": 60, "metal": 50}}
    found = poststratify({"size": SIZE, "industry": INDUSTRY}, margins)
    for name, labels in (("size", SIZE), ("industry", INDUSTRY)):
        for label, firms in margins[name].items():
            assert found[np.array(labels) == label].sum() == pytest.approx(firms)


def test_raking_keeps_the_odds_ratios_of_the_answers():
    # The weights of cells are a product of one factor a class, which is what makes them those of Deming and Stephan.
    margins = {"size": {"small": 100, "large": 10}, "industry": {"food": 60, "metal": 50}}
    found = poststratify({"size": SIZE, "industry": INDUSTRY}, margins)
    cell = dict(zip(zip(SIZE, INDUSTRY, strict=True), found, strict=True))
    product = cell["small", "food"] * cell["large", "metal"]
    assert product == pytest.approx(cell["small", "metal"] * cell["large", "food"])


def test_a_class_of_the_frame_without_firms_needs_no_answer():
    assert poststratify({"size": ["small"]}, {"size": {"small": 3, "large": 0}}).tolist() == [3]


@pytest.mark.parametrize(
    ("labels", "margins", "named"),
    [
        ({"size": ["small"]}, {"size": {"small": 5, "large": 5}}, "nobody of 'large' answered"),
        ({"size": ["small", "tiny"]}, {"size": {"small": 5}}, "tiny"),
        ({"size": ["small"]}, {"industry": {"food": 5}}, "same variables"),
        ({"size": ["small"], "industry": ["food"]}, {"size": {"small": 5}, "industry": {"food": 6}}, r"\[5\.0, 6\.0\]"),
        ({"size": ["small"], "industry": ["food"] * 2}, {"size": {"small": 5}, "industry": {"food": 5}}, r"\[1, 2\]"),
        ({"size": "small"}, {"size": {"small": 5}}, "sequence"),
        ({"size": []}, {"size": {"small": 0}}, "class of each firm that answered, got none"),
        ({}, {}, "same variables"),
        ({"size": ["small"]}, {"size": {"small": -5}}, "-5"),
        # Small firms are all of food and large ones of metal: 6 small ones cannot be 5 of food.
        ({"a": ["s", "l"], "b": ["f", "m"]}, {"a": {"s": 6, "l": 4}, "b": {"f": 5, "m": 5}}, "fit together"),
    ],
)
def test_margins_that_cannot_be_met_are_refused(labels, margins, named):
    with pytest.raises(ValueError, match=named):
        poststratify(labels, margins)


@given(st.integers(1, 60).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))), st.floats(0.1, 50))
def test_equal_weights_give_clopper_and_pearson_of_the_plain_count(pair, weight):
    count, base = pair
    found = weighted_share([place < count for place in range(base)], [weight] * base)
    plain = Share(*pair).interval(method="clopper_pearson")
    assert (found.effective_base, found.design_effect) == pytest.approx((base, 1))
    assert (found.interval().lower, found.interval().upper) == pytest.approx((plain.lower, plain.upper), abs=1e-9)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30))
def test_uneven_weights_are_worth_fewer_firms_and_their_scale_does_not_matter(weights):
    flags = [place % 2 == 0 for place in range(len(weights))]
    found, scaled = (weighted_share(flags, [factor * weight for weight in weights]) for factor in (1, 7))
    assert found.effective_base >= 1 - 1e-9
    assert found.effective_base <= len(weights) * (1 + 1e-9)
    assert scaled.value == pytest.approx(found.value)


def test_a_weighted_share_becomes_one_row():
    row = weighted_share([True, False], [3, 1]).to_row()
    assert (row["share"], row["base"], row["method"]) == (0.75, 2, "korn_graubard")


def test_a_weighted_baseline_with_a_base_of_its_own_is_less_sure_than_a_fixed_share():
    plain, worth_half = (compare_shares((4, 48), effective_share(0.2, 400, design_effect=d)).fisher_p for d in (1, 2))
    assert plain < worth_half


def test_equal_response_rates_are_representative_and_opposite_ones_are_not():
    assert r_indicator([5, 2], [50, 20]) == 1
    assert r_indicator([500, 0], [500, 500]) == pytest.approx(0, abs=1e-3)


def test_r_is_1_less_twice_the_standard_deviation_of_what_each_firm_is_taken_to_do():
    answered, frame = [3, 10, 2], [20, 40, 40]
    rates = np.repeat(np.divide(answered, frame), frame)
    assert r_indicator(answered, frame) == pytest.approx(1 - 2 * rates.std(ddof=1))


def test_an_effective_base_that_is_a_whole_quotient_is_that_number():
    found = effective_share(0.475, 2592, design_effect=5.4)
    assert (found.count, found.base) == (228, 480)


@pytest.mark.parametrize("scale", [1, 1e-200, 1e200, 3e307])
def test_the_scale_of_weights_does_not_matter(scale):
    found = weighted_share([True, False, False], [scale * weight for weight in (0.5, 0.25, 0.25)])
    assert (found.value, found.effective_base) == (0.5, pytest.approx(8 / 3))
