"""The tables as a Data Package: what each column holds, where it comes from, and what may be done with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from toe_analysis.csv_table import read_csv_table
from toe_analysis.paths import Root
from toe_analysis.publishing.kept import Work, read_given
from toe_analysis.running.stages import RAW, STAGES, producers
from toe_analysis.showing.words import LANGUAGES, say, word_table
from toe_analysis.survey import BASES, MISSING, Questionnaire, read_study

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

_RAW_LICENCE = {"title": "facts of the report, to be cited", "path": f"{RAW}/README.md"}
_INTEGER = re.compile(r"[-+]?\d+")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?([eE][-+]?\d+)?|inf|nan)", re.IGNORECASE)


def data_package(root: Root, project: Work, description: str) -> dict[str, Any]:
    """Return the descriptor of a Data Package, version 2, as ``datapackage.json`` holds it.

    Notes
    -----
    Follows Data Package 2.0 with Table Schema (Frictionless Data, 2024).
    """
    return {
        "$schema": PROFILE,
        "name": "toe-analysis",
        "title": project.title,
        "description": description,
        "version": project.version,
        "licenses": [{"name": "MIT", "title": "MIT License", "path": "LICENSE"}],
        "resources": list(_resources(root)),
    }


def _resources(root: Root) -> Iterator[dict[str, Any]]:
    """Yield every CSV file that is given or made."""
    given, questionnaire = read_given(root.raw / "README.md"), read_study(root.raw).questionnaire
    for path in sorted(root.raw.glob("*.csv")):
        if path.name not in given:  # a second coder's sheet, say: a guest here, not given with the study
            continue
        what, source, kind = given[path.name]
        name, cells = f"{RAW}/{path.name}", read_csv_table(path)
        yield table_resource(name, cells, questionnaire, description=what, source={"title": source}, kind=kind)
    for name, stage in sorted(producers(STAGES).items()):
        if name.endswith(".csv") and not name.startswith("build/"):
            source = {"title": f"stage {stage}", "path": f"notebooks/{stage}.ipynb"}
            cells, asked = read_csv_table(root.path / name), say(f"stage.{stage}", "en")
            yield table_resource(name, cells, questionnaire, description=asked, source=source)


def table_resource(
    path: str,
    cells: pd.DataFrame,
    questionnaire: Questionnaire,
    *,
    description: str,
    source: Mapping[str, str],
    kind: str = "",
) -> dict[str, Any]:
    """Return what is known of a CSV file.

    Parameters
    ----------
    path : str
        Inside the package, with slashes.
    cells : pandas.DataFrame
        What it holds, as text, as `toe_analysis.csv_table.read_csv_table` returns it.
    questionnaire : Questionnaire
        Explains the columns that are named after a question.
    description : str
        What it is.
    source : mapping
        What it is made from, or where it comes from: a ``title`` and perhaps a ``path``.
    kind : str
        Of a file that is given: its basis, where no column says it. What is published has a licence of its own.

    Returns
    -------
    dict
        A column is an integer or a number if every cell that is not empty is one, else a string. ``basis`` is a
        property of our own: what the rows rest on, see the README.

    Examples
    --------
    >>> cells = pd.DataFrame({"size": ["9.5"], "basis": ["published"]})
    >>> table = table_resource("data/t.csv", cells, Questionnaire(()), description="a table", source={"title": "us"})
    >>> table["schema"]["fields"][0]
    {'name': 'size', 'type': 'number', 'title': 'employees'}
    """
    columns = cells.to_dict("list")
    answers = [column for column in columns if column in questionnaire]
    resource = {
        "name": re.sub(r"[^a-z0-9]+", "-", str(PurePosixPath(path).with_suffix("")).lower()),
        "path": path,
        "type": "table",
        "description": description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "sources": [source],
        "basis": _bases(columns) or [kind] * bool(kind),
        "schema": {
            "fields": [_field(column, cells, questionnaire) for column, cells in columns.items()],
            "missingValues": ["", *MISSING] if answers else [""],
        },
        "licenses": [_RAW_LICENCE] if kind == "published" else [],
    }
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
