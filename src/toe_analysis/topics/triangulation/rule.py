"""When a strand of the study speaks, and what two strands say together: a rule that is stated, not felt."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

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


def weigh(shares: pd.DataFrame, mark: float | pd.Series, smallest_base: int) -> np.ndarray:
    """Hold the intervals of shares against a mark: ``above``, ``below``, ``unclear`` or ``too_few``.

    Examples
    --------
    Eight of 15 firms: Wilson's interval from 30 to 75 % lies above a quarter. Two of 15 could be a third.

    >>> shares = pd.DataFrame({"base": [15, 15], "lower": [0.30, 0.04], "upper": [0.75, 0.38]})
    >>> weigh(shares, 0.25, 10).tolist()
    ['above', 'unclear']
    """
    lies = [shares["base"] < smallest_base, shares["lower"] > mark, shares["upper"] < mark]
    return np.select(lies, ["too_few", "above", "below"], "unclear")


def stance(speaks_for: ArrayLike, speaks_against: ArrayLike) -> np.ndarray:
    """Return the stances of a strand: ``for``, ``against``, ``both`` or ``silent``.

    >>> stance([True, False], [True, False]).tolist()
    ['both', 'silent']
    """
    found = [np.logical_and(speaks_for, speaks_against), speaks_for, speaks_against]
    return np.select(found, ["both", "for", "against"], "silent")


def verdict(survey: np.ndarray, interviews: np.ndarray) -> np.ndarray:
    """Join the stances of the two strands.

    A strand that speaks both ways agrees with nobody.

    >>> verdict(np.array(["for", "against", "silent"]), np.array(["for", "for", "for"])).tolist()
    ['converge', 'differ', 'only_interviews']
    """
    is_quiet, are_quiet = survey == "silent", interviews == "silent"
    found = [is_quiet & are_quiet, are_quiet, is_quiet, (survey == interviews) & (survey != "both")]
    return np.select(found, ["neither", "only_survey", "only_interviews", "converge"], "differ")


def judge(evidence: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return what the rule finds in the evidence of `toe_analysis.topics.triangulation.results.gather`.

    Returns
    -------
    pandas.DataFrame
        With the same index: ``mark``, the rule's where a measure has none of its own; how the share ``weighs``
        (`weigh`, or ``not_asked``); and of the theme or conclusion ``survey_says``, ``interviews_say`` and ``verdict``.
        A measure for that lies below the mark speaks against; one against that lies below says nothing.
    """
    about, counts, questions = (evidence[name].to_numpy(object) for name in ("about", "counts", "questions"))
    mark = evidence["mark"].fillna(rule.mark).where(questions != "")
    weighs = np.where(questions == "", "not_asked", weigh(evidence, mark, rule.smallest_base))
    speaks_for = (counts == "for") & (weighs == "above")
    speaks_against = (counts == "for") & (weighs == "below") | (counts == "against") & (weighs == "above")
    survey = stance(*(np.isin(about, about[one]) for one in (speaks_for, speaks_against)))
    interviews = stance(*(evidence[name] >= rule.interviews for name in ("interviews", "interviews_against")))
    said = {"survey_says": survey, "interviews_say": interviews, "verdict": verdict(survey, interviews)}
    return pd.DataFrame({"mark": mark, "weighs": weighs} | said)
