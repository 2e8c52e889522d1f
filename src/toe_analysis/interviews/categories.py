"""The category system in Mayring's way: for each code its definition, its coding rule and units that anchor it."""

from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.interviews._checks import check_codes
from toe_analysis.interviews.codings import DIMENSIONS, THEMES
from toe_analysis.survey.text_table import read_text_table

_TEXTS = ["definition_en", "definition_da", "coding_rule_en", "coding_rule_da"]


def read_categories(raw: Path, codings: pd.DataFrame) -> pd.DataFrame:
    """Return the category system.

    Parameters
    ----------
    raw : Path
        The folder with ``interview_categories.csv``. The report prints categories and units but neither definitions nor
        rules: they are this project's, written after the fact.
    codings : pandas.DataFrame
        As `toe_analysis.interviews.read_codings` returns them.

    Returns
    -------
    pandas.DataFrame
        A row a code: ``level`` ("toe" or "theme"), ``code``, definition and rule in two languages, and the anchors as
        the glosses of units that have this code (``anchors_en``, ``anchors_da``). A gloss is no quotation.

    Raises
    ------
    InputError
        If the file cannot be used, a code is missing or stands twice, or an anchor is no unit with that code.
    """
    path = raw / "interview_categories.csv"
    table = read_text_table(path, ["level", "code", *_TEXTS, "anchors"])
    check_codes(table, path, "level", ("toe", "theme"))
    for level, known in (("toe", DIMENSIONS), ("theme", THEMES)):
        found = table.loc[table["level"] == level, "code"].tolist()
        if sorted(found) != sorted(known):
            raise InputError(
                f"expected one line for each {level} code in {path.name} ({', '.join(known)}), found {', '.join(found)}"
            )
    glosses = [_anchors(row, codings, path) for row in table.itertuples()]
    anchors = {f"anchors_{language}": [gloss[language] for gloss in glosses] for language in ("en", "da")}
    return table.assign(**anchors)[["level", "code", *_TEXTS, *anchors]].reset_index(drop=True)


def unit_name(interview: int, unit: int) -> str:
    """Return how a unit is called in texts and tables.

    >>> unit_name(2, 10)
    '2.10'
    """
    return f"{interview}.{unit}"


def _anchors(row: object, codings: pd.DataFrame, path: Path) -> dict[str, str]:
    """Return the glosses of a code's anchor units in each language."""
    units = {unit_name(unit.interview, unit.unit): unit for unit in codings.itertuples()}
    names = row.anchors.split(";")
    for name in names:
        if name not in units or getattr(units[name], row.level) != row.code:
            raise InputError(
                f"expected units coded {row.code} as its anchors in {path.name}, like 2.3;4.10, found {name!r}"
            )
    return {
        language: "; ".join(f"{name} {getattr(units[name], f'gloss_{language}')}" for name in names)
        for language in ("en", "da")
    }
