from itertools import permutations
from math import isnan

import numpy as np
import pytest

from toe_analysis.statistics import adjust_p_values, collapsed_family, exact_family, exact_test
from toe_analysis.statistics.tables.families import LARGEST_EXACT, _listed

#: Rows are size classes, columns sceptic, optimist and user.
TABLE = np.array([[3, 1, 0], [1, 2, 0], [0, 1, 1]])
TESTS = ["probability", "jonckheere", "linear_by_linear"]


def test_holm_is_taken_over_every_p_value_that_can_be_computed_and_no_other():
    tables = {("a",): TABLE, ("b",): [[9, 0], [0, 9]], ("empty",): [[4, 3], [0, 0]]}
    found = exact_family(tables, ["table"], TESTS)
    computed = found[found["table"] != "empty"].sort_values("p_value")
    expected, largest = [], 0.0
    for place, p_value in enumerate(computed["p_value"]):
        largest = max(largest, min(1.0, (6 - place) * p_value))
        expected.append(largest)
    assert computed["p_holm"].to_numpy() == pytest.approx(expected)
    assert found.loc[found["table"] == "empty", ["p_value", "p_holm"]].isna().all(axis=None)
    assert set(found.loc[found["table"] == "empty", "how"]) == {"not_computed"}


def test_no_table_and_a_table_without_a_firm_give_no_p_value():
    assert exact_family({}, ["table"], TESTS).empty
    (p_value,) = exact_family({("a",): [[0, 0], [0, 0]]}, ["table"], ["probability"])["p_value"]
    assert isnan(p_value)


def test_random_tables_are_told_from_exact_ones():
    table = np.full((6, 8), 40)
    assert exact_family({("a",): table}, ["table"], ["probability"])["how"].tolist() == ["random_tables"]


#: Ways to merge the three size classes of `TABLE`.
WAYS = {"three": ["a", "b", "c"], "small": ["a", "b", "b"], "again": ["x", "y", "y"], "large": ["a", "a", "b"]}


def min_p_by_hand(table, ways):
    """Deal the statuses out in every order; each test's p-value in every deal; then the step-down minimum."""
    sizes = np.repeat(np.arange(len(table)), table.sum(axis=1))
    statuses = np.concatenate([np.repeat(np.arange(len(row)), row) for row in table])
    deals = [np.array(order) for order in sorted(set(permutations(statuses.tolist())))]
    columns = []
    for labels, test in ways:
        groups = np.array([list(dict.fromkeys(labels)).index(label) for label in labels])[sizes]
        values = []
        for dealt in [statuses, *deals]:
            counts = np.zeros((groups.max() + 1, table.shape[1]), int)
            np.add.at(counts, (groups, dealt), 1)
            ranks = np.cumsum(np.bincount(groups)) - np.bincount(groups) / 2
            values.append(measures(counts, groups, dealt, ranks)[test])
        values = np.array(values)
        columns.append([(values[1:] >= value - 1e-9).mean() for value in values])
    p = np.array(columns)
    order = np.argsort(p[:, 0], kind="stable")
    adjusted, largest = np.empty(len(p)), 0.0
    for step, place in enumerate(order):
        smallest = p[order[step:], 1:].min(axis=0)
        largest = max(largest, (smallest <= p[place, 0] * (1 + 1e-9)).mean())
        adjusted[place] = largest
    return p[:, 0], adjusted


def measures(counts, groups, dealt, ranks):
    product = np.prod([float(np.prod(np.arange(1, count + 1))) for count in counts.ravel()])
    after = np.triu(np.ones((len(groups), len(groups)), bool), 1)
    signs = np.sign(groups[None, :] - groups[:, None]) * np.sign(dealt[None, :] - dealt[:, None])
    return {
        "probability": np.log(product),
        "jonckheere": abs(signs[after].sum()),
        "linear_by_linear": abs(((groups - groups.mean()) * (dealt - dealt.mean())).sum()),
        "pearson": (counts**2 / np.maximum(np.outer(counts.sum(axis=1), counts.sum(axis=0)), 1)).sum(),
        "kruskal_wallis": (np.bincount(dealt, ranks[groups]) ** 2 / np.bincount(dealt)).sum(),
    }


def test_each_p_value_of_a_family_is_the_part_of_all_deals_that_are_as_extreme():
    by_hand, _ = min_p_by_hand(TABLE, [("abc", test) for test in TESTS])
    found = exact_family({("a",): TABLE}, ["table"], TESTS)
    assert found["p_value"].to_numpy() == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize("tests", [TESTS, ["pearson", "kruskal_wallis"]])
def test_min_p_is_that_of_all_deals(tests):
    found = collapsed_family(TABLE, WAYS, tests)
    pairs = [(WAYS[row.grouping], row.statistic) for row in found.itertuples()]
    p_values, adjusted = min_p_by_hand(TABLE, pairs)
    assert found["p_value"].to_numpy() == pytest.approx(p_values, rel=1e-12)
    assert found["p_min"].to_numpy() == pytest.approx(adjusted, rel=1e-12)
    assert set(found["how"]) == {"exact"}


