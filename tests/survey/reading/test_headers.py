import random
from collections import Counter

import pytest
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.survey import Question, Questionnaire, read_questionnaire
from toe_analysis.survey.reading.headers import match_columns
from toe_analysis.survey.text import fold

SURVEY = read_questionnaire(PROJECT / "data/raw/questionnaire.csv")
META = {
    "danish": ["ID", "Starttidspunkt", "Færdiggørelsestidspunkt", "Mail", "Navn"],
    "english": ["Id", "Start time", "Completion time", "Email", "Name", "Last modified time", "Language"],
    "norwegian": [
        "ID",
        "Starttidspunkt",
        "Fullføringstidspunkt",
        "E-postadresse",
        "Navn",
        "Tidspunkt for siste endring",
    ],
    "swedish": ["ID", "Starttid", "Slutförandetid", "E-post", "Namn", "Senast ändrad"],
    "none": [],
}
STYLES = {
    "forms": lambda title, number: title if number == 1 else f"{title}{number}",
    "brackets": lambda title, number: title if number == 1 else f"{title} ({number})",
    "pandas": lambda title, number: title if number == 1 else f"{title}.{number - 1}",
}


def numbered(style, *, case_matters=False):
    """Each question's header as a program writes it, telling repeated titles apart."""
    seen = Counter()
    headers = {}
    for question in SURVEY:
        same = question.header if case_matters else fold(question.header)
        seen[same] += 1
        headers[question.id] = STYLES[style](question.header, seen[same])
    return headers


@given(
    style=st.sampled_from(sorted(STYLES)),
    meta=st.sampled_from(sorted(META)),
    case_matters=st.booleans(),
    seed=st.integers(0, 10**6),
    noise=st.sampled_from(["{}", " {} ", "\u00a0{}", "{}\u200b", "\ufeff{}", "{}\n"]),
)
def test_every_question_is_found_in_any_order_under_any_numbering(style, meta, case_matters, seed, noise):
    headers = numbered(style, case_matters=case_matters)
    columns = [(None, name) for name in META[meta]] + list(headers.items())
    random.Random(seed).shuffle(columns)
    match = match_columns([noise.format(header) for _, header in columns], SURVEY)
    assert {question: columns[place][0] for question, place in match.columns.items()} == {
        name: name for name in headers
    }
    assert match.unknown == ()
    assert match.notes == ()
    assert len(match.meta) == len(META[meta])


@pytest.mark.parametrize(
    ("first", "later", "kind"), [("Mail", "E-mailadresse", "email"), ("Completion time", "Timestamp", "completed")]
)
def test_of_two_columns_of_a_kind_the_first_is_of_forms_and_the_other_may_be_a_question(first, later, kind):
    match = match_columns([first, "Navn", later], SURVEY)
    assert (match.meta[kind], match.unknown) == (0, (2,))


def test_identical_titles_are_taken_in_order_of_appearance_and_said_so():
    headers = [SURVEY["q14"].header, SURVEY["q23"].header]
    match = match_columns(headers, SURVEY)
    assert match.columns == {"q14": 0, "q23": 1}
    assert match.notes == ("q23: its title stands over several columns; taken by order",)


@pytest.mark.parametrize("number", ["", "2"])
def test_titles_that_differ_in_one_letters_case_stay_apart(number):
    headers = [SURVEY["q33"].header + number, SURVEY["q26"].header]
    assert match_columns(headers, SURVEY).columns == {"q33": 0, "q26": 1}


def test_a_question_titled_like_a_meta_column_gets_the_second_one():
    survey = Questionnaire((Question("q01", "Navn", "text"), Question("q02", "Alder", "text")))
    assert match_columns(["ID", "Navn", "Navn2", "Alder"], survey).columns == {"q01": 2, "q02": 3}
    assert match_columns(["Navn", "Alder"], survey).columns == {"q01": 0, "q02": 1}


def test_a_title_may_end_in_a_digit():
    survey = Questionnaire((Question("q01", "Trin 1", "text"), Question("q02", "Trin 12", "text")))
    assert match_columns(["Trin 12", "Trin 1"], survey).columns == {"q02": 0, "q01": 1}
    twice = Questionnaire((Question("q01", "Trin 1", "text"), Question("q02", "Trin 1", "text")))
    assert match_columns(["Trin 12", "Trin 1"], twice).columns == {"q02": 0, "q01": 1}


def test_a_column_too_many_is_left_out_and_named():
    match = match_columns([SURVEY["q08"].header, SURVEY["q08"].header + "2", "Noter"], SURVEY)
    assert match.columns == {"q08": 0}
    assert match.unknown == (2,)
    assert match.notes == ("q08: the title stands over 2 columns; read column A, left out column B",)
    assert match.rivals == {}  # with a number, it may be a question that this file does not list


def test_a_second_column_with_the_very_title_of_a_question_is_its_rival():
    headers = [SURVEY["q08"].header, SURVEY["q14"].header, *[SURVEY["q08"].header.upper()] * 2]
    match = match_columns(headers, SURVEY)
    assert match.columns == {"q08": 0, "q14": 1}
    assert match.unknown == ()
    assert match.rivals == {2: ("q08",), 3: ("q08",)}
    assert match.notes == ("q08: the title stands over 3 columns; read column A, left out columns C, D",)


def test_a_column_with_an_earlier_title_beside_the_present_one_is_a_rival_as_well():
    survey = Questionnaire((Question("q01", "Trin", "text", aliases=("Skridt",)),))
    match = match_columns(["Skridt", "Trin"], survey)
    assert (match.columns, match.rivals) == ({"q01": 1}, {0: ("q01",)})


def test_one_column_whose_title_one_question_had_and_another_has_is_the_latters():
    survey = Questionnaire((Question("q01", "Trin", "text", aliases=("Skridt",)), Question("q02", "Skridt", "text")))
    assert match_columns(["Skridt"], survey).columns == {"q02": 0}
    assert match_columns(["Skridt", "Skridt2"], survey).columns == {"q01": 0, "q02": 1}
