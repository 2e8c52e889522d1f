import argparse
import shutil

import nbformat
import pytest

from toe_analysis.commands.line import parse
from toe_analysis.errors import InputError
from toe_analysis.teaching.exercises import student_copy
from toe_analysis.teaching.grade import grade


@pytest.fixture
def copy(project, tmp_path):
    """A project with its masters and nothing else."""
    shutil.copytree(project / "notebooks/exercises", tmp_path / "project/notebooks/exercises")
    return tmp_path / "project"


def hand_in(project, path):
    master = nbformat.read(project / "notebooks/exercises/00_python_paa_30_minutter.ipynb", as_version=4)
    handed_in = student_copy(master)
    for cell in handed_in.cells:
        if 'tjek("0a"' in cell.source:
            cell.outputs = [
                nbformat.v4.new_output("stream", name="stdout", text="Ikke endnu (0a). Det er kun første runde.\n")
            ]
    path.parent.mkdir(parents=True)
    nbformat.write(handed_in, str(path))


def asked(folder, run=False):
    return argparse.Namespace(folder=folder, run=run, jobs=1)


def test_a_folder_becomes_a_page_and_two_tables_and_no_code_is_run(copy, tmp_path, capsys):
    hand_in(copy, tmp_path / "class/Mette Jensen 2/00.ipynb")
    assert grade(copy, asked(tmp_path / "class")) == 0
    made = copy / "build/teaching/grade"
    assert sorted(path.name for path in made.iterdir()) == ["index.html", "overview.csv", "questions.csv"]
    assert "Mette Jensen 2;forkert;ikke kørt" in (made / "overview.csv").read_text(encoding="utf-8-sig")
    assert "0a;1;0;1;0;0;0;Det er kun første runde.;1;ja" in (made / "questions.csv").read_text(encoding="utf-8-sig")
    told = capsys.readouterr().out
    assert "Notebooks: 1; students: 1; remarks: 1. The notebooks were judged by what is saved in them" in told


def test_nothing_to_grade_and_nothing_to_run_with_are_told_before_anything_is_written(copy, tmp_path):
    with pytest.raises(InputError, match=r"there is no class$"):
        grade(copy, asked(tmp_path / "class"))
    (tmp_path / "class").mkdir()
    with pytest.raises(InputError, match=r"expected notebooks \(.ipynb\) in class, found none"):
        grade(copy, asked(tmp_path / "class"))
    hand_in(copy, tmp_path / "class/Mette/00.ipynb")
    with pytest.raises(InputError, match=r"first run: python run_all\.py teach"):
        grade(copy, asked(tmp_path / "class", run=True))
    assert not (copy / "build").exists()


def test_code_is_run_only_when_asked():
    assert parse(["grade", "class"]).run is False
    assert parse(["grade", "class", "--run"]).run is True
