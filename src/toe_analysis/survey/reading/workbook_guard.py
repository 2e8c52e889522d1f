"""Looking through a workbook before an Excel reader opens it, so that a bad one costs a message and not the machine.

An Excel reader lays out the whole rectangle up to the last cell and copies a shared text into every cell that shows
it. So a workbook of two kilobytes can ask for more memory than there is, and the reader then ends the whole program.
"""

import copy
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

import numpy as np

from toe_analysis.errors import InputError
from toe_analysis.survey.reading.sheet_scan import PartScan, UnreadablePartError, scan_exactly, scan_quickly

# Every limit is several times what 100,000 answers to a questionnaire of this kind need.

#: Parts of the zip. A Forms export has about ten, an office document with pictures some dozens.
MOST_PARTS = 1_000
#: All parts together once unpacked. 100,000 answers with every cell filled take about 200 MB.
MOST_UNPACKED = 256 * 2**20
#: What the reader would need, as estimated below; the rest of a gibibyte is left to the answers and to Python.
MOST_MEMORY = 600 * 2**20
#: Elements of a part that only an XML parser understands: some five seconds of work.
MOST_UNUSUAL_TAGS = 1_500_000

#: Bytes that the reader takes for a place in the rectangle, for a cell on its way there, and for a text beside its
#: signs; measured with python-calamine 0.9.
_PER_PLACE, _PER_CELL, _PER_TEXT = 32, 40, 16

#: What Excel never writes: entities, which can grow without end, and text whose every second byte is zero.
_NO_TEXT = (b"<!DOCTYPE", b"<!ENTITY", b"\0")
#: A sheet or texts in a part that does not say it is XML.
_HIDDEN_SHEET = (b"sheetData", b"<sst", b":sst")
_LONGEST_WORD = 16

_CHUNK = 2**20
_NO_STRINGS = np.zeros(0, np.int64)
_SAVE_AGAIN = "open it in Excel, save it again as .xlsx and try once more"
#: What zipfile raises for a damaged file; RuntimeError, or a kind of it, for what is locked or packed in another way.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, OverflowError, RuntimeError)


