"""Somebody ends the program at any moment, again and again: what it left is whole, and the next run completes."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from end_to_end.conftest import Copy
from survey.reading.workbooks import sheet_of, write_sheets

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(os.name == "nt", reason="signals are those of Unix"),
]

KILLS = 11
SWEEP = "name,dont_know\none,as_no\ntwo,\n"


@pytest.fixture(scope="module")
def copied(tmp_path_factory, questionnaire, recipe):
    from toe_analysis.survey.synthetic.world import synthetic_answers

    copy = Copy(tmp_path_factory.mktemp("killed"))
    write_sheets(copy.path / "own.xlsx", {"Ark1": sheet_of(questionnaire, synthetic_answers(recipe))})
    done = copy.run("--responses", "own.xlsx", "--only", "02", "--jobs", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    return copy


def kept(copy, folders):
    """Every finished file of these folders; what a killed run was about to write is not finished."""
    return {
        name: content
        for name, content in copy.files(*folders).items()
        if "/build/" not in name and "release.unfinished/" not in name and not name.endswith(".tmp")
    }


@pytest.mark.parametrize(
    ("words", "folders"),
    [
        (("--force", "--only", "02", "--jobs", "2"), ("data", "figures")),
        (("--responses", "own.xlsx", "--force", "--only", "02", "--jobs", "2"), ("private",)),
        (("release", "--run", "own"), ("private",)),
        (("--sweep", "sweep.csv", "--only", "02"), ("data", "figures", "build/sweep")),
    ],
    ids=["plain run", "private run", "release", "sweep"],
)
def test_what_a_killed_command_leaves_is_whole_and_the_next_one_completes(copied, words, folders, record_property):
    (copied.path / "sweep.csv").write_text(SWEEP)
    started = time.monotonic()
    done = copied.run(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    seconds, expected = time.monotonic() - started, kept(copied, folders)
    draw = random.Random(" ".join(words))
    for number in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "run_all.py", *words],
            cwd=copied.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            process.communicate(timeout=draw.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            process.send_signal([signal.SIGKILL, signal.SIGTERM][number % 2])
        _, said = process.communicate(timeout=60)
        assert "Traceback" not in said
        left = kept(copied, folders)
        changed = [name for name in left if left[name] != expected.get(name)]
        assert [name for name in changed if not name.startswith("private/published.json")] == []
        if "private/published.json" in left:
            assert json.loads(left["private/published.json"])
    done = copied.run(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert kept(copied, folders) == expected
    assert not [name for name in copied.files("private", "data") if name.endswith(".tmp") or "unfinished" in name]
    record_property("kills survived", KILLS)
