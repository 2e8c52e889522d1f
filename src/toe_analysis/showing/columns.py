"""What each column of a table is called, and how a reader of one language sees a cell of it."""

import math
import re
from typing import Any

import pandas as pd

from toe_analysis.showing.words import number, option_word, say, word_table, written
from toe_analysis.survey import MISSING

#: A column named after a question holds its answers, or the reason why there is none.
QUESTION_ID = re.compile(r"q\d+")

#: What writes numbers; text in their columns stays as it is.
_OF_NUMBERS = ("in_points", "number", "p_text", "percent")


def title(column: str, language: str) -> str:
    """Return the heading of a column.

    >>> title("share", "da"), title("q08", "da")
    ('andel', 'q08')
    """
    return column if QUESTION_ID.fullmatch(column) else say(f"column.{column}", language)


def cell(column: str, value: Any, language: str) -> str:
    """Return a cell as a reader sees it: a word for a code, a percentage, a number with the language's decimal mark.

    >>> cell("status", "user", "da"), cell("p_value", 0.0001, "da"), cell("q08", "not_shown", "en")
    ('bruger AI', '< 0,001', 'routed past the question')
    """
    if pd.isna(value):
        return number(math.nan, language)
    is_text = isinstance(value, str)
    if QUESTION_ID.fullmatch(column) and is_text:
        return say(f"missing.{value}", language) if value in MISSING else option_word(value, language)
    holds = word_table().get(f"column.{column}", {}).get("holds", "")
    writer = holds.partition(" ")[0]
    # The word of a code is asked for by text, and by numbers that are codes, such as wave 1.
    if writer and value != "" and (writer == "word" or is_text != (writer in _OF_NUMBERS)):
        return written(value, language, holds)
    return value if is_text else number(value, language, 0 if float(value).is_integer() or math.isinf(value) else 1)
