"""How likely a study is to find a difference, and how many answers and invitations the next one needs for it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import ceil, nan

import numpy as np
import pandas as pd

from toe_analysis.statistics._checks import one_of, probability, sequence, shown, whole_number
from toe_analysis.statistics._rejection import false_alarm_chances, fixed_rejection_chances, rejection_chance
from toe_analysis.statistics._ties import at_most
from toe_analysis.statistics.comparisons import ALTERNATIVES
from toe_analysis.statistics.shares import Share, as_share

TESTS = ("exact", "mid_p")
#: Enumerating pairs of counts takes seconds and a gigabyte here.
LARGEST_BASE = 100_000
#: Power counts as held when it has held for as many answers again as it took to get there, and this many more.
_MARGIN = 20
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
        if self.part == 0:
            raise ValueError("part must be above 0, got 0")

    @property
    def method(self) -> str:
        """Name of the test."""
        name = "binomial" if self.baseline_base is None else "fisher"
        return name if self.test == "exact" else f"{name}_mid_p"

    def power_at(self, answers: int) -> float:
        """Exact power with so many answers of the firms compared."""
        block, place = divmod(whole_number(answers, "answers", most=LARGEST_BASE), _AT_ONCE)
        return float(self._powers(block)[place])

    def _powers(self, block: int) -> np.ndarray:
        given = self.true_share, self.baseline_base, self.baseline_share, self.alpha, self.alternative
        return _powers(block, *given)[TESTS.index(self.test)]


#: Both tests and every target of power ask for the same numbers.
@lru_cache(maxsize=10_000)
def _powers(
    block: int, share: float, base: int | None, baseline_share: float, alpha: float, alternative: str
) -> np.ndarray:
    """Power of the exact test and of its mid-p (rows) at each number of answers of a block."""
    answers = range(block * _AT_ONCE, (block + 1) * _AT_ONCE)
    rules = {"alpha": alpha, "alternative": alternative}
    if base is None:
        return np.transpose(fixed_rejection_chances(answers, share, baseline_share, **rules))
    return np.transpose([rejection_chance(number, share, base, baseline_share, **rules) for number in answers])


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

    Raises
    ------
    ValueError
        If `design` is no `Design`.

    Examples
    --------
    All firms use AI, where half are expected. Five heads in a row have p = 2/32, six have 2/64:

    >>> plan_answers(Design(1.0, 0.5)).first
    6
    """
    if not isinstance(design, Design):
        raise ValueError(f"design must be a Design, got {shown(design)}")
    powers, tried = _search(design)
    reached = at_most(design.power, powers)
    first = int(reached.argmax()) if reached.any() else None
    if first is None or not reached[tried]:
        return Plan(design, first, None, tried, float(powers.max()), nan, None, None, None, None)
    enough = tried - int(reached[::-1].argmin()) + 1
    size = _true_level(design, enough)
    answers = ceil(Fraction(enough) / Fraction(str(design.part)))
    invited = _invitations(answers, design.response)
    return Plan(design, first, enough, tried, float(powers[enough]), size, answers, *invited)


def _search(design: Design) -> tuple[np.ndarray, int]:
    """Return the power at 0, 1, 2, ... answers up to the largest number tried, and that number."""
    powers = np.zeros(0)
    while True:
        powers = np.append(powers, design._powers(len(powers) // _AT_ONCE))
        powers[0] = 0.0
        numbers = np.arange(len(powers))
        last_below = np.maximum.accumulate(np.where(at_most(design.power, powers), 0, numbers))
        done = numbers >= np.minimum(2 * last_below + _MARGIN, design.largest)
        if done.any():
            tried = int(done.argmax())
            return powers[: tried + 1], tried


def _true_level(design: Design, answers: int) -> float:
    given = design.alpha, design.alternative
    if design.baseline_base is None:  # there is one share without a difference
        return replace(design, true_share=design.baseline_share).power_at(answers)
    return _largest_levels(answers, design.baseline_base, *given)[TESTS.index(design.test)]


@lru_cache(maxsize=10_000)
def _largest_levels(answers: int, base: int, alpha: float, alternative: str) -> tuple[float, float]:
    return false_alarm_chances(answers, base, alpha=alpha, alternative=alternative)


def plan_all(designs: Sequence[Design]) -> list[Plan]:
    """Work out many designs, in their order.

    Parameters
    ----------
    designs : sequence of Design

    Raises
    ------
    ValueError
        If one of them is no `Design`.

    Examples
    --------
    >>> [plan.first for plan in plan_all([Design(1.0, 0.5), Design(1.0, 0.5, alpha=0.1)])]
    [6, 5]
    """
    return [plan_answers(design) for design in sequence(designs, "designs")]


def _invitations(answers: int, response: Share | None) -> tuple[int, int, int] | tuple[None, None, None]:
    if response is None:
        return None, None, None
    limits = response.interval()
    at_rate = ceil(Fraction(answers * response.base, response.count))
    return at_rate, ceil(answers / limits.upper), ceil(answers / limits.lower)


def power_of_comparison(
    n_sample: int, n_baseline: int, share_sample: float, share_baseline: float, *, alpha: float = 0.05
) -> float:
    r"""Power of the two-sided Fisher test of two independent shares, by enumeration.

    Parameters
    ----------
    n_sample, n_baseline : int
        Firms in the two groups, at most 100,000.
    share_sample, share_baseline : float
        True shares, between 0 and 1.
    alpha : float
        Level of the test, strictly between 0 and 1.

    Returns
    -------
    float
        Probability of a p-value of at most `alpha`. A p-value that is `alpha` itself is one, whatever rounding makes
        of it.

    Raises
    ------
    ValueError
        If a number of firms is negative, not whole or too large, a share is not between 0 and 1, or `alpha` not
        strictly so.

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
    n_sample = whole_number(n_sample, "n_sample", most=LARGEST_BASE)
    n_baseline = whole_number(n_baseline, "n_baseline", most=LARGEST_BASE)
    share_sample = probability(share_sample, "share_sample")
    share_baseline = probability(share_baseline, "share_baseline")
    alpha = probability(alpha, "alpha", open_ends=True)
    return rejection_chance(n_sample, share_sample, n_baseline, share_baseline, alpha=alpha, alternative="two-sided")[0]
