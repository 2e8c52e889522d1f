"""Packages into a new environment: by uv, which is quick, or else by pip. With the standard library alone."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.terminal import end_with_all, tell

#: Seconds after which a person is told what is going on.
PATIENCE = 5.0

#: As the lock is complete, nothing has to be found out.
_HASHED = ("install", "--require-hashes", "--no-deps")
_BY_PIP = (*_HASHED, "--ignore-installed", "--retries", "1", "--no-input", "--disable-pip-version-check")

_HAS_PIP = "from importlib.util import find_spec; raise SystemExit(find_spec('pip') is None)"

_AGAIN = "then run the same command again; it repairs what is half-made"

#: What the log holds, and what to say and do; the first that fits is the reason.
_REASONS = (
    ("No space left", f"The disk is full: free about 1.5 GB, {_AGAIN}."),
    (
        "DO NOT MATCH THE HASHES|Hash mismatch for",
        f"A downloaded package is not the one in requirements.lock: check your network or proxy, {_AGAIN}.",
    ),
    (
        "No module named '?(venv|ensurepip)|ensurepip is disabled",
        "This Python cannot make a virtual environment. On Debian or Ubuntu run 'apt install python3-venv', "
        f"elsewhere install Python from python.org, {_AGAIN}.",
    ),
    (  # pip's words for it: where uv alone finds no way out, pip may know the proxy
        "NewConnectionError|NameResolution|ConnectTimeout|ReadTimeout|ProxyError",
        f"The packages could not be downloaded, since there is no network: connect (or set the proxy), {_AGAIN}.",
    ),
)


class Installer:
    """Makes an environment and fills it; what cannot be done is an `InputError` that says why and what to do.

    Parameters
    ----------
    python : Path
        The environment's Python.
    log : Path
        Gets what every program says; begun anew.
    held : int
        The file that keeps others waiting. Programs hold it too: one that outlives a killed set-up is waited for.
    """

    def __init__(self, python: Path, log: Path, held: int) -> None:
        self._python, self._log = str(python), log
        self._options = {} if os.name == "nt" else {"pass_fds": (held,), "start_new_session": True}
        # The interpreter behind the environment that we may be running in, since that one may just have been removed.
        self._base = getattr(sys, "_base_executable", sys.executable)
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")

    def make(self, folder: Path) -> None:
        """Make an environment that holds nothing, not even pip, which takes longer than all the rest."""
        if not self._run(self._base, "-m", "venv", "--without-pip", str(folder)):
            raise InputError(self._why())

    def install(self, part: Path, uv_part: Path, *, half_made: bool = False) -> None:
        """Install a part of the lock, by uv if there is one or it can be had.

        Parameters
        ----------
        part, uv_part : Path
            Requirements files with hashes: what is wanted, and uv itself.
        half_made : bool
            Whether an attempt has been interrupted: then uv replaces what is there, which downloads all of it again.
        """
        uv = self._uv(uv_part)
        options = ("--reinstall",) * half_made  # pip always does
        if uv and self._run(uv, "pip", *_HASHED, *options, "--python", self._python, "-r", str(part)):
            return
        if reason := self._reason():
            raise InputError(reason)
        tell("uv cannot be used here (build/logs/setup.log says why); going on with pip, which takes longer.")
        if not self._run(*self._pip(), *_BY_PIP, "-r", str(part)):
            raise InputError(self._why())

    def _uv(self, part: Path) -> str:
        """Return the uv of the environment, or one that is installed, or one brought in; empty if it cannot be had."""
        own = Path(self._python).with_name("uv.exe" if os.name == "nt" else "uv")
        found = own if own.is_file() else shutil.which("uv")
        if not found and self._run(*self._pip(), *_BY_PIP, "-r", str(part)):
            found = own
        return str(found or "")

    def _pip(self) -> tuple[str, ...]:
        """Return how to call pip: the base Python's own, or one brought into the environment."""
        if self._run(self._base, "-c", _HAS_PIP):
            return self._base, "-m", "pip", "--python", self._python
        self._run(self._python, "-m", "ensurepip")
        return self._python, "-m", "pip"

    def _run(self, *words: str) -> bool:
        """Run a program, tell from time to time what it is doing, and return whether it succeeded."""
        began = time.monotonic()
        with self._log.open("ab") as output:
            try:
                program = subprocess.Popen(
                    words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, **self._options
                )
            except OSError as error:
                output.write(f"{words[0]}: {error}\n".encode())
                return False
            try:
                while True:
                    try:
                        return program.wait(PATIENCE) == 0
                    except subprocess.TimeoutExpired:
                        tell(f"  {time.monotonic() - began:3.0f} s  {self._last_line()}".rstrip())
            finally:
                end_with_all(program)  # if it is still at work, somebody wants to stop
                program.wait()

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _last_line(self) -> str:
        line = next((line.strip() for line in reversed(self._said().splitlines()) if line.strip()), "")
        return line if len(line) < 80 else f"{line[:77]}..."

    def _reason(self) -> str:
        """Return why nothing can be installed, if the log says so."""
        said = self._said()
        return next((told for words, told in _REASONS if re.search(words, said)), "")

    def _why(self) -> str:
        *_, told = "unknown", *re.findall("(?im)^error: (.*)", self._said())  # pip, uv and venv spell it differently
        unknown = f"The packages could not be installed ({told}): see build/logs/setup.log, {_AGAIN}."
        return self._reason() or unknown
