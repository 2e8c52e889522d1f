"""How many answers and invitations a study needs to find a difference."""

from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from math import ceil, nan

import numpy as np

from toe_analysis.statistics._rejection import false_alarm_chances
from toe_analysis.statistics._ties import at_most
from toe_analysis.statistics.planning.power import TESTS, Design
from toe_analysis.statistics.results import Result
from toe_analysis.statistics.shares import Share

#: Power counts as held when it has held for as many answers again as it took to get there, and this many more.
_MARGIN = 20


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

    Parameters
    ----------
    design : Design

    Returns
    -------
    Plan

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
