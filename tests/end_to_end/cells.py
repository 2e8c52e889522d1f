"""Running a notebook's own cells in this process, which is quick enough to do it on many inputs."""

import ast
import json
from pathlib import Path

from toe_analysis.showing.sentences import Sentence


def run_cells(notebook: Path, **parameters: object) -> str:
    """Run every cell, with other parameters than its own; return what it says in prose."""
    said: list[str] = []

    def show(*things: object) -> None:
        said.extend(str(thing) for thing in things if isinstance(thing, Sentence))

    names: dict[str, object] = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "notebook", "exec"), names)
            if callable(names.get("display")):
                names["display"] = show
            if last:
                show(eval(compile(ast.Expression(last.value), "notebook", "eval"), names))
            if "parameters" in cell["metadata"].get("tags", ()):
                names |= parameters
    return " ".join(said)
