import pytest

from toe_analysis.statistics import exact_test


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ([[1, 2]], r"\[\[1, 2\]\]"),
        ([[1], [2]], "two rows and two columns"),
        ([1, 2, 3], r"\[1, 2, 3\]"),
        ([[1, 2], [3]], "two rows and two columns"),
        ([[1, -2], [3, 4]], "-2"),
        ([[1, 2.5], [3, 4]], r"2\.5"),
        ([[1, float("nan")], [3, 4]], "nan"),
        ([[1, True], [3, 4]], "True"),
        ([[1, "2"], [3, 4]], "'2'"),
        ([[1, None], [3, 4]], "None"),
        ([[1, 2_000_000], [3, 4]], "2000008"),
        ([[1, 10**30], [3, 4]], str(10**30)),
    ],
)
def test_a_table_that_is_none_of_counts_is_refused_by_name(table, named):
    with pytest.raises(ValueError, match=named):
        exact_test(table)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"statistic": "fisher"}, "'fisher'"),
        ({"alternative": "bigger", "statistic": "jonckheere"}, "'bigger'"),
        ({"alternative": "less"}, "no direction"),
        ({"row_scores": [1, 2, 3, 4, 5]}, "row_scores have no meaning"),
        ({"column_scores": [1, 2, 3], "statistic": "kruskal_wallis"}, "column_scores have no meaning"),
        ({"column_scores": [1, 2], "statistic": "linear_by_linear"}, r"\[1, 2\]"),
        ({"column_scores": [1, 2, float("nan")], "statistic": "linear_by_linear"}, "nan"),
        ({"column_scores": [1, 2, float("inf")], "statistic": "linear_by_linear"}, "inf"),
        ({"column_scores": 3, "statistic": "linear_by_linear"}, "column_scores must be a sequence, got 3"),
        ({"draws": 0}, "draws"),
        ({"draws": 2.5}, r"2\.5"),
        ({"seed": -1}, "-1"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(arguments, named):
    with pytest.raises(ValueError, match=named):
        exact_test([[3, 2, 3], [5, 2, 3], [2, 4, 4], [4, 3, 3], [4, 3, 3]], **arguments)


@pytest.mark.parametrize("asked", ["no", float("nan"), None, 1])
def test_random_tables_are_asked_for_with_true_or_false(asked):
    with pytest.raises(ValueError, match="random_tables must be True or False"):
        exact_test([[3, 1], [1, 3]], random_tables=asked)
