"""Faults of a study file, each told with its place."""

import re
import shutil

import pandas as pd
import pytest

from toe_analysis.errors import InputError
from toe_analysis.survey import classify, read_study

#: The frame of the second study, and others that could stand there.
FRAME = "[frame.size]  # made up, like all of this study: how many of the 412 firms are of each size\n"
FRAME += '"1-19" = 250\n"20-99" = 120\n"100+" = 42\n'
SIZES = '[frame.size]\n"1-19" = 250\n"100+" = 42\n"20-99" = 120\n'
STANDS = '[frame.stands]\n"Ingen planer" = 300\n"Tester KI nå" = 112\n'
HEADLINE = '[[headline]]\nname = "unsure"\nrole = "stands"\n'
SOME = '[[measure]]\nname = "uses"\nsome = { status = "sceptic", role = "stands", answer = "Ingen planer" }\n'
#: What two statuses of the second study take, one half each.
HALVES = '[[status]]\nname = "halves"\nwhen = { stands = ["Ingen planer", "Tester KI nå"] }\n'


@pytest.fixture
def reads(project, tmp_path):
    """Read the second study with a part of it changed."""
    shutil.copy(project / "data/studies/fjord/questionnaire.csv", tmp_path)
    text = (project / "data/studies/fjord/study.toml").read_text(encoding="utf-8")

    def read(old, new):
        assert old in text
        (tmp_path / "study.toml").write_text(text.replace(old, new), encoding="utf-8")
        return read_study(tmp_path)

    return read


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "', 'measure = ["x"]\nid = "', r"study.toml, measure: expected \[\[measure\]\] tables, found \['x'\]"),
        ('da = "virksomheder', 'no = "virksomheder', "study.toml, universe: expected one of en, da, found 'no'"),
        (
            'order = ["no_plans", "considering", "testing", "sometimes", "daily"]',
            "",
            r"groups, order: expected each of its statuses \(daily, .*\) once, from far away to close, found nothing",
        ),
        ('"testing", "sometimes", "daily"]', '"sometimes", "daily"]', "groups, order: expected each of its statuses"),
        ("Bruker KI hver dag", "Bruker KI av og til", "status: expected .* none above it takes, .* for 'sometimes'"),
        ("[groups]", f"{HALVES}[groups]", "status: .* found none for 'halves'"),
        ('"Tester KI nå" }', '["Tester KI nå", "Vurderer KI"] }', "status: .* found none for 'considering'"),
        ("1-19,20-99,100+", "20-99,1-19,100+", "size, groups: grouping: expected groups that rise"),
        ("1-19,20-99,100+", "few,20-99,100+", r"study\.toml, size, groups: .* a label like .* found 'few'"),
        ("[size]", "[size]\nsmall = '1-3'", r"study\.toml, size, small: expected an option of q02 .* found '1-3'"),
        ('id = "fjord-2026"', 'id = ""', "study.toml, id: expected a text, found nothing"),
        ("year = 2026", "year = -1", "study.toml, year: expected a whole number from 1900 to 2100, found -1"),
        ("1 = 412", "1 = 0", "study.toml, invited, 1: expected a whole number from 1 to 1000000, found 0"),
        ("1 = 412", "1 = 412\nanswers = -1", "study.toml, invited, answers: expected a whole number from 0 to"),
        ('name = "testing"', 'name = "dont_know"', "study.toml, status: .* no dont_know, which is who"),
        ("[invited]", "[invted]", "study.toml: expected invited, found 'invted'"),
        ("other = [", "othre = [", "study.toml, answers: expected other, found 'othre'"),
        ("smallest = 1", "smalest = 1", "study.toml, size: expected smallest, found 'smalest'"),
        (
            'name = "testing"',
            'name = "testing"\ncolour = "red"',
            "status 3: expected one of name, when, .* found 'colour'",
        ),
        ("da = ", "dk = ", "study.toml, name: expected one of en, da, found 'dk'"),
        ('name = "testing"', 'name = "testing"\nlook = { color = "#000000" }', "look: expected colour, found 'color'"),
        ("[groups]", '[claims]\nrecieved = "x"\n\n[groups]', "study.toml, claims: expected received, found 'recieved'"),
        (
            '{ stands = "Tester KI nå" }',
            "{ stands = [] }",
            "when, stands: expected a text or a list of texts, found no",
        ),
        ('{ stands = "Tester KI nå" }', "{ stands = [3] }", r"status 3, when, stands: .* list of texts, found \[3\]"),
        (
            '"Tester KI nå" }',
            '["Tester KI nå", "Ja"] }',
            r"when, stands: expected an option of q03 \(.*\); .* found 'Ja'",
        ),
        (
            "[groups]",
            2 * '[[measure]]\nname = "uses"\n' + "[groups]",
            "study.toml, measure: expected each name once, found 'uses, uses'",
        ),
        ("[groups]", "[[measure]]\n[[measure]]\n[groups]", "measure 1, name: expected a text, found nothing"),
        ("[groups]", f"{SOME}[groups]", r"names of its statuses \(.*\) under groups and measure, found 'sceptic'"),
        ("[groups]", 2 * f"{HEADLINE}option = 'Vet ikke'\n" + "[groups]", "headline: .* once, found 'unsure, unsure'"),
        ("[groups]", f"{HEADLINE}[groups]", "headline 1, option: expected the option that is counted, or cat"),
        ('answer = "Vet ikke"', 'answer = "Vet ikke"\nlike = "Vet ikke"', "dont_know, like: expected another answer"),
        ('answer = "Vet ikke"', 'answer = "Vet ikke"\nlike = "Aldri"', "dont_know, stands: expected an option of q03"),
    ],
)
def test_a_fault_is_told_with_its_place(reads, old, new, message):
    with pytest.raises(InputError, match=message):
        reads(old, new)


