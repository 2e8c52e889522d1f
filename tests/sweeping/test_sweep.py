import contextlib
import gc
import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import Future
from types import SimpleNamespace

import psutil
import pytest
from running.tiny import OUTPUT, SOURCE, Project, interrupt, wait_until

from toe_analysis.commands.line import main, parse
from toe_analysis.errors import InputError
from toe_analysis.running.foreman import Foreman
from toe_analysis.running.stages import Stage
from toe_analysis.sweeping.conclusions import Conclusion
from toe_analysis.sweeping.file import read_sweep
from toe_analysis.sweeping.item import run_item
from toe_analysis.sweeping.sweep import _plan, _up_to_date, _with_files, sweep

PARAMETERS = "level: float = 0.5  # what it says\nmarker: str = ''  # a file that tells which process is at work"
#: Says its level; with a marker it is at work for long the first time, so that it can be killed.
CELL = """
import os, pathlib, time
from toe_analysis.paths import Root
if marker and not pathlib.Path(marker).exists():
    pathlib.Path(marker + '.new').write_text(str(os.getpid()))
    os.replace(marker + '.new', marker)
    time.sleep(60)
1 / level
out = Root.current().to_process('01_made.csv')
out.parent.mkdir(parents=True)
given = (Root.current().raw / 'given.csv').read_text()
out.write_text(f'row,says,basis\\na,{given} {level > 0.4},published\\n')
"""
SCRIPT = """
if __name__ == "__main__":
    import sys
    from pathlib import Path
    from toe_analysis.commands.line import parse
    from toe_analysis.sweeping.conclusions import Conclusion
    from toe_analysis.running.stages import Stage
    from toe_analysis.sweeping.sweep import _up_to_date, sweep
    stages = [Stage("01_made", ("data/raw/given.csv",), ("data/processed/01_made.csv",))]
    conclusions = [Conclusion("01_made", ".csv", "says", ("row",))]
    sys.exit(sweep(Path.cwd(), parse(["run", *sys.argv[1:]]), stages, conclusions))
"""


def options(*words):
    return parse(["run", *words])


class Sweep(Project):
    def __init__(self, path):
        super().__init__(path)
        self.add("01_made", CELL, parameters=PARAMETERS, reads=["data/raw/given.csv"])
        (self.root / "data/raw/given.csv").write_text("given")
        (self.root.parent / "script.py").write_text(SCRIPT)

    @property
    def environment(self):
        return os.environ | {"PYTHONPATH": str(SOURCE), "TMPDIR": str(self.temporary)}

    def begin(self, text, *words):
        (self.root / "mine.csv").write_text(textwrap.dedent(text))
        command = [sys.executable, str(self.root.parent / "script.py"), "--sweep", "mine.csv", *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self.root, env=self.environment, start_new_session=True, **pipes)

    def sweep(self, text, *words):
        process = self.begin(text, *words)
        out, errors = process.communicate(timeout=150)
        assert errors == ""
        return process.returncode, out

    @property
    def results(self):
        folder = self.root / "build/sweep/mine"
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.csv")}


