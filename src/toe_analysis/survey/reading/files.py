"""The tables in a file that somebody handed in: a workbook's sheets, a CSV file, a Parquet file."""

import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow
import pyarrow.parquet
import python_calamine
from pyarrow import compute

from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_ENDINGS
from toe_analysis.survey.reading.workbook_guard import MOST_MEMORY, MOST_UNPACKED, check_workbook

#: A file larger than this holds more than 100,000 answers many times over.
MOST_BYTES = MOST_UNPACKED
#: A text file takes up to ten times its size while it is read; 100,000 answers fill three quarters of this.
MOST_TEXT_BYTES = 64 * 2**20
#: Cells of a table, 100,000 answers four times over.
MOST_CELLS = 20_000_000
#: Rows and columns of a text file: what a sheet of Excel can hold.
MOST_ROWS, MOST_COLUMNS = 2**20, 2**14

#: Characters of a cell in a text file, Python's own limit; Excel ends at 32,767.
LONGEST_CELL = 131_072
#: Bytes of text in a Parquet file, each text as often as it stands there; 100,000 answers hold a quarter of it.
_MOST_TEXT = MOST_MEMORY // 4
#: Bytes of text that a Parquet file is written out to at a time.
_TEXT_AT_ONCE = 16 * 2**20
#: What programs put between the cells of a text file; Excel in Danish writes the first.
DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "bars"}

#: Where the Excel reader repeats a cell, which may hold a name.
_CELL_IN_REASON = re.compile(r"""(['"`]).*\1|(?<=value: ).*""")

_ZIP, _PARQUET, _OLE = b"PK", b"PAR1", b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Table:
    """Rows of cells, as they stand in the file.

    Parameters
    ----------
    where : str
        File and sheet, for messages.
    rows : callable
        Iterates over all rows, anew each time. The first one is row 1 of the file.
    is_hidden : bool
        Whether Excel hides the sheet.
    has_fixed_width : bool
        Whether every row has as many cells as the longest.
    """

    where: str
    rows: Callable[[], Iterable[list]]
    is_hidden: bool = False
    has_fixed_width: bool = True


def read_tables(path: Path) -> tuple[list[Table], list[str]]:
    """Open a file by its ending, checked against its content.

    Returns
    -------
    tables : list of Table
        Sheets in their order; for a CSV file one table for each character that may stand between its cells.
    notes : list of str
        What had to be decided.

    Raises
    ------
    InputError
        If there is no such file, it is of another kind or damaged, or larger than can be read.
    """
    content = _content(path)
    kind = path.suffix.lower()
    if kind in (".xlsx", ".xlsm"):
        return _sheets(content, path.name)
    if kind == ".parquet":
        return [Table(path.name, _parquet_rows(content, path.name))], []
    return _text_tables(content, path.name)


def _content(path: Path) -> bytes:
    """Return the bytes of a file that is what its ending says."""
    if path.is_dir():
        raise InputError(f"expected an export at {path}, but that is a folder; add the name of the file in it")
    if not path.is_file():
        raise InputError(f"expected an export at {path}, but there is no such file; check the name and folder")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise InputError(f"{path.name}: expected a file of at most {MOST_BYTES:,} bytes, found {size:,}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name}: expected a file that can be read, but: {error.strerror}") from None
    kind = path.suffix.lower()
    if content.startswith(_OLE):
        found = "one locked with a password" if _LOCKED in content else "an old Excel file (.xls)"
        raise InputError(f"{path.name}: expected an open Excel workbook (.xlsx), found {found}; save it as .xlsx")
    if kind not in EXPORT_ENDINGS:
        raise InputError(
            f"{path.name}: expected an Excel workbook or another file ending in {', '.join(EXPORT_ENDINGS)}; save the "
            "answers as .xlsx"
        )
    starts = {".xlsx": _ZIP, ".xlsm": _ZIP, ".parquet": _PARQUET}.get(kind)
    if not content.startswith(starts or b"") or (starts is None and content.startswith((_ZIP, _PARQUET))):
        wanted = "an Excel workbook (.xlsx)" if starts == _ZIP else f"a {kind} file"
        page = " (a web page)" if content[:500].lstrip().lower().startswith((b"<html", b"<!doctype")) else ""
        raise InputError(
            f"{path.name}: expected {wanted}, found a file of another kind{page}; in Forms choose 'Open in Excel' and "
            "save the result as .xlsx"
        )
    return content


