"""How many answers and invitations a study needs to find a difference, and how many make an interval narrow."""

from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from math import ceil, nan

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from toe_analysis.statistics._checks import probability, whole_number
from toe_analysis.statistics._rejection import false_alarm_chances
from toe_analysis.statistics._ties import at_most
from toe_analysis.statistics.planning.power import TESTS, Design
from toe_analysis.statistics.shares import Result, Share

#: Power counts as held when it has held for as many answers again as it took to get there, and this many more.
_MARGIN = 20
#: Half of a width below this takes more answers than there are whole numbers that floats can hold.
_NARROWEST = 1e-7


@dataclass(frozen=True)
class Plan(Result):
    """What a design needs; `None` where nothing that was tried is enough.

    Parameters
    ----------
    design : Design
    first : int or None
        The smallest number of answers whose power reaches the one asked for.
    enough : int or None
        The number of answers from which power does not fall below it again, as far as was tried.
    tried : int
        The largest number of answers tried.
    power : float
        Exact power at `enough`; the largest found if there is none.
    size : float
        The true level at `enough`: the largest chance of p <= alpha if both shares are equal, over all shares that they
        may have in common (found by branch and bound, at most 1e-9 too small); against a fixed share, the chance at
        that share. NaN without `enough`.
    answers : int or None
        Answers of all firms, if only a part of them is compared.
    invitations, invitations_lower, invitations_upper : int or None
        Invitations that bring so many answers, at the response rate and at the ends of its 95 % interval (Wilson).
    """

    design: Design
    first: int | None
    enough: int | None
    tried: int
    power: float
    size: float
    answers: int | None
    invitations: int | None
    invitations_lower: int | None
    invitations_upper: int | None

    @property
    def beyond(self) -> bool:
        """Whether more invitations are needed than there are firms to invite."""
        return None not in (self.invitations, self.design.population) and self.invitations > self.design.population

    def to_row(self) -> dict[str, object]:
        """Return the design and what it needs; NaN for what does not exist."""
        found = {name: value for name, value in vars(self).items() if name not in ("design", "power")}
        row = {name: value for name, value in asdict(self.design).items() if name not in ("power", "response")}
        row |= {"method": self.design.method, "target": self.design.power, "power": self.power} | found
        return {name: nan if value is None else value for name, value in row.items()}


def plan_answers(design: Design) -> Plan:
    """Find how many answers a design needs, by enumeration.

    Notes
    -----
    Exact power does not rise steadily: one answer more may move the limit of the test and cost power (a saw-tooth). So
    "the smallest number" is two numbers. `Plan.first` reaches the power, but one answer more may lose it again;
    `Plan.enough` is the one to plan with, since nobody gets exactly as many answers as planned. The search ends when
    power has held for as many answers again as it took and 18 more, or at `Design.largest`.

    References
    ----------
    Chernick MR, Liu CY (2002). The saw-toothed behavior of power versus sample size and software solutions: single
    binomial proportion using exact methods. The American Statistician 56, 149-155.

    Examples
    --------
    All firms use AI, where half are expected. Five heads in a row have p = 2/32, six have 2/64:

    >>> plan_answers(Design(1.0, 0.5)).first
    6
    """
    powers, tried = _search(design)
    reached = at_most(design.power, powers)
    first = int(reached.argmax()) if reached.any() else None
    if first is None or not reached[tried]:
        return Plan(design, first, None, tried, float(powers.max()), nan, None, None, None, None)
    enough = tried - int(reached[::-1].argmin()) + 1
    size = _true_level(design, enough)
    answers = ceil(round(enough / design.part, 6))  # 55 / (11 / 48) is 240, and a little more in floats
    invited = _invitations(answers, design.response)
    return Plan(design, first, enough, tried, float(powers[enough]), size, answers, *invited)


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


def _search(design: Design) -> tuple[np.ndarray, int]:
    """Return the power at 0, 1, 2, ... answers up to the largest number tried, and that number."""
    powers = np.zeros(0)
    while True:
        powers = np.append(powers, design.powers_from(len(powers)))
        powers[0] = 0.0
        numbers = np.arange(len(powers))
        last_below = np.maximum.accumulate(np.where(at_most(design.power, powers), 0, numbers))
        done = numbers >= np.minimum(2 * last_below + _MARGIN, design.largest)
        if done.any():
            tried = int(done.argmax())
            return powers[: tried + 1], tried


def _true_level(design: Design, answers: int) -> float:
    if design.baseline_base is None:  # there is one share without a difference
        return replace(design, true_share=design.baseline_share).power_at(answers)
    rules = {"alpha": design.alpha, "alternative": design.alternative}
    return false_alarm_chances(answers, design.baseline_base, **rules)[TESTS.index(design.test)]


def _invitations(answers: int, response: Share | None) -> tuple[int, int, int] | tuple[None, None, None]:
    if response is None:
        return None, None, None
    limits = response.interval()
    at_rate = ceil(Fraction(answers * response.base, response.count))
    return at_rate, ceil(answers / limits.upper), ceil(answers / limits.lower)
