"""The rows of an export: where the headers stand, which rows are responses, and what is odd about them."""

import csv
import io
import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.survey.facts.questionnaire import FIRM, Questionnaire
from toe_analysis.survey.reading.dates import readings_of_times
from toe_analysis.survey.reading.files import GivenFile
from toe_analysis.survey.reading.headers import ColumnMatch, match_columns, name_columns
from toe_analysis.survey.reading.kinds import SEPARATORS, encoding_of
from toe_analysis.survey.reading.tables import Column, Table, read_tables
from toe_analysis.survey.text import cell_text, fold

#: The header row is looked for among the first rows, since people put a note above it.
_HEADER_ROWS = 30

#: Columns past this one are no questions: they are where somebody's formatting ends.
_COLUMNS = 2_000

#: Bytes at the beginning of a text file that tell what stands between its cells.
_START = 64 * 2**10

#: Rows that a note names.
_ROWS_NAMED = 5


@dataclass(frozen=True, eq=False)
class Found:
    """A table with the row that matches the most questions, and the rows below it.

    Parameters
    ----------
    table : Table
    row : int
        Place of the headers, counted from 0.
    headers : list of str
    match : ColumnMatch
    rows : numpy.ndarray of int
        Places of the rows below the headers with something in them, counted from 0; later on, of the responses alone.
    """

    table: Table
    row: int
    headers: list[str]
    match: ColumnMatch
    rows: np.ndarray

    def column(self, place: int) -> Column:
        """Return what stands in a column, counted from 0, of these rows."""
        return self.table.columns[place].take(self.rows)


def find_headers(file: GivenFile, questionnaire: Questionnaire) -> list[Found]:
    """Return the tables that match the most questions, the one to read first.

    Of tables that match equally, a hidden one comes last, then a copy without the columns that Forms adds, then the
    one with fewer rows.

    Raises
    ------
    InputError
        If the file is damaged, or every table in it is empty.
    """
    separator = _separator(file, questionnaire) if file.is_text else ""
    found = [one for table in read_tables(file, separator) for one in _header_row(table, questionnaire)]
    if not found:
        raise InputError(f"{file.name}: expected answers, but it is empty; export the responses again from Forms")
    most = max(len(one.match.columns) for one in found)
    best = [one for one in found if len(one.match.columns) == most]
    return sorted(best, key=lambda one: (one.table.is_hidden, not one.match.meta, -len(one.rows)))


def _separator(file: GivenFile, questionnaire: Questionnaire) -> str:
    """Return what stands between the cells of a text file: what gives most questions, else what stands there most."""
    # Of the whole file, since half a letter at the end of its beginning would tell of another encoding.
    text = file.content[:_START].decode(encoding_of(file.content)[0], errors="replace")

    def fit(separator: str) -> tuple[int, int]:
        rows = itertools.islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), _HEADER_ROWS)
        return max((len(match_columns(row, questionnaire).columns) for row in rows), default=0), text.count(separator)

    return max(SEPARATORS, key=fit)


def _header_row(table: Table, questionnaire: Questionnaire) -> list[Found]:
    """Return the table's row that matches most questions, or nothing if its first rows are empty."""
    best: list[Found] = []
    for row in range(min(table.height, _HEADER_ROWS)):
        headers = table.row(row, _COLUMNS)
        match = match_columns(headers, questionnaire)
        if any(headers) and (not best or len(match.columns) > len(best[0].match.columns)):
            best = [Found(table, row, headers, match, row + 1 + np.flatnonzero(table.is_filled[row + 1 :]))]
        if best and len(match.columns) == len(questionnaire):
            break  # none can match more
    return best


def which_are_responses(found: Found, answers: dict[str, Column]) -> tuple[np.ndarray, list[str]]:
    """Tell the responses from all else that stands below the headers.

    A row is no response if it repeats the headers, as where two exports stand one below the other, or if it holds
    neither an answer nor a completion time, as totals do.

    Parameters
    ----------
    found : Found
        The table with its headers.
    answers : dict of str to Column
        By question, what each row says.

    Returns
    -------
    is_response : numpy.ndarray of bool
        Whether each row is one.
    notes : list of str
        What was left out.
    """
    again = _repeats_headers(found, answers)
    without = ~again & _is_without_answers(found, answers)
    left_out = "so no response; left out and not counted"
    return ~again & ~without, [
        *_tell(found.rows[again], f"the headers once more, {left_out}"),
        *_tell(found.rows[without], f"neither an answer in words nor a completion time, {left_out}"),
    ]


