"""Opens each kind of file, in a process of its own, which a bad file may hang, fill or bring down.

Started as a script: ``python kinds.py ENDING SECONDS SEPARATOR``, with the file's bytes on standard input. It imports
nothing of the package and little else, so that a start takes some hundredths of a second.

What it sends back is small, a JSON text: of each column every distinct cell once, and for each row the number of the
cell that stands there, four bytes each in base 64. A file that is not to be read gives ``{"refused": reason}``.
"""

import base64
import contextlib
import csv
import datetime
import gc
import io
import itertools
import json
import lzma
import os
import re
import struct
import sys
import zipfile
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator

# Every limit but the first is several times what 100,000 answers to a questionnaire of this kind need.

#: Bytes that this process may take, so that it and its parent stay below a gibibyte, while 100,000 answers take 350 MB;
#: and what pyarrow's libraries reserve beside it without ever using it.
MOST_MEMORY, RESERVED = 512 * 2**20, 512 * 2**20
#: Bytes of all parts of a workbook once unpacked; 100,000 answers take 70 MB.
MOST_UNPACKED = 256 * 2**20
#: Rows and columns as a sheet of Excel can have them, and the cells of a table.
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 2**20, 2**14, 20_000_000

#: What programs put between the cells of a text file; Excel in Danish writes the first.
SEPARATORS = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "bars"}

#: What is told of a table; and its columns: the distinct cells, and for each row the number of one of them.
Packed = tuple[dict, list[tuple[list, array]]]

_JSON, _TIMES = {str, int, float, bool, type(None)}, {datetime.datetime, datetime.date, datetime.time}
#: Rows that are turned into columns at a time, so few that they stay in the processor's cache; bytes of a part that
#: declare things.
_ROWS_AT_ONCE, _PROLOG = 250, 4_096
_SAVE_AGAIN = "open it in Excel, save it again as .xlsx and try once more"
_COPY = "copy the answers alone into a new workbook"

#: Where the Excel reader repeats a cell, which may hold a name.
_CELL_IN_REASON = re.compile(r"""(['"`]).*\1|(?<=value: ).*""")
_PREFIX = re.compile(rb"<[\w.-]+:worksheet\b")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_HIDDEN = re.compile(rb"""<(?:[\w.-]+:)?(row|col)\s([^<>]*?\bhidden\s*=\s*["'](?:1|true)["'][^<>]*)""")
_PLACE = re.compile(rb"""\b(r|min|max)\s*=\s*["'](\d{1,7})["']""")
#: What zipfile raises for a damaged file; RuntimeError, or a kind of it, for what is locked or packed in another way.
BROKEN_ZIP = (
    *(OSError, EOFError, OverflowError, RuntimeError, ValueError),
    *(struct.error, zlib.error, lzma.LZMAError, zipfile.BadZipFile),
)


class RefusedError(Exception):
    """The file is not to be read; the message goes on where the file's name ends."""


def main(ending: str, seconds: str, separator: str) -> None:
    """Read standard input and send the answer."""
    gc.disable()  # what is made here is kept until it is sent
    content = sys.stdin.buffer.read()
    limit(int(seconds))
    try:
        sys.stdout.buffer.write(answer(content, ending, separator))
        sys.stdout.buffer.flush()
    except MemoryError:
        os._exit(3)  # and not 1, by which Python tells of a fault of ours
    os._exit(0)  # taking apart what was made would cost a twentieth of it all


def answer(content: bytes, ending: str, separator: str) -> bytes:
    """Return the tables of a file, or why there are none."""
    try:
        if ending in (".xlsx", ".xlsm"):
            tables = list(workbook_tables(content))
        else:
            tables = [parquet_table(content) if ending == ".parquet" else text_table(content, separator)]
    except RefusedError as error:
        found = {"refused": str(error)}
    else:
        found = [
            (told, [(cells, base64.b64encode(numbers).decode()) for cells, numbers in columns])
            for told, columns in tables
        ]
    return json.dumps(found, ensure_ascii=False).encode()


