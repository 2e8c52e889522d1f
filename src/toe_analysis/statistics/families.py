"""Several exact tests that are read together: a p-value each, and Holm's adjustment over all of them."""

from collections.abc import Mapping, Sequence
from math import nan

import pandas as pd

from toe_analysis.statistics.adjustments import adjust_p_values
from toe_analysis.statistics.exact import exact_test


def exact_family(
    tables: Mapping[tuple[str, ...], object], names: Sequence[str], statistics: Sequence[str]
) -> pd.DataFrame:
    """Test every table with every statistic and adjust all p-values as one family.

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

    Examples
    --------
    The second table has one row only, so the family is one test and Holm changes nothing:

    >>> found = exact_family({("a",): [[3, 1], [1, 3]], ("b",): [[3, 1], [0, 0]]}, ["table"], ["probability"])
    >>> found[["table", "p_holm", "how"]].round(4).to_numpy().tolist()
    [['a', 0.4857, 'exact'], ['b', nan, 'not_computed']]
    """
    rows = []
    for key, table in tables.items():
        for statistic in statistics:
            test = exact_test(table, statistic=statistic)
            how = "exact" if test.standard_error is None else "random_tables"
            if test.method.startswith("no comparison"):
                how = "not_computed"
            rows.append(
                dict(zip(names, key, strict=True))
                | {
                    "statistic": statistic,
                    "base": int(pd.DataFrame(table).to_numpy().sum()),
                    "statistic_value": test.value,
                    "p_value": nan if how == "not_computed" else test.p_value,
                    "how": how,
                }
            )
    columns = [*names, "statistic", "base", "statistic_value", "p_value", "how"]
    family = pd.DataFrame(rows, columns=columns)
    adjusted = pd.Series(nan, index=family.index)
    computed = family["how"] != "not_computed"
    adjusted[computed] = adjust_p_values(family.loc[computed, "p_value"], method="holm")
    family.insert(family.columns.get_loc("how"), "p_holm", adjusted)
    return family
