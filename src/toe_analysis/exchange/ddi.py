"""The survey as a DDI-Codebook 2.5 file, the form in which survey archives take a questionnaire."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping

from toe_analysis.exchange.refi_writing import as_file, as_line
from toe_analysis.showing.words import LANGUAGES, say, word
from toe_analysis.survey import MISSING, Question, Questionnaire
from toe_analysis.survey.facts.questionnaire import ONE_OPTION

NAMESPACE = "ddi:codebook:2_5"

_RESPONSES = {
    **dict.fromkeys(ONE_OPTION, "category"),
    **dict.fromkeys(("multi", "ranking"), "multiple"),
    **dict.fromkeys(("text", "top3"), "text"),
    "year": "numeric",
}


def ddi_codebook(
    questionnaire: Questionnaire, *, title: str, author: str, universe: str, answers: str, codebook_by: str
) -> bytes:
    """Return the survey's variables, with questions and categories, as a DDI-Codebook file.

    Parameters
    ----------
    questionnaire : Questionnaire
    title, author : str
        Of the study.
    universe : str
        Whom the survey asks about.
    answers : str
        What the answers that go with the file may be taken for; stands in the title's subtitle, the kind of data and
        the notes, since an archive shows one or the other.
    codebook_by : str
        Who made the file.

    Returns
    -------
    bytes
        XML in UTF-8. It describes and counts nothing: there are no frequencies in it.

    Notes
    -----
    Element order follows the DDI-Codebook 2.5 schema (DDI Alliance, 2012). Titles and options are the Danish ones, that
    is, the values in the data; labels are in both languages.
    """
    root = ET.Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5"})
    document = _below(root, "docDscr/citation")
    _add(_below(document, "titlStmt"), "titl", f"DDI codebook: {title}")
    _add(_below(document, "prodStmt"), "producer", codebook_by)
    study = ET.SubElement(root, "stdyDscr")
    citation = ET.SubElement(study, "citation")
    titles = ET.SubElement(citation, "titlStmt")
    _add(titles, "titl", title, "da")
    _add(titles, "subTitl", answers)
    _add(_below(citation, "rspStmt"), "AuthEnty", author)
    scope = ET.SubElement(study, "stdyInfo")
    summary = ET.SubElement(scope, "sumDscr")
    _add(summary, "nation", "Denmark").set("abbr", "DK")
    _add(summary, "anlyUnit", "firm")
    _add(summary, "universe", universe)
    _add(summary, "dataKind", answers)
    _add(study, "notes", answers)
    variables = ET.SubElement(root, "dataDscr")
    for number, question in enumerate(questionnaire, start=1):
        variables.append(_variable(question, number))
    return as_file(root)


def _variable(question: Question, number: int) -> ET.Element:
    interval = "contin" if question.type == "year" else "discrete"
    variable = ET.Element("var", ID=question.id, name=question.id, intrvl=interval)
    _add_labels(variable, question.labels)
    if question.privacy:
        _add(variable, "security", f"{question.privacy}: the answers themselves are not given out")
    asked = ET.SubElement(variable, "qstn", seqNo=str(number), responseDomainType=_RESPONSES[question.type])
    _add(asked, "qstnLit", question.header, "da")
    who = (
        f"firms that answered {question.asked_when} ({question.routing_source})"
        if question.asked_when
        else "every firm"
    )
    _add(variable, "universe", who)
    for option in question.options:
        _add_category(variable, option, {language: word(option, language, "option") for language in LANGUAGES})
    if question.may_be_shown:
        for reason in MISSING:
            words = {language: say(f"missing.{reason}", language) for language in LANGUAGES}
            _add_category(variable, reason, words).set("missing", "Y")
    if question.toe:
        _add(variable, "concept", f"TOE dimension: {say(f'toe.{question.toe}', 'en')} ({question.toe_source})")
    ET.SubElement(variable, "varFormat", type="numeric" if question.type == "year" else "character")
    return variable


def _add_category(parent: ET.Element, value: str, words: Mapping[str, str]) -> ET.Element:
    category = ET.SubElement(parent, "catgry")
    _add(category, "catValu", value)
    _add_labels(category, words)
    return category


def _add_labels(parent: ET.Element, words: Mapping[str, str]) -> None:
    for language in LANGUAGES:
        _add(parent, "labl", words[language], language)


def _add(parent: ET.Element, tag: str, text: str, language: str = "en") -> ET.Element:
    attributes = {} if tag == "catValu" else {"xml:lang": language}
    element = ET.SubElement(parent, tag, attributes)
    element.text = as_line(text)
    return element


def _below(parent: ET.Element, path: str) -> ET.Element:
    for tag in path.split("/"):
        parent = ET.SubElement(parent, tag)
    return parent
