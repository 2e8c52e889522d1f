"""The process that starts a worker for each stage and ends it.

It loads what they need, and forks where that is safe. A run has one foreman. It ends, with every worker, when
the run lets go of it or is gone, whatever ended the run. Ctrl-C does not reach it: the run alone answers.
"""

import contextlib
import functools
import gc
import importlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection, resource_tracker
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import toe_analysis
from toe_analysis.running.task import Outcome, Task
from toe_analysis.terminal import end_with_all

#: macOS can fork too, but its own libraries may crash in a forked child, so there each worker loads what it needs.
CAN_FORK = sys.platform.startswith("linux")

#: Seconds in which a worker that has nothing more to say ends by itself.
_PATIENCE = 5
_FIGURES, _SENTENCES, _TOPICS = "toe_analysis.showing.figures", "toe_analysis.showing.sentences", "toe_analysis.topics."

_LOST = "the process that starts the stages was killed from outside; run the same command again"


class Foreman:
    """The run's side of the foreman.

    Parameters
    ----------
    forked : bool
        Whether workers are forks of the foreman; the results do not depend on it.
    patience : float, optional
        Seconds after which it ends by itself if nothing is asked.
    """

    def __init__(self, forked: bool = CAN_FORK, patience: float | None = None) -> None:
        self._line, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_serve, args=(theirs, forked, patience))
        with _deaf_to_ctrl_c():
            self._process.start()
        theirs.close()

    def load(self, modules: Sequence[str]) -> None:
        """Have modules of this package loaded once, for all workers that are started afterwards."""
        self._send(list(modules))

    def start(self, task: Task) -> None:
        """Have a stage run."""
        self._send(task)

    def _send(self, message: object) -> None:
        with contextlib.suppress(OSError):  # a foreman that is gone is told of by `ended`
            self._line.send(message)

    def ended(self, at_work: Iterable[str]) -> list[Outcome]:
        """Wait until a stage has ended; if the foreman is gone, so are all that are at work."""
        try:
            return [self._line.recv()]
        except (EOFError, OSError):
            self._process.join()
            return [Outcome(name, 0.0, _LOST) for name in sorted(at_work)]

    @property
    def is_gone(self) -> bool:
        """Whether its process has ended."""
        return self._process.exitcode is not None

    def stop(self) -> None:
        """Have it end at once, with every worker, also while another thread waits for what has ended."""
        self._send(None)

    def end(self) -> None:
        """End the foreman and every worker, and wait until they are gone."""
        self._line.close()
        self._process.join()


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Let a process that is started in here, and all that it starts, pass over Ctrl-C; here it is heard afterwards."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # comes with the first process, and would let signals through again
    kept = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, kept)


def set_environment() -> None:
    """Let this process and its children find this package first and compute on one core, as the stages share them.

    A number of threads that the user has set stands.
    """
    source = str(Path(toe_analysis.__file__).parents[1])
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH")]))
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _serve(line: connection.Connection, forked: bool, patience: float | None) -> None:
    """Start what is asked for and tell how it ended, until the run is gone or has nothing more to ask."""
    set_environment()
    os.environ.pop("MPLBACKEND", None)  # meant for windows; each worker sets its own
    context = multiprocessing.get_context("fork" if forked else "spawn")
    workers: dict[connection.Connection, _Worker] = {}
    try:
        if forked:
            _load(["toe_analysis.running.worker"])
        while True:
            until = min((worker.deadline for worker in workers.values()), default=None)
            seconds = patience if until is None else max(0.0, until - time.monotonic())
            ready = connection.wait([line, *workers], seconds)
            if not ready and not workers:
                return
            if line in ready:
                asked = line.recv()
                if asked is None:
                    return
                if isinstance(asked, Task):
                    try:
                        worker = _Worker.started(context, asked)
                    except OSError as error:  # no more processes, no more memory
                        line.send(Outcome(asked.stage.name, 0.0, f"its process could not be started: {error}"))
                    else:
                        workers[worker.answer] = worker
                elif forked:
                    _load(asked)
            late = [answer for answer, worker in workers.items() if worker.deadline <= time.monotonic()]
            for answer in dict.fromkeys([*(one for one in ready if one is not line), *late]):
                line.send(workers.pop(answer).outcome())
    except (EOFError, OSError):
        return  # the run is gone
    finally:
        for worker in workers.values():
            worker.end()


@dataclass(frozen=True)
class _Worker:
    """A process that runs a stage."""

    task: Task
    process: Any
    answer: connection.Connection
    deadline: float

    @classmethod
    def started(cls, context: BaseContext, task: Task) -> "_Worker":
        answer, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(task, theirs))
        process.start()
        theirs.close()
        return cls(task, process, answer, time.monotonic() + task.seconds)

    def outcome(self) -> Outcome:
        """End it and return what it has sent, or what must have happened if it has sent nothing."""
        name = self.task.stage.name
        late = Outcome(name, 0.0, f"the stage took longer than its limit of {self.task.seconds:g} s")
        try:
            return self.answer.recv() if self.answer.poll() else late
        except EOFError:
            self.process.join(_PATIENCE)  # what it has started may hold it up; `end` sees to that
            killed = (self.process.exitcode or 0) < 0
            how = "was killed from outside, or ran out of memory; run the same command again" if killed else "ended"
            return Outcome(name, 0.0, f"the notebook's Python process {how}")
        finally:
            self.end()

    def end(self) -> None:
        """End the process and everything it has started, and wait until it is gone."""
        end_with_all(self.process)
        self.process.join()
        self.answer.close()


def _work(task: Task, answer: connection.Connection) -> None:
    from toe_analysis.running.worker import work  # papermill and all

    work(task, answer)


def _load(modules: Sequence[str]) -> None:
    """Load what stages need, once: all of it is shared with the workers that are forked from here.

    All of it stays, so the garbage collector has nothing to look for meanwhile, and need not touch it afterwards, which
    would copy what is shared.
    """
    gc.disable()
    for name in modules:
        # A module that cannot be imported is named by the notebook that needs it, with its own traceback.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    if _FIGURES in sys.modules:
        _draw_once()
    if _SENTENCES in sys.modules:
        _compile_sentences(modules)
    gc.freeze()
    gc.enable()


@functools.cache
def _draw_once() -> None:
    """Draw a figure that nobody sees, so that fonts and the SVG writer are loaded too."""
    import io

    new_figure = sys.modules[_FIGURES].new_figure
    new_figure(1.0, "title", "footer").savefig(io.BytesIO(), format="svg")


def _compile_sentences(modules: Sequence[str]) -> None:
    compiled = sys.modules[_SENTENCES].compiled
    for topic in sorted({name.removeprefix(_TOPICS).split(".")[0] for name in modules if name.startswith(_TOPICS)}):
        with contextlib.suppress(Exception):  # the notebook that needs it says what is wrong with it
            compiled(topic)