def limit(seconds: int) -> None:
    """Have the system end this process when it takes more, as far as the system can; the parent has a clock beside."""
    with contextlib.suppress(ImportError):  # on Windows
        import resource

        # The processor's seconds count where nobody looks at the clock any more: the parent is gone.
        limits = {"CPU": seconds, "DATA": MOST_MEMORY, "AS": MOST_MEMORY + RESERVED, "CORE": 0}
        for name, most in limits.items():
            with contextlib.suppress(AttributeError, ValueError, OSError):  # not known here, or a lower one holds
                kind = getattr(resource, f"RLIMIT_{name}")
                resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


def columns_of(rows: Iterable[list]) -> list[tuple[list, array]]:
    """Turn rows into columns; where a row is shorter than others, None stands there, and not an empty text."""
    rows, height = iter(rows), 0
    found: list[tuple[dict, array]] = []
    while chunk := list(itertools.islice(rows, _ROWS_AT_ONCE)):
        lengths = set(map(len, chunk))
        width = max(len(found), *lengths)
        check_size(height + len(chunk), width)
        for _ in range(width - len(found)):  # a column more, whose dict gives each new cell the next number
            found.append((defaultdict(itertools.count(1).__next__, {None: 0}), array("I", bytes(4 * height))))
        height += len(chunk)
        columns = zip(*chunk, strict=True) if lengths == {width} else itertools.zip_longest(*chunk)
        for (numbers, column), cells in itertools.zip_longest(found, columns, fillvalue=(None,) * len(chunk)):
            column.extend(map(numbers.__getitem__, cells))
    return [(_plain(numbers), column) for numbers, column in found]


def check_size(rows: int, columns: int) -> None:
    """Refuse a table that is larger than a survey's."""
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise RefusedError(
            f": expected a row for each response and a column for each question, but there are more than {MOST_ROWS:,} "
            f"rows, {MOST_COLUMNS:,} columns or {MOST_CELLS:,} cells; {_COPY}"
        )


def workbook_tables(content: bytes) -> Iterator[Packed]:
    """Read every sheet of a workbook. Nothing in it is evaluated or followed."""
    traits = look_through(content)
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        for place, facts in enumerate(workbook.sheets_metadata):
            if facts.typ == python_calamine.SheetTypeEnum.WorkSheet:
                sheet = workbook.get_sheet_by_index(place)
                is_hidden = facts.visible != python_calamine.SheetVisibleEnum.Visible
                told = {"where": f"sheet {facts.name!r}", "is_hidden": is_hidden, **traits.get(facts.name, {})}
                yield told, columns_of(sheet.iter_rows() if sheet.start is not None else ())
    except BaseException as error:
        # A fault inside the reader is no Exception but pyo3's PanicException, which has no name to import.
        is_readers = isinstance(error, python_calamine.CalamineError | OSError | ValueError | OverflowError)
        if not is_readers and type(error).__name__ != "PanicException":
            raise
        reason = _CELL_IN_REASON.sub("…", _first_line(error))
        raise RefusedError(
            f": expected a readable Excel workbook, but reading stopped at: {reason}; {_SAVE_AGAIN}"
        ) from None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def look_through(content: bytes) -> dict[str, dict]:
    """Check the parts of a workbook as far as that is cheap; return by sheet what the Excel reader does not tell."""
    traits = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if (size := sum(part.file_size for part in archive.infolist())) > MOST_UNPACKED:
                raise RefusedError(f": expected at most {MOST_UNPACKED:,} bytes when unpacked, found {size:,}; {_COPY}")
            for part in archive.infolist():
                if (name := part.filename.lower()).endswith(".xml"):
                    traits[name] = _traits(archive.read(part))
            parts = _sheet_parts(archive) if any(any(found.values()) for found in traits.values()) else {}
    except BROKEN_ZIP as error:
        raise RefusedError(
            f": expected a readable Excel workbook, but it is damaged ({_first_line(error)}); {_SAVE_AGAIN}"
        ) from None
    return {sheet: traits.get(part, {}) for sheet, part in parts.items()}


