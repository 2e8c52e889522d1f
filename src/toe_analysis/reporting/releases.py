"""Which tables of a private run may be published, and how they look when small counts are hidden."""

from collections.abc import Mapping, Sequence

import pandas as pd

from toe_analysis.statistics import Share
from toe_analysis.survey import MISSING, STATUS_RULES, STATUSES, Question, Questionnaire
from toe_analysis.survey.sizes import SIZE_QUESTION
from toe_analysis.survey.status import STATUS_QUESTIONS

#: The columns of the firms that a table may be by. Nothing else about a firm is ever released.
DECLARED = {"wave": ("wave",), "status": ("status",), "size": ("size",), "size_by_status": ("status", "size")}

_OF_FIRMS = {column for columns in DECLARED.values() for column in columns}

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
    order = (*STATUSES, *questionnaire[SIZE_QUESTION].options)
    tables = [_counts(responses, name, columns, order) for name, columns in DECLARED.items()]
    tables = [table for table in tables if len(table) > 1]
    for question in questionnaire:
        asked = [status for status in STATUSES if _is_asked(question, status)]
        known = question.id in (*STATUS_QUESTIONS, SIZE_QUESTION)  # counted by status and by size already
        if question.type not in ("single", "multi") or question.privacy or known:
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


def _is_asked(question: Question, status: str) -> bool:
    rule = question.asked_when
    return rule is None or STATUS_RULES[status].get(rule.question) == rule.option


def _counts(responses: pd.DataFrame, name: str, columns: Sequence[str], order: Sequence[str]) -> pd.Series:
    classes = [_classes(responses[column], order) for column in columns]
    if len(columns) == 1:
        return responses[columns[0]].value_counts().reindex(pd.Index(classes[0], name=columns[0])).rename(name)
    index = pd.MultiIndex.from_product(classes, names=columns)
    return responses.value_counts(list(columns)).reindex(index, fill_value=0).rename(name)


def _answers(
    responses: pd.DataFrame, name: str, answers: pd.Series, classes: Sequence[str], asked: Sequence[str]
) -> pd.Series:
    """Count the answers by status; whoever is not asked has one class of its own."""
    labels = [
        (status, answer)
        for status in _classes(responses["status"], STATUSES)
        for answer in (classes if status in asked else [NOT_ASKED])
    ]
    counted = pd.DataFrame({"status": responses["status"], name: answers}).value_counts()
    return counted.reindex(pd.MultiIndex.from_tuples(labels, names=["status", name]), fill_value=0).rename(name)


def _classes(values: pd.Series, order: Sequence[str]) -> list[str]:
    """Return what occurs, in the given order; what is not in it comes last."""
    found = sorted(values.unique())
    return [known for known in order if known in found] + [other for other in found if other not in order]


def released_frames(
    tables: Mapping[str, pd.Series], firms: int, basis: str, *, confidence: float = 0.95
) -> dict[str, pd.DataFrame]:
    """Return the released tables as they are published, with bases and intervals where nothing is hidden.

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
    dict of str to pandas.DataFrame
        By name; the options of a multi-select are one table, named after the question. The columns of the firms (or
        ``option``), ``count``, ``base``, ``share``, ``lower``, ``upper``, ``confidence``, ``method``, ``shown``
        ("yes" or "hidden") and ``basis``. By status, the base is the status's own count, and hidden if that is.
    """
    statuses = tables.get("status")
    frames: dict[str, list[pd.DataFrame]] = {}
    for name, table in tables.items():
        question, _, option = name.partition(": ")
        names = ["option" if column not in _OF_FIRMS else column for column in table.index.names]
        rows = []
        for label, count in table.items():
            row = dict(zip(names, label if isinstance(label, tuple) else (label,), strict=True))
            if row.get("option") in (NOT_ASKED, NOT_CHOSEN):
                continue
            base = firms if len(names) == 1 else pd.NA if statuses is None else statuses.loc[row["status"]]
            row |= {"option": option} if option else {}
            rows.append(row | _share(count, base, confidence) | {"basis": basis})
        frames.setdefault(question, []).append(pd.DataFrame(rows))
    whole = dict.fromkeys(("count", "base"), "Int64")
    return {name: pd.concat(parts, ignore_index=True).astype(whole) for name, parts in frames.items()}


def _share(count: object, base: object, confidence: float) -> dict[str, object]:
    interval = dict.fromkeys(("share", "lower", "upper"), float("nan")) | {"confidence": confidence, "method": "wilson"}
    if not (pd.isna(count) or pd.isna(base)):
        interval = (
            Share(int(count), int(base)).to_frame(confidence=confidence).iloc[0].drop(["count", "base"]).to_dict()
        )
    return {"count": count, "base": base} | interval | {"shown": _SHOWN[pd.isna(count)]}


_SHOWN = {True: "hidden", False: "yes"}
