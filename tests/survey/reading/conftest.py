import pytest
from survey.reading.variants import table
from survey.reading.workbooks import sheet_of, write_sheets

from toe_analysis.survey.synthetic.world import synthetic_answers


@pytest.fixture(scope="module")
def good(questionnaire, tmp_path_factory, recipe):
    rows = sheet_of(questionnaire, synthetic_answers(recipe)[:6])
    return write_sheets(tmp_path_factory.mktemp("good") / "good.xlsx", {"Svar": rows}).read_bytes()


@pytest.fixture(scope="session")
def plain(questionnaire, recipe):
    firms = synthetic_answers(recipe)
    firms[0]["q04"] = "NA"
    firms[1]["q04"] = "=cmd|'/C calc'!A0"
    firms[2]["q04"] = 'Skruer; "bolte" og\nmøtrikker'
    for firm in firms:
        if "q09" in firm:
            firm["q09"] = "Computer vision (genkendelse);Robotter; svejsning;"
    return sheet_of(questionnaire, firms)


@pytest.fixture(scope="session")
def expected(plain, questionnaire, tmp_path_factory):
    path = write_sheets(tmp_path_factory.mktemp("plain") / "plain.xlsx", {"Sheet1": plain})
    return table(path, questionnaire)
