"""One form for text that people and programs write in many: spaces, invisible characters, case."""

import datetime
import re
import unicodedata

_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0xFEFF, 0x00AD])


def normalise(text: str) -> str:
    r"""Return `text` composed (NFC), without invisible characters, with every run of white space as one space.

    >>> normalise("  Ved\u00a0ikke\n")
    'Ved ikke'
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def fold(text: str) -> str:
    """Return the form in which two texts that look alike to a reader are equal.

    >>> fold("Anvender I  AI?") == fold("anvender i ai?")
    True
    """
    return normalise(text).casefold()


def cell_text(cell: object) -> str | None:
    r"""Return what a cell of a spreadsheet says, or None for an empty one.

    Line breaks are kept, since a firm lists its three answers on three lines; whole numbers lose the decimals that
    Excel gives them.

    >>> cell_text(1987.0), cell_text(" \u00a0 "), cell_text("NA")
    ('1987', None, 'NA')
    """
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime.date | datetime.time):
        cell = cell.isoformat()
    lines = (normalise(line) for line in re.split(r"[\r\n]+", str(cell)))
    return "\n".join(line for line in lines if line) or None