def test_a_size_of_the_target_group_that_lies_in_no_group_is_told_before_any_notebook(reads, tmp_path):
    reads(FRAME, "")
    text = (tmp_path / "study.toml").read_text(encoding="utf-8").replace("1-19,20-99,100+", "1-19,20-99")
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"^study\.toml, size, groups: grouping 1-19,20-99: .* one group, but 100\+ "):
        read_study(tmp_path)


def test_a_study_without_statuses_is_told_what_to_write(tmp_path, project):
    shutil.copy(project / "data/studies/fjord/questionnaire.csv", tmp_path)
    text = (project / "data/studies/fjord/study.toml").read_text(encoding="utf-8")
    without = re.sub(r"\[\[status\]\]\n(.+\n)+", "", text)
    (tmp_path / "study.toml").write_text(without, encoding="utf-8")
    with pytest.raises(InputError, match=r"found none; write a \[\[status\]\] with name and when for each"):
        read_study(tmp_path)


def test_several_answers_may_make_a_status_and_the_first_rule_that_holds_still_wins(reads):
    study = reads('{ stands = "Ingen planer" }', '{ stands = ["Ingen planer", "Vurderer KI"] }')
    said = pd.DataFrame({"q03": ["Bruker KI av og til", "Tester KI nå", "Vurderer KI", "Ingen planer", "Vet ikke"]})
    assert classify(said, study).tolist() == ["sometimes", "testing", "considering", "no_plans", "dont_know"]
    elsewhere = reads('role = "stands"\nanswer = "Vet ikke"', 'role = "size"\nanswer = "1-4"')
    assert classify(said.assign(q02=["1-4", *["5-19"] * 4]), elsewhere).tolist()[:2] == ["dont_know", "testing"]
    unsure = reads('answer = "Vet ikke"', 'answer = ["Vet ikke", "Ingen planer"]\nlike = "Vurderer KI"')
    assert classify(said, unsure).tolist()[3:] == ["dont_know"] * 2
    assert classify(said, unsure, dont_know="as_no").tolist()[3:] == ["considering"] * 2


def test_a_measure_that_a_notebook_needs_and_the_study_lacks_is_named(reads):
    study = reads("[groups]", '[[measure]]\nname = "uses"\nall = ["daily"]\n\n[groups]')
    with pytest.raises(InputError, match="measure: expected one with the name does_not_expect, found uses"):
        study.held_against("does_not_expect")
    with pytest.raises(InputError, match=r"measure uses: expected under held the row of baselines\.csv"):
        study.held_against("uses")


