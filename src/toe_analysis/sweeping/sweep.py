"""The sweep of ``run``: many runs under other parameters, or many designs, on this machine's cores or on a cluster."""

import argparse
import contextlib
import logging
import re
import shutil
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.paths import Root, write_atomically
from toe_analysis.running import cache
from toe_analysis.running.sole_run import sole_run
from toe_analysis.running.stages import PROCESSED, STAGES, Stage, chosen, waits_for
from toe_analysis.running.task import Task
from toe_analysis.showing.output import write_table
from toe_analysis.statistics.planning.plans import plan_answers
from toe_analysis.statistics.planning.power import Design
from toe_analysis.survey.synthetic.world import read_worlds
from toe_analysis.sweeping.conclusions import CONCLUSIONS, Conclusion, conclusion_table
from toe_analysis.sweeping.file import read_sweep
from toe_analysis.sweeping.item import Item, Result, foremen, run_item, with_package
from toe_analysis.terminal import DONE, FAILED, tell

_NOT_WITH = ("study", "responses", "name", "replace", "wave_cutoff", "coder_b", "show_private", "force", "explain")
_MOST_SHOWN = 10


def sweep(
    project: Path,
    options: argparse.Namespace,
    stages: Sequence[Stage] = STAGES,
    conclusions: Sequence[Conclusion] = CONCLUSIONS,
) -> int:
    """Run every row of a file in a root of its own and lay the conclusions side by side; return the exit code."""
    if not options.sweep:
        raise InputError("--scheduler goes with --sweep: a single run does not need a cluster")
    if given := [name for name in _NOT_WITH if getattr(options, name)]:
        raise InputError(
            f"--sweep does not go with --{given[0].replace('_', '-')}: it runs on the bundled or a synthetic export, "
            "always anew, and parameters are columns of its file"
        )
    if options.only:
        stages = chosen(options.only, stages)
    items = read_sweep(options.sweep, stages, project / "notebooks", read_worlds(Root.at(project).raw))
    folder = project / "build" / "sweep" / (re.sub(r"\W+", "_", options.sweep.stem.lower()).strip("_") or "sweep")
    folder.mkdir(parents=True, exist_ok=True)
    note = (lambda text: None) if options.quiet else tell
    another = "Another sweep of this file is at work"
    with sole_run(folder, another), _executor(min(options.jobs, len(items)), options.scheduler) as executor:
        if all(isinstance(item, Design) for item in items.values()):
            return _plan(items, executor, folder / "designs.csv", note)
        given = _given(project, stages)
        made = _up_to_date(project, stages)
        stale = [stage for stage in stages if stage.name not in made]
        if any(stage in item.stages and not item.world for stage in stale for item in items.values()):
            note(
                f"{len(stale)} of {len(stages)} stages are not as a plain run leaves them now, so each run works them "
                "out for itself; python run_all.py before a sweep spares it that."
            )
        work = {name: _with_files(item, given, made) for name, item in items.items()}
        return _run(work, executor, folder, conclusions, note)


def _carried_out(executor: Executor, function: Callable, items: Mapping[str, Any]) -> Iterator[tuple[str, Future]]:
    """Call a function on each item, where the package is this one; give names and futures as they are done."""
    if not isinstance(executor, ThreadPoolExecutor):  # another machine, perhaps
        function = partial(with_package, cache.package_inputs(), function)
    futures = {executor.submit(function, item): name for name, item in items.items()}
    for future in as_completed(futures):
        yield futures[future], future


@contextlib.contextmanager
def _executor(jobs: int, scheduler: str) -> Iterator[Executor]:
    """Give the executor: threads here, each with a foreman, or a cluster."""
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(_client(scheduler)) if scheduler else None
        executor = stack.enter_context(client.get_executor() if client else ThreadPoolExecutor(jobs))
        try:
            with foremen():
                yield executor
        except BaseException:
            executor.shutdown(wait=False)
            raise


def _client(address: str) -> contextlib.AbstractContextManager:
    """Connect to a Dask scheduler, which sees to lost workers itself."""
    from distributed import Client  # the extra "cluster", which the set-up brings for --scheduler

    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # else a lost scheduler leaves tracebacks
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"expected a Dask scheduler at {address}, like tcp://10.0.0.5:8786, but there is no answer ({error})"
        ) from None
    if not client.nthreads():
        tell("The scheduler has no worker yet; the sweep begins when one has come.")
    return client


def _given(project: Path, stages: Sequence[Stage]) -> dict[str, bytes]:
    """Return the notebooks and the given files, which go to every worker: it need not see this disk."""
    notebooks = [project / stage.notebook for stage in stages]
    raw = [path for path in sorted(Root.at(project).raw.iterdir()) if path.is_file()]
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in (*notebooks, *raw)}


