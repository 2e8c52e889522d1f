"""A private folder for its owner alone that git leaves alone, made before anything private is written into it."""

import contextlib
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from toe_analysis.errors import InputError

#: What a line of .gitignore may look like that keeps the whole folder out.
_LINES = {"private", "private/", "/private", "/private/"}


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

    Git itself is asked where it can answer; without it, or outside a work tree, ``.gitignore`` is looked into. If the
    folder is refused, it is not there afterwards unless it was before.

    Raises
    ------
    InputError
        If a commit could take up a file of the folder or has done so, a link leads out of it, or it cannot be made.
    """
    _refuse_links(project, folder)
    try:
        made = [path for path in (folder, folder.parent) if not path.exists()]
        for path in (folder.parent, folder):
            path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        _refuse_what_git_takes(project, folder)
    except InputError:
        for path in made:
            with contextlib.suppress(OSError):  # another run has written there
                path.rmdir()
        raise


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


def _refuse_what_git_takes(project: Path, folder: Path) -> None:
    if taken := _git(project, "ls-files", "-z", "--", "private")[1]:
        raise InputError(
            f"expected git to have nothing of private/, where a real export is kept, but it has "
            f"{taken.partition(chr(0))[0]}; take it out (git rm -r --cached private), bear in mind that earlier "
            "commits keep it, and try again"
        )
    # A folder that is ignored itself stays out whole, whatever is said of names in it; git can tell when it is there.
    code = _git(project, "check-ignore", "--quiet", _place(project, folder))[0]
    if code == 1 or (code != 0 and not _gitignore_says(project)):
        raise InputError(
            f"expected git to ignore private/, where a real export is kept, but it does not ignore all of "
            f"{_place(project, folder)}; put the line 'private/' at the end of .gitignore, and try again"
        )


def _git(project: Path, *words: str) -> tuple[int | None, str]:
    """Return git's exit code (0 yes, 1 no, others for no work tree; None without git) and what it printed."""
    try:
        done = subprocess.run(["git", "-C", str(project), *words], capture_output=True, check=False)
    except OSError:
        return None, ""
    return done.returncode, done.stdout.decode("utf-8", errors="replace")


def _gitignore_says(project: Path) -> bool:
    """Whether the folder is kept out by a line after which no other takes anything in again."""
    try:
        lines = (project / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    decisive = [line for line in map(str.rstrip, lines) if line in _LINES or line.startswith("!")]
    return bool(decisive) and decisive[-1] in _LINES


def _place(project: Path, path: Path) -> str:
    return path.relative_to(project).as_posix()
