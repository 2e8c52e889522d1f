"""What is proposed from an export of a questionnaire that nobody has described yet."""

import csv
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from survey.reading.workbooks import sheet_of, write_sheets

from toe_analysis.errors import InputError
from toe_analysis.showing.words import word_table
from toe_analysis.survey import read_study
from toe_analysis.survey.facts.questionnaire import Question
from toe_analysis.survey.proposing.proposal import propose_questions
from toe_analysis.survey.proposing.proposed_files import questionnaire_text, study_text, words_text
from toe_analysis.survey.reading.files import read_file


@pytest.fixture(scope="module")
def proposed(project):
    return {one.id: one for one in propose_questions(read_file(project / "data/studies/fjord/survey_export.xlsx"))}


@pytest.fixture(scope="module")
def told(project):
    return read_study(project / "data/studies/fjord").questionnaire


def test_types_roles_and_routing_of_the_made_up_study_are_found(proposed, told):
    assert {name: one.header for name, one in proposed.items()} == {one.id: one.header for one in told}
    differ = {one.id: (proposed[one.id].type, one.type) for one in told if proposed[one.id].type != one.type}
    assert differ == {}
    assert proposed["q14"].privacy == "free text"  # three made-up sentences, said again and again
    assert {one.role: one.id for one in proposed.values() if one.role} == {
        "firm": "q01",
        "size": "q02",
        "stands": "q03",
    }
    assert {*proposed["q11"].asked_when.options} == {*told["q11"].asked_when.options}
    assert proposed["q01"].privacy == "identifier"
    assert proposed["q13"].privacy == "quasi-identifier"
    assert all(one.guesses for one in proposed.values())


def propose_from(folder, *rows):
    return propose_questions(read_file(write_sheets(folder / "a.xlsx", {"Sheet1": list(rows)})))


def test_scales_and_sizes_stand_from_low_to_high_whatever_was_ticked_first(proposed, told):
    for name in ("q02", "q04", "q05", "q06", "q07", "q08", "q09"):
        assert proposed[name].options == told[name].options


def test_classes_of_numbers_are_told_from_own_words_however_few_answer(tmp_path):
    (size,) = propose_from(tmp_path, ["How many employees?"], ["10-49"], ["250+"], ["Under 10"], ["50-249"])
    assert (size.type, size.role, size.options) == ("single", "size", ("Under 10", "10-49", "50-249", "250+"))


def test_what_looks_like_a_telephone_number_is_no_number_with_classes(tmp_path):
    rows = [[f"{20_000_000 + 9137 * row}", f"{33_000_000 + 8111 * row}", f"{row % 3}"] for row in range(12)]
    ring, number, many = propose_from(tmp_path, ["Kan vi ringe?", "Telefonnummer", "Hvor mange?"], *rows)
    assert [(one.type, one.privacy, one.options) for one in (ring, number)] == [("text", "identifier", ())] * 2
    assert (many.type, many.privacy) == ("scale", "")


def test_a_title_that_stands_twice_is_one_title(tmp_path, questionnaire, answers):
    headers = [one.header for one in propose_from(tmp_path, *sheet_of(questionnaire, answers))]
    assert headers == [question.header for question in questionnaire]


