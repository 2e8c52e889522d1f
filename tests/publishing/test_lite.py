"""The page whose Python runs in the browser: what a server gets to serve."""

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest
from edits import lay_out

from toe_analysis.publishing.lite import make_lite
from toe_analysis.running.cache import package_files
from toe_analysis.running.stages import STAGES

#: Runs a notebook, cell by cell, in a Python that can do no more than a browser's: start no process and no thread.
BROWSER = """
import json, subprocess, sys, threading
import IPython, matplotlib.figure, pandas, scipy.stats, statsmodels.api  # they look for the real system

def none(*words, **options):
    raise OSError(138, "emscripten does not support processes")

shell = IPython.InteractiveShell()
sys.platform, subprocess.Popen.__init__, threading.Thread.start = "emscripten", none, none
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"][1:]:
    if cell["cell_type"] == "code":
        shell.run_cell("".join(cell["source"])).raise_error()
"""

EXERCISE = "04_fishers_test"


@pytest.fixture(scope="module")
def page(project, tmp_path_factory):
    pytest.importorskip("jupyterlite_core", reason="the optional extra 'lite' is not installed")
    copy = tmp_path_factory.mktemp("lite")
    lay_out(project, copy, "src", "data", "notebooks", "docs", "run_all.py", "pyproject.toml", "README.md", "LICENSE")
    for path in (copy / "notebooks/exercises").glob("*.ipynb"):
        if path.stem != EXERCISE:  # one is enough: `teach`, which runs them all first, has tests of its own
            path.unlink()
    (copy / "data/raw/class_a.csv").write_text("coded by Anna\n")  # a guest, for notebook 6
    assert make_lite(copy, argparse.Namespace(jobs=2)) == 0, (copy / "build/logs/lite.log").read_text(encoding="utf-8")
    return copy / "build/lite/site"


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def test_every_notebook_of_the_study_is_there_with_what_it_reads_and_first_fetches_its_packages(page, project):
    listed = json.loads((page / "api/contents/notebooks/all.json").read_text(encoding="utf-8"))["content"]
    names = {path.name for path in (project / "notebooks").glob("*.ipynb")}
    assert {one["name"] for one in listed} == names
    assert (page / "files/run_all.py").is_file()
    for folder in ("data/raw", "data/processed"):
        there = {path.name for path in (page / "files" / folder).iterdir()}
        assert there == {path.name for path in (project / folder).iterdir()}
    for name in names:
        fetch, *rest = cells(page / "files/notebooks" / name)
        assert fetch["source"][0].startswith("%pip install -q toe-analysis matplotlib")
        assert rest == cells(project / "notebooks" / name)


def test_a_notebook_fetches_all_that_it_imports(page, project):
    needs = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    code, fetched = "", " ".join(needs)
    for path in (page / "files/notebooks").glob("*.ipynb"):
        fetch, *rest = cells(path)
        fetched += fetch["source"][0]
        code += "\n".join("".join(cell["source"]) for cell in rest if cell["cell_type"] == "code") + "\n"
    modules = [ast.parse(path.read_text(encoding="utf-8")) for path in package_files(code) if path.suffix == ".py"]
    nodes = [node for module in modules for node in ast.walk(module)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    owners = metadata.packages_distributions()
    imported = {owner.lower() for name in names for owner in owners.get(name.partition(".")[0], ())}
    assert "pandas" in imported
    assert {name for name in imported if name not in fetched} <= {"pyarrow"}  # for an export of one's own as Parquet


def test_a_notebook_that_reads_the_export_runs_where_no_process_can_be_started(page, project, tmp_path):
    root = shutil.copytree(page / "files", tmp_path / "files")
    stage = next(stage for stage in STAGES if "data/raw/survey_export.xlsx" in stage.reads)
    environment = os.environ | {"PYTHONPATH": str(project / "src"), "IPYTHONDIR": str(tmp_path / "profile")}
    words, there = [sys.executable, "-c", BROWSER, str(root / stage.notebook)], root / "notebooks"
    ended = subprocess.run(words, cwd=there, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert ended.returncode == 0, ended.stdout[-2_000:] + ended.stderr[-2_000:]
    assert all((root / path).read_bytes() == (project / path).read_bytes() for path in stage.tables)


def test_the_package_is_served_from_the_page_itself(page):
    (wheel,) = (page / "pypi").glob("toe_analysis-*.whl")
    assert wheel.name in (page / "pypi/all.json").read_text(encoding="utf-8")
    assert "pypi/all.json" in (page / "jupyter-lite.json").read_text(encoding="utf-8")


def test_students_get_their_exercises_without_what_sets_up_a_computer(page):
    there = {path.name for path in (page / "files/opgaver").iterdir()}
    assert {"tjek.py", "dansk.py", "hjaelp.py"} <= there
    assert not there & {"start.py", "start.cmd", "requirements.lock"}
    assert "ipywidgets==" in cells(page / f"files/opgaver/{EXERCISE}.ipynb")[0]["source"][0]
