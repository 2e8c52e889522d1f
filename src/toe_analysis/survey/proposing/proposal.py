"""What the questions of an unknown export seem to be, with every guess marked as one."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from toe_analysis.errors import InputError
from toe_analysis.survey.facts.questionnaire import FREE_TEXT, Condition, Question, Questionnaire
from toe_analysis.survey.facts.sizes import size_class
from toe_analysis.survey.reading.answers import SEPARATOR, read_number
from toe_analysis.survey.reading.files import GivenFile
from toe_analysis.survey.reading.headers import META_TITLES, name_columns
from toe_analysis.survey.reading.rows import Found, check_lengths, find_headers
from toe_analysis.survey.text import cell_text, fold, normalise
from toe_analysis.survey.vocabulary import by_language, pattern, words

#: Scales from low to high: for each step what all languages call it.
_SCALES = [
    [set().union(*step) for step in zip(*(scales[name] for scales in by_language("scales").values()), strict=True)]
    for name in ("agreement", "satisfaction", "frequency", "extent")
]
#: What a title says that asks for something private, for own words, for the firm's name, or about AI.
_WORDS = {privacy: re.compile(pattern(privacy)) for privacy in ("identifier", "quasi-identifier")}
_COMMENT = re.compile(pattern("comment"))
_NAME = re.compile("|".join(title for title, kind in META_TITLES.items() if kind == "name"))
_ABOUT_AI = re.compile(rf"\b{pattern('ai')}\b", re.IGNORECASE)
#: The options that forms put last.
_LAST = words("dont_know") | words("other")

#: More different answers than this are no options; and so many firms at least stand behind each, on average.
_MOST_OPTIONS, _FIRMS_A_OPTION = 12, 2.5
#: Whole numbers from here on, all different, are no amounts.
_LIKE_A_PHONE_NUMBER = 1_000_000
#: Characters beyond which answers are sentences, on average, unless each is given so often.
_LONG, _OFTEN = 30, 5
#: Of the cells of several options, the part that names two; and of all that stands there, the part that others say.
_LISTS, _SAID_AGAIN = 0.2, 0.9
#: An option that so few gave may be what they typed.
_FEW = 2
#: Of the firms that gave a decisive answer, the part that must have gone on to the question; and the firms with other
#: answers, of which none did: one or two may have left it empty by chance.
_ROUTED, _PASSED_BY = 0.8, 3
#: How a title says the ends of a scale: "from 0 to 10".
_ENDS = re.compile(rf"\b(\d+) ?(?:[-\u2013]| {pattern('size_to')} ) ?(\d+)\b")
#: What other programs write below their titles: what they call a question themselves, or what its columns hold.
_MORE_TITLES = re.compile(r'\{"ImportId":.*|(?:Open-Ended )?Response')
_RESHAPE = "docs/other-tools.md says how"


def propose_questions(file: GivenFile) -> list[Question]:
    """Read an export of an unknown questionnaire, and say what its questions seem to be.

    Returns
    -------
    list of Question
        In the order of the columns, without those that Forms adds.

    Raises
    ------
    InputError
        If the file cannot be read, or holds no answers, or answers without a title, or two rows of titles.
    """
    found = find_headers(file, Questionnaire(()))[0]
    if not len(found.rows):
        raise InputError(f"{found.table.where}: expected a row for each response below the headers, found none")
    _check_titles(found)
    asked, answers = [], []
    titles = set(map(fold, found.headers))
    for place, header in enumerate(found.headers):
        if not fold(header) or place in found.match.meta.values():
            continue
        cells = [cell_text(cell) for cell in found.column(place).values()]
        asked.append(_question(f"q{len(asked) + 1:02}", header, titles, cells))
        answers.append(cells)
    if not asked:
        raise InputError(f"{found.table.where}: expected columns of questions, found those that Forms adds alone")
    return [_routed(one, place, asked, answers) for place, one in enumerate(_with_roles(asked))]


def _check_titles(found: Found) -> None:
    """Refuse what another program lays out so that answers would be lost, or titles be taken for answers."""
    check_lengths(found)
    untitled = [place for place, header in enumerate(found.headers) if not fold(header) and _is_answered(found, place)]
    if untitled:
        raise InputError(
            f"{found.table.where}, row {found.row + 1}: expected a title over every column, found none over "
            f"{name_columns(untitled)}, where something stands; write one, delete what is no answer, or join the "
            f"columns of one question ({_RESHAPE})"
        )
    for row in found.rows[:2]:
        if any(_MORE_TITLES.fullmatch(cell) for cell in found.table.row(row)):
            raise InputError(
                f"{found.table.where}, row {row + 1}: expected a response, found another row of titles; keep one row, "
                f"with the words of the questions ({_RESHAPE})"
            )


def _is_answered(found: Found, place: int) -> bool:
    return any(map(cell_text, found.column(place).distinct()))


def _question(name: str, header: str, titles: set[str], cells: Sequence[str | None]) -> Question:
    title, number = re.fullmatch(r"(.*?)\s*(\d*)", normalise(header)).groups()
    repeated = number and fold(title) in titles
    one = _typed(Question(name, title if repeated else header, ""), list(filter(None, cells)))
    typed = {
        "the title asks for own words, though few are different": _COMMENT.search(fold(header)),
        "few are different, but one is spelt in two ways, as no form spells an option": (
            len(set(map(fold, one.options))) < len(one.options)
        ),
    }
    if one.type in ("single", "multi") and (whys := tuple(why for why, holds in typed.items() if holds)):
        one = Question(name, one.header, "text", privacy=FREE_TEXT, guesses=whys)
    if repeated:
        one = one.guess("Forms has put a number behind a title that stands twice")
    for privacy, said in _WORDS.items():
        if one.type not in ("scale", "ranking") and not _sizes(one.options) and said.search(fold(header)):
            why = f"the title has a word of what is often {privacy}"
            return one.guess(why, privacy=privacy, **({"type": "text", "options": ()} if one.type == "number" else {}))
    return one


def _typed(one: Question, cells: list[str]) -> Question:
    """Tell the type of a question from its answers."""
    different = Counter(cells)
    numbers = [read_number(cell) for cell in cells]
    if not cells:
        return one.guess("nobody answered", type="text", privacy=FREE_TEXT)
    if all(number is not None for number in numbers):
        return _of_numbers(one, [number for number in numbers if number is not None])
    if (sizes := _sizes(different)) is not None:
        return one.guess("all are classes of numbers", type="single", options=sizes)
    if sum(SEPARATOR in cell for cell in cells) * 2 > len(cells) or _are_lists(cells, SEPARATOR):
        return _of_lists(one, _split(cells, SEPARATOR))
    if _are_lists(cells, ","):
        why = "commas stand between options; before typed words, and in an option, put semicolons between them"
        return _of_lists(one.guess(why), _split(cells, ","))
    are_short = sum(map(len, different)) <= _LONG * len(different) or len(cells) >= _OFTEN * len(different)
    if are_short and len(different) <= _MOST_OPTIONS and len(cells) >= _FIRMS_A_OPTION * len(different):
        parts = _split(cells, SEPARATOR)
        counts = Counter(part for answer in parts for part in answer)
        together = [answer for cell, answer in zip(cells, parts, strict=True) if SEPARATOR in cell]
        if any(counts[part] > 1 for answer in together for part in answer):
            return _of_lists(one, parts)
        if together:  # of which no part stands anywhere else
            one = one.guess(f"answers with a semicolon, which no option can hold, seem to be typed: {len(together)}")
        return _of_options(one, Counter(normalise(cell) for cell in cells if SEPARATOR not in cell))
    return one.guess("answers in own words", type="text", privacy=FREE_TEXT)


def _of_numbers(one: Question, numbers: list[float]) -> Question:
    whole = all(number == int(number) for number in numbers)
    if whole and all(1800 <= number <= 2100 for number in numbers):
        return one.guess("all are years", type="year", privacy="quasi-identifier")
    if whole and max(numbers) <= 10 and len(numbers) >= 2 * len(set(numbers)):
        low, high, why = int(min(min(numbers), 1)), int(max(numbers)), "of which nobody may have ticked an end"
        if (said := _ENDS.search(fold(one.header))) and int(said[1]) <= low and high <= int(said[2]) <= 10:
            low, high, why = int(said[1]), int(said[2]), "with the ends that the title says"
        levels = tuple(map(str, range(low, high + 1)))
        return one.guess(f"few different whole numbers: a scale, {why}", type="scale", options=levels)
    if whole and min(numbers) >= _LIKE_A_PHONE_NUMBER and len(set(numbers)) == len(numbers):
        why = "all are different long numbers, as of telephones or registers"
        return one.guess(why, type="text", privacy="identifier")
    cuts = sorted({int(np.quantile(numbers, part)) for part in (0.25, 0.5, 0.75)} - {0})
    ends = [0, *cuts]
    classes = [*(f"{low}-{high - 1}" for low, high in pairwise(ends)), f"{ends[-1]}+"]
    return one.guess("all are numbers; the classes are cut at the quartiles", type="number", options=tuple(classes))


def _split(cells: list[str], mark: str) -> list[tuple[str, ...]]:
    return [tuple(part for part in map(normalise, cell.split(mark)) if part) for cell in cells]


def _are_lists(cells: list[str], mark: str) -> bool:
    """Whether few parts, said again and again, make up more different cells; options that hold the mark make up few."""
    counts = Counter(part for parts in _split(cells, mark) for part in parts)
    options = [part for part, count in counts.items() if count > 1]
    return (
        sum(mark in cell for cell in cells) >= _LISTS * len(cells)
        and len(options) < min(len(set(cells)), _MOST_OPTIONS + 1)
        and sum(counts[part] for part in options) >= max(_SAID_AGAIN * counts.total(), _FIRMS_A_OPTION * len(options))
    )


def _of_lists(one: Question, parts: list[tuple[str, ...]]) -> Question:
    counts = Counter(part for answer in parts for part in answer)
    if len({frozenset(answer) for answer in parts}) == 1 and len(counts) > 2:
        return one.guess("everybody lists the same, in another order", type="ranking", options=tuple(sorted(counts)))
    options = tuple(part for part, count in counts.most_common() if count > 1)
    if not options:
        return one.guess("lists in own words: no part stands twice", type="text", privacy=FREE_TEXT)
    typed = len(counts) - len(options)
    why = "several options in one cell; the form's order is not in the export"
    why += f"; parts that stand once and seem to be typed: {typed}" if typed else ""
    return one.guess(why + _perhaps_typed(counts[option] for option in options), type="multi", options=options)


def _perhaps_typed(counts: Iterable[int]) -> str:
    """Say of how many options few gave each that they may be words of these few, who could be told by them."""
    few = sum(count <= _FEW for count in counts)
    return f"; given by one or two, so perhaps typed: {few}; take out what your form does not offer" if few else ""


def _of_options(one: Question, options: Counter[str]) -> Question:
    for scale in _SCALES:
        places = [next((n for n, said in enumerate(scale) if fold(option) in said), None) for option in options]
        if None not in places and len(set(places)) == len(places) > 2:
            ordered = tuple(option for _, option in sorted(zip(places, options, strict=True)))
            return one.guess("words of a scale; a level that nobody ticked is missing", type="scale", options=ordered)
    last = [option for option in options if fold(option) in _LAST]
    ordered = tuple([option for option in options if option not in last] + last)
    why = "few different answers; the form's order, and what nobody ticked, are not in the export"
    return one.guess(why + _perhaps_typed(options.values()), type="single", options=ordered)


def _sizes(options: Iterable[str]) -> tuple[str, ...] | None:
    try:
        return tuple(one.label for one in sorted(map(size_class, options), key=lambda one: one.smallest))
    except InputError:
        return None


def _with_roles(asked: list[Question]) -> list[Question]:
    """Give the roles that can be guessed: the firm's name, its size, and where it stands with AI."""
    roles = {
        "firm": lambda one: (
            one.privacy == "identifier" and one.type != "multi" and bool(_NAME.search(fold(one.header)))
        ),
        "size": lambda one: one.type == "single" and _sizes(one.options) is not None,
        "stands": lambda one: one.type == "single" and len(one.options) > 1 and bool(_ABOUT_AI.search(one.header)),
    }
    for role, fits in roles.items():
        place = next((place for place, one in enumerate(asked) if not one.role and fits(one)), None)
        if place is not None:
            asked[place] = asked[place].guess(f"the first question that looks like it has the role {role}", role=role)
    return asked


