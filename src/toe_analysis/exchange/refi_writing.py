"""The coded interviews as REFI-QDA files, the exchange format of programs for qualitative coding.

The same codings give the same bytes: every GUID follows from a stable key, and neither clock nor compression has a say.
"""

import re
import unicodedata
import uuid
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.interviews import DIMENSIONS, THEMES
from toe_analysis.showing.figures import COLOURS
from toe_analysis.showing.output import zipped
from toe_analysis.showing.words import say, word

CODEBOOK = "urn:QDA-XML:codebook:1.0"
PROJECT = "urn:QDA-XML:project:1.0"

_ORIGIN = "toe_analysis"
#: Of the glosses and of the codes' names: that of who codes them a second time.
_LANGUAGE = "da"
_NONE: Mapping[str, str] = MappingProxyType({})
_GUIDS = uuid.uuid5(uuid.NAMESPACE_URL, "toe_analysis/refi_qda")
#: Not the time of a coding: some programs stop at a selection without a date, so all have this one.
_DATE = "2025-01-01T00:00:00Z"
#: What XML 1.0 cannot hold: control characters, halves of surrogate pairs, and two that are no characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def as_line(text: str) -> str:
    r"""Return text as it stands in a file: composed (NFC), on one line, and with what XML allows.

    A run of white space, line breaks too, becomes one space; a character that XML 1.0 does not allow becomes U+FFFD.

    >>> as_line("Kø\r\nog  ma\u030aske\x07")
    'Kø og måske\ufffd'
    """
    return _FORBIDDEN.sub("\ufffd", " ".join(unicodedata.normalize("NFC", text).split()))


def refi_codebook(*, definitions: Mapping[str, str] = _NONE) -> bytes:
    """Return the category system as a ``.qdc`` file.

    Parameters
    ----------
    definitions : mapping, optional
        What a code means, by its key: "T", "O", "E" or a theme such as "data_quality".

    Returns
    -------
    bytes
        XML in UTF-8: the group of the TOE categories and the group of the themes, which is its own because a theme
        occurs under more than one category.

    Notes
    -----
    Follows the REFI-QDA standard 1.5, codebook schema 1.0.

    Examples
    --------
    >>> 'name="Teknologi"' in refi_codebook().decode()
    True
    """
    root = ET.Element("CodeBook", {"xmlns": CODEBOOK, "origin": _ORIGIN})
    _add_codes(root, definitions)
    return as_file(root)


def refi_project(codings: pd.DataFrame, *, coded: bool = True, definitions: Mapping[str, str] = _NONE) -> bytes:
    """Return the units of all interviews as a ``.qdpx`` file: a text an interview, a line a unit.

    Parameters
    ----------
    codings : pandas.DataFrame
        As `toe_analysis.interviews.read_codings` returns it.
    coded : bool
        Whether the report's categories and our themes are laid on the units. Without them a second coder starts from
        a clean sheet.
    definitions : mapping, optional
        See `refi_codebook`.

    Returns
    -------
    bytes
        A zip of ``project.qde`` and ``sources/GUID.txt``. Each gloss stands as `as_line` leaves it. Positions count
        Unicode code points from 0, the end is not part of the selection.

    Raises
    ------
    InputError
        If the gloss of a unit is empty.

    Notes
    -----
    Follows the REFI-QDA standard 1.5, project schema 1.0.
    """
    root = ET.Element("Project", {"xmlns": PROJECT, "name": "TOE", "origin": _ORIGIN, "creationDateTime": _DATE})
    if coded:
        users = ET.SubElement(root, "Users")
        for name in ("toe", "theme"):
            ET.SubElement(users, "User", guid=_guid("coder", name), name=say(f"refi.coder.{name}", _LANGUAGE))
    _add_codes(ET.SubElement(root, "CodeBook"), definitions)
    sources = ET.SubElement(root, "Sources")
    texts = {}
    for interview, units in codings.groupby("interview"):
        guid = _guid("source", interview)
        texts[f"sources/{guid}.txt"] = "".join(f"{_line_of(unit)}\n" for unit in units.to_dict("records"))
        source = ET.SubElement(
            sources,
            "TextSource",
            guid=guid,
            name=say("refi.interview", _LANGUAGE, number=interview),
            plainTextPath=f"internal://{guid}.txt",
            creationDateTime=_DATE,
        )
        if coded:
            source.extend(_selections(units))
    files = {"project.qde": as_file(root)} | {name: text.encode() for name, text in texts.items()}
    return zipped(files, zipfile.ZIP_STORED)


def _selections(units: pd.DataFrame) -> Iterator[ET.Element]:
    """Yield a selection for each code of each unit, so that every program knows whose coding it is."""
    start = 0
    for unit in units.to_dict("records"):
        line = _line_of(unit)
        for kind in ("toe", "theme"):
            key = (kind, unit["interview"], unit["unit"])
            made = {"creatingUser": _guid("coder", kind), "creationDateTime": _DATE}
            span = {"startPosition": str(start), "endPosition": str(start + len(line))}
            selection = ET.Element(
                "PlainTextSelection", {"guid": _guid("selection", *key), "name": line, **span, **made}
            )
            coding = ET.SubElement(selection, "Coding", {"guid": _guid("coding", *key), **made})
            ET.SubElement(coding, "CodeRef", targetGUID=_guid("code", unit[kind]))
            yield selection
        start += len(line) + 1


def _line_of(unit: Mapping[str, object]) -> str:
    line = as_line(str(unit[f"gloss_{_LANGUAGE}"]))
    if not line:
        raise InputError(
            f"expected a text under gloss_{_LANGUAGE} for interview {unit['interview']}, unit {unit['unit']}, "
            f"found none; add it to interview_codings.csv"
        )
    return line


def _add_codes(parent: ET.Element, definitions: Mapping[str, str]) -> None:
    codes = ET.SubElement(parent, "Codes")
    for group, members in (("toe", DIMENSIONS), ("theme", THEMES)):
        name = say(f"refi.group.{group}", _LANGUAGE)
        outer = ET.SubElement(codes, "Code", guid=_guid("group", group), name=name, isCodable="false")
        for number, key in enumerate(members):
            name = say(f"toe.{key}", _LANGUAGE) if group == "toe" else word(key, _LANGUAGE, "theme")
            code = ET.SubElement(
                outer, "Code", guid=_guid("code", key), name=name[0].upper() + name[1:], isCodable="true"
            )
            if group == "toe":
                code.set("color", COLOURS.as_hex()[number])
            if definition := as_line(definitions.get(key, "")):
                ET.SubElement(code, "Description").text = definition


def _guid(*key: object) -> str:
    return str(uuid.uuid5(_GUIDS, "/".join(map(str, key))))


def as_file(root: ET.Element) -> bytes:
    """Return XML in UTF-8, an element a line."""
    ET.indent(root)
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"
