"""How wide an interval is at a number of answers, and how many answers make it as narrow as wanted."""

from math import sqrt

from scipy.stats import norm

from toe_analysis.statistics._checks import probability, whole_number

#: Half of a width below this takes more answers than there are whole numbers that floats can hold.
_NARROWEST = 1e-7


def half_width(share: float, sample: int, *, confidence: float = 0.95, population: int | None = None) -> float:
    r"""Half the width of Wilson's interval, if the sample's share is the given one.

    Parameters
    ----------
    share : float
        Between 0 and 1. It need not be a whole count of the sample, so that the width falls steadily with it.
    sample : int
        Firms that answer; at least 1.
    confidence : float
        The level, strictly between 0 and 1.
    population : int or None
        Firms in all, if they are few; at least the sample.

    Returns
    -------
    float
        Between 0 and 1/2; 0 if the whole population answered.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Notes
    -----
    :math:`\frac{z}{1 + z^2/n} \sqrt{p(1-p)/n + z^2/4n^2}`. In a population of N the sample counts as if it were
    :math:`n (N - 1) / (N - n)` out of an endless one.

    References
    ----------
    Cochran WG (1977). Sampling Techniques, 3rd edition, sections 2.6 and 4.4. Wiley.

    Examples
    --------
    Four of 48 firms: the interval from 3.29 % to 19.55 % is 16.26 points wide.

    >>> round(2 * half_width(4 / 48, 48), 4)
    0.1626
    """
    share, sample = probability(share, "share"), whole_number(sample, "sample", least=1)
    confidence = probability(confidence, "confidence", open_ends=True)
    counts_as = float(sample)
    if population is not None:
        population = whole_number(population, "population")
        if population < sample:
            raise ValueError(f"population must be at least the sample, got {population} and {sample}")
        if population == sample:
            return 0.0
        counts_as *= (population - 1) / (population - sample)
    z = norm.isf((1 - confidence) / 2)
    spread = sqrt(share * (1 - share) / counts_as + (z / counts_as) ** 2 / 4)
    return float(z / (1 + z**2 / counts_as) * spread)


def sample_for_half_width(
    share: float, wanted: float, *, confidence: float = 0.95, population: int | None = None
) -> int:
    """Smallest number of answers whose interval is at most so wide to either side.

    Parameters
    ----------
    share, confidence, population
        As for `half_width`.
    wanted : float
        Half the width, between 0.0000001 and 1.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    For a half of all firms, to 10 points either way:

    >>> sample_for_half_width(0.5, 0.1), round(half_width(0.5, 92), 4), round(half_width(0.5, 93), 4)
    (93, 0.1001, 0.0996)
    """
    if probability(wanted, "wanted") < _NARROWEST:
        raise ValueError(f"wanted must be at least {_NARROWEST}, got {wanted}")
    if population is not None:
        population = whole_number(population, "population", least=1)

    def narrow(sample: int) -> bool:
        return half_width(share, sample, confidence=confidence, population=population) <= wanted

    too_few, enough = 0, population or 2**53
    while enough - too_few > 1:  # not `bisect`: a range so long has no length where Python counts in 32 bits
        middle = (too_few + enough) // 2
        too_few, enough = (too_few, middle) if narrow(middle) else (middle, enough)
    return enough
