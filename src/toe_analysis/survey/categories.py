"""Counting what firms mention in their own words, once their answers are coded."""

from collections.abc import Iterable

import pandas as pd

from toe_analysis.statistics import Share
from toe_analysis.survey.facts.questionnaire import Question, Questionnaire
from toe_analysis.survey.freetext import Entry
from toe_analysis.survey.source import Source
from toe_analysis.survey.summaries import in_base

#: Weight of the first, second and third answer of a list in order of priority.
WEIGHTS = (3, 2, 1)


def mention_table(
    coded: pd.DataFrame,
    dictionary: Iterable[Entry],
    views: pd.DataFrame,
    missing: pd.DataFrame,
    questionnaire: Questionnaire,
    source: Source,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return, for each view and time, how many of the firms asked mention each category of the dictionary.

    Parameters
    ----------
    coded : pandas.DataFrame
        As `code_texts` returns it.
    dictionary : iterable of Entry
    views, missing : pandas.DataFrame
        The base is the firms in that of at least one of the view's questions of that time.
    questionnaire : Questionnaire
    source : Source
    confidence : float

    Returns
    -------
    pandas.DataFrame
        ``view``, ``tense``, ``category``, ``toe``, count, base, share, interval, ``weighted`` (missing where answers
        are in no order of priority: words behind "Other") and ``basis``.
    """
    toe = {(entry.view, entry.category): entry.toe for entry in dictionary}
    rows = []
    for (view, tense), group in views.groupby(["view", "tense"], sort=False):
        questions = [name for name in group["question"] if name in missing]
        bases = [in_base(questionnaire[name].type, missing[name]) for name in questions]
        base = int(pd.concat(bases, axis=1).any(axis=1).sum()) if bases else 0
        part = coded[(coded["view"] == view) & (coded["tense"] == tense)]
        in_order = all(questionnaire[name].type == "top3" for name in questions)
        for row in count_mentions(part, [category for name, category in toe if name == view]).itertuples():
            head = {"view": view, "tense": tense, "category": row.category, "toe": toe[view, row.category]}
            share = Share(row.count, base).to_row(confidence=confidence)
            basis = source.basis([f"{name}:{row.category}" for name in questions])
            rows.append(head | share | {"weighted": row.weighted if in_order else pd.NA, "basis": basis})
    names = ["view", "tense", "category", "toe", *Share(0, 0).to_row(), "weighted", "basis"]
    return pd.DataFrame(rows, columns=names).astype({"weighted": "Int64"})


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


def naming_share(coded: pd.DataFrame, question: Question, missing: pd.Series, categories: Iterable[str]) -> Share:
    """Return the share of the firms in a question's base that name one of the categories.

    >>> asked = Question("q40", "Hvor?", "top3")
    >>> coded = pd.DataFrame({"firm": ["F1"], "question": ["q40"], "categories": [("quality",)]})
    >>> naming_share(coded, asked, pd.Series(["", "", "skipped"]), ["quality"])
    Share(count=1, base=2)
    """
    named = coded[coded["question"] == question.id].explode("categories")
    firms = named.loc[named["categories"].isin(list(categories)), "firm"]
    return Share(firms.nunique(), int(in_base(question.type, missing).sum()))


def coverage(coded: pd.DataFrame) -> pd.DataFrame:
    """Count for each view the parts of answers, those with a category, those a person decided, and those changed."""
    found = coded.assign(
        coded=coded["categories"].map(bool),
        changed=coded["decided"] & (coded["categories"].map(set) != coded["proposed"].map(set)),
    )
    counts = {"parts": ("text", "size")} | {name: (name, "sum") for name in ("coded", "decided", "changed")}
    return found.groupby("view", sort=False, as_index=False).agg(**counts)
