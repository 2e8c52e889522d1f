import datetime

import pytest
import xlsxwriter
from survey.reading.workbooks import sheet_of, write_sheets

from toe_analysis.privacy.identifying import Secret, read_secrets

TIME = datetime.datetime(2025, 2, 3, 8, 1, 2)


@pytest.mark.parametrize("cell", [TIME, "2025-02-03T08:01:02", "2025-02-03 08:01:02"])
def test_a_time_is_looked_for_as_programs_write_it(cell, questionnaire, tmp_path):
    headers, row = sheet_of(questionnaire, [{"q08": "Ja"}])
    row[1] = cell
    with xlsxwriter.Workbook(tmp_path / "export.xlsx", {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, headers)
        sheet.write_row(1, 0, row)
    found = read_secrets(tmp_path / "export.xlsx", questionnaire)
    assert Secret("time of an answer", "2025-02-03 08:01:02") in found
    assert (Secret("time of an answer", "2025-02-03T08:01:02") in found) == (cell != "2025-02-03 08:01:02")


def test_what_stands_above_the_headers_is_no_secret_and_every_row_below_them_is_looked_at(questionnaire, tmp_path):
    headers, *rows = sheet_of(questionnaire, [{"q01": f"Firma{place} A/S", "q08": "Nej"} for place in range(3)])
    rows[2][7] = "skriv til ane@firma.example"
    path = write_sheets(tmp_path / "export.xlsx", {"S": [["udtraek@dania.example"], headers, *rows, headers]})
    texts = {secret.text for secret in read_secrets(path, questionnaire)}
    assert {"Firma0", "Firma1", "Firma2", "ane@firma.example"} <= texts
    assert "udtraek@dania.example" not in texts
