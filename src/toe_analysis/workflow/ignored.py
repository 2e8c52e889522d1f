"""Whether git leaves a path alone, asked before anything private is written there."""

import subprocess
from pathlib import Path

from toe_analysis.errors import InputError

#: What a line of .gitignore may look like that keeps the whole folder out.
_LINES = {"private", "private/", "/private", "/private/"}


def refuse_unless_ignored(project: Path, path: Path) -> None:
    """Stop unless git ignores `path`, a file under ``private/`` that is about to be written.

    Git itself is asked where it can answer; without it, or outside a work tree, ``.gitignore`` is looked into.

    Raises
    ------
    InputError
        If a commit could take the file up.
    """
    ignored = _git_says(project, path)
    if ignored is None:
        ignored = _gitignore_says(project)
    if not ignored:
        raise InputError(
            f"expected git to ignore private/, where a real export is kept, but it does not ignore "
            f"{path.relative_to(project).as_posix()}; put the line 'private/' into .gitignore, take out of git what it "
            "has of that folder (git rm -r --cached private), and try again"
        )


def _git_says(project: Path, path: Path) -> bool | None:
    """Return git's answer, or None if there is no git or no work tree. A file that git already has is not ignored."""
    command = ["git", "-C", str(project), "check-ignore", "--quiet", str(path.resolve())]
    try:
        code = subprocess.run(command, capture_output=True, check=False).returncode
    except OSError:
        return None
    return {0: True, 1: False}.get(code)


def _gitignore_says(project: Path) -> bool:
    try:
        lines = (project / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    lines = [line.strip() for line in lines]
    return bool(_LINES.intersection(lines)) and not any(line.startswith("!") and "private" in line for line in lines)
