"""One form for text that people and programs write in many: spaces, invisible characters, case."""

import datetime
import re
import unicodedata
from functools import lru_cache

# Patterns, since str.translate takes ten times as long.
#: What no reader sees: control signs that are no white space, Unicode's category Cf (format characters), and what it
#: lists as "default ignorable": variation selectors, joiners, fillers, tags.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd"
    "\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
#: Before an answer of a list in order of priority; and where such a list stands on one line.
_NUMBERING = re.compile(r"^\s*\d+\s*[.)]\s*")
_INLINE_NUMBERING = re.compile(r"\s+(?=[123][.)]\s)")
_SPACED_NUMBERS = re.compile(r"(?<=\d) ?([-+]) ?(?=\d|$)")

#: What a spreadsheet program takes for the beginning of a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")


def without_invisible(text: str) -> str:
    r"""Return `text` without the characters that no reader sees; a space that does not break stays.

    >>> without_invisible("Ja\u200e"), without_invisible("Ved\u00a0ikke")
    ('Ja', 'Ved\xa0ikke')
    """
    return _INVISIBLE.sub("", text)


def normalise(text: str) -> str:
    r"""Return `text` composed (NFC), without invisible characters, with every run of white space as one space.

    >>> normalise("  Ved\u00a0ikke\u200e\n")
    'Ved ikke'
    """
    return " ".join(unicodedata.normalize("NFC", without_invisible(text)).split())


@lru_cache(maxsize=2048)  # titles and options are compared with every header and answer
def fold(text: str) -> str:
    """Return the form in which two texts that look alike to a reader are equal.

    >>> fold("Anvender I  AI?") == fold("anvender i ai?")
    True
    >>> fold("10 \u2013 20")
    '10-20'
    """
    return _SPACED_NUMBERS.sub(r"\1", _DASHES.sub("-", normalise(text)).casefold())


def pieces(text: str) -> list[str]:
    r"""Split an answer in order of priority into its parts.

    Lines, numbers (``1.`` or ``1)``) and semicolons divide; "og" and commas do not, since they stand inside one answer.

    >>> pieces("1. Tid og penge\n2. Viden")
    ['Tid og penge', 'Viden']
    >>> pieces("Pris; viden, data")
    ['Pris', 'viden, data']
    """
    lines = [part for line in text.split("\n") for part in _INLINE_NUMBERING.split(line)]
    parts = (_NUMBERING.sub("", part).strip() for line in lines for part in line.split(";"))
    return [part for part in parts if part]


def make_inert(text: str) -> str:
    """Return `text` so that no spreadsheet program runs it: with an apostrophe before what looks like a formula.

    >>> make_inert("=1+1"), make_inert("-1.5"), make_inert("Ja")
    ("'=1+1", '-1.5', 'Ja')
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text) else text


def undo_inert(text: str) -> str:
    """Return the text without the apostrophe that keeps it from being a formula or a number.

    >>> undo_inert("'=1+1"), undo_inert("'1987"), undo_inert("'t Hof")
    ('=1+1', '1987', "'t Hof")
    """
    rest = text[1:]
    is_kept = text.startswith("'") and (rest.startswith(_FORMULA_STARTS) or _NUMBER.fullmatch(rest))
    return rest if is_kept else text


def cell_text(cell: object) -> str | None:
    r"""Return what a cell of a spreadsheet says, or None for an empty one.

    Line breaks are kept, since a firm lists its three answers on three lines; whole numbers lose the decimals that
    Excel gives them.

    >>> cell_text(1987.0), cell_text(" \u00a0 "), cell_text("NA")
    ('1987', None, 'NA')
    """
    if cell is None or cell != cell:  # a number that is none, as Parquet keeps an empty cell
        return None
    if isinstance(cell, int | float):
        return str(int(cell)) if cell == cell // 1 else str(cell)
    if isinstance(cell, datetime.date | datetime.time):
        cell = cell.isoformat()
    lines = (normalise(line) for line in re.split(r"[\r\n]+", undo_inert(str(cell))))
    return "\n".join(line for line in lines if line) or None