def test_classes_stand_in_the_order_of_their_question_whatever_the_order_of_the_file(reads):
    assert list(reads(FRAME, SIZES).frame["size"].items()) == [("1-19", 250), ("20-99", 120), ("100+", 42)]
    both = reads(FRAME, STANDS + SIZES).frame
    assert list(both) == ["stands", "size"]  # the first variable is the file's
    assert list(both["stands"]) == ["Tester KI nå", "Ingen planer"]


def test_a_study_that_speaks_of_no_small_firms_says_of_no_size_that_it_is_not_small(reads, study):
    assert "in_under" not in reads("[invited]", "[invited]").size_table()
    assert "in_under" in study.size_table()


def test_a_study_without_a_frame_is_a_study(reads, study):
    assert reads(FRAME, "").frame == {}
    assert study.frame == {}


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ("[frame]\nsize = 412\n", "study.toml, frame, size: expected a table, found 412"),
        (SIZES.replace(".size", ".q02"), "study.toml, frame: expected one question with the role q02 in"),
        (SIZES.replace(".size", ".firm"), "study.toml, frame: expected one question with the role firm in"),
        (
            SIZES.replace("1-19", "1-4"),
            "study.toml, frame, size, 1-4: expected one of the groups under size (1-19, 20-99, 100+), found",
        ),
        (STANDS.replace("nå", "snart"), "study.toml, frame, stands, Tester KI snart: expected an option of q03"),
        (
            SIZES.replace("42", "'42'"),
            "study.toml, frame, size, 100+: expected a whole number from 1 to 1000000, found '",
        ),
        (
            SIZES.replace("42", "true"),
            "study.toml, frame, size, 100+: expected a whole number from 1 to 1000000, found",
        ),
        (SIZES.replace("42", "0"), "study.toml, frame, size, 100+: expected a whole number from 1 to 1000000, found 0"),
        ('[frame.size]\n"1-19" = 412\n', "study.toml, frame, size, classes: expected two or more, like '1-19' = 250"),
        ("[frame.size]\n", "study.toml, frame, size, classes: expected two or more, like '1-19' = 250, found none"),
        (
            SIZES + STANDS.replace("112", "111"),
            "study.toml, frame: expected variables that count the same firms, at most 1,000,000, so that each sums to "
            "their number, found "
            "'412 by size, 411 by stands'",
        ),
        (
            SIZES.replace("42", "1_000_000"),
            "study.toml, frame: expected variables that count the same firms, at most 1,000,000",
        ),
    ],
)
def test_a_slip_in_the_frame_is_one_sentence_with_its_place(reads, frame, message):
    with pytest.raises(InputError) as caught:
        reads(FRAME, frame)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",toe,", ",tooe,", "questionnaire.csv, row 1: expected the column toe, found 'tooe', which is not read"),
        ("label_da", "label_dk", "row 1: expected the column label_da, found 'label_dk'"),
        ("everyone,,O,ours,\n", "everyone,,O,ours,quasi-identifier\n", "size: expected nothing under privacy of q02 "),
    ],
)
def test_a_questionnaire_that_would_lose_a_column_or_show_a_marked_one_is_refused(project, tmp_path, old, new, message):
    folder = project / "data/studies/fjord"
    facts = (folder / "study.toml").read_text(encoding="utf-8")
    (tmp_path / "study.toml").write_text(facts.replace(FRAME, ""), encoding="utf-8")
    text = (folder / "questionnaire.csv").read_text(encoding="utf-8-sig")
    assert old in text
    (tmp_path / "questionnaire.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_study(tmp_path)


def test_the_willing_are_not_counted_by_an_answer_that_is_kept_from_tables(project, tmp_path):
    for name in ("study.toml", "questionnaire.csv"):
        shutil.copy(project / "data/raw" / name, tmp_path)
    path = tmp_path / "questionnaire.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    rows = [f"{row}identifier" if row.startswith("q41,willing,") else row for row in rows]
    path.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(InputError, match=r"guide: expected nothing under privacy of q41 .* role willing"):
        read_study(tmp_path)
