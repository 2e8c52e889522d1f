"""How many answers make an interval as narrow as wanted."""

from statsmodels.stats.proportion import proportion_confint

from toe_analysis.statistics._checks import probability, whole_number

#: Half of a width below this takes more answers than there are whole numbers that floats can hold.
_NARROWEST = 1e-7


def sample_for_half_width(
    share: float, wanted: float, *, confidence: float = 0.95, population: int | None = None
) -> int:
    r"""Smallest number of answers whose interval (Wilson's) is at most so wide to either side.

    Parameters
    ----------
    share : float
        The share among the answers, between 0 and 1. It need not be a whole count of them, so that the width falls
        steadily with their number.
    wanted : float
        Half the width, between 0.0000001 and 1.
    confidence : float
        The level, strictly between 0 and 1.
    population : int or None
        Firms in all, if they are few; at least 1.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If a number is out of its range.

    Notes
    -----
    In a population of N the sample counts as if it were :math:`n (N - 1) / (N - n)` out of an endless one.

    References
    ----------
    Cochran WG (1977). Sampling Techniques, 3rd edition, sections 2.6 and 4.4. Wiley.

    Examples
    --------
    For a half of all firms, to 10 points either way; 46 of 92 firms have the interval from 39.99 to 60.01 %:

    >>> sample_for_half_width(0.5, 0.1)
    93
    """
    share, confidence = probability(share, "share"), probability(confidence, "confidence", open_ends=True)
    if probability(wanted, "wanted") < _NARROWEST:
        raise ValueError(f"wanted must be at least {_NARROWEST}, got {wanted}")
    if population is not None:
        population = whole_number(population, "population", least=1)

    def narrow(sample: int) -> bool:
        if sample == population:
            return True
        worth = sample if population is None else sample * (population - 1) / (population - sample)
        lower, upper = proportion_confint(share * worth, worth, 1 - confidence, "wilson")
        return upper - lower <= 2 * wanted

    too_few, enough = 0, population or 2**53
    while enough - too_few > 1:  # not `bisect`: a range so long has no length where Python counts in 32 bits
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if narrow(middle) else (middle, enough)
    return enough
