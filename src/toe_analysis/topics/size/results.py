"""Size against status: tables of counts, every test of them and what all say together; and what else goes with both."""

from collections.abc import Mapping, Sequence

import pandas as pd

from toe_analysis.statistics import (
    Association,
    Equivalence,
    Share,
    collapsed_family,
    equivalent_shares,
    exact_family,
    share_table,
)
from toe_analysis.statistics.groups.comparisons import LARGEST_PAIRS_OF_INTERVAL
from toe_analysis.survey import Question

#: What a column of effect sizes is called in a table of size against status.
_EFFECTS = {
    "p_value": "chi_square_p",
    "theil_u_rows_given_columns": "theil_u_size_given_status",
    "theil_u_columns_given_rows": "theil_u_status_given_size",
}


def cross(firms: pd.DataFrame, groups: Mapping[str, str], statuses: Sequence[str]) -> pd.DataFrame:
    """Count the firms by group of sizes (rows) and status (columns), those without a firm included.

    Parameters
    ----------
    firms : pandas.DataFrame
        ``size`` and ``status``.
    groups : mapping of str to str
        The group of each printed size class.
    statuses : sequence of str
        In the order of the columns.

    Examples
    --------
    >>> firms = pd.DataFrame({"size": ["10-20", "21-30"], "status": ["user", "user"]})
    >>> cross(firms, {"10-20": "10-30", "21-30": "10-30"}, ["sceptic", "user"]).to_numpy().tolist()
    [[0, 2]]
    """
    counts = pd.crosstab(firms["size"].map(groups), firms["status"])
    return counts.reindex(index=list(dict.fromkeys(groups.values())), columns=list(statuses), fill_value=0)


