"""Adjust p-values when several tests are read together."""

import numpy as np
from statsmodels.stats.multitest import multipletests

from toe_analysis.statistics._checks import each, one_of, probability

_METHODS = ("holm", "fdr_bh")


def adjust_p_values(p: object, *, method: str) -> np.ndarray:
    """Adjust the p-values of a family of tests.

    Parameters
    ----------
    p : sequence of float
        P-values, between 0 and 1. A set is refused, which would lose tests with the same p-value.
    method : {"holm", "fdr_bh"}
        Holm's bounds the probability of even one false finding, however the tests depend on each other. Benjamini and
        Hochberg's bounds the expected part of false findings among all findings, for independent or positively
        dependent tests.

    Returns
    -------
    ndarray of float
        Adjusted p-values, in the order given.

    Raises
    ------
    ValueError
        If `p` is no sequence, a p-value is not between 0 and 1, or the method is unknown.

    References
    ----------
    Holm S (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 65-70.
    Benjamini Y, Hochberg Y (1995). Controlling the false discovery rate. Journal of the Royal Statistical Society B 57,
    289-300.

    Examples
    --------
    The smallest of three is multiplied by 3, the next by 2, the last by 1:

    >>> adjust_p_values([0.01, 0.02, 0.5], method="holm").tolist()
    [0.03, 0.04, 0.5]
    """
    one_of(method, _METHODS, "method")
    values = each(probability, p, "p")
    return multipletests(values, method=method)[1] if values else np.zeros(0)
