import pandas as pd
import pytest

from toe_analysis.statistics import collapsed_family
from toe_analysis.topics.size.results import sum_up, try_every_way

TABLE = pd.DataFrame({"sceptic": [5, 2, 0, 1], "user": [1, 3, 0, 4]}, index=["10-20", "21-30", "31-40", "41-49"])
WAYS = [
    {"10-20": "10-20", "21-30": "21-49", "41-49": "21-49"},  # of the class without a firm it says nothing
    {"10-20": "10-30", "21-30": "10-30", "31-40": "31-49", "41-49": "31-49"},
]


def test_two_families_double_what_one_says_and_no_p_value_is_above_one():
    one = try_every_way({"all": TABLE}, WAYS, ["probability"])
    two = try_every_way({"all": TABLE, "never_tried": TABLE}, WAYS, ["probability"])
    assert one["p_min"].between(0, 0.5).any()
    assert two["among"].tolist() == ["all"] * 2 + ["never_tried"] * 2
    assert two["p_min"].tolist() == pytest.approx([*(2 * one["p_min"]).clip(upper=1)] * 2)
    assert (two["p_value"] <= two["p_min"]).all()


def test_a_class_without_a_firm_joins_its_neighbour_and_changes_nothing():
    found = try_every_way({"all": TABLE}, WAYS, ["probability", "jonckheere"])
    groupings = {"10-20 | 21-49": ["a", "b", "b"], "10-30 | 31-49": ["a", "a", "b"]}
    expected = collapsed_family(TABLE[TABLE.sum(axis=1) > 0].to_numpy(), groupings, ["probability", "jonckheere"])
    for name in ("grouping", "p_value", "p_min"):
        assert found[name].tolist() == pytest.approx(expected[name].tolist()), name


def test_the_smallest_of_two_families_is_the_one_with_the_smallest_adjusted_p_value():
    rows = {"grouping": ["a", "b"], "p_value": [0.02, 0.03], "p_min": [0.2, 0.05], "p_min_how": "exact"}
    assert sum_up(pd.DataFrame(rows))["smallest"]["grouping"] == "b"