def _sheets(content: bytes, name: str) -> tuple[list[Table], list[str]]:
    formulas = check_workbook(content, name)
    notes = [f"{formulas} formulas: their stored results are read, nothing is calculated"] if formulas else []
    with _readers_failure(name):
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            (sheet, workbook.get_sheet_by_index(place))
            for place, sheet in enumerate(workbook.sheets_metadata)
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    return [
        Table(
            f"{name}, sheet {facts.name!r}",
            lambda sheet=sheet: _sheet_rows(sheet, name),
            facts.visible != python_calamine.SheetVisibleEnum.Visible,
        )
        for facts, sheet in sheets
    ], notes


def _sheet_rows(sheet: python_calamine.CalamineSheet, name: str) -> Iterator[list]:
    if sheet.start is not None:
        with _readers_failure(name):
            yield from sheet.iter_rows()


@contextlib.contextmanager
def _readers_failure(name: str) -> Iterator[None]:
    """Turn whatever stops the Excel reader into the one message."""
    try:
        yield
    except BaseException as error:
        # A fault inside the reader is no Exception but pyo3's PanicException, which has no name to import.
        if not isinstance(error, python_calamine.CalamineError | OSError | ValueError | OverflowError) and (
            type(error).__name__ != "PanicException"
        ):
            raise
        reason = _CELL_IN_REASON.sub("…", (str(error).splitlines() or ["no reason given"])[0])
        raise InputError(
            f"{name}: expected a readable Excel workbook, but reading stopped at: {reason}; "
            "open it in Excel, save it again as .xlsx and try once more"
        ) from None


def _parquet_rows(content: bytes, name: str) -> Callable[[], Iterator[list]]:
    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(content))
        facts = file.metadata
        unpacked = sum(facts.row_group(place).total_byte_size for place in range(facts.num_row_groups))
        cells = facts.num_rows * facts.num_columns
        if unpacked > MOST_MEMORY or cells > MOST_CELLS:
            raise InputError(
                f"{name}: expected at most {MOST_CELLS:,} cells and {MOST_MEMORY:,} bytes, found {cells:,} cells and "
                f"{unpacked:,} bytes"
            )
        headers = file.schema_arrow.names
    except _ARROW_FAILURES as error:
        raise _damaged(name, error) from None
    return lambda: _read_parquet(content, name, headers)


#: pyarrow raises plain OSErrors and ValueErrors for damaged files beside its own.
_ARROW_FAILURES = (pyarrow.ArrowException, OSError, ValueError, OverflowError, KeyError, TypeError)


