from itertools import permutations
from math import isnan

import numpy as np
import pytest

from toe_analysis.statistics import exact_family

#: Rows are size classes, columns sceptic, optimist and user.
TABLE = np.array([[3, 1, 0], [1, 2, 0], [0, 1, 1]])
TESTS = ["probability", "jonckheere", "linear_by_linear"]


def by_hand(table):
    """Deal the statuses out to the firms in every order: the definition of the three tests, without any network."""
    sizes = np.repeat(np.arange(len(table)), table.sum(axis=1))
    statuses = np.concatenate([np.repeat(np.arange(len(row)), row) for row in table])
    after = np.triu(np.ones((len(sizes), len(sizes)), bool), 1)

    def measures(dealt):
        counts = np.zeros(table.shape, int)
        np.add.at(counts, (sizes, dealt), 1)
        product = np.prod([float(np.prod(np.arange(1, count + 1))) for count in counts.ravel()])
        signs = np.sign(sizes[None, :] - sizes[:, None]) * np.sign(dealt[None, :] - dealt[:, None])
        return -1 / product, abs(signs[after].sum()), abs(((sizes - sizes.mean()) * (dealt - statuses.mean())).sum())

    seen = np.array(measures(statuses))
    dealt = np.array([measures(np.array(order)) for order in sorted(set(permutations(statuses.tolist())))])
    return (dealt >= seen - 1e-9).mean(axis=0)


def test_each_p_value_is_the_part_of_all_deals_that_are_as_extreme():
    found = exact_family({("a",): TABLE}, ["table"], TESTS)
    assert found["p_value"].to_numpy() == pytest.approx(by_hand(TABLE), rel=1e-12)


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
