"""Which table of a file holds the answers, and which of its rows the headers."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from toe_analysis.errors import InputError
from toe_analysis.survey.facts.questionnaire import Questionnaire
from toe_analysis.survey.reading.child import SEPARATORS
from toe_analysis.survey.reading.files import GivenFile, read_file
from toe_analysis.survey.reading.headers import ColumnMatch, match_columns
from toe_analysis.survey.reading.tables import Table, TooMuchError, read_tables

#: The header row is looked for among the first rows, since people put a note above it.
_HEADER_ROWS = 30

#: Columns past this one are no questions: they are where somebody's formatting ends.
_COLUMNS = 2_000

#: Bytes at the beginning of a text file that tell what most likely stands between its cells.
_START = 64 * 2**10


@dataclass(frozen=True, eq=False)
class Found:
    """A table with the row that matches the most questions.

    Parameters
    ----------
    table : Table
    row : int
        Place of the headers, counted from 0.
    headers : list of str
    match : ColumnMatch
    """

    table: Table
    row: int
    headers: list[str]
    match: ColumnMatch

    @cached_property
    def rows(self) -> np.ndarray:
        """Places of the rows below the headers with something in them, counted from 0."""
        return self.row + 1 + np.flatnonzero(self.table.is_filled[self.row + 1 :])


def find_headers(export: Path | GivenFile, questionnaire: Questionnaire) -> list[Found]:
    """Return the tables that match the most questions, the one to read first.

    Of tables that match equally, a hidden one comes last, then a copy without the columns that Forms adds, then the
    one with fewer rows.

    Raises
    ------
    InputError
        If the file cannot be read, or every table in it is empty.
    """
    file = export if isinstance(export, GivenFile) else read_file(export)
    if file.is_text:
        found = _in_text(file, questionnaire)
    else:
        found = [one for table in read_tables(file) for one in _header_row(table, questionnaire)]
    if not found:
        empty = "every sheet is empty" if file.is_workbook else "the file holds no table"
        raise InputError(f"{file.name}: expected answers, but {empty}; export the responses again from Forms")
    most = max(len(one.match.columns) for one in found)
    best = [one for one in found if len(one.match.columns) == most]
    return sorted(best, key=lambda one: (one.table.is_hidden, not one.match.meta, -len(one.rows)))


def _in_text(file: GivenFile, questionnaire: Questionnaire) -> list[Found]:
    """Read a text file with one separator after the other, until it is this survey's."""
    start = file.content[:_START]
    likely = sorted(SEPARATORS, key=lambda separator: -start.count(separator.encode()))
    found: list[Found] = []
    failures = {}
    for separator in likely:
        if separator.encode() not in file.content:
            continue
        try:
            found += _header_row(read_tables(file, separator)[0], questionnaire)
        except TooMuchError:
            raise  # it would with the next one too
        except InputError as error:  # it makes sense with one separator, and may make none with another
            failures[separator] = error
        if any(len(one.match.columns) * 2 >= len(questionnaire) for one in found):
            return found
    if failures and (not found or likely[0] in failures):
        raise next(iter(failures.values()))
    return found


def _header_row(table: Table, questionnaire: Questionnaire) -> list[Found]:
    """Return the table's row that matches most questions, or nothing if its first rows are empty."""
    best: list[Found] = []
    for row in range(min(table.height, _HEADER_ROWS)):
        headers = table.row(row, _COLUMNS)
        match = match_columns(headers, questionnaire)
        if any(headers) and (not best or len(match.columns) > len(best[0].match.columns)):
            best = [Found(table, row, headers, match)]
        if len(match.columns) == len(questionnaire):
            break  # none can match more
    return best
