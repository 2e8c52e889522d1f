"""How many firms the frame holds of each class, as the study file says it."""

import shutil

import pytest

from toe_analysis.errors import InputError
from toe_analysis.survey import read_study

SIZES = '[frame.size]\n"1-19" = 250\n"100+" = 42\n"20-99" = 120\n'
STANDS = '[frame.stands]\n"Ingen planer" = 300\n"Tester KI nå" = 112\n'


@pytest.fixture
def reads(project, tmp_path):
    """Read the second study with another frame."""
    shutil.copy(project / "data/studies/fjord/questionnaire.csv", tmp_path)
    text = (project / "data/studies/fjord/study.toml").read_text(encoding="utf-8")
    begin, end = text.index("[frame.size]"), text.index("[answers]")

    def read(frame):
        (tmp_path / "study.toml").write_text(text[:begin] + frame + text[end:], encoding="utf-8")
        return read_study(tmp_path).frame

    return read


def test_classes_stand_in_the_order_of_their_question_whatever_the_order_of_the_file(reads):
    assert list(reads(SIZES)["size"].items()) == [("1-19", 250), ("20-99", 120), ("100+", 42)]
    both = reads(STANDS + SIZES)
    assert list(both) == ["stands", "size"]  # the first variable is the file's
    assert list(both["stands"]) == ["Tester KI nå", "Ingen planer"]


def test_a_study_without_a_frame_is_a_study(reads, study):
    assert reads("") == {}
    assert study.frame == {}


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ("[frame]\nsize = 412\n", "study.toml, frame, size: expected a table, found 412"),
        (SIZES.replace(".size", ".q02"), "study.toml, frame, q02: expected a role that a single-choice question has"),
        (SIZES.replace(".size", ".firm"), "study.toml, frame, firm: expected a role that a single-choice question"),
        (
            SIZES.replace("1-19", "1-4"),
            "study.toml, frame, size, 1-4: expected one of the groups under size (1-19, 20-99, 100+), found",
        ),
        (STANDS.replace("nå", "snart"), "study.toml, frame, stands, Tester KI snart: expected an option of q03"),
        (SIZES.replace("42", "'42'"), "study.toml, frame, size, 100+: expected a whole number, found '42'"),
        (SIZES.replace("42", "42.0"), "study.toml, frame, size, 100+: expected a whole number, found 42.0"),
        (SIZES.replace("42", "true"), "study.toml, frame, size, 100+: expected a whole number, found True"),
        (SIZES.replace("42", "0"), "study.toml, frame, size, 100+: expected a whole number above 0; leave out a class"),
        (SIZES.replace("42", "-1"), "study.toml, frame, size, 100+: expected a whole number above 0"),
        ('[frame.size]\n"1-19" = 412\n', "study.toml, frame, size, classes: expected two or more, like '1-19' = 250"),
        ("[frame.size]\n", "study.toml, frame, size, classes: expected two or more, like '1-19' = 250, found none"),
        (
            SIZES + STANDS.replace("112", "111"),
            "study.toml, frame: expected variables that count the same firms, so that each sums to their number, found "
            "'412 by size, 411 by stands'",
        ),
        (SIZES.replace("42", "1_000_000"), "study.toml, frame: expected at most 1,000,000 firms"),
    ],
)
def test_a_slip_is_one_sentence_with_its_place(reads, frame, message):
    with pytest.raises(InputError) as caught:
        reads(frame)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
