"""From a bare Python to a ready environment, with the standard library alone."""

import hashlib
import os
import shutil
import sys
import sysconfig
import time
from collections.abc import Collection
from importlib import metadata
from pathlib import Path

from toe_analysis.commands.installing import Installer
from toe_analysis.commands.line import extras_of, main, parse
from toe_analysis.errors import InputError
from toe_analysis.running.requirements import NEEDED, asked_for, read_lock, with_needs
from toe_analysis.running.sole_run import sole_run
from toe_analysis.terminal import FAILED, any_console, carried_out, give_way, tell

#: Written last, so that a set-up that was interrupted is known: the lock's digest, then the extras that are installed.
READY_FILE = "toe_analysis_ready"

#: The extra that brings in what every command needs.
SETUP = "setup"

#: Tells the process that carries on in the environment, so that a set-up that changed nothing is not begun once more.
_CARRIES_ON = "TOE_ANALYSIS_CARRIES_ON"
_ANEW = "delete the folder .venv and run the same command again"


def enter(project_path: str, arguments: list[str]) -> int:
    """Do what the command line asks, in the environment that is ready or in one made for it; return the exit code."""
    any_console()
    options = parse(arguments)  # a wrong word or --help ends here, before anything is set up
    project = Path(project_path)
    if not (project / "requirements.lock").is_file():
        sys.stderr.write("requirements.lock is not there: get it back with git checkout -- requirements.lock\n")
        return FAILED
    extras = {*NEEDED, *extras_of(options)}
    carries_on = os.environ.pop(_CARRIES_ON, "")
    if environment_is_ready(project, extras):
        return main(project, arguments)

    def set_up() -> int:
        if carries_on:
            raise InputError(
                "The set-up has ended, but .venv does not hold what it should: perhaps somebody has taken it out, or a "
                f"setting of pip or uv has it installed elsewhere. See build/logs/setup.log, {_ANEW}."
            )
        python = prepare(project, extras)
        return hand_over([str(python), str(project / "run_all.py"), *arguments])

    stopped = "Stopped before the set-up was done; run the same command again to begin it anew.\n"
    return carried_out(set_up, refused=FAILED, stopped=stopped)


def hand_over(command: list[str]) -> int:
    """Have the environment's Python do the command; an `InputError` says that it cannot be started."""
    try:
        return give_way(command, os.environ | {_CARRIES_ON: "1"})
    except OSError as error:
        raise InputError(f"The Python in .venv cannot be started ({error.strerror}): {_ANEW}.") from error


def environment_is_ready(project: Path, extras: Collection[str]) -> bool:
    """Return whether this Python is a virtual or conda environment that holds every package these extras need."""
    is_own = Path(sys.prefix).resolve() == (project / ".venv").resolve()
    is_environment = sys.prefix != sys.base_prefix or (Path(sys.prefix) / "conda-meta").is_dir()
    if not is_environment or (is_own and not _installed(project)[1].issuperset(extras)):
        return False
    lock = read_lock(project)
    for name in filter(lock.get, asked_for(project, extras)):
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            return False
        if found != (version := lock[name].version):
            sys.stderr.write(f"Note: {name} {found} is installed, the lock has {version}: results may differ.\n")
    return True


def prepare(project: Path, extras: Collection[str]) -> Path:
    """Make ``.venv`` from the lock, or add what it lacks, or say in an `InputError` why not; return its Python."""
    python, lacks = _looked_at(project, extras)[:2]
    if not lacks:
        return python
    with sole_run(project, "Another run or set-up is at work in this folder") as held:
        try:
            _make(project, extras, held)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise InputError(_stopped_by(error, project)) from error
    return python


def _looked_at(project: Path, extras: Collection[str]) -> tuple[Path, set[str], set[str]]:
    """Return the environment's Python, the extras that it lacks, and those that it holds."""
    folder = project / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    is_whole = (folder / "pyvenv.cfg").is_file() and os.access(python, os.X_OK)
    once, still = _installed(project)
    installed = still if is_whole else set()
    return python, {*extras, *once} - installed, installed


def _make(project: Path, extras: Collection[str], held: int) -> None:
    """Make or add to the environment while no other run or set-up is at work; `held` keeps them waiting."""
    python, lacks, installed = _looked_at(project, extras)
    if not lacks:  # another set-up has just brought it
        return
    folder, wanted = project / ".venv", installed | lacks
    began = time.monotonic()
    installer = Installer(python, project / "build" / "logs" / "setup.log", held)
    if installed:
        tell(f"Adding to .venv what this command needs ({', '.join(sorted(lacks))}), once ...")
    else:
        if folder.is_symlink() or folder.exists():
            tell("The environment in .venv is unfinished or out of date; making it anew.")
            folder.unlink() if folder.is_symlink() or folder.is_file() else shutil.rmtree(folder)
        tell("Setting up .venv from requirements.lock, once ...")
        installer.make(folder)
    _fill(project, folder, installer, installed, wanted)
    tell(f"Set-up done in {time.monotonic() - began:.0f} s.")


def _stopped_by(error: OSError, project: Path) -> str:
    place = Path(str(error.filename or ".venv"))
    place = place.relative_to(project) if place.is_relative_to(project) else place
    return (
        f"The set-up had to stop at {place} ({error.strerror or error}): see that {project.name}/ is a folder that you "
        f"can write in, with about 1.5 GB free, {_ANEW}."
    )


def _fill(project: Path, folder: Path, installer: Installer, installed: set[str], wanted: set[str]) -> None:
    """Install what is wanted and not there yet, and only then say so in the file that stands for a finished set-up."""
    lock = read_lock(project)
    needed = with_needs(lock, asked_for(project, wanted)) - with_needs(lock, asked_for(project, installed))
    uv = with_needs(lock, asked_for(project, {SETUP}))
    half_made = (folder / "part.lock").exists()  # it goes when all of it is installed
    for name, packages in (("part", needed), ("uv", uv)):
        text = "".join(f"{lock[package].text}\n" for package in sorted(packages))
        (folder / f"{name}.lock").write_text(text, encoding="utf-8")
    if needed:
        installer.install(folder / "part.lock", folder / "uv.lock", half_made=half_made)
    (folder / "part.lock").unlink()
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    # A relative path: the project can be moved with its environment.
    (packages / "toe_analysis.pth").write_text(os.path.relpath(project / "src", packages) + "\n", encoding="utf-8")
    lines = (_fingerprint(project), *sorted(wanted))
    (folder / READY_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _installed(project: Path) -> tuple[set[str], set[str]]:
    """Return the extras that ``.venv`` held when it was last finished, and those that it holds as the lock has them."""
    ready = project / ".venv" / READY_FILE
    if not ready.is_file():
        return set(), set()
    fingerprint, *extras = ready.read_text(encoding="utf-8", errors="replace").split() or [""]
    return set(extras), set(extras) if fingerprint == _fingerprint(project) else set()


def _fingerprint(project: Path) -> str:
    return hashlib.sha256((project / "requirements.lock").read_bytes()).hexdigest()