DESIGNS = "name,true_share,baseline_share,alpha\nb,1,0.5,\na,1,0.5,0.1\n"
ROWS = "name,level\nhigh,0.9\nnull,0\nlow,0.1\n"
TABLE = """\
stage,conclusion,about,high,null,low,changes,basis
01_made,a,says,given True,failed,given False,yes,published
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    project = Sweep(tmp_path_factory.mktemp("plain"))
    (project.root / "build/sweep/mine/old").mkdir(parents=True)
    project.code, project.out = project.sweep(ROWS, "--jobs", "2")
    return project


def test_a_sweep_runs_each_row_in_a_root_of_its_own_and_lays_the_conclusions_side_by_side(plain):
    assert "1 of 1 conclusions change over the 2 of 3 runs that succeeded." in plain.out
    assert "01_made: a says: given True (high) / failed (null) / given False (low) [published]" in plain.out
    assert plain.results == {
        "conclusions.csv": TABLE.encode(),
        "high/data/processed/01_made.csv": b"row,says,basis\na,given True,published\n",
        "low/data/processed/01_made.csv": b"row,says,basis\na,given False,published\n",
    }
    assert not (plain.root / "data/processed").exists()
    assert not (plain.root / "build/sweep/mine/old").exists()
    assert plain.leaves_nothing()


def test_a_run_that_fails_is_named_and_leaves_its_log(plain):
    assert plain.code == 1
    # Python 3.14 does not say "float" any more.
    assert "null                     FAILED: 01_made: cell [3]: ZeroDivisionError: " in plain.out
    assert "division by zero" in plain.out
    assert "(log: build/sweep/mine/null/build/logs)" in plain.out
    assert "ZeroDivisionError" in (plain.root / "build/sweep/mine/null/build/logs/01_made.log").read_text()


def made_here(project, rows, capsys):
    """Sweep in this very process; return the exit code and what it says."""
    (project.root / "mine.csv").write_text(rows)
    asked = options("--sweep", str(project.root / "mine.csv"), "--jobs", "1")
    says = [Conclusion("01_made", ".csv", "says", ("row",))]
    return sweep(project.root, asked, project.stages, says), capsys.readouterr().out


def test_a_sweep_that_leaves_no_conclusion_says_so_and_counts_none(tmp_path, capsys):
    code, said = made_here(Sweep(tmp_path), "name,level\nnull,0\n", capsys)
    assert code == 1
    assert said.endswith("\nNo run left a conclusion to compare; what each left is in build/sweep/mine/.\n")
    assert "0 of 0" not in said


def test_it_is_said_that_a_plain_run_would_spare_a_sweep_work_and_only_where_it_would(tmp_path, capsys):
    project = Sweep(tmp_path)
    told = "1 of 1 stages are not as a plain run leaves them now"
    assert told not in made_here(project, "name,level\nhigh,0.9\n", capsys)[1]
    assert told in made_here(project, "name,level\nsame,\n", capsys)[1]
    assert project.run()
    assert told not in made_here(project, "name,level\nsame,\n", capsys)[1]


def test_a_sweep_that_was_stopped_does_not_stop_the_next_one_of_its_process(tmp_path, capsys, monkeypatch):
    project = Sweep(tmp_path)

    def stop(*given):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("toe_analysis.sweeping.sweep._keep", stop)
        with pytest.raises(KeyboardInterrupt):
            made_here(project, "name,level\nhigh,0.9\n", capsys)
    assert made_here(project, "name,level\nhigh,0.9\n", capsys)[0] == 0


def test_ctrl_c_ends_every_process_of_a_sweep(tmp_path):
    project = Sweep(tmp_path)
    marker = tmp_path / "at_work"
    process = project.begin(f"name,marker\nlong,{marker}\nlow,\n", "--jobs", "1")
    assert wait_until(marker.exists, 90)
    interrupt(process)
    process.communicate(timeout=60)
    assert project.leaves_nothing()
    assert not list(project.temporary.iterdir())


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A sweep of designs in this process: what it says, and its table."""
    folder = tmp_path_factory.mktemp("planned")
    (folder / "mine.csv").write_text(DESIGNS)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert sweep(folder, options("--sweep", str(folder / "mine.csv"), "--jobs", "1"), stages=()) == 0
    return said.getvalue(), (folder / "build/sweep/mine/designs.csv").read_bytes()


def test_designs_are_planned_in_the_order_of_their_file(planned):
    said, table = planned
    rows = table.decode().splitlines()
    assert [row.split(",")[0] for row in rows] == ["name", "b", "a"]
    assert rows[1].endswith(",illustrative")
    assert said.startswith("b                        6 answers\na                        5 answers\n")


def test_an_item_whose_foreman_is_killed_fails_alone(tmp_path, plain):
    project = Sweep(tmp_path)
    marker = tmp_path / "at_work"
    process = project.begin(f"name,level,marker\nhigh,0.9,{marker}\nlow,0.1,\n", "--jobs", "1")
    assert wait_until(marker.exists, 90)
    psutil.Process(int(marker.read_text())).parent().kill()
    out, errors = process.communicate(timeout=150)
    assert (process.returncode, errors) == (1, "")
    assert "high                     FAILED: 01_made: the process that starts the stages was killed from outside" in out
    low = "low/data/processed/01_made.csv"
    assert project.results.keys() == {"conclusions.csv", low}
    assert project.results[low] == plain.results[low]


def test_a_foreman_that_nobody_asks_for_anything_ends_by_itself():
    foreman = Foreman(patience=0.1)
    assert wait_until(lambda: foreman.is_gone)
    foreman.end()


def test_what_the_last_plain_run_has_made_of_the_same_inputs_is_not_made_again(tmp_path):
    project = Sweep(tmp_path)
    assert project.run()
    items = read_sweep(csv(tmp_path, "name,level\nsame,\nother,0.9\n"), project.stages, project.notebooks)
    made = _up_to_date(project.root, project.stages)
    same, other = (_with_files(one, {"given": b""}, made) for one in items.values())
    assert same.stages == ()
    assert run_item(same).files == {"data/processed/01_made.csv": (project.root / OUTPUT).read_bytes()}
    assert [stage.name for stage in other.stages] == ["01_made"]
    assert list(other.given) == ["given"]


