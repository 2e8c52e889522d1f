"""Weights that make those who answered look like the frame in what is known of it, and what they cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import frexp, fsum, ldexp, sqrt

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from toe_analysis.statistics._checks import each, probability, real_number, sequence, shown, whole_number
from toe_analysis.statistics.shares import Interval, Result, Share

_ROUNDS = 1000
_CLOSE = 1e-10


@dataclass(frozen=True)
class WeightedShare(Result):
    """A share of firms with weights.

    Parameters
    ----------
    value : float
        Weighted share.
    base : int
        Firms that answered.
    effective_base : float
        Firms without weights that would tell as much (Kish).
    """

    value: float
    base: int
    effective_base: float

    @property
    def design_effect(self) -> float:
        """How many times as many answers the weights make necessary."""
        return self.base / self.effective_base

    def interval(self, *, confidence: float = 0.95) -> Interval:
        """Clopper and Pearson's interval at the effective base (Korn and Graubard 1998)."""
        confidence = probability(confidence, "confidence", open_ends=True)
        with_it = self.value * self.effective_base
        lower, upper = proportion_confint(with_it, self.effective_base, 1 - confidence, "beta")
        return Interval(float(lower), float(upper), confidence, "korn_graubard")

    def to_row(self, *, confidence: float = 0.95) -> dict[str, object]:
        """Return share, bases, design effect and interval by the names of a table's columns."""
        row = {"share": self.value, "base": self.base, "effective_base": self.effective_base}
        return row | {"design_effect": self.design_effect} | vars(self.interval(confidence=confidence))


def poststratify(labels: Mapping[str, object], margins: Mapping[str, Mapping[object, int]]) -> np.ndarray:
    r"""Weights under which the firms that answered have the known margins of the frame.

    Parameters
    ----------
    labels : mapping of str to sequence
        For each variable (size, say) the class of every firm that answered.
    margins : mapping of str to mapping
        For each variable the number of firms of the frame in each class. All sum to the same total.

    Returns
    -------
    ndarray of float, shape (firms,)
        Weights that sum to the frame's total: with one variable the firms of the frame over those that answered in the
        class (post-stratification), with several found by raking.

    Raises
    ------
    ValueError
        If variables, classes or lengths do not fit, nobody of a class answered, or no weights meet all margins.

    Notes
    -----
    Raking scales the weights to one margin after the other until all fit. It corrects only for what the variables
    explain: within a class those who answered are taken to be like the others.

    References
    ----------
    Deming WE, Stephan FF (1940). On a least squares adjustment of a sampled frequency table when the expected marginal
    totals are known. Annals of Mathematical Statistics 11, 427-444.

    Examples
    --------
    Three firms of 10 small ones answered, and one of 2 large ones:

    >>> poststratify({"size": ["small", "small", "small", "large"]}, {"size": {"small": 9, "large": 2}}).tolist()
    [3.0, 3.0, 3.0, 2.0]
    """
    if not set(labels) or set(labels) != set(margins):
        raise ValueError(f"labels and margins must have the same variables, got {list(labels)} and {list(margins)}")
    groups = [_groups(name, labels[name], margins[name]) for name in labels]
    firms, totals = {len(place) for place, _ in groups}, {float(wanted.sum()) for _, wanted in groups}
    if len(firms) != 1 or len(totals) != 1:
        raise ValueError(
            f"labels must be equally long and margins of one total, got lengths {sorted(firms)} and totals "
            f"{sorted(totals)}"
        )
    weights = np.ones(firms.pop())
    for _ in range(_ROUNDS):
        for place, wanted in groups:
            weights *= (wanted / np.bincount(place, weights, minlength=len(wanted)))[place]
        if all(np.allclose(np.bincount(place, weights), wanted, rtol=_CLOSE, atol=0) for place, wanted in groups):
            return weights
    raise ValueError(f"margins must fit together: after {_ROUNDS} rounds the weights still do not meet all of them")


def weighted_share(has_property: object, weights: object) -> WeightedShare:
    r"""Share of the firms with a property, with weights.

    Parameters
    ----------
    has_property : sequence of bool
    weights : sequence of float
        One a firm, above 0; their scale does not matter.

    Raises
    ------
    ValueError
        If the two are empty or differ in length, or a value is no truth or no weight.

    Notes
    -----
    The effective base is :math:`(\sum w)^2 / \sum w^2`. It takes weights that have nothing to do with the property; it
    is on the safe side where they have, which is when weighting pays.

    References
    ----------
    Kish L (1965). Survey Sampling. Wiley.
    Korn EL, Graubard BI (1998). Confidence intervals for proportions with small expected number of positive counts
    estimated from survey data. Survey Methodology 24, 193-201.

    Examples
    --------
    Of weights 3, 1, 1 and 1 the first firm has half, and (3 + 1 + 1 + 1) ** 2 / (9 + 1 + 1 + 1) = 3:

    >>> found = weighted_share([True, False, False, False], [3, 1, 1, 1])
    >>> found.value, found.effective_base
    (0.5, 3.0)
    """
    truths = sequence(has_property, "has_property")
    found = each(real_number, weights, "weights")
    if len(truths) != len(found) or not found:
        raise ValueError(f"has_property and weights must be equally long, got {len(truths)} and {len(found)} values")
    for place, (truth, weight) in enumerate(zip(truths, found, strict=True)):
        if not isinstance(truth, bool | np.bool_):
            raise ValueError(f"has_property[{place}] must be True or False, got {shown(truth)}")
        if weight <= 0:
            raise ValueError(f"weights[{place}] must be above 0, got {weight}")
    largest = frexp(max(found))[1]
    parts = [ldexp(weight, -largest) for weight in found]  # no more than 1, so that no square is too large
    total, with_it = fsum(parts), fsum(part for part, truth in zip(parts, truths, strict=True) if truth)
    return WeightedShare(with_it / total, len(found), total**2 / fsum(part**2 for part in parts))


