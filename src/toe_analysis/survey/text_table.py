"""Reading a table that a person keeps as a CSV file: codings, claims, baselines, the dictionary of patterns."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError


def read_text_table(path: Path, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Read a CSV file as text, with commas or, as Danish spreadsheets write it, semicolons.

    Parameters
    ----------
    path : Path
        A file in UTF-8 whose first row names its columns.
    columns : sequence of str
        Columns that must be there.

    Returns
    -------
    pandas.DataFrame
        All columns, and every row that is not empty; the index is the row's number in the file, so that a message
        about a cell can name its row.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing or stands twice.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            heading = file.readline()
        mark = ";" if heading.count(";") > heading.count(",") else ","
        # Without a header, so that pandas neither renames columns nor takes a long row for one with an index.
        told = {"sep": mark, "header": None, "skip_blank_lines": False, "encoding": "utf-8-sig"}
        table = pd.read_csv(path, dtype=str, keep_default_na=False, **told).fillna("")
    except FileNotFoundError:
        raise InputError(f"{path.name}: expected a CSV file in UTF-8, but there is no such file") from None
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"{path.name}: expected a CSV file in UTF-8, but it cannot be read: {reason}; save it as 'CSV UTF-8'"
        ) from error
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
    return table[(table.map(str.strip) != "").any(axis=1)]
