"""Every word a reader sees on a table or figure, in English and Danish, and numbers as each language writes them.

The words stand in ``words.csv``, a row a key. A blank in a text says which of `WRITERS` writes what is filled in, and
what this is told further, as in ``{share:percent 0}`` or ``{basis:word basis}``; a blank that names none takes text and
whole numbers as they are. A blank that is a key, as ``{firm.many}``, takes the text of that key: so those that answered
have their name in one place. The column ``holds`` says how the cells of a ``column.…`` are written.
"""

import csv
import difflib
import math
import os
import string
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path

from toe_analysis.csv_table import read_csv_table
from toe_analysis.errors import InputError
from toe_analysis.paths import ROOT_VARIABLE, project_folder

LANGUAGES = ("en", "da")

#: The package's words, and beside a questionnaire those of its study.
WORDS_NAME = "words.csv"

#: Groups of words whose codes are a study's own.
OF_A_STUDY = (
    *("status", "headline", "option", "category", "view", "baseline", "claim", "theme", "topic"),
    *("guide_group", "section", "statement", "who", "toe_source"),
)

_MISSING = "–"

_SWAPPED = str.maketrans(".,", ",.")

#: How a cell keeps apart the codes of a group that it lists, and how its reader sees their words apart.
_APART = {"missing": (" ", ", "), "column": (" ", ", "), "section": (" / ", " / "), "who": ("; ", "; ")}


def word_table() -> dict[str, dict[str, str]]:
    """Return the table of words: key to language to text, and ``holds``; the package's own, and those of the study."""
    return _words_at(os.environ.get(ROOT_VARIABLE) or str(Path.cwd()))


@cache
def _words_at(place: str) -> dict[str, dict[str, str]]:
    package = files("toe_analysis.showing").joinpath(WORDS_NAME).read_text(encoding="utf-8")
    words = {row.pop("key"): row for row in csv.DictReader(package.splitlines(), restval="")}
    try:
        study = project_folder(Path(place)) if ROOT_VARIABLE not in os.environ else Path(place)
    except InputError:  # no study is at hand: the package is used by itself
        return words
    own = study / "data" / "raw" / WORDS_NAME
    return words | (_own_words(own, words) if own.is_file() else {})


