import shutil
import subprocess

import pytest
from survey.workbooks import sheet_of, write_sheets

from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.survey import clean, read_source, read_survey
from toe_analysis.workflow.ignored import refuse_unless_ignored
from toe_analysis.workflow.prepare import private_root


@pytest.fixture
def copied(project, tmp_path):
    (tmp_path / "data/raw").mkdir(parents=True)
    shutil.copy(project / "data/raw/questionnaire.csv", tmp_path / "data/raw")
    shutil.copy(project / ".gitignore", tmp_path)
    return tmp_path


def test_an_export_is_kept_with_its_own_ending_and_replaces_one_with_another(copied, questionnaire, answers):
    rows = sheet_of(questionnaire, answers)
    private_root(copied, [write_sheets(copied / "svar.xlsx", {"Ark1": rows})], "")
    text = "\n".join(";".join('"{}"'.format(str(cell).replace('"', '""')) for cell in row) for row in rows)
    (copied / "svar.csv").write_text(text, encoding="utf-8-sig")
    root = private_root(copied, [copied / "svar.csv"], "")
    assert root.export.name == "survey_export.csv"
    assert root.given("data/raw/survey_export.xlsx") == root.export
    assert root.given("data/raw/questionnaire.csv") == root.raw / "questionnaire.csv"
    assert sorted(path.name for path in root.raw.iterdir()) == ["questionnaire.csv", "survey_export.csv"]


def test_a_root_without_an_export_names_the_workbook(tmp_path):
    assert Root.at(tmp_path).export.name == "survey_export.xlsx"


def test_nothing_is_written_for_an_export_that_cannot_be_used(copied):
    (copied / "svar.csv").write_text("ID;Navn\n1;2\n", encoding="utf-8")
    with pytest.raises(InputError, match="expected the 41 questions"):
        private_root(copied, [copied / "svar.csv"], "")
    assert not (copied / "private").exists()


@pytest.mark.parametrize(
    ("gitignore", "in_git"),
    [(None, False), ("build/\n", False), ("private/\n!private/survey/\n", False), (None, True), ("priv/\n", True)],
)
def test_nothing_is_written_where_git_would_not_ignore_it(copied, questionnaire, answers, gitignore, in_git):
    path = write_sheets(copied / "svar.xlsx", {"Ark1": sheet_of(questionnaire, answers)})
    (copied / ".gitignore").unlink()
    if gitignore:
        (copied / ".gitignore").write_text(gitignore)
    if in_git:
        subprocess.run(["git", "init", "-q", copied], check=True)
    with pytest.raises(InputError, match="expected git to ignore private/"):
        private_root(copied, [path], "")
    assert not (copied / "private").exists()


@pytest.mark.parametrize("git_is_there", [True, False])
def test_git_is_asked_where_it_is_and_the_file_looked_into_where_it_is_not(copied, monkeypatch, git_is_there):
    (copied / ".gitignore").write_text("priv*\n" if git_is_there else "build/\n/private/\n")
    subprocess.run(["git", "init", "-q", copied], check=True)
    if not git_is_there:
        monkeypatch.setenv("PATH", "")
    refuse_unless_ignored(copied, copied / "private/svar/data/raw/survey_export.xlsx")


def test_a_private_file_that_git_already_has_is_refused_although_a_line_ignores_it(copied):
    kept = copied / "private/svar/data/raw/survey_export.xlsx"
    kept.parent.mkdir(parents=True)
    kept.touch()
    subprocess.run(["git", "init", "-q", copied], check=True)
    subprocess.run(["git", "-C", copied, "add", "--force", kept], check=True)
    with pytest.raises(InputError, match="git rm -r --cached private"):
        refuse_unless_ignored(copied, kept)


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"sha256": 1}', "\xff"])
def test_a_file_of_ones_own_beside_the_export_is_no_sidecar(copied, questionnaire, answers, text):
    path = write_sheets(copied / "svar.xlsx", {"Ark1": sheet_of(questionnaire, answers)})
    path.with_suffix(".json").write_text(text, encoding="latin-1")
    assert read_source(path).kind == "responses"


def test_several_exports_are_waves_in_the_order_given_and_a_later_run_with_fewer_leaves_none_behind(
    copied, questionnaire, answers
):
    twice = answers[0] | {"q01": "Ågård & Sønner, Fabriksvej 17"}
    parts = [[*answers[:30], twice], [twice | {"q08": "Måske"}, *answers[30:]]]
    paths = [
        write_sheets(copied / f"{name}.xlsx", {"Ark1": sheet_of(questionnaire, part)})
        for name, part in zip(("øst", "vest"), parts, strict=True)
    ]
    root = private_root(copied, paths, "")
    assert root.path.name == "øst_vest"
    assert [path.name for path in root.exports] == ["survey_export.xlsx", "survey_export_2.xlsx"]
    survey = read_survey(root)
    cleaned = clean(survey.export, questionnaire, key=survey.key)
    assert cleaned.received_by_wave.to_dict() == {1: 31, 2: 22}
    assert "file 2, row 2" in cleaned.excluded["row"].tolist()
    assert cleaned.firms.index.is_unique
    assert survey.source.kind == "responses"
    assert survey.export.notes == (
        "1 firm names stand in more than one row (file 1, row 32 and file 2, row 2, for example); all rows are kept",
    )
    shutil.copytree(root.path, root.path.with_name("vest"))
    assert len(private_root(copied, paths[1:], "").exports) == 1


def test_a_file_named_twice_and_a_cut_off_for_several_files_are_refused(copied, questionnaire, answers):
    paths = [
        write_sheets(copied / f"{n}.xlsx", {"Ark1": sheet_of(questionnaire, answers[n : n + 9])}) for n in range(2)
    ]
    with pytest.raises(InputError, match="each once"):
        private_root(copied, [paths[0], paths[0]], "")
    with pytest.raises(InputError, match="expected one export, found several"):
        private_root(copied, paths, "2025-02-10")
    assert not (copied / "private").exists()
