"""The private root of a real export: for its owner alone, left alone by git, filled with what its results rest on."""

import contextlib
import os
import re
import secrets
import stat
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import (
    ASKED_FOR,
    EXPORT_ENDINGS,
    EXPORT_NAME,
    FURTHER_EXPORTS,
    KEY_NAME,
    MOST_EXPORTS,
    Root,
    write_atomically,
)
from toe_analysis.showing.output import write_table
from toe_analysis.showing.words import say
from toe_analysis.survey import clean, clean_again, read_study
from toe_analysis.survey.opening import read_key
from toe_analysis.survey.reading.export import read_exports
from toe_analysis.survey.reading.files import GivenFile, read_file

#: In ``private/.gitignore``: what is below an excluded folder cannot be taken in again, whatever other files say.
_EVERYTHING = b"*\n"


def read_own(exports: Sequence[Path]) -> tuple[GivenFile, ...]:
    """Read the files that were handed in, once: what is looked at is what is kept.

    Raises
    ------
    InputError
        If there are too many, one is given twice, or one is no file of a kind that can be read.
    """
    found = tuple(map(read_file, exports[: MOST_EXPORTS + 1]))
    if len(found) > MOST_EXPORTS:
        raise InputError(f"--responses: expected at most {MOST_EXPORTS} files, found {len(exports)}")
    for place, one in enumerate(found):
        if one.content in [earlier.content for earlier in found[:place]]:
            raise InputError(f"--responses: expected each file once, and {exports[place].name} holds what another does")
    return found


def is_exposed(path: Path, project: Path) -> bool:
    """Return whether a file lies where a project's git would take it up unseen."""
    place, project = path.resolve(), project.resolve()
    kept = (project / "private", project / "build", project / "data")  # into the last one `check` looks
    return place.is_relative_to(project) and not any(place.is_relative_to(folder) for folder in kept)


def private_root(
    project: Path,
    given: Path,
    exports: Sequence[GivenFile],
    wave_cutoff: str,
    *,
    name: str = "",
    replaces: bool = False,
) -> Root:
    """Make the folder under ``private/`` in which an export of one's own is analysed, or several as its waves.

    The export is looked at first: nothing is written for one that cannot be used. `fill_root` then gives the folder
    what its results rest on.

    Parameters
    ----------
    given : Path
        The facts of the study.
    name : str
        Of the folder; made from the names of the files by default.
    replaces : bool
        Whether the exports may take the place of others that the folder holds.

    Raises
    ------
    InputError
        If the export cannot be used, the folder holds other exports, cannot be written to or would not stay out of git.
    """
    if name and not re.fullmatch(r"\w[\w-]{0,79}", name):
        raise InputError(f"--name: expected letters, digits, - and _, like north, found {name!r}")
    stems = "_".join(Path(export.name).stem.lower() for export in exports)[:80]
    root = Root.at(project / "private" / (name or re.sub(r"\W+", "_", stems).strip("_") or "export"))
    study = read_study(given)
    clean(read_exports(exports, study.questionnaire), study, key="", wave_cutoff=wave_cutoff)
    if not replaces:
        _refuse_others(root, exports)
    make_ignored_folder(project, root.path)
    return root


def _refuse_others(root: Root, exports: Sequence[GivenFile]) -> None:
    """Stop before results of one file stand in a folder under another one's name."""
    kept = [path.read_bytes() for path in root.exports if path.is_file()]
    if kept and kept != [one.content for one in exports]:
        raise InputError(
            f"expected the export that private/{root.path.name} was made from, found another one, with other contents; "
            "give this one a folder of its own with --name NAME or, if it is a newer state of the same survey, let it "
            "take the other's place with --replace"
        )


def fill_root(root: Root, given: Path, exports: Sequence[GivenFile]) -> None:
    """Keep the facts and the exports in a private root, and make its key; no other run may be at work in it.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    names = (EXPORT_NAME, *FURTHER_EXPORTS)
    of_exports = {(root.raw / name).with_suffix(ending) for name in names for ending in (*EXPORT_ENDINGS, ".json")}
    kept = {}
    try:
        for path in given.iterdir():
            if path.suffix in (".csv", ".toml") and root.raw / path.name not in of_exports:
                kept[root.raw / path.name] = path.read_bytes()
        for export, name in zip(exports, names, strict=False):
            kept[(root.raw / name).with_suffix(export.ending)] = export.content
            if export.sidecar:
                kept[(root.raw / name).with_suffix(".json")] = export.sidecar
        for path, content in kept.items():
            write_atomically(path, content)
        keep_key(root)
        # What another run has left: its exports, and halves of files if it was killed while it wrote.
        for path in (*(of_exports - kept.keys()), *root.raw.glob(".*.tmp"), *root.path.glob(".*.tmp")):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(root.path, error) from error


def keep_key(root: Root) -> None:
    """Make the key of a private root, if it has none yet."""
    # Made once, so that the pseudonyms stay the same from run to run; an empty one would be known to everybody.
    if not read_key(root):
        write_atomically(root.path / KEY_NAME, (secrets.token_hex(32) + "\n").encode())


def asked_questions(text: str, raw: Path) -> list[str]:
    """Read which answers are asked for, like ``q04,q07``.

    Raises
    ------
    InputError
        If one is no question, names the firm itself, or stands in the tables anyway.
    """
    questions = read_study(raw).questionnaire
    may_be = [question.id for question in questions if question.privacy not in ("", "identifier")]
    names = [name.strip() for name in text.split(",")]
    if wrong := [name for name in names if name not in may_be]:
        raise InputError(f"--show-private: expected questions among {', '.join(may_be)}, found {', '.join(wrong)}")
    return names


def show_private(root: Root, names: Sequence[str]) -> str:
    """Write the answers asked for, by pseudonym; return the sentence that says where."""
    cleaned = clean_again(root)
    write_table(cleaned.answers[[*names]].reset_index(), root.path / ASKED_FOR)
    place, many = f"private/{root.path.name}/{ASKED_FOR}", say("firm.many", "en")
    return f"Asked for: {', '.join(names)} by pseudonym in {place}; it may identify {many}."


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
