"""What a student can do to a check, for every check of every exercise."""

import ast
import re

import pandas as pd
import pytest
from teaching.conftest import MASTERS, questions_of, read_master, run_cell

from toe_analysis.teaching.exercises import has_steps

NONSENSE = (0, -1, 3.5, float("nan"), "", "abc", True, [], {}, [[]], (0, 5), len, object(), b"x", pd.Series([1, 2]),
            pd.DataFrame({"a": [1, 2]}, index=[7, 7]))  # fmt: skip

#: What a later question builds on and its text says so: tables, conditions, earlier answers, the number of answers.
LASTING = {
    *("ansatte", "firmaer", "raa", "skema", "data", "med_korte_navne", "lille", "smaa", "b", "ark", "begge", "kim"),
    *("rapport", "tabel", "n", "andele"),
}


#: Slips that give just what another slip gives, and what the hint that both get must say, so that it is true of each.
ALIKE = {
    "0e": ('firmaer["bruger_ai"] = "Ja"\nsvar_0e = (firmaer["bruger_ai"] == "Ja").sum()', "kør forfra"),
    "1d": ('svar_1d = len(data[(data["q03"] != "Under 10") & (data["q08"] != "Ved ikke")])', "ret først 1c"),
    "2b": ('svar_2b = (firmaer["q08"] == "Nej").sum()', "Det er alle, der svarer Nej"),
    "3c": ("svar_3c = proportion_confint(2, n)[0]", "Her er grænsen sat op til nul"),
    "4e": ('svar_4e = smaa[smaa["q33"] == "nej"].groupby("verden").size()', "skriv Nej med stort N"),
    "6e": ("svar_6e = [(7, 11), (9, 14), (14, 22)]  # range(min(16, basis))", "range stopper før"),
    "7e": ("svar_7e = binom.pmf(k, n, 0, 25)[opdager].sum()", "punktum i tallet"),
}


@pytest.fixture(scope="module", params=MASTERS)
def master(request):
    return read_master(request.param)


@pytest.fixture(scope="module")
def questions(master, locked):
    return locked[master.cells[0].source.split("\n")[0]]


def walk(questions, before_answer=lambda question, names: None):
    """Work through an exercise in a new kernel, doing something before each right answer; return the kernel's names."""
    names = {}
    for question in questions:
        for source in question.given:
            run_cell(source, names)
        before_answer(question, names)
        answer_right(question, names)
    return names


def answer_right(question, names):
    run_cell(question.solution, names)
    assert run_cell(question.check, names).startswith(f"Rigtigt ({question.number})")


def attempt(source, names):
    """Run a cell; return what it prints and what stopped it, if anything did."""
    try:
        return run_cell(source, names), None
    except Exception as error:  # noqa: BLE001 - whatever a student meets
        return "", error


def answer(question, names, value):
    run_cell(question.stub, names)
    names[f"svar_{question.number}"] = value
    return run_cell(question.check, names)


def test_a_stub_a_known_mistake_and_nonsense_are_each_told_and_the_right_answer_is_still_taken(questions, classroom):
    def answer_wrong(question, names):
        run_cell(question.stub, names)
        with pytest.raises(classroom.dansk.Stop, match=f"Her er du nået til: opgave {question.number}. Erstat"):
            run_cell(question.check, names)
        assert len(question.mistakes) >= 2
        for wrong, hint in question.mistakes:
            assert answer(question, names, wrong) == f"Ikke endnu ({question.number}). {hint}\n", wrong
        said = [answer(question, names, value) for value in NONSENSE]
        assert all(text.startswith(("Ikke endnu", "Rigtigt")) for text in said)
        right = [value for value, text in zip(NONSENSE, said, strict=True) if text.startswith("Rigtigt")]
        assert right == ([0] if question.number == "6c" else [])

    walk(questions, answer_wrong)


def test_a_hint_is_true_of_every_slip_that_gives_the_same_answer(questions):
    def slip(question, names):
        if question.number in ALIKE:
            code, word = ALIKE[question.number]
            before = {name: value.copy() for name, value in names.items() if isinstance(value, pd.DataFrame)}
            run_cell(code, names)
            assert word in run_cell(question.check, names)
            names |= before

    walk(questions, slip)


def test_an_answer_may_be_rounded_and_given_again_also_from_the_last_question_to_the_first(questions, classroom):
    def answer_rounded(question, names):
        run_cell(question.solution, names)
        whole = run_cell(question.check, names)
        value, decimals = names[f"svar_{question.number}"], classroom.tjek.LAASE[question.number]["decimaler"]
        if isinstance(value, float):
            names[f"svar_{question.number}"] = round(value, decimals)
        assert run_cell(question.check, names) == whole

    names = walk(questions, answer_rounded)
    for question in reversed(questions):
        answer_right(question, names)


def test_the_names_of_an_example_may_be_used_again_for_something_else(questions):
    names = {}
    for question in questions:
        for source in question.given:
            run_cell(source, names)
        answer_right(question, names)
        used = [node for cell in question.given for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Name)]
        set_here = {node.id for node in used if isinstance(node.ctx, ast.Store)}
        names |= dict.fromkeys(set_here - LASTING, "noget andet")


def has_its_own_sentence(error, classroom):
    return (
        error is None
        or isinstance(error, classroom.dansk.Stop)
        or (classroom.dansk.saetning(error) != classroom.dansk.UKENDT)
    )


def test_after_a_restart_in_the_middle_every_error_has_a_danish_sentence_of_its_own(questions, classroom):
    for question in questions:
        _, error = attempt(question.check, {})
        assert classroom.dansk.saetning(error).startswith("Python kender ikke navnet tjek.")
        names = {}
        run_cell(questions[0].given[0], names)
        for source in (*question.given, question.solution, question.check):
            assert has_its_own_sentence(attempt(source, names)[1], classroom), source


def test_cells_run_on_stubs_pass_no_check_and_every_error_has_a_danish_sentence_of_its_own(master, classroom):
    for light in {False, has_steps(master)}:
        found, closing = questions_of(master, light)
        given = (cell for question in found for cell in (*question.given, question.stub, question.check))
        names = {}
        for source in [*given, *closing]:
            said, error = attempt(source, names)
            assert "Rigtigt" not in said
            assert has_its_own_sentence(error, classroom), source


def test_a_loop_over_plain_numbers_finds_as_many_answers_as_teachers_are_told(locked, classroom, project):
    found = 0
    for number, lock in classroom.tjek.LAASE.items():
        if lock["slags"] in ("et tal", "et helt tal"):
            step = 10 ** lock["decimaler"] if lock["slags"] == "et tal" else 1
            found += any(classroom.tjek.vurder(number, count / step)[0] for count in range(1001))
    asked = sum(map(len, locked.values()))
    said = re.search(r"finder (\d+) af de (\d+)", (project / "docs/da/for-undervisere.md").read_text(encoding="utf-8"))
    assert said.groups() == (str(found), str(asked))
