"""Where a firm stands with AI: the status that a study's rules give it."""

from functools import reduce
from operator import and_

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.survey.facts.study import Study

DONT_KNOW = "dont_know"

#: What to do with a firm that does not know what decides its status (a report seldom says).
DONT_KNOW_RULES = {
    "exclude": "left out of the analysis, with a reason",
    "own_group": "kept as a group of its own",
    "as_no": "treated like the answer that the study names: the firm's later answers decide",
}


def classify(answers: pd.DataFrame, study: Study, *, dont_know: str = "exclude") -> pd.Series:
    """Give every firm its status.

    Parameters
    ----------
    answers : pandas.DataFrame
        A row a firm, a column a question id; missing answers are None.
    study : Study
    dont_know : {"exclude", "own_group", "as_no"}
        What it means not to know; see `DONT_KNOW_RULES`.

    Returns
    -------
    pandas.Series
        The name of a status, or ``dont_know``, or None where the answers cannot tell.

    Raises
    ------
    InputError
        As `taken_as` does.

    Examples
    --------
    >>> from toe_analysis.survey.facts.questionnaire import Condition, Question, Questionnaire
    >>> from toe_analysis.survey.facts.study import Sizes, Status
    >>> asked = Questionnaire((Question("q01", "Bruger I AI?", "single", ("Ja", "Nej")),))
    >>> rules = (Status("user", (Condition("q01", ("Ja",)),)), Status("other", (Condition("q01", ("Nej",)),)))
    >>> study = Study("x", 2025, {}, {}, asked, rules, Sizes(1, 9, "1-4,5-9"))
    >>> classify(pd.DataFrame({"q01": ["Ja", "Nej", None]}), study).tolist()
    ['user', 'other', None]
    """
    columns = taken_as(answers.reindex(columns=list(study.questionnaire.ids)), study, dont_know)
    status = pd.Series(None, index=answers.index, dtype=object)
    for one in reversed(study.statuses):
        status[reduce(and_, (condition.holds(columns) for condition in one.rule))] = one.name
    if study.dont_know:
        status[study.dont_know.holds(columns)] = DONT_KNOW
    return status.where(status.notna(), None)


def taken_as(answers: pd.DataFrame, study: Study, dont_know: str) -> pd.DataFrame:
    """Return the answers as a rule of `DONT_KNOW_RULES` takes them: not to know may be as good as another answer.

    Raises
    ------
    InputError
        If `dont_know` is no known rule, or is ``as_no`` and the study does not say what not to know is taken for.
    """
    if dont_know not in DONT_KNOW_RULES:
        raise InputError(f"dont_know: expected one of {', '.join(DONT_KNOW_RULES)}, found {dont_know!r}")
    if dont_know != "as_no" or not study.dont_know:
        return answers
    if not study.like:
        raise InputError(
            "study.toml, dont_know, like: expected the answer that not to know is taken for under the rule as_no, "
            "found nothing"
        )
    asked = study.dont_know.question
    return answers.assign(**{asked: answers[asked].mask(study.dont_know.holds(answers), study.like)})


def status_order(text: str, study: Study) -> tuple[str, ...]:
    """Read an order of statuses, from far away to close; the study's own where nothing is said.

    Parameters
    ----------
    text : str
        Two or more statuses, with commas between them, or nothing.
    study : Study

    Raises
    ------
    InputError
        If a word is no status, stands twice, or stands alone.
    """
    order = tuple(part.strip() for part in text.split(",")) if text else study.order
    known = study.status_names
    if not set(order) <= set(known) or len(set(order)) != len(order) or len(order) < 2:
        raise InputError(f"order: expected two or more of {', '.join(known)}, each once, found {text!r}")
    return order
