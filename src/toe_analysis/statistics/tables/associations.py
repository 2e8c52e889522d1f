"""How strongly the rows and columns of a table go together."""

from dataclasses import dataclass
from math import nan, sqrt

from scipy.special import chndtr, chndtrinc
from scipy.stats import chi2_contingency, entropy

from toe_analysis.statistics._checks import counts_table, probability
from toe_analysis.statistics.shares import Interval, Result

#: Above this the non-central chi-square is not found.
_LARGEST_TOTAL = 100_000_000


@dataclass(frozen=True)
class Association(Result):
    """Result of `association`.

    Parameters
    ----------
    base : int
        Units in the table.
    chi_square : float
        Pearson's, without continuity correction.
    degrees_of_freedom : int
        Of the rows and columns that are not empty.
    p_value : float
        Asymptotic; poor where `smallest_expected` is below 5, where `exact_test` is the right one.
    smallest_expected : float
        Smallest expected count.
    cramers_v, cramers_v_corrected : float
        Plain, which is too large in small samples, and with Bergsma's correction.
    theil_u_rows_given_columns, theil_u_columns_given_rows : float
        Part of the uncertainty about one that knowing the other removes, 0 to 1.
    cramers_v_interval : Interval
        Asymptotic interval for the V of the population.
    method : str
        What was done, and what could not be.
    """

    base: int
    chi_square: float
    degrees_of_freedom: int
    p_value: float
    smallest_expected: float
    cramers_v: float
    cramers_v_corrected: float
    theil_u_rows_given_columns: float
    theil_u_columns_given_rows: float
    cramers_v_interval: Interval
    method: str


def association(table: object, *, confidence: float = 0.95) -> Association:
    r"""Measure the association of two classifications.

    Parameters
    ----------
    table : array_like of int, shape (rows, columns)
        Counts; at least two rows and two columns. Empty ones are left out.
    confidence : float
        Level of the interval, strictly between 0 and 1.

    Returns
    -------
    Association
        Chi-square, Cramer's V and Theil's U. NaN, with p = 1, where fewer than two rows or columns are not empty.

    Raises
    ------
    ValueError
        If the table is not one of counts, or holds more than 100 million units.

    Notes
    -----
    With :math:`\varphi^2 = \chi^2 / n`, r rows and k columns, :math:`V = \sqrt{\varphi^2 / \min(r-1, k-1)}`. Bergsma
    takes :math:`(r-1)(k-1)/(n-1)`, the mean of :math:`\varphi^2` without association, off :math:`\varphi^2` (not below
    0), and :math:`(r-1)^2/(n-1)` off r, likewise k.
    The interval turns the non-central chi-square limits of Smithson into V. It is about the V of the population, which
    the corrected V estimates; in a small sample the plain V may lie above it. All of it assumes independent units and
    large samples.
    Theil's :math:`U(R|C) = (H(R) + H(C) - H(R, C)) / H(R)` with H the entropy.

    References
    ----------
    Bergsma W (2013). A bias-correction for Cramer's V and Tschuprow's T. Journal of the Korean Statistical Society 42,
    323-328.
    Smithson M (2003). Confidence Intervals, chapter 4. Sage.
    Theil H (1970). On the estimation of relationships involving qualitative variables. American Journal of Sociology
    76, 103-154.

    Examples
    --------
    Rows tell columns apart completely:

    >>> found = association([[5, 0], [0, 5]])
    >>> found.chi_square, found.cramers_v, found.smallest_expected
    (10.0, 1.0, 2.5)
    """
    counts = counts_table(table)
    confidence = probability(confidence, "confidence", open_ends=True)
    if counts.sum(dtype=float) > _LARGEST_TOTAL:
        raise ValueError(f"table must hold at most {_LARGEST_TOTAL} units, got {counts.sum(dtype=float):.0f}")
    counts = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    base = int(counts.sum())
    if min(counts.shape) < 2:
        unknown = Interval(0.0, 1.0, confidence, "undefined")
        method = "no association: fewer than two rows or columns are not empty"
        return Association(base, nan, 0, 1.0, nan, nan, nan, nan, nan, unknown, method)
    found = chi2_contingency(counts, correction=False)
    phi_square, shorter = found.statistic / base, min(counts.shape) - 1
    corrected = max(0.0, phi_square - found.dof / (base - 1))
    corrected_shorter = min(side - (side - 1) ** 2 / (base - 1) for side in counts.shape) - 1
    # Under these the statistic is just not too large, and just not too small.
    tails = (1 + confidence) / 2, (1 - confidence) / 2
    given = found.statistic, found.dof
    noncentralities = [chndtrinc(*given, tail) if chndtr(*given, 0.0) > tail else 0.0 for tail in tails]
    limits = [min(1.0, sqrt(noncentrality / base / shorter)) for noncentrality in noncentralities]
    row_entropy, column_entropy = entropy(counts.sum(axis=1)), entropy(counts.sum(axis=0))
    shared = max(0.0, float(row_entropy + column_entropy - entropy(counts.ravel())))
    return Association(
        base=base,
        chi_square=float(found.statistic),
        degrees_of_freedom=int(found.dof),
        p_value=float(found.pvalue),
        smallest_expected=float(found.expected_freq.min()),
        cramers_v=min(1.0, sqrt(phi_square / shorter)),
        cramers_v_corrected=min(1.0, sqrt(corrected / corrected_shorter)) if corrected_shorter > 0 else nan,
        theil_u_rows_given_columns=min(1.0, shared / float(row_entropy)),
        theil_u_columns_given_rows=min(1.0, shared / float(column_entropy)),
        cramers_v_interval=Interval(*limits, confidence, "non-central chi-square"),
        method="Pearson's chi-square without continuity correction"
        + "; the statistic is smaller than any V makes likely, so the interval's upper limit is 0" * (limits[1] == 0),
    )
