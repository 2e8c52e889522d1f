"""The sentences that read the triangulation, filled from its tables."""

import pandas as pd

from toe_analysis.showing.words import join, say
from toe_analysis.statistics import Share
from toe_analysis.survey import weakest
from toe_analysis.topics.triangulation.results import Rule, weigh

_THEY = {"for": "speak for", "against": "speak against", "both": "speak both ways", "silent": "do not speak"}


def told_once(display: pd.DataFrame) -> pd.DataFrame:
    """Return a joint display for a reader: what both strands say stands once, in the row that is weighed.

    Where only the survey speaks and speaks against, the verdict becomes ``only_survey_no``.
    """
    said = ["units", "interviews", "verdict", "basis"]
    no = (display["verdict"] == "only_survey") & (display["survey_says"] == "against")
    display = display.assign(verdict=display["verdict"].mask(no, "only_survey_no"))
    return display.assign(**display[said].astype(object).mask(display["counts"] == "context", ""))


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


def reach_text(display: pd.DataFrame, rule: Rule, *, confidence: float = 0.95) -> str:
    """Say how many firms it takes before the survey speaks, at the base that most of the weighed measures have.

    >>> reach_text(pd.DataFrame({"counts": ["for"], "base": [15], "share_basis": ["illustrative"]}), Rule())
    'With 15 firms the survey says yes only from 8, and no only at 0 (that there are 15 is illustrative).'
    """
    weighed = display[(display["counts"] != "context") & (display["base"] > 0)]
    if weighed.empty:
        return "The survey has no answers to weigh."
    base = int(weighed["base"].mode().iloc[0])
    basis = weakest(weighed.loc[weighed["base"] == base, "share_basis"])
    yes, no = speaking_counts(base, rule, confidence=confidence)
    says_yes = f"says yes only from {min(yes)}" if yes else "never says yes"
    says_no = "never no" if not no else f"no only at {'' if max(no) == 0 else 'up to '}{max(no)}"
    return f"With {base} firms the survey {says_yes}, and {says_no} (that there are {base} is {basis})."


def staying_text(sensitivity: pd.DataFrame, says: pd.DataFrame) -> str:
    """Say which verdicts no single threshold turns, and what the two sides say there.

    Parameters
    ----------
    sensitivity : pandas.DataFrame
        From `toe_analysis.topics.triangulation.results.sensitivity`, with ``label_en``.
    says : pandas.DataFrame
        ``about``, ``survey_says`` and ``interviews_say``.
    """
    firm = sensitivity[sensitivity["turned_by"] == ""]
    labels = [f"“{label}”" for label in firm["label_en"]]
    text = f"**{len(firm)} of {len(sensitivity)} verdicts stay whatever single threshold is moved**"
    text += f": {join(labels, 'en')}" if labels else ""
    text = f"{text} ({weakest(sensitivity['basis'])})."
    says = says.drop_duplicates("about").set_index("about")
    told = [
        f"on {label} the survey {say('stance.' + says.loc[about, 'survey_says'], 'en')}, and the interviews "
        f"{_THEY[says.loc[about, 'interviews_say']]}"
        for about, label in zip(firm["about"], labels, strict=True)
    ]
    return f"{text} What stays is the verdict, not the conclusion: {'; '.join(told)}." if told else text
