import shutil

import pytest
from edits import edit

from toe_analysis.errors import InputError
from toe_analysis.interviews import DIMENSIONS, THEMES, read_categories, read_codings


@pytest.fixture
def raw(project, tmp_path):
    for path in (project / "data/raw").glob("interview_*.csv"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_every_code_has_a_definition_a_rule_and_anchors_in_both_languages(raw):
    categories = read_categories(raw, read_codings(raw))
    assert set(categories["code"]) == {*DIMENSIONS, *THEMES}
    assert (categories.map(str.strip) != "").all(axis=None)


def test_an_anchor_is_shown_by_its_gloss(raw):
    categories = read_categories(raw, read_codings(raw)).set_index("code")
    assert categories.loc["resistance", "anchors_en"] == "4.3 some staff resistance"
    assert categories.loc["resistance", "anchors_da"] == "4.3 nogen modstand blandt medarbejdere"


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
def test_a_wrong_file_gets_one_clear_message(raw, old, new, message):
    edit(raw / "interview_categories.csv", old, new, count=1)
    with pytest.raises(InputError, match=message):
        read_categories(raw, read_codings(raw))
