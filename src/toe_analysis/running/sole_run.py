"""One run at a time in a root; the system frees the lock of a run that has ended in whatever way."""

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from toe_analysis.terminal import tell


@contextlib.contextmanager
def sole_run(root: Path, another: str) -> Iterator[int]:
    """Hold a root for this process, waiting for another one to let go of it; give the file that holds it.

    Whoever is handed that file holds the root as well, until it has ended. What is waited for is told by its name, like
    "Another run is at work in this folder".
    """
    file = os.open(_lock_path(root), os.O_RDONLY if os.name != "nt" else os.O_RDWR | os.O_CREAT)
    try:
        if not _try(file):
            tell(f"{another}; this one waits until it has ended.")
            while not _try(file):
                time.sleep(0.2)
        yield file
    finally:
        os.close(file)


def _lock_path(root: Path) -> Path:
    """Return the root itself, which leaves no file behind; Windows cannot lock a folder."""
    if os.name != "nt":
        return root
    name = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"toe-{name}.lock"


def _try(file: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
