"""The coded units: the report's TOE category, our gloss in two languages, our finer theme, and what each code means."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toe_analysis.csv_table import WHOLE, one_of, read_csv_table
from toe_analysis.errors import InputError
from toe_analysis.survey.facts.questionnaire import DIMENSIONS

#: Our finer codes. The last one takes the units that say what AI is meant to do, where no other theme fits.
THEMES = (
    "data_quality",
    "erp_integration",
    "automation_in_use",
    "competence_building",
    "time_resources",
    "cost_business_case",
    "resistance",
    "recruitment_location",
    "networks_advice",
    "support_paperwork",
    "intended_uses",
)

#: What the firm said when it was interviewed: it uses AI, or it intends to.
AT_INTERVIEW = ("uses", "intends")

#: The two columns that name a unit in every file.
UNIT = ["interview", "unit"]


def read_codings(raw: Path) -> pd.DataFrame:
    """Return the coded units of all interviews, in the order of the report's tables.

    Parameters
    ----------
    raw : Path
        The folder with ``interview_codings.csv`` (the report's categories) and ``interview_themes.csv`` (ours).

    Returns
    -------
    pandas.DataFrame
        A row a unit: ``interview`` and ``unit`` (whole numbers), ``toe`` ("T", "O" or "E"), ``theme``, ``gloss_en``
        and ``gloss_da``. A gloss says in our words what the unit is about; it is no quotation.

    Raises
    ------
    InputError
        If a file lacks a column, holds a unit twice or a code that is not known, or the two name different units.

    Examples
    --------
    >>> from toe_analysis.paths import project_folder
    >>> codings = read_codings(project_folder(Path.cwd()) / "data/raw")
    >>> codings["toe"].value_counts().to_dict()
    {'T': 18, 'E': 16, 'O': 14}
    """
    codings = _read(raw / "interview_codings.csv", [*UNIT, "toe", "gloss_en", "gloss_da"], "toe", DIMENSIONS)
    themes = _read(raw / "interview_themes.csv", [*UNIT, "theme"], "theme", THEMES)
    both = codings.merge(themes, on=UNIT, how="outer", indicator="in")
    for row in both[both["in"] != "both"].to_dict("records"):
        with_unit = "interview_codings.csv" if row["in"] == "left_only" else "interview_themes.csv"
        raise InputError(
            f"expected the same units in interview_codings.csv and interview_themes.csv, but only {with_unit} has "
            f"interview {row['interview']}, unit {row['unit']}; add it to the other file, or remove it"
        )
    return codings.merge(themes, on=UNIT)[[*UNIT, "toe", "theme", "gloss_en", "gloss_da"]]


def read_firms(raw: Path, codings: pd.DataFrame) -> pd.Series:
    """Return whether each interviewed firm used AI when it was interviewed, by interview.

    Parameters
    ----------
    raw : Path
        The folder with ``interview_firms.csv``.
    codings : pandas.DataFrame
        As `read_codings` returns them.

    Returns
    -------
    pandas.Series
        One of `AT_INTERVIEW` for each interview. It is not the firm's status in the survey: one firm had moved.

    Raises
    ------
    InputError
        If the file cannot be used, or names other interviews than the codings.
    """
    path = raw / "interview_firms.csv"
    holds = {"interview": WHOLE, "at_interview": one_of(AT_INTERVIEW)}
    firms = read_csv_table(path, ["interview", "at_interview"], key=["interview"], holds=holds)
    firms = firms.astype({"interview": int})
    coded = sorted(set(codings["interview"]))
    if sorted(firms["interview"]) != coded:
        raise InputError(
            f"expected one line for each of the interviews {', '.join(map(str, coded))} in {path.name}, found "
            f"{', '.join(map(str, firms['interview']))}"
        )
    return firms.set_index("interview")["at_interview"]


def _read(path: Path, columns: list[str], code: str, known: Sequence[str]) -> pd.DataFrame:
    holds = {code: one_of(known), **dict.fromkeys(UNIT, WHOLE)}
    return read_csv_table(path, columns, key=UNIT, holds=holds)[columns].astype(dict.fromkeys(UNIT, int))


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
    table = read_csv_table(path, ["level", "code", *_TEXTS, "anchors"], holds={"level": one_of(("toe", "theme"))})
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


def unit_names(codings: pd.DataFrame) -> list[str]:
    """Return how the unit of each row is called."""
    return [unit_name(*unit) for unit in codings[["interview", "unit"]].to_numpy()]


def _anchors(row: object, codings: pd.DataFrame, path: Path) -> dict[str, str]:
    """Return the glosses of a code's anchor units in each language."""
    coded = codings[codings[row.level] == row.code]
    units = {unit_name(unit.interview, unit.unit): unit for unit in coded.itertuples()}
    names = row.anchors.split(";") if units or row.anchors else []  # not every study speaks of every theme
    for name in names:
        if name not in units:
            raise InputError(
                f"expected units coded {row.code} as its anchors in {path.name}, like 2.3;4.10, found {name!r}"
            )
    return {
        language: "; ".join(f"{name} {getattr(units[name], f'gloss_{language}')}" for name in names)
        for language in ("en", "da")
    }
