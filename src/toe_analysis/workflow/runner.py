"""Running the stages in the order of what they read, several at once."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from toe_analysis.workflow.execute import Outcome, Task, execute
from toe_analysis.workflow.stages import Stage, waits_for

TIME_LIMIT = 600.0  # seconds for one stage


def run_stages(
    stages: Sequence[Stage],
    notebooks: Path,
    root: Path,
    *,
    jobs: int,
    report: Callable[[Outcome], None],
    time_limit: float = TIME_LIMIT,
) -> bool:
    """Run every stage as soon as what it reads is there; return whether all succeeded.

    A stage that reads from a failed one is not run and is reported as such; the others go on.

    Parameters
    ----------
    stages : sequence of Stage
    notebooks : Path
        The folder of notebooks.
    root : Path
        Where the run reads and writes.
    jobs : int
        Worker processes.
    report : callable
        Told of each stage as it ends.
    time_limit : float
        Seconds for one stage.
    """
    waiting = {stage.name: waits_for(stage, stages) for stage in stages}
    by_name = {stage.name: stage for stage in stages}
    failed: set[str] = set()
    running: dict[Future, str] = {}
    # Fresh processes, not forks or threads: papermill changes the working folder of its whole process.
    with ProcessPoolExecutor(min(jobs, len(stages)), mp_context=multiprocessing.get_context("spawn")) as workers:
        while waiting or running:
            for name in [name for name, needs in waiting.items() if needs & failed]:
                because = ", ".join(sorted(waiting.pop(name) & failed))
                failed.add(name)
                report(Outcome(name, 0.0, f"not run, because it reads from {because}"))
            for name in [name for name, needs in waiting.items() if not needs]:
                del waiting[name]
                running[workers.submit(execute, Task(by_name[name], notebooks, root, time_limit))] = name
            for name, outcome in _finished(running):
                report(outcome)
                if outcome.error:
                    failed.add(name)
                for needs in waiting.values():
                    if not outcome.error:
                        needs.discard(name)
    return not failed


def _finished(running: dict[Future, str]) -> Iterator[tuple[str, Outcome]]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        name = running.pop(future)
        try:
            yield name, future.result()
        except BrokenProcessPool:
            yield name, Outcome(name, 0.0, "its worker process was killed from outside; run the same command again")


def undeclared_files(stages: Sequence[Stage], root: Path) -> list[str]:
    """Return the files among the results that no stage makes, READMEs apart."""
    declared = {path for stage in stages for path in stage.writes}
    found = [path for folder in ("data/processed", "figures") for path in (root / folder).rglob("*") if path.is_file()]
    names = (path.relative_to(root).as_posix() for path in found if path.name != "README.md")
    return sorted(name for name in names if name not in declared)
