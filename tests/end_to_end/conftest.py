import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from edits import lay_out
from this_study import PROJECT

from toe_analysis.commands.line import main

PARTS = ("run_all.py", "pyproject.toml", "requirements.lock", "README.md", "data", "notebooks", "src", "figures")


class Copy:
    """A throw-away copy of the project, used as a person would: by its command line."""

    def __init__(self, path: Path):
        self.path = path
        lay_out(PROJECT, path, *PARTS)

    def run(self, *words, python=sys.executable, **options):
        command = [python, "run_all.py", *map(str, words)]
        return subprocess.run(command, cwd=self.path, capture_output=True, encoding="utf-8", check=False, **options)

    def files(self, *folders):
        found = [path for folder in folders for path in (self.path / folder).rglob("*") if path.is_file()]
        return {path.relative_to(self.path).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def copy(tmp_path):
    (tmp_path / "copy").mkdir()
    return Copy(tmp_path / "copy")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A copy without any result, in which the study has been run once."""
    copy = Copy(tmp_path_factory.mktemp("finished"))
    for folder in ("data/processed", "figures"):
        shutil.rmtree(copy.path / folder)
    # Neither has a say in the results; the committed ones were made with another number.
    copy.ended = copy.run("--jobs", 3, env=os.environ | {"MPLBACKEND": "none-such"})
    return copy


@pytest.fixture
def told(capsys):
    """Carry out a command in this process; return the exit code, what is said and what is wrong."""

    def told(project, *words):
        try:
            code = main(project, [*map(str, words)])
        except SystemExit as ended:
            code = ended.code
        return code, *capsys.readouterr()

    return told
