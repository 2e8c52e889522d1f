import shutil

import pytest
from survey.workbooks import sheet_of, write_sheets

from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.survey import read_source
from toe_analysis.workflow.prepare import private_root


@pytest.fixture
def copied(project, tmp_path):
    (tmp_path / "data/raw").mkdir(parents=True)
    shutil.copy(project / "data/raw/questionnaire.csv", tmp_path / "data/raw")
    return tmp_path


def test_an_export_is_kept_with_its_own_ending_and_replaces_one_with_another(copied, questionnaire, answers):
    rows = sheet_of(questionnaire, answers)
    private_root(copied, write_sheets(copied / "svar.xlsx", {"Ark1": rows}), "")
    text = "\n".join(";".join('"{}"'.format(str(cell).replace('"', '""')) for cell in row) for row in rows)
    (copied / "svar.csv").write_text(text, encoding="utf-8-sig")
    root = private_root(copied, copied / "svar.csv", "")
    assert root.export.name == "survey_export.csv"
    assert root.given("data/raw/survey_export.xlsx") == root.export
    assert root.given("data/raw/questionnaire.csv") == root.raw / "questionnaire.csv"
    assert sorted(path.name for path in root.raw.iterdir()) == ["questionnaire.csv", "survey_export.csv"]


def test_a_root_without_an_export_names_the_workbook(tmp_path):
    assert Root.at(tmp_path).export.name == "survey_export.xlsx"


def test_nothing_is_written_for_an_export_that_cannot_be_used(copied):
    (copied / "svar.csv").write_text("ID;Navn\n1;2\n", encoding="utf-8")
    with pytest.raises(InputError, match="expected the 41 questions"):
        private_root(copied, copied / "svar.csv", "")
    assert not (copied / "private").exists()


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"sha256": 1}', "\xff"])
def test_a_file_of_ones_own_beside_the_export_is_no_sidecar(copied, questionnaire, answers, text):
    path = write_sheets(copied / "svar.xlsx", {"Ark1": sheet_of(questionnaire, answers)})
    path.with_suffix(".json").write_text(text, encoding="latin-1")
    assert read_source(path).kind == "responses"
