"""Reading a table that a person keeps as a CSV file: codings, claims, baselines, the dictionary of patterns."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from toe_analysis.csv_rows import read_csv_rows
from toe_analysis.errors import InputError

#: What a column of whole numbers may hold: Python reads no number of more than 4,300 digits, and nobody counts so far.
WHOLE = ("a whole number of at most 9 digits", r"\d{1,9}")


def read_csv_table(
    path: Path,
    columns: Sequence[str] = (),
    *,
    further: Sequence[str] = (),
    key: Sequence[str] = (),
    holds: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> pd.DataFrame:
    """Read a CSV file as text, see `toe_analysis.csv_rows.read_csv_rows`, and check its columns and cells.

    Parameters
    ----------
    path : Path
        A file in UTF-8 whose first row names its columns.
    columns, further : sequence of str
        Columns that must be there, and those that may be.
    key : sequence of str
        Columns that together name a row: no two rows alike, none empty, and one row at least.
    holds : mapping of str to (str, str)
        By column what may stand in it, in words and as a pattern: `one_of` some codes, `WHOLE`, or else.

    Returns
    -------
    pandas.DataFrame
        All columns, as text, and every row that is not empty; the index is the row's number in the file, so that a
        message about a cell can name its row.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, stands twice, or is passed over although its name is nearly one
        that is read, or a cell holds something else than it may.
    """
    heading, *rows = read_csv_rows(path)
    _refuse_near_names(path, heading, (*columns, *further))
    if lost := [name for name in columns if name not in heading]:
        raise InputError(
            f"{path.name}, row 1: expected the columns {', '.join(columns)}, found {', '.join(heading)}; "
            f"{', '.join(lost)} is missing"
        )
    if twice := next((name for name in heading if heading.count(name) > 1), ""):
        raise InputError(f"{path.name}, row 1: expected each column once, found {twice!r} twice")
    filled = {number: row for number, row in enumerate(rows, start=2) if any(map(str.strip, row))}
    table = pd.DataFrame(filled.values(), index=pd.Index(filled, dtype=int), columns=heading, dtype=str)
    for name in table.columns.intersection([*key, *holds]):
        table[name] = table[name].str.strip()
    for name in table.columns.intersection([*holds]):
        expected, pattern = holds[name]
        for row, cell in table[name].items():
            if not re.fullmatch(pattern, cell, re.DOTALL):
                found = repr(cell) if cell else "nothing"
                raise InputError(f"{path.name}, row {row}, column {name}: expected {expected}, found {found}")
    if key:
        _check_key(path, table[[*key]])
    return table


def with_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table that was read as text with its numbers as such, and nothing where a cell is empty.

    >>> with_numbers(pd.DataFrame({"count": ["4", ""], "size": ["10-20", "7"]})).to_dict("list")
    {'count': [4.0, nan], 'size': ['10-20', '7']}
    """
    return table.replace("", float("nan")).apply(_as_numbers)


def _as_numbers(column: pd.Series) -> pd.Series:
    try:
        return pd.to_numeric(column)
    except ValueError:
        return column


def one_of(codes: Collection[str]) -> tuple[str, str]:
    """Return what a column of codes may hold, in words and as a pattern."""
    return f"one of {', '.join(code or 'nothing' for code in codes)}", "|".join(map(re.escape, codes))


def _check_key(path: Path, names: pd.DataFrame) -> None:
    if names.empty:
        raise InputError(f"{path.name}: expected at least one row below the heading, found none")
    for row in names.index[names.duplicated() | (names == "").any(axis=1)]:
        named = ", ".join(names.loc[row])
        other = f"found {named!r} again" if all(names.loc[row]) else "found nothing"
        raise InputError(f"{path.name}, row {row}, column {', '.join(names)}: expected a name of its own, {other}")


def _refuse_near_names(path: Path, found: Collection[str], known: Collection[str]) -> None:
    lost = set(known) - set(found)
    for name in found:
        near = difflib.get_close_matches(name.casefold(), lost, n=1, cutoff=0.8)
        if name not in known and near:
            raise InputError(
                f"{path.name}, row 1: expected the column {near[0]}, found {name!r}, which is not read; rename it, to "
                "something else if it is another thing"
            )