def test_empty_rows_above_the_titles_are_passed_over(tmp_path):
    (asked,) = propose_from(tmp_path, [""], [], ["", "Hvor mange?"], ["", 3], ["", 4])
    assert asked.header == "Hvor mange?"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_what_stands_most_in_a_text_file_is_what_stands_between_its_cells(tmp_path, separator):
    rows = (["Hvor mange?", "Hvad, og hvor?", "Enig?"], ["3", "a;b;", "Ja"], ["4", "a;b|c", "Nej"])
    (tmp_path / "a.csv").write_text("\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows))
    assert [one.header for one in propose_questions(read_file(tmp_path / "a.csv"))] == rows[0]


def test_what_is_proposed_can_be_read_back(tmp_path, proposed):
    asked = list(proposed.values())
    text = study_text("north", 2026, asked)
    assert text.count("GUESS") > 5
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    (tmp_path / "questionnaire.csv").write_text(questionnaire_text(asked), encoding="utf-8")
    study = read_study(tmp_path)
    assert len(study.statuses) == 5
    assert study.dont_know.options == ("Vet ikke",)
    assert study.size_question.id == "q02"


def test_an_answer_with_quotation_marks_can_be_read_back_too(proposed):
    stands = next(one for one in proposed.values() if one.role == "stands")
    odd = 'Bruker "KI" \\ av og til'
    text = study_text("north", 2026, [replace(stands, options=("Nei", odd))])
    assert [one["when"]["stands"] for one in tomllib.loads(text)["status"]] == ["Nei", odd]


def test_a_study_of_no_firms_speaks_of_respondents_and_of_what_its_size_counts(proposed):
    def texts(*asked):
        rows = csv.DictReader(words_text(asked).splitlines())
        return {row["key"]: row["en"] for row in rows if not row["key"].startswith("status.")}

    firms = {key for key in word_table() if key.startswith("firm.")}
    size = Question("q01", "How many pupils are there?", "single", ("Under 10", "10+"), role="size")
    assert texts(*proposed.values()) == {}  # its titles speak of firms, and of those they employ
    assert texts(size).keys() == {"column.size", *firms}
    assert (texts(size)["column.size"], texts(size)["firm.many"]) == ("pupils", "respondents")
    assert 'en = "respondents"' in study_text("north", 2026, [size])
    assert texts(replace(size, header="How old are you?"))["column.size"] == "units"
    assert "column.size" not in texts(replace(size, header="How many employees has your practice?"))
    assert texts(replace(size, header="How many guests has your firm?")) == {"column.size": "guests"}


def test_a_survey_of_schools_is_not_one_of_identifying_questions(tmp_path):
    titles = ["Does your school use an app?", "Which school do you teach at?", "Anything else?"]
    rows = [["Yes", "Hill", "No"], ["No", "Lake", "Thanks"]] * 8
    found = propose_from(tmp_path, titles, *rows)
    assert [(one.type, one.privacy) for one in found] == [
        ("single", ""),
        ("single", "quasi-identifier"),
        ("text", "free text"),
    ]
    rows = [["Midt", "Ja, da", "Nord"], ["Syd", "Nej", "Nord"]] * 8
    found = propose_from(tmp_path, ["Hvilket sygehus?", "Med egne ord: hvorfor?", "Hvilken del af landet?"], *rows)
    assert [one.privacy for one in found] == ["quasi-identifier", "free text", ""]
    rows = [["Lund", "Ja, tak"], ["Bakken", "Nej"]] * 8
    found = propose_from(tmp_path, ["Hvad hedder jeres gård?", "Andet?"], *rows)
    assert [one.privacy for one in found] == ["identifier", "free text"]
    titles = ["Hva heter bedriften?", "Hvilke muligheter ser dere?", "Hvor mange enheter?", "Vilka färdigheter saknas?"]
    found = propose_from(tmp_path, titles, *[["Lund", "Salg", "To", "Tid"], ["Bakken", "Innkjøp", "Tre", "Data"]] * 8)
    assert [one.privacy for one in found] == ["identifier", "", "", ""]  # possibilities, units and skills name nobody
    (barriers,) = propose_from(tmp_path, ["Name two barriers"], *[["Time;Law"], ["Law;Money"], ["Money;Time"]] * 5)
    assert (barriers.type, barriers.privacy, barriers.role) == ("multi", "identifier", "")  # several are no firm's name


def test_an_empty_export_is_refused(tmp_path):
    with pytest.raises(InputError, match="a row for each response"):
        propose_from(tmp_path, ["ID", "Hvor mange?"])


TEAMS = [("Sales", "IT"), ("sales", "it"), ("IT", "Sales")]


def test_words_that_firms_typed_are_no_options_and_an_answer_often_given_is_one_however_long(tmp_path):
    long = [
        f"We have talked about robots on the ward, and {end}" for end in ("nothing came of it", "will try one soon")
    ]
    rows = [["How many?", "Who helped?", "Where do you stand?"]]
    rows += [[place % 40 + 1, f"Helper {place};Friend {place}", long[place % 2]] for place in range(20)]
    _, helped, stand = propose_from(tmp_path, *rows)
    assert (helped.type, helped.privacy, helped.options) == ("text", "free text", ())
    assert (stand.type, sorted(stand.options)) == ("single", long)


def test_an_answer_spelt_in_two_ways_tells_typed_words_from_options_which_would_be_refused(tmp_path):
    rows = [["How many?", "Which team are you in?", "Which tools?"]]
    rows += [[place % 40 + 1, team, f"{team};{other}"] for place, (team, other) in enumerate([*TEAMS, *TEAMS] * 4)]
    _, team, tools = propose_from(tmp_path, *rows)
    assert [(one.type, one.privacy, one.options) for one in (team, tools)] == [("text", "free text", ())] * 2
    assert "spelt in two ways" in team.guesses[0]


def test_own_words_too_are_asked_after_an_answer_and_may_be_left_out_by_anybody(tmp_path):
    rows = [["How many?", "Do you use AI?", "Why did you stop?", "May we call? Your name:"]]
    rows += [
        [place % 40 + 1, ("No", "Stopped")[place % 2], f"Reason {place}" * (place % 2), f"N{place}" * (place % 3)]
        for place in range(20)
    ]
    _, _, why, name = propose_from(tmp_path, *rows)
    assert (why.privacy, str(why.asked_when)) == ("free text", "q02=Stopped")
    assert (name.privacy, name.asked_when) == ("identifier", None)
    assert not any("left it empty" in guess for guess in name.guesses)


@pytest.mark.parametrize(("left", "rule"), [(2, None), (3, "q01=Yes;Partly")])
def test_two_firms_that_left_a_question_empty_are_no_rule(tmp_path, left, rule):
    rows = [["Do you use AI?", "Does it help?"]]
    rows += [["Yes", "A lot"], ["Partly", "A little"]] * 6 + [["No", ""]] * left
    _, helps = propose_from(tmp_path, *rows)
    assert (helps.asked_when and str(helps.asked_when)) == rule


def test_where_a_firm_is_and_what_its_respondent_does_may_identify_in_english_too(tmp_path):
    titles = ["What is your role in the firm?", "In which county is it?", "Its postcode", "What role does AI play?"]
    rows = [["a", "Kent", "CT1", "none"], ["b", "Essex", "SS1", "some"]] * 8
    assert [one.privacy for one in propose_from(tmp_path, titles, *rows)] == [*["quasi-identifier"] * 3, ""]


def test_what_may_identify_does_so_when_it_is_several_options_as_well(tmp_path):
    rows = [["Doors, Windows", "Thisted;Holstebro"], ["Windows", "Thisted"], ["Doors", "Holstebro"]] * 6
    made, towns = propose_from(tmp_path, ["Your main products?", "In which town?"], *rows)
    assert [(one.type, one.privacy) for one in (made, towns)] == [("multi", "quasi-identifier")] * 2


def test_options_with_commas_between_them_are_told_from_one_option_and_from_sentences(tmp_path):
    lists = ["Design, Quality", "Quality, Sales", "Design", "Design, Sales", "Quality", "Design, Quality, Sales"]
    one = ["Yes, often", "Yes, as a trial", "No, but soon", "No"]
    words = ["We lack time, so not yet.", "Too old, too small, and too few.", "No", "It costs a lot, we think."]
    rows = [[lists[n % 6], one[n % 4], words[n % 4] + (f" {n}" if n % 4 else "")] for n in range(24)]
    rows = [[row[0].replace(", ", ";"), ["ERP", "ERP;CRM", "CRM", "ERP"][n % 4], *row] for n, row in enumerate(rows)]
    titles = ["And here?", "Which?", "What for?", "Do you use it?", "Why?"]
    again, two, several, single, text = propose_from(tmp_path, titles, *rows)
    assert (several.type, set(several.options)) == ("multi", {"Design", "Quality", "Sales"})
    assert "semicolons" in several.guesses[0]
    assert (again.type, again.options) == ("multi", several.options)
    assert (two.type, set(two.options)) == ("multi", {"ERP", "CRM"})
    assert (single.type, set(single.options)) == ("single", set(one))
    assert (text.type, text.privacy) == ("text", "free text")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["Size", "Tools", "", ""], ["", "CRM", "ERP", ""], ["1-9", "", "ERP", ""]], "row 1: .* over column C, where"),
        ([["Q1"], ["How many?"], ['{"ImportId":"QID1"}'], ["3"]], "row 3: expected a response, found another row"),
        ([["How many?"], ["Open-Ended Response"], ["3"]], "row 2: expected a response, found another row of titles"),
    ],
)
def test_a_layout_in_which_answers_would_be_lost_or_titles_counted_is_refused(tmp_path, rows, message):
    with pytest.raises(InputError, match=message) as refused:
        propose_from(tmp_path, *rows)
    page = re.search(r"\((\S+) says how\)", str(refused.value))[1]
    assert (Path(__file__).parents[3] / page).is_file()


