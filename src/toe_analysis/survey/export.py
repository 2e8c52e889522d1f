"""Reading a Microsoft Forms export: the right sheet, the right columns, every cell as it stands."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import python_calamine

from toe_analysis.errors import InputError
from toe_analysis.survey.headers import ColumnMatch, explain_mismatch, match_columns
from toe_analysis.survey.questionnaire import Questionnaire
from toe_analysis.survey.text import cell_text

#: The header row is looked for among the first rows, since people put a note above it.
_HEADER_ROWS = 10

#: A copy without these is still this survey: they are removed to make it anonymous and are analysed nowhere.
_MAY_BE_REMOVED = ("identifier", "quasi-identifier")


@dataclass(frozen=True)
class Export:
    """The answers of one export, before cleaning.

    Parameters
    ----------
    cells : pandas.DataFrame
        A row a response, labelled by its row number in the sheet; a column a question id; text or None.
    completed : pandas.Series or None
        When each response was handed in; None if the export does not keep it.
    headers : dict of str to str
        Question id to header as found.
    notes : tuple of str
        What the reader had to decide.
    """

    cells: pd.DataFrame
    completed: pd.Series | None
    headers: dict[str, str]
    notes: tuple[str, ...]


def read_export(path: Path, questionnaire: Questionnaire) -> Export:
    """Read the answers from an Excel workbook.

    Names, addresses, e-mail, respondent names, start times and ids of the export are not read into the result, apart
    from what the questionnaire itself asks.

    Parameters
    ----------
    path : Path
        A workbook (``.xlsx``) as Microsoft Forms exports it.
    questionnaire : Questionnaire

    Returns
    -------
    Export

    Raises
    ------
    InputError
        If there is no such file, it is no workbook, no sheet is this survey's, a question is missing, or there is
        no row of answers.
    """
    sheets = _read_sheets(path)
    best = max(
        (
            (name, row, match_columns(cells, questionnaire))
            for name, rows in sheets.items()
            for row, cells in _heads(rows)
        ),
        key=lambda found: len(found[2].columns),
        default=None,
    )
    if best is None:
        raise InputError(
            f"{path.name}: expected answers, but every sheet is empty; export the responses again from Forms"
        )
    sheet, header_row, match = best
    headers = [str(header) for header in sheets[sheet][header_row]]
    _check_match(match, headers, questionnaire, f"{path.name}, sheet {sheet!r}")
    notes = list(match.notes)
    notes += [f"{name}: not in this export" for name in questionnaire.ids if name not in match.columns]
    notes += [f"column {header[:60]!r} is no question of this survey and was left out" for header in match.unknown]
    rows = sheets[sheet][header_row + 1 :]
    numbers = pd.Index(range(header_row + 2, header_row + 2 + len(rows)), name="row")
    cells = pd.DataFrame(
        {name: _column(rows, match.columns.get(name)) for name in questionnaire.ids},
        index=numbers,
        dtype=object,
    )
    completed = None
    if "completed" in match.meta:
        completed = pd.Series([row[match.meta["completed"]] for row in rows], index=numbers, dtype=object)
    filled = [any(cell_text(cell) for cell in row) for row in rows]
    if not any(filled):
        raise InputError(
            f"{path.name}, sheet {sheet!r}: expected a row for each response below the headers, found none"
        )
    return Export(
        cells[filled],
        None if completed is None else completed[filled],
        {name: headers[column] for name, column in match.columns.items()},
        tuple(notes),
    )


def _read_sheets(path: Path) -> dict[str, list[list]]:
    if not path.is_file():
        raise InputError(f"expected an Excel workbook at {path}, but there is no such file; check the name and folder")
    if not zipfile.is_zipfile(path):
        raise InputError(
            f"{path.name}: expected an Excel workbook (.xlsx), found a file of another kind; in Forms choose "
            "'Open in Excel' and save the result as .xlsx"
        )
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        return {
            name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names
        }
    except (python_calamine.CalamineError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path.name}: expected a readable Excel workbook, but reading stopped at: {str(error).splitlines()[0]}; "
            "open it in Excel, save it again as .xlsx and try once more"
        ) from error


def _heads(rows: list[list]) -> list[tuple[int, list[str]]]:
    return [(place, [str(cell) for cell in row]) for place, row in enumerate(rows[:_HEADER_ROWS]) if any(row)]


def _check_match(match: ColumnMatch, headers: Sequence[str], questionnaire: Questionnaire, where: str) -> None:
    if len(match.columns) * 2 < len(questionnaire):
        raise InputError(
            f"{where}: expected the {len(questionnaire)} questions of this survey as column headers, found "
            f"{len(match.columns)}; is it another survey's export? Its first headers are:\n"
            + explain_mismatch(headers, questionnaire)
        )
    missing = [
        f"{question.id} ({question.header!r})"
        for question in questionnaire
        if question.id not in match.columns and question.privacy not in _MAY_BE_REMOVED
    ]
    if missing:
        raise InputError(
            f"{where}: expected a column for every question, found none for {', '.join(missing)}; export all columns "
            "from Forms, or take the question out of data/raw/questionnaire.csv if this wave did not ask it"
        )


def _column(rows: list[list], place: int | None) -> list[str | None]:
    return [None if place is None else cell_text(row[place]) for row in rows]