def test_min_p_lies_between_the_p_value_and_holms():
    table = [[6, 1, 0], [3, 2, 1], [1, 4, 1], [0, 2, 3]]
    ways = {"a": "wxyz", "b": "wwyy", "c": "wxxx", "d": "wwwz"}
    found = collapsed_family(table, {name: list(way) for name, way in ways.items()}, TESTS)
    holm = adjust_p_values(found["p_value"].tolist(), method="holm")
    assert (found["p_min"] >= found["p_value"] * (1 - 1e-12)).all()
    assert (found["p_min"] <= holm * (1 + 1e-12)).all()
    assert found["p_min"].min() < holm.min()


def test_near_duplicates_cost_nothing():
    one = collapsed_family(TABLE, {"a": ["x", "y", "y"]}, ["probability"])["p_min"].item()
    many = collapsed_family(TABLE, {str(n): ["x", "y", "y"] for n in range(9)}, ["probability"])["p_min"]
    assert many.tolist() == pytest.approx([one] * 9)


def test_random_tables_agree_with_listed_ones_within_their_error_and_say_so(monkeypatch):
    exact = collapsed_family(TABLE, WAYS, TESTS)
    monkeypatch.setattr("toe_analysis.statistics.tables.families.LARGEST_LIST", 10)
    drawn, again = (collapsed_family(TABLE, WAYS, TESTS, draws=100_000, seed=3) for _ in range(2))
    assert drawn.equals(again)
    assert (abs(drawn["p_min"] - exact["p_min"]) <= 4 * drawn["standard_error"] + 1e-3).all()
    assert set(drawn["p_min_how"]) == {"random_tables"}
    assert set(drawn["how"]) == {"exact"}  # each p by itself
    assert (exact["standard_error"] == 0).all()


def test_each_test_of_many_units_is_drawn_and_agrees_with_the_exact_one():
    table = np.array([[20, 14, 8], [18, 17, 9], [12, 19, 10]])
    assert table.sum() > LARGEST_EXACT
    found = collapsed_family(table, {"three": ["a", "b", "c"]}, TESTS, seed=3)
    exact = [exact_test(table, statistic=name).p_value for name in TESTS]
    assert found["p_value"].to_numpy() == pytest.approx(exact, abs=4 * 0.5 / 20_000**0.5)
    assert found["p_value"].tolist() != exact
    assert set(found["how"]) == {"random_tables"}


def test_many_units_in_so_few_tables_that_they_are_listed_are_exact():
    table = [[120, 60], [40, 30]]
    found = collapsed_family(table, {"two": ["a", "b"]}, TESTS)
    assert found["p_value"].tolist() == [exact_test(table, statistic=name).p_value for name in TESTS]
    assert set(found["how"]) == {"exact"}


def test_listed_tables_are_all_with_the_margins_and_their_chances_sum_to_1():
    tables, chances = _listed(np.array([[2, 1, 0], [1, 2, 1]]))
    assert len(tables) == len({table.tobytes() for table in tables}) == 7
    assert (tables.sum(axis=1) == [3, 3, 1]).all()
    assert (tables.sum(axis=2) == [3, 4]).all()
    assert chances.sum() == pytest.approx(1)
    assert chances[(tables == [[2, 1, 0], [1, 2, 1]]).all(axis=(1, 2))] == pytest.approx(9 / 35)


def test_a_way_that_leaves_one_group_is_not_computed_and_does_not_count():
    found = collapsed_family(TABLE, {"all": ["x", "x", "x"], "two": ["x", "y", "y"]}, ["probability"])
    assert found["how"].tolist() == ["not_computed", "exact"]
    assert isnan(found["p_min"][0])
    assert found["p_min"][1] == pytest.approx(found["p_value"][1])


def test_a_lone_test_keeps_its_p_value_also_where_it_is_the_level_or_a_near_tie():
    for table in ([[2, 2], [0, 12]], [[12, 16, 1, 20], [20, 2, 20, 10]]):
        (row,) = collapsed_family(table, {"all": ["x", "y"]}, ["probability"]).to_dict("records")
        assert row["p_min"] == pytest.approx(row["p_value"], rel=1e-12)
        assert (row["p_min"] <= 0.05) == (row["p_value"] <= 0.05)


def test_statistics_that_come_one_by_one_are_taken_of_every_table():
    tables = {("a",): [[8, 1], [1, 8]], ("b",): [[8, 2], [1, 8]]}
    one_by_one = exact_family(tables, ["t"], iter(["probability", "pearson"]))
    assert one_by_one.equals(exact_family(tables, ["t"], ["probability", "pearson"]))
    groupings = {"a": list("xyy"), "b": list("xxy")}
    found = collapsed_family([[3, 1], [1, 3], [2, 2]], groupings, iter(["probability"]))
    assert found["grouping"].tolist() == ["a", "b"]
