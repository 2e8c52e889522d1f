"""Who installs, what is said meanwhile, and what when it fails: every program is played."""

import os
import re
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from running.tiny import wait_until

from toe_analysis.commands import installing
from toe_analysis.errors import InputError

DONE = ("", 0)
#: Stands for the file that keeps others waiting.
HELD = os.open(os.devnull, os.O_RDONLY)
NO_NETWORK = (
    "WARNING: Retrying after connection broken by 'NewConnectionError(...)'\nERROR: No matching distribution",
    1,
)


class Programs:
    """Plays the programs by what they are asked: what each prints, its exit code, and the seconds it takes."""

    def __init__(self):
        self.asked = []
        self.play = {}
        self.seconds = 0.0

    def __call__(self, words, stdout, **options):
        kind = self.kind([Path(word).name for word in words])
        self.asked.append(kind)
        said, self.code = self.play.get(kind, DONE)
        stdout.write(said.encode())
        stdout.flush()
        self.left = self.seconds
        return self

    def kind(self, names):
        if names[1] == "-c":
            return "has pip"
        if "install" not in names:
            return " ".join(names[1:3])
        return f"{'uv' if names[0].startswith('uv') else 'pip'} {names[-1]}"

    def wait(self, seconds=None):
        if seconds and self.left > 0:
            self.left -= seconds
            raise subprocess.TimeoutExpired("program", seconds)
        return self.code


@pytest.fixture
def programs(monkeypatch):
    played = Programs()
    monkeypatch.setattr(installing.subprocess, "Popen", played)
    monkeypatch.setattr(installing, "end_with_all", lambda program: None)
    monkeypatch.setattr(installing.shutil, "which", lambda name: None)
    return played


@pytest.fixture
def install(tmp_path):
    def install():
        installer = installing.Installer(tmp_path / "bin/python", tmp_path / "build/logs/setup.log", HELD)
        installer.make(tmp_path)
        installer.install(tmp_path / "part.lock", tmp_path / "uv.lock")

    return install


def test_pip_brings_uv_and_uv_installs_the_rest(programs, install, capsys):
    install()
    assert programs.asked == ["-m venv", "has pip", "pip uv.lock", "uv part.lock"]
    assert capsys.readouterr().out == ""


def test_a_uv_that_is_installed_is_used(programs, install, monkeypatch):
    monkeypatch.setattr(installing.shutil, "which", lambda name: f"/opt/somewhere/{name}")
    install()
    assert programs.asked == ["-m venv", "uv part.lock"]


def test_the_uv_of_the_environment_itself_comes_first(programs, install, tmp_path, monkeypatch):
    monkeypatch.setattr(installing.shutil, "which", lambda name: f"/opt/somewhere/{name}")
    (tmp_path / "bin").mkdir()
    for name in ("uv", "uv.exe"):
        (tmp_path / "bin" / name).touch()
    install()
    assert programs.asked == ["-m venv", "uv part.lock"]


@pytest.mark.parametrize(
    "play",
    [
        {"uv part.lock": ("error: Request failed after 3 retries\n  cause: Connection refused (os error 111)", 2)},
        {"pip uv.lock": ("ERROR: No matching distribution found for uv", 1)},
    ],
    ids=["uv finds no way out", "there is no uv for this system"],
)
def test_where_uv_fails_pip_goes_on_and_one_line_says_so(programs, install, capsys, play):
    programs.play = play
    install()
    assert programs.asked[-1] == "pip part.lock"
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("uv cannot be used here (build/logs/setup.log says why); going on with pip")


def test_a_uv_that_cannot_be_started_is_no_reason_to_stop(programs, install, monkeypatch):
    def start(words, **options):
        if Path(words[0]).name == "uv":
            raise OSError(8, "Exec format error")
        return programs(words, **options)

    monkeypatch.setattr(installing.subprocess, "Popen", start)
    install()
    assert programs.asked[-1] == "pip part.lock"


