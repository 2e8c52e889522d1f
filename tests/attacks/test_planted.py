"""Names are planted in an export, and looked for in every place that a run, a release or the system may have left."""

import os
import re

import pytest
from end_to_end.conftest import Copy
from survey.reading.workbooks import sheet_of, write_sheets

from toe_analysis.privacy.identifying import read_secrets
from toe_analysis.privacy.leaks import find_leaks

pytestmark = [pytest.mark.attack, pytest.mark.skipif(os.name == "nt", reason="rights are those of Unix")]

PLANTED = {
    "q01": "Zyxwolf & Sønner A/S, Qvistgårdsvej 1789",
    "q02": "grundlagt i 1789 af Zyxwolf",
    "q04": "Zyxwolfs patenterede plovjern",
    "q05": "Overplovmester hos Zyxwolf",
}
PERSON = ["zyx@zyxwolf.example", "Zenobia Zyxwolf"]


@pytest.fixture(scope="module")
def searched(tmp_path_factory, questionnaire, recipe):
    """A project in which everything has been done with the export, and all that this machine may write besides."""
    from toe_analysis.survey.synthetic.world import synthetic_answers

    place = tmp_path_factory.mktemp("planted")
    (place / "project").mkdir()
    copy = Copy(place / "project")
    folders = {"HOME": "home", "TMPDIR": "temporary", "XDG_CACHE_HOME": "cache", "MPLCONFIGDIR": "fonts"}
    for name in folders.values():
        (place / name).mkdir()
    places = os.environ | {variable: str(place / name) for variable, name in folders.items()}
    sheet = sheet_of(questionnaire, [firm | PLANTED for firm in synthetic_answers(recipe)])
    for row in sheet[1:]:
        row[3:5] = PERSON
    (place / "given").mkdir()
    export = write_sheets(place / "given/own.xlsx", {"Ark1": sheet})
    said = []
    for words in (("--responses", export, "--name", "own"), ("release",), ("--only", "02"), ("check",)):
        done = copy.run(*words, env=places)
        assert done.returncode == 0 or words == ("check",), done.stdout + done.stderr
        said.append(done.stdout + done.stderr)
    (place / "said.txt").write_text("\n".join(said), encoding="utf-8")
    return place, export


def test_no_planted_name_is_found_anywhere_but_in_the_export_that_is_kept(searched, questionnaire, record_property):
    place, export = searched
    secrets = {one for one in read_secrets(export, questionnaire) if re.search("zyx|qvist", one.text.casefold())}
    assert {*PLANTED.values(), *PERSON} <= {one.text for one in secrets}
    given = ("given/", "project/private/own/data/raw/survey_export.xlsx")
    assert find_leaks(secrets, place, given=given) == []
    files = [path for path in place.rglob("*") if path.is_file()]
    plain = [path for path in files if b"zyxwolf" in path.read_bytes().lower()]
    assert {path.relative_to(place).as_posix() for path in plain} <= {"given/own.xlsx"}
    record_property("places searched for planted names", len(files))


def test_nobody_but_its_owner_can_look_into_what_was_made_of_it(searched, record_property):
    made = [searched[0] / "project/private", *(searched[0] / "project/private").rglob("*")]
    assert [path for path in made if path.stat().st_mode & 0o077] == []
    record_property("private files and folders whose rights were read", len(made))


def test_after_it_is_forgotten_nothing_of_it_is_left_anywhere(searched, record_property):
    place, export = searched
    key = (place / "project/private/own/pseudonym_key").read_bytes().strip()
    project = Copy.__new__(Copy)
    project.path = place / "project"
    done = project.run("forget", "own")
    assert done.returncode == 0, done.stdout + done.stderr
    files = [path for path in place.rglob("*") if path.is_file() and path != export]
    assert not [path for path in files if key in path.read_bytes()]
    assert {path.name for path in (place / "project/private").iterdir()} == {".gitignore", "published.json"}
    record_property("places searched for what was forgotten", len(files))
