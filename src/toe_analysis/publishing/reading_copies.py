"""An executed notebook as readers of one language get it: their prose, and of each result their words.

The English prose stands in the notebook. Another language has ``notebooks/<language>/<notebook>.md``: a section for
each cell of prose, begun by a line that names the cell and the English text that was translated::

    <!-- cell-04 1a2b3c4d -->
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from nbformat import NotebookNode

from toe_analysis.publishing.kept import read_kept

_SECTION = re.compile(r"^<!-- (\S+) ([0-9a-f]{8}) -->\n", re.MULTILINE)


def fingerprint(prose: str) -> str:
    r"""Return what tells one English text from another.

    >>> fingerprint("# Title\n") == fingerprint("# Title")
    True
    """
    return hashlib.sha256(prose.strip().encode()).hexdigest()[:8]


def read_prose(path: Path) -> dict[str, tuple[str, str]]:
    """Return by cell the fingerprint of the text that was translated, and the translation; nothing without a file."""
    if not path.is_file():
        return {}
    _, *parts = _SECTION.split(read_kept(path))
    return {cell: (mark, text.strip()) for cell, mark, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)}


def untranslated(notebook: Mapping[str, Any], prose: Mapping[str, tuple[str, str]]) -> list[str]:
    """Return what a translation lacks: cells without a section, of another text, and sections without a cell."""
    markdown = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    english = {cell["id"]: fingerprint("".join(cell["source"])) for cell in markdown}
    found = {name: mark for name, (mark, _) in prose.items()}
    lacking = [
        f"expected <!-- {name} {mark} -->, found {found.get(name, 'no such section')}"
        for name, mark in english.items()
        if found.get(name) != mark
    ]
    return lacking + [f"{name} is no cell" for name in prose if name not in english]


def reading_copy(executed: NotebookNode, language: str, prose: Mapping[str, tuple[str, str]]) -> NotebookNode:
    """Return an executed notebook in one language.

    Parameters
    ----------
    executed : NotebookNode
        In English, with what it says in other languages folded away.
    language : str
    prose : mapping
        From `read_prose`; a text that it lacks stays English.
    """
    translated = dict(prose.values())  # by text: none is shown for another text than its own
    copy = NotebookNode(executed, cells=[NotebookNode(cell) for cell in executed.cells])
    for cell in copy.cells:
        if cell.cell_type == "markdown":
            prose = translated.get(fingerprint(cell.source), cell.source)
            cell.source = re.sub(r"(?<=\d) %", "\u00a0%", prose)  # no line ends between a number and its sign
        elif cell.cell_type == "code":
            cell.outputs = [_in_one_language(output, language) for output in cell.outputs]
    return copy


def _in_one_language(output: NotebookNode, language: str) -> NotebookNode:
    html = output.get("data", {}).get("text/html", "")
    if 'lang="' not in html:
        return output
    found = BeautifulSoup(html, "html.parser").find(lang=language)
    if found is None:
        return output
    if found.summary:
        found.summary.extract()
    return NotebookNode(output, data={**output["data"], "text/html": f"<div>{found.decode_contents()}</div>"})