def test_a_python_without_pip_gets_it_from_ensurepip(programs, install):
    programs.play = {"has pip": ("", 1)}
    install()
    assert programs.asked == ["-m venv", "has pip", "-m ensurepip", "pip uv.lock", "uv part.lock"]


@pytest.mark.parametrize(
    ("play", "last", "told"),
    [
        ({"pip uv.lock": NO_NETWORK}, "pip uv.lock", "The packages could not be downloaded, since there is no network"),
        (
            {"uv part.lock": ("error: Failed to download `idna`\n  cause: Hash mismatch for `idna==3.11`", 1)},
            "uv part.lock",
            "A downloaded package is not the one in requirements.lock",
        ),
        (
            {"pip uv.lock": ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", 1)},
            "pip uv.lock",
            "A downloaded package is not the one in requirements.lock",
        ),
        (
            {"uv part.lock": ("  cause: No space left on device (os error 28)", 1)},
            "uv part.lock",
            "The disk is full: free about 1.5 GB",
        ),
        (
            {"-m venv": ("/usr/bin/python3: No module named venv", 1)},
            "-m venv",
            "This Python cannot make a virtual environment.",
        ),
        (
            {
                "has pip": ("", 1),
                "-m ensurepip": ("/usr/bin/python3: No module named ensurepip", 1),
                "pip uv.lock": ("No module named pip", 1),
            },
            "pip uv.lock",
            "This Python cannot make a virtual environment.",
        ),
        (
            {"uv part.lock": ("error: broken", 1), "pip part.lock": ("Collecting idna\nERROR: it is Friday", 1)},
            "pip part.lock",
            "The packages could not be installed (it is Friday): see build/logs/setup.log",
        ),
        (
            {"-m venv": ("Error: 'utf-8' codec can't encode characters", 1)},
            "-m venv",
            "The packages could not be installed ('utf-8' codec can't encode characters): see build/logs/setup.log",
        ),
        (
            {"uv part.lock": ("", 1), "pip part.lock": ("", 1)},
            "pip part.lock",
            "The packages could not be installed (unknown): see build/logs/setup.log",
        ),
    ],
)
def test_each_fault_ends_in_one_sentence_at_once(programs, install, play, last, told):
    programs.play = play
    with pytest.raises(InputError, match=f"^{re.escape(told)}") as error:
        install()
    assert programs.asked[-1] == last
    assert "run the same command again" in str(error.value)
    assert "\n" not in str(error.value)


def test_no_minute_passes_in_silence(programs, tmp_path, capsys):
    programs.seconds = 12
    programs.play = {"-m venv": ("Resolved 96 packages\n Downloading scipy (33.7MiB)\n\n", 0)}
    installing.Installer(tmp_path / "python", tmp_path / "setup.log", HELD).make(tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("s", 1)[1].strip() for line in lines] == ["Downloading scipy (33.7MiB)"] * 3


def test_who_stops_it_stops_the_program_too_with_all_that_it_has_started(tmp_path, monkeypatch):
    script = tmp_path / "slow.py"
    script.write_text(
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('Downloading', child.pid, flush=True)\n"
        "time.sleep(60)"
    )
    started = []
    real = subprocess.Popen

    def start(words, **options):
        started.append(real([sys.executable, script], **options))
        return started[-1]

    def interrupt(text):
        if "Downloading" in text:
            raise KeyboardInterrupt

    monkeypatch.setattr(installing.subprocess, "Popen", start)
    monkeypatch.setattr(installing, "tell", interrupt)
    monkeypatch.setattr(installing, "PATIENCE", 0.05)
    with pytest.raises(KeyboardInterrupt):
        installing.Installer(tmp_path / "python", tmp_path / "setup.log", HELD).make(tmp_path)
    assert started[0].poll() is not None
    child = int((tmp_path / "setup.log").read_text().split()[1])
    assert os.name == "nt" or wait_until(
        lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
    )
