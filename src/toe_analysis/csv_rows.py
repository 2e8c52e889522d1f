"""The cells of a CSV file that a person keeps. With the standard library alone, since a run with nothing to do asks."""

import csv
import io
from pathlib import Path

from toe_analysis.errors import InputError, why_unreadable
from toe_analysis.paths import given_bytes


def read_csv_rows(path: Path) -> list[list[str]]:
    """Return the rows of a file with commas, tabs or semicolons, the names of its columns first, filled up to as many.

    Raises
    ------
    InputError
        If it cannot be read, names no columns, or has a row that is longer.
    """
    told, rows = f"{path.name}: expected a CSV file in UTF-8, but", []
    try:
        text = given_bytes(path, told).decode("utf-8-sig")
        heading = text.partition("\n")[0]
        mark = max(",;\t", key=heading.count)
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            rows.append(row)
    except ValueError as error:
        raise InputError(f"{told} {why_unreadable(path, error)}") from error
    except csv.Error as error:
        where = f"a quotation mark in row {len(rows) + 1}"
        if "expected after" in str(error):
            raise InputError(f"{told} {where} ends a cell that goes on; put two where the text holds one") from error
        raise InputError(f"{told} {where} is never closed; put a second one where its text ends") from error
    if heading.casefold().startswith(("sep=", '"sep=')):
        expected = f"expected the names of the columns, found {heading.strip()!r}, which only a spreadsheet reads"
        raise InputError(f"{path.name}, row 1: {expected}; delete that row")
    if not any(rows[:1]):
        raise InputError(f"{told} {'row 1 names no columns' if any(rows) else 'it is empty'}")
    for number, row in enumerate(rows, start=1):
        if len(row) > len(rows[0]):
            name = {",": "comma", ";": "semicolon", "\t": "tab"}[mark]
            raise InputError(
                f"{path.name}, row {number}: expected {len(rows[0])} cells, as in row 1, found {len(row)}; put "
                f"quotation marks around a cell that has a {name} in it"
            )
    return [[name.strip() for name in rows[0]], *(row + [""] * (len(rows[0]) - len(row)) for row in rows[1:])]
