"""Which column of an export answers which question: by title, never by position."""

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from toe_analysis.survey.facts.questionnaire import Question, Questionnaire
from toe_analysis.survey.text import fold, normalise
from toe_analysis.survey.vocabulary import by_language

#: What Microsoft Forms, or Google Forms, puts before the questions: each title (folded), and what stands under it.
META_TITLES = {
    title: kind for table in by_language("titles").values() for kind, titles in table.items() for title in titles
}

#: How programs tell repeated titles apart: people "Title (2)", pandas "Title.1", Forms "Title2"; and what to add to
#: the number to get the place among namesakes. Of "Title12" every split is tried, the longest title first.
_NUMBERED = (
    (re.compile(r" ?\((\d{1,4})\)$"), 0),
    (re.compile(r"\.(\d{1,4})$"), 1),
    *((re.compile(rf" ?(\d{{{n}}})$"), 0) for n in (1, 2)),
)


@dataclass(frozen=True)
class ColumnMatch:
    """Where each question stands in one sheet.

    Parameters
    ----------
    columns : dict of str to int
        Question id to column number, counted from 0.
    meta : dict of str to int
        ``completed`` and so on to column number.
    unknown : tuple of int
        Columns that are neither.
    rivals : dict of int to tuple of str
        Columns that are not read though their title is that of these questions, without a number of its own.
    notes : tuple of str
        What had to be decided by order of appearance.
    """

    columns: dict[str, int]
    meta: dict[str, int]
    unknown: tuple[int, ...]
    rivals: dict[int, tuple[str, ...]]
    notes: tuple[str, ...]


def match_columns(headers: Sequence[str], questionnaire: Questionnaire) -> ColumnMatch:
    """Find each question's column by its title.

    A header matches exactly, else as title and number (``Title2``), title and number in brackets (``Title (2)``) or
    title, point and number (``Title.1``). Questions that share a title are told apart by that number, in the order of
    the questionnaire; where two headers are identical, the order of appearance decides and a note says so.

    Parameters
    ----------
    headers : sequence of str
        The header row; empty strings are skipped.
    questionnaire : Questionnaire

    Examples
    --------
    >>> from toe_analysis.survey.facts.questionnaire import Question
    >>> twice = Questionnaire((Question("q01", "Hvorfor?", "text"), Question("q02", "Hvorfor?", "text")))
    >>> match_columns(["Hvorfor?2", "ID", "Hvorfor?"], twice).columns
    {'q01': 2, 'q02': 0}
    """
    all_titles = _questions_by_title(questionnaire, lambda question: (question.header, *question.aliases))
    places, unknown = _places_by_title(headers, all_titles)
    # An earlier title counts only where no column has the present one: it may be another question's by now.
    absent = {question.id for question in questionnaire if not places.get(fold(question.header))}
    titles = _questions_by_title(
        questionnaire, lambda question: (question.header, *(question.aliases if question.id in absent else ()))
    )
    taken = {
        column: kind for title, kind in META_TITLES.items() if (column := _take_meta(title, places, titles)) is not None
    }
    # The first of a kind: Forms puts its own before the questions, of which one may have a title of that kind as well.
    meta = {taken[column]: column for column in sorted(taken, reverse=True)}
    unknown = tuple(sorted({*unknown, *taken} - set(meta.values())))
    unused = {title: all_titles[title] for title in places if title in all_titles and title not in titles}
    columns: dict[str, int] = {}
    rivals: dict[int, tuple[str, ...]] = {}
    notes = []
    for title, candidates in (titles | unused).items():
        question_ids = [name for name in candidates if name not in columns]
        if len(places.get(title, [])) < len(question_ids):  # then whose present title it is comes first
            question_ids.sort(key=lambda name: fold(questionnaire[name].header) != title)
        found, by_order, left = _assign(question_ids, places.get(title, []), headers, questionnaire)
        columns |= found
        notes += [f"{name}: found by an earlier title" for name in found if fold(questionnaire[name].header) != title]
        notes += [f"{question_id}: its title stands over several columns; taken by order" for question_id in by_order]
        if left:
            notes.append(_tell_left(candidates, columns, left))
            rivals |= {column: tuple(candidates) for number, column in places[title] if column in left and not number}
    return ColumnMatch(columns, meta, unknown, rivals, tuple(notes))


