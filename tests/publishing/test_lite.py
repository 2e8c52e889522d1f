"""The page whose Python runs in the browser: what a server gets to serve."""

import json
import shutil

import pytest

from toe_analysis.errors import InputError
from toe_analysis.publishing.lite import make_lite


@pytest.fixture(scope="module")
def page(project, tmp_path_factory):
    pytest.importorskip("jupyterlite_core", reason="the optional extra 'lite' is not installed")
    copy = tmp_path_factory.mktemp("lite")
    for name in ("src", "data", "notebooks"):
        shutil.copytree(project / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run_all.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(project / name, copy)
    student = copy / "build/teaching/student"
    shutil.copytree(copy / "notebooks/exercises", student, ignore=shutil.ignore_patterns("*.md"))
    assert make_lite(copy, None) == 0, (copy / "build/logs/lite.log").read_text(encoding="utf-8")
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


def test_the_package_is_served_from_the_page_itself(page):
    (wheel,) = (page / "pypi").glob("toe_analysis-*.whl")
    assert wheel.name in (page / "pypi/all.json").read_text(encoding="utf-8")
    assert "pypi/all.json" in (page / "jupyter-lite.json").read_text(encoding="utf-8")


def test_students_get_their_exercises_without_what_sets_up_a_computer(page):
    there = {path.name for path in (page / "files/opgaver").iterdir()}
    assert {"tjek.py", "dansk.py", "hjaelp.py"} <= there
    assert not there & {"start.py", "start.cmd", "requirements.lock"}
    assert "ipywidgets==" in cells(page / "files/opgaver/04_fishers_test.ipynb")[0]["source"][0]


def test_without_the_exercises_one_sentence_says_how_to_get_them(tmp_path):
    with pytest.raises(InputError, match=r"^expected the exercises in build/teaching/student: run .* teach first$"):
        make_lite(tmp_path, None)