def _routed(one: Question, place: int, asked: list[Question], answers: list[list[str | None]]) -> Question:
    """Find earlier answers of which all who answered gave one, and most of those who gave each went on to answer."""
    here = {row for row, cell in enumerate(answers[place]) if cell}
    if len(here) > 0.95 * len(answers[place]) or not here:
        return one
    for earlier, cells in zip(asked[:place], answers, strict=False):
        if earlier.type == "single" and (leads := _leading(here, earlier, cells)):
            rule = Condition(earlier.id, leads)
            return one.guess(f"only those with {rule} answered", asked_when=rule)
    if one.privacy:  # own words and names may be left out by anybody
        return one
    return one.guess("some left it empty, and no earlier answer explains it")


def _leading(here: set[int], earlier: Question, cells: Sequence[str | None]) -> tuple[str, ...]:
    """Return the answers to an earlier question that led to this one, which rows answered; none if it explains less."""
    gave: dict[str, set[int]] = {option: set() for option in earlier.options}
    for row, cell in enumerate(cells):
        if cell and (option := normalise(cell)) in gave:
            gave[option].add(row)
    leads = {option: rows for option, rows in gave.items() if here & rows}
    passed_by = sum(len(rows) for option, rows in gave.items() if option not in leads)
    went_on = all(len(here & rows) >= _ROUTED * len(rows) for rows in leads.values())
    explains = here <= set().union(*leads.values()) and went_on and passed_by >= _PASSED_BY
    return tuple(leads) if explains else ()