def test_what_a_few_firms_ticked_together_is_no_option_of_its_own(tmp_path):
    (one,) = propose_from(tmp_path, ["Which?"], *[["ERP;CRM" if n < 2 else "ERP"] for n in range(24)])
    assert (one.type, one.options) == ("multi", ("ERP", "CRM"))


def test_one_firm_that_typed_a_semicolon_makes_no_list_of_a_single_choice(tmp_path):
    rows = [["Yes" if n % 2 else "No"] for n in range(23)]
    (one,) = propose_from(tmp_path, ["Do you use AI?"], *rows, ["Plans only; not yet"])
    assert (one.type, set(one.options), one.role) == ("single", {"Yes", "No"}, "stands")
    assert "seem to be typed: 1" in one.guesses[0]


def test_a_cell_that_a_comma_has_cut_in_two_is_told_and_not_left_out(tmp_path):
    (tmp_path / "a.csv").write_text("Size,Why?\n1-9,No need\n1-9,No time, no money\n", "utf-8")
    with pytest.raises(InputError, match="row 3: expected 2 cells as in the header row, found 3"):
        propose_questions(read_file(tmp_path / "a.csv"))


def test_an_answer_that_all_gave_decides_who_was_asked_no_question(tmp_path):
    rows = [["de", "Ja" if n % 2 else "Nein", "" if n < 2 else "oft", "nie" if n % 2 else ""] for n in range(20)]
    _, _, often, never = propose_from(tmp_path, ["Sprache?", "KI?", "Wie oft?", "Warum?"], *rows)
    assert often.asked_when is None
    assert str(never.asked_when) == "q02=Ja"


