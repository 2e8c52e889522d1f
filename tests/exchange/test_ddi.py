"""The survey as DDI-Codebook: what the schema asks for, in its order, and every question in it."""

import xml.etree.ElementTree as ET

import pytest

from toe_analysis.exchange.ddi import NAMESPACE, ddi_codebook
from toe_analysis.survey import MISSING

ANSWERS = "synthetic answers"

#: From the DDI-Codebook 2.5 schema: what may stand in an element, in this order; of the rest nothing is written.
SEQUENCES = {
    "codeBook": ("docDscr", "stdyDscr", "fileDscr", "dataDscr", "otherMat"),
    "docDscr": ("citation", "guide", "docStatus", "docSrc", "controlledVocabUsed", "notes"),
    "stdyDscr": ("citation", "studyAuthorization", "stdyInfo", "studyDevelopment", "method", "dataAccs", "notes"),
    "citation": ("titlStmt", "rspStmt", "prodStmt", "distStmt", "serStmt", "verStmt", "biblCit", "holdings", "notes"),
    "titlStmt": ("titl", "subTitl", "altTitl", "parTitl", "IDNo"),
    "stdyInfo": ("studyBudget", "subject", "abstract", "sumDscr", "qualityStatement", "notes", "exPostEvaluation"),
    "sumDscr": ("timePrd", "collDate", "nation", "geogCover", "geogUnit", "anlyUnit", "universe", "dataKind"),
    "dataDscr": ("varGrp", "nCubeGrp", "var", "nCube", "notes"),
    "var": (
        "labl",
        "security",
        "qstn",
        "valrng",
        "universe",
        "sumStat",
        "txt",
        "catgry",
        "concept",
        "varFormat",
        "notes",
    ),
    "catgry": ("catValu", "labl", "txt", "catStat", "mrow"),
}
REQUIRED = {"codeBook": "stdyDscr", "stdyDscr": "citation", "citation": "titlStmt", "titlStmt": "titl"}


@pytest.fixture(scope="module")
def content(questionnaire):
    return ddi_codebook(
        questionnaire, title="Studie", author="Dania", universe="firms", answers=ANSWERS, codebook_by="we"
    )


@pytest.fixture(scope="module")
def root(content):
    return ET.fromstring(content)


def local(element):
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


def texts(element, path):
    return [found.text for found in element.findall("/".join(f"{{{NAMESPACE}}}{tag}" for tag in path.split("/")))]


def test_elements_stand_in_the_schemas_order_and_the_required_ones_are_there(root):
    for element in root.iter():
        children = [local(child) for child in element]
        if sequence := SEQUENCES.get(local(element)):
            assert children == sorted(children, key=sequence.index)
        if required := REQUIRED.get(local(element)):
            assert required in children


def test_ids_are_unique_and_every_variable_has_its_name(root):
    variables = root.findall(f".//{{{NAMESPACE}}}var")
    assert len({variable.get("ID") for variable in variables}) == len(variables) == 41
    assert all(variable.get("name") == variable.get("ID") for variable in variables)


def test_questions_and_options_stand_word_for_word_with_labels_in_both_languages(root, questionnaire):
    for question, variable in zip(questionnaire, root.findall(f".//{{{NAMESPACE}}}var"), strict=True):
        assert texts(variable, "qstn/qstnLit") == [" ".join(question.header.split())]
        shown = list(MISSING) if question.may_be_shown else []
        assert texts(variable, "catgry/catValu") == [*question.options, *shown]
        assert texts(variable, "labl") == [question.labels["en"], question.labels["da"]]
        categories = variable.findall(f"{{{NAMESPACE}}}catgry")
        assert all(len(texts(category, "labl")) == 2 for category in categories)
        assert [texts(category, "catValu")[0] for category in categories if category.get("missing") == "Y"] == shown
        assert bool(texts(variable, "security")) == bool(question.privacy)


def test_inferred_routing_is_said_to_be_inferred(root):
    (asked,) = texts(root.find(f".//{{{NAMESPACE}}}var[@ID='q34']"), "universe")
    assert asked == "firms that answered q33=Nej (inferred)"


def test_what_the_answers_are_is_said_wherever_an_archive_may_show_it_and_nothing_is_counted(root, content):
    assert texts(root, "stdyDscr/citation/titlStmt/subTitl") == [ANSWERS]
    assert texts(root, "stdyDscr/stdyInfo/sumDscr/dataKind") == [ANSWERS]
    assert texts(root, "stdyDscr/notes") == [ANSWERS]
    assert b"catStat" not in content
    assert b"sumStat" not in content
