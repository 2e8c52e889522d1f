"""A private folder for its owner alone that git leaves alone, made before anything private is written into it."""

import contextlib
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import write_atomically

#: In ``private/.gitignore``: what is below an excluded folder cannot be taken in again, whatever other files say.
_EVERYTHING = b"*\n"


@contextlib.contextmanager
def owner_only() -> Iterator[None]:
    """Let every file and folder that this process or a child of it makes be for its owner alone.

    Windows knows no such rights of a process: there files are as private as the folder that they are in.
    """
    kept = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(kept)


def tell_wider_rights(folder: Path) -> str:
    """Say if others on this machine may look into ``private/NAME``; nothing if one of the two is its owner's alone.

    What lies in a folder that is closed to others is closed as well. Windows tells nothing of it here.
    """
    folders = [path for path in (folder.parent, folder) if path.is_dir()]
    wider = [path for path in folders if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if os.name == "nt" or not folders or wider != folders:
        return ""
    return (
        f"Note: others on this machine may look into private/{folder.name}, which was made with wider rights than a "
        "run makes it with now. Close it to them: chmod 700 private"
    )


def make_ignored_folder(project: Path, folder: Path) -> None:
    """Make `folder`, which is ``private/NAME``, for its owner, and be sure that git takes up nothing of it.

    A ``.gitignore`` in ``private/`` sees to that, as in the folders of venv and pytest. What is refused is refused
    before anything is made.

    Raises
    ------
    InputError
        If git has a file of ``private/`` already, its ``.gitignore`` is another one, a link leads out of the folder, or
        it cannot be made.
    """
    _refuse_links(project, folder)
    _refuse_what_git_has(project)
    ignore = folder.parent / ".gitignore"
    try:
        if ignore.is_dir() or (ignore.is_file() and ignore.read_bytes() != _EVERYTHING):
            raise InputError(
                "expected private/.gitignore to hold the single line '*', so that git takes up nothing of private/, "
                "found something else; delete it, and try again"
            )
        with owner_only():
            for path in (folder.parent, folder):
                path.mkdir(exist_ok=True)
            write_atomically(ignore, _EVERYTHING)  # in any case: git does not follow a link there
    except OSError as error:
        raise unwritable(folder, error) from error


def unwritable(folder: Path, error: OSError) -> InputError:
    """Return what to say of a private folder that cannot be written to."""
    return InputError(
        f"expected private/{folder.name} to be a folder that can be written to, found: {error.strerror or error}; "
        "move away what stands there or change who may write there, and try again"
    )


def _refuse_links(project: Path, folder: Path) -> None:
    """Stop at a link by which something private would be written elsewhere, where git may not ignore it."""
    home = Path(os.path.realpath(project), "private")
    for path in _with_all_inside(folder):
        within = home if path == folder.parent else home / folder.name
        if not Path(os.path.realpath(path)).is_relative_to(within):
            raise InputError(
                f"expected {_place(project, folder)} to hold its files itself, found {_place(project, path)}, a link "
                "to another place; take the link away and try again. To have private/ on an encrypted disk, keep the "
                "whole project there"
            )


def _with_all_inside(folder: Path) -> Iterator[Path]:
    yield from (folder.parent, folder)
    for place, folders, files in os.walk(folder):  # unlike rglob it goes on when another run takes something away
        yield from (Path(place, name) for name in (*folders, *files))


def _refuse_what_git_has(project: Path) -> None:
    try:
        asked = ["git", "-C", str(project), "ls-files", "-z", "--", "private"]
        taken = subprocess.run(asked, capture_output=True, check=False).stdout.decode("utf-8", errors="replace")
    except OSError:  # without git nothing can be in it
        return
    if taken:
        raise InputError(
            f"expected git to have nothing of private/, where a real export is kept, but it has "
            f"{taken.partition(chr(0))[0]}; take it out (git rm -r --cached private), bear in mind that earlier "
            "commits keep it, and try again"
        )


def _place(project: Path, path: Path) -> str:
    return path.relative_to(project).as_posix()