def csv(folder, text):
    path = folder / "variants.csv"
    path.write_text(text)
    return path


def test_designs_that_are_lost_leave_no_table_and_are_named(tmp_path, capsys):
    killed, cancelled, done = Future(), Future(), Future()
    killed.set_exception(OSError("A process was gone.\nAbruptly."))
    cancelled.cancel()
    cancelled.set_running_or_notify_cancel()
    done.set_result(None)
    names = {"a": killed, "b": done, "c": cancelled}
    executor = SimpleNamespace(submit=lambda work, future: future)
    assert _plan(names, executor, tmp_path / "designs.csv", print) == 1
    assert capsys.readouterr().out == (
        f"{'a':<24} FAILED: its worker was lost: OSError: A process was gone.\n"
        f"{'c':<24} FAILED: its worker was lost: CancelledError: the scheduler is gone\n"
    )
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers, as an administrator would start them: each worker with its nanny."""
    if not importlib.util.find_spec("distributed"):
        pytest.skip("distributed is not installed; see the extra 'cluster' in pyproject.toml")
    folder = tmp_path_factory.mktemp("cluster")
    project = Sweep(folder)
    file = folder / "scheduler.json"
    started = []

    def start(program, *words):
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--scheduler-file", str(file), "--no-dashboard"]
        with (folder / f"{program}{len(started)}.log").open("w") as log:
            pipes = {"stdout": log, "stderr": log, "start_new_session": True, "env": project.environment}
            started.append(subprocess.Popen([*command, *words], cwd=folder, **pipes))

    start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
    for number in (1, 2):
        start("dask_worker", "--nthreads", "1", "--host", "127.0.0.1", "--local-directory", str(folder / f"{number}"))
    # The file is there before it is written.
    assert wait_until(lambda: file.exists() and file.read_text().rstrip().endswith("}"), 30)
    project.address, project.workers = json.loads(file.read_text())["address"], started[1:]
    yield project
    for process in started:
        end(process)


def end(process):
    """End a process with its group, as the loss of a machine would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_workers_of_another_project_end_the_sweep_in_one_sentence(cluster, monkeypatch):
    (cluster.root / "mine.csv").write_text("name,level\nhigh,0.9\nlow,0.1\n")
    monkeypatch.setattr("toe_analysis.running.cache.package_inputs", lambda: {"numpy": "0.1"})
    asked = options("--sweep", str(cluster.root / "mine.csv"), "--scheduler", cluster.address)
    with pytest.raises(InputError, match="expected a worker with this very project"):
        sweep(cluster.root, asked, [Stage("01_made", ("data/raw/given.csv",), (OUTPUT,))], [])
    gc.collect()  # what is said only when a generator is thrown away would fail this test


def test_a_sweep_on_a_cluster_that_loses_a_worker_half_way_gives_the_same_bytes(cluster, plain):
    marker = cluster.root.parent / "at_work"
    process = cluster.begin(
        f"name,level,marker\nhigh,0.9,{marker}\nnull,0,\nlow,0.1,\n", "--scheduler", cluster.address
    )
    assert wait_until(marker.exists, 120)
    kernel = psutil.Process(int(marker.read_text()))
    above = {parent.pid for parent in kernel.parents()}
    (lost,) = [worker for worker in cluster.workers if worker.pid in above]
    end(lost)
    errors = process.communicate(timeout=150)[1]
    assert (process.returncode, errors) == (1, "")  # one item fails, as it must
    assert cluster.results == plain.results
    assert wait_until(lambda: not kernel.is_running())


def test_what_does_not_go_together_is_refused_and_nothing_is_run(tmp_path):
    for words, message in (
        (("--scheduler", "tcp://x"), "--scheduler goes with --sweep"),
        (("--sweep", "a.csv", "--study", "fjord"), "--sweep does not go with --study"),
        (("--sweep", "a.csv", "--responses", "b.xlsx"), "--sweep does not go with --responses"),
        (("--sweep", "a.csv", "--show-private", "q04"), "--sweep does not go with --show-private"),
        (("--sweep", "a.csv", "--coder-b", "b.csv"), "--sweep does not go with --coder-b"),
    ):
        with pytest.raises(InputError, match=message):
            sweep(tmp_path, options(*words))
    assert not list(tmp_path.iterdir())


def test_the_command_reports_an_unusable_file_with_exit_code_2(tmp_path, project, capsys):
    (tmp_path / "bad.csv").write_text("name,alpha\na,much\n")
    assert main(project, ["--sweep", str(tmp_path / "bad.csv")]) == 2
    assert "bad.csv, row 2, column 'alpha': expected a number" in capsys.readouterr().err
