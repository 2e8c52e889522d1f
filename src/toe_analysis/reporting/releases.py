"""Which tables of a private run may be published, and how they look when small counts are hidden."""

from collections.abc import Sequence

import pandas as pd

from toe_analysis.statistics import Share
from toe_analysis.survey import MISSING, STATUS_RULES, STATUSES, Questionnaire

#: The columns of the firms that a table may be by. Nothing else about a firm is ever released.
DECLARED = {"wave": ("wave",), "status": ("status",), "size": ("size",), "size_by_status": ("status", "size")}

#: Only groups of firms of at least this many minimum counts are worth a table of their answers.
_WORTH = 2

NO_ANSWER, CHOSEN, NOT_CHOSEN, NOT_ASKED = "no_answer", "chosen", "not_chosen", "not_asked"


def release_tables(responses: pd.DataFrame, questionnaire: Questionnaire, *, minimum: int = 5) -> list[pd.Series]:
    """Count the firms for every table that a release declares.

    Those are the tables of `DECLARED`, and for each closed question that identifies nobody its answers by status,
    where everyone is asked or the AI status alone decides who is. A question behind another question is left out:
    its base would tell that one's counts.

    Parameters
    ----------
    responses : pandas.DataFrame
        A row a firm, as `toe_analysis.survey.read_responses` gives them.
    questionnaire : Questionnaire
    minimum : int
        The smallest count that will be shown; groups of fewer than twice as many firms get no table of answers.

    Returns
    -------
    list of pandas.Series
        As `toe_analysis.reporting.disclosure.protect` takes them. A table of answers is named ``q35: option``, or
        ``q36`` for a single choice.
    """
    tables = [_counts(responses, name, columns) for name, columns in DECLARED.items()]
    for question in questionnaire:
        asked = [status for status in STATUSES if _is_asked(question, status)]
        if question.type not in ("single", "multi") or question.privacy or question.id in _STATUS_QUESTIONS | {"q03"}:
            continue
        if question.id not in responses or not asked or responses["status"].isin(asked).sum() < _WORTH * minimum:
            continue
        answers = responses[question.id].mask(~responses["status"].isin(asked), NOT_ASKED)
        if question.type == "single":
            answers = answers.mask(answers.isin(MISSING), NO_ANSWER)
            classes = [*question.options, *([NO_ANSWER] if (answers == NO_ANSWER).any() else [])]
            tables.append(_answers(responses, question.id, answers, classes, asked))
            continue
        for option in question.options:
            has_it = answers.str.split(";").map(lambda chosen, option=option: option in chosen)
            values = has_it.map({True: CHOSEN, False: NOT_CHOSEN}).mask(answers == NOT_ASKED, NOT_ASKED)
            tables.append(_answers(responses, f"{question.id}: {option}", values, [CHOSEN, NOT_CHOSEN], asked))
    return tables


_STATUS_QUESTIONS = {question for answers in STATUS_RULES.values() for question in answers}


def _is_asked(question: object, status: str) -> bool:
    rule = question.asked_when
    return rule is None or STATUS_RULES[status].get(rule.question) == rule.option


def _counts(responses: pd.DataFrame, name: str, columns: Sequence[str]) -> pd.Series:
    classes = [_classes(responses, column) for column in columns]
    index = pd.MultiIndex.from_product(classes, names=columns)
    return responses.value_counts(list(columns)).reindex(index, fill_value=0).rename(name)


def _answers(
    responses: pd.DataFrame, name: str, answers: pd.Series, classes: Sequence[str], asked: Sequence[str]
) -> pd.Series:
    """Count the answers by status; whoever is not asked has one class of its own."""
    labels = [
        (status, answer)
        for status in _classes(responses, "status")
        for answer in (classes if status in asked else [NOT_ASKED])
    ]
    counted = pd.DataFrame({"status": responses["status"], name: answers}).value_counts()
    return counted.reindex(pd.MultiIndex.from_tuples(labels, names=["status", name]), fill_value=0).rename(name)


def _classes(responses: pd.DataFrame, column: str) -> list[str]:
    found = sorted(responses[column].unique())
    return [status for status in STATUSES if status in found] + [other for other in found if other not in STATUSES]


def released_rows(tables: dict[str, pd.Series], firms: int, basis: str, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return the released tables as one long table, with bases and intervals where nothing is hidden.

    Parameters
    ----------
    tables : mapping of str to pandas.Series
        As `toe_analysis.reporting.disclosure.Release` has them.
    firms : int
        The number of firms in all.
    basis : str
    confidence : float

    Returns
    -------
    pandas.DataFrame
        ``table``, ``group``, ``class``, ``count``, ``base``, ``share``, ``lower``, ``upper``, ``confidence``,
        ``method``, ``shown`` ("yes" or "hidden") and ``basis``. Base of a count by status is that status's count.
    """
    rows = []
    statuses = tables.get("status")
    for name, table in tables.items():
        for label, count in table.items():
            *group, own = label if isinstance(label, tuple) else (label,)
            if own == NOT_ASKED:
                continue
            base = firms
            if group:
                base = pd.NA if statuses is None else statuses[group[0]]
            row = {"table": name, "group": group[0] if group else "", "class": own, "count": count, "base": base}
            if not (pd.isna(count) or pd.isna(base)) and base:
                row |= Share(int(count), int(base)).to_frame(confidence=confidence).iloc[0].to_dict()
            rows.append(row | {"shown": "hidden" if pd.isna(count) else "yes", "basis": basis})
    columns = ["table", "group", "class", "count", "base", "share", "lower", "upper", "confidence", "method", "shown"]
    frame = pd.DataFrame(rows).reindex(columns=[*columns, "basis"])
    return frame.astype({"count": "Int64", "base": "Int64"})