def effective_share(value: float, base: int, *, design_effect: float = 1.0) -> Share:
    """Return a published weighted share as the count out of a base that it is worth.

    Parameters
    ----------
    value : float
        The share, between 0 and 1.
    base : int
        Firms behind it, at least 1.
    design_effect : float
        How many times as many answers its weights made necessary; at least 1, which is a plain random sample.

    Returns
    -------
    Share
        For `compare_shares`: the base over the design effect, rounded down, and the count nearest to the share.

    Raises
    ------
    ValueError
        If a number is out of its range, or nothing is left of the base.

    References
    ----------
    Kish L (1965). Survey Sampling. Wiley.

    Examples
    --------
    17.27 % of 4,000 firms whose weights cost half of them: 345 of 2,000.

    >>> effective_share(0.1727, 4000, design_effect=2)
    Share(count=345, base=2000)
    """
    value, base = probability(value, "value"), whole_number(base, "base", least=1)
    design_effect = real_number(design_effect, "design_effect")
    if not 1 <= design_effect <= base:
        raise ValueError(f"design_effect must lie between 1 and the base of {base}, got {design_effect}")
    effective = int(base / Fraction(str(design_effect)))  # a float may fall short of a whole quotient
    return Share(round(value * effective), effective)


def r_indicator(answered: object, frame: object) -> float:
    r"""How alike the response rates of known classes are: 1 if they are the same, less the more they differ.

    Parameters
    ----------
    answered, frame : sequence of int
        Firms that answered, and firms of the frame, in each class, in the same order.

    Returns
    -------
    float
        At most 1; about 0, a little below, if half of the frame is in classes that all answered and half in classes
        where nobody did.

    Raises
    ------
    ValueError
        If the two differ in length, a class has more answers than firms, or there are fewer than two firms.

    Notes
    -----
    :math:`R = 1 - 2 S`, with S the standard deviation over the frame of the response rates :math:`\rho_h`,
    :math:`S^2 = \sum_h N_h (\rho_h - \bar\rho)^2 / (N - 1)`. It sees only the classes it is given, and falls below 1 by
    chance alone where they are small: `exact_test` of answered against silent firms says whether by more.

    References
    ----------
    Schouten B, Cobben F, Bethlehem J (2009). Indicators for the representativeness of survey response. Survey
    Methodology 35, 101-113.

    Examples
    --------
    One of 5 small and 4 of 5 large firms answered: rates of 0.2 and 0.8 about 0.5, S ** 2 = 10 * 0.09 / 9 = 0.1.

    >>> round(r_indicator([1, 4], [5, 5]), 4), round(1 - 2 * 0.1**0.5, 4)
    (0.3675, 0.3675)
    """
    counts, firms = each(whole_number, answered, "answered"), each(whole_number, frame, "frame")
    if len(counts) != len(firms) or any(count > size for count, size in zip(counts, firms, strict=False)):
        raise ValueError(f"answered must not exceed frame in any class, got {shown(counts)} of {shown(firms)}")
    total = sum(firms)
    if total < 2:
        raise ValueError(f"frame must hold at least two firms, got {total}")
    mean = sum(counts) / total
    spread = sum(size * (count / size - mean) ** 2 for count, size in zip(counts, firms, strict=True) if size)
    return 1 - 2 * sqrt(spread / (total - 1))


def _groups(name: str, labels: object, margin: Mapping[object, int]) -> tuple[np.ndarray, np.ndarray]:
    """Place of each firm's class, and the firms of the frame in each class."""
    wanted = {label: whole_number(firms, f"margins[{name!r}][{label!r}]") for label, firms in margin.items()}
    wanted = {label: firms for label, firms in wanted.items() if firms}
    found = sequence(labels, f"labels[{name!r}]")
    if not found:
        raise ValueError(f"labels[{name!r}] must hold the class of each firm that answered, got none")
    places = {label: place for place, label in enumerate(wanted)}
    if other := [label for label in found if label not in places]:
        raise ValueError(f"labels[{name!r}] must be classes of the frame that hold firms, got {shown(other[0])}")
    if missing := [label for label in places if label not in set(found)]:
        raise ValueError(f"margins[{name!r}]: nobody of {shown(missing[0])} answered; merge it with a neighbour")
    return np.array([places[label] for label in found]), np.array([float(firms) for firms in wanted.values()])
