"""Tables and shares as people read them, in both languages."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from toe_analysis.showing.columns import cell, title
from toe_analysis.showing.words import LANGUAGES, share_sentence
from toe_analysis.statistics import Share


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
    rows = [{name: code} | share.to_row(confidence=confidence) for code, share in shares.items()]
    return pd.DataFrame(rows, columns=[name, *Share(0, 0).to_row()]).assign(basis=basis)


def of_language(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return a table without texts in other languages: of ``asks_en`` and ``asks_da`` one is kept, as ``asks``.

    >>> of_language(pd.DataFrame({"unit": [1], "asks_en": ["how"], "asks_da": ["hvordan"]}), "da").columns.tolist()
    ['unit', 'asks']
    """
    others = tuple(f"_{other}" for other in LANGUAGES if other != language)
    kept = frame[[name for name in frame.columns if not str(name).endswith(others)]]
    return kept.rename(columns=lambda name: str(name).removesuffix(f"_{language}"))


def localise(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return a table as a reader of one language sees it: words for codes, percentages, decimal marks."""
    frame = of_language(frame, language)
    columns = {
        title(str(name), language): [cell(str(name), value, language) for value in values]
        for name, values in frame.items()
    }
    return pd.DataFrame(columns)


def show_table(frame: pd.DataFrame) -> "Bilingual":
    """Return a table for display in a notebook, English first and Danish behind a click."""
    return Bilingual({language: localise(frame, language).to_html(index=False, border=0) for language in LANGUAGES})


def show_in_words(build: Callable[[str], pd.DataFrame]) -> "Bilingual":
    """Return a table for display whose sentences differ by language, from what `build` gives for each."""
    return Bilingual({one: localise(build(one), one).to_html(index=False, border=0) for one in LANGUAGES})


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

    >>> say_row(share_table({"user": Share(4, 48)}, "status", "published").iloc[0]).replace("\u00a0", " ")
    '4 of 48 (8.3 %, 95 % interval 3.3 to 19.6 %, published)'
    """
    names = ("count", "base", "lower", "upper", "basis")
    return share_sentence(*[row[name] for name in names], language=language, confidence=row["confidence"])


def say_share(share: Share, basis: str, *, language: str = "en", confidence: float = 0.95) -> str:
    r"""Return a share as it stands in a sentence: count, base, percentage, interval and basis.

    >>> say_share(Share(4, 48), "calibrated").replace("\u00a0", " ")
    '4 of 48 (8.3 %, 95 % interval 3.3 to 19.6 %, calibrated)'
    """
    limits = share.interval(confidence=confidence)
    return share_sentence(
        share.count, share.base, limits.lower, limits.upper, basis, language=language, confidence=confidence
    )