def _places_by_title(
    headers: Sequence[str], titles: dict[str, list[str]]
) -> tuple[dict[str, list[tuple[int, int]]], tuple[int, ...]]:
    """Return the number and the column of each header with a known title, by title, and the other columns."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    unknown = []
    for column, header in enumerate(headers):
        title, number = _title_and_number(header, titles)
        if not fold(header):
            continue
        if title is None:
            unknown.append(column)
        else:
            places[title].append((number, column))
    return places, tuple(unknown)


def _tell_left(candidates: list[str], columns: dict[str, int], left: list[int]) -> str:
    read = [columns[name] for name in candidates if name in columns]
    return (
        f"{', '.join(candidates)}: the title stands over {len(read) + len(left)} columns; "
        f"read {name_columns(read)}, left out {name_columns(left)}"
    )


def name_columns(columns: Sequence[int]) -> str:
    """Return columns, counted from 0, by their letters.

    >>> name_columns([0, 25, 26, 27, 701, 702, 16_383])
    'columns A, Z, AA, AB, ZZ, AAA, XFD'
    """
    return f"column{'s' * (len(columns) > 1)} {', '.join(map(_letters, columns))}"


def _letters(column: int) -> str:
    return (_letters(column // 26 - 1) if column > 25 else "") + chr(ord("A") + column % 26)


def nearest_title(header: str, questionnaire: Questionnaire) -> str | None:
    """Return the question's title that is most like a header, if one is."""
    titles = {fold(title): title for question in questionnaire for title in (question.header, *question.aliases)}
    near = difflib.get_close_matches(fold(header), titles, n=1, cutoff=0.6)
    return titles[near[0]] if near else None


def _questions_by_title(
    questionnaire: Questionnaire, titles_of: Callable[[Question], Iterable[str]]
) -> dict[str, list[str]]:
    titles: dict[str, list[str]] = defaultdict(list)
    for question in questionnaire:
        for title in dict.fromkeys(map(fold, titles_of(question))):
            titles[title].append(question.id)
    return titles


def _title_and_number(header: str, titles: dict[str, list[str]]) -> tuple[str | None, int]:
    """Return the title a header stands for and its number among its namesakes (1 for the first, 0 when not said)."""
    folded = fold(header)
    if folded in titles or folded in META_TITLES:
        return folded, 0
    for pattern, offset in _NUMBERED:
        found = pattern.search(folded)
        if found and (title := folded[: found.start()]) and (title in titles or title in META_TITLES):
            return title, int(found[1]) + offset
    return None, 0


def _take_meta(title: str, places: dict[str, list], titles: dict[str, list[str]]) -> int | None:
    """Take the meta column of this title out of `places`; a question of the same name keeps the others."""
    found = sorted(places.get(title, []))
    if not found:
        return None
    if title in titles and len(found) <= len(titles[title]):
        return None  # all of them are needed for the questions: this copy keeps no such meta column
    places[title] = [(max(number - 1, 0), column) for number, column in found[1:]]
    return found[0][1]


def _assign(
    question_ids: list[str], places: list[tuple[int, int]], headers: Sequence[str], questionnaire: Questionnaire
) -> tuple[dict[str, int], list[str], list[int]]:
    """Give each question of one title its column; also return who got it by order, and the columns left over."""
    assigned: dict[str, int] = {}
    waiting = []
    for number, column in sorted(places):
        header = normalise(headers[column])
        spelled = [name for name in question_ids if _is_spelled(header, questionnaire[name])]
        # Namesakes that differ in the case of a letter are told apart by it; others by their number.
        wanted = spelled[0] if len(spelled) == 1 else dict(enumerate(question_ids, 1)).get(max(number, 1))
        if wanted is None or wanted in assigned:
            waiting.append(column)
        else:
            assigned[wanted] = column
    free = [name for name in question_ids if name not in assigned]
    by_order = dict(zip(free, sorted(waiting), strict=False))
    return assigned | by_order, list(by_order), sorted(waiting)[len(by_order) :]


def _is_spelled(header: str, question: Question) -> bool:
    return any(header.startswith(normalise(title)) for title in (question.header, *question.aliases))
