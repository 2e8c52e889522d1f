"""What those who did not answer would have to be like for a conclusion to turn."""

from dataclasses import dataclass
from math import nan

from toe_analysis.statistics._checks import probability, whole_number
from toe_analysis.statistics.shares import Share


@dataclass(frozen=True)
class TippingPoint:
    """What those who did not answer would have to be like for the share of all to equal a baseline.

    Parameters
    ----------
    observed : Share
        Among those who answered.
    unseen : int
        Firms that did not answer.
    baseline : float
        The share to be reached.
    share : float
        The share among the unseen at which it is; below 0 or above 1 if whatever they are like cannot do it.
    response_ratio : float
        How much likelier firms with the property then were to answer than firms without it; NaN if `share` is
        impossible or no firm, or every firm, has the property.
    """

    observed: Share
    unseen: int
    baseline: float
    share: float
    response_ratio: float

    @property
    def possible(self) -> bool:
        """Whether the unseen can turn the conclusion at all."""
        return 0 <= self.share <= 1


def share_of_all(observed: Share, unseen: int, share: float) -> float:
    """Share among all firms, if the unseen have the given one.

    >>> share_of_all(Share(1, 2), 2, 0.0)
    0.25
    """
    return (observed.count + probability(share, "share") * unseen) / (observed.base + unseen)


def tipping_point(observed: Share, unseen: int, baseline: float) -> TippingPoint:
    """Find the share among those who did not answer at which the share of all equals the baseline.

    Parameters
    ----------
    observed : Share
        Among those who answered.
    unseen : int
        Firms that did not answer; at least 1.
    baseline : float
        Between 0 and 1.

    Returns
    -------
    TippingPoint

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    One of 4 firms that answered uses AI; 4 did not answer. If 3 of those do, half of all do. Then 1 of 4 users
    answered and 3 of 4 others, a third as often:

    >>> found = tipping_point(Share(1, 4), 4, 0.5)
    >>> found.share, round(found.response_ratio, 4)
    (0.75, 0.3333)
    """
    unseen, baseline = whole_number(unseen, "unseen", least=1), probability(baseline, "baseline")
    everyone = observed.base + unseen
    share = (baseline * everyone - observed.count) / unseen
    others = observed.base - observed.count
    ratio = nan
    if 0 <= share <= 1 and 0 < baseline < 1 and others:
        ratio = (observed.count / baseline) / (others / (1 - baseline))
    return TippingPoint(observed, unseen, baseline, share, ratio)
