"""Counts out of a population that is known: what those who answered leave possible, and what it takes off an error."""

from bisect import bisect_left

from toe_analysis.statistics._chances import hypergeometric
from toe_analysis.statistics._checks import shown, whole_number
from toe_analysis.statistics._ties import at_most
from toe_analysis.statistics.shares import Share, as_share

#: Chances far below any tail of an interval; see `hypergeometric`.
_DEPTH = 100.0


def finite_population_factor(sample: int, population: int) -> float:
    """Factor by which a standard error shrinks when much of a population was asked.

    Parameters
    ----------
    sample : int
        Firms that answered.
    population : int
        Firms in all; at least 2.

    Returns
    -------
    float
        sqrt((population - sample) / (population - 1)), between 0 and 1.

    Raises
    ------
    ValueError
        If a number is negative or not whole, or the sample exceeds the population.

    References
    ----------
    Cochran WG (1977). Sampling Techniques, 3rd edition, section 2.6. Wiley.

    Examples
    --------
    >>> finite_population_factor(4, 5)
    0.5
    """
    sample, population = whole_number(sample, "sample"), whole_number(population, "population", least=2)
    if sample > population:
        raise ValueError(f"sample must not exceed population, got sample={sample} and population={population}")
    return ((population - sample) / (population - 1)) ** 0.5


def in_population(observed: Share, population: int) -> tuple[Share, int]:
    """Return a share and the number of firms in all, or say that they do not fit."""
    observed, population = as_share(observed, "observed"), whole_number(population, "population")
    if not max(observed.base, 1) <= population:
        raise ValueError(
            f"population must be at least 1 and not below those who answered, got {shown(population)} and {observed}"
        )
    return observed, population


def upper_tail(observed: Share, population: int, having: int, gamma: float) -> float:
    """Chance of as many firms with the property, or more, among those who answered, if `having` firms have it."""
    first, (chances,) = hypergeometric(having, population - having, observed.base, gamma, _DEPTH)
    return float(chances[max(0, observed.count - int(first[0])) :].sum())


def firms_limits(observed: Share, population: int, gamma: float, tail: float) -> tuple[int, int]:
    """Fewest and most firms with the property; the latter as the fewest of the others, whose odds are the inverse."""

    def fewest(count: int) -> int:
        given = Share(count, observed.base)
        possible = range(count, population - (observed.base - count) + 1)

        def likely(having: int) -> bool:
            return not at_most(upper_tail(given, population, having, gamma), tail)

        return count + bisect_left(possible, True, key=likely)

    lower, upper = fewest(observed.count), population - fewest(observed.base - observed.count)
    return min(lower, upper), max(lower, upper)  # at a low confidence neither tail may be large enough
