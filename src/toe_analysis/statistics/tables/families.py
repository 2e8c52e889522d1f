"""Several exact tests that are read together, adjusted for how many they are and how alike."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import nan, sqrt

import numpy as np
import pandas as pd
from scipy.stats import random_table

from toe_analysis.statistics._checks import counts_table, one_of, sequence, shown, whole_number
from toe_analysis.statistics._ties import at_most, settled
from toe_analysis.statistics.adjustments import adjust_p_values
from toe_analysis.statistics.tables.exact import STATISTICS, exact_test, extremeness

#: As many tables are listed; where there are more, random ones are drawn.
LARGEST_LIST = 100_000
#: Units up to which each of many tests is exact by itself; above, all of them together would take minutes, unless there
#: are so few tables that they are listed.
LARGEST_EXACT = 120


def exact_family(
    tables: Mapping[tuple[str, ...], object], names: Sequence[str], statistics: Sequence[str]
) -> pd.DataFrame:
    """Test every table with every statistic and adjust all p-values as one family, by Holm.

    Parameters
    ----------
    tables : mapping of tuple of str to array_like of int
        Counts, by what tells one table from another.
    names : sequence of str
        A column title for each part of those keys.
    statistics : sequence of str
        See `toe_analysis.statistics.exact_test`.

    Returns
    -------
    pandas.DataFrame
        A row a test: `names`, ``statistic``, ``base``, ``statistic_value``, ``p_value``, ``p_holm`` and ``how``:
        ``exact``, ``random_tables`` (the exact test would take too much work) or ``not_computed`` (fewer than two rows
        or columns hold a unit). A test that cannot be computed has no p-value and does not count in the family.

    Raises
    ------
    ValueError
        If a table is none of counts, or a statistic is unknown.

    Examples
    --------
    The second table has one row only, so the family is one test and Holm changes nothing:

    >>> found = exact_family({("a",): [[3, 1], [1, 3]], ("b",): [[3, 1], [0, 0]]}, ["table"], ["probability"])
    >>> found[["table", "p_holm", "how"]].round(4).to_numpy().tolist()
    [['a', 0.4857, 'exact'], ['b', nan, 'not_computed']]
    """
    statistics, rows = _statistics(statistics), []
    for key, table in tables.items():
        rows += [dict(zip(names, key, strict=True)) | row for row in _tests(table, statistics)]
    columns = [*names, "statistic", "base", "statistic_value", "p_value", "how"]
    family = pd.DataFrame(rows, columns=columns)
    adjusted = pd.Series(nan, index=family.index)
    computed = family["how"] != "not_computed"
    adjusted[computed] = adjust_p_values(family.loc[computed, "p_value"], method="holm")
    family.insert(family.columns.get_loc("how"), "p_holm", adjusted)
    return family


def collapsed_family(
    table: object,
    groupings: Mapping[str, Sequence[str]],
    statistics: Sequence[str],
    *,
    draws: int = 20_000,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Test many ways to merge the rows of one table, adjusted for how alike the tests are (min-P).

    Parameters
    ----------
    table : array_like of int, shape (rows, columns)
        Counts of all units, in the finest classes.
    groupings : mapping of str to sequence of str
        For each way a label for every row of the table: rows with the same label are merged, in the order in which the
        labels first appear.
    statistics : sequence of str
        See `toe_analysis.statistics.exact_test`; every one is taken of every merged table.
    draws, seed : int
        Random tables to draw, and with which seed, where there are more than `LARGEST_LIST` tables.

    Returns
    -------
    pandas.DataFrame
        A row a test: ``grouping``, ``statistic``, ``base``, ``statistic_value``, ``p_value`` (of the test by itself: as
        `exact_test` gives it up to `LARGEST_EXACT` units, or where all tables are listed, else from random tables) and
        ``how`` that was found: ``exact``, ``random_tables``, or ``not_computed`` where the test cannot be, which then
        does not count; ``p_min`` (adjusted), ``p_min_how`` in the same words, and its ``standard_error`` (that of a
        share of the random tables, 0 if exact).

    Raises
    ------
    ValueError
        If the table is none of counts, a grouping has not a label for each row, or a statistic is unknown.

    Notes
    -----
    Near-duplicates are as good as one test, which Holm's adjustment does not see. Step-down min-P of Westfall and
    Young: dealing the columns out to the units at random gives every test a p-value in every table with the same
    margins; with the tests in the order of their p-values, the adjusted p of the k-th is the chance that the smallest
    of the k-th to the last is at most the observed k-th, and not below that of the one before. It bounds the
    probability of even one false finding, whatever ties the tests together. With listed tables it is exact. With random
    ones the p-values of the tables are estimated as well: the standard error leaves out that two of nearly the same
    size may change places.

    All tests must be of the same units. Make a family of its own for tests of a part of them, and double both.

    References
    ----------
    Westfall PH, Young SS (1993). Resampling-Based Multiple Testing, section 2.6. Wiley.
    Ge Y, Dudoit S, Speed TP (2003). Resampling-based multiple testing for microarray data analysis. Test 12, 1-77.

    Examples
    --------
    Two ways to say the same are one test: p stays what it is, where Holm would double it.

    >>> found = collapsed_family([[3, 1], [1, 3]], {"a": ["x", "y"], "b": ["few", "many"]}, ["probability"])
    >>> found[["p_value", "p_min"]].round(4).to_numpy().tolist()
    [[0.4857, 0.4857], [0.4857, 0.4857]]
    """
    counts, statistics = counts_table(table), _statistics(statistics)
    draws, seed = whole_number(draws, "draws", least=1, most=1_000_000), whole_number(seed, "seed")
    merges = {name: _merge(name, labels, len(counts)) for name, labels in groupings.items()}
    tables, weights = _listed(counts)
    exact = tables is not None
    at_random = counts.sum() > LARGEST_EXACT and not exact
    drawing = {"random_tables": True, "draws": draws, "seed": seed} if at_random else {}
    rows = []
    for name, merge in merges.items():
        rows += [{"grouping": name} | row for row in _tests(merge @ counts, statistics, **drawing)]
    names = ["grouping", "statistic", "base", "statistic_value", "p_value", "how"]
    family = pd.DataFrame(rows, columns=names)
    if not exact:
        generator = np.random.default_rng(seed)
        drawn = random_table.rvs(counts.sum(axis=1), counts.sum(axis=0), size=draws, random_state=generator)
        tables, weights = np.concatenate([counts[None], drawn.astype(np.int64)]), np.full(draws + 1, 1 / (draws + 1))
    computed = family.index[family["how"] != "not_computed"]
    adjusted, smallest = pd.Series(nan, index=family.index), np.ones(len(tables))
    order = family.loc[computed, "p_value"].sort_values(kind="stable").index
    for place in order[::-1]:
        merge = merges[family["grouping"][place]]
        p_values = _p_values(extremeness(family["statistic"][place], merge @ counts, merge @ tables), weights)
        smallest = np.minimum(smallest, p_values)
        observed = p_values[0] if not exact else p_values[(tables == counts).all(axis=(1, 2))][0]
        adjusted[place] = float(settled(weights[at_most(smallest, observed)].sum()))
    adjusted[order] = adjusted[order].cummax()
    error = adjusted * 0 if exact else (adjusted * (1 - adjusted)).clip(lower=0).map(sqrt) / sqrt(draws)
    p_min_how = family["how"].mask(adjusted.notna(), "exact" if exact else "random_tables")
    return family.assign(p_min=adjusted, p_min_how=p_min_how, standard_error=error)


