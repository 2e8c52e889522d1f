"""Who is asked what: the routing rules applied to answers, and as a tree to draw."""

from dataclasses import dataclass

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.survey.facts.questionnaire import Condition, Questionnaire

ROUTINGS = ("printed", "narrow")


def shown(
    questionnaire: Questionnaire,
    answers: pd.DataFrame,
    *,
    routing: str = "printed",
) -> pd.DataFrame:
    """Tell for every firm and question whether the firm was asked.

    A question counts as shown when its rule holds and the question that the rule looks at was itself shown, so an
    answer given where the firm was routed past opens nothing.

    Parameters
    ----------
    questionnaire : Questionnaire
    answers : pandas.DataFrame
        A row a firm, a column a question id; missing answers are None.
    routing : {"printed", "narrow"}
        ``narrow`` takes the narrower rule where the report leaves one possible.

    Returns
    -------
    pandas.DataFrame
        Booleans, shaped like `answers`.

    Raises
    ------
    InputError
        If `routing` is unknown.

    Examples
    --------
    >>> from toe_analysis.survey.facts.questionnaire import Question
    >>> first = Question("q01", "AI i dag?", "single", ("Ja", "Nej"))
    >>> why = Question("q02", "Hvorfor?", "top3", asked_when=Condition("q01", ("Ja",)))
    >>> answers = pd.DataFrame({"q01": ["Ja", "Nej"], "q02": ["Pris", None]})
    >>> shown(Questionnaire((first, why)), answers)["q02"].tolist()
    [True, False]
    """
    if routing not in ROUTINGS:
        raise InputError(f"routing: expected one of {', '.join(ROUTINGS)}, found {routing!r}")
    found: dict[str, pd.Series] = {}
    opened: dict[Condition | None, pd.Series] = {None: pd.Series(True, index=answers.index)}
    for question in questionnaire:
        rule = question.condition(routing)
        if rule not in opened:
            opened[rule] = found[rule.question] & rule.holds(answers)
        found[question.id] = opened[rule]
    return pd.DataFrame(found, index=answers.index)


@dataclass(frozen=True)
class Branch:
    """Questions that stand one after the other under the same rule.

    Parameters
    ----------
    rule : Condition or None
        None for what everyone is asked.
    questions : tuple of str
        Ids in order.
    inferred : bool
        Whether the rule is our reading.
    depth : int
        How many rules stand above; 0 for everyone.
    """

    rule: Condition | None
    questions: tuple[str, ...]
    inferred: bool
    depth: int


def branches(questionnaire: Questionnaire) -> tuple[Branch, ...]:
    """Return the routing tree from top to bottom, a branch below the question that opens it.

    Examples
    --------
    >>> from toe_analysis.survey.facts.questionnaire import Question
    >>> first = Question("q01", "AI i dag?", "single", ("Ja", "Nej"))
    >>> why = Question("q02", "Hvorfor?", "top3", asked_when=Condition("q01", ("Ja",)), routing_source="inferred")
    >>> last = Question("q03", "Andet?", "text")
    >>> [(branch.questions, branch.depth) for branch in branches(Questionnaire((first, why, last)))]
    [(('q01',), 0), (('q02',), 1), (('q03',), 0)]
    """
    depth: dict[str, int] = {}
    found: list[Branch] = []
    for question in questionnaire:
        rule = question.asked_when
        depth[question.id] = 0 if rule is None else depth[rule.question] + 1
        for place, branch in enumerate(found):
            # Everyone's questions before and after the branches are two boxes; those of a rule are always one.
            if branch.rule == rule and (rule is not None or place == len(found) - 1):
                found[place] = Branch(rule, (*branch.questions, question.id), branch.inferred, branch.depth)
                break
        else:
            inferred = question.routing_source.startswith("inferred")
            found.append(Branch(rule, (question.id,), inferred, depth[question.id]))
    return tuple(found)
