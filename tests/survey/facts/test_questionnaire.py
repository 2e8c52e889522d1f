import pytest

from toe_analysis.errors import InputError
from toe_analysis.survey import Condition, Question, Questionnaire, read_questionnaire

HEADER = "question,role,header,label_en,type,options,asked_when,routing_source,privacy\n"


def yes_no(name="q01", **rest):
    return Question(name, "Bruger I AI?", "single", ("Ja", "Nej"), **rest)


def test_the_survey_has_41_questions_in_order(questionnaire):
    assert questionnaire.ids == tuple(f"q{number:02d}" for number in range(1, 42))


def test_every_question_is_labelled_in_both_languages(questionnaire):
    assert all(question.labels["en"] and question.labels["da"] for question in questionnaire)


def test_narrower_rules_are_those_that_the_source_column_calls_possible(questionnaire):
    narrow = {question.id: str(question.narrower) for question in questionnaire if question.narrower}
    assert narrow == {"q14": "q13=Ja", "q19": "q17=Ja", "q23": "q22=Ja"}


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        ((yes_no(role="uses"), yes_no("q02", role="uses")), "q02: expected the role 'uses' once, found it twice"),
        ((Question("q01", "?", "multi"),), "options for the types .* for no other, found 0 for the type multi"),
        ((Question("q01", "?", "text", ("A",)),), "for no other, found 1 for the type text"),
        ((Question("q01", "?", "single", ("A", "")),), "on either side of each ;, found nothing"),
        ((Question("q01", "?", "single", ("A", "A")),), "expected every option once"),
        (
            (Question("q01", "?", "single", ("Saves time", "saves  time")),),
            "once, however it is spelt, .*: 'saves time'",
        ),
        ((Question("q01", "?", "single", ("10-49", "1-9"), role="size"),), "from small to large, .* 10-49 before 1-9"),
        ((Question("q01", "?", "number", ("5+", "0-4")),), r"from small to large, .* found 5\+ before 0-4"),
        ((Question("q01", "?", "number", ("few", "10+")),), "q01, options .written '10-49 <= .* found 'few'"),
        ((Question("q01", "?", "single", ("1-9", "many"), role="size"),), "q01, options .* found 'many'"),
        (
            (yes_no(asked_when=Condition("q02", ("Ja",))), yes_no("q02")),
            "an earlier single-choice question, and no q02 stands",
        ),
        (
            (yes_no(), yes_no("q02", asked_when=Condition("q01", ("Måske",)))),
            r"the rule q01=Måske must name options of q01 \(Ja; Nej\)",
        ),
        ((yes_no(), yes_no("q02", asked_when=Condition("q01", ("Ja", "Ja")))), "the rule q01=Ja;Ja .* each once"),
        (
            (Question("q01", "?", "multi", ("Ja",)), yes_no("q02", asked_when=Condition("q01", ("Ja",)))),
            "an earlier single-choice question, and q01 has the type multi",
        ),
        ((yes_no(), yes_no("q02", narrower=Condition("q09", ("Ja",)))), "the rule q09=Ja"),
    ],
)
def test_an_unusable_questionnaire_is_refused_with_the_reason(questions, message):
    with pytest.raises(InputError, match=message):
        Questionnaire(questions)


def test_what_firms_typed_is_not_shown_where_nobody_says_what_it_may_tell_of_them(tmp_path):
    path = tmp_path / "questionnaire.csv"
    path.write_text(HEADER + "q01,,Hvorfor?,Why,text,,,,\nq02,,Stort?,Large,single,Ja;Nej,,,\n", encoding="utf-8")
    assert [question.may_be_shown for question in read_questionnaire(path)] == [False, True]
    path.write_text(path.read_text(encoding="utf-8").replace("privacy", "privcy"), encoding="utf-8")
    with pytest.raises(InputError, match="expected the column privacy, found 'privcy', which is not read"):
        read_questionnaire(path)


def test_a_rule_may_name_several_answers(tmp_path):
    path = tmp_path / "questionnaire.csv"
    text = HEADER + "q01,,AI?,AI,single,Ja;Måske;Nej,,,\nq02,,Hvorfor?,Why,text,,q01=Ja;Måske,,\n"
    path.write_text(text, encoding="utf-8")
    assert read_questionnaire(path)["q02"].asked_when == Condition("q01", ("Ja", "Måske"))
    path.write_text(text.replace("q01=Ja;Måske", "q01=Ja;"), encoding="utf-8")
    with pytest.raises(InputError, match=r"q02: the rule q01=Ja; must name .* or several with ; between them"):
        read_questionnaire(path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("q01,,Hvorfor?,Why,text,,if yes,,", "asked_when: expected 'everyone' or a rule like q08=Ja .* found 'if yes'"),
        ("first,,Hvorfor?,Why,text,,,,", "question: expected an id like q01, found 'first'"),
        ("q00,,Hvorfor?,Why,text,,,,", "question: expected a name of its own, found 'q00' again"),
        ("q01,,Hvorfor?,Why,essay,,,,", "type: expected one of text, year, .* found 'essay'"),
        ("q01,,Hvorfor?,Why,text,,,,secret", "privacy: expected one of nothing, identifier, .* found 'secret'"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_by_row_and_column(tmp_path, row, message):
    path = tmp_path / "questionnaire.csv"
    path.write_text(f"{HEADER}q00,,Hvad?,What,text,,,,\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"^questionnaire.csv, row 3, column {message}"):
        read_questionnaire(path)


def test_a_dimension_that_is_none_is_named_though_its_column_may_be_left_out(tmp_path):
    path = tmp_path / "questionnaire.csv"
    path.write_text(f"{HEADER[:-1]},toe\nq01,,Hvorfor?,Why,text,,,,,t\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 2, column toe: expected one of nothing, T, O, E, found 't'"):
        read_questionnaire(path)


def test_the_firms_name_identifies_it_whatever_else_is_said_of_the_question(tmp_path):
    path = tmp_path / "questionnaire.csv"
    path.write_text(HEADER + "q01,firm ,Navn?,Name,text,,,,\nq02,,Hvor?,Where,text,,,,identifier \n", encoding="utf-8")
    assert [question.privacy for question in read_questionnaire(path)] == ["identifier"] * 2


@pytest.mark.parametrize("written", ["Ja <= Jo", "Ja<=Jo", "Ja  <=Jo"])
def test_another_label_of_an_option_is_read_with_and_without_blanks_around_its_sign(tmp_path, written):
    path = tmp_path / "questionnaire.csv"
    path.write_text(HEADER + f"q01,,AI?,AI,single,{written};Nej,,,\nq02,,Stort?,Large,single,<=9;10+,,,\n", "utf-8")
    first, second = read_questionnaire(path)
    assert (first.options, first.earlier_options) == (("Ja", "Nej"), {"Jo": "Ja"})
    assert second.options == ("<=9", "10+")


def test_own_words_stand_behind_an_option_whichever_of_its_labels_is_named(tmp_path):
    path = tmp_path / "questionnaire.csv"
    path.write_text(HEADER + "q01,,Hvorfor?,Why,multi,Pris;Other <= Andet,,,\n", encoding="utf-8")
    for name in ("Other", "Andet"):
        assert read_questionnaire(path, other_options=[name])["q01"].other_option == "Other"
