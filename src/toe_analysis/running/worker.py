"""Running one notebook in a process of its own and keeping only what a whole success leaves behind.

It is held to what its stage says that it reads: a change of anything else would go unnoticed.
"""

import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import papermill
from papermill.exceptions import PapermillExecutionError

from toe_analysis.errors import InputError
from toe_analysis.paths import OUTPUT_VARIABLE, ROOT_VARIABLE, Root
from toe_analysis.running.engine import ENGINE
from toe_analysis.running.notebooks import joined, parameter_types, read_notebook
from toe_analysis.running.task import Outcome, Task

#: papermill writes it into the executed notebook of a stage; joined with the prose it becomes the one to keep.
_EXECUTED = "executed.ipynb"

#: As every kernel sets it, so that figures of pyplot are shown in the notebook.
_BACKEND = "module://matplotlib_inline.backend_inline"

#: Of a root, what no stage may touch but for what it lists. It writes elsewhere, until it has succeeded.
_GUARDED = ("data", "figures")

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

#: What Python reports of a file beside opening it, with how many paths stand first among its details.
_CHANGES = {
    **dict.fromkeys(("os.remove", "os.rmdir", "os.mkdir", "os.truncate", "shutil.rmtree"), 1),
    **dict.fromkeys(("os.rename", "os.link", "os.symlink"), 2),
}


class StageError(Exception):
    """A stage did not do what it must; the message is the one line that the terminal shows."""


def work(task: Task, answer: connection.Connection) -> None:
    """Run a stage and send its outcome: all that a worker process does."""
    if hasattr(os, "setsid"):
        os.setsid()  # its own group, so that it can be ended with all it has started
    _end_with_parent()
    try:
        with task.log.open("w", encoding="utf-8") as log:
            for number in (1, 2):  # whatever this process and its children print from here on is in the log
                os.dup2(log.fileno(), number)
        answer.send(execute(task))
    except OSError as error:
        answer.send(Outcome(task.stage.name, 0.0, f"it could not write its log: {error.strerror or error}"))
    except Exception as error:
        traceback.print_exc()  # now, since this process is ended as soon as it has answered
        told = _told(task, type(error).__name__, str(error))
        answer.send(Outcome(task.stage.name, 0.0, f"the runner broke down: {told}"))
        raise


def execute(task: Task) -> Outcome:
    """Run a stage; publish its outputs if, and only if, everything it declares is there."""
    started = time.monotonic()
    error = ""
    try:
        shutil.rmtree(task.staging, ignore_errors=True)
        task.staging.mkdir(parents=True)
        _run_notebook(task)
        _publish(task)
    except StageError as problem:
        traceback.print_exc()
        error = str(problem)
    except OSError as problem:
        traceback.print_exc()
        error = f"it could not write its results: {problem.strerror or problem}"
    shutil.rmtree(task.staging, ignore_errors=True)
    return Outcome(task.stage.name, time.monotonic() - started, error)


def _run_notebook(task: Task) -> None:
    if not task.notebook.is_file():
        raise StageError(f"there is no notebook {task.notebook.name}")
    try:
        source = read_notebook(task.notebook)
    except InputError as error:
        raise StageError(str(error)) from error
    for name in task.stage.parameters:
        if name not in (known := parameter_types(source)):
            raise StageError(f"its notebook has no parameter {name!r}; it has: {', '.join(known) or 'none'}")
    executed = task.staging / _EXECUTED
    try:
        with _settled(task) as profile:
            papermill.execute_notebook(
                task.notebook,
                executed,
                parameters=dict(task.stage.parameters),
                kernel_name="python3",
                language="python",
                cwd=task.notebooks,
                progress_bar=False,
                request_save_on_cell_execute=False,
                autosave_cell_every=0,
                engine_name=ENGINE,
                profile=profile,
            )
    except PapermillExecutionError as error:
        executed.replace(task.failed)
        raise StageError(f"cell [{error.exec_count}]: {_told(task, error.ename, error.evalue)}") from error
    result = read_notebook(executed)
    for cell in result["cells"]:
        if any(output["output_type"] == "error" for output in cell.get("outputs", ())):
            raise StageError(f"cell [{cell['execution_count']}]: the notebook ended itself with exit")
    executed.unlink()
    staged = task.staging / task.stage.executed
    staged.parent.mkdir(parents=True, exist_ok=True)
    staged.write_bytes(joined(source, result))


