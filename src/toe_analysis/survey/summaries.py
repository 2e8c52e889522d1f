"""What the firms answered, question by question: counts with their base, never an option left out."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from toe_analysis.csv_table import one_of, read_csv_table
from toe_analysis.statistics import Share, share_table
from toe_analysis.survey.cleaning import MISSING, Cleaned
from toe_analysis.survey.facts.questionnaire import CLOSED_TYPES, DIMENSIONS, ONE_OPTION, Question, Questionnaire
from toe_analysis.survey.reading.answers import SEPARATOR
from toe_analysis.survey.source import weakest

#: Why a firm was not asked a question.
NOT_ASKED = ("not_shown", "contradiction")
#: The kinds of missing that the base of a closed question leaves out, by its type.
LEFT_OUT = {
    **dict.fromkeys((*ONE_OPTION, "ranking"), (*NOT_ASKED, "skipped", "unknown_option")),
    "multi": NOT_ASKED,
}


def in_base(kind: str, missing: pd.Series) -> pd.Series:
    """Tell for each firm whether it counts in the base of a question, whatever it said.

    The base is who answered; for a multi-select it is who was asked, since ticking nothing is an answer too.

    Parameters
    ----------
    kind : str
        The question's type.
    missing : pandas.Series
        Why each firm has no answer, as `toe_analysis.survey.clean` leaves it; empty where it has one.

    Examples
    --------
    >>> missing = pd.Series(["", "no_option_ticked", "not_shown"])
    >>> in_base("multi", missing).tolist(), in_base("top3", missing).tolist()
    ([True, True, False], [True, False, False])
    """
    return ~missing.isin(LEFT_OUT[kind]) if kind in LEFT_OUT else missing == ""


def in_some_base(cleaned: Cleaned, questions: Iterable[str]) -> pd.Series:
    """Tell for each firm whether it counts in the base of one of these questions; of none where they were not asked."""
    found = pd.Series(False, index=cleaned.missing.index)
    for name in questions:
        found |= in_base(cleaned.questionnaire[name].type, cleaned.missing[name])
    return found


def option_shares(question: Question, answers: pd.Series, missing: pd.Series) -> dict[str, Share]:
    """Return the share of firms that chose each option, those nobody chose included.

    Parameters
    ----------
    question : Question
        Single choice or multi-select; of a ranking, the share that ranked the option first.
    answers, missing : pandas.Series
        A row a firm, as `toe_analysis.survey.clean` leaves them.

    Returns
    -------
    dict of str to Share
        In the order of the questionnaire, of the firms that are `in_base`.

    Examples
    --------
    Three firms were asked; one ticked nothing:

    >>> how = Question("q14", "Hvordan?", "multi", ("Netværk", "Selvlært"))
    >>> answers = pd.Series(["Netværk", "Netværk;Selvlært", None])
    >>> option_shares(how, answers, pd.Series(["", "", "no_option_ticked"]))
    {'Netværk': Share(count=2, base=3), 'Selvlært': Share(count=1, base=3)}
    """
    base = int(in_base(question.type, missing).sum())
    chosen = [answer.split(SEPARATOR) for answer in answers[missing == ""]]
    if question.type == "ranking":
        chosen = [answer[:1] for answer in chosen]
    return {option: Share(sum(option in answer for answer in chosen), base) for option in question.options}


def describe_options(cleaned: Cleaned, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return one row an option of every closed question, in the order of the TOE dimensions.

    Returns
    -------
    pandas.DataFrame
        ``toe``, ``toe_source``, ``toe_other``, ``who`` (the routing rule), ``question``, ``option``, ``asked``,
        ``answered``, ``count``, ``base``, ``share``, ``lower``, ``upper``, ``confidence``, ``method``, ``leaves_out``
        and ``basis``; in the report's TOE order.
    """
    rows = []
    for question in (one for one in in_toe_order(cleaned.questionnaire) if one.type in CLOSED_TYPES):
        kinds = cleaned.missing[question.id]
        asked = {"toe": question.toe, "toe_source": question.toe_source, "toe_other": question.toe_other}
        asked |= {"who": str(question.asked_when or "everyone"), "question": question.id}
        counts = {"asked": int((~kinds.isin(NOT_ASKED)).sum()), "answered": int((kinds == "").sum())}
        left_out = {"leaves_out": " ".join(LEFT_OUT[question.type])}
        for option, share in option_shares(question, cleaned.answers[question.id], kinds).items():
            basis = {"basis": cleaned.source.basis_of([question.id], [option])}
            rows.append(asked | {"option": option} | counts | share.to_row(confidence=confidence) | left_out | basis)
    return pd.DataFrame(rows)


