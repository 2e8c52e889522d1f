"""Every way a run can end: a clear word, the last good results whole, nothing left over, and the next run completes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from running.tiny import FOLDER, OUTPUT, WRITE, Project, interrupt, wait_until

from toe_analysis.running import cache
from toe_analysis.running.sole_run import sole_run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and process groups are those of Unix")

SLOW_OUTPUT = "data/processed/02_slow.csv"
SLOW = """
from pathlib import Path
import time
Root.current().to_process('02_slow.csv').write_text('new')
gate = Root.current().path / 'gate'
(Root.current().path / 'started').write_text(str(os.getpid()))
while gate.exists():
    time.sleep(0.02)
"""


@pytest.fixture
def slow(tmp_path):
    """A project in which one stage ends at once and the other when the gate is opened, over results that are good."""
    project = Project(tmp_path)
    project.add("01_made", FOLDER, WRITE)
    project.add("02_slow", FOLDER, SLOW, writes=[SLOW_OUTPUT])
    (project.root / "data/processed").mkdir()
    for output in (OUTPUT, SLOW_OUTPUT):
        (project.root / output).write_text("last good")
    (project.root / "gate").touch()
    yield project
    for process in project.processes():  # of a test that failed
        process.kill()


def started(project, *words, **options):
    """Start a run; return when the quick stage is done and the slow one in the middle of its work."""
    begun = project.root / "started"  # is there for a moment before the number is in it
    begun.unlink(missing_ok=True)
    process = project.start(*words, **options)
    state = project.root / cache.STATE_FILE
    reached = wait_until(
        lambda: begun.exists() and begun.read_text() and state.exists() and "01_made" in state.read_text(), seconds=40
    )
    assert reached, process.communicate(timeout=10)
    return process


def completes(project):
    """Whether the next run does what is left, and only that."""
    (project.root / "gate").unlink(missing_ok=True)
    assert (project.root / OUTPUT).read_text() == "a\n1\n"
    assert (project.root / SLOW_OUTPUT).read_text() == "last good"
    assert project.run(), project.outcomes
    assert project.ran() == ["02_slow"]
    assert (project.root / SLOW_OUTPUT).read_text() == "new"
    return not list((project.root / "build").glob("staging/*"))


def worker_of(project):
    return int((project.root / "started").read_text())


def test_ctrl_c_ends_the_run_in_one_sentence(slow):
    process = started(slow)
    interrupt(process)
    out, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors == "Stopped. What was finished is whole; run the same command again to go on.\n"
    assert "Traceback" not in out
    assert slow.leaves_nothing()
    assert completes(slow)


def test_ctrl_c_while_the_foreman_loads_says_no_more(slow):
    process = slow.start()
    assert wait_until(lambda: len(slow.processes()) > 1, seconds=30)
    interrupt(process)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors.startswith("Stopped.")
    assert errors.count("\n") == 1
    assert slow.leaves_nothing()


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGTERM, 143, "Stopped. What was finished is whole; run the same command again to go on.\n"),
        (signal.SIGKILL, -signal.SIGKILL, ""),
    ],
)
def test_a_killed_run_takes_its_workers_and_its_foreman_with_it(slow, number, code, said):
    process = started(slow)
    process.send_signal(number)
    assert process.communicate(timeout=20)[1] == said
    assert process.returncode == code
    assert slow.leaves_nothing()
    assert completes(slow)


def test_a_killed_worker_fails_its_stage_alone(slow):
    process = started(slow)
    os.kill(worker_of(slow), signal.SIGKILL)
    out, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "02_slow                  FAILED: the notebook's Python process was killed from outside, or ran out" in out
    assert errors == ""
    assert slow.leaves_nothing()
    assert completes(slow)


def test_a_killed_foreman_ends_the_run_in_a_sentence_and_takes_its_workers_with_it(slow):
    process = started(slow)
    psutil.Process(worker_of(slow)).parent().kill()
    out, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "02_slow                  FAILED: the process that starts the stages was killed from outside; run" in out
    assert errors == ""
    assert wait_until(lambda: not slow.processes())
    assert completes(slow)


def test_a_foreman_that_is_killed_before_it_starts_anything_ends_the_run_in_a_sentence(slow):
    process = slow.start()
    assert wait_until(lambda: [one for one in slow.processes() if "spawn_main" in str(one.cmdline())], seconds=30)
    for one in slow.processes():
        if "spawn_main" in str(one.cmdline()):
            one.kill()
    out, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert out.count("killed from outside") == 2
    assert errors == ""
    assert slow.leaves_nothing()


def test_a_stage_over_its_limit_is_ended_with_all_that_its_notebook_started(slow):
    slow.stages.pop(0)
    slow.add(
        "02_slow", FOLDER, "import subprocess\nchild = subprocess.Popen(['sleep', '300'])", SLOW, writes=[SLOW_OUTPUT]
    )
    slow.stages.pop(0)
    code, out, _ = slow.command(before="runner.TIME_LIMIT = 3")
    assert code == 1
    assert "02_slow                  FAILED: the stage took longer than its limit of 3 s" in out
    assert slow.leaves_nothing()
    assert (slow.root / SLOW_OUTPUT).read_text() == "last good"


def test_a_reader_that_goes_away_ends_the_run_quietly(slow):
    process = slow.start(stdout=subprocess.PIPE)
    assert process.stdout.readline().startswith("01_made")
    process.stdout.close()
    (slow.root / "gate").unlink()
    with process.stderr:
        errors = process.stderr.read()
    assert process.wait(timeout=20) == 141
    assert errors == ""
    assert slow.leaves_nothing()


def test_a_full_disk_while_the_notebook_is_saved_keeps_the_last_good_results(tmp_path):
    project = Project(tmp_path)
    (project.root / "data/processed").mkdir()
    (project.root / OUTPUT).write_text("last good")
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
    project.add("01_made", FOLDER, limit, "print('x' * 5000)", WRITE)
    assert not project.run()
    assert project.outcomes["01_made"] == "it could not write its results: File too large"
    assert (project.root / OUTPUT).read_text() == "last good"
    assert not list((project.root / "build").glob("staging/*"))


def test_a_full_disk_while_the_state_is_kept_ends_the_run_in_one_sentence(slow):
    (slow.root / "gate").unlink()
    full = "runner.cache.write_atomically = lambda path, content: open('/dev/full', 'w').write('x' * 1_000_000)"
    code, _, errors = slow.command(before=full)
    assert code == 1
    assert errors.startswith("The run had to stop, since")
    assert errors.endswith("No space left on device.\n")
    assert slow.leaves_nothing()
    assert slow.run()
    assert slow.ran() == ["01_made", "02_slow"]


def test_a_folder_counts_as_no_state_and_elsewhere_is_named_and_not_what_was_to_take_its_place(slow):
    (slow.root / "gate").unlink()
    (slow.root / cache.STATE_FILE / "within").mkdir(parents=True)
    assert slow.command()[0] == 0
    summary = slow.root / "build/summary.txt"
    summary.unlink()
    summary.mkdir()
    code, told, errors = slow.command()  # nothing but the closing lines is left to do
    assert told.count("up to date") == 2
    assert code == 1
    assert errors == f"The run had to stop, since {summary} could not be written or read: Is a directory.\n"


def test_an_output_that_cannot_be_written_fails_its_stage_before_any_is_replaced(tmp_path):
    project = Project(tmp_path)
    other = "data/processed/01_other.csv"
    project.add("01_made", FOLDER, WRITE, WRITE.replace("01_made", "01_other"), writes=[OUTPUT, other])
    (project.root / other).mkdir(parents=True)
    (project.root / OUTPUT).write_text("last good")
    assert not project.run()
    assert project.outcomes["01_made"] == f"{other} cannot be written: it is a folder"
    assert (project.root / OUTPUT).read_text() == "last good"
    (project.root / other).rmdir()
    assert project.run()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_of_results_is_named(tmp_path):
    project = Project(tmp_path)
    project.add("01_made", FOLDER, WRITE)
    (project.root / "data/processed").mkdir()
    (project.root / "data/processed").chmod(0o555)
    assert not project.run()
    (project.root / "data/processed").chmod(0o755)
    assert project.outcomes["01_made"] == f"{OUTPUT} cannot be written: read-only folder"
    assert project.run()


def test_of_two_runs_at_once_the_second_waits_and_finds_everything_done(slow):
    first = started(slow)
    second = slow.start("--explain")
    assert second.stdout.readline() == ("Another run is at work in this folder; this one waits until it has ended.\n")
    (slow.root / "gate").unlink()
    out, errors = first.communicate(timeout=20)
    assert first.returncode == 0, out + errors
    out, errors = second.communicate(timeout=20)
    assert second.returncode == 0, out + errors
    assert out.count("up to date, since nothing that it depends on has changed") == 2
    assert slow.leaves_nothing()


def test_the_lock_of_a_killed_run_is_free(tmp_path, monkeypatch):
    hold = f"import sys\nsys.path.insert(0, {str(Path(cache.__file__).parents[2])!r})\nfrom pathlib import Path\n"
    hold += "from toe_analysis.running.sole_run import sole_run\nimport time\n"
    hold += f"with sole_run(Path({str(tmp_path)!r}), ''):\n    print('held', flush=True)\n    time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    told = []

    def tell_and_kill(text):
        told.append(text)
        holder.kill()

    monkeypatch.setattr("toe_analysis.running.sole_run.tell", tell_and_kill)
    with sole_run(tmp_path, "Another one is at work"):
        assert told == ["Another one is at work; this one waits until it has ended."]
    holder.communicate()
    assert not list(tmp_path.iterdir())


def test_only_takes_one_stage_and_an_unknown_one_is_refused_with_those_there_are(slow):
    code, out, _ = slow.command("--only", "01")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["01_made"]
    code, out, errors = slow.command("--only", "07")
    assert (code, out) == (2, "")
    assert errors == "--only: expected one of 01_made, 02_slow, found '07'\n"


def test_quiet_says_nothing_when_all_is_well_names_what_fails_and_keeps_no_closing_lines_of_earlier_results(slow):
    (slow.root / "gate").unlink()
    assert slow.command()[1].endswith("All is well.\n")
    kept = slow.root / "build/summary.txt"
    assert kept.is_file()
    less = "plan.stages_left_out = lambda *given: {'02_slow': 'its facts are gone'}; "
    less += "sys.modules['toe_analysis.commands.closing'].closing_summary = lambda *given: 'Less is there.'"
    assert slow.command(before=less)[1].endswith("Less is there.\n")
    assert slow.command("--quiet", "--force") == (0, "", "")
    assert not kept.exists()
    slow.add("03_bad", "1 / 0", writes=["data/processed/03_bad.csv"])
    code, out, errors = slow.command("--quiet")
    assert code == 1
    assert out.startswith("03_bad                   FAILED: cell [1]: ZeroDivisionError: division by zero (log:")
    assert out.count("\n") == 1
    assert errors == ""