def check_workbook(content: bytes, name: str) -> int:
    """Refuse a workbook that is damaged, locked, of another kind, or would take more than a machine has.

    Nothing is unpacked to disk, evaluated or followed.

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        For messages.

    Returns
    -------
    int
        How many formulas it holds. Their stored results are what a reader reads.

    Raises
    ------
    InputError
        If the workbook is not to be opened.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_parts(parts, name)
            scans = {}
            left = MOST_UNPACKED
            for part in parts:
                scans[part.filename] = _scan(archive, part, left, name)
                left -= part.file_size
            sheets = _sheet_names(archive)
    except _BROKEN as error:
        raise InputError(
            f"{name}: expected a readable Excel workbook, but it is damaged ({_first_line(error)}); {_SAVE_AGAIN}"
        ) from None
    _check_memory(scans, sheets, name)
    return sum(scan.formulas for scan in scans.values() if scan.cells)


def _check_parts(parts: list[zipfile.ZipInfo], name: str) -> None:
    names = [part.filename.lower() for part in parts]
    if len(parts) > MOST_PARTS:
        raise InputError(f"{name}: expected an Excel workbook of at most {MOST_PARTS:,} parts, found {len(parts):,}")
    if any(part.flag_bits & 1 for part in parts):
        raise InputError(
            f"{name}: expected a workbook without a password, found locked parts; take the password off and save it"
        )
    if "xl/workbook.xml" not in names:
        raise InputError(
            f"{name}: expected an Excel workbook (.xlsx), found a zip file of another kind "
            f"({'.xlsb' if 'xl/workbook.bin' in names else 'an .ods or a plain zip'}); save the answers as .xlsx"
        )
    twice = [part for part in names if names.count(part) > 1] if len(set(names)) < len(names) else []
    if twice:
        raise InputError(
            f"{name}: expected every part of the workbook once, found {twice[0]!r} more than once; {_SAVE_AGAIN}"
        )
    for part in parts:
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(
                f"{name}: expected parts packed as Excel packs them, but {part.filename!r} is not; {_SAVE_AGAIN}"
            )
    declared = sum(part.file_size for part in parts)
    if declared > MOST_UNPACKED:
        raise _too_large(name, f"{declared:,} bytes")


def _too_large(name: str, found: str) -> InputError:
    return InputError(
        f"{name}: expected a workbook of at most {MOST_UNPACKED:,} bytes when unpacked, found {found}; "
        "copy the answers alone into a new workbook"
    )


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, name: str) -> Iterator[bytes]:
    """Unpack a part to its real end, whatever size it declares, as far as `left` bytes."""
    declared = part.file_size
    whole = copy.copy(part)
    whole.file_size = left + 1  # zipfile stops at the declared size, but an Excel reader goes on to the real end
    size = 0
    with archive.open(whole) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > left:
                raise _too_large(name, "more")
            if size > declared:
                break
            yield chunk
    if size != declared:
        raise zipfile.BadZipFile(f"{part.filename} has another size than it says")


def _scan(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, name: str) -> PartScan:
    """Scan one part, which may have `left` bytes."""
    is_text = part.filename.lower().endswith((".xml", ".rels"))
    chunks = _without(_NO_TEXT if is_text else _HIDDEN_SHEET, _chunks(archive, part, left, name), part, name)
    if not is_text:
        for _ in chunks:
            pass
        return PartScan()
    try:
        scan = scan_quickly(chunks)
        if not scan.is_plain or _memory(scan) > MOST_MEMORY:
            chunks = _without(_NO_TEXT, _chunks(archive, part, left, name), part, name)
            scan = scan_exactly(chunks, most_tags=MOST_UNUSUAL_TAGS)
    except UnreadablePartError as error:
        raise InputError(
            f"{name}: expected a readable Excel workbook, but in its part {part.filename!r} {error}; {_SAVE_AGAIN}"
        ) from None
    return scan


def _without(words: Iterable[bytes], chunks: Iterable[bytes], part: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """Pass on the chunks of a part as long as none of the words is in one of them or across two."""
    before = b""
    for chunk in chunks:
        if any(word in chunk or word in before + chunk[:_LONGEST_WORD] for word in words):
            raise InputError(
                f"{name}: expected parts as Excel writes them, but {part.filename!r} declares entities, is not in "
                f"UTF-8 or hides a sheet; {_SAVE_AGAIN}"
            )
        before = chunk[-_LONGEST_WORD:]
        yield chunk


def _memory(scan: PartScan, sizes: np.ndarray = _NO_STRINGS) -> int:
    """Estimate the bytes that a reader takes for one sheet, given the bytes of each shared string."""
    count = min(len(sizes), len(scan.uses))
    text = int((scan.uses[:count] * (sizes[:count] + _PER_TEXT)).sum())
    return scan.rows * scan.columns * _PER_PLACE + scan.cells * _PER_CELL + text


def _check_memory(scans: dict[str, PartScan], sheets: dict[str, str], name: str) -> None:
    sizes = np.concatenate([_NO_STRINGS, *(scan.strings for scan in scans.values())])
    needs = {part: _memory(scan, sizes) for part, scan in scans.items()}  # the reader holds all sheets at once
    if sum(needs.values()) + int(sizes.sum()) > MOST_MEMORY:
        part = max(needs, key=needs.__getitem__)
        scan = scans[part]
        where = f"sheet {sheets[part.lower()]!r}" if part.lower() in sheets else f"part {part!r}"
        alone = needs[part] + int(sizes.sum()) > MOST_MEMORY
        raise InputError(
            f"{name}, {where}: expected a row for each response and a column for each question, found "
            f"{scan.cells:,} cells as far as row {scan.rows:,} and column {column_letters(scan.columns)}, "
            f"{'' if alone else 'with the other sheets '}more than can be read; copy the answers alone into a new "
            "workbook"
        )


def column_letters(number: int) -> str:
    """Return how Excel names a column, counted from 1.

    >>> column_letters(1), column_letters(28), column_letters(16_384)
    ('A', 'AB', 'XFD')
    """
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the sheets' names by part in lower case, for messages; nothing where they cannot be told."""
    try:
        links = {node.get("Id"): node.get("Target", "") for node in _small_part(archive, "xl/_rels/workbook.xml.rels")}
        return {
            f"xl/{links.get(value, '').removeprefix('/xl/')}".lower(): node.get("name", "")
            for node in _small_part(archive, "xl/workbook.xml").iter()
            if node.tag.endswith("}sheet")
            for key, value in node.items()
            if key.endswith("}id")
        }
    except (ElementTree.ParseError, KeyError):
        return {}


def _small_part(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    with archive.open(part) as file:
        return ElementTree.fromstring(file.read(_CHUNK))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
