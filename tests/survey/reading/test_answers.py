import pytest
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.survey import Question
from toe_analysis.survey.reading.answers import Answer, read_answer

OPTIONS = ("Netværk", "Selvlært", "Rådgivning", "Other")
HOW = Question("q14", "Hvordan?", "multi", OPTIONS, other_option="Other")
RANKED = Question("q32", "Hvordan?", "ranking", (*OPTIONS[:3], "Andet"), other_option="Andet")
WITHOUT_OTHER = Question("q35", "Formål?", "multi", OPTIONS[:3])
SINGLE = Question("q08", "AI?", "single", ("Ja", "Nej", "Ved ikke"))
_DEEP = "[" * 30_000 + "]" * 30_000
TYPED = st.text(alphabet="abcæøå ;,.", min_size=1).filter(lambda text: text.strip(" ;"))


@given(st.permutations(OPTIONS[:3]), st.integers(0, 3), st.booleans())
def test_a_multi_select_reads_back_in_the_questionnaires_order(order, count, last_separator):
    chosen = order[:count]
    cell = ";".join(chosen) + (";" if last_separator and chosen else "")
    expected = ";".join(option for option in OPTIONS if option in chosen) or None
    assert read_answer(HOW, cell or None) == Answer(value=expected)


@given(st.permutations(RANKED.options))
def test_a_ranking_keeps_its_order(order):
    assert read_answer(RANKED, ";".join(order) + ";").value == ";".join(order)


@given(st.lists(st.sampled_from(OPTIONS[:3]), unique=True), TYPED)
def test_words_of_a_firms_own_are_kept_whole_even_with_the_separator_in_them(chosen, typed):
    answer = read_answer(HOW, ";".join([*chosen, typed]) + ";")
    assert set(answer.value.split(";")) == {*chosen, "Other"}
    assert [part.strip() for part in answer.typed.split(";")] == [
        part.strip() for part in typed.split(";") if part.strip()
    ] or answer.typed.replace(" ", "").replace(";", "") == typed.replace(" ", "").replace(";", "")


def test_options_are_recognised_whatever_the_case_and_the_spaces():
    assert read_answer(SINGLE, "ved\u00a0IKKE ") == Answer(value="Ved ikke")
    assert read_answer(SINGLE, "Ja;") == Answer(value="Ja")


def test_a_label_that_is_no_option_is_told():
    assert read_answer(SINGLE, "Måske") == Answer(typed="Måske")
    assert read_answer(WITHOUT_OTHER, "Selvlært;Kursus;") == Answer(value="Selvlært", typed="Kursus")


def test_an_option_ticked_twice_counts_once():
    assert read_answer(HOW, "Selvlært;Selvlært;").value == "Selvlært"


def test_an_answer_na_stays_an_answer():
    assert read_answer(Question("q04", "Produkter?", "text"), "NA") == Answer(value="NA")


@pytest.mark.parametrize(
    "text", ['["Netværk", "Selvlært"]', "Netværk\nSelvlært", "Selvlært, netværk", "Netværk | Selvlært"]
)
def test_options_that_another_program_has_put_side_by_side_are_told_apart(text):
    assert read_answer(HOW, text) == Answer("Netværk;Selvlært")


@pytest.mark.parametrize(
    "text",
    [
        "Netværk, kurser",
        "[Netværk",
        "[kurser]",
        "[1, 2]",
        '["Netværk", 2]',
        '["a", 2, "b"]',
        _DEEP,
        "kurser | Selvlært",
    ],
)
def test_what_a_firm_typed_itself_is_not_split_by_other_marks(text):
    assert read_answer(HOW, text) == Answer("Other", typed=text)


def test_an_option_that_holds_a_comma_is_one_among_others_with_commas_between_them():
    how = Question("q14", "Hvordan?", "multi", ("Netværk", "Netværk, lokalt", "Kurser"))
    assert read_answer(how, "Netværk, lokalt, Kurser, Netværk") == Answer("Netværk;Netværk, lokalt;Kurser")
    assert read_answer(how, "Netværk, lokalt, igen") == Answer(typed="Netværk, lokalt, igen")


def test_an_empty_list_is_no_answer():
    assert read_answer(HOW, "[]") == Answer()
