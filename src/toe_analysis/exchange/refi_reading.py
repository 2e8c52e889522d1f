"""Opening a REFI-QDA project: its codes and its texts with what is coded in them.

A project comes from a stranger's computer, so nothing in it is trusted: not its sizes, not its XML, not its positions.
"""

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.exchange.refi_writing import PROJECT, as_line
from toe_analysis.survey.reading.kinds import BROKEN_ZIP

#: Bytes an entry, and texts or entries a project: far above what five interviews need.
_LIMITS = {".qde": 10_000_000, ".txt": 200_000}
_MOST = 1_000
_NAMES = {"q": PROJECT}


@dataclass(frozen=True)
class Source:
    """A text of a project.

    Parameters
    ----------
    name, text : str
    passages : tuple of tuple
        The coded stretches of it: start, end, GUID of the code.
    """

    name: str
    text: str
    passages: tuple[tuple[int, int, str], ...]


def read_project(project: bytes | Path) -> tuple[dict[str, tuple[str, ...]], list[Source]]:
    """Return the path of names to each code, by its GUID, and the texts of a project in which something is coded.

    Raises
    ------
    InputError
        If it cannot be read, is larger than a project of interviews is, or names what is outside it.
    """
    try:
        # From its path, a project is not held in memory with the sound and pictures that it may bring.
        with zipfile.ZipFile(project if isinstance(project, Path) else io.BytesIO(project)) as parts:
            root = _tree(_read(parts, _single_qde(parts.namelist())))
            elements = root.findall("q:Sources/q:TextSource", _NAMES)
            if max(len(elements), len(parts.namelist())) > _MOST:
                raise InputError(f"expected at most {_MOST} texts in the .qdpx file, found more; is it the right one?")
            coded = [element for element in elements if element.find(".//q:CodeRef", _NAMES) is not None]
            return dict(_paths(root)), [_source(element, parts) for element in coded]
    except (ET.ParseError, UnicodeDecodeError, LookupError, RecursionError) as error:
        raise InputError(f"the .qdpx file holds text or XML that is broken: {error}; export it again") from error
    except BROKEN_ZIP as error:
        why = getattr(error, "strerror", None) or error  # without the path, which is this machine's
        raise InputError(f"cannot read the .qdpx file: {why}; export the project again as REFI-QDA") from error


def _single_qde(names: list[str]) -> str:
    found = [name for name in names if name.lower().endswith(".qde")]
    if len(found) != 1:
        raise InputError(f"expected one project.qde in the .qdpx file, found {len(found)}; export it again as REFI-QDA")
    return found[0]


def _read(parts: zipfile.ZipFile, name: str) -> bytes:
    """Read an entry, and stop at the limit whatever the zip says of its size."""
    limit = _LIMITS[name[-4:].lower()]
    with parts.open(name) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise InputError(
            f"expected at most {limit} bytes in {name} inside the .qdpx file, found more; is it the right one?"
        )
    return content


def _tree(content: bytes) -> ET.Element:
    """Parse XML that declares no entities."""
    # ASCII stands for itself in every encoding that the parser knows, but for the empty bytes between it in UTF-16.
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise InputError("expected no DOCTYPE in project.qde: it can name other files or grow without end; remove it")
    root = ET.fromstring(content)
    if root.tag != f"{{{PROJECT}}}Project":
        raise InputError(
            f"expected a Project of {PROJECT} in project.qde, found {root.tag!r}; export it as REFI-QDA 1.0"
        )
    return root


def _paths(element: ET.Element, path: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    children = element.findall("q:Code", _NAMES) if path else element.findall("q:CodeBook/q:Codes/q:Code", _NAMES)
    for child in children:
        below = (*path, as_line(child.get("name", "")))
        yield _same(child.get("guid", "")), below
        yield from _paths(child, below)


def _source(element: ET.Element, parts: zipfile.ZipFile) -> Source:
    name = as_line(element.get("name") or element.get("guid") or "")
    text = element.findtext("q:PlainTextContent", None, _NAMES)
    if text is None:
        text = _text_file(element.get("plainTextPath") or "", name, parts)
    passages = [
        (int(selection.get("startPosition", "")), int(selection.get("endPosition", "")), guid)
        for selection in element.findall("q:PlainTextSelection", _NAMES)
        for guid in _targets(selection)
    ]
    passages += [(0, len(text), guid) for guid in _targets(element)]
    return Source(name, text, tuple(passages))


def _text_file(path: str, name: str, parts: zipfile.ZipFile) -> str:
    wanted = path.removeprefix("internal://").lower()
    inside = [
        entry for entry in parts.namelist() if entry.lower() == f"sources/{wanted}" and entry.lower().endswith(".txt")
    ]
    if not path.startswith("internal://") or len(inside) != 1:
        raise InputError(
            f"expected the text {name!r} inside the .qdpx file, found the path {path!r} and {len(inside)} such files; "
            f"export the project with its sources"
        )
    return _read(parts, inside[0]).decode("utf-8-sig")


def _targets(element: ET.Element) -> list[str]:
    return [_same(reference.get("targetGUID", "")) for reference in element.findall("q:Coding/q:CodeRef", _NAMES)]


def _same(guid: str) -> str:
    """Return a GUID as it is compared: braces and case differ between programs."""
    return guid.strip().strip("{}").lower()
