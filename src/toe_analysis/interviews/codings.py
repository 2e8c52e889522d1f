"""The 48 coded units: the report's TOE category, our gloss in two languages, and our finer theme."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError

DIMENSIONS = ("T", "O", "E")

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

_UNIT = ["interview", "unit"]


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
    codings = _read(raw / "interview_codings.csv", [*_UNIT, "toe", "gloss_en", "gloss_da"], "toe", DIMENSIONS)
    themes = _read(raw / "interview_themes.csv", [*_UNIT, "theme"], "theme", THEMES)
    both = codings.merge(themes, on=_UNIT, how="outer", indicator="in")
    for row in both[both["in"] != "both"].to_dict("records"):
        with_unit = "interview_codings.csv" if row["in"] == "left_only" else "interview_themes.csv"
        raise InputError(
            f"expected the same units in interview_codings.csv and interview_themes.csv, but only {with_unit} has "
            f"interview {row['interview']}, unit {row['unit']}; add it to the other file, or remove it"
        )
    return codings.merge(themes, on=_UNIT)[[*_UNIT, "toe", "theme", "gloss_en", "gloss_da"]]


def _read(path: Path, columns: Sequence[str], code: str, known: Sequence[str]) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, encoding="utf-8", keep_default_na=False, dtype=str)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path.name}: {str(error).splitlines()[0]}; save it as CSV in UTF-8") from error
    if missing := [name for name in columns if name not in table.columns]:
        raise InputError(
            f"expected the columns {', '.join(columns)} in {path.name}, but {', '.join(missing)} is missing"
        )
    for line, row in enumerate(table.to_dict("records"), start=2):
        for name in _UNIT:
            if not row[name].isdecimal():
                raise InputError(
                    f"expected a whole number under {name} in {path.name}, line {line}, found {row[name]!r}"
                )
        if row[code] not in known:
            raise InputError(
                f"expected one of {', '.join(known)} under {code} in {path.name}, line {line}, found {row[code]!r}"
            )
    table = table.astype(dict.fromkeys(_UNIT, int))
    for row in table[table.duplicated(_UNIT)].itertuples():
        raise InputError(f"{path.name} has interview {row.interview}, unit {row.unit} more than once; keep one line")
    return table[list(columns)]
