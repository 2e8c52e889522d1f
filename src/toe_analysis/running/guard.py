"""Holding a notebook to what its stage says that it reads: a change of anything else would go unnoticed."""

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from toe_analysis.errors import InputError
from toe_analysis.paths import Root

#: Of a root, what no stage may touch but for what it lists. It writes elsewhere, until it has succeeded.
_GUARDED = ("data", "figures")

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

#: What Python reports of a file beside opening it, with how many paths stand first among its details.
_CHANGES = {
    "os.rename": 2,
    "os.remove": 1,
    "os.rmdir": 1,
    "os.mkdir": 1,
    "os.truncate": 1,
    "os.link": 2,
    "os.symlink": 2,
}


@contextlib.contextmanager
def guarded(root: Path, declared: Iterable[str]) -> Iterator[None]:
    """Refuse to open data and figures of a root that are not declared, and to change any.

    Every path is resolved first: relative ones, bytes, links and ``..`` included. What Python does not see stays
    outside: child processes, and libraries that open a file by themselves.

    Parameters
    ----------
    root : Path
    declared : iterable of str
        Paths inside the root that may be read.
    """
    home = os.path.realpath(root)
    allowed = {os.path.realpath(Root.at(root).given(path)) for path in declared}
    held = tuple(f"{home}{os.sep}{folder}{os.sep}" for folder in _GUARDED)
    is_on = True

    def look(event: str, details: tuple) -> None:
        if not is_on or (event != "open" and event not in _CHANGES):
            return
        paths = details[: _CHANGES.get(event, 1)]
        writes = event != "open" or bool(details[2] and details[2] & _WRITES)
        for path in paths:
            place = _resolved(path)
            if place.startswith(held) and (writes or place not in allowed):
                raise InputError(_refusal(os.path.relpath(place, home).replace(os.sep, "/"), writes))

    sys.addaudithook(look)  # for good: a hook cannot be taken out again, but it can look away
    try:
        yield
    finally:
        is_on = False


def _resolved(path: Any) -> str:
    return os.path.realpath(os.fsdecode(path)) if isinstance(path, str | bytes | os.PathLike) else ""


def _refusal(path: str, writes: bool) -> str:
    if writes:
        return f"{path} would be changed where it lies; write with root.to_process or root.to_figure, and list it"
    return f"{path} is opened, but its stage in src/toe_analysis/running/stages.py does not list it"
