import os
import shutil
import subprocess

import pytest
from edits import lay_out
from survey.reading.workbooks import sheet_of, write_sheets

from toe_analysis.errors import InputError
from toe_analysis.paths import Root, write_atomically
from toe_analysis.privacy.root import (
    fill_root,
    is_exposed,
    make_ignored_folder,
    owner_only,
    private_root,
    read_own,
    tell_wider_rights,
)
from toe_analysis.survey import clean, read_source, read_survey


def filled_root(project, exports, wave_cutoff, **options):
    exports = read_own(exports)
    root = private_root(project, project / "data/raw", exports, wave_cutoff, **options)
    fill_root(root, project / "data/raw", exports)
    return root


@pytest.fixture
def copied(project, tmp_path):
    return lay_out(project, tmp_path, "data/raw/questionnaire.csv", "data/raw/study.toml")


def test_an_export_is_kept_with_its_own_ending_and_replaces_one_with_another(copied, questionnaire, answers):
    rows = sheet_of(questionnaire, answers)
    filled_root(copied, [write_sheets(copied / "svar.xlsx", {"Ark1": rows})], "")
    text = "\n".join(";".join('"{}"'.format(str(cell).replace('"', '""')) for cell in row) for row in rows)
    (copied / "svar.csv").write_text(text, encoding="utf-8-sig")
    root = filled_root(copied, [copied / "svar.csv"], "", replaces=True)
    assert root.export.name == "survey_export.csv"
    assert root.given("data/raw/survey_export.xlsx") == root.export
    assert root.given("data/raw/questionnaire.csv") == root.raw / "questionnaire.csv"
    assert sorted(path.name for path in root.raw.iterdir()) == ["questionnaire.csv", "study.toml", "survey_export.csv"]


def test_an_export_among_the_facts_of_the_study_is_not_kept_beside_ones_own(copied, questionnaire, answers):
    (copied / "data/raw/survey_export.csv").write_text("another survey's")
    root = filled_root(copied, [write_sheets(copied / "svar.xlsx", {"Ark1": sheet_of(questionnaire, answers)})], "")
    assert sorted(path.name for path in root.raw.iterdir()) == ["questionnaire.csv", "study.toml", "survey_export.xlsx"]


def test_a_root_without_an_export_names_the_workbook(tmp_path):
    assert Root.at(tmp_path).export.name == "survey_export.xlsx"


def test_nothing_is_written_for_an_export_that_cannot_be_used(copied):
    (copied / "svar.csv").write_text("ID;Navn\n1;2\n", encoding="utf-8")
    with pytest.raises(InputError, match="expected the 41 questions"):
        filled_root(copied, [copied / "svar.csv"], "")
    assert not (copied / "private").exists()


def in_git(folder):
    subprocess.run(["git", "init", "-q", folder], check=True)
    return folder


@pytest.mark.parametrize(
    "lines", [None, "build/", "!private/**", "private/\n!*/", "!*", "private/*\n!private/**/*.csv"]
)
def test_git_takes_up_nothing_of_a_private_folder_whatever_its_own_lines_say(tmp_path, lines):
    if lines:
        (tmp_path / ".gitignore").write_text(lines)
    for _ in range(2):
        make_ignored_folder(in_git(tmp_path), tmp_path / "private/svar")
    (tmp_path / "private/svar/.gitignore").write_text("!*")
    for path in ("private/published.json", "private/svar/data/a.csv", "shown.csv"):
        write_atomically(tmp_path / path, b"")
    asked = ["git", "-C", tmp_path, "add", "--all", "--dry-run"]
    taken = subprocess.run(asked, capture_output=True, check=True, text=True).stdout
    assert "shown.csv" in taken
    assert "private" not in taken


@pytest.mark.parametrize("lines", ["*\n!.gitignore\n", "", "# *\n"])
def test_a_file_of_ones_own_that_lets_git_into_the_private_folder_is_refused_and_kept(tmp_path, lines):
    ignore = write_atomically(tmp_path / "private/.gitignore", lines.encode())
    with pytest.raises(InputError, match=r"expected private/\.gitignore to hold the single line"):
        make_ignored_folder(tmp_path, tmp_path / "private/svar")
    assert ignore.read_text() == lines
    assert not (tmp_path / "private/svar").exists()


def test_a_folder_in_place_of_the_file_is_named_and_nothing_is_made(tmp_path):
    (tmp_path / "private/.gitignore").mkdir(parents=True)
    with pytest.raises(InputError, match=r"expected private/\.gitignore to hold the single line"):
        make_ignored_folder(tmp_path, tmp_path / "private/svar")
    assert not (tmp_path / "private/svar").exists()


def test_a_link_in_place_of_the_file_becomes_one_since_git_does_not_follow_it(tmp_path):
    (tmp_path / "lines").write_text("*\n")
    (tmp_path / "private").mkdir()
    make_link(tmp_path / "private/.gitignore", tmp_path / "lines")
    make_ignored_folder(tmp_path, tmp_path / "private/svar")
    assert not (tmp_path / "private/.gitignore").is_symlink()


