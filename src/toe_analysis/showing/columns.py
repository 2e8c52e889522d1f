"""What each column of a table holds, and so how a reader of one language sees a cell of it."""

import math
import re
from typing import Any

import pandas as pd

from toe_analysis.showing.words import baseline_word, number, option_word, p_text, percent, say, word, word_table
from toe_analysis.survey import MISSING

#: A column named after a question holds its answers, or the reason why there is none.
QUESTION_ID = re.compile(r"q\d+")

#: Columns of codes with a word each: those named like their group of words, and the others.
CODED = {
    name: name
    for name in (
        *("status", "step", "wave", "method", "basis", "reason", "problem", "dont_know"),
        *("toe", "toe_source", "tense", "view", "category", "reading"),
        *("statistic", "among", "how", "classes"),
        *("shown", "measure", "numbers", "lies", "verdict", "because", "claim", "edge"),
        *("theme", "counts", "weighs", "strand", "statement"),
        *("coded_by", "at_interview", "topic", "guide_group", "placing", "agreement"),
        *("arithmetic", "recomputed", "carried", "needs", "how_checked"),
        *("function", "test", "alternative", "measured", "against", "kind", "origin"),
    )
} | {
    "in_target": "fit",
    "in_under": "fit",
    "routing": "routing_source",
    "toe_other": "toe",
    "depends_on": "because",
    "boschloo_method": "method",
    "interval_method": "method",
    "method_bridged": "method",
    "bridged_lies": "lies",
    "could_be_equal": "fit",
    "share_basis": "basis",
    "survey_says": "stance",
    "interviews_say": "stance",
    "counts_towards_p": "match",
    "seen": "match",
    "second_toe": "toe",
    "same_code": "match",
    "same_count": "match",
    "beyond": "fit",
    "possible": "fit",
    **{f"same_{name}": "match" for name in ("function", "horizon", "size", "sector", "year")},
}

_OPTIONS = ("value", "option", "size")
_PERCENTAGES = (
    *("share", "weighted_share", "lower", "upper", "confidence"),
    *("our_share", "their_share"),
    *("bridged", "bridged_lower", "bridged_upper", "probability", "mark", "could_have_failed"),
    *("true_share", "target", "power", "actual_size", "part", "part_answered", "unseen_share"),
)
#: Differences between percentages, and widths of their intervals, are points and not per cent of something.
_POINTS = (
    *("difference", "difference_lower", "difference_upper"),
    *("width", "width_exact", "width_finite", "half_width"),
)
_P_VALUES = re.compile(r"p_\w+|\w+_p|holm_\w+")
#: Measures up to 1, of which one decimal would tell too little.
_FINE = re.compile(r"cramers_v\w*|theil_u_\w+|estimate\w*|alpha|response_ratio|gamma|odds_ratio\w*")


def title(column: str, language: str) -> str:
    """Return the heading of a column.

    >>> title("share", "da"), title("q08", "da")
    ('andel', 'q08')
    """
    return column if QUESTION_ID.fullmatch(column) else say(f"column.{column}", language)


def cell(column: str, value: Any, language: str) -> str:
    """Return a cell as a reader sees it: a word for a code, a percentage, a number with the language's decimal mark.

    >>> cell("status", "user", "da"), cell("p_value", 0.0001, "da")
    ('bruger AI', '< 0,001')
    """
    if pd.isna(value):
        return number(math.nan, language)
    if isinstance(value, str):
        return _text(column, value, language)
    if column in CODED:  # numbers that are codes, such as wave 1
        return word(str(value), language, CODED[column])
    if _P_VALUES.fullmatch(column):
        return p_text(value, language)
    if column in _PERCENTAGES:
        return percent(value, language, 0 if column == "confidence" else 1)
    if column in _POINTS:
        return say("figure.points", language, points=number(100 * value, language))
    if _FINE.fullmatch(column):
        return number(value, language, 2)
    return number(value, language, 0 if float(value).is_integer() or math.isinf(value) else 1)


def _text(column: str, value: str, language: str) -> str:
    if column == "comparison":
        return baseline_word(value, language)
    if column in CODED and value:
        return word(str(value), language, CODED[column])
    if column == "says":
        return "; ".join(_said(part, language) for part in value.split(";"))
    if column == "section":
        return " / ".join(_known("section", part, language) for part in value.split(" / "))
    if column == "leaves_out":
        return ", ".join(say(f"missing.{part}", language) for part in value.split())
    if column == "turned_by":
        return ", ".join(say(f"column.{part}", language) for part in value.split())
    if column == "who":
        return "; ".join(_known("who", rule, language) for rule in value.split(" "))
    if QUESTION_ID.fullmatch(column) and value in MISSING:
        return say(f"missing.{value}", language)
    return option_word(value, language) if column in _OPTIONS or QUESTION_ID.fullmatch(column) else value


def _known(kind: str, code: str, language: str) -> str:
    """Return the word for a section or a branch; one of another report or questionnaire stays as it is."""
    return say(f"{kind}.{code}", language) if f"{kind}.{code}" in word_table() else code


def _said(code: str, language: str) -> str:
    """Return the word for an option or for a category of free text."""
    known = f"category.{code}" in word_table()
    return word(code, language, "category" if known else "option")
