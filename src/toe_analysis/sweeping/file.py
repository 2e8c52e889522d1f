"""The file of a sweep: a row for each run under other parameters, or for each design to plan. Checked as a whole."""

import dataclasses
import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import get_args

from toe_analysis.csv_table import read_csv_table
from toe_analysis.errors import InputError
from toe_analysis.running.notebooks import parameter_types, read_notebook
from toe_analysis.running.stages import Stage, with_parameters
from toe_analysis.statistics import Share
from toe_analysis.statistics.planning.power import Design
from toe_analysis.sweeping.conclusions import COLUMNS
from toe_analysis.sweeping.item import Item

NAME, WORLD = "name", "world"
#: The column that no notebook has and no design can do without.
_OF_DESIGNS = "baseline_share"


def read_sweep(
    path: Path, stages: Sequence[Stage], notebooks: Path, worlds: Sequence[str] = ()
) -> dict[str, Item] | dict[str, Design]:
    """Read what a sweep is to run, by name and in the order of the file.

    Parameters
    ----------
    path : Path
        A CSV file with a column ``name``. Its other columns are parameters of notebooks (``alpha`` for every notebook
        that has it, ``05.alpha`` for one) and ``world``; or, if ``baseline_share`` is among them, fields of `Design`.
        An empty cell leaves what stands in the notebook or in `Design`.
    stages : sequence of Stage
    notebooks : Path
        The folder of notebooks.
    worlds : sequence of str
        The synthetic worlds that the study has.

    Raises
    ------
    InputError
        With row and column, if anything in it cannot be used.
    """
    rows = _rows(path)
    columns = [column for column in next(iter(rows.values())) if column != NAME]
    if _OF_DESIGNS in columns:
        return {row[NAME]: _design(path, number, row) for number, row in rows.items()}
    types = {stage.name: parameter_types(read_notebook(notebooks / f"{stage.name}.ipynb")) for stage in stages}
    for column in columns:
        if column != WORLD and not _meant(column, types):
            names = sorted({name for own in types.values() for name in own})
            raise InputError(
                f"{path.name}, column {column!r}: expected {WORLD!r} or a parameter of a notebook, as alpha or "
                f"05.alpha; there are: {', '.join(names)}"
            )
    for number, row in rows.items():
        if (world := row.get(WORLD, "")) and world not in worlds:
            raise _unusable(path, number, WORLD, f"one of {', '.join(worlds) or 'none'}", world)
    return {row[NAME]: _variant(path, number, row, stages, types) for number, row in rows.items()}


def _rows(path: Path) -> dict[int, dict[str, str]]:
    """Return the rows as text, by their number in the file, with every name fit for a folder and a column."""
    rows = read_csv_table(path, [NAME]).map(str.strip).to_dict("index")
    if not rows:
        raise InputError(f"{path.name}: expected a row for each run, found none")
    seen = {column.lower() for column in COLUMNS}
    for number, row in rows.items():
        name = row[NAME]
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name) or name.lower() in seen:
            raise InputError(
                f"{path.name}, row {number}, column {NAME!r}: expected letters, digits, '_', '-' and '.', different "
                f"from every other name and from {', '.join(COLUMNS)}; found {name!r}"
            )
        seen.add(name.lower())
    return rows


def _meant(column: str, types: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the stages whose parameter a column names."""
    start, _, name = column.rpartition(".")
    return [stage for stage, own in types.items() if name in own and stage.startswith(start)]


def _variant(
    path: Path, number: int, row: Mapping[str, str], stages: Sequence[Stage], types: Mapping[str, Mapping[str, str]]
) -> Item:
    told: dict[str, dict[str, object]] = {stage.name: {} for stage in stages}
    for column in sorted(row, key=lambda column: "." in column):  # what is said of one stage has the last word
        for stage in _meant(column, types) if row[column] else ():
            name = column.rpartition(".")[2]
            told[stage][name] = _cell(path, number, column, row[column], _KINDS[types[stage][name]])
    world = row.get(WORLD, "")
    own = [dataclasses.replace(stage, parameters={**stage.parameters, **told[stage.name]}) for stage in stages]
    return Item(with_parameters(own, {}), world)


def _design(path: Path, number: int, row: Mapping[str, str]) -> Design:
    if unknown := [column for column in row if column not in (NAME, *_OF_DESIGN)]:
        raise InputError(f"{path.name}, column {unknown[0]!r}: expected a field of a design: {', '.join(_OF_DESIGN)}")
    given = {
        column: _cell(path, number, column, text, _OF_DESIGN[column])
        for column, text in row.items()
        if text and column != NAME
    }
    if lost := [column for column in ("true_share", _OF_DESIGNS) if column not in given]:
        raise InputError(f"{path.name}, row {number}, column {lost[0]}: expected a share like 0.64, found nothing")
    try:
        return Design(**given)
    except ValueError as error:
        raise InputError(f"{path.name}, row {number}: {error}") from None


def _finite(text: str) -> float:
    if not math.isfinite(value := float(text)):
        raise ValueError(text)
    return value


def _share(text: str) -> Share:
    count, base = map(int, text.split("/"))
    return Share(count, base)


#: What is expected of a cell, and what makes a value of its text; `ValueError` or `KeyError` if it cannot.
_Kind = tuple[str, Callable[[str], object]]
_KINDS: dict[str, _Kind] = {
    "str": ("text", str),
    "int": ("a whole number", int),
    "float": ("a number with a decimal point, like 0.9", _finite),
    "bool": ("True or False", lambda text: {"true": True, "false": False}[text.lower()]),
    "Share": ("answers of invitations, like 51/778", _share),
}
#: By field, from its type; one that may be None has the other type first.
_OF_DESIGN: dict[str, _Kind] = {
    field.name: _KINDS[(get_args(field.type) or (field.type,))[0].__name__] for field in dataclasses.fields(Design)
}


def _cell(path: Path, number: int, column: str, text: str, kind: _Kind) -> object:
    expected, read = kind
    try:
        return read(text)
    except (ValueError, KeyError):
        raise _unusable(path, number, column, expected, text) from None


def _unusable(path: Path, number: int, column: str, expected: str, found: str) -> InputError:
    return InputError(f"{path.name}, row {number}, column {column!r}: expected {expected}, found {found!r}")
