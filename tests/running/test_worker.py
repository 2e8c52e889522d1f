"""A worker leaves what an ordinary kernel leaves, and does nothing worse."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from running.tiny import FOLDER, OUTPUT, WRITE, Project

from toe_analysis.paths import ROOT_VARIABLE
from toe_analysis.running.foreman import CAN_FORK, Foreman
from toe_analysis.running.notebooks import joined, read_notebook

SHOWN = (
    FOLDER,
    WRITE,
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "import pandas as pd\npd.DataFrame({'a': [1.5]})",
    "import sys\nprint('out')\nprint('err', file=sys.stderr)",
    "import beside\nlevel, os.path.basename(os.getcwd()), '' in sys.path, __name__, beside.what",
    "import seaborn as sns\nsns.barplot(x=['a', 'b'], y=[1, 2])\nplt.title('Æ');",
    "from IPython.display import Markdown, display\nshown = display('a', display_id=True)\ndisplay(Markdown('*b*'))",
    "shown.update('c')\nprint('d')\n_ + 'e' if isinstance(_, str) else 'f'",
    "import asyncio\nawait asyncio.sleep(0)\nlen(Out)",
    "   ",
)

LOOKED_AT = """
import json, os, random, signal, psutil
import numpy as np
me = psutil.Process()
found = {
    "connections": len(me.net_connections()),
    "drawn": [random.random(), np.random.random()],
    "group": os.getpgid(0) == os.getsid(0) == os.getpid(),
    "threads": [os.environ["OPENBLAS_NUM_THREADS"], os.environ["OMP_NUM_THREADS"]],
    "loaded": "pandas" in __import__("sys").modules,
}
Root.current().to_process("__NAME__.csv").write_text(json.dumps(found))
"""


def shown_project(folder):
    project = Project(folder)
    (project.notebooks / "beside.py").write_text("what = 'a module beside the notebook'")
    project.add("01_made", *SHOWN, parameters="level: float = 0.9  # of it", given={"level": 0.5}, prose=["Text."])
    return project


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    project = shown_project(tmp_path_factory.mktemp("worked"))
    assert project.run(), project.log("01_made")
    return project


def test_a_worker_leaves_the_bytes_that_an_ordinary_kernel_leaves(worked, tmp_path, monkeypatch):
    project = shown_project(tmp_path)
    monkeypatch.setenv(ROOT_VARIABLE, str(project.root))
    notebook, executed = project.notebooks / "01_made.ipynb", tmp_path / "executed.ipynb"
    command = ["-m", "papermill", str(notebook), str(executed), "-k", "python3", "-p", "level", "0.5"]
    for _ in range(
        3
    ):  # a kernel can lose a wake-up and wait for ever: https://github.com/ipython/ipykernel/issues/1554
        with contextlib.suppress(subprocess.TimeoutExpired):
            options = {"cwd": project.notebooks, "capture_output": True, "timeout": 40}
            subprocess.run([sys.executable, *command], check=True, **options)
            break
    assert worked.executed("01_made") == joined(read_notebook(notebook), read_notebook(executed))


def test_figures_of_pyplot_are_in_the_notebook(worked):
    shown = [output["data"] for output in worked.outputs("01_made") if "data" in output]
    assert sum("image/png" in data for data in shown) == 2


def test_what_is_shown_again_under_its_name_stands_where_it_stood(worked):
    shown = [output["data"]["text/plain"] for output in worked.outputs("01_made") if "data" in output]
    assert ["'c'"] in shown
    assert ["'a'"] not in shown


@pytest.fixture(scope="module")
def looked(tmp_path_factory):
    """What workers find out about themselves, in two runs of two."""
    project = Project(tmp_path_factory.mktemp("looked"))
    for name in ("01_made", "02_made"):
        cell = LOOKED_AT.replace("__NAME__", name)
        project.add(name, FOLDER, cell, writes=[f"data/processed/{name}.csv"])
    found = []
    for _ in range(2):
        assert project.run(force=True), project.log("01_made")
        found += [json.loads((project.root / stage.writes[0]).read_text()) for stage in project.stages]
    return found


def test_no_port_and_no_socket_is_open(looked):
    assert [worker["connections"] for worker in looked] == [0] * 4


def test_unseeded_draws_differ_between_stages_and_runs(looked):
    for place in (0, 1):
        assert len({worker["drawn"][place] for worker in looked}) == 4


def test_a_worker_is_out_of_reach_of_ctrl_c_and_computes_on_one_core(looked):
    assert all(worker["group"] for worker in looked)
    assert all(worker["threads"] == ["1", "1"] for worker in looked)


def test_the_libraries_are_loaded_already(looked):
    assert all(worker["loaded"] for worker in looked)


@pytest.mark.skipif(not CAN_FORK, reason="each worker loads what it needs")
def test_what_later_stages_need_is_loaded_for_all_of_them_while_the_first_one_runs(tmp_path):
    project = Project(tmp_path)
    project.add("01_made", FOLDER, WRITE, "import sys\nassert 'toe_analysis.topics.size.results' not in sys.modules")
    seen = (
        "import sys\nassert 'toe_analysis.topics.size.results' in sys.modules",
        "from toe_analysis.showing import sentences\nassert sentences.compiled.cache_info().currsize",
        "from toe_analysis.topics.size import results",
    )
    write = WRITE.replace("01_made", "02_made")
    project.add("02_made", FOLDER, *seen, write, reads=[OUTPUT], writes=[OUTPUT.replace("01_made", "02_made")])
    assert project.run(foreman=None), project.log("01_made") + project.log("02_made")


@pytest.fixture(scope="module")
def spawning():
    """A foreman as on systems that cannot fork."""
    foreman = Foreman(forked=False)
    yield foreman
    foreman.end()


def test_a_spawned_worker_leaves_the_same_bytes(worked, spawning, tmp_path):
    project = shown_project(tmp_path)
    assert project.run(foreman=spawning), project.log("01_made")
    assert project.executed("01_made") == worked.executed("01_made")


READS = {
    "an absolute path": "open(Root.current().raw / '{}.csv').read();",
    "a relative path": "import pandas as pd\npd.read_csv('../data/raw/{}.csv');",
    "a path of bytes": "open(b'../data/raw/{}.csv', 'rb').read();",
    "a way round": "open('../notebooks/../data/processed/../raw/{}.csv').read();",
    "the system's own call": "os.read(os.open('../data/raw/{}.csv', os.O_RDONLY), 1);",
}


@pytest.fixture(scope="module")
def readers(tmp_path_factory):
    """A stage for each way to open a file; each first opens what it lists, then another one."""
    project = Project(tmp_path_factory.mktemp("readers"))
    (project.root / "data/processed").mkdir()
    for name in ("listed", "other"):
        (project.root / f"data/raw/{name}.csv").write_text("a\n1\n")
    for number, read in enumerate(READS.values(), start=1):
        name = f"{number:02d}_made"
        cells = (FOLDER, read.format("listed"), WRITE.replace("01_made", name), read.format("other"))
        project.add(name, *cells, writes=[OUTPUT.replace("01_made", name)], reads=["data/raw/listed.csv"])
    assert not project.run()
    return project


@pytest.mark.parametrize("way", READS)
def test_a_notebook_can_open_no_data_that_its_stage_does_not_list(readers, way):
    assert readers.outcomes[f"{1 + list(READS).index(way):02d}_made"] == (
        "cell [4]: data/raw/other.csv is opened, but its stage in src/toe_analysis/running/stages.py does not list it"
    )


CHANGES = {
    "appending": "open('../data/raw/given.csv', 'a')",
    "replacing": "os.replace('../data/raw/other.csv', '../data/raw/given.csv')",
    "removing": "os.remove(b'../data/raw/given.csv')",
    "removing all": "import shutil; shutil.rmtree('../data')",
    "a link elsewhere": "os.symlink('/', '../data/raw/link')",
}


@pytest.mark.parametrize("way", CHANGES)
def test_a_notebook_changes_nothing_where_results_and_given_files_lie(tmp_path, way):
    project = Project(tmp_path)
    for name in ("given", "other"):
        (project.root / f"data/raw/{name}.csv").write_text(name)
    project.add("01_made", FOLDER, CHANGES[way], WRITE, reads=["data/raw/given.csv"])
    assert not project.run()
    assert "would be changed where it lies; write with root.to_process" in project.outcomes["01_made"]
    assert (project.root / "data/raw/given.csv").read_text() == "given"
    assert sorted(path.name for path in (project.root / "data/raw").iterdir()) == ["given.csv", "other.csv"]


def test_stages_do_not_share_variables_or_a_working_folder(tmp_path):
    project = Project(tmp_path)
    move = "import os, builtins\nos.chdir('/')\nbuiltins.left = 1\nos.environ['LEFT'] = '1'"
    project.add("01_made", FOLDER, WRITE, move)
    see = "import builtins\nassert not hasattr(builtins, 'left') and 'LEFT' not in os.environ\n"
    see += "assert os.path.basename(os.getcwd()) == 'notebooks'"
    project.add("02_after", FOLDER, see, WRITE.replace("01_made", "02_x"), writes=["data/processed/02_x.csv"])
    before = Path.cwd()
    assert project.run(jobs=1), project.outcomes
    assert Path.cwd() == before


def test_a_users_own_start_up_files_play_no_part(monkeypatch, tmp_path):
    start = tmp_path / "ipython/profile_default/startup"
    start.mkdir(parents=True)
    (start / "00.py").write_text("raise ValueError('mine')")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    project = Project(tmp_path)
    project.add("01_made", FOLDER, WRITE)
    assert project.run()
    assert "mine" not in project.log("01_made")
