"""Reading a Microsoft Forms export: the right sheet, the right columns, every cell as it stands."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.survey.dates import option_behind_date
from toe_analysis.survey.files import Table, read_tables
from toe_analysis.survey.headers import ColumnMatch, explain_mismatch, match_columns
from toe_analysis.survey.questionnaire import Questionnaire
from toe_analysis.survey.text import cell_text, fold

#: The header row is looked for among the first rows, since people put a note above it.
_HEADER_ROWS = 30

#: Columns past this one are no questions: they are where somebody's formatting ends.
_COLUMNS = 2_000

#: Rows that are turned into columns at a time. So few that their cells stay in the processor's cache, and that the
#: garbage collector, which starts after 700 new lists, does not walk through all that was read again and again.
_CHUNK = 125
_REMEMBERED = 100_000

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
        return replace(found[0], notes=(*found[0].notes, *_same_firms(found[0].cells)))
    parts = [
        export.cells.set_axis(pd.Index([f"file {place}, row {row}" for row in export.cells.index], name="row"))
        for place, export in enumerate(found, start=1)
    ]
    cells = pd.concat(parts)
    places = [place for place, part in enumerate(parts, start=1) for _ in part.index]
    notes = [f"file {place}: {note}" for place, export in enumerate(found, start=1) for note in export.notes]
    return Export(cells, None, found[0].headers, (*notes, *_same_firms(cells)), pd.Series(places, index=cells.index))


def _same_firms(cells: pd.DataFrame) -> list[str]:
    """Tell, without the name, of rows whose firm has one name; an address after a comma may differ."""
    if "q01" not in cells:
        return []
    names = cells["q01"].dropna().map(lambda text: fold(text.replace("\n", ",").split(",")[0]))
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
    found = find_headers(tables, questionnaire)
    if found is None:
        raise InputError(
            f"{path.name}: expected answers, but every sheet is empty; export the responses again from Forms"
        )
    table, header_row, headers, match = found
    _check_match(match, headers, questionnaire, table.where)
    notes += [*match.notes, *_other_sheets(tables, table, len(match.columns), questionnaire)]
    notes += [f"{name}: not in this export" for name in questionnaire.ids if name not in match.columns]
    named = match.unknown[:_NAMED]
    notes += [f"column {header[:60]!r} is no question of this survey and was left out" for header in named]
    if len(match.unknown) > _NAMED:
        notes.append(f"{len(match.unknown) - _NAMED} more columns are no questions of this survey and were left out")
    columns, completed, numbers = _read_rows(table, header_row, len(headers), match)
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


def find_headers(
    tables: Sequence[Table], questionnaire: Questionnaire
) -> tuple[Table, int, list[str], ColumnMatch] | None:
    """Return the table with the row that matches most questions, the row's place and its cells."""
    best, most, failure = None, (-1, False), None
    for table in tables:
        try:
            for place, row in enumerate(itertools.islice(table.rows(), _HEADER_ROWS)):
                headers = [cell_text(cell) or "" for cell in row[:_COLUMNS]]
                match = match_columns(headers, questionnaire)
                rank = (len(match.columns), not table.is_hidden)
                if any(headers) and rank > most:
                    best, most = (table, place, headers, match), rank
                if rank == (len(questionnaire), True):
                    return best  # none can match more
        except InputError as error:  # a text file makes sense with one separator, and may make none with another
            failure = error
    if best is None and failure is not None:
        raise failure
    return best


def _other_sheets(tables: Sequence[Table], chosen: Table, matched: int, questionnaire: Questionnaire) -> list[str]:
    """Tell of sheets that hold the questions as well, lest half of the answers are left out unseen."""
    others = [table for table in tables if table is not chosen and table.has_fixed_width]
    found = [(table, find_headers([table], questionnaire)) for table in others]
    return [
        f"{table.where} holds the questions as well and was not read"
        for table, best in found
        if best is not None and len(best[3].columns) == matched
    ]


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
            "from Forms; in data/raw/questionnaire.csv, give a question's other title under 'aliases', or take the "
            "question out if this wave did not ask it"
        )


def _read_rows(
    table: Table, header_row: int, width: int, match: ColumnMatch
) -> tuple[dict[str, list[str | None]], list, list[int]]:
    """Return each question's cells, the completion times, and the row numbers, for the rows with anything in them."""
    columns: dict[str, list[str | None]] = {name: [] for name in match.columns}
    completed: list = []
    numbers: list[int] = []
    texts: dict[object, str | None] = {}  # an export repeats a few texts very often, so each is looked at once
    number = header_row + 2
    rows = itertools.islice(table.rows(), header_row + 1, None)
    while chunk := list(itertools.islice(rows, _CHUNK)):
        filled = [place for place, row in enumerate(chunk) if _is_filled(row)]
        numbers += [number + place for place in filled]
        if not table.has_fixed_width:
            chunk = [_fitted(row, width, f"{table.where}, row {number + place}") for place, row in enumerate(chunk)]
        by_column = list(zip(*(chunk[place] for place in filled), strict=True))
        for name, place in match.columns.items() if filled else ():
            try:
                columns[name] += map(texts.__getitem__, by_column[place])
            except KeyError:
                del columns[name][len(numbers) - len(filled) :]
                texts.update((cell, cell_text(cell)) for cell in set(by_column[place]).difference(texts))
                columns[name] += map(texts.__getitem__, by_column[place])
        if filled and "completed" in match.meta:
            completed += by_column[match.meta["completed"]]
        number += len(chunk)
        if len(texts) > _REMEMBERED:
            texts.clear()
    return columns, completed, numbers


def _is_filled(row: list) -> bool:
    if row and row[0] and not isinstance(row[0], str):  # the number that Forms gives, in nearly every row
        return True
    return any(not isinstance(cell, str) or cell_text(cell) for cell in row if cell)


def _fitted(row: list[str], width: int, where: str) -> list[str]:
    """Return the row of a text file with as many cells as there are headers."""
    if any(map(cell_text, row[width:])):
        raise InputError(
            f"{where}: expected {width} cells as in the header row, found {len(row)}; an answer that holds the "
            "character between cells must stand in quotation marks, as Excel writes it"
        )
    return row[:width] + [""] * (width - len(row))


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
