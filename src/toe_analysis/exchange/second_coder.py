"""A second coder's TOE codes, from a filled sheet or from a REFI-QDA project of a coding program.

A project comes from a stranger's computer, so nothing in it is trusted: not its sizes, not its XML, not its positions.
"""

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.exchange.refi_qda import PROJECT, as_line
from toe_analysis.interviews import DIMENSIONS, THEMES, read_coding_sheet, unit_name
from toe_analysis.showing.words import LANGUAGES, say, word
from toe_analysis.survey.reading.files import BROKEN_ZIP

#: Bytes an entry, texts or entries a project, levels of XML: far above what five interviews need.
_LIMITS = {".qde": 10_000_000, ".txt": 200_000}
_MOST, _DEPTH = 1_000, 100
_NAMES = {"q": PROJECT}
#: Spellings beside the project's own words, as other study books and American programs have them.
_ALSO = {"organization": "O", "miljø": "E"}


@dataclass(frozen=True)
class _Source:
    """A text, and the coded stretches of it: start, end, GUID of the code."""

    name: str
    text: str
    passages: tuple[tuple[int, int, str], ...]


def read_second_coder(path: Path, codings: pd.DataFrame) -> pd.Series:
    """Return the TOE category that another coder gave to each unit.

    Parameters
    ----------
    path : Path
        A ``.qdpx`` project, or a sheet as `toe_analysis.interviews.read_coding_sheet` reads it.
    codings : pandas.DataFrame

    Returns
    -------
    pandas.Series
        As `read_codes` returns it.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    if path.suffix.lower() != ".qdpx":
        return read_coding_sheet(path, codings)
    try:
        return read_codes(path, codings)
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from error


def read_codes(project: bytes | Path, codings: pd.DataFrame) -> pd.Series:
    """Return the TOE category that another coder gave to each unit.

    Parameters
    ----------
    project : bytes or Path
        A ``.qdpx`` file: the one of `write_project`, coded in any program that exports REFI-QDA.
    codings : pandas.DataFrame
        The units, as `toe_analysis.interviews.read_codings` returns them.

    Returns
    -------
    pandas.Series
        "T", "O" or "E", named ``toe``, with the index of `codings`.

    Raises
    ------
    InputError
        If the file cannot be read, a coded text is not the units of an interview, a selection does not lie in one
        unit, a code is not known, or a unit has no TOE category or two.

    Notes
    -----
    A text is recognised by its lines and a code by its name or by the group that it stands in, never by GUIDs. A
    selection may be part of a unit, or cover white space around it. Codes for themes are left aside.

    Examples
    --------
    >>> from toe_analysis.exchange.refi_qda import write_project
    >>> unit = {"interview": 1, "unit": 1, "toe": "E", "theme": "networks_advice"}
    >>> codings = pd.DataFrame([unit | {"gloss_en": "learns in networks", "gloss_da": "læring i netværk"}])
    >>> read_codes(write_project(codings), codings).to_list()
    ['E']
    """
    codes, sources = _parts(project)
    found: dict[tuple[int, int], str] = {}
    unclaimed = dict(iter(codings.groupby("interview")))
    for source in sources:
        interview = _interview(source, unclaimed)
        if interview is None:
            continue
        units = unclaimed.pop(interview)["unit"].to_list()
        for line, guid in _lines_of(source):
            toe = _dimension(codes.get(guid, ()), source.name)
            unit = (interview, units[line])
            if toe and found.setdefault(unit, toe) != toe:
                raise InputError(
                    f"expected one TOE category for unit {unit_name(*unit)}, found {found[unit]} and {toe} in "
                    f"the project; take one of them away (a second coder starts from the file without codings)"
                )
    keys = list(zip(codings["interview"], codings["unit"], strict=True))
    if missing := [unit_name(*key) for key in keys if key not in found]:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise InputError(
            f"expected a TOE category for each of {len(keys)} units, but the project has none for "
            f"{', '.join(missing[:5])}{more}; code them and export again"
        )
    return pd.Series([found[key] for key in keys], index=codings.index, name="toe", dtype=codings["toe"].dtype)


def _interview(source: _Source, unclaimed: dict[int, pd.DataFrame]) -> int | None:
    """Return the interview whose units are the lines of a text, or none for a text without codings."""
    lines = [as_line(source.text[start:end]) for start, end in _spans(source.text)]
    for interview, units in unclaimed.items():
        if any(lines == [as_line(gloss) for gloss in units[f"gloss_{language}"]] for language in LANGUAGES):
            return interview
    if source.passages:
        raise InputError(
            f"expected the text {source.name!r} to hold the units of one interview, a line each, as they were "
            f"exported, but its lines are others or it is there twice; code an unchanged text"
        )
    return None


def _dimension(path: tuple[str, ...], source: str) -> str | None:
    """Return the TOE category of a code, told by the nearest known name from it outwards; none for a theme."""
    if not path:
        raise InputError(f"a selection in the text {source!r} points to a code that the project lacks; export it again")
    known = _known_names()
    for name in reversed(path):
        if name.casefold() in known:
            return known[name.casefold()]
    words = ", ".join(say(f"toe.{key}", language) for language in LANGUAGES for key in DIMENSIONS)
    raise InputError(
        f"expected one of the codes {words} or {', '.join(DIMENSIONS)}, found {path[-1]!r} on the text {source!r}; "
        f"rename it, or move it into one of them"
    )


@cache
def _known_names() -> dict[str, str | None]:
    """Return what each name of a code stands for, in small letters: a TOE category, or none for a theme."""
    names: dict[str, str | None] = {name.casefold(): key for name, key in _ALSO.items()}
    for language in LANGUAGES:
        names |= {say(f"toe.{key}", language).casefold(): key for key in DIMENSIONS}
        names |= {word(key, language, "theme").casefold(): None for key in THEMES}
        names[say("refi.group.theme", language).casefold()] = None
    return names | {key.casefold(): key for key in DIMENSIONS} | dict.fromkeys(THEMES)


def _spans(text: str) -> list[tuple[int, int]]:
    """Return where each line that is not empty starts and ends, white space at its ends aside."""
    return [found.span() for found in re.finditer(r"\S([^\r\n]*\S)?", text)]


def _lines_of(source: _Source) -> list[tuple[int, str]]:
    r"""Return for each coded stretch the number of its line and its code.

    Where a text has the line ends of Windows, programs differ in whether they count ``\r\n`` as one position or two:
    the reading under which every stretch lies in a line is the right one.
    """
    readings, error = [], None
    for text in dict.fromkeys([source.text, source.text.replace("\r\n", "\n")]):
        spans = _spans(text)
        try:
            reading = [
                (_line_at(spans, start, end, len(text), source.name), guid) for start, end, guid in source.passages
            ]
        except InputError as refused:
            error = error or refused
        else:
            readings.append(reading)
    if not readings:
        raise error
    if readings[0] != readings[-1]:
        raise InputError(
            f"the positions in the text {source.name!r} fit two readings of its line ends; save it with Unix line ends"
        )
    return readings[0]


def _line_at(spans: list[tuple[int, int]], start: int, end: int, length: int, name: str) -> int:
    """Return the number of the line in which a stretch of a text lies; white space around it does no harm."""
    where = f"the selection from {start} to {end} in the text {name!r}"
    if not 0 <= start < end <= length:
        raise InputError(f"expected {where} inside its {length} characters, and not empty; export the project again")
    touched = [number for number, (begins, ends) in enumerate(spans) if start < ends and end > begins]
    if len(touched) != 1:
        raise InputError(
            f"expected {where} to lie in one unit, which is one line, found {len(touched)} units; select one line only"
        )
    return touched[0]


def _parts(project: bytes | Path) -> tuple[dict[str, tuple[str, ...]], list[_Source]]:
    """Return the path of names to each code, by its GUID, and the texts of a project."""
    try:
        content = project.read_bytes() if isinstance(project, Path) else project
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            root = _tree(_read(parts, _single_qde(parts.namelist())))
            elements = root.findall("q:Sources/q:TextSource", _NAMES)
            if max(len(elements), len(parts.namelist())) > _MOST:
                raise InputError(f"expected at most {_MOST} texts in the .qdpx file, found more; is it the right one?")
            return dict(_codes(root)), [_source(element, parts) for element in elements]
    except BROKEN_ZIP as error:
        why = getattr(error, "strerror", None) or error  # without the path, which is this machine's
        raise InputError(f"cannot read the .qdpx file: {why}; export the project again as REFI-QDA") from error
    except (ET.ParseError, UnicodeDecodeError, LookupError, ValueError) as error:
        raise InputError(f"the .qdpx file holds text or XML that is broken: {error}; export it again") from error


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
    """Parse XML that declares no entities and is not nested without end."""
    # ASCII stands for itself in every encoding that the parser knows, but for the empty bytes between it in UTF-16.
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise InputError("expected no DOCTYPE in project.qde: it can name other files or grow without end; remove it")
    depth, parsed = 0, ET.iterparse(io.BytesIO(content), ("start", "end"))
    for event, _ in parsed:
        depth += 1 if event == "start" else -1
        if depth > _DEPTH:
            raise InputError(f"expected at most {_DEPTH} levels in project.qde, found more; export it again")
    root = parsed.root
    if root.tag != f"{{{PROJECT}}}Project":
        raise InputError(
            f"expected a Project of {PROJECT} in project.qde, found {root.tag!r}; export it as REFI-QDA 1.0"
        )
    return root


def _codes(element: ET.Element, path: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    children = element.findall("q:Code", _NAMES) if path else element.findall("q:CodeBook/q:Codes/q:Code", _NAMES)
    for child in children:
        below = (*path, as_line(child.get("name", "")))
        yield _same(child.get("guid", "")), below
        yield from _codes(child, below)


def _source(element: ET.Element, parts: zipfile.ZipFile) -> _Source:
    name = as_line(element.get("name") or element.get("guid") or "")
    text = element.findtext("q:PlainTextContent", None, _NAMES)
    if text is None:
        text = _text_file(element.get("plainTextPath") or "", name, parts)
    passages = [
        (_position(selection, "startPosition"), _position(selection, "endPosition"), guid)
        for selection in element.findall("q:PlainTextSelection", _NAMES)
        for guid in _targets(selection)
    ]
    passages += [(0, len(text), guid) for guid in _targets(element)]
    return _Source(name, text, tuple(passages))


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


def _position(selection: ET.Element, name: str) -> int:
    text = selection.get(name, "")
    if not re.fullmatch(r"\s*\d{1,9}\s*", text, re.ASCII):
        raise InputError(f"expected a whole number as {name} of a selection in project.qde, found {text[:20]!r}")
    return int(text)


def _same(guid: str) -> str:
    """Return a GUID as it is compared: braces and case differ between programs."""
    return guid.strip().strip("{}").lower()
