"""Running the stages that have something to do, in the order of what they read, several at once."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from multiprocessing import connection
from pathlib import Path
from typing import Any

from toe_analysis.running import cache, kernels
from toe_analysis.running.lock import sole_run
from toe_analysis.running.stages import Stage, waits_for
from toe_analysis.running.tasks import Outcome, Task

TIME_LIMIT = 600.0  # seconds for one stage


def run_stages(
    stages: Sequence[Stage],
    notebooks: Path,
    root: Path,
    *,
    jobs: int,
    report: Callable[[Outcome], None],
    force: bool = False,
    prepare: Callable[[], None] = lambda: None,
    check: Callable[[], None] = lambda: None,
    note: Callable[[str], None] = lambda text: None,
    time_limit: float = TIME_LIMIT,
    forked: bool = kernels.CAN_FORK,
) -> bool:
    """Run every stage whose inputs have changed, as soon as what it reads is there; return whether all succeeded.

    A stage that reads from a failed one is not run and is reported as such; the others go on. Whatever ends this
    function, a failure or Ctrl-C, ends every process that it started.

    Parameters
    ----------
    stages : sequence of Stage
    notebooks : Path
        The folder of notebooks.
    root : Path
        Where the run reads and writes.
    jobs : int
        Stages at the same time; the results do not depend on it.
    report : callable
        Told of each stage as it ends, and of each that is up to date.
    force : bool
        Run every stage, changed or not.
    prepare : callable
        Called once when no other run is at work in the root, before it is asked what has changed.
    check : callable
        Called once before the first stage runs, if any must; what it raises is passed on and nothing is run.
    note : callable
        Told in a sentence what else a person should know.
    time_limit : float
        Seconds for one stage.
    forked : bool
        Whether kernels are forks of a loaded server; the results do not depend on it.
    """
    root, notebooks = root.resolve(), notebooks.resolve()
    with sole_run(root, lambda: note("Another run is at work in this folder; this one waits until it has ended.")):
        prepare()
        state = cache.State(root)
        if state.was_damaged:
            note(f"{cache.STATE_FILE} could not be read, so what is up to date is not known: every stage runs.")
        with kernels.socket_folder() as sockets, _Run(root, notebooks, sockets, state, time_limit, forked) as run:
            return _follow(stages, run, jobs, report, force, check)


def _follow(
    stages: Sequence[Stage],
    run: "_Run",
    jobs: int,
    report: Callable[[Outcome], None],
    force: bool,
    check: Callable[[], None],
) -> bool:
    """Settle, start and await stages until none is left."""
    needs = {stage.name: waits_for(stage, stages) for stage in stages}
    urgent = cache.urgency(stages, needs, run.state)
    waiting = {stage.name: stage for stage in sorted(stages, key=lambda stage: -urgent[stage.name])}
    ready: dict[str, tuple[str, ...]] = {}
    done: set[str] = set()
    failed: set[str] = set()
    while waiting or run.active:
        for name in [name for name in waiting if needs[name] & failed]:
            because = ", ".join(sorted(needs[name] & failed))
            report(Outcome(name, 0.0, f"not run, because it reads from {because}"))
            failed.add(name)
            del waiting[name]
        for name, stage in list(waiting.items()):
            if needs[name] <= done and name not in ready:
                ready[name] = run.changes(stage, force)
                if not ready[name]:
                    del waiting[name], ready[name]
                    done.add(name)
                    report(Outcome(name))
        for name in [name for name in waiting if name in ready][: jobs - len(run.active)]:
            run.start(waiting.pop(name), ready.pop(name), check)
        if run.active:
            for outcome in run.ended():
                (failed if outcome.error else done).add(outcome.name)
                report(outcome)
    return not failed


class _Run:
    """The worker processes of one run, and what it remembers of each stage."""

    def __init__(self, root: Path, notebooks: Path, sockets: Path, state: cache.State, time_limit: float, forked: bool):
        self.root, self.notebooks, self.sockets, self.state = root, notebooks, sockets, state
        self.time_limit, self.forked = time_limit, forked
        self.active: dict[connection.Connection, _Worker] = {}
        self._context: Any = None

    def __enter__(self) -> "_Run":
        return self

    def __exit__(self, *problem: object) -> None:
        for worker in self.active.values():
            worker.end()
        shutil.rmtree(self.root / "build" / "staging", ignore_errors=True)

    def changes(self, stage: Stage, force: bool) -> tuple[str, ...]:
        """Return why a stage must run; if it need not, its prose is brought up to date."""
        inputs = cache.inputs_of(stage, self.notebooks, self.root)
        found = cache.changes(self.state.records.get(stage.name), inputs, cache.outputs_of(stage, self.root))
        if not found and not force:
            cache.refresh_prose(stage, self.notebooks, self.root, self.state)
        return found or (("you asked for it",) if force else ())

    def start(self, stage: Stage, because: tuple[str, ...], check: Callable[[], None]) -> None:
        """Start a worker; before the first one, check what the run was given while the server loads."""
        if not self._context:
            self._context = kernels.worker_context(self.forked)
            check()
        task = Task(stage, self.notebooks, self.root, self.sockets, self.forked)
        task.log.parent.mkdir(parents=True, exist_ok=True)
        task.failed.unlink(missing_ok=True)
        inputs = cache.inputs_of(stage, self.notebooks, self.root)
        worker = _Worker(self._context, task, because, inputs, time.monotonic() + self.time_limit)
        self.active[worker.answer] = worker

    def ended(self) -> list[Outcome]:
        """Wait until a stage has ended or reached its limit; remember the successes."""
        until = min(worker.deadline for worker in self.active.values())
        found = connection.wait(list(self.active), max(0.0, until - time.monotonic()))
        late = [answer for answer, worker in self.active.items() if worker.deadline <= time.monotonic()]
        outcomes = []
        for answer in dict.fromkeys([*found, *late]):
            worker = self.active[answer]
            outcome = worker.outcome(f"the stage took longer than its limit of {self.time_limit:g} s")
            worker.end()
            del self.active[answer]
            self._remember(worker, outcome)
            outcomes.append(outcome)
        return outcomes

    def _remember(self, worker: "_Worker", outcome: Outcome) -> None:
        stage = worker.task.stage
        if outcome.error:
            self.state.forget(stage.name)
            return
        outputs = cache.outputs_of(stage, self.root)
        notebook = cache.digest(self.notebooks / f"{stage.name}.ipynb")
        self.state.keep(stage.name, cache.Record(worker.inputs, outputs, notebook, round(outcome.seconds, 1)))


class _Worker:
    """A process that runs a stage."""

    def __init__(self, context: Any, task: Task, because: tuple[str, ...], inputs: dict[str, str], deadline: float):
        self.task, self.because, self.inputs, self.deadline = task, because, inputs, deadline
        self.answer, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(task, theirs))
        self._process.start()
        theirs.close()

    def outcome(self, late: str) -> Outcome:
        """Return what it has sent, or what must have happened if it has sent nothing."""
        name = self.task.stage.name
        if not self.answer.poll():
            return Outcome(name, 0.0, late, self.because)
        try:
            sent = self.answer.recv()
        except EOFError:
            self._process.join()
            killed = (self._process.exitcode or 0) < 0
            said = "was killed from outside; run the same command again" if killed else "broke down"
            return Outcome(name, 0.0, f"its worker process {said}", self.because)
        return Outcome(sent.name, sent.seconds, sent.error, self.because)

    def end(self) -> None:
        """End the process and everything it has started, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self.answer.close()


def _work(task: Task, answer: connection.Connection) -> None:
    from toe_analysis.running.execute import work  # papermill and all: for the worker alone

    work(task, answer)


def undeclared_files(stages: Sequence[Stage], root: Path) -> list[str]:
    """Return the files among the results that no stage makes, READMEs apart."""
    declared = {path for stage in stages for path in stage.writes}
    found = [path for folder in ("data/processed", "figures") for path in (root / folder).rglob("*") if path.is_file()]
    names = (path.relative_to(root).as_posix() for path in found if path.name != "README.md")
    return sorted(name for name in names if name not in declared)
