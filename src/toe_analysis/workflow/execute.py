"""Running one notebook in a process of its own and keeping only what a whole success leaves behind."""

import contextlib
import os
import shutil
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from toe_analysis.paths import OUTPUT_VARIABLE, ROOT_VARIABLE
from toe_analysis.workflow.stages import Stage


@dataclass(frozen=True)
class Task:
    """What a worker process needs to run one stage.

    Parameters
    ----------
    stage : Stage
    notebooks : Path
        The folder of notebooks, which is also the working folder.
    root : Path
        Where the stage reads, and where its results go in the end.
    time_limit : float
        Seconds for the whole stage.
    """

    stage: Stage
    notebooks: Path
    root: Path
    time_limit: float

    @property
    def log(self) -> Path:
        """The full log of the stage."""
        return self.root / "build" / "logs" / f"{self.stage.name}.log"

    @property
    def executed(self) -> Path:
        """The notebook with its outputs."""
        return self.root / "build" / "notebooks" / f"{self.stage.name}.ipynb"


@dataclass(frozen=True)
class Outcome:
    """How a stage ended: `error` is one line, empty after a success."""

    name: str
    seconds: float
    error: str = ""


class StageError(Exception):
    """A stage did not do what it must; the message is the one line that the terminal shows."""


class ThisInterpreter(AsyncKernelManager):
    """Starts the Python that runs us, whatever kernel a notebook or a user's settings name."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of this very interpreter."""
        words = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=words, display_name="this Python", language="python")


def execute(task: Task) -> Outcome:
    """Run a stage; publish its outputs if, and only if, everything it declares is there."""
    started = time.monotonic()
    task.log.parent.mkdir(parents=True, exist_ok=True)
    staging = task.root / "build" / "staging" / task.stage.name
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    error = ""
    with task.log.open("w", encoding="utf-8") as log, _output_to(log):
        try:
            _run_notebook(task, staging, started + task.time_limit)
            _publish(task, staging)
        except StageError as problem:
            traceback.print_exc(file=log)
            error = str(problem)
    shutil.rmtree(staging, ignore_errors=True)
    return Outcome(task.stage.name, time.monotonic() - started, error)


def _run_notebook(task: Task, staging: Path, deadline: float) -> None:
    notebook = task.notebooks / f"{task.stage.name}.ipynb"
    if not notebook.is_file():
        raise StageError(f"there is no notebook {notebook.name}")
    _check_parameters(task.stage, notebook)
    os.environ[ROOT_VARIABLE] = str(task.root)
    os.environ[OUTPUT_VARIABLE] = str(staging)
    finished = staging / "notebook.ipynb"
    try:
        executed = papermill.execute_notebook(
            notebook,
            finished,
            parameters=dict(task.stage.parameters),
            kernel_name="python3",
            language="python",
            cwd=task.notebooks,
            progress_bar=False,
            request_save_on_cell_execute=False,
            kernel_manager_class=ThisInterpreter,
            # The limit is the stage's, not the cell's: each cell gets the time that is left.
            timeout_func=lambda cell: max(1, round(deadline - time.monotonic())),
        )
    except PapermillExecutionError as error:
        finished.replace(task.log.with_suffix(".failed.ipynb"))
        raise StageError(f"cell [{error.exec_count}]: {_one_line(error.ename, error.evalue)}") from error
    except CellTimeoutError as error:
        raise StageError(f"the stage took longer than its limit of {task.time_limit:g} s") from error
    except DeadKernelError as error:
        raise StageError("the notebook's Python process died (out of memory, or killed from outside)") from error
    for cell in executed.cells:
        if any(output.output_type == "error" for output in cell.get("outputs", ())):
            raise StageError(f"cell [{cell.execution_count}]: the notebook ended itself with exit")
    task.executed.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(_without_stamps(executed), finished)
    finished.replace(task.executed)


def _publish(task: Task, staging: Path) -> None:
    """Move the declared outputs into the root; fail if one is missing or empty, or another one is there."""
    found = {path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file()}
    declared = set(task.stage.writes)
    if missing := sorted(declared - found):
        raise StageError(f"it did not write {', '.join(missing)}")
    if empty := sorted(path for path in declared if not (staging / path).stat().st_size):
        raise StageError(f"it left {', '.join(empty)} empty")
    if undeclared := sorted(found - declared):
        raise StageError(f"it wrote {', '.join(undeclared)}, which the stage table does not list")
    for path in sorted(declared):
        target = task.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / path).replace(target)


def _check_parameters(stage: Stage, notebook: Path) -> None:
    known = papermill.inspect_notebook(notebook)
    for name in stage.parameters:
        if name not in known:
            raise StageError(f"its notebook has no parameter {name!r}; it has: {', '.join(known) or 'none'}")


def _without_stamps(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take out what differs between two runs, or names this machine: times, paths, versions of the moment."""
    notebook.metadata.pop("papermill", None)
    for place, cell in enumerate(notebook.cells):
        cell.id = f"cell-{place}"
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
    return notebook


def _one_line(name: str, value: str) -> str:
    first = next((line for line in value.splitlines() if line.strip()), "")
    return first if name == "InputError" else f"{name}: {first}" if first else name


@contextlib.contextmanager
def _output_to(log: object) -> Iterator[None]:
    """Send everything that this process and the kernels it starts print to the log."""
    kept = [os.dup(1), os.dup(2)]
    try:
        for number in (1, 2):
            os.dup2(log.fileno(), number)
        yield
    finally:
        for number, old in zip((1, 2), kept, strict=True):
            os.dup2(old, number)
            os.close(old)
