"""How many answers, and invitations, the next study needs for a test to find a difference."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, nan

import pandas as pd

from toe_analysis.statistics._checks import one_of, probability, whole_number
from toe_analysis.statistics._rejection import false_alarm_chance, fixed_rejection_chances, rejection_chance
from toe_analysis.statistics.comparisons import ALTERNATIVES
from toe_analysis.statistics.shares import Share

TESTS = ("exact", "mid_p")
#: Power counts as held when it has held for as many answers again as it took to get there, and this many more.
_MARGIN = 20
#: Numbers of answers that are worked out together against a fixed share: one alone costs nearly as much.
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
    response : Share or None
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
        for name in ("true_share", "baseline_share", "part"):
            probability(getattr(self, name), name)
        for name in ("alpha", "power"):
            probability(getattr(self, name), name, open_ends=True)
        for name in ("baseline_base", "population", "largest"):
            if getattr(self, name) is not None:
                whole_number(getattr(self, name), name)
        one_of(self.alternative, ALTERNATIVES, "alternative")
        one_of(self.test, TESTS, "test")
        if self.part == 0:
            raise ValueError("part must be above 0, got 0")
        if self.response is not None and not self.response.count:
            raise ValueError(f"response must hold at least one answer, got {self.response}")

    @property
    def method(self) -> str:
        """Name of the test."""
        name = "binomial" if self.baseline_base is None else "fisher"
        return name if self.test == "exact" else f"{name}_mid_p"

    def power_at(self, answers: int) -> float:
        """Exact power with so many answers of the firms compared."""
        return self._chances(whole_number(answers, "answers"))[TESTS.index(self.test)]

    def _chances(self, answers: int) -> tuple[float, float]:
        if self.baseline_base is None:
            given = self.true_share, self.baseline_share, self.alpha, self.alternative
            return _fixed_chances(answers // _AT_ONCE, *given)[answers % _AT_ONCE]
        given = self.true_share, self.baseline_base, self.baseline_share
        return _chances(answers, *given, self.alpha, self.alternative)


#: Both tests and every target of power ask for the same numbers.
@lru_cache(maxsize=100_000)
def _chances(
    answers: int, share: float, base: int, baseline_share: float, alpha: float, alternative: str
) -> tuple[float, float]:
    return rejection_chance(answers, share, base, baseline_share, alpha=alpha, alternative=alternative)


@lru_cache(maxsize=10_000)
def _fixed_chances(
    block: int, share: float, baseline_share: float, alpha: float, alternative: str
) -> list[tuple[float, float]]:
    answers = range(block * _AT_ONCE, (block + 1) * _AT_ONCE)
    return fixed_rejection_chances(answers, share, baseline_share, alpha=alpha, alternative=alternative)


@dataclass(frozen=True)
class Plan:
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
        The true level at `enough`: the chance of p <= alpha if both shares are equal, at the worst of the common
        shares 0.01, 0.02, ..., 0.99; against a fixed share, at that share. NaN without `enough`.
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

    def to_frame(self) -> pd.DataFrame:
        """Return one row, as `to_row` gives it."""
        return pd.DataFrame([self.to_row()])


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
    power has held for as many answers again as it took, or at `Design.largest`.

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
    powers, last_below = [0.0], 0
    while len(powers) <= min(2 * last_below + _MARGIN, design.largest):
        powers.append(design.power_at(len(powers)))
        if powers[-1] < design.power:
            last_below = len(powers) - 1
    tried = len(powers) - 1
    first = next((n for n, power in enumerate(powers) if power >= design.power), None)
    if first is None or last_below == tried:
        return Plan(design, first, None, tried, max(powers), nan, None, None, None, None)
    enough = last_below + 1
    size = false_alarm_chance(
        enough, design.baseline_base, design.baseline_share, alpha=design.alpha, alternative=design.alternative
    )[TESTS.index(design.test)]
    answers = ceil(Fraction(enough) / Fraction(str(design.part)))
    return Plan(design, first, enough, tried, powers[enough], size, answers, *_invitations(answers, design.response))


def plan_all(designs: Iterable[Design]) -> list[Plan]:
    """Work out many designs, in their order.

    Parameters
    ----------
    designs : iterable of Design

    Examples
    --------
    >>> [plan.first for plan in plan_all([Design(1.0, 0.5), Design(1.0, 0.5, alpha=0.1)])]
    [6, 5]
    """
    return [plan_answers(design) for design in designs]


def _invitations(answers: int, response: Share | None) -> tuple[int, int, int] | tuple[None, None, None]:
    if response is None:
        return None, None, None
    limits = response.interval()
    at_rate = ceil(Fraction(answers * response.base, response.count))
    return at_rate, ceil(answers / limits.upper), ceil(answers / limits.lower)
