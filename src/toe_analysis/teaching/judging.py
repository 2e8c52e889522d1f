"""How far a handed-in notebook got: from the outputs saved in it, or by running it again in a process of its own."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import nbformat

from toe_analysis.teaching import attempt
from toe_analysis.teaching.handins import HandIn
from toe_analysis.terminal import end_with_all

#: A notebook that is run may take this long by the clock, and `attempt` bounds the rest.
LONGEST_RUN = 60

_CHECK = re.compile(attempt.CHECK)
_RIGHT = re.compile(r"^Rigtigt \((\w+)\)", re.MULTILINE)
_WRONG = re.compile(r"^Ikke endnu \((\w+)\)\. ?(.*)$", re.MULTILINE)
_STUB = "Her er du nået til: opgave"


class Verdict(IntEnum):
    """What can be said of one answer; of several notebooks of a student, the highest counts."""

    NOT_RUN = 1
    STUB = 2
    ERROR = 3
    WRONG = 4
    RIGHT = 5


@dataclass(frozen=True, order=True)
class Answer:
    """The verdict on one question, and what the check said: the hint for a wrong answer, the message of an error."""

    verdict: Verdict
    said: str = ""


@dataclass(frozen=True)
class Result:
    """What one notebook shows.

    Parameters
    ----------
    answers : dict of str to Answer
        By the question's number, in the notebook's order.
    in_order : bool
        Whether its cells were last run from the top, each once; if not, the outputs may belong to other code.
    ended : bool
        Whether it came to its end, where it was run.
    """

    answers: dict[str, Answer]
    in_order: bool
    ended: bool = True


def saved_result(notebook: nbformat.NotebookNode) -> Result:
    """Judge by the outputs that the student saved; run nothing.

    Whoever can open a text file can write such an output, or copy it: this says how far a student says to be.
    """
    answers: dict[str, Answer] = {}
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for cell in cells:
        for number in _CHECK.findall(cell.source):
            answers[number] = max(_saved_answer(cell, number), answers.get(number, Answer(Verdict.NOT_RUN)))
    counts = [cell.execution_count for cell in cells if cell.execution_count or cell.outputs]
    return Result(answers, in_order=counts == list(range(1, len(counts) + 1)))


def _saved_answer(cell: nbformat.NotebookNode, number: str) -> Answer:
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    if number in _RIGHT.findall(printed):
        return Answer(Verdict.RIGHT)
    for wrong, hint in _WRONG.findall(printed):
        if wrong == number:
            return Answer(Verdict.WRONG, hint)
    for output in cell.outputs:
        if output.output_type == "error":
            return error_answer(output.evalue)
    return Answer(Verdict.NOT_RUN)


def error_answer(said: str) -> Answer:
    """Tell a stub from an error by what was said: a stub ends with a friendly word of our own.

    Examples
    --------
    >>> error_answer("Her er du nået til: opgave 1a. Erstat ...").verdict.name
    'STUB'
    >>> error_answer("Du dividerer med nul.").verdict.name
    'ERROR'
    """
    return Answer(Verdict.STUB) if said.startswith(_STUB) else Answer(Verdict.ERROR, said.split("\n")[0])


def run_result(handin: HandIn, students: Path) -> Result:
    """Run a notebook from the top in a process of its own and judge each answer by our own check.

    The process has a folder of its own with the students' files, no variables of ours, and bounds on time, memory and
    what it writes. It is no prison: code in it can read what its user can read, and use the network. `students` is the
    folder that was handed out, with ``tjek.json`` and the data.
    """
    cells = [cell.source for cell in handin.notebook.cells if cell.cell_type == "code"]
    asked = {number: Answer(Verdict.NOT_RUN) for cell in cells for number in _CHECK.findall(cell)}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place) / "ai-opgaver"
        shutil.copytree(students, folder, ignore=shutil.ignore_patterns("*.ipynb"))
        for name, content in handin.sheets.items():
            (folder / "data" / Path(name).name).write_bytes(content)
        (folder / attempt.CELLS).write_text(json.dumps(cells), encoding="utf-8")
        ended = _run(folder)
        found = list(_found(folder / attempt.FOUND))
    for number, answer in found:
        asked[number] = max(answer, asked.get(number, answer))
    return Result(asked, in_order=True, ended=ended)


def _found(path: Path) -> Iterator[tuple[str, Answer]]:
    """Yield what the process wrote down, up to the first line that is not as `attempt` writes it."""
    if path.is_symlink() or not path.is_file():
        return
    for line in path.read_bytes().splitlines():
        try:
            number, right, said = json.loads(line)
            wrong = _WRONG.match(said)
        except (ValueError, TypeError):
            return
        if right is None:
            yield number, error_answer(said)
        elif right or wrong:
            yield number, Answer(Verdict.RIGHT) if right else Answer(Verdict.WRONG, wrong[2])


def _run(folder: Path) -> bool:
    """Run the cells that lie in a folder, and return whether they came to their end.

    What they have started is ended with them, but for a program that has taken itself out of their group.
    """
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG", "LC_ALL") if name in os.environ}
    own = dict.fromkeys(
        ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "IPYTHONDIR", "MPLCONFIGDIR"), str(folder.parent)
    )
    with subprocess.Popen(
        [sys.executable, "-I", "-B", attempt.__file__],
        cwd=folder,
        env=kept | attempt.ENVIRONMENT | own,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(LONGEST_RUN)
        end_with_all(process)
    return process.returncode == attempt.ENDED
