"""Answers that have an order, the levels of a scale and numbers: how many reach each level, where the middle lies."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.stats import quantile_test

from toe_analysis.statistics import Share
from toe_analysis.survey.cleaning import Cleaned
from toe_analysis.survey.facts.questionnaire import ORDERED, Question, Questionnaire
from toe_analysis.survey.summaries import LEFT_OUT, option_shares

#: What stands under ``measured``: the place of a level, from 1, or the number itself, also of a numbered level.
LEVEL, NUMBER = "level", "number"

_QUANTILES = {"median": 0.5, "quartile_1": 0.25, "quartile_3": 0.75}


def ordered_questions(questionnaire: Questionnaire, without: Iterable[str] = ()) -> list[Question]:
    """Return the questions whose answers have an order, but for those `without`, by their ids."""
    left_out = set(without)
    return [one for one in questionnaire if one.type in ORDERED and one.may_be_shown and one.id not in left_out]


def level_table(cleaned: Cleaned, *, confidence: float = 0.95) -> pd.DataFrame:
    """Count the firms on each level of each scale, and those that reach it.

    Returns
    -------
    pandas.DataFrame
        A row a level, or a class of a number: ``question``, ``option``, ``level`` (1 is the lowest), ``count`` and
        ``base`` with share and interval; ``count_reached`` of firms on this level or a higher one, ``reached`` with
        ``reached_lower`` and ``reached_upper``; ``leaves_out`` and ``basis``.
    """
    rows = []
    for question in ordered_questions(cleaned.questionnaire):
        shares = option_shares(question, cleaned.answers[question.id], cleaned.missing[question.id])
        for level, (option, share) in enumerate(shares.items(), start=1):
            higher = Share(sum(one.count for one in list(shares.values())[level - 1 :]), share.base)
            interval = higher.interval(confidence=confidence)
            rows.append(
                {"toe": question.toe, "question": question.id, "option": option, "level": level}
                | share.to_row(confidence=confidence)
                | {"count_reached": higher.count, "reached": higher.value}
                | {"reached_lower": interval.lower, "reached_upper": interval.upper}
                | {"leaves_out": " ".join(LEFT_OUT[question.type])}
                | {"basis": cleaned.source.basis_of([question.id], [option])}
            )
    return pd.DataFrame(rows)


def middle_table(cleaned: Cleaned, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return median and quartiles of each scale and number, with intervals from the order of the answers alone.

    The interval goes from one answer to another: those whose ranks hold the quantile with the probability asked for,
    by the binomial distribution (Conover 1999, section 3.2). Where there are too few answers for that, it is NaN.

    Returns
    -------
    pandas.DataFrame
        ``question``, ``measured`` (`LEVEL` or `NUMBER`), ``base``, ``median``, ``quartile_1`` and ``quartile_3``, each
        with ``_lower`` and ``_upper``; ``confidence``, ``method`` and ``basis``. A number question's firms are those
        whose number can be read.
    """
    rows = []
    for question in ordered_questions(cleaned.questionnaire):
        measured = NUMBER if question.type == "number" or question.has_numbered_levels else LEVEL
        values = _values(question, cleaned).dropna().to_numpy()
        row: dict[str, object] = {"question": question.id, "measured": measured, "base": len(values)}
        for name, quantile in _QUANTILES.items():
            row |= _quantile(values, name, quantile, confidence)
        basis = cleaned.source.basis([question.id])
        rows.append(row | {"confidence": confidence, "method": "order_statistics", "basis": basis})
    return pd.DataFrame(rows)


def _values(question: Question, cleaned: Cleaned) -> pd.Series:
    if question.type == "number":
        return cleaned.numbers[question.id]
    return cleaned.answers[question.id].map(question.levels)


def _quantile(values: np.ndarray, name: str, quantile: float, confidence: float) -> dict[str, float]:
    """Return a quantile and its interval.

    >>> _quantile(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9]), "median", 0.5, 0.95)
    {'median': 5.0, 'median_lower': 2.0, 'median_upper': 8.0}
    """
    if not len(values):
        return dict.fromkeys((name, f"{name}_lower", f"{name}_upper"), np.nan)
    interval = quantile_test(values, p=quantile).confidence_interval(confidence)
    middle = float(np.quantile(values, quantile, method="averaged_inverted_cdf"))
    return {name: middle, f"{name}_lower": float(interval.low), f"{name}_upper": float(interval.high)}
