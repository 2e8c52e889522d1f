"""Tables and shares as people read them, in both languages."""

import math
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from toe_analysis.reporting.words import LANGUAGES, baseline_word, number, option_word, p_text, percent, say
from toe_analysis.statistics import Share
from toe_analysis.survey import MISSING, Source

_QUESTION_ID = re.compile(r"q\d+")
_PERCENT_COLUMNS = ("share", "lower", "upper", "confidence")
#: Columns whose values are codes with a word each, and the group of words.
_CODED_COLUMNS = {
    name: name for name in ("status", "step", "wave", "method", "basis", "reason", "problem", "missing", "dont_know")
} | {"in_target": "fit", "in_under": "fit", "routing": "routing_source"}
# Of the comparison with other surveys.
_CODED_COLUMNS |= {name: name for name in ("measure", "numbers", "verdict", "because", "claim", "edge")} | {
    "depends_on": "because",
    "boschloo_method": "method",
    "method_bridged": "method",
    "counts_towards_p": "match",
    "seen": "match",
    **{f"same_{name}": "match" for name in ("function", "horizon", "size", "sector", "year")},
}
_PERCENT_COLUMNS += ("our_share", "their_share", "difference", "difference_lower", "difference_upper")
_PERCENT_COLUMNS += ("bridged", "bridged_lower", "bridged_upper", "probability")
_P_COLUMN = re.compile(r"p_\w+|\w+_p|holm_\w+")


def share_table(shares: Mapping[str, Share], name: str, basis: str, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return one row a share, with interval and basis.

    Parameters
    ----------
    shares : mapping of str to Share
        By the code that stands in the first column.
    name : str
        Title of that column.
    basis : str
    confidence : float

    Examples
    --------
    >>> share_table({"user": Share(4, 48)}, "status", "calibrated")[["status", "count", "base", "basis"]]
      status  count  base       basis
    0   user      4    48  calibrated
    """
    rows = pd.concat([share.to_frame(confidence=confidence) for share in shares.values()], ignore_index=True)
    rows.insert(0, name, list(shares))
    return rows.assign(basis=basis)


def localise(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return a table as a reader of one language sees it: words for codes, percentages, decimal marks."""
    columns = {}
    for name, values in frame.items():
        title = name if _QUESTION_ID.fullmatch(str(name)) else say(f"column.{name}", language)
        columns[title] = [_cell(str(name), value, language) for value in values]
    return pd.DataFrame(columns)


def show_table(frame: pd.DataFrame) -> "Bilingual":
    """Return a table for display in a notebook, English first and Danish behind a click."""
    return Bilingual({language: localise(frame, language).to_html(index=False, border=0) for language in LANGUAGES})


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


def say_share(share: Share, basis: str, *, language: str = "en", confidence: float = 0.95) -> str:
    r"""Return a share as it stands in a sentence: count, base, percentage, interval and basis.

    >>> say_share(Share(4, 48), "calibrated").replace("\u00a0", " ")
    '4 of 48 (8.3 %, 95 % interval 3.3 to 19.6 %, calibrated)'
    """
    limits = share.interval(confidence=confidence)
    return say(
        "sentence.share",
        language,
        count=share.count,
        base=share.base,
        share=percent(share.value, language),
        confidence=percent(confidence, language, 0),
        lower=number(100 * limits.lower, language),
        upper=percent(limits.upper, language),
        basis=say(f"basis.{basis}", language),
    )


def source_note(source: Source) -> str:
    """Return the sentence that stands at the top of a notebook: what its survey answers are."""
    if source.kind == "responses":
        return "The answers are **responses**: they come from a real export and stay in the private folder."
    return (
        "The answers are **synthetic**: the firms' own are not public. A result marked *calibrated* matches a printed "
        "number because the answers were made to; one marked *illustrative* is drawn at random and says nothing about "
        "real firms."
    )


def _cell(column: str, value: Any, language: str) -> str:
    if column == "comparison":
        return baseline_word(value, language)
    if column in _CODED_COLUMNS and value != "":
        return say(f"{_CODED_COLUMNS[column]}.{value}", language)
    if isinstance(value, str):
        if _QUESTION_ID.fullmatch(column) and value in MISSING:
            return say(f"missing.{value}", language)
        return option_word(value, language) if column == "value" or _QUESTION_ID.fullmatch(column) else value
    if _P_COLUMN.fullmatch(column):
        return p_text(value, language)
    if column in _PERCENT_COLUMNS:
        return percent(value, language, 0 if column == "confidence" else 1)
    return number(value, language, 0 if float(value).is_integer() or math.isinf(value) else 1)
