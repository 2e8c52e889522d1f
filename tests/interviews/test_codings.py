"""The coded units, and every way in which their files can be wrong."""

import shutil

import pytest
from edits import edit

from toe_analysis.errors import InputError
from toe_analysis.interviews import DIMENSIONS, THEMES, read_categories, read_codings, read_firms


@pytest.fixture
def raw(project, tmp_path):
    for path in (project / "data/raw").glob("interview_*.csv"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_every_theme_is_used(raw):
    assert set(read_codings(raw)["theme"]) == set(THEMES)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "interview_codings.csv",
            "1,2,T",
            "1,2,X",
            r"codings\.csv, row 3, column toe: expected one of T, O, E, found 'X'",
        ),
        ("interview_codings.csv", "1,2,T", "1,1,T", "row 3, .* unit: expected a name of its own, found '1, 1' again"),
        (
            "interview_codings.csv",
            "1,2,T",
            "one,2,T",
            "row 3, column interview: expected a whole number of at most 9 digits, found 'one'",
        ),
        ("interview_codings.csv", "gloss_en", "gloss", "gloss_en is missing"),
        ("interview_themes.csv", "1,1,intended_uses\n", "", "only interview_codings.csv has interview 1, unit 1"),
        ("interview_themes.csv", "intended_uses", "hopes", "row 2, column theme: .* found 'hopes'"),
    ],
)
def test_a_wrong_file_gets_one_clear_message(raw, name, old, new, message):
    edit(raw / name, old, new, count=1)
    with pytest.raises(InputError, match=message):
        read_codings(raw)


def test_firms_2_and_4_used_ai_when_they_were_interviewed(raw):
    assert read_firms(raw, read_codings(raw)).to_dict() == {
        1: "intends",
        2: "uses",
        3: "intends",
        4: "uses",
        5: "intends",
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("4,uses\n", "", "interviews 1, 2, 3, 4, 5 in interview_firms.csv, found 1, 2, 3, 5"),
        ("4,uses", "3,uses", "row 5, column interview: expected a name of its own, found '3' again"),
        ("4,uses", "4,used", "row 5, column at_interview: expected one of uses, intends, found 'used'"),
    ],
)
def test_a_wrong_list_of_firms_gets_one_clear_message(raw, old, new, message):
    edit(raw / "interview_firms.csv", old, new, count=1)
    with pytest.raises(InputError, match=message):
        read_firms(raw, read_codings(raw))


def test_every_code_has_a_definition_a_rule_and_anchors_in_both_languages(raw):
    categories = read_categories(raw, read_codings(raw))
    assert set(categories["code"]) == {*DIMENSIONS, *THEMES}
    assert (categories.map(str.strip) != "").all(axis=None)


def test_an_anchor_is_shown_by_its_gloss(raw):
    categories = read_categories(raw, read_codings(raw)).set_index("code")
    assert categories.loc["resistance", "anchors_en"] == "4.3 some staff resistance"
    assert categories.loc["resistance", "anchors_da"] == "4.3 nogen modstand blandt medarbejdere"


def test_a_theme_that_no_unit_has_needs_no_anchor(raw):
    codings = read_codings(raw)
    edit(raw / "interview_categories.csv", ",4.3\n", ",\n", count=1)
    without = codings[codings["theme"] != "resistance"]
    assert read_categories(raw, without).set_index("code").loc["resistance", "anchors_en"] == ""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",4.3\n", ",4.4\n", "units coded resistance as its anchors .* found '4.4'"),
        (",4.3\n", ",9.9\n", "found '9.9'"),
        (",4.3\n", ",\n", "found ''"),
        ("toe,O,", "toe,T,", r"one line for each toe code .* \(T, O, E\), found T, T, E"),
        ("theme,resistance", "theme,unwilling", "one line for each theme code .* unwilling"),
        ("theme,resistance", "topic,resistance", "column level: expected one of toe, theme, found 'topic'"),
        (",anchors\n", ",examples\n", "anchors is missing"),
    ],
)
def test_a_wrong_category_system_gets_one_clear_message(raw, old, new, message):
    edit(raw / "interview_categories.csv", old, new, count=1)
    with pytest.raises(InputError, match=message):
        read_categories(raw, read_codings(raw))
