"""The sheet for a second coder: made blank, and read back with one clear message for each thing that is wrong."""

import csv
import datetime
import io
import zipfile
from pathlib import Path

import pandas as pd
import python_calamine

from toe_analysis.errors import InputError
from toe_analysis.interviews.codings import DIMENSIONS, UNIT, unit_names
from toe_analysis.showing.words import LANGUAGES, say
from toe_analysis.survey.text import cell_text

#: The column that the coder fills in.
CODE = "toe"

_NEEDED = [*UNIT, CODE]
_NEVER_CHANGING = datetime.datetime(2025, 1, 1)


class SheetError(InputError):
    """A filled sheet cannot be used.

    Parameters
    ----------
    key : str
        Of the words, in both languages.
    **values
        What fills their blanks; None stands for an empty cell.

    Attributes
    ----------
    danish : str
        The message for a class that has coded, which is taught in Danish.
    """

    def __init__(self, key: str, **values: object):
        empty = [name for name, value in values.items() if value is None]
        english, self.danish = (
            say(key, language, **values | {name: say("sheet.nothing", language) for name in empty})
            for language in LANGUAGES
        )
        super().__init__(english)


def blank_sheet(codings: pd.DataFrame) -> pd.DataFrame:
    """Return the units without their codes, in the order of `codings`, with an empty column for code and note."""
    return codings[[*UNIT, "gloss_da", "gloss_en"]].assign(**{CODE: "", "note": ""})


def blank_workbook(codings: pd.DataFrame, categories: pd.DataFrame) -> bytes:
    """Return the blank sheet as an Excel workbook, the same bytes every time.

    The codes are chosen from a drop-down. The second sheet holds definitions and coding rules, in Danish and English,
    but no anchors: they are units of this very sheet, and their codes would be given away.

    Parameters
    ----------
    codings : pandas.DataFrame
        As `toe_analysis.interviews.read_codings` returns them.
    categories : pandas.DataFrame
        As `toe_analysis.interviews.read_categories` returns them.
    """
    blank = blank_sheet(codings)
    told = ["code", "definition_da", "coding_rule_da", "definition_en", "coding_rule_en"]
    rules = categories.loc[categories["level"] == "toe", told]
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(content, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        blank.to_excel(writer, sheet_name="units", index=False, freeze_panes=(1, 0))
        rules.to_excel(writer, sheet_name="categories", index=False)
        writer.book.set_properties({"title": "Coding sheet", "created": _NEVER_CHANGING})
        bold = writer.book.add_format({"bold": True})
        wrapped = writer.book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in writer.sheets.values():
            sheet.set_column("A:F", None, wrapped)
            sheet.set_row(0, None, bold)
        column = blank.columns.get_loc(CODE)
        choice = {"validate": "list", "source": list(DIMENSIONS)}
        writer.sheets["units"].data_validation(1, column, len(blank), column, choice)
        writer.sheets["units"].set_column("C:D", 45, wrapped)  # the glosses
        writer.sheets["categories"].set_column("B:E", 40, wrapped)
    return content.getvalue()


def read_coding_sheet(path: Path, codings: pd.DataFrame) -> pd.Series:
    """Read the second coder's codes.

    Parameters
    ----------
    path : Path
        The filled sheet: ``.csv`` in UTF-8, with commas or semicolons, with or without byte order mark; or ``.xlsx``.
        Its columns ``interview``, ``unit`` and ``toe`` are found by name; nothing else in it is read.
    codings : pandas.DataFrame
        The units that were to be coded, as `toe_analysis.interviews.read_codings` returns them.

    Returns
    -------
    pandas.Series
        "T", "O" or "E" for each unit, with the index of `codings`. Small letters count as large ones.

    Raises
    ------
    InputError
        If its ending is another.
    SheetError
        If the file cannot be read, lacks a column or a unit, holds one twice or one that is not known, is in another
        order than the blank sheet, or a code is empty or not known. It says so in Danish too.
    """
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise InputError(
            f"{path.name}: expected a coding sheet as .csv or .xlsx, or a coding program's project "
            f"exported as REFI-QDA (.qdpx), found another ending"
        )
    tables = [table for table in _tables(path) if table]
    heads = [[(cell_text(cell) or "").lower() for cell in table[0]] for table in tables]
    place = next((place for place, head in enumerate(heads) if set(_NEEDED) <= set(head)), None)
    if place is None:
        missing = [name for name in _NEEDED if not any(name in head for head in heads)] or _NEEDED
        raise SheetError("sheet.columns", file=path.name, columns=", ".join(_NEEDED), missing=", ".join(missing))
    columns = [heads[place].index(name) for name in _NEEDED]
    rows = {}
    for number, cells in enumerate(tables[place][1:], start=2):
        read = [cell_text(cells[column]) if column < len(cells) else None for column in columns]
        if any(read):
            rows[number] = read
    _check_units(rows, codings, path.name)
    codes = [_code(cell, path.name, row) for row, (*_, cell) in rows.items()]
    return pd.Series(codes, index=codings.index, name=CODE)


def _check_units(rows: dict[int, list], codings: pd.DataFrame, name: str) -> None:
    """Refuse the sheet unless its rows are the units of `codings`, each once and in order."""
    expected = unit_names(codings)
    found = {row: ".".join(cell or "" for cell in cells[:2]) for row, cells in rows.items()}
    behind = {max(rows, default=1) + 1: None}
    for unit, (row, there) in zip([*expected, None], (found | behind).items(), strict=False):
        if unit != there:
            raise SheetError("sheet.unit", file=name, row=row, unit=unit, found=there)


def _code(cell: str | None, name: str, row: int) -> str:
    code = (cell or "").upper()
    if code not in DIMENSIONS:
        found = None if cell is None else repr(cell)
        raise SheetError("sheet.code", file=name, row=row, column=CODE, codes=", ".join(DIMENSIONS), found=found)
    return code


def _tables(path: Path) -> list[list[list]]:
    """Return the rows of each sheet, or of a text as read with commas and with semicolons: the header tells which."""
    try:
        if path.suffix.lower() == ".xlsx":
            workbook = python_calamine.CalamineWorkbook.from_path(str(path))
            return [workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names]
        text = path.read_bytes().decode("utf-8-sig")
        return [list(csv.reader(io.StringIO(text, newline=""), delimiter=mark)) for mark in ",;"]
    except (OSError, UnicodeDecodeError, csv.Error, python_calamine.CalamineError, zipfile.BadZipFile) as error:
        raise SheetError("sheet.unreadable", file=path.name, error=str(error).splitlines()[0]) from error
