"""The system asks for the end before a run is at work: one sentence and the code of the signal, at every moment."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running.tiny import SOURCE, wait_until

NOTHING_HALF_DONE = "Stopped. Nothing is half done; run the same command again.\n"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of Unix")


def started(*words, **options):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, *map(str, words)], **pipes, **options)


def ended(process, number=signal.SIGTERM):
    process.send_signal(number)
    return process.communicate(timeout=30)[1], process.returncode


@pytest.fixture
def sleeper(project, tmp_path):
    """The project's `run_all.py` beside a package that takes a minute to load."""
    slow = tmp_path / "src/toe_analysis/__init__.py"
    slow.parent.mkdir(parents=True)
    slow.write_text("import time\nprint('loads', flush=True)\ntime.sleep(60)\n")
    return Path(shutil.copy(project / "run_all.py", tmp_path))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_ended_while_the_package_loads_says_so(number, sleeper):
    process = started(sleeper)
    assert process.stdout.readline() == "loads\n"
    assert ended(process, number) == (NOTHING_HALF_DONE, 128 + number)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells from when on a signal is heard")
def test_whatever_the_moment_the_end_is_told_in_one_sentence(project):
    def is_heard(process):
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        (caught,) = [int(line.split()[1], 16) for line in lines if line.startswith("SigCgt:")]
        return caught >> (signal.SIGTERM - 1) & 1

    for seconds in (0, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5):
        process = started("run_all.py", "check", cwd=project)
        assert wait_until(lambda process=process: is_heard(process))
        time.sleep(seconds)
        if process.poll() == 0:
            break  # a fast machine: all is done
        errors, code = ended(process)
        assert (code, errors.count("\n")) == (143, 1), (seconds, errors)
        assert errors.startswith("Stopped. ")
    assert seconds > 0.1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_whoever_is_asked_to_end_while_another_python_takes_over_says_so_then(number, sleeper):
    takes_over = "import os, sys, time; print('on', flush=True); time.sleep(0.3); os.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-c", takes_over, sys.executable, str(sleeper)]
    code = "import sys; from toe_analysis.commands.setup import hand_over; hand_over(sys.argv[1:])"
    process = started("-c", code, *command, env=os.environ | {"PYTHONPATH": str(SOURCE)})
    assert process.stdout.readline() == "on\n"
    assert ended(process, number) == (NOTHING_HALF_DONE, 128 + number)


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
