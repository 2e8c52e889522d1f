"""Faults of a study file, each told with its place."""

import shutil

import pytest

from toe_analysis.errors import InputError
from toe_analysis.survey import read_study


@pytest.fixture
def reads(project, tmp_path):
    """Read the second study with one line of it changed."""
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
        ("Bruker KI hver dag", "Bruker KI av og til", "status: expected a rule of its own .* for daily and sometimes"),
        ("1-19,20-99,100+", "20-99,1-19,100+", "size, groups: grouping: expected groups that rise"),
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
        ('answer = "Vet ikke"', 'answer = "Vet ikke"\nlike = "Aldri"', "dont_know, stands: expected an option of q03"),
    ],
)
def test_a_fault_is_told_with_its_place(reads, old, new, message):
    with pytest.raises(InputError, match=message):
        reads(old, new)


def test_a_measure_that_a_notebook_needs_and_the_study_lacks_is_named(reads):
    study = reads("[groups]", '[[measure]]\nname = "uses"\nall = ["daily"]\n\n[groups]')
    with pytest.raises(InputError, match="measure: expected one with the name does_not_expect, found uses"):
        study.held_against("does_not_expect")
    with pytest.raises(InputError, match=r"measure uses: expected under held the row of baselines\.csv"):
        study.held_against("uses")
