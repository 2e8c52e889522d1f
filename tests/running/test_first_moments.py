"""Ctrl-C before a run is at work, and where another program is."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from running.tiny import SOURCE

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of Unix")


def started(*words, **options):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, *map(str, words)], **pipes, **options)


@pytest.fixture
def sleeper(project, tmp_path):
    """The project's `run_all.py` beside a package that takes a minute to load."""
    slow = tmp_path / "src/toe_analysis/__init__.py"
    slow.parent.mkdir(parents=True)
    slow.write_text("import time\nprint('loads', flush=True)\ntime.sleep(60)\n")
    return Path(shutil.copy(project / "run_all.py", tmp_path))


def test_a_run_that_is_interrupted_while_the_package_loads_ends_without_a_word(sleeper):
    process = started(sleeper)
    assert process.stdout.readline() == "loads\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30)[1] == ""
    assert process.returncode == -signal.SIGINT


def test_pytest_and_jupyterlab_answer_ctrl_c_themselves_and_in_their_own_time(tmp_path):
    (tmp_path / "test_slow.py").write_text(
        "import time\n"
        "def test_slow():\n"
        "    try:\n        print('on', flush=True)\n        time.sleep(60)\n"
        "    finally:\n        time.sleep(1)\n        print('tidied up', flush=True)\n"
    )
    code = (
        "from pathlib import Path; from argparse import Namespace; "
        "from toe_analysis.commands import line, other_programs; "
        "given = Namespace(further=['-sq', '-p', 'no:cacheprovider']); "
        "raise SystemExit(line.carried_out(lambda: other_programs.test(Path.cwd(), given)))"
    )
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    process = started("-c", code, cwd=tmp_path, env=environment, start_new_session=True)
    assert process.stdout.readline() == "on\n"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal tells it to all that stand in the foreground
    said = process.communicate(timeout=30)[0]
    assert said.startswith("tidied up\n")
    assert "no tests ran" in said
    assert process.returncode == pytest.ExitCode.INTERRUPTED
