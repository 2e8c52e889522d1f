import json

import nbformat
import pytest

from toe_analysis.teaching import judging
from toe_analysis.teaching.handins import HandIn
from toe_analysis.teaching.judging import Answer, Verdict, run_result, saved_result

CHECK = 'tjek("1a", svar_1a)'
STUB = "Her er du nået til: opgave 1a. Erstat ... med dit svar."


def notebook(*cells):
    """Cells as (source, count, what it printed, what stopped it)."""
    made = []
    for source, count, printed, stopped in cells:
        outputs = [nbformat.v4.new_output("stream", name="stdout", text=part) for part in printed]
        outputs += [nbformat.v4.new_output("error", ename="Stop", evalue=text, traceback=[]) for text in stopped]
        made.append(nbformat.v4.new_code_cell(source, execution_count=count, outputs=outputs))
    return nbformat.v4.new_notebook(cells=made)


@pytest.mark.parametrize(
    ("printed", "stopped", "answer"),
    [
        (["Rigtigt (1a). Basis er alle.\n"], [], Answer(Verdict.RIGHT)),
        (["Rig", "tigt (1a). Basis.\n12 %\n"], [], Answer(Verdict.RIGHT)),
        (["Ikke endnu (1a). Du har glemt basis.\n"], [], Answer(Verdict.WRONG, "Du har glemt basis.")),
        ([], [STUB], Answer(Verdict.STUB)),
        (
            [],
            ["Python kender ikke navnet x.\nPython siger: ..."],
            Answer(Verdict.ERROR, "Python kender ikke navnet x."),
        ),
        (["Rigtigt (1b). En anden."], [], Answer(Verdict.NOT_RUN)),
        ([], [], Answer(Verdict.NOT_RUN)),
    ],
)
def test_a_saved_output_says_how_far_a_question_got(printed, stopped, answer):
    assert saved_result(notebook((CHECK, 1, printed, stopped))).answers == {"1a": answer}


def test_what_is_printed_without_a_check_counts_for_nothing():
    assert saved_result(notebook(('print("Rigtigt (1a). Flot.")', 1, ["Rigtigt (1a). Flot."], []))).answers == {}


def test_of_two_checks_of_one_question_the_better_counts():
    right, wrong = (CHECK, 1, ["Rigtigt (1a). Ja."], []), (CHECK, 2, ["Ikke endnu (1a). Nej."], [])
    assert saved_result(notebook(right, wrong)).answers["1a"].verdict == Verdict.RIGHT


@pytest.mark.parametrize(
    ("counts", "in_order"), [([1, 2, 3], True), ([1, 2, None], True), ([1, 3, 2], False), ([4, 5, 6], False)]
)
def test_cells_that_were_not_run_from_the_top_are_noticed(counts, in_order):
    assert saved_result(notebook(*((CHECK, count, [], []) for count in counts))).in_order == in_order


@pytest.fixture(scope="module")
def students(classroom, tmp_path_factory):
    """What was handed out, with one question whose answer is 4."""
    folder = tmp_path_factory.mktemp("students")
    (folder / "data").mkdir()
    for name in ("tjek.py", "dansk.py"):
        text = (classroom.folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("OMGANGE = 20_000", "OMGANGE = 2"), encoding="utf-8")
    kept = dict(classroom.tjek.LAASE)
    classroom.facit.laas("1a", 4, "Flot.", [(5, "Én for meget.")])
    (folder / "tjek.json").write_text(json.dumps({"1a": classroom.tjek.LAASE["1a"]}), encoding="utf-8")
    classroom.tjek.LAASE.clear()
    classroom.tjek.LAASE.update(kept)
    return folder


def result_of(students, *cells, **sheets):
    made = notebook(*((cell, None, [], []) for cell in ("from tjek import tjek", *cells)))
    return run_result(HandIn("Ali", "01.ipynb", made, sheets), students)


def run(students, *cells, **sheets):
    return result_of(students, *cells, **sheets).answers


@pytest.mark.parametrize(
    ("answer", "judged"),
    [
        ("svar_1a = 4", Answer(Verdict.RIGHT)),
        ("svar_1a = 5", Answer(Verdict.WRONG, "Én for meget.")),
        ("svar_1a = ...", Answer(Verdict.STUB)),
        ("svar_1a = q99", Answer(Verdict.ERROR, "Python kender ikke navnet svar_1a.")),
        ("def tjek(*_): print('Rigtigt (1a). Flot.')\nsvar_1a = 5", Answer(Verdict.WRONG, "Én for meget.")),
        ("open('found.jsonl', 'a').write('[1, 2\\n')\nsvar_1a = 4", Answer(Verdict.NOT_RUN)),
        ("import os\nsvar_1a = 5 if 'PRIVATE_WORD' in os.environ else 4", Answer(Verdict.RIGHT)),
        ("svar_1a = int(open('data/ark.csv').read())", Answer(Verdict.RIGHT)),
    ],
)
def test_a_notebook_that_is_run_is_judged_by_our_own_check(students, monkeypatch, answer, judged):
    monkeypatch.setenv("PRIVATE_WORD", "x")
    (found,) = run(students, answer, CHECK, **{"ark.csv": b"4"}).values()
    assert found.verdict == judged.verdict
    assert found.said.startswith(judged.said)


@pytest.mark.parametrize(
    ("last", "ended"),
    [
        ("import time; time.sleep(99)", False),
        ("import os; os._exit(0)", False),
        ("import threading, time; threading.Thread(target=time.sleep, args=(99,)).start()", True),
    ],
)
def test_what_a_notebook_reached_before_it_was_ended_is_kept_and_it_is_known_from_one_that_came_to_its_end(
    students, monkeypatch, last, ended
):
    monkeypatch.setattr(judging, "LONGEST_RUN", 5)
    result = result_of(students, "svar_1a = 4", CHECK, last, 'tjek("1b", 4)')
    assert (result.ended, result.answers["1a"]) == (ended, Answer(Verdict.RIGHT))
    assert (result.answers["1b"] == Answer(Verdict.NOT_RUN)) != ended


def test_a_notebook_cannot_take_all_the_memory(students):
    pytest.importorskip("resource", reason="this system does not bound the memory of a process")
    assert run(students, "svar_1a = len(bytes(8 << 30))", CHECK)["1a"].verdict == Verdict.ERROR


def test_a_notebook_that_is_run_leaves_the_handed_out_folder_as_it_was(students):
    before = sorted(path.name for path in students.rglob("*"))
    run(students, "open('data/ny.csv', 'w').write('x')\nopen('tjek.py', 'w').write('')\nsvar_1a = 4", CHECK)
    assert sorted(path.name for path in students.rglob("*")) == before
    assert (students / "tjek.py").stat().st_size > 1000