def check_lengths(found: Found) -> None:
    """Refuse a row of a text file with more cells than headers: an answer in it may have been cut in two."""
    width = found.table.length(found.row)
    is_longer = np.zeros(len(found.rows), dtype=bool)
    for column in found.table.columns[width:]:
        is_longer |= column.take(found.rows).where(cell_text)
    if is_longer.any():
        row = found.rows[is_longer.argmax()]
        raise InputError(
            f"{found.table.where}, row {row + 1}: expected {width} cells as in the header row, found "
            f"{found.table.length(row)}; an answer that holds the character between cells must stand in quotation "
            "marks, as Excel writes it"
        )


def _repeats_headers(found: Found, answers: dict[str, Column]) -> np.ndarray:
    """Return for each row whether at least half of its answers are the titles of their columns."""
    same = 0
    for name, column in answers.items():
        title = found.headers[found.match.columns[name]]
        same += column.where(lambda text, title=title: text == title).astype(int)
    return same * 2 >= len(answers)


def _is_without_answers(found: Found, answers: dict[str, Column]) -> np.ndarray:
    """Return for each row whether it holds neither an answer nor a completion time.

    Where the others have a completion time, a row of numbers alone is none either: Excel's own row of totals.
    """
    has_times = "completed" in found.match.meta
    is_without = np.ones(len(found.rows), dtype=bool)
    for column in answers.values():
        is_without &= column.where(lambda text: text is None or (has_times and text.isdecimal()))
    if has_times and is_without.any():
        completed = found.column(found.match.meta["completed"]).values()[is_without]
        is_without[is_without] = readings_of_times(pd.Series(completed, dtype=object))[0].isna().to_numpy()
    return is_without


def tell_hidden(found: Found) -> list[str]:
    """Return notes on responses and answers that Excel does not show: somebody may not want them counted."""
    columns = [
        column
        for column in found.match.columns.values()
        if any(first <= column + 1 <= last for first, last in found.table.hidden_columns)
    ]
    hidden = np.isin(found.rows + 1, found.table.hidden_rows)
    notes = _tell(found.rows[hidden], "hidden or filtered out in Excel; read like the others")
    return notes + ([f"{name_columns(columns)}: hidden in Excel; read like the others"] if columns else [])


def tell_same_ids(found: Found) -> list[str]:
    """Return a note on rows to which the export gives one id, if there are any."""
    if "id" not in found.match.meta:
        return []
    ids = found.column(found.match.meta["id"])
    has_id = ids.where(lambda cell: cell not in (None, ""))
    return _tell_same(pd.Series(ids.numbers, index=found.rows + 1)[has_id], "one response id")


def tell_same_firms(cells: pd.DataFrame, questionnaire: Questionnaire) -> list[str]:
    """Return notes on rows that may be one firm: by its name, without repeating it, and by all that it answered."""
    notes = []
    asked = questionnaire.role(FIRM)
    if asked is not None and asked.id in cells:
        names = cells[asked.id].dropna()  # an address after a comma may differ
        firms = {text: fold(text.replace("\n", ",").split(",")[0]) for text in names.unique()}
        notes += _tell_same(names.map(firms)[lambda name: name != ""], "the name of one firm")
    answers = cells[[question.id for question in questionnaire if question.privacy != "identifier"]]
    same = pd.util.hash_pandas_object(answers.dropna(how="all"), index=False)
    return notes + _tell_same(same, "one set of answers")


def _tell_same(keys: pd.Series, what: str) -> list[str]:
    """Return a note on keys that stand in more than one row, with the first two rows that share one."""
    again = keys[keys.duplicated(keep=False)]
    if again.empty:
        return []
    rows = again.index[again == again.iloc[0]][:2]
    first = " and ".join(str(row) if isinstance(row, str) else f"row {row}" for row in rows)
    more = f", and {again.nunique() - 1} more such" if again.nunique() > 1 else ""
    return [f"{what} stands in more than one row: {first}{more}; all rows are kept"]


def _tell(rows: np.ndarray, what: str) -> list[str]:
    """Return a note that names rows, counted from 0 here and from 1 there, if there are any."""
    if not len(rows):
        return []
    named = ", ".join(str(row + 1) for row in rows[:_ROWS_NAMED])
    more = f" and {len(rows) - _ROWS_NAMED} more" if len(rows) > _ROWS_NAMED else ""
    return [f"row {named}{more}: {what}"]
