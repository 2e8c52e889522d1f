"""A second coder's TOE codes, from a filled sheet or from a REFI-QDA project of a coding program."""

import re
from functools import cache
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError, told_of
from toe_analysis.exchange.refi_reading import Source, read_project
from toe_analysis.exchange.refi_writing import as_line
from toe_analysis.interviews import DIMENSIONS, THEMES, read_coding_sheet, unit_name
from toe_analysis.paths import Root
from toe_analysis.showing.words import LANGUAGES, say, word

#: Spellings beside the project's own words, as other study books and American programs have them.
_ALSO = {"organization": "O", "miljø": "E"}


def read_second_coder(root: Root, name: str, codings: pd.DataFrame) -> pd.Series:
    """Return the TOE category that another coder gave to each unit.

    Parameters
    ----------
    root : Root
    name : str
        A file in ``data/raw``: a ``.qdpx`` project, or a sheet as `toe_analysis.interviews.read_coding_sheet` reads it.
    codings : pandas.DataFrame

    Returns
    -------
    pandas.Series
        As `read_codes` returns it.

    Raises
    ------
    InputError
        If there is no such file, it cannot be used, or `name` is more than its name: a folder would stay in the
        executed notebook.
    """
    if "/" in name or "\\" in name:
        raise InputError(
            f"coder_b: expected the name of a file in data/raw, like class_a.xlsx, found a path ending in "
            f"{Path(name.replace(chr(92), '/')).name!r}; copy the file to data/raw and give its name alone"
        )
    path = root.raw / name
    if not path.is_file():
        folder = f"private/{root.path.name}/data/raw" if root.is_private else "data/raw"
        raise InputError(f"coder_b: expected {name} in {folder}, but there is no such file; copy it there")
    if path.suffix.lower() != ".qdpx":
        return read_coding_sheet(path, codings)
    with told_of(name):
        return read_codes(path, codings)


def read_codes(project: bytes | Path, codings: pd.DataFrame) -> pd.Series:
    """Return the TOE category that another coder gave to each unit.

    Parameters
    ----------
    project : bytes or Path
        A ``.qdpx`` file: the one of `refi_project`, coded in any program that exports REFI-QDA.
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
    >>> from toe_analysis.exchange.refi_writing import refi_project
    >>> unit = {"interview": 1, "unit": 1, "toe": "E", "theme": "networks_advice"}
    >>> codings = pd.DataFrame([unit | {"gloss_en": "learns in networks", "gloss_da": "læring i netværk"}])
    >>> read_codes(refi_project(codings), codings).to_list()
    ['E']
    """
    codes, sources = read_project(project)
    found: dict[tuple[int, int], str] = {}
    unclaimed = dict(iter(codings.groupby("interview")))
    for source in sources:
        interview = _interview(source, unclaimed)
        units = unclaimed.pop(interview)["unit"].to_list()
        for line, toe in _lines_of(source, codes):
            unit = (interview, units[line])
            if found.setdefault(unit, toe) != toe:
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


def _interview(source: Source, unclaimed: dict[int, pd.DataFrame]) -> int:
    """Return the interview whose units are the lines of a text."""
    lines = [as_line(source.text[start:end]) for start, end in _spans(source.text)]
    for interview, units in unclaimed.items():
        if any(lines == [as_line(gloss) for gloss in units[f"gloss_{language}"]] for language in LANGUAGES):
            return interview
    raise InputError(
        f"expected the text {source.name!r} to hold the units of one interview, a line each, as they were "
        f"exported, but its lines are others or it is there twice; code an unchanged text"
    )


def _dimension(path: tuple[str, ...], source: str) -> str | None:
    """Return the TOE category of a code, told by the nearest known name from it outwards; none for a theme."""
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


def _lines_of(source: Source, codes: dict[str, tuple[str, ...]]) -> list[tuple[int, str]]:
    r"""Return for each stretch with a TOE category the number of its line and the category.

    Where a text has the line ends of Windows, programs differ in whether they count ``\r\n`` as one position or two:
    the reading under which every stretch lies in a line is the right one.
    """
    lost = ("a code that the project lacks",)
    coded = [(*stretch, _dimension(codes.get(guid, lost), source.name)) for *stretch, guid in source.passages]
    readings, error = [], None
    for text in dict.fromkeys([source.text, source.text.replace("\r\n", "\n")]):
        spans = _spans(text)
        try:
            reading = [(_line_at(spans, start, end, len(text), source.name), toe) for start, end, toe in coded if toe]
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
    touched = [number for number, (begins, ends) in enumerate(spans) if start < ends and end > begins]
    if len(touched) != 1 or not 0 <= start < end <= length:
        raise InputError(
            f"expected the selection from {start} to {end} in the text {name!r} to lie in one unit, which is one "
            f"line of it, found {len(touched)} units and {length} characters; select one line only, and export again"
        )
    return touched[0]
