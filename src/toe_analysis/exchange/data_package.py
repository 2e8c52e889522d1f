"""The tables as a Data Package: what each column holds, where it comes from, and what may be done with it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from toe_analysis.showing.words import LANGUAGES, say, word_table
from toe_analysis.survey import BASES, MISSING, Questionnaire

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

_INTEGER = re.compile(r"[-+]?\d+")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?([eE][-+]?\d+)?|inf|nan)", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """A CSV file, and what is known about it from outside.

    Parameters
    ----------
    path : str
        Inside the package, with slashes.
    cells : pandas.DataFrame
        What it holds, as text, as `toe_analysis.csv_table.read_csv_table` returns it.
    description : str
        What it is.
    source, licence : mapping
        What it is made from, or where it comes from, and its licence where that is another than the package's: a
        ``title`` and perhaps a ``path``.
    basis : tuple of str
        Where no column says it.
    """

    path: str
    cells: pd.DataFrame
    description: str
    source: Mapping[str, str] | None = None
    licence: Mapping[str, str] | None = None
    basis: tuple[str, ...] = ()


def data_package(
    tables: Iterable[Table], questionnaire: Questionnaire, *, name: str, title: str, description: str, version: str
) -> dict[str, Any]:
    """Return the descriptor of a Data Package, version 2.

    Parameters
    ----------
    tables : iterable of Table
    questionnaire : Questionnaire
        Explains the columns that are named after a question.
    name, title, description, version : str
        Of the package.

    Returns
    -------
    dict
        As ``datapackage.json`` holds it. A column is an integer or a number if every cell that is not empty is one,
        else a string. ``basis`` is a property of our own: what the rows rest on, see the README.

    Notes
    -----
    Follows Data Package 2.0 with Table Schema (Frictionless Data, 2024).

    Examples
    --------
    >>> from toe_analysis.survey import Questionnaire
    >>> table = Table("data/t.csv", pd.DataFrame({"size": ["9.5"], "basis": ["published"]}), "a table")
    >>> package = data_package([table], Questionnaire(()), name="x", title="X", description="", version="1")
    >>> package["resources"][0]["schema"]["fields"][0]
    {'name': 'size', 'type': 'number', 'title': 'employees'}
    """
    return {
        "$schema": PROFILE,
        "name": name,
        "title": title,
        "description": description,
        "version": version,
        "licenses": [{"name": "MIT", "title": "MIT License", "path": "LICENSE"}],
        "resources": [_resource(table, questionnaire) for table in tables],
    }


def _resource(table: Table, questionnaire: Questionnaire) -> dict[str, Any]:
    columns = table.cells.to_dict("list")
    answers = [column for column in columns if column in questionnaire]
    resource = {
        "name": re.sub(r"[^a-z0-9]+", "-", str(PurePosixPath(table.path).with_suffix("")).lower()),
        "path": table.path,
        "type": "table",
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "sources": [table.source] if table.source else [],
        "basis": _bases(columns) or list(table.basis),
        "schema": {
            "fields": [_field(column, cells, questionnaire) for column, cells in columns.items()],
            "missingValues": ["", *MISSING] if answers else [""],
        },
    }
    if table.licence:
        resource["licenses"] = [table.licence]
    return {key: value for key, value in resource.items() if value != []}


def _bases(columns: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what the rows rest on; a figure's table says it in the words of its language."""
    cells = {cell for language in LANGUAGES for cell in columns.get(say("column.basis", language), ())}
    return [basis for basis in BASES if not cells.isdisjoint(word_table()[f"basis.{basis}"].values())]


def _field(column: str, cells: Sequence[str], questionnaire: Questionnaire) -> dict[str, str]:
    field = {"name": column, "type": _type(cells)}
    if column in questionnaire:
        question = questionnaire[column]
        return field | {"title": question.labels["en"], "description": question.header}
    key = f"column.{column}"
    return field | ({"title": say(key, "en")} if key in word_table() else {})


def _type(cells: Sequence[str]) -> str:
    filled = [cell for cell in cells if cell]
    if filled and all(map(_INTEGER.fullmatch, filled)):
        return "integer"
    return "number" if filled and all(map(_NUMBER.fullmatch, filled)) else "string"