def _statistics(statistics: Sequence[str]) -> list[str]:
    """Return the statistics in a list: every table is tested by each, and an iterator would end after the first."""
    return [one_of(statistic, STATISTICS, "statistics") for statistic in sequence(statistics, "statistics")]


def _tests(table: object, statistics: Sequence[str], **drawing: object) -> Iterator[dict[str, object]]:
    for statistic in statistics:
        test = exact_test(table, statistic=statistic, **drawing)
        yield {
            "statistic": statistic,
            "base": int(counts_table(table).sum()),
            "statistic_value": test.value,
            "p_value": nan if test.how == "not_computed" else test.p_value,
            "how": test.how,
        }


def _merge(name: str, labels: object, rows: int) -> np.ndarray:
    """Matrix that merges rows, shape (groups, rows); a lone group gets an empty one beside it."""
    found = sequence(labels, f"groupings[{name!r}]")
    if len(found) != rows:
        raise ValueError(f"groupings[{name!r}] must hold a label for each of {rows} rows, got {shown(labels)}")
    groups = list(dict.fromkeys(map(str, found)))
    merge = np.zeros((max(len(groups), 2), rows), dtype=np.int64)
    merge[[groups.index(str(label)) for label in found], np.arange(rows)] = 1
    return merge


def _listed(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray] | tuple[None, None]:
    """Every table with the same margins, with its chance; None if there are too many."""
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    tables = np.zeros((1, *counts.shape), dtype=np.int64)
    for column, row in product(range(len(columns) - 1), range(len(rows))):
        need, left = columns[column] - tables[:, :, column].sum(axis=1), rows - tables.sum(axis=2)
        low, high = np.maximum(0, need - left[:, row + 1 :].sum(axis=1)), np.minimum(left[:, row], need)
        ways = (high - low + 1).astype(np.intp)  # as `repeat` wants them
        if ways.sum() > LARGEST_LIST:
            return None, None
        begins = np.repeat(np.cumsum(ways) - ways - low, ways)
        tables = np.repeat(tables, ways, axis=0)
        tables[:, row, column] = np.arange(len(tables)) - begins
    tables[:, :, -1] = rows - tables.sum(axis=2)
    chances = random_table.pmf(tables, rows, columns)
    return tables, chances / chances.sum()


def _p_values(extreme: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Chance of a table at least as extreme, for each table, from the ranks that `extremeness` gives."""
    return np.cumsum(np.bincount(extreme, weights)[::-1])[::-1][extreme]
