"""Running the stages that have something to do, in the order of what they read, several at once."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from toe_analysis.running import cache
from toe_analysis.running.foreman import Foreman
from toe_analysis.running.sole_run import sole_run
from toe_analysis.running.stages import Stage, longest_first, waits_for
from toe_analysis.running.task import Outcome, Task
from toe_analysis.terminal import tell

TIME_LIMIT = 600.0  # seconds for one stage


def run_stages(
    stages: Sequence[Stage],
    notebooks: Path,
    root: Path,
    *,
    jobs: int,
    report: Callable[[Outcome], None] | None = None,
    force: bool = False,
    prepare: Callable[[], None] = lambda: None,
    check: Callable[[], None] = lambda: None,
    foreman: Foreman | None = None,
) -> bool:
    """Run every stage whose inputs have changed, as soon as what it reads is there; return whether all succeeded.

    A stage that reads from a failed one is not run and is reported as such; the others go on. Whatever ends this
    function, a failure or Ctrl-C, ends every process that it started; a foreman that it was given sees to its own.

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
        Told of each stage as it ends, and of each that is up to date; else a line of each is shown.
    force : bool
        Run every stage, changed or not.
    prepare : callable
        Called once when no other run is at work in the root, before it is asked what has changed.
    check : callable
        Called once before the first stage runs, if any must; what it raises is passed on and nothing is run.
    foreman : Foreman, optional
        One that has been started already and goes on afterwards.
    """
    root, notebooks = root.resolve(), notebooks.resolve()
    report = report or (lambda outcome: tell(outcome.line(root)))
    with sole_run(root, "Another run is at work in this folder"):
        prepare()
        tasks = {stage.name: Task(stage, notebooks, root, TIME_LIMIT) for stage in stages}
        run = _Run(tasks, root, cache.read_state(root), foreman, check)
        try:
            return run.follow(jobs, report, force)
        finally:
            if run.foreman and not foreman:
                run.foreman.end()
            shutil.rmtree(root / "build" / "staging", ignore_errors=True)  # what it had not finished


@dataclass
class _Run:
    """The stages of a run, and of those that are at work why they run and what is remembered of a success."""

    tasks: dict[str, Task]
    root: Path
    records: dict[str, cache.Record | None]
    foreman: Foreman | None
    check: Callable[[], None] | None  # until the first stage begins
    begun: dict[str, tuple[Task, tuple[str, ...], cache.Record]] = field(default_factory=dict)

    def follow(self, jobs: int, report: Callable[[Outcome], None], force: bool) -> bool:
        """Settle, start and await stages until none is left."""
        stages = [task.stage for task in self.tasks.values()]
        needs = {stage.name: waits_for(stage, stages) for stage in stages}
        waiting = [stage.name for stage in longest_first(stages)]
        done: set[str] = set()
        failed: set[str] = set()
        while waiting or self.begun:
            for name in [name for name in waiting if needs[name] & failed]:
                because = ", ".join(sorted(needs[name] & failed))
                report(Outcome(name, 0.0, f"not run, because it reads from {because}"))
                failed.add(name)
                waiting.remove(name)
            for name in list(waiting):  # what another one needs stands before it
                if needs[name] <= done and len(self.begun) < jobs:
                    waiting.remove(name)
                    if not self._begin(self.tasks[name], force):
                        done.add(name)
                        report(Outcome(name))
            if self.begun:
                for outcome in self._ended():
                    (failed if outcome.error else done).add(outcome.name)
                    report(outcome)
        return not failed

    def _begin(self, task: Task, force: bool) -> bool:
        """Have a stage run if it must, and return whether it does; if not, its prose is brought up to date.

        Before the first one, check what the run was given while the foreman loads what that stage needs; what the
        others need is loaded while it runs.
        """
        # All of it as it is now: what is saved while the stage runs has changed the next time.
        name, notebook, inputs = task.stage.name, cache.digest(task.notebook), cache.inputs_of(task)
        found = cache.changes(self.records.get(name), inputs, cache.outputs_of(task))
        if not found and not force:
            self._keep(name, cache.with_new_prose(self.records[name], task))
            return False
        check, self.check = self.check, None
        if check:
            self.foreman = self.foreman or Foreman()
            self.foreman.load(cache.modules_of([task]))
            check()
        task.log.parent.mkdir(parents=True, exist_ok=True)
        task.failed.unlink(missing_ok=True)
        self.begun[name] = task, found or ("you asked for it",), cache.Record(inputs, {}, notebook)
        self.foreman.start(task)
        if check:
            self.foreman.load(cache.modules_of(self.tasks.values()))
        return True

    def _ended(self) -> Iterator[Outcome]:
        """Wait until a stage has ended; remember a success."""
        for outcome in self.foreman.ended(self.begun):
            task, because, record = self.begun.pop(outcome.name)
            self._keep(outcome.name, None if outcome.error else replace(record, outputs=cache.outputs_of(task)))
            yield replace(outcome, because=because)

    def _keep(self, name: str, record: cache.Record | None) -> None:
        """Remember a stage's success, or that there is none, which makes it run the next time."""
        if record != self.records.get(name):
            self.records[name] = record
            cache.write_state(self.root, {name: one for name, one in self.records.items() if one})


def undeclared_files(stages: Sequence[Stage], root: Path) -> list[str]:
    """Return the files among the results that no stage makes, READMEs apart."""
    declared = {path for stage in stages for path in stage.writes}
    found = [path for folder in ("data/processed", "figures") for path in (root / folder).rglob("*") if path.is_file()]
    names = (path.relative_to(root).as_posix() for path in found if path.name != "README.md")
    return sorted(name for name in names if name not in declared)
