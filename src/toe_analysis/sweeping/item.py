"""One item of a sweep, wherever it is worked out: it brings all that it reads and takes its results home as bytes.

Items have interpreters of their own, since a foreman is a child by `multiprocessing`, and Dask's workers may have none.
A thread has one for all its items, so that libraries are loaded once. It ends, with all it started, when the one that
asks is gone, and after a while in which nothing is asked.
"""

import contextlib
import os
import pickle
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_NAME, Root
from toe_analysis.running.cache import package_inputs
from toe_analysis.running.foreman import Foreman, environment_of_children
from toe_analysis.running.runner import run_stages
from toe_analysis.running.stages import PROCESSED, Stage
from toe_analysis.running.task import Outcome

_CHILD = "from toe_analysis.sweeping.item import main; main()"
#: How often an item is begun whose interpreter is killed every time; three, as on a Dask cluster. One that had waited
#: too long and ended counts too. A notebook's process that is killed inside it fails the item, with the sentence of a
#: plain run.
_TRIES = 3
#: Seconds after which an interpreter that has nothing to do ends by itself, for instance on a cluster.
_PATIENCE = 30

_children: set["_Child"] = set()
_own = threading.local()
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
    given: Mapping[str, bytes] = field(default_factory=dict)


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
    """Work out an item in another interpreter; begin anew if that one is killed."""
    if not item.stages:
        return Result({path: content for path, content in item.given.items() if path.startswith(PROCESSED)})
    code = 0
    for _ in range(_TRIES):
        if _is_over.is_set():
            break
        child = _own.child = getattr(_own, "child", None) or _Child()
        with tempfile.TemporaryDirectory(prefix="toe-sweep-", ignore_cleanup_errors=True) as folder:
            result = child.work_out(item, folder)
        if result is not None and not result.error:
            return result
        code, _own.child = child.end(), None
        if result is not None:
            return result
        if code > 0:
            break
    return Result({}, f"its process ended before it was done (exit code {code})")


@contextlib.contextmanager
def interpreters() -> Iterator[None]:
    """End the interpreters that this process has begun when all is worked out, or at once, and begin no other."""
    _is_over.clear()
    try:
        yield
    except BaseException:
        _is_over.set()
        for child in list(_children):
            child.process.terminate()
        raise
    for child in list(_children):
        child.end()


class _Child:
    """The caller's side of an interpreter that works out items."""

    def __init__(self) -> None:
        command = [sys.executable, "-P", "-c", _CHILD]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        # In a session of its own Ctrl-C does not reach it; it ends when its standard input does.
        self.process = subprocess.Popen(command, env=environment_of_children(), start_new_session=True, **pipes)
        _children.add(self)
        if _is_over.is_set():  # said while this one was starting
            self.process.terminate()

    def work_out(self, item: Item, folder: str) -> Result | None:
        """Return what comes of an item; nothing if the interpreter ends first."""
        try:
            pickle.dump((item, folder), self.process.stdin)
            self.process.stdin.flush()
            return pickle.load(self.process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            return None

    def end(self) -> int:
        """Have it end, and return its exit code."""
        with contextlib.suppress(OSError):  # it may be gone
            self.process.stdin.close()
        code = self.process.wait()
        self.process.stdout.close()
        _children.discard(self)
        return code


def main() -> None:
    """Work out the items that come by standard input, each with its folder, and write what comes of each."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed is no part of the answer
    signal.signal(signal.SIGTERM, _end_once)
    asked = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    foreman, folder = Foreman(), ""
    try:
        while True:
            item, folder = asked.get(timeout=_PATIENCE)
            try:
                result = _worked_out(item, Path(folder), foreman)
            except (OSError, InputError) as error:  # no room on the disk, a world that cannot be made
                result = Result({}, str(error))
            pickle.dump(result, answer)
            answer.flush()
    except queue.Empty:
        return
    finally:
        foreman.end()
        shutil.rmtree(folder, ignore_errors=True)  # the caller, who removes it too, may be gone


def _end_once(*given: object) -> None:
    """End at the first word to do so; the caller may say it too, and an end that is under way needs no other."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(1)


def _listen(asked: queue.SimpleQueue) -> None:
    """Pass on what is asked for; nothing more is asked when the caller is gone, and then this process ends."""
    line = os.fdopen(os.dup(0), "rb")  # Python would wait for its own one at the end, if this thread still reads there
    try:
        with contextlib.suppress(EOFError, pickle.UnpicklingError):
            while True:
                asked.put(pickle.load(line))
    finally:
        if hasattr(signal, "pthread_kill"):  # only this surely wakes the main thread from its waiting
            signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM)
        else:
            os.kill(os.getpid(), signal.SIGTERM)


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
