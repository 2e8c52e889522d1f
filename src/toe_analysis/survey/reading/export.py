"""Reading a Microsoft Forms export: the right sheet, the right columns, every cell as it stands."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.survey.questionnaire import Questionnaire
from toe_analysis.survey.reading.dates import option_behind_date
from toe_analysis.survey.reading.files import Table, read_tables
from toe_analysis.survey.reading.headers import (
    ColumnMatch,
    explain_mismatch,
    match_columns,
    name_columns,
    nearest_title,
)
from toe_analysis.survey.reading.response_rows import is_filled, read_rows, tell_no_responses
from toe_analysis.survey.text import cell_text, fold

#: The header row is looked for among the first rows, since people put a note above it.
_HEADER_ROWS = 30

#: Columns past this one are no questions: they are where somebody's formatting ends.
_COLUMNS = 2_000

#: Columns that are named in the notes when they are no question; a quiz adds two for each question.
_NAMED = 8

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
    waves : pandas.Series or None
        The place of each response's file, from 1, where several files were read; else None.
    """

    cells: pd.DataFrame
    completed: pd.Series | None
    headers: dict[str, str]
    notes: tuple[str, ...]
    waves: pd.Series | None = None


def read_exports(paths: Sequence[Path], questionnaire: Questionnaire) -> Export:
    """Read one export, or several as the waves or regions of one survey, in the order given.

    With several, a row is labelled ``file 2, row 5``, so that it can be found again.

    Raises
    ------
    InputError
        As `read_export` does.
    """
    found = [read_export(path, questionnaire) for path in paths]
    if len(found) == 1:
        return replace(found[0], notes=(*found[0].notes, *_same_firms(found[0].cells, questionnaire)))
    parts = [
        export.cells.set_axis(pd.Index([f"file {place}, row {row}" for row in export.cells.index], name="row"))
        for place, export in enumerate(found, start=1)
    ]
    cells = pd.concat(parts)
    places = [place for place, part in enumerate(parts, start=1) for _ in part.index]
    notes = [f"file {place}: {note}" for place, export in enumerate(found, start=1) for note in export.notes]
    return Export(
        cells,
        None,
        found[0].headers,
        (*notes, *_same_firms(cells, questionnaire)),
        pd.Series(places, index=cells.index),
    )


def _same_firms(cells: pd.DataFrame, questionnaire: Questionnaire) -> list[str]:
    """Tell, without the name, of rows whose firm has one name; an address after a comma may differ."""
    asked = questionnaire.role("firm")
    if asked is None or asked.id not in cells:
        return []
    names = cells[asked.id].dropna().map(lambda text: fold(text.replace("\n", ",").split(",")[0]))
    rows = [list(part.index) for name, part in names.groupby(names, sort=False) if name and len(part) > 1]
    if not rows:
        return []
    first = " and ".join(str(row) if isinstance(row, str) else f"row {row}" for row in rows[0][:2])
    return [f"{len(rows)} firm names stand in more than one row ({first}, for example); all rows are kept"]


def read_export(path: Path, questionnaire: Questionnaire) -> Export:
    """Read the answers from an export: an Excel workbook, or a copy saved as CSV or Parquet.

    Names, addresses, e-mail, respondent names, start times and ids of the export are not read into the result, apart
    from what the questionnaire itself asks.

    Parameters
    ----------
    path : Path
        A workbook (``.xlsx``) as Microsoft Forms exports it, or a text file (``.csv``) or ``.parquet`` made from it.
    questionnaire : Questionnaire

    Returns
    -------
    Export

    Raises
    ------
    InputError
        If there is no such file, it cannot be read, no sheet is this survey's, a question is missing, or there is no
        row of answers.
    """
    tables, notes = read_tables(path)
    best = _best_matches(tables, questionnaire)
    if not best:
        empty = "every sheet is empty" if path.suffix.lower() in (".xlsx", ".xlsm") else "the file holds no table"
        raise InputError(f"{path.name}: expected answers, but {empty}; export the responses again from Forms")
    table, header_row, headers, match = best[0][0]
    _check_match(match, headers, questionnaire, table.where)
    _check_rivals(table, header_row, match)
    notes += match.notes
    notes += _tell_other_sheets(best[1:])
    notes += [f"{name}: not in this export" for name in questionnaire.ids if name not in match.columns]
    notes += _tell_unknown(match.unknown, headers, questionnaire)
    columns, completed, numbers, apart = read_rows(table, header_row, len(headers), match)
    notes += tell_no_responses(apart)
    if not numbers:
        raise InputError(f"{table.where}: expected a row for each response below the headers, found none")
    index = pd.Index(numbers, name="row")
    notes += _undo_dates(columns, questionnaire)
    empty = [None] * len(numbers)
    return Export(
        pd.DataFrame({name: columns.get(name, empty) for name in questionnaire.ids}, index=index, dtype=object),
        pd.Series(completed, index=index, dtype=object) if "completed" in match.meta else None,
        {name: headers[column] for name, column in match.columns.items()},
        tuple(notes),
    )


_Headers = tuple[Table, int, list[str], ColumnMatch]


def find_headers(tables: Sequence[Table], questionnaire: Questionnaire) -> _Headers | None:
    """Return the table with the row that matches most questions, the row's place and its cells.

    Of tables that match equally, a hidden one comes last, then a copy without the columns that Forms adds, then the
    one with fewer rows.
    """
    best = _best_matches(tables, questionnaire)
    return best[0][0] if best else None


