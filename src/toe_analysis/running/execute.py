"""Running one notebook in a process of its own and keeping only what a whole success leaves behind."""

import contextlib
import os
import shutil
import time
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from toe_analysis.paths import OUTPUT_VARIABLE, READS_VARIABLE, ROOT_VARIABLE
from toe_analysis.running.engine import DeadKernelError, PapermillExecutionError, papermill
from toe_analysis.running.kernels import WaitingKernel, end_with_parent, set_environment
from toe_analysis.running.notebooks import code_digest, joined, read_notebook
from toe_analysis.running.provisioner import Manager
from toe_analysis.running.tasks import Outcome, Task

#: papermill writes it into the executed notebook of a stage; joined with the prose it becomes the one to keep.
_EXECUTED = "executed.ipynb"


class StageError(Exception):
    """A stage did not do what it must; the message is the one line that the terminal shows."""


def work(task: Task, answer: Connection) -> None:
    """Run a stage and send its outcome: all that a worker process does."""
    if hasattr(os, "setsid"):
        os.setsid()  # its own group: Ctrl-C does not reach it, and the runner can end it with all it started
    try:
        with task.log.open("w", encoding="utf-8") as log, _output_to(log):
            set_environment()
            os.environ[ROOT_VARIABLE] = str(task.root)
            os.environ[OUTPUT_VARIABLE] = str(task.staging)
            os.environ[READS_VARIABLE] = os.pathsep.join((*task.stage.reads, *task.stage.may_read))
            os.environ["IPYTHONDIR"] = str(task.sockets / "ipython")  # a user's own start-up files play no part
            waiting = WaitingKernel() if task.forked else None
            end_with_parent(leave=task.sockets)
            try:
                answer.send(execute(task, waiting))
            except Exception:
                traceback.print_exc()  # while the log is open; the runner ends this process as soon as it is told
                raise
    except OSError as error:
        answer.send(Outcome(task.stage.name, 0.0, f"it could not write its log: {error.strerror or error}"))
    except Exception as error:
        answer.send(
            Outcome(task.stage.name, 0.0, f"the runner broke down: {_one_line(type(error).__name__, str(error))}")
        )
        raise


def execute(task: Task, waiting: WaitingKernel | None) -> Outcome:
    """Run a stage; publish its outputs if, and only if, everything it declares is there."""
    started = time.monotonic()
    error = ""
    try:
        shutil.rmtree(task.staging, ignore_errors=True)
        task.staging.mkdir(parents=True)
        _run_notebook(task, waiting)
        _publish(task)
    except StageError as problem:
        traceback.print_exc()
        error = str(problem)
    except OSError as problem:
        traceback.print_exc()
        error = f"it could not write its results: {problem.strerror or problem}"
    shutil.rmtree(task.staging, ignore_errors=True)
    return Outcome(task.stage.name, time.monotonic() - started, error)


def _run_notebook(task: Task, waiting: WaitingKernel | None) -> None:
    notebook = task.notebooks / f"{task.stage.name}.ipynb"
    if not notebook.is_file():
        raise StageError(f"there is no notebook {notebook.name}")
    try:
        source = read_notebook(notebook)
        code_digest(source)
    except (ValueError, KeyError, TypeError) as error:
        raise StageError(f"{notebook.name} is damaged, it cannot be read as a notebook: {error}") from error
    _check_parameters(task, notebook)
    manager = Manager(waiting, task.sockets / str(os.getpid()))
    executed = task.staging / _EXECUTED
    try:
        papermill.execute_notebook(
            notebook,
            executed,
            parameters=dict(task.stage.parameters),
            kernel_name="python3",
            language="python",
            cwd=task.notebooks,
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            km=manager,
        )
    except PapermillExecutionError as error:
        executed.replace(task.failed)
        raise StageError(f"cell [{error.exec_count}]: {_one_line(error.ename, error.evalue)}") from error
    except DeadKernelError as error:
        raise StageError("the notebook's Python process died (out of memory, or killed from outside)") from error
    finally:
        manager.end()
    result = read_notebook(executed)
    for cell in result["cells"]:
        if any(output["output_type"] == "error" for output in cell.get("outputs", ())):
            raise StageError(f"cell [{cell['execution_count']}]: the notebook ended itself with exit")
    executed.unlink()
    staged = task.staging / task.executed
    staged.parent.mkdir(parents=True, exist_ok=True)
    staged.write_bytes(joined(source, result))


def _publish(task: Task) -> None:
    """Move the outputs into the root; fail before the first if one is missing or empty, or another one is there."""
    found = {path.relative_to(task.staging).as_posix() for path in task.staging.rglob("*") if path.is_file()}
    expected = {*task.stage.writes, task.executed}
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


def _check_parameters(task: Task, notebook: Path) -> None:
    if not task.stage.parameters:
        return
    known = papermill.inspect_notebook(notebook)
    for name in task.stage.parameters:
        if name not in known:
            raise StageError(f"its notebook has no parameter {name!r}; it has: {', '.join(known) or 'none'}")


def _one_line(name: str, value: str) -> str:
    first = next((line for line in value.splitlines() if line.strip()), "")
    return first if name == "InputError" else f"{name}: {first}" if first else name


@contextlib.contextmanager
def _output_to(log: object) -> Iterator[None]:
    """Send everything that this process and the kernel it starts print to the log."""
    kept = [os.dup(1), os.dup(2)]
    try:
        for number in (1, 2):
            os.dup2(log.fileno(), number)
        yield
    finally:
        for number, old in zip((1, 2), kept, strict=True):
            os.dup2(old, number)
            os.close(old)
