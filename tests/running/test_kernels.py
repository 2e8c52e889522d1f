"""What a forked kernel may not do worse than an ordinary one."""

import json
import os
import stat
from pathlib import Path

import pytest
from running.tiny import FOLDER, WRITE, Project

from toe_analysis.running import kernels

pytestmark = pytest.mark.skipif(not kernels.CAN_FORK, reason="ordinary kernels are all there is")

SHOWN = (
    FOLDER,
    WRITE,
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "import pandas as pd\npd.DataFrame({'a': [1.5]})",
    "import sys\nprint('out')\nprint('err', file=sys.stderr)",
    "level, os.path.basename(os.getcwd()), sys.path[0], __name__",
    "import seaborn as sns\nsns.barplot(x=['a', 'b'], y=[1, 2])\nplt.title('Æ');",
)

LOOKED_AT = """
import json, os, random, signal, psutil
import numpy as np
me = psutil.Process()
found = {
    "tcp": len(me.net_connections("tcp")),
    "drawn": [random.random(), np.random.random()],
    "group": os.getpgid(0) == os.getsid(0) and os.getpgid(0) != __RUNNER__,
    "threads": [os.environ["OPENBLAS_NUM_THREADS"], os.environ["OMP_NUM_THREADS"]],
    "loaded": "pandas" in __import__("sys").modules,
}
Root.current().to_process("__NAME__.csv").write_text(json.dumps(found))
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same notebook under both kinds of kernel."""
    made = {}
    for forked in (True, False):
        project = Project(tmp_path_factory.mktemp("kind"))
        project.add("01_made", *SHOWN, parameters="level: float = 0.9  # of it", given={"level": 0.5}, prose=["Text."])
        assert project.run(forked=forked), project.log("01_made")
        made[forked] = project
    return made


def test_both_kinds_of_kernel_leave_the_same_bytes(both):
    assert both[True].executed("01_made") == both[False].executed("01_made")


def test_figures_of_pyplot_are_in_the_notebook(both):
    shown = [output["data"] for output in both[True].outputs("01_made") if "data" in output]
    assert sum("image/png" in data for data in shown) == 2


def test_nothing_warns_of_an_open_port_in_the_output_or_the_log(both):
    for project in both.values():
        assert "TCP" not in project.log("01_made")
        assert b"Warning" not in project.executed("01_made")


@pytest.fixture(scope="module")
def looked(tmp_path_factory):
    """What forked kernels find out about themselves, in two runs of two."""
    project = Project(tmp_path_factory.mktemp("looked"))
    for name in ("01_made", "02_made"):
        cell = LOOKED_AT.replace("__NAME__", name).replace("__RUNNER__", str(os.getpid()))
        project.add(name, FOLDER, cell, writes=[f"data/processed/{name}.csv"])
    found = []
    for _ in range(2):
        assert project.run(force=True), project.log("01_made")
        found += [json.loads((project.root / stage.writes[0]).read_text()) for stage in project.stages]
    return found


def test_no_tcp_port_is_open(looked):
    assert [kernel["tcp"] for kernel in looked] == [0] * 4


def test_unseeded_draws_differ_between_stages_and_runs(looked):
    for place in (0, 1):
        assert len({kernel["drawn"][place] for kernel in looked}) == 4


def test_a_kernel_is_out_of_reach_of_ctrl_c_and_computes_on_one_core(looked):
    assert all(kernel["group"] for kernel in looked)
    assert all(kernel["threads"] == ["1", "1"] for kernel in looked)


def test_the_libraries_are_loaded_already(looked):
    assert all(kernel["loaded"] for kernel in looked)


def test_what_children_of_a_notebook_print_is_in_the_notebook(tmp_path):
    project = Project(tmp_path)
    child = "child = os.fork()\nif not child:\n    print('from the child', flush=True)\n    os._exit(0)\n"
    project.add("01_made", FOLDER, WRITE, child + "import time\nos.waitpid(child, 0)\ntime.sleep(0.3);")
    assert project.run(), project.log("01_made")
    assert "from the child" in str(project.outputs("01_made"))


@pytest.mark.parametrize("forked", [True, False])
def test_a_notebook_can_open_no_data_that_its_stage_does_not_list(tmp_path, forked):
    project = Project(tmp_path)
    for name in ("listed", "other"):
        (project.root / f"data/raw/{name}.csv").write_text("a\n1\n")
    read = "import pandas as pd\npd.read_csv(Root.current().raw / '{}.csv');"
    project.add("01_made", FOLDER, read.format("listed"), WRITE, read.format("other"), reads=["data/raw/listed.csv"])
    assert not project.run(forked=forked)
    assert project.outcomes["01_made"] == (
        "cell [4]: data/raw/other.csv is opened, but its stage in src/toe_analysis/running/stages.py does not list it"
    )


OVERLOOK_ONE = """
from ipykernel.kernelapp import IPKernelApp
stream, held = IPKernelApp.instance().kernel.shell_stream, []
look = stream._recv_callback
async def overlook(message):
    held.append(message)
    if len(held) > 1:
        stream._recv_callback = look
        for each in held:
            await look(each)
stream._recv_callback = overlook
"""


def test_a_kernel_that_overlooks_a_request_is_spoken_to_again(tmp_path):
    project = Project(tmp_path)
    project.add("01_made", OVERLOOK_ONE, FOLDER + "\nheld = len(held)", WRITE, "held")
    assert project.run(time_limit=30), project.outcomes
    *_, shown = project.outputs("01_made")
    assert shown["data"]["text/plain"] == ["2"]


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


def test_sockets_lie_in_a_folder_of_ones_own_whose_name_is_short(monkeypatch, tmp_path):
    monkeypatch.setattr(kernels.tempfile, "gettempdir", lambda: str(tmp_path / ("long" * 25)))
    with kernels.socket_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert len(os.fsencode(folder / "1234567-5")) < 100
    assert not folder.exists()


def test_a_long_temporary_folder_does_not_keep_a_stage_from_running(monkeypatch, tmp_path):
    (tmp_path / ("long" * 25)).mkdir()
    monkeypatch.setattr(kernels.tempfile, "gettempdir", lambda: str(tmp_path / ("long" * 25)))
    project = Project(tmp_path)
    project.add("01_made", FOLDER, WRITE)
    assert project.run()
    assert not any((tmp_path / ("long" * 25)).iterdir())


def test_a_users_own_start_up_files_play_no_part(monkeypatch, tmp_path):
    start = tmp_path / "ipython/profile_default/startup"
    start.mkdir(parents=True)
    (start / "00.py").write_text("raise ValueError('mine')")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    project = Project(tmp_path)
    project.add("01_made", FOLDER, WRITE)
    assert project.run()
    assert "mine" not in project.log("01_made")