def _best_matches(tables: Sequence[Table], questionnaire: Questionnaire) -> list[tuple[_Headers, int]]:
    """Return the tables that match most questions, the one to read first, with their rows if there are several."""
    found: list[_Headers] = []
    failure = None
    for table in tables:
        try:
            found += _header_row(table, questionnaire)
        except InputError as error:  # a text file makes sense with one separator, and may make none with another
            failure = error
            continue
        if found and not table.has_fixed_width and len(found[-1][3].columns) == len(questionnaire):
            break  # nor does it need another one
    if not found and failure is not None:
        raise failure
    most = max((len(match.columns) for *_, match in found), default=0)
    best = [one for one in found if len(one[3].columns) == most]
    is_choice = len(best) > 1 and most * 2 >= len(questionnaire) and best[0][0].has_fixed_width
    counted = [(one, _count_rows(one) if is_choice else 0) for one in best]
    return sorted(counted, key=lambda one: (one[0][0].is_hidden, not one[0][3].meta, -one[1]))


def _header_row(table: Table, questionnaire: Questionnaire) -> list[_Headers]:
    """Return the table's row that matches most questions, or nothing if its first rows are empty."""
    best: list[_Headers] = []
    try:
        for place, row in enumerate(itertools.islice(table.rows(), _HEADER_ROWS)):
            headers = [cell_text(cell) or "" for cell in row[:_COLUMNS]]
            match = match_columns(headers, questionnaire)
            if any(headers) and (not best or len(match.columns) > len(best[0][3].columns)):
                best = [(table, place, headers, match)]
            if len(match.columns) == len(questionnaire):
                break  # none can match more
    except InputError:  # of rows below the headers, it is told when they are read
        if not best:
            raise
    return best


def _count_rows(found: _Headers) -> int:
    return sum(map(is_filled, itertools.islice(found[0].rows(), found[1] + 1, None)))


def _check_match(match: ColumnMatch, headers: Sequence[str], questionnaire: Questionnaire, where: str) -> None:
    if len(match.columns) * 2 < len(questionnaire):
        raise InputError(
            f"{where}: expected the {len(questionnaire)} questions of this survey as column headers, found "
            f"{len(match.columns)}; is it another survey's export? Its first headers, not repeated here since they "
            "may be answers:\n" + explain_mismatch(headers, questionnaire)
        )
    missing = [
        f"{question.id} ({question.header!r})"
        for question in questionnaire
        if question.id not in match.columns and question.privacy not in _MAY_BE_REMOVED
    ]
    if missing:
        raise InputError(
            f"{where}: expected a column for every question, found none for {', '.join(missing)}; export all columns "
            "from Forms; in data/raw/questionnaire.csv, give a question's other title under 'aliases', or take the "
            "question out if this wave did not ask it"
        )


def _check_rivals(table: Table, header_row: int, match: ColumnMatch) -> None:
    """Refuse a second column of a question that holds other answers: which one counts is not ours to say."""
    for number, row in enumerate(table.rows() if match.rivals else (), start=1):
        for column, names in match.rivals.items() if number > header_row + 1 else ():
            places = [match.columns[name] for name in names]
            texts = [cell_text(row[place]) if place < len(row) else None for place in (*places, column)]
            if texts[-1] is not None and texts[-1] not in texts[:-1]:
                raise InputError(
                    f"{table.where}, row {number}: expected one column with the title of {', '.join(names)}, found "
                    f"another answer in {name_columns([column])} than in {name_columns(places)}; delete the one that "
                    "is not to be read, or change its title"
                )


def _tell_other_sheets(others: Sequence[tuple[_Headers, int]]) -> list[str]:
    """Tell of sheets that match as well, lest half of the answers are left out unseen."""
    return [
        f"{table.where} holds the questions as well, over {rows} row{'s' * (rows != 1)}, and was not read"
        for (table, *_), rows in others
    ]


def _tell_unknown(unknown: Sequence[int], headers: Sequence[str], questionnaire: Questionnaire) -> list[str]:
    """Tell of columns that are no question, without their headers, where somebody's name may stand."""
    notes = []
    for column in unknown[:_NAMED]:
        near = nearest_title(headers[column], questionnaire)
        like = f" (its title is most like {near!r})" if near else ""
        notes.append(f"{name_columns([column])}{like} is no question of this survey and was left out")
    if len(unknown) > _NAMED:
        notes.append(f"{len(unknown) - _NAMED} more columns are no questions of this survey and were left out")
    return notes


def _undo_dates(columns: dict[str, list[str | None]], questionnaire: Questionnaire) -> list[str]:
    """Put back options that Excel turned into dates, and say so."""
    notes = []
    for question in questionnaire:
        if question.type != "single" or question.id not in columns:
            continue
        cells = columns[question.id]
        options = {fold(option) for option in question.options}
        unknown = {cell for cell in set(cells) if cell is not None and fold(cell) not in options}
        restored = {cell: option for cell in unknown if (option := option_behind_date(cell, question.options))}
        if restored:
            columns[question.id] = [restored.get(cell, cell) for cell in cells]
            examples = ", ".join(f"{cell!r} as {option!r}" for cell, option in sorted(restored.items())[:3])
            count = sum(cell in restored for cell in cells)
            notes.append(f"{question.id}: Excel had turned {count} answers into dates; read {examples}")
    return notes
