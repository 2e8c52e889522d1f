"""What firms wrote in their own words: a dictionary proposes codes, a person decides, and mentions are counted."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toe_analysis.csv_table import one_of, read_csv_table
from toe_analysis.errors import InputError
from toe_analysis.paths import DECISIONS_NAME, Root
from toe_analysis.statistics import Share, share_table
from toe_analysis.survey.cleaning import Cleaned
from toe_analysis.survey.summaries import in_some_base
from toe_analysis.survey.text import fold, pieces, undo_inert

#: Weight of the first, second and third answer of a list in order of priority.
WEIGHTS = (3, 2, 1)

_WINDOW = 2  # words before a pattern in which a negation turns its meaning
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
#: What means something else in small letters, or with æ, ø and å as two letters.
_ALTERED = re.compile(r"\\[A-ZÆØÅ]|\[[^\]]*[æøåÆØÅ]")


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


def read_dictionary(path: Path, negations: Iterable[str] = ()) -> tuple[Entry, ...]:
    """Read the dictionary of patterns, none if there is no file; `negations` turn what they mean, see `Entry`.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, or a pattern is no pattern, told with its row.
    """
    if not path.is_file():
        return ()
    table = read_csv_table(path, ("view", "category", "toe", "pattern"))
    for row, pattern in table["pattern"].items():
        where = f"{path.name}, row {row}, column pattern: expected a pattern"
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
    table = read_csv_table(path, ("view", "text", "categories", "decided"), holds={"decided": one_of(("yes", "no"))})
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


def code_own_words(root: Root, cleaned: Cleaned, views: pd.DataFrame, dictionary: Iterable[Entry]) -> pd.DataFrame:
    """Code the open answers and what stands behind "Other", as `code_texts` does.

    A person's decisions on real answers are read from the private folder, where they must stay.
    """
    folder = root.path if cleaned.source.kind == "responses" else root.raw
    decisions = read_decisions(folder / DECISIONS_NAME, dictionary)
    return code_texts(open_texts(cleaned), views, dictionary, decisions)


def open_texts(cleaned: Cleaned) -> pd.DataFrame:
    """Return ``firm``, ``question`` and ``text`` of what stands under open questions and behind "Other"."""
    texts = cleaned.answers[cleaned.open_questions].melt(ignore_index=False, var_name="question", value_name="text")
    return pd.concat([texts.dropna().rename_axis("firm").reset_index(), cleaned.other], ignore_index=True)


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


def mention_table(
    coded: pd.DataFrame,
    dictionary: Iterable[Entry],
    views: pd.DataFrame,
    cleaned: Cleaned,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return, for each view and time, how many of the firms asked mention each category of the dictionary.

    Parameters
    ----------
    coded : pandas.DataFrame
        As `code_texts` returns it.
    views : pandas.DataFrame
    cleaned : Cleaned
        The base is the firms in that of at least one of the view's questions of that time.

    Returns
    -------
    pandas.DataFrame
        ``view``, ``tense``, ``category``, ``toe``, count, base, share, interval, ``weighted`` (missing where answers
        are in no order of priority: words behind "Other") and ``basis``.
    """
    toe = {(entry.view, entry.category): entry.toe for entry in dictionary}
    shares, weighted, bases = {}, [], []
    for (view, tense), group in views.groupby(["view", "tense"], sort=False):
        questions = [name for name in group["question"] if name in cleaned.missing]
        base = int(in_some_base(cleaned, questions).sum())
        part = coded[(coded["view"] == view) & (coded["tense"] == tense)]
        in_order = all(cleaned.questionnaire[name].type == "top3" for name in questions)
        for row in count_mentions(part, [category for name, category in toe if name == view]).itertuples():
            shares[view, tense, row.category, toe[view, row.category]] = Share(row.count, base)
            weighted.append(row.weighted if in_order else pd.NA)
            bases.append(cleaned.source.basis_of(questions, [row.category]))
    table = share_table(shares, ["view", "tense", "category", "toe"], confidence=confidence)
    return table.assign(weighted=pd.array(weighted, dtype="Int64"), basis=bases)


def count_mentions(coded: pd.DataFrame, categories: Iterable[str]) -> pd.DataFrame:
    """Count the firms that mention each category, and weigh the mentions by priority.

    Parameters
    ----------
    coded : pandas.DataFrame
        Rows of `code_texts`.
    categories : iterable of str
        All that are listed, mentioned or not.

    Returns
    -------
    pandas.DataFrame
        ``category``, ``count`` (firms) and ``weighted`` (3, 2 and 1 for the first, second and third place; a firm's
        highest place counts), most firms first.

    Examples
    --------
    >>> said = [("data",), ("cost",), ("cost",)]
    >>> coded = pd.DataFrame({"firm": ["F1", "F1", "F2"], "place": [1, 2, 2], "categories": said})
    >>> count_mentions(coded, ["data", "cost"]).to_numpy().tolist()
    [['cost', 2, 4], ['data', 1, 3]]
    """
    each = coded.explode("categories").dropna(subset="categories")
    best = each.groupby(["categories", "firm"])["place"].min().reset_index()
    best["weight"] = best["place"].map(dict(enumerate(WEIGHTS, start=1))).fillna(0).astype(int)
    totals = best.groupby("categories").agg(count=("firm", "size"), weighted=("weight", "sum"))
    table = totals.reindex(list(categories), fill_value=0).rename_axis("category").reset_index()
    return table.sort_values(["count", "weighted", "category"], ascending=[False, False, True], ignore_index=True)


def order_depends_on_weights(table: pd.DataFrame) -> bool:
    """Return whether some category with more mentions than another has the smaller weighted score.

    >>> order_depends_on_weights(pd.DataFrame({"count": [2, 1], "weighted": [2, 3]}))
    True
    """
    rows = list(table[["count", "weighted"]].itertuples(index=False))
    return any(a.count > b.count and a.weighted < b.weighted for a in rows for b in rows)


def coverage(coded: pd.DataFrame) -> pd.DataFrame:
    """Count for each view the parts of answers, those with a category, those a person decided, and those changed."""
    found = coded.assign(
        coded=coded["categories"].map(bool),
        changed=coded["decided"] & (coded["categories"].map(set) != coded["proposed"].map(set)),
    )
    counts = {"parts": ("text", "size")} | {name: (name, "sum") for name in ("coded", "decided", "changed")}
    return found.groupby("view", sort=False, as_index=False).agg(**counts)


def _plain(text: str) -> str:
    """Fold, and write æ, ø and å in the way that a keyboard without them does."""
    return fold(text).translate(_LETTERS)