def test_without_git_the_folder_is_made_all_the_same_and_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    make_ignored_folder(tmp_path, tmp_path / "private/svar")
    ignore = tmp_path / "private/.gitignore"
    assert ignore.read_text() == "*\n"
    if os.name != "nt":
        assert not any(path.stat().st_mode & 0o077 for path in (ignore, ignore.parent, ignore.with_name("svar")))


@pytest.mark.parametrize("taken", ["private/svar/pseudonym_key", "private/øst/data/processed/a.csv"])
def test_a_private_file_that_git_already_has_is_refused_and_nothing_is_made(tmp_path, taken):
    (tmp_path / taken).parent.mkdir(parents=True)
    (tmp_path / taken).touch()
    subprocess.run(["git", "-C", in_git(tmp_path), "add", "--force", taken], check=True)
    with pytest.raises(InputError, match=rf"but it has {taken}; take it out \(git rm -r --cached private\)"):
        make_ignored_folder(tmp_path, tmp_path / "private/north")
    assert not (tmp_path / "private/north").exists()
    assert not (tmp_path / "private/.gitignore").exists()


def make_link(path, target):
    try:
        path.symlink_to(target)
    except OSError:
        pytest.skip("nobody may make links here, as on Windows without its developer mode")


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("private", "docs"),
        ("private", "nowhere"),
        ("private/svar", "docs"),
        ("private/svar", "private/other"),
        ("private/svar/figures", "docs"),
        ("private/svar/build/b", "private/other"),
        ("private/svar/pseudonym_key", "nowhere"),
    ],
)
@pytest.mark.parametrize("outside", [True, False])
def test_a_link_out_of_the_private_folder_is_refused_before_anything_is_made(tmp_path, link, target, outside):
    project = tmp_path / "project"
    (project / "private/other").mkdir(parents=True)
    place = (tmp_path if outside else project) / target
    if target == "docs":
        place.mkdir()
    if link == "private":
        shutil.rmtree(project / "private")
    (project / link).parent.mkdir(parents=True, exist_ok=True)
    make_link(project / link, place)
    with pytest.raises(InputError, match=f"found {link}, a link to another place; .* keep the whole project there"):
        make_ignored_folder(in_git(project), project / "private/svar")
    assert target != "docs" or not any(place.iterdir())


def test_a_link_within_the_private_folder_and_one_to_the_project_are_no_matter(tmp_path):
    (tmp_path / "project/private/svar/a").mkdir(parents=True)
    make_link(tmp_path / "project/private/svar/b", "a")
    make_link(tmp_path / "project/private/svar/loop", "loop")
    make_link(tmp_path / "link", in_git(tmp_path / "project"))
    make_ignored_folder(tmp_path / "link", tmp_path / "link/private/svar")


@pytest.mark.parametrize("file", ["private", "private/svar", "private/svar/data"])
def test_where_a_file_is_in_the_way_one_sentence_says_so_and_nothing_is_written(copied, questionnaire, answers, file):
    export = write_sheets(copied / "svar.xlsx", {"Ark1": sheet_of(questionnaire, answers)})
    (copied / file).parent.mkdir(parents=True, exist_ok=True)
    (copied / file).touch()
    before = sorted(copied.rglob("*"))
    with pytest.raises(
        InputError, match=r"^expected private/svar to be a folder that can be written to, found: [^;]+;"
    ):
        filled_root(copied, [export], "")
    assert sorted({*copied.rglob("*")} - {copied / "private/.gitignore"}) == before


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"sha256": 1}', "\xff"])
def test_a_file_of_ones_own_beside_the_export_is_no_sidecar(copied, questionnaire, answers, text):
    path = write_sheets(copied / "svar.xlsx", {"Ark1": sheet_of(questionnaire, answers)})
    path.with_suffix(".json").write_text(text, encoding="latin-1")
    assert read_source(path).kind == "responses"
    assert read_own([path])[0].sidecar == b""


def test_several_exports_are_waves_in_the_order_given_and_a_later_run_with_fewer_leaves_none_behind(
    copied, questionnaire, answers
):
    twice = answers[0] | {"q01": "Ågård & Sønner, Fabriksvej 17"}
    parts = [[*answers[:30], twice], [twice | {"q08": "Måske"}, *answers[30:]]]
    paths = [
        write_sheets(copied / f"{name}.xlsx", {"Ark1": sheet_of(questionnaire, part)})
        for name, part in zip(("øst", "vest"), parts, strict=True)
    ]
    root = filled_root(copied, paths, "")
    assert root.path.name == "øst_vest"
    assert [path.name for path in root.exports] == ["survey_export.xlsx", "survey_export_2.xlsx"]
    survey = read_survey(root)
    cleaned = clean(survey.export, survey.study, key=survey.key)
    assert cleaned.received_by_wave.to_dict() == {1: 31, 2: 22}
    assert "file 2, row 2" in cleaned.excluded["row"].tolist()
    assert cleaned.firms.index.is_unique
    assert survey.export.source.kind == "responses"
    assert survey.export.notes == (
        "the name of one firm stands in more than one row: file 1, row 32 and file 2, row 2; all rows are kept",
        "one set of answers stands in more than one row: file 1, row 2 and file 1, row 32; all rows are kept",
    )
    shutil.copytree(root.path, root.path.with_name("vest"))
    assert len(filled_root(copied, paths[1:], "", replaces=True).exports) == 1


