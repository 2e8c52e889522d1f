"""One item of a sweep, wherever it is worked out: it brings all that it reads and takes its results home as bytes.

The run has an interpreter of its own, since those who work for an executor may not have children (Dask's), and each
notebook has a working folder. The interpreter ends, with all it started, when the one that asked for it is gone.
"""

import contextlib
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_NAME, Root
from toe_analysis.running.cache import package_inputs
from toe_analysis.running.foreman import environment_of_children
from toe_analysis.running.runner import run_stages
from toe_analysis.running.stages import PROCESSED, Stage
from toe_analysis.running.task import Outcome

_CHILD = "from toe_analysis.sweeping.item import main; main()"
#: How often an item is begun whose interpreter is killed every time; three, as on a Dask cluster.
_TRIES = 3

_children: set[subprocess.Popen] = set()
_is_over = threading.Event()


@dataclass(frozen=True)
class Item:
    """A run of its own.

    Parameters
    ----------
    stages : tuple of Stage
        With the parameters of this run.
    world : str
        The synthetic world to run on; empty for the export that is given.
    given : mapping of str to bytes
        The notebooks and what they read: path inside the project to content.
    """

    stages: tuple[Stage, ...]
    world: str
    given: Mapping[str, bytes]


@dataclass(frozen=True)
class Result:
    """What a run left: the tables and headline numbers of a success, the logs of a failure.

    Parameters
    ----------
    files : mapping of str to bytes
        Path inside the root to content.
    error : str
        One line; empty after a success.
    """

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
    return function(given)


def run_item(item: Item) -> Result:
    """Work out an item in an interpreter of its own; begin anew if that one is killed."""
    if not item.stages:
        return Result({path: content for path, content in item.given.items() if path.startswith(PROCESSED)})
    for _ in range(_TRIES):
        result, code = _in_child(item)
        if result is not None:
            return result
        if code >= 0 or _is_over.is_set():
            break
    return Result({}, f"its process ended before it was done (exit code {code})")


def end_items() -> None:
    """End every item that this process is working out, and begin no other."""
    _is_over.set()
    for child in list(_children):
        child.terminate()


def _in_child(item: Item) -> tuple[Result | None, int]:
    """Return what an interpreter of its own sends, or nothing and its exit code."""
    folder = tempfile.TemporaryDirectory(prefix="toe-sweep-", ignore_cleanup_errors=True)
    command = [sys.executable, "-P", "-c", _CHILD, folder.name]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
    # In a session of its own Ctrl-C does not reach it; it ends when its standard input does.
    with folder, subprocess.Popen(command, env=environment_of_children(), start_new_session=True, **pipes) as child:
        _children.add(child)
        left = memoryview(pickle.dumps(item))
        with contextlib.suppress(BrokenPipeError):
            while left:
                left = left[child.stdin.write(left) :]
        sent = child.stdout.readall()
        _children.discard(child)
    return pickle.loads(sent) if sent else None, child.returncode


def main() -> None:
    """Take an item from standard input, work it out in the folder named, and write its result to standard output."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed is no part of the answer
    item = pickle.load(sys.stdin.buffer)
    signal.signal(signal.SIGTERM, _end_once)
    threading.Thread(target=_end_with_caller, daemon=True).start()
    folder = Path(sys.argv[1])
    try:
        result = _worked_out(item, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # the caller, who removes it too, may be gone
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # from here on the caller goes as soon as it has the answer
    with answer:
        pickle.dump(result, answer)


def _end_once(*given: object) -> None:
    """End at the first word to do so; the caller may say it too, and an end that is under way needs no other."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(1)


def _end_with_caller() -> None:
    if not os.read(0, 1):  # nothing more is sent: this returns when the caller is gone
        os.kill(os.getpid(), signal.SIGTERM)


def _worked_out(item: Item, root: Path) -> Result:
    for path, content in item.given.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    if item.world:
        from toe_analysis.survey.synthetic.world import write_world

        here = Root.at(root)
        write_world(here.raw / EXPORT_NAME, here.raw, item.world)
    outcomes: list[Outcome] = []
    succeeded = run_stages(item.stages, root / "notebooks", root, jobs=1, report=outcomes.append)
    folder = PROCESSED if succeeded else "build/logs"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted((root / folder).rglob("*.*"))}
    failed = next((f"{outcome.name}: {outcome.error}" for outcome in outcomes if outcome.error), "")
    return Result(files, failed)
