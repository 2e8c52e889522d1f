"""How likely a study of a given size is to find a difference of a given size."""

from toe_analysis.statistics._checks import probability, whole_number
from toe_analysis.statistics._rejection import rejection_chance


def power_of_comparison(
    n_sample: int, n_baseline: int, share_sample: float, share_baseline: float, *, alpha: float = 0.05
) -> float:
    r"""Power of the two-sided Fisher test of two independent shares, by enumeration.

    Parameters
    ----------
    n_sample, n_baseline : int
        Firms in the two groups.
    share_sample, share_baseline : float
        True shares, between 0 and 1.
    alpha : float
        Level of the test, strictly between 0 and 1.

    Returns
    -------
    float
        Probability of a p-value of at most `alpha`.

    Raises
    ------
    ValueError
        If a number of firms is negative or not whole, a share is not between 0 and 1, or `alpha` not strictly so.

    Notes
    -----
    With binomial counts in both groups,

    .. math:: \sum_{a=0}^{n_1} \sum_{c=0}^{n_2} \binom{n_1}{a} p_1^a (1-p_1)^{n_1-a}
              \binom{n_2}{c} p_2^c (1-p_2)^{n_2-c} \, [p_{\text{Fisher}}(a, c) \le \alpha].

    With equal shares it is the true size of the test, which stays below `alpha`.

    References
    ----------
    Agresti A (2013). Categorical Data Analysis, 3rd edition, section 3.5. Wiley.

    Examples
    --------
    With 4 firms in each group only 4 against 0 is significant (p = 2/70). If the shares are 1/2, that happens in 2 of
    the 256 equally likely outcomes, which is 0.0078125:

    >>> round(power_of_comparison(4, 4, 0.5, 0.5), 7)
    0.0078125
    """
    n_sample, n_baseline = whole_number(n_sample, "n_sample"), whole_number(n_baseline, "n_baseline")
    share_sample = probability(share_sample, "share_sample")
    share_baseline = probability(share_baseline, "share_baseline")
    alpha = probability(alpha, "alpha", open_ends=True)
    return rejection_chance(n_sample, share_sample, n_baseline, share_baseline, alpha=alpha, alternative="two-sided")[0]
