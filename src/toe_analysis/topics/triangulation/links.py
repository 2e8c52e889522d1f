"""Which survey measures and coded units speak to a theme or a conclusion, and what the survey measures behind each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from pathlib import Path

import pandas as pd

from toe_analysis.csv_table import one_of, read_csv_table
from toe_analysis.errors import InputError
from toe_analysis.interviews import THEMES, unit_names
from toe_analysis.published.report import asked_of, reported_questions
from toe_analysis.statistics import Share
from toe_analysis.survey import Cleaned, Questionnaire
from toe_analysis.survey.facts.questionnaire import CLOSED_TYPES
from toe_analysis.survey.freetext import Entry
from toe_analysis.survey.reading.answers import SEPARATOR
from toe_analysis.survey.summaries import in_some_base

LINKS_NAME = "triangulation.csv"
CONCLUSIONS_NAME = "triangulation_conclusions.csv"

COUNTS = ("for", "against", "context")
RUNNER_UP = "runner_up"

_COLUMNS = ("about", "counts", "questions", "says", "compared_with", "mark", "units", "note_en", "note_da")


@dataclass(frozen=True)
class Link:
    """One measure of the survey that speaks to a theme or a conclusion.

    Parameters
    ----------
    about : str
        A theme or a conclusion.
    counts : {"for", "against", "context"}
        In which direction it counts; context is shown and never weighed.
    questions, says : tuple of str
        A firm that said any of these options or free-text categories in any of these questions. Both are empty where
        the survey does not ask.
    compared_with : str
        Empty, or `RUNNER_UP`: the measure is the share of the firms that name this among those that name only this or
        only the most named other category.
    mark : float
        What its share is held against, if not the rule's mark (NaN): one half where a conclusion says "most", say.
    note_en, note_da : str
    """

    about: str
    counts: str
    questions: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    compared_with: str = ""
    mark: float = nan
    note_en: str = ""
    note_da: str = ""


def read_conclusions(raw: Path) -> pd.DataFrame:
    """Return the report's conclusions: ``conclusion``, ``section``, a label and what is lacking, in both languages.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column, or names a conclusion twice or like a theme.
    """
    columns = ("conclusion", "section", "label_en", "label_da", "lacks_en", "lacks_da")
    holds = {"conclusion": ("a name that is no theme", rf"(?!(?:{'|'.join(THEMES)})$).+")}
    return read_csv_table(raw / CONCLUSIONS_NAME, columns, key=["conclusion"], holds=holds).reset_index(drop=True)


def read_links(
    raw: Path,
    conclusions: Collection[str],
    codings: pd.DataFrame,
    questionnaire: Questionnaire,
    dictionary: Iterable[Entry],
    views: pd.DataFrame,
) -> tuple[list[Link], pd.DataFrame]:
    """Read which evidence speaks to which theme or conclusion.

    Parameters
    ----------
    raw : Path
        The folder with ``triangulation.csv``.
    conclusions : collection of str
    codings : pandas.DataFrame
        As `toe_analysis.interviews.read_codings` returns it.
    questionnaire : Questionnaire
    dictionary : iterable of Entry
    views : pandas.DataFrame
        ``view`` and ``question``; they tell which categories a question can have.

    Returns
    -------
    list of Link
        The survey's measures. A theme has exactly one that counts.
    pandas.DataFrame
        The units of the interviews: ``about``, ``counts``, ``interview`` and ``name``, in the order of `codings`. To a
        theme speak the units that carry it.

    Raises
    ------
    InputError
        If a theme, conclusion, question, option, category or unit is not known, told with its row and column.
    """
    coded = codings.assign(name=unit_names)[["theme", "interview", "name"]]
    categories: dict[str, set[str]] = {}
    for view, question in views[["view", "question"]].itertuples(index=False):
        categories[question] = {entry.category for entry in dictionary if entry.view == view}
    reported = reported_questions(raw)
    codes = {"about": (*THEMES, *conclusions), "counts": COUNTS, "compared_with": ("", RUNNER_UP)}
    holds = {name: one_of(known) for name, known in codes.items()}
    holds["mark"] = ("nothing or a number between 0 and 1, such as 0.5", r"(0?\.\d*[1-9]\d*)?")
    table = read_csv_table(raw / LINKS_NAME, _COLUMNS, holds=holds)
    table["units"] = table["units"].str.strip()  # without one the row is the survey's
    links, units = [], [coded.rename(columns={"theme": "about"}).assign(counts="for")]
    for line, row in table.to_dict("index").items():
        where = f"{LINKS_NAME}, row {line}, column"
        named = row["units"].split()
        for name in named:
            _one_of(name, (*coded["theme"].unique(), *coded["name"]), f"{where} units")
        questions, says = _asked(row, questionnaire, reported, categories, where)
        if bool(questions) != bool(says) or (questions and named):
            raise InputError(f"{where} questions: expected questions with what they say, or units, but not both")
        told = {name: row[name] for name in ("about", "counts", "compared_with", "note_en", "note_da")}
        if named:
            chosen = coded[coded["theme"].isin(named) | coded["name"].isin(named)]
            units.append(chosen.assign(about=row["about"], counts=row["counts"]))
        else:
            links.append(Link(questions=questions, says=says, mark=float(row["mark"] or nan), **told))
    _check_themes(table)
    _check_conclusions(table, conclusions)
    return links, pd.concat(units)[["about", "counts", "interview", "name"]].sort_index().drop_duplicates()


def _asked(
    row: Mapping[str, str],
    questionnaire: Questionnaire,
    reported: Sequence[str],
    categories: Mapping[str, set[str]],
    where: str,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the questions of a row that this wave asks, and what a firm says in them, as each labels it today."""
    listed = tuple(row["questions"].split())
    # A wave that does not ask a question has nothing to say here; the notebook names it.
    questions = asked_of(listed, questionnaire, reported, f"{where} questions")
    if listed and not questions:
        return (), ()
    says: dict[str, None] = {}  # in the order of the row
    for said in filter(None, map(str.strip, row["says"].split(";"))):
        for question in map(questionnaire.__getitem__, questions):
            label = question.earlier_options.get(said, said)
            offered = (*question.options, *sorted(categories.get(question.id, ())))
            _one_of(label, offered, f"{where} says ({question.id})")
            says[label] = None
    return questions, tuple(says)