def _read_parquet(content: bytes, name: str, headers: list[str]) -> Iterator[list]:
    yield list(headers)
    text = 0
    try:
        for batch in _dictionaries_kept(content).iter_batches(batch_size=5_000):
            longest, more = _text_lengths(batch)
            text += more
            if longest > LONGEST_CELL or text > _MOST_TEXT:
                raise InputError(
                    f"{name}: expected at most {LONGEST_CELL:,} bytes of text in a cell and {_MOST_TEXT:,} in all, "
                    f"found {longest:,} and {text:,} or more"
                )
            rows = max(1, min(batch.num_rows, batch.num_rows * _TEXT_AT_ONCE // max(more, 1)))
            for start in range(0, batch.num_rows, rows):
                part = batch.slice(start, rows)
                columns = [[_flat(cell) for cell in _written_out(column).to_pylist()] for column in part.columns]
                yield from map(list, zip(*columns, strict=True))
    except _ARROW_FAILURES as error:
        raise _damaged(name, error) from None


def _dictionaries_kept(content: bytes) -> pyarrow.parquet.ParquetFile:
    """Open the file so that a text which many cells share is held once: 2 kB may hold a text 40,000 times."""
    schema = pyarrow.parquet.ParquetFile(io.BytesIO(content)).metadata.schema
    columns = [schema.column(place) for place in range(len(schema))]
    texts = [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]
    return pyarrow.parquet.ParquetFile(io.BytesIO(content), read_dictionary=texts)


def _text_lengths(batch: pyarrow.RecordBatch) -> tuple[int, int]:
    """Return the bytes of the longest text in a cell, and of all texts written out."""
    longest, total = 0, 0
    for column in batch.columns:
        while pyarrow.types.is_list(column.type) or pyarrow.types.is_large_list(column.type):
            column = column.flatten()
        if pyarrow.types.is_dictionary(column.type):
            lengths = compute.binary_length(column.dictionary).take(column.indices)
        elif pyarrow.types.is_string(column.type) or pyarrow.types.is_large_string(column.type):
            lengths = compute.binary_length(column)
        else:
            total += column.nbytes
            continue
        longest = max(longest, compute.max(lengths).as_py() or 0)
        total += compute.sum(lengths).as_py() or 0
    return longest, total


def _written_out(column: pyarrow.Array) -> pyarrow.Array:
    """Return a column without its dictionary, which takes five times as long to turn into Python's own texts."""
    return column.dictionary_decode() if pyarrow.types.is_dictionary(column.type) else column


def _flat(cell: object) -> object:
    """Write a list of options as Forms does, and anything else that is no single value as text."""
    if isinstance(cell, list):
        return "".join(f"{item};" for item in cell)
    return str(cell) if isinstance(cell, dict | bytes) else cell


def _damaged(name: str, error: Exception) -> InputError:
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return InputError(f"{name}: expected a readable Parquet file, but reading stopped at: {reason}; write it again")


def _text_tables(content: bytes, name: str) -> tuple[list[Table], list[str]]:
    if len(content) > MOST_TEXT_BYTES:
        raise InputError(f"{name}: expected a text file of at most {MOST_TEXT_BYTES:,} bytes, found {len(content):,}")
    text, encoding = _decoded(content)
    if "\0" in text:
        raise InputError(f"{name}: expected text, found bytes that are none; save the answers as .xlsx or 'CSV UTF-8'")
    notes = [] if encoding.startswith("UTF") else [f"read as {encoding}, since it is not in UTF-8"]
    return [
        Table(
            f"{name}, with {spoken} between cells",
            lambda delimiter=delimiter: _text_rows(text, delimiter, name),
            has_fixed_width=False,
        )
        for delimiter, spoken in DELIMITERS.items()
        if delimiter in text
    ], notes


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "UTF-16"
    if content[1:200:2].count(0) > 40:  # every second byte of western text in UTF-16
        return content.decode("utf-16-le", errors="replace"), "UTF-16"
    for encoding, spoken in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding), spoken
    return content.decode("latin-1"), "Latin-1"


def _text_rows(text: str, delimiter: str, name: str) -> Iterator[list[str]]:
    reader, cells = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 0
    most = f"{MOST_ROWS:,} rows, {MOST_COLUMNS:,} columns or {MOST_CELLS:,} cells"
    try:
        for rows, row in enumerate(reader, start=1):
            # The csv module has this limit too, but other libraries raise it for the whole process.
            if max(map(len, row), default=0) > LONGEST_CELL:
                raise csv.Error(f"field larger than field limit ({LONGEST_CELL})")
            cells += len(row)
            if cells > MOST_CELLS or rows > MOST_ROWS or len(row) > MOST_COLUMNS:
                raise csv.Error(f"there are more than {most}")
            yield row
    except csv.Error as error:
        raise InputError(
            f"{name}, line {reader.line_num}: expected cells with {DELIMITERS[delimiter]} between them, but {error}; "
            "save the answers from Excel as .xlsx or 'CSV UTF-8'"
        ) from None
