"""From a bare Python to a ready environment, with the standard library alone."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from toe_analysis.commands.line import main, parse
from toe_analysis.errors import InputError

#: Written last, so that a set-up that was interrupted is known.
READY_FILE = "toe_analysis_ready"

_NO_NETWORK = re.compile(r"NewConnectionError|NameResolution|ConnectTimeout|ReadTimeout|ProxyError|Connection refused")


def enter(project_path: str, arguments: list[str]) -> int:
    """Do what the command line asks, in the environment that is ready or in one made for it.

    Returns
    -------
    int
        The exit code.
    """
    parse(arguments)  # a wrong word or --help ends here, before anything is set up
    project = Path(project_path)
    if environment_is_ready(project):
        return main(project, arguments)
    try:
        python = prepare(project)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped before the set-up was done; run the same command again to begin it anew.\n")
        return 130
    try:
        return subprocess.call([str(python), str(project / "run_all.py"), *arguments])
    except KeyboardInterrupt:
        return 130


def environment_is_ready(project: Path) -> bool:
    """Return whether this Python is a virtual or conda environment that holds every package the project needs."""
    is_environment = sys.prefix != sys.base_prefix or (Path(sys.prefix) / "conda-meta").is_dir()
    if not is_environment or (_is_own(project) and not _is_finished(project)):
        return False
    locked = _locked_versions(project)
    for name in _needed_packages(project):
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            return False
        if found != locked.get(name, found):
            sys.stderr.write(f"Note: {name} {found} is installed, the lock has {locked[name]}: results may differ.\n")
    return True


def prepare(project: Path) -> Path:
    """Make ``.venv`` beside ``run_all.py`` from the lock, unless it is there and finished; return its Python.

    Raises
    ------
    InputError
        If it cannot be made; the message says why and what to do.
    """
    folder = project / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if _is_finished(project) and python.exists():
        return python
    again = folder.exists()
    log = project / "build" / "logs" / "setup.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        if again:
            _say("The environment in .venv is unfinished or out of date; making it anew.")
            shutil.rmtree(folder)
        _say("Setting up .venv from requirements.lock; this takes a few minutes, once ...")
        with log.open("wb") as output:
            _make_environment(project, folder, python, output)
    except OSError as error:
        raise InputError(
            f"The set-up could not write in {project.name}/ ({error.strerror}): move the project to a folder that you "
            "can write in and that has about 1 GB free, and run the same command again."
        ) from error
    except subprocess.CalledProcessError as error:
        raise InputError(_explain(error, log.read_text(encoding="utf-8", errors="replace"))) from error
    _say("Set-up done.")
    return python


def _make_environment(project: Path, folder: Path, python: Path, output: object) -> None:
    def run(*words: str) -> None:
        subprocess.run(words, check=True, stdout=output, stderr=subprocess.STDOUT, cwd=project)

    # The interpreter behind the environment that we may be running in, since that one may just have been removed.
    run(getattr(sys, "_base_executable", sys.executable), "-m", "venv", str(folder))
    install = ("install", "--require-hashes", "--retries", "1", "--no-input", "--disable-pip-version-check")
    run(str(python), "-m", "pip", *install, "-r", str(project / "requirements.lock"))
    find = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(find, check=True, capture_output=True, text=True).stdout.strip())
    # A relative path: the project can be moved with its environment.
    (packages / "toe_analysis.pth").write_text(os.path.relpath(project / "src", packages) + "\n", encoding="utf-8")
    (folder / READY_FILE).write_text(_fingerprint(project), encoding="utf-8")


def _explain(error: subprocess.CalledProcessError, log: str) -> str:
    again = "then run the same command again; it repairs what is half-made"
    if "venv" in error.cmd:
        return (
            "This Python cannot make a virtual environment. On Debian or Ubuntu run 'apt install python3-venv', "
            f"elsewhere install Python from python.org, {again} (details: build/logs/setup.log)."
        )
    if "No space left" in log:
        return f"The disk is full: free about 1 GB, {again}."
    if "DO NOT MATCH THE HASHES" in log:
        return f"A downloaded package is not the one in requirements.lock: check your network or proxy, {again}."
    if _NO_NETWORK.search(log):
        return f"The packages could not be downloaded, since there is no network: connect (or set the proxy), {again}."
    reason = next((line for line in reversed(log.splitlines()) if line.startswith("ERROR")), "ERROR: unknown")
    return f"The packages could not be installed ({reason.removeprefix('ERROR: ')}): see build/logs/setup.log, {again}."


def _is_own(project: Path) -> bool:
    return Path(sys.prefix).resolve() == (project / ".venv").resolve()


def _is_finished(project: Path) -> bool:
    ready = project / ".venv" / READY_FILE
    return ready.is_file() and ready.read_text(encoding="utf-8") == _fingerprint(project)


def _fingerprint(project: Path) -> str:
    return hashlib.sha256((project / "requirements.lock").read_bytes()).hexdigest()


def _needed_packages(project: Path) -> list[str]:
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    return [re.match(r"[A-Za-z0-9_.-]+", line)[0] for line in settings["project"]["dependencies"]]


def _locked_versions(project: Path) -> dict[str, str]:
    lines = (project / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return dict(found.groups() for line in lines if (found := re.match(r"([a-z0-9-]+)==([^ ;\\]+)", line)))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
