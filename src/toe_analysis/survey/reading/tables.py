"""The tables in a file, as a process of its own has read them: that process may hang or fall, this one does not."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.survey.reading import kinds
from toe_analysis.survey.reading.files import GivenFile
from toe_analysis.survey.text import cell_text

#: Seconds that reading a file may take, and more for each mebibyte of it; 100,000 answers take some three.
SECONDS, SECONDS_PER_MEBIBYTE, MOST_SECONDS = 8, 2, 60
#: Characters of all cells, a text as often as it stands there; 100,000 answers hold a quarter of it.
MOST_TEXT = 150 * 2**20

_COPY = "copy the answers alone into a new workbook (.xlsx)"


@dataclass(frozen=True, eq=False)
class Column:
    """One column, each distinct cell held and looked at once.

    Parameters
    ----------
    cells : numpy.ndarray
        Objects.
    numbers : numpy.ndarray
        For each row the place in `cells` of what stands there.

    Examples
    --------
    >>> column = Column(np.array(["Ja", "Nej"], dtype=object), np.array([0, 1, 0]))
    >>> column.where(lambda cell: cell == "Ja").tolist(), column.take(slice(1, 2)).values().tolist()
    ([True, False, True], ['Nej'])
    """

    cells: np.ndarray
    numbers: np.ndarray

    def values(self) -> np.ndarray:
        """Return the cell of each row."""
        return self.cells[self.numbers]

    def categories(self) -> pd.Categorical:
        """Return the column as pandas holds one in which each distinct cell stands once; None as missing."""
        codes, cells = pd.factorize(self.cells)
        return pd.Categorical.from_codes(codes[self.numbers], cells)

    def distinct(self) -> np.ndarray:
        """Return each cell that stands in some row."""
        return self.cells[np.unique(self.numbers)]

    def take(self, rows: np.ndarray | slice) -> "Column":
        """Return the column of these rows, counted from 0."""
        return Column(self.cells, self.numbers[rows])

    def map(self, change: Callable[[object], object]) -> "Column":
        """Return the column with each cell changed."""
        return Column(_objects([change(cell) for cell in self.cells]), self.numbers)

    def where(self, test: Callable[[object], object]) -> np.ndarray:
        """Return for each row whether its cell passes a test."""
        return np.array([bool(test(cell)) for cell in self.cells], dtype=bool)[self.numbers]


@dataclass(frozen=True, eq=False)
class Table:
    """One sheet of a workbook, or the whole of another file.

    Parameters
    ----------
    where : str
        File and sheet, for messages.
    columns : tuple of Column
        All of one height. Row 0 is row 1 of the file.
    is_hidden : bool
        Whether Excel hides the sheet.
    formulas : int
        How many of its cells are formulas. What they last gave is what is read.
    hidden_rows : sequence of int
        Rows that Excel hides, also by a filter, counted from 1.
    hidden_columns : sequence of tuple of int
        First and last of the columns that Excel hides, counted from 1.
    encoding : str
        That of a text file, if it is not UTF.
    """

    where: str
    columns: Sequence[Column]
    is_hidden: bool = False
    formulas: int = 0
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[tuple[int, int]] = ()
    encoding: str = ""

    def row(self, place: int, width: int | None = None) -> list[str]:
        """Return what the first cells of a row say, counted from 0; an empty text for an empty cell."""
        return [cell_text(column.cells[column.numbers[place]]) or "" for column in self.columns[:width]]

    def length(self, place: int) -> int:
        """Return how many cells a row has; where others of a text file go on, it is filled up with None."""
        return sum(column.cells[column.numbers[place]] is not None for column in self.columns)

    @property
    def height(self) -> int:
        """Rows, the empty ones among them."""
        return len(self.columns[0].numbers) if self.columns else 0

    @cached_property
    def is_filled(self) -> np.ndarray:
        """For each row whether anything stands in it."""
        filled = np.zeros(self.height, dtype=bool)
        for column in self.columns:  # the first ones are enough in nearly every table
            if filled.all():
                break
            filled |= column.where(lambda cell: cell and (not isinstance(cell, str) or cell_text(cell)))
        return filled


def read_tables(file: GivenFile, separator: str = "") -> list[Table]:
    """Read the tables of a file in another process.

    Parameters
    ----------
    file : GivenFile
    separator : str
        For a text file, what stands between its cells.

    Returns
    -------
    list of Table
        The sheets of a workbook in their order; one table of any other file.

    Raises
    ------
    InputError
        If the file is damaged or larger than a survey's, or reading it takes more time or memory than that.
    """
    found = json.loads(_read_apart(file, separator))
    if "refused" in found:
        raise InputError(f"{file.name}{found['refused']}")
    tables = []
    for told, columns in found:
        where = ", ".join(filter(None, (file.name, told.pop("where"))))
        numbers = [np.frombuffer(base64.b64decode(text), np.uint32) for _, text in columns]
        cells = [_objects(cells) for cells, _ in columns]
        tables.append(Table(where, list(map(Column, cells, numbers)), **told))
    _check_text(file, tables)
    return tables


def _check_text(file: GivenFile, tables: list[Table]) -> None:
    """Refuse a small file that holds a long text many times over: one of its tables would be a large file."""
    size = 0
    for column in (column for table in tables for column in table.columns):
        lengths = np.array([len(cell) if isinstance(cell, str) else 0 for cell in column.cells], dtype=np.int64)
        size += int((lengths * np.bincount(column.numbers, minlength=len(lengths))).sum())
    if size > MOST_TEXT:
        raise InputError(f"{file.name}: expected at most {MOST_TEXT:,} characters in all, found {size:,}; {_COPY}")


def _objects(cells: list) -> np.ndarray:
    found = np.empty(len(cells), dtype=object)
    found[:] = cells
    return found


def _read_apart(file: GivenFile, separator: str) -> bytes:
    """Return what the other process sends, which is started anew for each file and takes nothing with it."""
    if sys.platform == "emscripten":  # a browser starts no processes; what a bad file brings down there is one tab
        return kinds.answer(file.content, file.ending, separator)
    size = len(file.content) // 2**20
    seconds = min(SECONDS + SECONDS_PER_MEBIBYTE * size, MOST_SECONDS)
    # Without the folder of the script among the places for modules, where ours would stand before Python's.
    words = [sys.executable, "-P", kinds.__file__, file.ending, str(seconds), separator]
    no_window = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows
    try:
        done = subprocess.run(
            words, input=file.content, capture_output=True, timeout=seconds, check=False, creationflags=no_window
        )
    except subprocess.TimeoutExpired:
        raise InputError(
            f"{file.name}: expected a survey's answers, but reading them takes more than {seconds} seconds; {_COPY}"
        ) from None
    except OSError as error:
        raise InputError(
            f"{file.name}: expected to read it in a Python process of its own, but none starts: {error.strerror}"
        ) from None
    if done.returncode == 1:  # our own fault, and no file's
        raise RuntimeError(f"reading a file apart failed:\n{done.stderr.decode(errors='replace')}")
    if done.returncode:
        raise InputError(
            f"{file.name}: expected a survey's answers, but reading them takes more than "
            f"{kinds.MOST_MEMORY // 2**20} MiB of memory or breaks down; {_COPY}"
        )
    return done.stdout
