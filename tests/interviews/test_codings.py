"""The coded units, and every way in which their files can be wrong."""

import shutil

import pytest
from edits import edit

from toe_analysis.errors import InputError
from toe_analysis.interviews import THEMES, read_codings, read_firms


@pytest.fixture
def raw(project, tmp_path):
    for name in ("interview_codings.csv", "interview_themes.csv", "interview_firms.csv"):
        shutil.copy(project / "data/raw" / name, tmp_path)
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
        ("interview_codings.csv", "1,2,T", "1,1,T", "interview 1, unit 1 more than once"),
        ("interview_codings.csv", "1,2,T", "one,2,T", "row 3, column interview: expected a whole number, found 'one'"),
        ("interview_codings.csv", "gloss_en", "gloss", "gloss_en is missing"),
        ("interview_themes.csv", "1,1,intended_uses\n", "", "only interview_codings.csv has interview 1, unit 1"),
        ("interview_themes.csv", "intended_uses", "hopes", "row 2, column theme: .* found 'hopes'"),
    ],
)
def test_a_wrong_file_gets_one_clear_message(raw, name, old, new, message):
    edit(raw / name, old, new, count=1)
    with pytest.raises(InputError, match=message):
        read_codings(raw)


def test_a_missing_file_is_named(raw):
    (raw / "interview_themes.csv").unlink()
    with pytest.raises(InputError, match=r"interview_themes\.csv: .* there is no such file"):
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
        ("4,uses", "3,uses", "found 1, 2, 3, 3, 5"),
        ("4,uses", "4,used", "row 5, column at_interview: expected one of uses, intends, found 'used'"),
    ],
)
def test_a_wrong_list_of_firms_gets_one_clear_message(raw, old, new, message):
    edit(raw / "interview_firms.csv", old, new, count=1)
    with pytest.raises(InputError, match=message):
        read_firms(raw, read_codings(raw))
