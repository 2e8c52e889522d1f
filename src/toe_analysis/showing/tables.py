"""Tables, their columns and cells, and shares as people read them, in both languages."""

import math
import re
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import pandas as pd

from toe_analysis.showing.words import LANGUAGES, number, say, word, word_table, written
from toe_analysis.statistics import Share
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
        return say(f"missing.{value}", language) if value in MISSING else word(value, language, "option")
    holds = word_table().get(f"column.{column}", {}).get("holds", "")
    writer = holds.partition(" ")[0]
    # The word of a code is asked for by text, and by numbers that are codes, such as wave 1.
    if writer and value != "" and (writer == "word" or is_text != (writer in _OF_NUMBERS)):
        return written(value, language, holds)
    return value if is_text else number(value, language, 0 if float(value).is_integer() or math.isinf(value) else 1)


def of_language(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return a table without texts in other languages: of ``asks_en`` and ``asks_da`` one is kept, as ``asks``.

    >>> of_language(pd.DataFrame({"unit": [1], "asks_en": ["how"], "asks_da": ["hvordan"]}), "da").columns.tolist()
    ['unit', 'asks']
    """
    others = tuple(f"_{other}" for other in LANGUAGES if other != language)
    kept = frame[[name for name in frame.columns if not str(name).endswith(others)]]
    return kept.rename(columns=lambda name: str(name).removesuffix(f"_{language}"))


def localise(frame: pd.DataFrame, language: str, *, plain_numbers: bool = False) -> pd.DataFrame:
    """Return a table as a reader of one language sees it: words for codes, percentages, decimal marks.

    With `plain_numbers` columns of numbers stay as they are, so that they can be used again.
    """
    columns = {}
    for name, values in of_language(frame, language).items():
        write = partial(cell, str(name), language=language)
        if pd.api.types.is_string_dtype(values):
            write = cache(write)  # the same codes stand in many rows
        as_it_is = plain_numbers and pd.api.types.is_numeric_dtype(values)
        columns[title(str(name), language)] = values.to_numpy() if as_it_is else [write(value) for value in values]
    return pd.DataFrame(columns)


def show_table(table: pd.DataFrame) -> "Bilingual":
    """Return a table for display in a notebook, English first and Danish behind a click."""
    frames = {one: localise(_one_interval(table, one), one) for one in LANGUAGES}
    return Bilingual({one: frame.to_html(index=False, border=0) for one, frame in frames.items()})


def _one_interval(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return a table to look at: both ends of the interval in one cell, as they are read."""
    if not {"lower", "upper"} <= set(frame.columns):
        return frame
    ends = frame[["lower", "upper"]].to_dict("records")
    told = [None if pd.isna(row["lower"]) else say("sentence.interval", language, **row) for row in ends]
    return frame.drop(columns="upper").assign(lower=told).rename(columns={"lower": "interval"})


class Bilingual:
    """Something to look at, in English, and in Danish behind a click.

    Parameters
    ----------
    html : dict of str to str
        By language.
    """

    def __init__(self, html: Mapping[str, str]) -> None:
        self.html = dict(html)

    def __repr__(self) -> str:
        return "Bilingual(...)"  # without an address, so that an executed notebook is the same every time

    def _repr_html_(self) -> str:
        danish = f'<details lang="da"><summary>Dansk</summary>{self.html["da"]}</details>'
        return f'<div lang="en">{self.html["en"]}</div>{danish}'


def say_row(row: Mapping[str, Any], *, language: str = "en") -> str:
    r"""Return a row of a table of shares as it stands in a sentence, as `say_share` does.

    >>> say_row(Share(4, 48).to_row() | {"basis": "published"}).replace("\u00a0", " ")
    '4 of 48 (8.3 %, 95 % interval 3.3 to 19.6 %, Wilson, computed from published numbers)'
    >>> say_row(Share(0, 0).to_row() | {"basis": "responses"})  # of nobody there is no share
    '0 of 0 (responses)'
    """
    return say("sentence.share" if row["base"] else "sentence.no_share", language, **row)


def say_share(share: Share, basis: str, *, language: str = "en", confidence: float = 0.95) -> str:
    r"""Return a share as it stands in a sentence: count, base, percentage, interval and basis.

    >>> say_share(Share(4, 48), "calibrated").replace("\u00a0", " ")
    '4 of 48 (8.3 %, 95 % interval 3.3 to 19.6 %, Wilson, calibrated)'
    """
    return say_row(share.to_row(confidence=confidence) | {"basis": basis}, language=language)
