import pytest
from survey.reading.workbooks import sheet_of, write_sheets

from toe_analysis.survey.synthetic.world import synthetic_answers


@pytest.fixture(scope="module")
def good(questionnaire, tmp_path_factory, recipe):
    rows = sheet_of(questionnaire, synthetic_answers(recipe)[:6])
    return write_sheets(tmp_path_factory.mktemp("good") / "good.xlsx", {"Svar": rows}).read_bytes()
