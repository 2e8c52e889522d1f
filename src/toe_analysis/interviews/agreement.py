"""How far a second coder gives the units the codes of the report."""

from math import nan

import pandas as pd

from toe_analysis.interviews.codings import DIMENSIONS
from toe_analysis.statistics import Interval, Share, cohens_kappa, krippendorff_alpha

#: The three measures of agreement, the plainest first.
MEASURES = ("percent_agreement", "cohens_kappa", "krippendorff_alpha")


def agreement_table(codes: pd.Series, second: pd.Series | None, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return the three measures of agreement; rows without a value where there is no second coder.

    Parameters
    ----------
    codes : pandas.Series
        A code a unit.
    second : pandas.Series or None
        The second coder's codes for the same units.
    confidence : float
        Level of the intervals.

    Returns
    -------
    pandas.DataFrame
        A row for each of `MEASURES`, named in ``agreement``: ``estimate``, ``estimate_lower``, ``estimate_upper``,
        ``confidence``, ``count`` (units with the same code), ``base`` (units) and ``method`` (of the interval, or
        ``no_second_coder``).

    Notes
    -----
    All three intervals take units as independent, which those of one interview are not: they are too narrow.

    Examples
    --------
    Agreement in 3 of 4 units, where chance gives 1/2: (3/4 - 1/2) / (1 - 1/2).

    >>> first, second = pd.Series(["T", "T", "O", "O"]), pd.Series(["T", "T", "O", "T"])
    >>> agreement_table(first, second)[["agreement", "estimate", "count", "base"]].head(2)
               agreement  estimate  count  base
    0  percent_agreement      0.75      3     4
    1       cohens_kappa      0.50      3     4
    """
    if second is None:
        same, nothing = Share(0, 0), Interval(nan, nan, confidence, "no second coder")
        found = [(nan, nothing)] * len(MEASURES)
    else:
        same = Share(int((codes == second).sum()), len(codes))
        kappa = cohens_kappa(codes.tolist(), second.tolist(), confidence=confidence)
        alpha = krippendorff_alpha([codes.tolist(), second.tolist()], confidence=confidence)
        found = [(same.value, same.interval(confidence=confidence))]
        found += [(one.estimate, one.interval) for one in (kappa, alpha)]
    rows = [
        {
            "agreement": name,
            "estimate": estimate,
            "estimate_lower": limits.lower,
            "estimate_upper": limits.upper,
            "confidence": limits.confidence,
            "count": same.count,
            "base": same.base,
            "method": limits.method.replace(" ", "_"),
        }
        for name, (estimate, limits) in zip(MEASURES, found, strict=True)
    ]
    return pd.DataFrame(rows)


def confusion_table(codes: pd.Series, second: pd.Series | None) -> pd.DataFrame:
    """Count the units by the code of the report (rows) and of the second coder (columns); no row without the latter.

    Returns
    -------
    pandas.DataFrame
        ``toe``, and the columns ``second_T``, ``second_O`` and ``second_E``.

    Examples
    --------
    >>> confusion_table(pd.Series(["T", "O"]), pd.Series(["T", "T"]))
      toe  second_T  second_O  second_E
    0   T         1         0         0
    1   O         1         0         0
    2   E         0         0         0
    """
    names = [f"second_{code}" for code in DIMENSIONS]
    if second is None:
        return pd.DataFrame(columns=["toe", *names])
    counts = pd.crosstab(codes, second).reindex(index=DIMENSIONS, columns=DIMENSIONS, fill_value=0)
    return counts.set_axis(names, axis=1).rename_axis("toe").reset_index().rename_axis(None, axis=1)
