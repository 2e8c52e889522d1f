"""The rows below the headers of an export: read in chunks, and told apart from totals."""

import itertools
from collections.abc import Sequence

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.survey.reading.dates import readings_of_times
from toe_analysis.survey.reading.files import Table
from toe_analysis.survey.reading.headers import ColumnMatch
from toe_analysis.survey.text import cell_text

#: Rows that are turned into columns at a time. So few that their cells stay in the processor's cache, and that the
#: garbage collector, which starts after 700 new lists, does not walk through all that was read again and again.
_CHUNK = 125
_REMEMBERED = 100_000

#: Rows that a note names.
_ROWS_NAMED = 5


def read_rows(
    table: Table, header_row: int, width: int, match: ColumnMatch
) -> tuple[dict[str, list[str | None]], list, list[int], list[int]]:
    """Return what the rows below the headers hold.

    Parameters
    ----------
    table : Table
    header_row : int
        Place of the headers, counted from 0.
    width : int
        How many headers there are.
    match : ColumnMatch

    Returns
    -------
    columns : dict of str to list
        Each question's cells, of the rows that are responses.
    completed : list
        Their completion times as they stand; empty if the export keeps none.
    numbers : list of int
        Their row numbers.
    apart : list of int
        The numbers of rows that are no responses: they hold neither an answer nor a completion time, as totals do.

    Raises
    ------
    InputError
        If a row of a text file has more cells than there are headers.
    """
    columns: dict[str, list[str | None]] = {name: [] for name in match.columns}
    completed: list = []
    numbers: list[int] = []
    texts: dict[object, str | None] = {}  # an export repeats a few texts very often, so each is looked at once
    number = header_row + 2
    rows = itertools.islice(table.rows(), header_row + 1, None)
    while chunk := list(itertools.islice(rows, _CHUNK)):
        filled = [place for place, row in enumerate(chunk) if is_filled(row)]
        numbers += [number + place for place in filled]
        if not table.has_fixed_width:
            for place in filled:
                chunk[place] = _fitted(chunk[place], width, f"{table.where}, row {number + place}")
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
    apart = set(_no_responses(columns, completed))
    if not apart:
        return columns, completed, numbers, []
    kept = [place for place in range(len(numbers)) if place not in apart]
    columns = {name: [cells[place] for place in kept] for name, cells in columns.items()}
    completed = [completed[place] for place in kept if completed]
    return columns, completed, [numbers[place] for place in kept], [numbers[place] for place in sorted(apart)]


def is_filled(row: list) -> bool:
    """Tell whether anything stands in a row."""
    if row and row[0] and not isinstance(row[0], str):  # the number that Forms gives, in nearly every row
        return True
    return any(not isinstance(cell, str) or cell_text(cell) for cell in row if cell)


def tell_no_responses(rows: Sequence[int]) -> list[str]:
    """Return a note on the rows that are no responses, if there are any."""
    if not rows:
        return []
    more = f" and {len(rows) - _ROWS_NAMED} more" if len(rows) > _ROWS_NAMED else ""
    named = ", ".join(map(str, rows[:_ROWS_NAMED])) + more
    return [f"row {named}: neither an answer in words nor a completion time, so no response; left out and not counted"]


def _no_responses(columns: dict[str, list[str | None]], completed: list) -> list[int]:
    """Return the places of the rows that hold neither an answer nor a completion time.

    Where the others have a completion time, a row of numbers alone is none either: Excel's own row of totals.
    """
    places = list(range(len(next(iter(columns.values())))))
    for cells in columns.values():
        places = [place for place in places if cells[place] is None or (completed and cells[place].isdecimal())]
    if not places or not completed:
        return places
    times = readings_of_times(pd.Series([completed[place] for place in places], dtype=object))[0]
    return [place for place, is_none in zip(places, times.isna(), strict=True) if is_none]


def _fitted(row: list[str], width: int, where: str) -> list[str]:
    """Return the row of a text file with as many cells as there are headers."""
    surplus = row[width:]
    if any(surplus) and any(map(cell_text, surplus)):
        raise InputError(
            f"{where}: expected {width} cells as in the header row, found {len(row)}; an answer that holds the "
            "character between cells must stand in quotation marks, as Excel writes it"
        )
    return row[:width] + [""] * (width - len(row))
