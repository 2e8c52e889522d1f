"""Notebooks as the plain JSON that they are: what of them decides the results, and prose joined with outputs."""

import ast
import hashlib
import json
from pathlib import Path
from typing import Any

from toe_analysis.errors import InputError

PARAMETERS_TAG, INJECTED_TAG = "parameters", "injected-parameters"


def read_notebook(path: Path) -> dict[str, Any]:
    """Return a notebook's content.

    Raises
    ------
    InputError
        If it cannot be read, or is no notebook.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        code_digest(found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        why = (isinstance(error, OSError) and error.strerror) or error
        raise InputError(f"{path.name} is damaged, it cannot be read as a notebook: {why}") from error
    return found


def code_digest(notebook: dict[str, Any]) -> str:
    """Return a digest of the code cells and their tags: all of a notebook that its results depend on."""
    cells = [["".join(cell["source"]), _tags(cell)] for cell in _code_cells(notebook)]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def code_of(notebook: dict[str, Any]) -> str:
    """Return the text of all code cells."""
    return "\n".join("".join(cell["source"]) for cell in _code_cells(notebook))


def parameter_types(notebook: dict[str, Any]) -> dict[str, str]:
    """Return the parameters of a notebook with the types that their cell gives them: str, int, float or bool."""
    cells = ["".join(cell["source"]) for cell in _code_cells(notebook) if PARAMETERS_TAG in _tags(cell)]
    lines = [line for cell in cells for line in ast.parse(cell).body]
    return {ast.unparse(line.target): ast.unparse(line.annotation) for line in lines if isinstance(line, ast.AnnAssign)}


def joined(source: dict[str, Any], executed: dict[str, Any]) -> bytes:
    """Return the notebook of the author with the outputs of the executed one, as the file to keep.

    Every executed notebook that a run leaves is made here, whether its stage has just run or only its prose has
    changed, so both give the same bytes. Nothing of the moment or the machine is taken over: no times, no paths. The
    code cells of both are the same, but for the parameters that papermill put in.
    """
    injected = [cell for cell in _code_cells(executed) if INJECTED_TAG in _tags(cell)]
    results = iter(cell for cell in _code_cells(executed) if INJECTED_TAG not in _tags(cell))
    place_for_injected = next(
        (place for place, cell in enumerate(source["cells"], start=1) if PARAMETERS_TAG in _tags(cell)), 0
    )
    cells: list[dict[str, Any]] = []
    for cell in source["cells"]:
        found = next(results) if cell["cell_type"] == "code" else {}
        cells.append(cell | {name: found[name] for name in ("execution_count", "outputs") if name in found})
    for cell in injected:
        kept = {name: value for name, value in cell["metadata"].items() if name == "tags"}
        cells.insert(place_for_injected, cell | {"id": "cell-injected", "metadata": kept})  # papermill draws an id
    kept = {name: executed["metadata"][name] for name in ("language_info", "widgets") if name in executed["metadata"]}
    cells = [{"id": f"cell-{place}"} | cell for place, cell in enumerate(cells)]  # old notebooks have no ids
    whole = source | {"cells": cells, "metadata": source["metadata"] | kept}
    return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _tags(cell: dict[str, Any]) -> list[str]:
    return cell["metadata"].get("tags", [])
