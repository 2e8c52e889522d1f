import pytest
from survey.reading.workbooks import message, sheet_of, write_sheets

from toe_analysis.survey import read_export


@pytest.fixture
def sheet(questionnaire, answers):
    return sheet_of(questionnaire, answers)


def column(sheet, question, questionnaire):
    return 5 + questionnaire.ids.index(question)


def test_headers_may_stand_below_a_note_and_rows_keep_their_number_in_the_sheet(tmp_path, questionnaire, sheet):
    path = write_sheets(tmp_path / "export.xlsx", {"Ark1": [["Udtræk fra Forms"], [], *sheet]})
    assert read_export(path, questionnaire).cells.index[0] == 4


def test_an_answer_na_is_an_answer_and_empty_rows_are_no_responses(tmp_path, questionnaire, sheet):
    sheet[1][column(sheet, "q04", questionnaire)] = "NA"
    path = write_sheets(tmp_path / "export.xlsx", {"Ark1": [*sheet, [], [" "], []]})
    export = read_export(path, questionnaire)
    assert export.cells.iloc[0]["q04"] == "NA"
    assert len(export.cells) == 51


def test_identifying_columns_may_be_missing_and_it_is_said(tmp_path, questionnaire, sheet):
    gone = [column(sheet, name, questionnaire) for name in ("q01", "q04")] + list(range(5))
    rows = [[cell for place, cell in enumerate(row) if place not in gone] for row in sheet]
    export = read_export(write_sheets(tmp_path / "export.xlsx", {"Ark1": rows}), questionnaire)
    assert export.notes == ("q01: not in this export", "q04: not in this export")
    assert export.completed.isna().all()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (bytes(600), "an old Excel file (.xls)"),
        (bytes(60) + "EncryptedPackage".encode("utf-16-le"), "one locked with a password"),
    ],
)
def test_old_and_locked_workbooks_are_told_apart(tmp_path, questionnaire, content, found):
    path = tmp_path / "export.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + content)
    assert f"found {found}; save it as .xlsx" in message(path, questionnaire)


def test_another_surveys_export_is_told_without_its_headers_which_may_be_answers(tmp_path, questionnaire):
    headers = ["ID", "lone@hansen.example", "Anvender virksomheden AI i produktion?"]
    told = message(write_sheets(tmp_path / "export.xlsx", {"Form1": [headers, [1, 40, "Ja"]]}), questionnaire)
    assert "sheet 'Form1': expected the 41 questions of this survey as column headers, found 0; is it anoth" in told
    assert "hansen" not in told


def test_a_text_without_any_separator_is_another_surveys_export(tmp_path, questionnaire):
    (tmp_path / "export.txt").write_text("hello\n")
    assert "expected the 41 questions of this survey" in message(tmp_path / "export.txt", questionnaire)


def test_a_missing_question_is_named_with_its_title(tmp_path, questionnaire, sheet):
    place = column(sheet, "q20", questionnaire)
    rows = [row[:place] + row[place + 1 :] for row in sheet]
    told = message(write_sheets(tmp_path / "export.xlsx", {"Ark1": rows}), questionnaire)
    assert "found none for q20 ('Har I tidligere forsøgt at anvende AI i produktionen?')" in told
    assert "in the study's questionnaire.csv" in told  # data/raw has that of this study alone


def test_an_empty_sheet_and_a_sheet_of_headers_alone_are_told_apart(tmp_path, questionnaire, sheet):
    assert "but it is empty" in message(write_sheets(tmp_path / "a.xlsx", {"Ark1": []}), questionnaire)
    assert "a row for each response" in message(write_sheets(tmp_path / "b.xlsx", {"Ark1": sheet[:1]}), questionnaire)
