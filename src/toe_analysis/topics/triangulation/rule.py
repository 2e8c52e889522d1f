"""When a strand of the study speaks, and what two strands say together: a rule that is stated, not felt."""

from collections.abc import Iterable
from dataclasses import dataclass

from toe_analysis.statistics import Interval, Share

VERDICTS = ("converge", "differ", "only_survey", "only_interviews", "neither")


@dataclass(frozen=True)
class Rule:
    """When a strand speaks.

    Parameters
    ----------
    mark : float
        A survey share is above it when its whole interval is, and below it when its whole interval is. A link
        may have a mark of its own.
    smallest_base : int
        Firms a share must rest on to be weighed at all.
    interviews : int
        Interviews in which the units must stand.
    """

    mark: float = 0.25
    smallest_base: int = 10
    interviews: int = 3


def verdict(survey: str, interviews: str) -> str:
    """Join the stances of the two strands.

    A strand that speaks both ways agrees with nobody.

    >>> verdict("for", "for"), verdict("against", "for"), verdict("silent", "for")
    ('converge', 'differ', 'only_interviews')
    """
    if "silent" in (survey, interviews):
        silent = {"survey": survey == "silent", "interviews": interviews == "silent"}
        speaks = [name for name, is_silent in silent.items() if not is_silent]
        return f"only_{speaks[0]}" if speaks else "neither"
    return "converge" if survey == interviews != "both" else "differ"


def weigh(limits: Interval, base: int, mark: float, smallest_base: int) -> str:
    """Hold the interval of a share against a mark: ``above``, ``below``, ``unclear`` or ``too_few``.

    Eight of 15 firms: Wilson's interval from 30 to 75 % lies above a quarter. Two of 15 could be a third.

    >>> weigh(Share(8, 15).interval(), 15, 0.25, 10), weigh(Share(2, 15).interval(), 15, 0.25, 10)
    ('above', 'unclear')
    """
    if base < smallest_base:
        return "too_few"
    return "above" if limits.lower > mark else "below" if limits.upper < mark else "unclear"


def survey_stance(weighed: Iterable[tuple[str, str]]) -> str:
    """Return what the survey's measures say together.

    Parameters
    ----------
    weighed : iterable of (str, str)
        How a measure counts (``for``, ``against`` or ``context``) and what `weigh` found. A measure for that lies below
        the mark speaks against; one against that lies below says nothing.

    >>> survey_stance([("for", "above"), ("context", "below")]), survey_stance([("for", "below")])
    ('for', 'against')
    """
    found = set(weighed)
    return stance(("for", "above") in found, bool({("for", "below"), ("against", "above")} & found))


def stance(speaks_for: bool, speaks_against: bool) -> str:
    """Return the stance of a strand: ``for``, ``against``, ``both`` or ``silent``.

    >>> stance(True, True), stance(False, False)
    ('both', 'silent')
    """
    if speaks_for:
        return "both" if speaks_against else "for"
    return "against" if speaks_against else "silent"


def speaking_counts(base: int, rule: Rule, *, confidence: float = 0.95) -> tuple[list[int], list[int]]:
    """Return the counts out of a base at which the survey says yes, and those at which it says no.

    Eight of 15 are the fewest whose interval lies above a quarter, and only none of 15 lies below:

    >>> yes, no = speaking_counts(15, Rule())
    >>> min(yes), no
    (8, [0])
    """
    found = {"above": [], "below": []}
    for count in range(base + 1):
        limits = Share(count, base).interval(confidence=confidence)
        found.get(weigh(limits, base, rule.mark, rule.smallest_base), []).append(count)
    return found["above"], found["below"]
