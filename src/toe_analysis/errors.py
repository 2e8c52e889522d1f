"""The one exception that is meant for the person at the keyboard, and what it says of a file that cannot be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InputError(Exception):
    """Something the user gave cannot be used; the message says what was expected, found, where, and what to do.

    It is shown as one sentence without a traceback, so every message must stand alone.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows instead of a traceback; IPython asks for this by name."""
        return [str(self)]


@contextmanager
def told_of(where: str) -> Iterator[None]:
    """Put the place before what is refused within."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{where}: {error}") from error


def why_unreadable(path: Path, error: OSError | ValueError) -> str:
    """Say in words why a file cannot be read, and what to do, without the path, which is this machine's."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError | PermissionError) and path.is_dir():  # the latter on Windows
        return "that is a folder; add the name of the file in it"
    if isinstance(error, OSError):
        return f"it cannot be read ({error.strerror}); see whether another program holds it and whether you may read it"
    coding = "'CSV UTF-8'" if path.suffix.lower() == ".csv" else "UTF-8"
    if isinstance(error, UnicodeDecodeError):  # its own place is one in a part of the file
        lines = enumerate(path.read_bytes().split(b"\n"), start=1)
        odd = next(number for number, line in lines if line.decode("utf-8", "ignore").encode() != line)
        return f"line {odd} is not; save it as {coding}"
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return f"it cannot be read: {reason}; save it as {coding}"