def _own_words(path: Path, words: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return what a study calls things: those of its own, and those of the package, whose cells hold what they held.

    What one language leaves empty is as in the other one: an axis without a word would be worse.
    """
    found = {}
    for number, row in read_csv_table(path, ["key", *LANGUAGES]).to_dict("index").items():
        key = row.pop("key")
        if key not in words and key.partition(".")[0] not in OF_A_STUDY:
            groups = ", ".join(f"{group}." for group in OF_A_STUDY)
            near = difflib.get_close_matches(key, words, n=1, cutoff=0.8)
            raise InputError(
                f"{WORDS_NAME}, row {number}, column key: expected a key of the package's words, or one that begins "
                f"with one of {groups}; found {key!r}{f'; did you mean {near[0]}?' if near else ''}"
            )
        if key in found:
            raise InputError(f"{WORDS_NAME}, row {number}, column key: expected each key once, found {key!r} twice")
        texts = {language: row[language] or row["en"] or row["da"] for language in LANGUAGES}
        found[key] = texts | {"holds": words.get(key, {}).get("holds", "")}
    return found


def say(key: str, language: str, **values: object) -> str:
    r"""Return the text for `key`, with `values` filled in; those that it has no blank for are left.

    Raises
    ------
    InputError
        If the table of words lacks the key, nothing is given for a blank, or it names no writer that there is, or none
        for a number with decimals.

    Examples
    --------
    >>> say("figure.count_of_base", "da", count=4, base=48, share=4 / 48).replace("\u00a0", " ")
    '4 af 48 (8,3 %)'
    """
    if key not in word_table():
        raise InputError(f"{WORDS_NAME}: expected a row with the key {key}, found none")
    try:
        return _Blanks(language).format(word_table()[key][language], **values)
    except ValueError as error:
        raise InputError(f"{WORDS_NAME}, {key}: {error}") from error


class _Blanks(string.Formatter):
    """Fills blanks, each by the writer that it names, or with the word of which it is the key."""

    def __init__(self, language: str) -> None:
        self.language = language

    def get_field(self, field_name: str, args: Sequence[object], kwargs: Mapping[str, object]) -> tuple[object, str]:
        if texts := word_table().get(field_name):
            return texts[self.language], field_name
        return super().get_field(field_name, args, kwargs)

    def get_value(self, key: int | str, args: Sequence[object], kwargs: Mapping[str, object]) -> object:
        if key not in kwargs:
            raise ValueError(f"expected blanks among {', '.join(kwargs) or 'none'}, found {key!r}")
        return kwargs[key]

    def format_field(self, value: object, how: str) -> str:
        if how.partition(" ")[0] in WRITERS:
            return written(value, self.language, how)
        is_float = isinstance(value, float)
        if how or (is_float and not value.is_integer()):
            form = "a blank like {share:percent 0} with one of " + ", ".join(WRITERS)
            raise ValueError(f"expected {form}, found {how or 'none'!r} for {value!r}")
        return f"{value:.0f}" if is_float else str(value)


def word(code: str, language: str, group: str) -> str:
    """Return the word for a code of a group; a code that a study made, and gave no word, stays as it is.

    >>> word("user", "da", "status"), word("seldom", "en", "status"), word("Ved ikke", "en", "option")
    ('bruger AI', 'seldom', "don't know")
    """
    if group in OF_A_STUDY:
        return word_table().get(f"{group}.{code}", {}).get(language) or str(code)
    return say(f"{group}.{code}", language)


def words_of(codes: str, language: str, group: str) -> str:
    """Return the words for the codes of a group that a cell lists.

    >>> words_of("skipped not_shown", "en", "missing")
    'shown and left empty, routed past the question'
    """
    apart, between = _APART[group]
    return between.join(word(code, language, group) for code in codes.split(apart))


def said_words(codes: str, language: str) -> str:
    """Return the words for options, or for categories of free text, that a cell lists.

    >>> said_words("cost;Ved ikke", "en")
    "cost; don't know"
    """
    groups = [(code, "category" if f"category.{code}" in word_table() else "option") for code in codes.split(";")]
    return "; ".join(word(code, language, group) for code, group in groups)


def number(value: float, language: str, decimals: int = 1) -> str:
    """Write a number with the language's marks for decimals and thousands, and a minus for a minus.

    >>> number(8.333, "da"), number(-8.333, "en"), number(-0.01, "en"), number(float("nan"), "da")
    ('8,3', '−8.3', '0.0', '–')
    >>> number(3463, "da", 0), number(3463.25, "en")
    ('3.463', '3,463.2')
    """
    if math.isnan(value):
        return _MISSING
    text = "∞" if math.isinf(value) else f"{value:z,.{decimals}f}".replace("-", "−")
    return text.translate(_SWAPPED) if language == "da" else text


def short(value: float, language: str) -> str:
    """Write a number with no more decimals than it has.

    >>> short(0.05, "da"), short(0.001, "en")
    ('0,05', '0.001')
    """
    return number(value, language, max(0, -Decimal(f"{value:g}").as_tuple().exponent))


def points(difference: float, language: str, decimals: int = 1) -> str:
    """Write a difference between shares in percentage points, without the word.

    >>> points(0.1627, "da"), points(0.1, "en", 0)
    ('16,3', '10')
    """
    return number(100 * difference, language, decimals)


def in_points(difference: float, language: str) -> str:
    """Write a difference between shares, or the width of an interval, in percentage points, with the word.

    >>> in_points(0.1627, "en")
    '16.3 points'
    """
    return say("figure.points", language, points=difference)


def percent(share: float, language: str, decimals: int = 1) -> str:
    r"""Write a share as a percentage; the space does not break.

    >>> percent(4 / 48, "da").replace("\u00a0", " ")
    '8,3 %'
    """
    text = number(100 * share, language, decimals)
    return text if text == _MISSING else text + "\u00a0%"


def count_of_base(count: int, base: int, language: str) -> str:
    r"""Return a share as it stands beside a mark or in a cell.

    >>> count_of_base(4, 48, "da").replace("\u00a0", " ")
    '4 af 48 (8,3 %)'
    """
    return say("figure.count_of_base", language, count=count, base=base, share=count / base if base else math.nan)


def counts_text(name: str, counts: Mapping[str, int]) -> str:
    """Return how many claims have each verdict of one kind, as it stands in an English sentence.

    >>> counts_text("arithmetic", {"fits": 14, "does not fit": 1})
    'fits (14), does not fit (1)'
    """
    return ", ".join(f"{word(code, 'en', name)} ({count})" for code, count in counts.items())


def counted(counts: Mapping[str, int], language: str, group: str) -> list[str]:
    """Return each count with what is counted.

    >>> counted({"T": 18, "O": 14}, "da", "toe")
    ['18 teknologi', '14 organisation']
    """
    return [f"{count} {word(code, language, group)}" for code, count in counts.items()]


def p_text(p_value: float, language: str) -> str:
    """Write a p-value with three decimals, and never as zero.

    >>> p_text(0.0441, "da"), p_text(0.00002, "en"), p_text(float("nan"), "en")
    ('0,044', '< 0.001', '–')
    """
    return f"< {number(0.001, language, 3)}" if p_value < 0.001 else number(p_value, language, 3)


def p_phrase(p_value: float, language: str) -> str:
    r"""Write a p-value as it stands in a sentence; the spaces do not break.

    >>> p_phrase(0.0441, "en").replace("\u00a0", " "), p_phrase(0.00002, "en").replace("\u00a0", " ")
    ('p = 0.044', 'p < 0.001')
    """
    text = p_text(p_value, language)
    return f"p {text if text.startswith('<') else f'= {text}'}".replace(" ", "\u00a0")


def p_range(low: float, high: float, language: str) -> str:
    r"""Write the p-values that fit, from the smallest to the largest; as one where they are written alike.

    >>> p_range(0.01, 0.2, "en"), p_range(0.2, 0.2, "da").replace("\u00a0", " ")
    ('p from 0.010 to 0.200', 'p = 0,200')
    """
    smallest, largest = (p_text(value, language) for value in (low, high))
    if smallest == largest:
        return p_phrase(low, language)
    return say("sentence.p_range", language, smallest=low, largest=high)


def computed(basis: str, language: str = "en") -> str:
    """Return what a number of ours rests on, as it stands in a sentence: we computed it, nobody published it.

    >>> computed("published"), computed("calibrated")
    ('computed from published numbers', 'calibrated')
    """
    return say("sentence.computed", language) if basis == "published" else say(f"basis.{basis}", language)


def begun(text: str) -> str:
    """Write a word as it stands at the beginning of a sentence.

    >>> begun("uses AI")
    'Uses AI'
    """
    return text[:1].upper() + text[1:]


def conjunction(language: str) -> str:
    """Return what stands before the last part of a list, with its spaces."""
    return f" {say('sentence.and', language)} "


def join(parts: Sequence[str], language: str) -> str:
    """Join parts of a sentence.

    >>> join(["T", "O", "E"], "da")
    'T, O og E'
    """
    return conjunction(language).join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


#: What writes a value: the word for a code, a number as the language has it. Each takes a value and a language.
WRITERS: Mapping[str, Callable[..., str]] = {
    "computed": computed,
    "counted": counted,
    "in_points": in_points,
    "listed": words_of,
    "number": number,
    "p_phrase": p_phrase,
    "p_text": p_text,
    "percent": percent,
    "points": points,
    "said": said_words,
    "short": short,
    "with_and": join,
    "word": word,
}


def written(value: object, language: str, how: str) -> str:
    r"""Write a value by the one of `WRITERS` that is named, with what it is told further.

    >>> written(0.9, "da", "percent 0").replace("\u00a0", " "), written("user", "en", "word status")
    ('90 %', 'uses AI')
    """
    writer, *told = how.split(" ")
    return WRITERS[writer](value, language, *(int(one) if one.isdigit() else one for one in told))
