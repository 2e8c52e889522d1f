"""What a stage leaves on disk: tables and headline numbers, the same bytes every time."""

import io
import json
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from toe_analysis.paths import Root, write_atomically
from toe_analysis.survey.text import make_inert

#: Digits that survive another processor or library build.
SIGNIFICANT_DIGITS = 12


def rounded(value: Any) -> Any:
    """Round a float to the digits that are the same on every system; leave everything else.

    >>> rounded(1 / 3)
    0.333333333333
    """
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") if isinstance(value, float) and math.isfinite(value) else value


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return rounded(value)
    # A lone carriage return is written without quotation marks, and begins a new cell for whoever reads the file.
    return make_inert(value).replace("\r\n", "\n").replace("\r", "\n")


def zipped(files: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of files in their order, with a fixed date and fixed rights."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as parts:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            parts.writestr(entry, data, packing)
    return content.getvalue()


def write_table(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table as CSV in UTF-8 with points, commas and Unix line ends, on every system.

    Text that a spreadsheet program would take for a formula gets an apostrophe in front: a firm's answer runs nowhere.
    """
    text = io.StringIO()
    # As objects, cell by cell: pandas before 3.1 makes floats of whole numbers as soon as one is missing.
    frame.rename(columns=_cell).astype(object).map(_cell).to_csv(text, index=False, lineterminator="\n")
    return write_atomically(path, text.getvalue().encode())


def write_numbers(numbers: Mapping[str, Any], path: Path) -> Path:
    """Write a stage's headline numbers as JSON; texts, README and site quote them from there."""
    text = json.dumps(_plain(numbers), indent=2, ensure_ascii=False, allow_nan=False)
    return write_atomically(path, (text + "\n").encode())


def keep(
    root: Root, stage: str, numbers: Mapping[str, Any], table: pd.DataFrame, **tables: pd.DataFrame | None
) -> None:
    """Write a stage's headline numbers and its tables under its name.

    Parameters
    ----------
    root : Root
        Where the stage writes.
    stage : str
        Its name, as ``04_size_by_status``.
    numbers : mapping
        As `write_numbers` takes them.
    table : pandas.DataFrame
        The one whose file is named like the stage.
    **tables : pandas.DataFrame or None
        The others, by what their file's name adds to the stage's; None is left out.
    """
    write_table(table, root.to_process(f"{stage}.csv"))
    for name, further in tables.items():
        if further is not None:
            write_table(further, root.to_process(f"{stage}_{name}.csv"))
    write_numbers(numbers, root.to_process(f"{stage}.json"))


def _plain(value: Any) -> Any:
    """Return what JSON can hold: dicts, lists and rounded numbers, NaN as null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else rounded(value)
