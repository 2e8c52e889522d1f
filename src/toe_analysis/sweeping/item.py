"""One item of a sweep, wherever it is worked out: it brings all that it reads and takes its results home as bytes.

A thread has one foreman for all its items, so that libraries are loaded once.
"""

import contextlib
import multiprocessing
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_NAME, Root
from toe_analysis.running.cache import package_inputs
from toe_analysis.running.foreman import Foreman
from toe_analysis.running.runner import run_stages
from toe_analysis.running.stages import PROCESSED, Stage
from toe_analysis.running.task import Outcome

#: Seconds after which a foreman that has nothing to do ends by itself: on a cluster nobody says that all is done.
_PATIENCE = 30

_foremen: set[Foreman] = set()
_own = threading.local()
_is_over = threading.Event()


@dataclass(frozen=True)
class Item:
    """A run of its own: stages with their parameters, and all that they read, by path inside the project.

    The synthetic world to run on is empty for the export that is given.
    """

    stages: tuple[Stage, ...]
    world: str
    given: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What a run left, by path inside the root: tables and headline numbers, or the logs of a failure and its error."""

    files: Mapping[str, bytes]
    error: str = ""


def with_package(package: Mapping[str, str], function: Callable[[Any], Any], given: Any) -> Any:
    """Call a function where the package and the libraries are those of the caller.

    Raises
    ------
    InputError
        If they are not: what such a worker found would not be comparable.
    """
    here = package_inputs()
    if different := sorted(name for name in here.keys() | package.keys() if here.get(name) != package.get(name)):
        more = f" and {len(different) - 1} more" * (len(different) > 1)
        raise InputError(
            f"expected a worker with this very project and these versions, but it differs in {different[0]}{more}; "
            "bring the project on that machine up to date and start its worker again"
        )
    multiprocessing.current_process().daemon = False  # as one, a worker of Dask might not have a foreman
    return function(given)


def run_item(item: Item) -> Result:
    """Work out an item in a folder of its own, with the foreman of this thread."""
    if not item.stages:
        return Result({path: content for path, content in item.given.items() if path.startswith(PROCESSED)})
    if _is_over.is_set():
        return Result({}, "the sweep is over")
    with tempfile.TemporaryDirectory(prefix="toe-sweep-", ignore_cleanup_errors=True) as folder:
        try:
            return _worked_out(item, Path(folder), _own_foreman())
        except (OSError, InputError) as error:  # no room on the disk, a world that cannot be made
            return Result({}, str(error))


def _own_foreman() -> Foreman:
    foreman = getattr(_own, "foreman", None)
    if foreman is None or foreman.is_gone:
        foreman = _own.foreman = Foreman(patience=_PATIENCE)
        _foremen.add(foreman)
        if _is_over.is_set():  # said while this one was starting
            foreman.stop()
    return foreman


@contextlib.contextmanager
def foremen() -> Iterator[None]:
    """End the foremen that this process has begun when all is worked out, or at once, and let no other work."""
    _is_over.clear()
    try:
        yield
    except BaseException:
        _is_over.set()
        for foreman in list(_foremen):
            foreman.stop()
        raise
    for foreman in list(_foremen):
        foreman.end()
    _foremen.clear()


def _worked_out(item: Item, root: Path, foreman: Foreman) -> Result:
    for path, content in item.given.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    if item.world:
        from toe_analysis.survey.synthetic.workbook import write_world

        here = Root.at(root)
        write_world(here.raw / EXPORT_NAME, here.raw, item.world)
    outcomes: list[Outcome] = []
    succeeded = run_stages(item.stages, root / "notebooks", root, jobs=1, report=outcomes.append, foreman=foreman)
    folder = PROCESSED if succeeded else "build/logs"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted((root / folder).rglob("*.*"))}
    failed = next((f"{outcome.name}: {outcome.error}" for outcome in outcomes if outcome.error), "")
    return Result(files, failed)
