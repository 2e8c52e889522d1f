import argparse
import csv
import io
import re
import shutil

import nbformat
import pytest

from toe_analysis.errors import InputError
from toe_analysis.teaching.exercises import Exercise, student_copy
from toe_analysis.teaching.grade import grade, overview, overview_page, questions_table, students_table
from toe_analysis.teaching.handins import HandIn
from toe_analysis.teaching.judging import Answer, Result, Verdict

FIRST = Exercise("1. Rens", ("1a", "1b"), 'fejl = [(5, "Én for meget.")]')
SECOND = Exercise("2. Regn", ("2a", "2b"), "")
RIGHT, STUB, NOT_RUN = Answer(Verdict.RIGHT), Answer(Verdict.STUB), Answer(Verdict.NOT_RUN)
KNOWN, OTHER = Answer(Verdict.WRONG, "Én for meget."), Answer(Verdict.WRONG, "Læs opgaven igen.")


def handed_in(student, title="# 1. Rens", in_order=True, **answers):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(title)])
    return HandIn(student, f"{student}/01.ipynb", notebook), Result(answers, in_order)


@pytest.fixture
def view():
    return overview(
        [FIRST, SECOND],
        [
            handed_in("Ali", **{"1a": RIGHT, "1b": KNOWN}),
            handed_in("Bo", **{"1a": KNOWN, "1b": KNOWN}),
            handed_in("Bo", **{"1a": RIGHT, "1b": NOT_RUN}),
            handed_in("Camilla", in_order=False, **{"1a": STUB}),
            handed_in("Dan", **{"1a": OTHER, "1b": OTHER}),
            handed_in("Eva", title="# Noter", **{"9z": RIGHT}),
        ],
        ["Fie/hul.ipynb: er ikke en hel notebook."],
        was_run=False,
    )


def test_the_best_of_a_students_notebooks_counts_and_a_check_that_was_deleted_was_not_run(view):
    assert view.answers == {
        "Ali": {"1a": RIGHT, "1b": KNOWN},
        "Bo": {"1a": RIGHT, "1b": KNOWN},
        "Camilla": {"1a": STUB, "1b": NOT_RUN},
        "Dan": {"1a": OTHER, "1b": OTHER},
    }


def test_only_exercises_that_somebody_handed_in_are_shown(view):
    assert view.questions == ["1a", "1b"]


def test_the_question_that_most_lack_comes_first_with_its_commonest_hint_and_every_student_once(view):
    second, first = view.stuck()
    told = {"question": "1b", "base": 4, "hint": "Én for meget.", "hinted": 2, "is_known": True}
    assert second.items() >= told.items()
    assert first.items() >= {"question": "1a", "base": 4, "is_known": False}.items()
    assert first["counts"][Verdict.RIGHT] == 2


def test_remarks_name_what_could_not_be_used_and_what_to_be_wary_of(view):
    about = [remark.split(":")[0] for remark in view.remarks]
    assert about == ["Fie/hul.ipynb", "Camilla/01.ipynb", "Eva/01.ipynb", "Bo"]
    assert "ikke kørt forfra" in view.remarks[1]
    assert "ingen tjek" in view.remarks[2]
    assert "har afleveret 2 gange (1. Rens)." in view.remarks[3]


def test_the_step_by_step_copy_is_named_and_asked_for_no_more_than_it_has():
    steps = overview([FIRST], [handed_in("Ali", title="# 1. Rens (trin for trin)", **{"1a": RIGHT})], [], was_run=True)
    assert steps.answers == {"Ali": {"1a": RIGHT}}
    assert steps.remarks == ["Ali/01.ipynb: er udgaven trin for trin."]


def test_a_notebook_in_which_nothing_was_written_or_run_was_not_handed_in():
    second = Exercise("2. Regn", ("2a",), "", handed_out={"02_regn": ("# 2. Regn",)})
    did, lay_beside, ran, wrote = (
        handed_in("Ali", **{"1a": RIGHT}),
        *(handed_in(name, title="# 2. Regn", **{"2a": NOT_RUN}) for name in ("Ali", "Bo", "Camilla")),
    )
    ran[0].notebook.cells[0] = nbformat.v4.new_code_cell("# 2. Regn", execution_count=1)
    wrote[0].notebook.cells[0].source += "\nMit svar"
    seen = overview([FIRST, second], [did, lay_beside, ran, wrote], [], was_run=False)
    assert {student: list(given) for student, given in seen.answers.items()} == {
        "Ali": ["1a", "1b"],
        "Bo": ["2a"],
        "Camilla": ["2a"],
    }
    assert seen.remarks == ["Ali: har ikke rørt 1 af sine notebooks; de tæller ikke med."]