def describe_rankings(cleaned: Cleaned) -> pd.DataFrame:
    """Return the mean rank and the first places of every option of every ranking that may be shown.

    Returns
    -------
    pandas.DataFrame
        ``question``, ``option``, ``first_places``, ``ranked`` (firms that ranked the option), ``mean_rank`` (1 is best;
        NaN if nobody ranked it) and ``basis``.
    """
    rows = []
    for question in cleaned.questionnaire:
        if question.type == "ranking" and question.may_be_shown:
            orders = [answer.split(SEPARATOR) for answer in cleaned.answers[question.id].dropna()]
            for option in question.options:
                ranks = [order.index(option) + 1 for order in orders if option in order]
                mean = sum(ranks) / len(ranks) if ranks else float("nan")
                row = {"question": question.id, "option": option, "first_places": ranks.count(1), "ranked": len(ranks)}
                rows.append(row | {"mean_rank": mean, "basis": cleaned.source.basis([question.id])})
    return pd.DataFrame(rows, columns=["question", "option", "first_places", "ranked", "mean_rank", "basis"])


def read_views(raw: Path) -> pd.DataFrame:
    """Read which questions ask the same of different firms; none where a study has no ``views.csv``, or none in it.

    Returns
    -------
    pandas.DataFrame
        ``view``, ``question`` and ``tense``.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, or a row stands twice: its answers would be counted twice.
    """
    columns = ("view", "question", "tense")
    path = raw / "views.csv"
    if not path.is_file() or read_csv_table(path, columns).empty:
        return pd.DataFrame(columns=list(columns))
    return read_csv_table(path, columns, key=columns, holds={"tense": one_of(("past", "now", "future"))})


def combine_views(
    options: pd.DataFrame, views: pd.DataFrame, others: Sequence[str] = (), *, confidence: float = 0.95
) -> pd.DataFrame:
    """Add up what the branches asked under other numbers, past, present and future kept apart.

    A firm meets one branch only, so counts and bases of the same tense can be added.

    Parameters
    ----------
    options : pandas.DataFrame
        As `describe_options` returns it.
    views : pandas.DataFrame
        ``view``, ``question`` and ``tense``.
    others : sequence of str
        What the branches call "other": joined under the first of these.

    Returns
    -------
    pandas.DataFrame
        ``view``, ``tense``, ``questions``, ``option``, count, base, share, interval, method and ``basis``.
    """
    joined = options.merge(views[["view", "question", "tense"]], on="question")
    joined["option"] = joined["option"].replace(dict.fromkeys(others, next(iter(others), "")))
    shares, bases = {}, []
    for (view, tense, option), part in joined.groupby(["view", "tense", "option"], sort=False):
        label = (view, tense, " ".join(part["question"]), option)
        shares[label] = Share(int(part["count"].sum()), int(part["base"].sum()))
        bases.append(weakest(part["basis"]))
    table = share_table(shares, ["view", "tense", "questions", "option"], confidence=confidence)
    return table.assign(basis=bases)


def overview(cleaned: Cleaned) -> pd.DataFrame:
    """Count questions and answers by TOE dimension, in the report's reading and in the other one it allows.

    Returns
    -------
    pandas.DataFrame
        ``reading`` (``report`` or ``other``), ``toe``, ``questions``, ``answers`` and ``basis``.
    """
    rows = []
    for reading in ("report", "other"):
        placed = {one.id: (reading == "other" and one.toe_other) or one.toe for one in cleaned.questionnaire}
        for dimension in DIMENSIONS:
            ids = [name for name, toe in placed.items() if toe == dimension]
            answers = int((cleaned.missing[ids] == "").to_numpy().sum())
            row = {"reading": reading, "toe": dimension, "questions": len(ids), "answers": answers}
            rows.append(row | {"basis": cleaned.source.basis(ids)})
    return pd.DataFrame(rows)


def missing_table(missing: pd.DataFrame) -> pd.DataFrame:
    """Count for every question the firms asked, the answers, and each kind of missing.

    Parameters
    ----------
    missing : pandas.DataFrame
        As `toe_analysis.survey.clean` leaves it.

    Returns
    -------
    pandas.DataFrame
        A row a question: ``question``, ``asked``, ``answered`` and a column for each key of `MISSING`. Those asked
        are the answers and the missing of every kind but ``not_shown`` and ``contradiction``.

    Examples
    --------
    >>> missing_table(pd.DataFrame({"q01": ["", "skipped", "not_shown"]}))[["asked", "answered"]].iloc[0].tolist()
    [2, 1]
    """
    counts = pd.DataFrame({kind: (missing == kind).sum() for kind in MISSING})
    answered = (missing == "").sum()
    asked = len(missing) - counts["not_shown"] - counts["contradiction"]
    table = pd.concat([asked.rename("asked"), answered.rename("answered"), counts], axis=1)
    return table.rename_axis("question").reset_index()


def in_toe_order(questionnaire: Questionnaire) -> Iterable[Question]:
    """Return the questions that may be shown: of technology, organisation, environment, and of no dimension."""
    order = (*DIMENSIONS, "")
    return sorted((one for one in questionnaire if one.may_be_shown), key=lambda one: order.index(one.toe))