def test_a_file_named_twice_and_a_cut_off_for_several_files_are_refused(copied, questionnaire, answers):
    paths = [
        write_sheets(copied / f"{n}.xlsx", {"Ark1": sheet_of(questionnaire, answers[n : n + 9])}) for n in range(2)
    ]
    with pytest.raises(InputError, match="each file once"):
        filled_root(copied, [paths[0], paths[0]], "")
    with pytest.raises(InputError, match="expected one export, found several"):
        filled_root(copied, paths, "2025-02-10")
    assert not (copied / "private").exists()


@pytest.mark.parametrize("content", ["", " \n"])
def test_an_empty_key_is_made_anew_since_everybody_would_know_it(copied, questionnaire, answers, content):
    export = write_sheets(copied / "svar.xlsx", {"Ark1": sheet_of(questionnaire, answers)})
    key = filled_root(copied, [export], "").path / "pseudonym_key"
    made = key.read_text()
    filled_root(copied, [export], "")
    assert key.read_text() == made
    key.write_text(content)
    filled_root(copied, [export], "")
    assert len(key.read_text().strip()) == 64


def test_another_file_for_the_same_folder_is_refused_until_it_has_a_name_or_may_replace(copied, questionnaire, answers):
    (copied / "e").mkdir()
    first = write_sheets(copied / "A.xlsx", {"Ark1": sheet_of(questionnaire, answers)})
    other = write_sheets(copied / "e/a.xlsx", {"Ark1": sheet_of(questionnaire, answers[:20])})
    kept = filled_root(copied, [first], "")
    assert filled_root(copied, [first], "").path == kept.path
    with pytest.raises(InputError, match=r"private/a was made from, found another .* --name NAME .* --replace"):
        filled_root(copied, [other], "")
    assert kept.export.read_bytes() == first.read_bytes()
    assert filled_root(copied, [other], "", name="e").export.read_bytes() == other.read_bytes()
    key = (kept.path / "pseudonym_key").read_text()
    assert filled_root(copied, [other], "", replaces=True).export.read_bytes() == other.read_bytes()
    assert (kept.path / "pseudonym_key").read_text() == key
    with pytest.raises(InputError, match=r"--name: expected letters, .* found '\.\./docs'"):
        filled_root(copied, [other], "", name="../docs")


def test_what_was_looked_at_is_what_is_kept_whatever_becomes_of_the_file(copied, questionnaire, answers):
    path = write_sheets(copied / "svar.xlsx", {"Ark1": sheet_of(questionnaire, answers)})
    before, exports = path.read_bytes(), read_own([path])
    path.write_bytes(b"something else")
    root = private_root(copied, copied / "data/raw", exports, "")
    path.unlink()
    fill_root(root, copied / "data/raw", exports)
    assert root.export.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="rights of a process are those of Unix")
def test_all_that_a_run_makes_is_for_its_owner_and_wider_rights_are_told(copied, questionnaire, answers):
    export = write_sheets(copied / "svar.xlsx", {"Ark1": sheet_of(questionnaire, answers)})
    with owner_only():
        root = filled_root(copied, [export], "")
    made = [copied / "private", *(copied / "private").rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in made if path.is_dir()} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in made if path.is_file()} == {0o600}
    assert tell_wider_rights(root.path) == ""
    root.path.parent.chmod(0o755)
    assert tell_wider_rights(root.path) == ""  # nobody gets into the folder itself
    root.path.chmod(0o750)
    assert "chmod 700 private" in tell_wider_rights(root.path)


def test_half_a_copy_that_a_killed_run_left_is_taken_away_by_the_next_one(copied, questionnaire, answers):
    export = write_sheets(copied / "svar.xlsx", {"Ark1": sheet_of(questionnaire, answers)})
    root = filled_root(copied, [export], "")
    for path in (root.raw / ".survey_export.xlsx.12.tmp", root.path / ".pseudonym_key.12.tmp"):
        path.write_bytes(b"half")
    filled_root(copied, [export], "")
    assert not list(root.path.rglob("*.tmp"))


@pytest.mark.parametrize(
    ("place", "exposed"),
    [("survey.xlsx", True), ("src/survey.csv", True), ("private/svar/survey.xlsx", False), ("data/survey.xlsx", False)],
)
def test_an_export_that_git_would_take_up_unseen_is_known(tmp_path, place, exposed):
    assert is_exposed(tmp_path / place, tmp_path) == exposed
    assert not is_exposed(tmp_path / place, tmp_path / "another project")
