"""Checks of the committed tables about the interviews, with one clear message for each thing that is wrong."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError


def check_numbers(table: pd.DataFrame, path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Return the table with these columns as whole numbers."""
    for line, row in table.to_dict("index").items():
        for name in columns:
            if not row[name].isdecimal():
                raise InputError(
                    f"expected a whole number under {name} in {path.name}, line {line}, found {row[name]!r}"
                )
    return table.astype(dict.fromkeys(columns, int))


def check_codes(table: pd.DataFrame, path: Path, column: str, known: Sequence[str]) -> None:
    """Refuse a code that is not known."""
    for line, code in table[column].items():
        if code not in known:
            raise InputError(
                f"expected one of {', '.join(known)} under {column} in {path.name}, line {line}, found {code!r}"
            )