def _check_themes(table: pd.DataFrame) -> None:
    weighed = table[table["counts"] != "context"]
    for theme in THEMES:
        rows = weighed[weighed["about"] == theme]
        if rows[["counts", "units"]].to_numpy().tolist() != [["for", ""]]:
            raise InputError(
                f"{LINKS_NAME}: expected for the theme {theme} exactly one row that counts (for), with questions or "
                f"with nothing where the survey does not ask, found {len(rows)}; make the others context"
            )


def _check_conclusions(table: pd.DataFrame, conclusions: Collection[str]) -> None:
    """Refuse a conclusion without a row of the survey, which would stand nowhere in the joint display."""
    for conclusion in sorted(set(conclusions) - set(table.loc[table["units"] == "", "about"])):
        raise InputError(
            f"{LINKS_NAME}: expected for the conclusion {conclusion} a row with questions, or with nothing where the "
            "survey does not ask, found none; add one"
        )


def _one_of(value: str, known: Iterable[str], where: str) -> None:
    if value not in known:
        offered = ", ".join(name or "nothing" for name in known)
        raise InputError(f"{where}: expected one of {offered}, found {value!r}")


@dataclass(frozen=True)
class Measures:
    """The survey's answer to each link: what a link's firms said; `coded` is their free text, coded."""

    cleaned: Cleaned
    coded: pd.DataFrame

    def share(self, link: Link) -> Share:
        """Return the share of a link's firms, each counted once over all its questions.

        The base is who is in that of one of the questions; nobody where the survey does not ask.
        """
        is_asked = in_some_base(self.cleaned, link.questions)
        asked = is_asked.index[is_asked]
        said = self._said[self._said["question"].isin(link.questions) & self._said["firm"].isin(asked)]
        is_named = said["said"].isin(link.says)
        named = set(said.loc[is_named, "firm"])
        if link.compared_with != RUNNER_UP:
            return Share(len(named), len(asked))
        rival = max(said[~is_named].groupby("said")["firm"].agg(set), key=len, default=set())
        return Share(len(named - rival), len(named ^ rival))

    def basis(self, link: Link) -> str:
        """Return the basis of a link's share; that nothing was asked stands in the published questionnaire."""
        if not link.questions:
            return "published"
        if link.compared_with:
            return self.cleaned.source.basis([])  # no printed number fixes which firms name one and not the other
        return self.cleaned.source.basis_of(link.questions, link.says)

    def who(self, link: Link) -> str:
        """Return which branches were asked, as routing rules."""
        rules = [str(self.cleaned.questionnaire[name].asked_when or "everyone") for name in link.questions]
        return "everyone" if "everyone" in rules else "; ".join(dict.fromkeys(rules))  # an option may hold blanks

    @cached_property
    def _said(self) -> pd.DataFrame:
        """What each firm said, option by option and category by category: ``firm``, ``question`` and ``said``."""
        parts = [self.coded.explode("categories").rename(columns={"categories": "said"})]
        for question in self.cleaned.questionnaire:
            if question.type in CLOSED_TYPES:
                chosen = self.cleaned.answers[question.id].dropna().astype(str).str.split(SEPARATOR)
                if question.type == "ranking":  # as everywhere, the share that put the option first
                    chosen = chosen.str[:1]
                rows = chosen.explode().rename("said").rename_axis("firm").reset_index()
                parts.append(rows.assign(question=question.id))
        return pd.concat(parts)[["firm", "question", "said"]]