@contextlib.contextmanager
def _settled(task: Task) -> Iterator[Path]:
    """Make this process, perhaps a fork of one that has loaded the libraries, what a new kernel would be.

    Give a folder for what IPython keeps.
    """
    os.environ |= {ROOT_VARIABLE: str(task.root), OUTPUT_VARIABLE: str(task.staging), "MPLBACKEND": _BACKEND}
    matplotlib.rcParams["backend"] = _BACKEND
    random.seed()
    np.random.seed()
    installed = (place for place, path in enumerate(sys.path) if Path(path).name == "site-packages")
    sys.path.insert(next(installed, len(sys.path)), "")  # where IPython puts the working folder
    with tempfile.TemporaryDirectory(dir=task.staging) as profile, _guarded(task):
        yield Path(profile)


@contextlib.contextmanager
def _guarded(task: Task) -> Iterator[None]:
    """Refuse to open data and figures of the root that the stage does not declare, and to change any.

    Every path is resolved first: relative ones, bytes, links and ``..`` included. What Python does not see stays
    outside: child processes, and libraries that open a file by themselves.
    """
    home, root = os.path.realpath(task.root), Root.at(task.root)
    allowed = {os.path.realpath(root.given(path)) for path in (*task.stage.reads, *task.stage.may_read)}
    held = tuple(f"{home}{os.sep}{folder}{os.sep}" for folder in _GUARDED)
    is_on = True

    def look(event: str, details: tuple) -> None:
        if not is_on or (event != "open" and event not in _CHANGES):
            return
        paths = details[: _CHANGES.get(event, 1)]
        writes = event != "open" or bool(details[2] and details[2] & _WRITES)
        for path in paths:
            place = _resolved(path)
            if f"{place}{os.sep}".startswith(held) and (writes or place not in allowed):
                raise InputError(_refusal(os.path.relpath(place, home).replace(os.sep, "/"), writes))

    sys.addaudithook(look)  # for good: a hook cannot be taken out again, but it can look away
    try:
        yield
    finally:
        is_on = False


def _resolved(path: Any) -> str:
    return os.path.realpath(os.fsdecode(path)) if isinstance(path, str | bytes | os.PathLike) else ""


def _refusal(path: str, writes: bool) -> str:
    if writes:
        return f"{path} would be changed where it lies; write with root.to_process or root.to_figure, and list it"
    return f"{path} is opened, but its stage in src/toe_analysis/running/stages.py does not list it"


def _publish(task: Task) -> None:
    """Move the outputs into the root; fail before the first if one is missing or empty, or another one is there."""
    found = {path.relative_to(task.staging).as_posix() for path in task.staging.rglob("*") if path.is_file()}
    expected = {*task.stage.writes, task.stage.executed}
    if missing := sorted(expected - found):
        raise StageError(f"it did not write {', '.join(missing)}")
    if empty := sorted(path for path in expected if not (task.staging / path).stat().st_size):
        raise StageError(f"it left {', '.join(empty)} empty")
    if undeclared := sorted(found - expected):
        raise StageError(f"it wrote {', '.join(undeclared)}, which the stage table does not list")
    for path in sorted(expected):
        target = task.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir() or not os.access(target.parent, os.W_OK):
            raise StageError(f"{path} cannot be written: {'it is a folder' if target.is_dir() else 'read-only folder'}")
    for path in sorted(expected):
        (task.staging / path).replace(task.root / path)


def _told(task: Task, name: str, value: str) -> str:
    """Return an error in one line; of a private root not its words, since they may be those of an answer."""
    if Root.at(task.root).is_private and name != "InputError":
        return f"{name}; the log, which is private too, says more"
    first = next((line for line in value.splitlines() if line.strip()), "")
    return first if name == "InputError" else f"{name}: {first}" if first else name


def _end_with_parent() -> None:
    """Watch this process's parent, and end at once, with all it has started, when the parent is gone."""

    def watch() -> None:
        connection.wait([parent_process().sentinel])
        if hasattr(os, "killpg"):
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
