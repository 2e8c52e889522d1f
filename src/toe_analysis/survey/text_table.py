"""Reading a table that a person keeps as a CSV file: codings, claims, baselines, the dictionary of patterns."""

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from toe_analysis.errors import InputError


def read_text_table(
    path: Path,
    columns: Sequence[str] = (),
    *,
    codes: Mapping[str, Collection[str]] = MappingProxyType({}),
    whole: Sequence[str] = (),
) -> pd.DataFrame:
    """Read a CSV file as text, with commas or, as Danish spreadsheets write it, semicolons.

    Parameters
    ----------
    path : Path
        A file in UTF-8 whose first row names its columns.
    columns : sequence of str
        Columns that must be there.
    codes : mapping of str to collection of str
        By column the codes that may stand in it.
    whole : sequence of str
        Columns of whole numbers.

    Returns
    -------
    pandas.DataFrame
        All columns, text but for the whole numbers, and every row that is not empty; the index is the row's number in
        the file, so that a message about a cell can name its row.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing or stands twice, or a cell holds something else than it may.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            heading = file.readline()
        mark = ";" if heading.count(";") > heading.count(",") else ","
        # Without a header, so that pandas neither renames columns nor takes a long row for one with an index.
        told = {"sep": mark, "header": None, "skip_blank_lines": False, "encoding": "utf-8-sig"}
        table = pd.read_csv(path, dtype=str, keep_default_na=False, **told).fillna("")
    except (OSError, ValueError) as error:
        if isinstance(error, pd.errors.ParserError) and (told := _too_long(path, mark)):
            raise InputError(told) from error
        raise InputError(f"{path.name}: expected a CSV file in UTF-8, but {why_unreadable(path, error)}") from error
    table = table.set_axis(table.iloc[0].str.strip(), axis=1).rename_axis(columns=None)
    table = table.set_axis(range(1, len(table) + 1), axis=0).iloc[1:]
    if lost := [name for name in columns if name not in table.columns]:
        raise InputError(
            f"{path.name}, row 1: expected the columns {', '.join(columns)}, found {', '.join(table.columns)}; "
            f"{', '.join(lost)} is missing"
        )
    if table.columns.has_duplicates:
        twice = table.columns[table.columns.duplicated()][0]
        raise InputError(f"{path.name}, row 1: expected each column once, found {twice!r} twice")
    table = table[(table.map(str.strip) != "").any(axis=1)]
    for row, cells in table.to_dict("index").items():
        for name in whole:
            if not cells[name].isdecimal():
                raise InputError(
                    f"{path.name}, row {row}, column {name}: expected a whole number, found {cells[name]!r}"
                )
        for name, known in codes.items():
            if cells[name] not in known:
                offered = ", ".join(code or "nothing" for code in known)
                raise InputError(
                    f"{path.name}, row {row}, column {name}: expected one of {offered}, found {cells[name]!r}"
                )
    return table.astype(dict.fromkeys(whole, int))


def _too_long(path: Path, mark: str) -> str:
    """Say which row has more cells than the heading, and which cell seems to be cut in two; nothing if none has."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        heading, *rows = csv.reader(file, delimiter=mark)
    long = ((number, row) for number, row in enumerate(rows, start=2) if len(row) > len(heading))
    number, row = next(long, (0, []))
    if not number:
        return ""
    where, name = f"{path.name}, row {number}", {",": "comma", ";": "semicolon"}[mark]
    counts = f"expected {len(heading)} cells, as in row 1, found {len(row)}"
    cut = next((place for place, pair in enumerate(pairwise(row[: len(heading) + 1])) if _is_cut(*pair)), None)
    if cut is None:
        return f"{where}: {counts}; put quotation marks around the cell that has a {name} in it"
    whole = mark.join(row[cut : cut + 2])
    return f'{where}, column {heading[cut].strip()}: {counts}; a cell with a {name} needs quotation marks: "{whole}"'


def _is_cut(left: str, right: str) -> bool:
    """Say whether two cells look like one text: words go on after a space, a percentage after its decimal comma."""
    number = re.search(r"(^|[\s(])\d+$", left) and re.match(r"\d+\s*(%|pct|per|procent)", right)
    return bool(number) or (right.startswith(" ") and bool(left.strip()) and bool(right.strip()))


def why_unreadable(path: Path, error: OSError | ValueError) -> str:
    """Say in words why a file cannot be read, and what to do, without the path, which is this machine's."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if path.is_dir():
        return "that is a folder; add the name of the file in it"
    if isinstance(error, OSError):
        return f"it cannot be read ({error.strerror}); see whether another program holds it and whether you may read it"
    if isinstance(error, pd.errors.EmptyDataError):
        return "it is empty"
    if isinstance(error, UnicodeDecodeError):  # its own place is one in a part of the file
        lines = enumerate(path.read_bytes().split(b"\n"), start=1)
        odd = next(number for number, line in lines if line.decode("utf-8", "ignore").encode() != line)
        return f"line {odd} is not; save it as 'CSV UTF-8'"
    if unclosed := re.search(r"EOF inside string starting at row (\d+)", str(error)):
        return f"a quotation mark in row {int(unclosed[1]) + 1} is never closed; put a second one where its text ends"
    reason = (str(error).splitlines() or [type(error).__name__])[0].removeprefix("Error tokenizing data. C error: ")
    return f"it cannot be read: {reason}; save it as 'CSV UTF-8'"
