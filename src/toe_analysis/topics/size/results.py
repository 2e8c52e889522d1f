"""What all tests of size against status say together."""

import pandas as pd


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
