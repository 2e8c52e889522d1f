"""Reading the committed tables about the interviews, with one clear message for each thing that is wrong."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError


def read_table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Return these columns of a CSV file as text."""
    try:
        table = pd.read_csv(path, encoding="utf-8", keep_default_na=False, dtype=str)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path.name}: {str(error).splitlines()[0]}; save it as CSV in UTF-8") from error
    if missing := [name for name in columns if name not in table.columns]:
        raise InputError(
            f"expected the columns {', '.join(columns)} in {path.name}, but {', '.join(missing)} is missing"
        )
    return table[list(columns)]


def check_numbers(table: pd.DataFrame, path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Return the table with these columns as whole numbers."""
    for line, row in enumerate(table.to_dict("records"), start=2):
        for name in columns:
            if not row[name].isdecimal():
                raise InputError(
                    f"expected a whole number under {name} in {path.name}, line {line}, found {row[name]!r}"
                )
    return table.astype(dict.fromkeys(columns, int))


def check_codes(table: pd.DataFrame, path: Path, column: str, known: Sequence[str]) -> None:
    """Refuse a code that is not known."""
    for line, code in enumerate(table[column], start=2):
        if code not in known:
            raise InputError(
                f"expected one of {', '.join(known)} under {column} in {path.name}, line {line}, found {code!r}"
            )
