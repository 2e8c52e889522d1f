"""Size against status as tables of counts, and what all tests of them say together."""

from collections.abc import Mapping, Sequence

import pandas as pd


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


def sum_up(family: pd.DataFrame, alpha: float) -> dict[str, object]:
    """Count the p-values below a limit, before and after Holm's adjustment, over every way to form size classes.

    Parameters
    ----------
    family : pandas.DataFrame
        As `toe_analysis.statistics.exact_family` makes it, with ``grouping`` and ``among``.
    alpha : float
        The limit.

    Returns
    -------
    dict
        ``ways`` to form size classes; ``tests`` that could be computed, and how many of their p-values are below the
        limit, ``before`` and ``after_holm``; how many were ``drawn`` from random tables; and ``smallest``, the row with
        the smallest p-value, or None without a test.

    Examples
    --------
    >>> rows = {"grouping": ["a", "b"], "p_value": [0.03, 0.2], "p_holm": [0.06, 0.2], "how": "exact"}
    >>> found = sum_up(pd.DataFrame(rows), 0.05)
    >>> found["before"], found["after_holm"], found["smallest"]["grouping"]
    (1, 0, 'a')
    """
    computed = family.dropna(subset="p_value")
    return {
        "ways": family["grouping"].nunique(),
        "tests": len(computed),
        "before": int((computed["p_value"] < alpha).sum()),
        "after_holm": int((computed["p_holm"] < alpha).sum()),
        "drawn": int((computed["how"] == "random_tables").sum()),
        "smallest": None if computed.empty else computed.loc[computed["p_value"].idxmin()].to_dict(),
    }
