"""Coding short Danish answers: a committed dictionary proposes, a committed table of human decisions decides."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toe_analysis.csv_table import read_csv_table
from toe_analysis.errors import InputError
from toe_analysis.survey.text import fold, undo_inert

#: A person's decision for a piece of text; in a private root it stands beside the run, else in data/raw.
DECISIONS_NAME = "freetext_decisions.csv"

_WINDOW = 2  # words before a pattern in which a negation turns its meaning
_NUMBERING = re.compile(r"^\s*\d+\s*[.)]\s*")
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
#: What means something else in small letters, or with æ, ø and å as two letters.
_ALTERED = re.compile(r"\\[A-ZÆØÅ]|\[[^\]]*[æøåÆØÅ]")
_INLINE_NUMBERING = re.compile(r"\s+(?=[123][.)]\s)")


@dataclass(frozen=True)
class Entry:
    """One line of the dictionary.

    Parameters
    ----------
    view : str
        The questions it is for, as named in ``data/raw/views.csv``.
    category, toe : str
        The category and the dimension it belongs to.
    pattern : str
        Alternatives, joined by ``|``; matched on whole words.
    negations : frozenset of str
        Words that turn what a pattern means when one stands shortly before it.
    """

    view: str
    category: str
    toe: str
    pattern: str
    negations: frozenset[str] = frozenset()

    def matches(self, text: str) -> bool:
        """Return whether the text names the category, and not its negation.

        >>> entry = Entry("potentials", "quality", "T", "kvalitet", frozenset({"ikke"}))
        >>> entry.matches("Bedre kvalitet"), entry.matches("Ikke kvalitet")
        (True, False)
        """
        plain = _plain(text)
        for found in re.finditer(rf"(?<!\w)(?:{_plain(self.pattern)})(?!\w)", plain):
            before = re.findall(r"\w+", plain[: found.start()])[-_WINDOW:]
            if not self.negations & set(before):
                return True
        return False


def pieces(text: str) -> list[str]:
    r"""Split an answer in order of priority into its parts.

    Lines, numbers (``1.`` or ``1)``) and semicolons divide; "og" and commas do not, since they stand inside one answer.

    >>> pieces("1. Tid og penge\n2. Viden")
    ['Tid og penge', 'Viden']
    >>> pieces("Pris; viden, data")
    ['Pris', 'viden, data']
    """
    lines = [part for line in text.split("\n") for part in _INLINE_NUMBERING.split(line)]
    parts = (_NUMBERING.sub("", part).strip() for line in lines for part in line.split(";"))
    return [part for part in parts if part]


def read_dictionary(path: Path, negations: Iterable[str] = ()) -> tuple[Entry, ...]:
    """Read the dictionary of patterns, none if there is no file; `negations` turn what they mean, see `Entry`.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, or a pattern is no pattern, told with its line.
    """
    if not path.is_file():
        return ()
    table = read_csv_table(path, ("view", "category", "toe", "pattern"))
    for line, pattern in table["pattern"].items():
        where = f"{path.name}, line {line}: expected a pattern"
        if _ALTERED.search(pattern):
            raise InputError(f"{where} without capitals after \\ and without æ, ø or å in [ ], found {pattern!r}")
        try:
            re.compile(_plain(pattern))
        except re.error as error:
            raise InputError(f"{where}, found {pattern!r} ({error})") from None
    negations = frozenset(negations)
    return tuple(Entry(row.view, row.category, row.toe, row.pattern, negations) for row in table.itertuples())


def read_decisions(path: Path, dictionary: Iterable[Entry]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Read the human decisions: (view, folded text) to categories; nothing decided if there is no file.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, ``decided`` says neither yes nor no, or a category is not in
        the dictionary for its view, so that nobody would count it.
    """
    if not path.is_file():
        return {}
    known = {(entry.view, entry.category) for entry in dictionary}
    table = read_csv_table(path, ("view", "text", "categories", "decided"), codes={"decided": ("yes", "no")})
    decisions = {}
    for row in table[table["decided"] == "yes"].itertuples():
        found = tuple(part.strip() for part in row.categories.split(";") if part.strip())
        if lost := [category for category in found if (row.view, category) not in known]:
            raise InputError(
                f"{path.name}, row {row.Index}, column categories: expected categories that the dictionary has for "
                f"{row.view!r}, found {lost[0]!r}"
            )
        decisions[row.view, fold(undo_inert(row.text))] = found
    return decisions


def open_texts(answers: pd.DataFrame, other: pd.DataFrame, questions: Iterable[str]) -> pd.DataFrame:
    """Return what firms wrote in their own words: open answers, and what they typed behind "Other".

    Parameters
    ----------
    answers : pandas.DataFrame
        A row a firm, a column a question id.
    other : pandas.DataFrame
        ``firm``, ``question`` and ``text``, as cleaning leaves it.
    questions : iterable of str
        Ids of the open questions.
    """
    texts = answers[list(questions)].melt(ignore_index=False, var_name="question", value_name="text")
    return pd.concat([texts.dropna().rename_axis("firm").reset_index(), other], ignore_index=True)


def code_texts(
    answers: pd.DataFrame,
    views: pd.DataFrame,
    dictionary: Iterable[Entry],
    decisions: Mapping[tuple[str, str], tuple[str, ...]],
) -> pd.DataFrame:
    """Code every part of every open answer.

    Parameters
    ----------
    answers : pandas.DataFrame
        ``firm``, ``question`` and ``text``.
    views : pandas.DataFrame
        ``view``, ``question`` and ``tense``.
    dictionary : iterable of Entry
    decisions : mapping
        As `read_decisions` returns it. A decision replaces the proposal.

    Returns
    -------
    pandas.DataFrame
        A row a part: ``firm``, ``view``, ``question``, ``tense``, ``place`` (1 for the first), ``text``, ``proposed``
        and ``categories`` (tuples), ``decided`` (whether by a person).
    """
    entries = list(dictionary)
    rows = []
    for answer in answers.merge(views[["view", "question", "tense"]], on="question").itertuples():
        for place, part in enumerate(pieces(answer.text), start=1):
            found = tuple(entry.category for entry in entries if entry.view == answer.view and entry.matches(part))
            decision = decisions.get((answer.view, fold(part)))
            head = (answer.firm, answer.view, answer.question, answer.tense, place, part)
            rows.append((*head, found, found if decision is None else decision, decision is not None))
    names = ["firm", "view", "question", "tense", "place", "text", "proposed", "categories", "decided"]
    return pd.DataFrame(rows, columns=names)


def proposals(coded: pd.DataFrame) -> pd.DataFrame:
    """Return one row a distinct part, ready to be decided by a person in a copy of the file.

    Returns
    -------
    pandas.DataFrame
        ``view``, ``text``, ``proposed``, ``categories`` (to be edited) and ``decided`` (yes or no).
    """
    distinct = coded.assign(key=coded["text"].map(fold)).drop_duplicates(["view", "key"]).sort_values(["view", "key"])
    told = distinct.assign(
        proposed=distinct["proposed"].map(";".join),
        categories=distinct["categories"].map(";".join),
        decided=distinct["decided"].map({True: "yes", False: "no"}),
    )
    return told[["view", "text", "proposed", "categories", "decided"]].reset_index(drop=True)


def _plain(text: str) -> str:
    """Fold, and write æ, ø and å in the way that a keyboard without them does."""
    return fold(text).translate(_LETTERS)
