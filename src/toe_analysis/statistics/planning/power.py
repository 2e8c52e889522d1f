"""How likely a study is to find a difference: exact power, by enumeration."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from toe_analysis.statistics._checks import ALTERNATIVES, one_of, probability, whole_number
from toe_analysis.statistics._rejection import fixed_rejection_chances, rejection_chance
from toe_analysis.statistics.shares import Share, as_share

TESTS = ("exact", "mid_p")
#: Enumerating pairs of counts takes seconds and a gigabyte here.
LARGEST_BASE = 100_000
#: Numbers of answers that are worked out together: against a fixed share one alone costs nearly as much.
_AT_ONCE = 32


@dataclass(frozen=True)
class Design:
    """A study to be planned: one share, to be told from a baseline.

    Parameters
    ----------
    true_share, baseline_share : float
        The shares that are supposed to be true, between 0 and 1.
    baseline_base : int or None
        Firms behind the baseline; None if the baseline is taken as a fixed share.
    alpha, power : float
        Level of the test, and the chance to find the difference that is asked for; strictly between 0 and 1.
    alternative : {"two-sided", "less", "greater"}
    test : {"exact", "mid_p"}
        Fisher's test against a base, the binomial test against a fixed share; or the mid-p of either, which is
        sharper and does not promise its level.
    response : Share, pair of int or None
        Answers out of invitations, so far; None if invitations are not asked for.
    part : float
        Which part of the answers is of the firms compared; above 0.
    population : int or None
        Firms that could be invited.
    largest : int
        The largest number of answers to try.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    true_share: float
    baseline_share: float
    baseline_base: int | None = None
    alpha: float = 0.05
    power: float = 0.8
    alternative: str = "two-sided"
    test: str = "exact"
    response: Share | None = None
    part: float = 1.0
    population: int | None = None
    largest: int = 1000

    def __post_init__(self) -> None:
        checked = {name: probability(getattr(self, name), name) for name in ("true_share", "baseline_share", "part")}
        for name in ("alpha", "power"):
            checked[name] = probability(getattr(self, name), name, open_ends=True)
        checked["largest"] = whole_number(self.largest, "largest", most=LARGEST_BASE)
        if self.baseline_base is not None:
            checked["baseline_base"] = whole_number(self.baseline_base, "baseline_base", most=LARGEST_BASE)
        if self.population is not None:
            checked["population"] = whole_number(self.population, "population")
        if self.response is not None:
            checked["response"] = as_share(self.response, "response")
            if not checked["response"].count:
                raise ValueError(f"response must hold at least one answer, got {self.response}")
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        one_of(self.alternative, ALTERNATIVES, "alternative")
        one_of(self.test, TESTS, "test")
        if self.test == "mid_p" and self.alpha >= 0.5:  # the mid-p of a table that is the only one is 1/2
            raise ValueError(f"alpha must be below 1/2 for the mid-p, got {self.alpha}")
        if self.part == 0:
            raise ValueError("part must be above 0, got 0")

    @property
    def method(self) -> str:
        """Name of the test."""
        name = "binomial" if self.baseline_base is None else "fisher"
        return name if self.test == "exact" else f"{name}_mid_p"

    def power_at(self, answers: int) -> float:
        r"""Exact power with so many answers of the firms compared: the chance of a p-value of at most `alpha`.

        Parameters
        ----------
        answers : int
            At most 100,000.

        Raises
        ------
        ValueError
            If the number is negative, not whole or too large.

        Notes
        -----
        With binomial counts in both groups, for the two-sided Fisher test,

        .. math:: \sum_{a=0}^{n_1} \sum_{c=0}^{n_2} \binom{n_1}{a} p_1^a (1-p_1)^{n_1-a}
                  \binom{n_2}{c} p_2^c (1-p_2)^{n_2-c} \, [p_{\text{Fisher}}(a, c) \le \alpha].

        A p-value that is `alpha` itself counts, whatever rounding makes of it. With equal shares it is the true size of
        the test, which stays below `alpha`.

        References
        ----------
        Agresti A (2013). Categorical Data Analysis, 3rd edition, section 3.5. Wiley.

        Examples
        --------
        With 4 firms in each group only 4 against 0 is significant (p = 2/70). If the shares are 1/2, that happens in 2
        of the 256 equally likely outcomes, which is 0.0078125:

        >>> round(Design(0.5, 0.5, 4).power_at(4), 7)
        0.0078125
        """
        answers = whole_number(answers, "answers", most=LARGEST_BASE)
        place = answers % _AT_ONCE
        return float(self.powers_from(answers - place)[place])

    def powers_from(self, answers: int) -> np.ndarray:
        """Exact power with so many answers (see `power_at`) and the next few numbers, which are worked out together.

        To begin with 0 and go on where the last ones end costs the least.
        """
        answers = whole_number(answers, "answers", most=LARGEST_BASE)
        given = self.true_share, self.baseline_base, self.baseline_share, self.alpha, self.alternative
        return _powers(answers, *given)[TESTS.index(self.test)]


#: Both tests and every target of power ask for the same numbers.
@lru_cache(maxsize=10_000)
def _powers(
    first: int, share: float, base: int | None, baseline_share: float, alpha: float, alternative: str
) -> np.ndarray:
    """Power of the exact test and of its mid-p (rows) at the first number of answers and those that follow."""
    answers = range(first, first + _AT_ONCE)
    rules = {"alpha": alpha, "alternative": alternative}
    if base is None:
        found = fixed_rejection_chances(answers, share, baseline_share, **rules)
    else:
        found = [rejection_chance(number, share, base, baseline_share, **rules) for number in answers]
    powers = np.transpose(found)
    powers.setflags(write=False)  # they are kept for whoever asks next
    return powers