def test_what_google_forms_and_swedish_forms_add_is_no_question(tmp_path):
    for added in (["Timestamp", "Email Address"], ["Starttid", "Slutförandetid", "E-post", "Namn"]):
        rows = [[*("x" for _ in added), f"Street {n}", f"Firm {n}", "Weiß nicht"] for n in range(3)]
        address, name, ai = propose_from(tmp_path, [*added, "Address", "Name of the firm", "AI?"], *rows)
        assert (address.role, name.role, ai.header) == ("", "firm", "AI?")
    stands = replace(ai, role="stands", type="single", options=("Ja", "Weiß nicht"))
    assert 'answer = "Weiß nicht"' in study_text("north", 2026, [stands])


@pytest.mark.parametrize(
    ("title", "first", "last"),
    [
        ("On a scale from 0 to 10, would you come again?", "0", "10"),
        ("Hvor glad (0-10)?", "0", "10"),
        ("Hvor glad?", "1", "5"),
        ("Hvor glad (4-7)?", "1", "5"),
    ],
)
def test_a_scale_has_the_ends_that_its_title_says_if_they_hold_all_answers(tmp_path, title, first, last):
    path = tmp_path / "scale.csv"
    path.write_text(f'"{title}"\n' + "2\n3\n5\n" * 5, encoding="utf-8")
    [asked] = propose_questions(read_file(path))
    assert (asked.type, asked.options[0], asked.options[-1]) == ("scale", first, last)


def test_options_that_one_or_two_gave_may_be_words_of_theirs_and_are_told(tmp_path):
    reasons = ["Pris;Tid;"] * 12 + ["Pris;dr. Holm bad om det;"] * 2
    uses = ["Ja"] * 7 + ["Nej"] * 6 + ["Kun på afdeling 7"]
    clear = ["Ja"] * 7 + ["Nej"] * 4 + ["Måske"] * 3
    rows = [["Hvorfor?", "Bruger I det?", "Og I?"], *zip(reasons, uses, clear, strict=True)]
    asked = propose_from(tmp_path, *rows)
    said = "given by one or two, so perhaps typed: 1; take out what your form does not offer"
    found = [(one.type, said in one.guesses[0], "given by" in one.guesses[0]) for one in asked]
    assert found == [("multi", True, True), ("single", True, True), ("single", False, False)]
