"""Every text that a file holds, however it is packed: what a reader of it would see, and what a program could."""

import base64
import binascii
import html
import io
import re
import urllib.parse
import zipfile
from collections.abc import Iterator

from toe_analysis.survey.reading.kinds import BROKEN_ZIP
from toe_analysis.survey.text import without_invisible

_PACKED = re.compile(r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{4}(?:\\n|\s)*+){16,}+[A-Za-z0-9+/]{0,3}={0,2}")
#: An unbroken run this long is a packed file, such as a figure in a notebook: it is unpacked, not read as words.
_LONG_PACKED = re.compile(r"[A-Za-z0-9+/]{1000,}")
_PNG = b"\x89PNG\r\n\x1a\n"
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\([nrtbf\"\\/])")
#: Of HTML and SVG, and the colours of a terminal, in which a notebook keeps an error.
_TAG = re.compile(r"<[^<>]*>|\x1b\[[0-9;]*m")
#: A packed file that unpacks to more than this is none of ours.
_MOST_BYTES = 64 * 2**20
_DEEPEST = 4


def texts_in(content: bytes, depth: int = 0) -> Iterator[str | None]:
    """Yield what stands in a file, in what is packed in it, and in what base64 hides; None for what keeps closed.

    Each text comes as it stands, without its escapes, without its tags, and without signs that nobody sees.

    Examples
    --------
    >>> list(texts_in(b"R&amp;D<br>Data"))
    ['R&amp;D<br>Data', 'R&D<br>Data', 'R&D Data', 'R&DData']
    """
    if depth > _DEEPEST:
        yield None
        return
    try:
        for inner in _unzipped(content):
            yield from texts_in(inner, depth + 1)
    except BROKEN_ZIP:
        yield None
    text = _decoded(_without_pixels(content))
    yield from _readings(_LONG_PACKED.sub(" ", text))
    for packed in _PACKED.findall(text):
        yield from texts_in(_unpacked(packed), depth + 1)


def _readings(text: str) -> Iterator[str]:
    """Return the text as it stands, without its escapes, without tags between or in words, and as a reader sees it."""
    yield text
    for _ in range(_DEEPEST):
        plain = urllib.parse.unquote(html.unescape(_without_json_escapes(text)))
        if plain == text:
            break
        yield plain
        text = plain
    yield from (_TAG.sub(between, text) for between in (" ", "") if _TAG.search(text))
    if (seen := without_invisible(text)) != text:
        yield seen


def _without_json_escapes(text: str) -> str:
    signs = {"n": "\n", "r": "\n", "t": "\t", "b": " ", "f": " "}
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else signs.get(found[2], found[2]), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unzipped(content: bytes) -> Iterator[bytes]:
    """Return the names and the files inside a zip-based file."""
    if not content.startswith(b"PK\3\4"):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield "\n".join(archive.namelist()).encode()
        if sum(part.file_size for part in archive.infolist()) > _MOST_BYTES:
            raise zipfile.BadZipFile("it unpacks to more than is looked into")
        for part in archive.infolist():
            yield archive.read(part)


def _without_pixels(content: bytes) -> bytes:
    """Return what a PNG picture holds beside its pixels, which spell nothing; any other content as it is."""
    if not content.startswith(_PNG):
        return content
    kept, place = [], len(_PNG)
    while place < len(content) and (kind := content[place + 4 : place + 8]) != b"IEND":
        end = place + 12 + int.from_bytes(content[place : place + 4])
        if kind != b"IDAT":
            kept.append(content[place + 8 : end - 4])  # the last four are a checksum
        place = end
    return b"\n".join([*kept, content[place:]])


def _unpacked(packed: str) -> bytes:
    signs = re.sub(r"\\n|\s", "", packed).rstrip("=")
    try:
        return base64.b64decode(signs + "=" * (-len(signs) % 4))
    except binascii.Error:
        return b""


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        # Either an old spelling, or UTF-8 with something else in it: a line cut short, a picture's notes.
        return "\n".join(content.decode(encoding, errors="replace") for encoding in ("utf-8", "cp1252"))