def share_rows(crossed: Mapping[str, pd.DataFrame], basis: str, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return the share of each status in each size class.

    Parameters
    ----------
    crossed : mapping of str to pandas.DataFrame
        From `cross`, by how the classes are formed.
    basis : str
    confidence : float

    Returns
    -------
    pandas.DataFrame
        A row a share, with its interval, after ``classes``, ``size`` and ``status``.

    Examples
    --------
    >>> table = pd.DataFrame({"sceptic": [2], "user": [6]}, index=["10-20"])
    >>> share_rows({"printed": table}, "illustrative")[["size", "status", "count", "base"]].to_numpy().tolist()
    [['10-20', 'sceptic', 2, 8], ['10-20', 'user', 6, 8]]
    """
    shares = {
        (name, size, status): Share(count, row.sum())
        for name, table in crossed.items()
        for size, row in table.iterrows()
        for status, count in row.items()
    }
    return share_table(shares, ["classes", "size", "status"], confidence=confidence).assign(basis=basis)


def effect_rows(found: Mapping[str, Association], basis: str) -> pd.DataFrame:
    """Return how strong the pattern is, a row a way to form the classes."""
    rows = pd.DataFrame([one.to_row() for one in found.values()])
    effect = rows.drop(columns="method").rename(columns=_EFFECTS).assign(basis=basis)
    effect.insert(0, "classes", list(found))
    return effect


def ends_alike(ends: Mapping[str, Share], margin: float, alpha: float) -> Equivalence | None:
    """Test whether the smallest and the largest firms have a status alike, up to a difference that does not matter.

    `ends` holds the smallest firms first and the largest last; for `margin` and `alpha` see
    `toe_analysis.statistics.equivalent_shares`. None where one of them has no firm, or both have too many for the exact
    test.

    Examples
    --------
    >>> found = ends_alike({"10-20": Share(3, 11), "100-200": Share(4, 13)}, 0.2, 0.05)
    >>> round(found.difference, 3), found.p_value > 0.05
    (-0.035, True)
    """
    first, last = ends.values()
    pairs = (first.base + 1) * (last.base + 1)
    if not (first.base and last.base) or pairs > LARGEST_PAIRS_OF_INTERVAL:
        return None
    return equivalent_shares(first, last, margin, alpha=alpha)


def try_every_way(
    tables: Mapping[str, pd.DataFrame], ways: Sequence[Mapping[str, str]], statistics: Sequence[str]
) -> pd.DataFrame:
    """Test every way to join the size classes, adjusted for how many tests there are and how alike (min-P).

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Counts by printed size class and status, for each group of statuses that is compared: a family of its own.
    ways : sequence of mapping of str to str
        Printed class to group. A class in none of the groups holds no firm.
    statistics : sequence of str
        See `toe_analysis.statistics.exact_test`.

    Returns
    -------
    pandas.DataFrame
        As `toe_analysis.statistics.collapsed_family` makes it, with ``among``. ``p_min`` and its standard error are
        multiplied by the number of families, for those are not of the same firms.

    Examples
    --------
    One way to form the classes is one test; asked of two groups of statuses, its p doubles:

    >>> table = pd.DataFrame({"sceptic": [3, 1], "user": [1, 3]}, index=["10-20", "21-30"])
    >>> way = {"10-20": "10-20", "21-30": "21-30"}
    >>> found = try_every_way({"all": table, "never_tried": table}, [way], ["probability"])
    >>> found[["among", "p_value", "p_min"]].round(4).to_numpy().tolist()
    [['all', 0.4857, 0.9714], ['never_tried', 0.4857, 0.9714]]
    """
    parts = []
    for among, table in tables.items():
        labels = [pd.Series(way).reindex(table.index).ffill().bfill() for way in ways]
        groupings = {" | ".join(dict.fromkeys(way.values())): list(one) for way, one in zip(ways, labels, strict=True)}
        found = collapsed_family(table.to_numpy(), groupings, statistics)
        found.insert(1, "among", among)
        parts.append(found.assign(standard_error=found["standard_error"] * len(tables)))
    family = pd.concat(parts, ignore_index=True)
    return family.assign(p_min=(family["p_min"] * len(tables)).clip(upper=1))


def sum_up(family: pd.DataFrame) -> dict[str, object]:
    """Return what all tests of a family of `try_every_way` say together.

    Returns
    -------
    dict
        ``ways`` to form size classes; ``tests`` that could be computed; how many adjusted p-values were ``drawn`` from
        random tables; and ``smallest``, the row with the smallest adjusted p-value, or None without a test.

    Examples
    --------
    >>> rows = {"grouping": ["a", "b"], "p_value": [0.03, 0.2], "p_min": [0.05, 0.2], "p_min_how": "exact"}
    >>> found = sum_up(pd.DataFrame(rows))
    >>> found["tests"], found["smallest"]["grouping"]
    (2, 'a')
    """
    computed = family.dropna(subset="p_value").sort_values(["p_min", "p_value"], kind="stable")
    return {
        "ways": family["grouping"].nunique(),
        "tests": len(computed),
        "drawn": int((computed["p_min_how"] == "random_tables").sum()),
        "smallest": None if computed.empty else computed.iloc[0].to_dict(),
    }


def trend_table(
    answers: pd.DataFrame,
    questions: Sequence[Question],
    orders: Mapping[str, tuple[pd.Series, Sequence[str]]],
    basis: Mapping[str, str],
) -> pd.DataFrame:
    """Test each scale and number for a trend along an order of the firms, with the exact test of Jonckheere.

    Parameters
    ----------
    answers : pandas.DataFrame
        A row a firm, a column a question id; what is no option of the question counts as no answer.
    questions : sequence of Question
        Whose options have an order.
    orders : mapping
        By name the group of each firm, and the groups in their order.
    basis : mapping of str to str
        Of each order.

    Returns
    -------
    pandas.DataFrame
        A row a question and order: ``question``, ``against``, ``base``, ``p_value``, ``p_holm`` (adjusted over the
        whole table), ``how`` and ``basis``; and ``lowest`` and ``highest``, the mean level in the first and the last
        group that has an answer.
    """
    tables, means = {}, []
    for question in questions:
        for name, (groups, order) in orders.items():
            table = pd.crosstab(groups, answers[question.id])
            table = table.reindex(index=list(order), columns=list(question.options), fill_value=0)
            tables[question.id, name] = table
            mean = ((table * question.levels).sum(axis=1) / table.sum(axis=1)).dropna()
            ends = {"lowest": mean.head(1).mean(), "highest": mean.tail(1).mean()}
            means.append({"question": question.id, "against": name} | ends | {"basis": basis[name]})
    if not tables:
        return pd.DataFrame(columns=["question", "against", "p_value", "p_holm", "basis"])
    found = exact_family(tables, ["question", "against"], ["jonckheere"])
    found = found[["question", "against", "base", "p_value", "p_holm", "how"]]
    return found.merge(pd.DataFrame(means), on=["question", "against"])