def _traits(xml: bytes) -> dict[str, object]:
    """Count the formulas in a sheet, and note its rows and ranges of columns that are hidden, counted from 1."""
    has_formula = b"<f" in xml or (_PREFIX.search(xml, 0, _PROLOG) and b":f" in xml)
    formulas = len(_FORMULA.findall(xml)) if has_formula else 0
    rows, columns = [], []
    for kind, attributes in _HIDDEN.findall(xml) if b" hidden" in xml else ():
        place = {name.decode(): int(number) for name, number in _PLACE.findall(attributes)}
        if kind == b"row" and "r" in place:
            rows.append(place["r"])
        elif kind == b"col" and "min" in place and "max" in place:
            columns.append((place["min"], place["max"]))
    return {"formulas": formulas, "hidden_rows": rows, "hidden_columns": columns}


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each sheet by its name, in lower case; nothing where they cannot be told."""
    from xml.etree import ElementTree

    try:
        links = {
            node.get("Id"): node.get("Target", "")
            for node in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        }
        return {
            node.get("name", ""): f"xl/{links.get(value, '').removeprefix('/xl/')}".lower()
            for node in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter()
            if node.tag.endswith("}sheet")
            for key, value in node.items()
            if key.endswith("}id")
        }
    except (ElementTree.ParseError, KeyError):
        return {}


def text_table(content: bytes, separator: str) -> Packed:
    """Read a text file with this character between its cells."""
    encoding, spoken = encoding_of(content)
    if b"\0" in content and not encoding.startswith("utf-16"):
        raise RefusedError(": expected text, found bytes that are none; save the answers as .xlsx or 'CSV UTF-8'")
    lines = io.TextIOWrapper(io.BytesIO(content), encoding, errors="replace", newline="")
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        columns = columns_of(reader)
    except csv.Error as error:
        raise RefusedError(
            f", line {reader.line_num}: expected cells with {SEPARATORS[separator]} between them, but {error}; save "
            "the answers from Excel as .xlsx or 'CSV UTF-8'"
        ) from None
    return {"where": f"with {SEPARATORS[separator]} between cells", "encoding": spoken}, columns


def encoding_of(content: bytes) -> tuple[str, str]:
    """Return the encoding of a text file, as Python names it and as people do, if that is not UTF."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", ""
    if content[1:200:2].count(0) > 40:  # every second byte of western text in UTF-16
        return "utf-16-le", ""
    for encoding, spoken in (("utf-8-sig", ""), ("cp1252", "Windows-1252")):
        with contextlib.suppress(UnicodeDecodeError):
            content.decode(encoding)
            return encoding, spoken
    return "latin-1", "Latin-1"


def parquet_table(content: bytes) -> Packed:
    """Read a Parquet file."""
    # Before pyarrow starts: its own way to get memory reserves a gibibyte at once, numpy's a piece for each core.
    os.environ |= {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(content))
        check_size(file.metadata.num_rows, file.metadata.num_columns)
        return {"where": ""}, columns_of(itertools.chain([file.schema_arrow.names], _parquet_rows(file)))
    except MemoryError:
        raise
    # pyarrow raises plain OSErrors and ValueErrors for damaged files beside its own.
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError, KeyError, RecursionError) as error:
        raise RefusedError(
            f": expected a readable Parquet file, but reading stopped at: {_first_line(error)}; write it again"
        ) from None


def _parquet_rows(file: object) -> Iterator[tuple]:
    """Give the rows of a pyarrow file, few at a time."""
    import pyarrow

    for batch in file.iter_batches(_ROWS_AT_ONCE, use_threads=False):
        columns = []
        for column in batch.columns:
            if pyarrow.types.is_dictionary(column.type):  # cell by cell, pyarrow looks each up ten times as slowly
                column = column.cast(column.type.value_type)
            if pyarrow.types.is_timestamp(column.type):  # in nanoseconds, pyarrow loads the whole of pandas for them
                column = column.cast(pyarrow.timestamp("us", column.type.tz), safe=False)
            columns.append(_plain(column.to_pylist()))
        yield from zip(*columns, strict=True)


def _plain(cells: Iterable) -> list[str | float | None]:
    """Return cells as text, numbers or nothing; a list of options as Forms writes it."""
    return [
        cell if (kind := type(cell)) in _JSON else cell.isoformat() if kind in _TIMES else _text(cell) for cell in cells
    ]


def _text(cell: object) -> str:
    return "".join(f"{item};" for item in cell) if isinstance(cell, list) else str(cell)


if __name__ == "__main__":
    main(*sys.argv[1:])
