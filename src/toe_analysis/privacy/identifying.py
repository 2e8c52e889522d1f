"""What in an export points to a firm or a person, as the words by which it would be known again elsewhere."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from toe_analysis.survey import Questionnaire
from toe_analysis.survey.facts.questionnaire import FREE_TEXT
from toe_analysis.survey.reading.answers import read_answer
from toe_analysis.survey.reading.files import read_file
from toe_analysis.survey.reading.rows import find_headers
from toe_analysis.survey.text import cell_text, normalise, pieces

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: A street with its number, and the name that may stand before it.
_STREET = re.compile(r"(?P<before>.*?)(?P<street>\b[^\W\d][\w.'-]+\s+\d+(?:\s?[a-zA-Z])?)\b")
_LEGAL_FORM = re.compile(r"[\s,]+(a/s|aps|i/s|p/s|k/s|ivs|a\.m\.b\.a\.?|amba|holding)\.?$", re.IGNORECASE)

#: A name or an address of fewer letters would be found in ordinary words.
_FEWEST_LETTERS = 4
#: Of what a firm says of itself, shorter words and parts of sentences are anybody's.
_FEWEST_OF_TEXT = 7


@dataclass(frozen=True)
class Secret:
    """One thing that must not be found elsewhere.

    Parameters
    ----------
    kind : str
        What it is, in words that may be shown.
    text : str
        The thing itself, which may not.
    """

    kind: str
    text: str

    def __repr__(self) -> str:
        return f"Secret({self.kind!r})"  # so that no message or log can show it


def read_secrets(export: Path, questionnaire: Questionnaire) -> set[Secret]:
    """Return what identifies the firms and persons of an export: whole cells and their distinctive parts.

    Names and addresses of firms, names of those who answered, e-mail wherever it stands, times, answers that identify
    by themselves, and the firms' own words. Single years, numbers and short words are left out, since they stand in any
    text.

    Raises
    ------
    InputError
        If the export cannot be read.
    """
    found = find_headers(read_file(export), questionnaire)[0]
    columns = [column.take(slice(found.row + 1, None)).distinct() for column in found.table.columns]
    texts = (cell for cells in columns for cell in cells if isinstance(cell, str))
    secrets = {Secret("e-mail", address) for text in texts if "@" in text for address in _EMAIL.findall(text)}
    for kind, place in found.match.meta.items():
        secrets.update(secret for cell in columns[place] for secret in _of_meta(kind, cell))
    for name, place in found.match.columns.items():
        answers = filter(None, map(cell_text, columns[place]))
        secrets.update(secret for text in answers for secret in _of_answer(questionnaire, name, text))
    return secrets


def _of_meta(kind: str, cell: object) -> Iterator[Secret]:
    if kind == "name" and (text := normalise(str(cell or ""))) and text.casefold() not in ("anonymous", "anonym"):
        yield from _long_enough("name of a person", [text], _FEWEST_LETTERS)
    if kind in ("started", "completed", "modified") and isinstance(cell, str) and re.search(r"\d:\d\d", cell):
        yield Secret("time of an answer", normalise(cell))
        yield Secret("time of an answer", normalise(re.sub(r"(?<=\d)T(?=\d)", " ", cell)))


def _of_answer(questionnaire: Questionnaire, name: str, text: str) -> Iterator[Secret]:
    question = questionnaire[name]
    if question.privacy == "identifier":
        yield from _names_and_addresses(text)
    elif question.privacy:
        yield from _long_enough(question.privacy, _with_parts(text), _FEWEST_OF_TEXT)
    else:
        yield from _long_enough(FREE_TEXT, _with_parts(read_answer(question, text).typed or ""), _FEWEST_OF_TEXT)


def _names_and_addresses(text: str) -> Iterator[Secret]:
    """Return the whole answer, the firm's name with and without its legal form, each street with its number, the rest.

    The name is taken to stand first. A town after it is no name: it stands in many texts.
    """
    yield from _long_enough("name or address of a firm", [text], _FEWEST_LETTERS)
    parts = filter(None, map(normalise, re.split(r"[,;|\n]|\s[-\u2013]\s", text)))
    for place, part in enumerate(parts):
        street = _STREET.match(part)
        if street:
            yield from _long_enough("address of a firm", [street["street"]], _FEWEST_LETTERS)
        name = street["before"].strip() if street else part
        if place == 0:
            yield from _long_enough("name of a firm", [name, _LEGAL_FORM.sub("", name)], _FEWEST_LETTERS)
        elif not street:
            yield from _long_enough("quasi-identifier", [part], _FEWEST_OF_TEXT)


def _with_parts(text: str) -> set[str]:
    """Return what a firm wrote, its lines, and the parts, without numbers before them, on which a person decides."""
    return {text, *text.splitlines(), *pieces(text)}


def _long_enough(kind: str, texts: Iterable[str], fewest: int) -> Iterator[Secret]:
    for text in texts:
        if sum(sign.isalpha() for sign in text) >= fewest:
            yield Secret(kind, text)