def test_a_voluntary_question_is_asked_of_those_who_answered_it_alone():
    third = Exercise("3. Test", ("3a", "3b"), "", voluntary=("3b",))
    without = handed_in("Ali", title="# 3. Test", **{"3a": RIGHT, "3b": STUB})
    assert overview([third], [without], [], was_run=False).questions == ["3a"]
    steps = handed_in("Bo", title="# 3. Test (trin for trin)", **{"3a": RIGHT})
    assert "3a" in overview_page(overview([third], [steps], [], was_run=False))
    answered = handed_in("Camilla", title="# 3. Test", **{"3a": KNOWN, "3b": KNOWN})
    lost = handed_in("Dan", title="# 3. Test", **{"3a": KNOWN})
    all_ = overview([third], [without, answered, lost], [], was_run=False)
    # Two of three lack 3a, and the one who answered 3b.
    assert [(row["question"], row["base"]) for row in all_.stuck()] == [("3a", 3), ("3b", 1)]


def rows(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_tables_are_read_by_a_danish_spreadsheet_and_no_name_becomes_a_formula(view):
    assert rows(students_table(view))[:2] == [
        ["studerende", "1a", "1b", "rigtige", "spørgsmål i det afleverede"],
        ["Ali", "rigtigt", "forkert", "1", "2"],
    ]
    assert rows(questions_table(view))[1] == ["1b", "4", "0", "3", "0", "0", "1", "Én for meget.", "2", "ja"]
    odd = overview([FIRST], [handed_in("=1+1", **{"1a": RIGHT})], [], was_run=False)
    assert rows(students_table(odd))[1][0] == "'=1+1"


def test_the_page_says_what_it_rests_on_and_that_right_answers_are_no_mark(view):
    page = overview_page(view)
    assert "Ingen kode er kørt" in page
    assert "Rigtige svar er ikke en karakter" in page
    assert "kørt forfra</b>" in overview_page(overview([FIRST], [handed_in("Ali", **{"1a": RIGHT})], [], was_run=True))
    assert not re.search(r"https?://", page)


def test_nothing_that_a_student_wrote_becomes_part_of_the_page():
    odd = handed_in("<script>alert(1)</script>", **{"1a": Answer(Verdict.WRONG, '"><img src=x>')})
    page = overview_page(overview([FIRST], [odd], [], was_run=False))
    assert page.count("<script>") == 0
    assert "<img" not in page


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


def test_whose_a_loose_file_is_stands_behind_the_exercises_name_in_large_or_small_letters(copy, tmp_path):
    lars, ida = (tmp_path / f"class/00_python_paa_30_minutter_{name} Hansen.ipynb" for name in ("lars", "ida"))
    hand_in(copy, lars)
    shutil.copy(lars, ida)
    assert grade(copy, asked(tmp_path / "class")) == 0
    named = rows((copy / "build/teaching/grade/overview.csv").read_bytes())
    assert [row[0] for row in named[1:]] == ["ida Hansen", "lars Hansen"]


def test_a_notebook_that_stops_when_it_is_run_is_named_and_what_it_did_not_reach_is_not_called_wrong(
    copy, classroom, tmp_path
):
    students, handed_in = copy / "build/teaching/student", tmp_path / "class/Mette/00.ipynb"
    (students / "data").mkdir(parents=True)
    for name in ("tjek.py", "dansk.py"):
        shutil.copy(classroom.folder / name, students)
    (students / "tjek.json").write_text("{}")
    hand_in(copy, handed_in)
    text = handed_in.read_text(encoding="utf-8").replace("Ikke endnu (0a)", "Rigtigt (0a)")
    notebook = nbformat.reads(text, as_version=4)
    notebook.cells.insert(1, nbformat.v4.new_code_cell("import os; os._exit(0)"))
    nbformat.write(notebook, handed_in)
    assert grade(copy, asked(tmp_path / "class", run=True)) == 0
    page = (copy / "build/teaching/grade/index.html").read_text(encoding="utf-8")
    assert "Mette/00.ipynb: er standset, før den var færdig" in page
    assert "rigtigt i den gemte notebook, men ikke når den køres" not in page


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
