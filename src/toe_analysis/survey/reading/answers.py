"""One cell of an export as an answer: options in the questionnaire's spelling, and what the firm typed itself."""

import contextlib
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from toe_analysis.survey.facts.questionnaire import ONE_OPTION, Question
from toe_analysis.survey.facts.sizes import size_class
from toe_analysis.survey.text import fold

#: Between the options of one answer, in an export and in our tables alike. No option holds it.
SEPARATOR = ";"
#: What other programs put between options.
_OTHER_MARKS = ("\n", ",", "|")
#: What may be a list of texts in JSON, and of nothing else.
_TEXTS_IN_BRACKETS = re.compile(r'\[\s*(?:"[^\[\]{}]*")?\s*\]')

#: A year that passed through a program which takes every number for a measurement.
_YEAR = re.compile(r"^(\d{4})[.,]0+$")

#: Digits with marks between them; and a number whose one mark may stand for thousands or for decimals.
_NUMBER = re.compile(r"\d+(?:[.,]\d{3})*(?:[.,]\d+)?|\d+")
_TWO_WAYS = re.compile(r"\d{1,3}[.,]\d{3}")


@dataclass(frozen=True)
class Answer:
    """What one firm answered to one question.

    Parameters
    ----------
    value : str or None
        The option, or options joined by `SEPARATOR`, or the text of an open question.
    typed : str or None
        What is no option: the firm's own words behind "Other", or, where the question has none, nobody knows what.
    """

    value: str | None = None
    typed: str | None = None


def read_answer(question: Question, text: str | None) -> Answer:
    """Read one cell according to its question's type.

    Parameters
    ----------
    question : Question
    text : str or None
        The cell, None if empty.

    Returns
    -------
    Answer
        Options of a multi-select come in the questionnaire's order, those of a ranking best first.

    Examples
    --------
    >>> how = Question("q14", "Hvordan?", "multi", ("Netværk", "Selvlært", "Other"), other_option="Other")
    >>> read_answer(how, "Selvlært;Netværk;")
    Answer(value='Netværk;Selvlært', typed=None)

    What the firm typed itself may hold the separator:

    >>> read_answer(how, "Kursus; online;Selvlært")
    Answer(value='Selvlært;Other', typed='Kursus; online')
    """
    if text is not None and question.type == "year":
        text = _YEAR.sub(r"\1", text)
    if text is None or not question.options:
        return Answer(value=text)
    if question.type == "number":
        found = class_of(question, text)
        return Answer(value=found) if found else Answer(typed=text)
    known = _known(question)
    pieces = [text.rstrip(SEPARATOR)] if question.type in ONE_OPTION else _pieces(text, known)
    chosen, words = _chosen_and_typed(pieces, known, question.other_option)
    if question.type == "multi":
        chosen.sort(key=question.options.index)
    return Answer(SEPARATOR.join(chosen) or None, words)


def options_taken_for_words(question: Question, text: str) -> bool:
    """Return whether a cell begins with an option and a comma, and was read as the firm's own words all the same.

    Some tools put a comma between options and before a firm's own words; where those begin, the cell does not tell.

    >>> how = Question("q14", "Hvordan?", "multi", ("Netværk", "Selvlært", "Other"), other_option="Other")
    >>> [options_taken_for_words(how, text) for text in ("Netværk, et kursus", "Netværk, Selvlært", "Netværk, kursus;")]
    [True, False, False]
    """
    if SEPARATOR in text or not fold(text).startswith(tuple(f"{label}," for label in _known(question))):
        return False
    return bool(read_answer(question, text).typed)


def read_number(text: str | None) -> float | None:
    """Read a number as people write it; None where it is none, or can be read in two ways.

    >>> [read_number(text) for text in ("12", "1 200", "12,5", "1.200,50", "about 12", "1.200")]
    [12.0, 1200.0, 12.5, 1200.5, None, None]
    """
    plain = re.sub(r"\s", "", text or "")
    if not _NUMBER.fullmatch(plain) or _TWO_WAYS.fullmatch(plain):
        return None
    mark = max(",.", key=plain.rfind)
    whole, _, rest = plain.rpartition(mark) if plain.count(mark) == 1 else (plain, "", "")
    return float(f"{re.sub('[,.]', '', whole)}.{rest or 0}")


def class_of(question: Question, text: str) -> str | None:
    """Return the class of a number question in which a number lies; None for what is no number or in no class.

    >>> class_of(Question("q05", "Hvor mange?", "number", ("0-4", "5-9", "10+")), "9,5")
    '5-9'
    """
    value = read_number(text)
    begun = [label for label in question.options if value is not None and size_class(label).smallest <= value]
    if not begun or value >= size_class(begun[-1]).largest + 1:
        return None
    return begun[-1]


def _known(question: Question) -> dict[str, str]:
    """Return the options by all labels that they have or had."""
    known = {fold(earlier): option for earlier, option in question.earlier_options.items()}
    return known | {fold(option): option for option in question.options}


def _chosen_and_typed(
    pieces: list[str], known: Mapping[str, str], other_option: str | None
) -> tuple[list[str], str | None]:
    """Return each option once, in the order of the pieces, and what is none as one text."""
    chosen: dict[str, None] = {}
    typed = []
    # Pieces next to each other that are no options were one text with a separator in it.
    for is_option, run in itertools.groupby(filter(fold, pieces), key=lambda piece: fold(piece) in known):
        if is_option:
            chosen |= {known[fold(piece)]: None for piece in run}
        else:
            typed.append(SEPARATOR.join(run).strip())
            chosen |= {other_option: None} if other_option else {}
    return list(chosen), " / ".join(typed) or None


def _pieces(text: str, known: Mapping[str, str]) -> list[str]:
    """Split a cell of several options as Forms writes it, as Power Automate does (JSON), or by another mark.

    By another mark only where all are options, which may hold it as well: what a firm typed itself may hold any.
    """
    if _TEXTS_IN_BRACKETS.fullmatch(text):
        with contextlib.suppress(ValueError):  # then it is a firm's own text in brackets
            parts = json.loads(text)
            if all(isinstance(part, str) for part in parts):
                return parts
    if fold(text) not in known:
        for mark in _OTHER_MARKS:
            if parts := _all_options(text, mark, known):
                return parts
    return text.split(SEPARATOR)


def _all_options(text: str, mark: str, known: Mapping[str, str]) -> list[str]:
    """Split a text at a mark into options, the longest first, since some hold the mark; nothing if others are left."""
    pieces = [piece for piece in text.split(mark) if piece.strip()]
    most = 1 + max(label.count(mark) for label in known)
    parts, place = [], 0
    while place < len(pieces):
        tried = (mark.join(pieces[place : place + length]) for length in range(most, 0, -1))
        found = next((part for part in tried if fold(part) in known), None)
        if found is None:
            return []
        parts.append(found)
        place += 1 + found.count(mark)
    return parts