def _up_to_date(project: Path, stages: Sequence[Stage]) -> dict[str, tuple[Stage, dict[str, bytes]]]:
    """Return the stages whose results are those of the last plain run, with their tables and headline numbers."""
    records, made = cache.read_state(project), {}
    for stage in stages:
        task = Task(stage, project / "notebooks", project)
        if not cache.changes(records.get(stage.name), cache.inputs_of(task), cache.outputs_of(task)):
            kept = [path for path in stage.writes if path.startswith(PROCESSED)]
            made[stage.name] = stage, {path: (project / path).read_bytes() for path in kept}
    return made


def _with_files(item: Item, given: Mapping[str, bytes], made: Mapping[str, tuple[Stage, Mapping[str, bytes]]]) -> Item:
    """Return what is left to run of an item; what was made of the same inputs is taken over."""
    tables: dict[str, Mapping[str, bytes]] = {}
    for stage in item.stages:
        plain, files = made.get(stage.name, (None, {}))
        if not item.world and stage == plain and waits_for(stage, item.stages) <= tables.keys():
            tables[stage.name] = files
    left = tuple(stage for stage in item.stages if stage.name not in tables)
    return Item(left, item.world, dict(ChainMap(*tables.values(), given)))


def _run(
    items: Mapping[str, Item],
    executor: Executor,
    folder: Path,
    conclusions: Sequence[Conclusion],
    note: Callable[[str], None],
) -> int:
    results: dict[str, Result] = {}
    for name, future in _carried_out(executor, run_item, items):
        results[name] = Result({}, lost) if (lost := _loss(future)) else future.result()
        _keep(results[name], folder / name)
        if error := results[name].error:
            log = f" (log: build/sweep/{folder.name}/{name}/build/logs)" if results[name].files else ""
            tell(f"{name:<24} FAILED: {error}{log}")
        else:
            note(f"{name:<24} done")
    for path in folder.iterdir():
        if path.is_dir() and path.name not in items:  # of an earlier version of the file
            shutil.rmtree(path)
    left = {name: None if results[name].error else results[name].files for name in items}
    table = conclusion_table(left, conclusions)
    path = write_table(table, folder / "conclusions.csv")
    note(_screen(table, left, path))
    return FAILED if any(result.error for result in results.values()) else DONE


def _loss(future: Future) -> str:
    """Say how an item was lost, if it was; a worker that does not fit stops the sweep."""
    error = CancelledError("the scheduler is gone") if future.cancelled() else future.exception()
    if isinstance(error, InputError):
        raise error
    return f"its worker was lost: {type(error).__name__}: {(str(error).splitlines() or [''])[0]}" if error else ""


def _keep(result: Result, folder: Path) -> None:
    """Make the folder of an item hold its result and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in result.files.items():
        write_atomically(folder / path, content)


def _screen(table: pd.DataFrame, left: Mapping[str, object], path: Path) -> str:
    changed = table[table["changes"] == "yes"]
    if table.empty:
        return f"\nNo run left a conclusion to compare; what each left is in build/sweep/{path.parent.name}/."
    whole = sum(files is not None for files in left.values())
    runs = f"{whole} runs" if whole == len(left) else f"the {whole} of {len(left)} runs that succeeded"
    lines = ["", f"{len(changed)} of {len(table)} conclusions change over {runs}."]
    for _, row in changed.head(_MOST_SHOWN).iterrows():
        said: dict[str, list[str]] = {}
        for name in left:
            said.setdefault(row[name], []).append(name)
        what = " / ".join(f"{value} ({', '.join(runs)})" for value, runs in said.items())
        lines.append(f"  {row['stage']}: {row['conclusion']} {row['about']}: {what} [{row['basis']}]")
    if len(changed) > _MOST_SHOWN:
        lines.append(f"  ... and {len(changed) - _MOST_SHOWN} more.")
    return "\n".join([*lines, f"All of them: build/sweep/{path.parent.name}/{path.name}."])


def _plan(designs: Mapping[str, Design], executor: Executor, path: Path, note: Callable[[str], None]) -> int:
    futures = dict(_carried_out(executor, plan_answers, designs))
    if lost := {name: loss for name in designs if (loss := _loss(futures[name]))}:
        for name, loss in lost.items():
            tell(f"{name:<24} FAILED: {loss}")
        return FAILED
    plans = {name: futures[name].result() for name in designs}
    table = pd.DataFrame([plan.to_row() for plan in plans.values()])
    table.insert(0, "name", list(plans))
    # The shares are suppositions of whoever wrote the file: nothing in the table was observed.
    write_table(table.assign(basis="illustrative"), path)
    for name, plan in plans.items():
        note(f"{name:<24} {plan.enough or f'more than {plan.tried}'} answers")
    note(f"All of it: build/sweep/{path.parent.name}/{path.name}.")
    return DONE
