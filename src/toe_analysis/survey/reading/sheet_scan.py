"""What reading one XML part of a workbook would cost, told from its bytes before any Excel reader sees it."""

import math
import re
import xml.parsers.expat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

#: Bytes behind a "<" that tell all that is asked here: no tag name with a reference or number is longer.
_WINDOW = 32

#: Excel's own last cell is XFD1048576: ten signs and the closing quotation mark.
_REFERENCE_SIGNS, _COLUMN_SIGNS = 11, 3

#: Shared strings of a part, of which each has a number that cells use.
MOST_STRINGS = 4_000_000
_NUMBER_SIGNS = len(str(MOST_STRINGS))

_IS_NAME = np.isin(
    np.arange(256), [*b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_-.", *range(128, 256)]
)
_ROOT_PREFIX = re.compile(rb"<([A-Za-z_][\w.-]*:)(?:worksheet|sst)[ \t\r\n>]")


class UnreadablePartError(Exception):
    """A part is no XML, or holds a reference that is none; the message says what."""


@dataclass
class PartScan:
    """What one part holds.

    Parameters
    ----------
    cells, formulas : int
        Cells with something in them, and the formulas among them.
    rows, columns : int
        Number of the last row and of the last column with such a cell.
    uses : numpy.ndarray
        How often each number stands in a cell; the cell's text is the shared string of that number.
    strings : numpy.ndarray
        Bytes of each shared string, with its markup.
    is_plain : bool
        False where the bytes could not be understood; the other figures then say nothing.
    """

    cells: int = 0
    formulas: int = 0
    rows: int = 0
    columns: int = 0
    uses: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    strings: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    is_plain: bool = True

    def count_uses(self, numbers: np.ndarray) -> None:
        """Add to `uses`; a number past `MOST_STRINGS` is no string's."""
        counts = np.bincount(numbers[numbers < MOST_STRINGS], minlength=len(self.uses))
        counts[: len(self.uses)] += self.uses
        self.uses = counts


def scan_quickly(chunks: Iterable[bytes]) -> PartScan:
    """Scan a part as bytes, several times as fast as an XML parser.

    It understands cells written as nearly every program writes them, ``<c r="B7" ...>``, also when every name has the
    prefix of the root (``<x:c``), and says so in `is_plain`. Empty cells, comments and numbers count as if they were
    answers, so its figures may be too large, never too small.
    """
    scan = PartScan()
    strings: list[np.ndarray] = []
    left, offset, prefix, surplus = b"", 0, None, 0.0
    for chunk in _padded(chunks):
        buffer = left + chunk
        if prefix is None:
            prefix = found[1] if (found := _ROOT_PREFIX.search(buffer)) else b""
        if prefix:
            buffer = buffer.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
        usable = max(len(buffer) - _WINDOW, 0)
        places, references = _scan_buffer(scan, buffer, usable)
        strings.append(offset + places)
        surplus += references
        if not scan.is_plain:
            return scan
        if sum(map(len, strings)) > MOST_STRINGS:
            raise UnreadablePartError(f"there are more than {MOST_STRINGS:,} texts")
        left, offset = buffer[usable:], offset + usable
    scan.strings = np.diff(np.concatenate([*strings, [offset]]))
    # A tag may hold a second reference where it should not, and an Excel reader may follow that one.
    scan.is_plain = bool(scan.cells == 0 or surplus <= 0)
    return scan


def _padded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    yield from chunks
    yield b" " * _WINDOW


def _scan_buffer(scan: PartScan, buffer: bytes, usable: int) -> tuple[np.ndarray, float]:
    """Add what the tags before `usable` say; return where shared strings begin, and the references too many.

    Where a reference may be written with a space before its ``=``, they cannot be told: without end.
    """
    text = np.frombuffer(buffer, np.uint8)
    first = (text[:usable] == ord("<")) * text[1 : usable + 1]
    cells, rows, values, formulas, strings = (
        _named(text, np.flatnonzero(first == name[0]), name) for name in (b"c", b"row", b"v", b"f", b"si")
    )
    equals = text[2 : usable + 2] == ord("=")  # the next buffer goes on from there
    last = equals * text[1 : usable + 1]
    ends = text[np.flatnonzero(last == ord("r"))]
    references = np.count_nonzero(~_IS_NAME[ends])  # no longer name, such as header=
    before = text[np.flatnonzero(_is_space(last))]
    spaced = bool(((before == ord("r")) | _is_space(before)).any())
    scan.cells += len(cells)
    scan.formulas += len(formulas)
    scan.is_plain = (
        not _has_prefix(text, np.flatnonzero(text[:usable] == ord(":")))
        and _starts_with_reference(text[2:], cells)
        and _add_references(scan, text[6:], cells)
        and _add_values(scan, text[2:], values)
    )
    return strings, math.inf if spaced else references - len(cells) - len(rows)


# Comparisons, and not tables of 256 entries to look a sign up in, since those take several times as long.


def _is_among(signs: np.ndarray, first: str, last: str) -> np.ndarray:
    return signs - np.uint8(ord(first)) <= ord(last) - ord(first)  # a smaller sign wraps to a large number


def _is_space(signs: np.ndarray) -> np.ndarray:
    return _is_among(signs, "\t", " ")  # with the control characters between, which no XML may hold


def _is_end(signs: np.ndarray) -> np.ndarray:
    return (signs == ord(">")) | (signs == ord("/")) | _is_space(signs)


def _named(text: np.ndarray, tags: np.ndarray, name: bytes) -> np.ndarray:
    """Return those of the tags that have just this name, of which they share the first letter."""
    for step, sign in enumerate(name[1:], start=2):
        tags = tags[text[step:][tags] == sign]
    return tags[_is_end(text[len(name) + 1 :][tags])]


def _has_prefix(text: np.ndarray, colons: np.ndarray) -> bool:
    """Tell whether one of the colons stands before a name that is asked for here."""
    first = text[1:][colons]
    return any(len(_named(text, colons[first == name[0]], name)) for name in (b"c", b"v", b"f", b"si"))


def _starts_with_reference(text: np.ndarray, cells: np.ndarray) -> bool:
    return all(bool((text[step:][cells] == sign).all()) for step, sign in enumerate(b' r="'))


def _add_references(scan: PartScan, text: np.ndarray, places: np.ndarray) -> bool:
    """Read ``B7`` at each place and keep the largest row and column; return whether all were such."""
    columns = np.zeros(len(places), np.int32)
    rows = np.zeros(len(places), np.int32)
    for step in range(_REFERENCE_SIGNS):
        signs = text[step:][places]
        digits = _is_among(signs, "0", "9")
        letters = _is_among(signs, "A", "Z") if step < _COLUMN_SIGNS else np.zeros_like(digits)
        going_on = letters | digits if step else letters
        if not going_on.all():
            if not (signs[~going_on] == ord('"')).all():
                return False
            scan.columns = max(scan.columns, int(columns[~going_on].max()))
            scan.rows = max(scan.rows, int(rows[~going_on].max()))
            places, columns, rows, signs = (column[going_on] for column in (places, columns, rows, signs))
            digits, letters = digits[going_on], letters[going_on]
        if not len(places):
            return True
        if step < _COLUMN_SIGNS:
            columns = np.where(letters, columns * 26 + signs - ord("@"), columns)
        rows = rows * 10 + (signs - ord("0")) * digits
    return False


def _add_values(scan: PartScan, text: np.ndarray, values: np.ndarray) -> bool:
    """Count the whole numbers in ``<v>``; return whether each value is written without ornament."""
    opening = text[values]
    places, text = values[opening == ord(">")], text[1:]
    sign, then = text[places], text[1:][places]
    odd = _is_space(sign) | (sign == ord("+")) | (sign == ord("&"))
    odd |= ((sign == ord("0")) & _is_among(then, "0", "9")) | ((sign == ord("<")) & (then != ord("/")))
    numbers = np.zeros(len(places), np.int32)
    for step in range(_NUMBER_SIGNS):
        signs = text[step:][places]
        digits = _is_among(signs, "0", "9")
        if not digits.all():
            scan.count_uses(numbers[~digits]) if step else None
            places, numbers, signs = places[digits], numbers[digits], signs[digits]
        numbers = numbers * 10 + (signs - ord("0"))
    scan.count_uses(numbers)
    return not odd.any() and bool(((opening == ord(">")) | (opening == ord("/"))).all())


def scan_exactly(chunks: Iterable[bytes], *, most_tags: int) -> PartScan:
    """Scan a part with an XML parser, counting rows and columns as an Excel reader does.

    Raises
    ------
    UnreadablePartError
        If it is no XML, has more than `most_tags` elements, or a cell's reference is none.
    """
    parser = xml.parsers.expat.ParserCreate()
    reader = _ExactReader(parser, most_tags)
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except xml.parsers.expat.ExpatError as error:
        raise UnreadablePartError(str(error)) from None
    return reader.finish()


class _ExactReader:
    """Follows rows, cells and shared strings through one part."""

    def __init__(self, parser: xml.parsers.expat.XMLParserType, most_tags: int) -> None:
        self.scan = PartScan()
        self.parser, self.tags_left = parser, most_tags
        self.row, self.column = 1, 1
        self.place: tuple[int, int] | None = None  # of the cell that is open
        self.is_shared = self.has_content = False
        self.value: list[str] | None = None
        self.numbers: list[int] = []
        self.string_starts: list[int] = []
        self.names: dict[str, str] = {}
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.text

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.tags_left -= 1
        if self.tags_left < 0:
            raise UnreadablePartError("it is large and written in an unusual way")
        name = tag.rpartition(":")[2]
        if self.place is not None:
            self.has_content = True
            if name == "v":
                self.value = []
            elif name == "f":
                self.scan.formulas += 1
        elif name == "row":
            if "r" in attributes:
                self.row = _number(attributes["r"])
        elif name == "c":
            self.place, self.has_content = self.position(attributes.get("r")), False
            self.is_shared = attributes.get("t") == "s"
        elif name == "si":
            self.string_starts.append(self.parser.CurrentByteIndex)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "c" and self.place is not None:
            if self.has_content:
                self.scan.cells += 1
                self.scan.rows = max(self.scan.rows, self.place[0])
                self.scan.columns = max(self.scan.columns, self.place[1])
            self.place = None
            self.column += 1
        elif name == "v" and self.value is not None:
            if self.is_shared:
                self.numbers.append(_number("".join(self.value)))
            self.value = None
        elif name == "row":
            self.row, self.column = self.row + 1, 1

    def text(self, text: str) -> None:
        if self.value is not None:
            self.value.append(text)

    def position(self, reference: str | None) -> tuple[int, int]:
        if reference is None:
            return self.row, self.column
        letters = reference.rstrip("0123456789")
        if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
            raise UnreadablePartError(f"{reference!r} is no cell")
        self.column = 0
        for letter in letters.upper():
            self.column = self.column * 26 + ord(letter) - ord("A") + 1
        return _number(reference[len(letters) :]), self.column

    def finish(self) -> PartScan:
        self.scan.count_uses(np.array(self.numbers, np.int64))
        self.scan.strings = np.diff(np.array([*self.string_starts, self.parser.CurrentByteIndex], np.int64))
        return self.scan


def _number(text: str) -> int:
    text = text.strip().removeprefix("+")
    if not text.isdecimal() or len(text) > 15:
        raise UnreadablePartError(f"{text[:20]!r} is no row or number")
    return int(text)
