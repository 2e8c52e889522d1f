"""Survey and interviews side by side: a stated rule tells where they converge, differ, or only one speaks.

A joint display in the convergent design of Guetterman, Fetters and Creswell (2015), Annals of Family Medicine 13,
554-561; that one side may be silent is from O'Cathain, Murphy and Nicholl (2010), BMJ 341, c4587.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toe_analysis.interviews import DIMENSIONS, THEMES
from toe_analysis.published.claims import Claim
from toe_analysis.published.report import as_printed, claims_of_answers
from toe_analysis.showing.words import LANGUAGES, word
from toe_analysis.statistics.shares import SHARE_COLUMNS
from toe_analysis.survey import Study, weakest
from toe_analysis.topics.triangulation.links import Link, Measures

VERDICTS = ("converge", "differ", "only_survey", "only_interviews", "neither")


def gather(links: Iterable[Link], units: pd.DataFrame, measures: Measures, *, confidence: float = 0.95) -> pd.DataFrame:
    """Work out every link of `toe_analysis.topics.triangulation.links.read_links` once, whatever rule will weigh it.

    Returns
    -------
    pandas.DataFrame
        A row a survey measure: ``about``, ``questions``, ``says``, ``who``, ``counts``, count, base, share, interval,
        method, ``mark``, ``share_basis`` and notes; what the interviews hold on the same, repeated: ``units``,
        ``interviews``, ``units_against`` and ``interviews_against``; and ``basis``, which is the verdict's: the weakest
        of the published units and of the shares that are weighed.
    """
    rows = []
    for link in links:
        share = measures.share(link).to_row(confidence=confidence)
        if not share["base"]:  # nothing is known, so there is nothing to show
            share |= {"lower": nan, "upper": nan}
        asked = {"questions": " ".join(link.questions), "says": ";".join(link.says), "who": measures.who(link)}
        told = {"mark": link.mark, "share_basis": measures.basis(link)}
        told |= {"note_en": link.note_en, "note_da": link.note_da}
        rows.append({"about": link.about} | asked | {"counts": link.counts} | share | told)
    found = pd.DataFrame(rows)
    # What speaks to one theme stands together, wherever its rows stand in the file.
    found = found.sort_values("about", key=lambda about: pd.factorize(about)[0], kind="stable", ignore_index=True)
    for counts, ending in (("for", ""), ("against", "_against")):
        raised = units[units["counts"] == counts].groupby("about")
        names, interviews = raised["name"].agg(" ".join), raised["interview"].nunique()
        found[f"units{ending}"] = names.reindex(found["about"], fill_value="").to_numpy()
        found[f"interviews{ending}"] = interviews.reindex(found["about"], fill_value=0).to_numpy()
    bases = found[found["counts"] != "context"].groupby("about")["share_basis"].agg(weakest)
    return found.assign(basis=bases.reindex(found["about"], fill_value="published").to_numpy())


@dataclass(frozen=True)
class Rule:
    """When a strand speaks.

    Parameters
    ----------
    mark : float
        A survey share is above it when its whole interval is, and below it when its whole interval is. A link
        may have a mark of its own.
    smallest_base : int
        Firms a share must rest on to be weighed at all.
    interviews : int
        Interviews in which the units must stand.
    """

    mark: float = 0.25
    smallest_base: int = 10
    interviews: int = 3


def weigh(shares: pd.DataFrame, mark: float | pd.Series, smallest_base: int) -> np.ndarray:
    """Hold the intervals of shares against a mark: ``above``, ``below``, ``unclear`` or ``too_few``.

    Examples
    --------
    Eight of 15 firms: Wilson's interval from 30 to 75 % lies above a quarter. Two of 15 could be a third.

    >>> shares = pd.DataFrame({"base": [15, 15], "lower": [0.30, 0.04], "upper": [0.75, 0.38]})
    >>> weigh(shares, 0.25, 10).tolist()
    ['above', 'unclear']
    """
    lies = [shares["base"] < smallest_base, shares["lower"] > mark, shares["upper"] < mark]
    return np.select(lies, ["too_few", "above", "below"], "unclear")


def stance(speaks_for: ArrayLike, speaks_against: ArrayLike) -> np.ndarray:
    """Return the stances of a strand: ``for``, ``against``, ``both`` or ``silent``.

    >>> stance([True, False], [True, False]).tolist()
    ['both', 'silent']
    """
    found = [np.logical_and(speaks_for, speaks_against), speaks_for, speaks_against]
    return np.select(found, ["both", "for", "against"], "silent")


def verdict(survey: np.ndarray, interviews: np.ndarray) -> np.ndarray:
    """Join the stances of the two strands.

    A strand that speaks both ways agrees with nobody.

    >>> verdict(np.array(["for", "against", "silent"]), np.array(["for", "for", "for"])).tolist()
    ['converge', 'differ', 'only_interviews']
    """
    is_quiet, are_quiet = survey == "silent", interviews == "silent"
    found = [is_quiet & are_quiet, are_quiet, is_quiet, (survey == interviews) & (survey != "both")]
    return np.select(found, ["neither", "only_survey", "only_interviews", "converge"], "differ")


def judge(evidence: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return what the rule finds in the evidence of `gather`.

    Returns
    -------
    pandas.DataFrame
        With the same index: ``mark``, the rule's where a measure has none of its own; how the share ``weighs``
        (`weigh`, or ``not_asked``); and of the theme or conclusion ``survey_says``, ``interviews_say`` and ``verdict``.
        A measure for that lies below the mark speaks against; one against that lies below says nothing.
    """
    about, counts, questions = (evidence[name].to_numpy(object) for name in ("about", "counts", "questions"))
    mark = evidence["mark"].fillna(rule.mark).where(questions != "")
    weighs = np.where(questions == "", "not_asked", weigh(evidence, mark, rule.smallest_base))
    speaks_for = (counts == "for") & (weighs == "above")
    speaks_against = (counts == "for") & (weighs == "below") | (counts == "against") & (weighs == "above")
    survey = stance(*(np.isin(about, about[one]) for one in (speaks_for, speaks_against)))
    interviews = stance(*(evidence[name] >= rule.interviews for name in ("interviews", "interviews_against")))
    said = {"survey_says": survey, "interviews_say": interviews, "verdict": verdict(survey, interviews)}
    return pd.DataFrame({"mark": mark, "weighs": weighs} | said)


def joint_display(evidence: pd.DataFrame, rule: Rule, *, kind: str) -> pd.DataFrame:
    """Return survey and interviews side by side: a row a survey measure, what the interviews say repeated.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Rows of `gather`, on themes only or on conclusions only.
    rule : Rule
        Its `judge` says what stands beside the evidence.
    kind : {"theme", "conclusion"}
        Title of the first column.
    """
    found = evidence.assign(**judge(evidence, rule)).rename(columns={"about": kind})
    survey = [kind, "questions", "says", "who", "counts", *SHARE_COLUMNS, "mark", "weighs", "share_basis"]
    both = ["units", "interviews", "units_against", "interviews_against", "survey_says", "interviews_say", "verdict"]
    return found[[*survey, "note_en", "note_da", *both, "basis"]].reset_index(drop=True)


def theme_display(evidence: pd.DataFrame, rule: Rule, codings: pd.DataFrame) -> pd.DataFrame:
    """Return the joint display of the themes, those in most interviews first.

    ``toe`` is the dimension under which the report codes most of a theme's units; the first of T, O and E in a tie.
    """
    found = joint_display(evidence[evidence["about"].isin(THEMES)], rule, kind="theme")
    counts = pd.crosstab(codings["theme"], codings["toe"]).reindex(columns=list(DIMENSIONS), fill_value=0)
    found.insert(0, "toe", found["theme"].map(counts.idxmax(axis=1)))
    most_first = found.sort_values("interviews", ascending=False, kind="stable")
    return most_first.sort_values("toe", key=lambda toe: toe.map(DIMENSIONS.index), kind="stable", ignore_index=True)


def sensitivity(
    evidence: pd.DataFrame,
    rule: Rule,
    *,
    marks: Sequence[float],
    bases: Sequence[int],
    interviews: Sequence[int],
) -> pd.DataFrame:
    """Return how often each verdict comes out when the rule's three numbers change.

    Returns
    -------
    pandas.DataFrame
        A row a theme or conclusion: ``about``, ``verdict`` under `rule`, ``settings`` tried (all combinations), how
        many give each verdict, ``turned_by`` (the numbers that alone change it) and ``basis``.
    """
    varied = {"mark": marks, "smallest_base": bases, "interviews": interviews}
    is_first = ~evidence["about"].duplicated()

    def verdicts(other: Rule) -> pd.Series:
        return judge(evidence, other).loc[is_first, "verdict"]

    found = verdicts(rule)
    tried = pd.DataFrame([verdicts(Rule(*values)) for values in product(*varied.values())])
    turns = {
        name: pd.DataFrame([verdicts(replace(rule, **{name: value})) for value in values]).ne(found).any()
        for name, values in varied.items()
    }
    turned_by = pd.DataFrame(turns).apply(lambda row: " ".join(row.index[row]), axis=1)
    counts = {name: (tried == name).sum() for name in VERDICTS}
    table = evidence.loc[is_first, ["about"]].assign(verdict=found, settings=len(tried), **counts, turned_by=turned_by)
    return table.assign(basis=evidence["basis"]).reset_index(drop=True)


def label_table(conclusions: pd.DataFrame) -> pd.DataFrame:
    """Return what themes and conclusions are called: ``about``, ``label_en`` and ``label_da``."""
    themes = {f"label_{language}": [word(theme, language, "theme") for theme in THEMES] for language in LANGUAGES}
    ours = conclusions.rename(columns={"conclusion": "about"})[["about", "label_en", "label_da"]]
    return pd.concat([pd.DataFrame({"about": THEMES} | themes), ours], ignore_index=True)


def tell_no_apart(display: pd.DataFrame) -> pd.DataFrame:
    """Return a joint display for a reader: where the survey alone speaks, and says no, the verdict says so.

    >>> display = pd.DataFrame({"verdict": ["only_survey", "only_survey"], "survey_says": ["for", "against"]})
    >>> tell_no_apart(display)["verdict"].tolist()
    ['only_survey', 'only_survey_no']
    """
    no = (display["verdict"] == "only_survey") & (display["survey_says"] == "against")
    return display.assign(verdict=display["verdict"].mask(no, "only_survey_no"))


def display_as_printed(display: pd.DataFrame, study: Study, claims: Mapping[str, Claim]) -> pd.DataFrame:
    """Return a joint display for showing: a share that the report prints is published, and so is what rests on it."""
    shown = as_printed(display, claims_of_answers(study, claims), ["questions", "says"], "share_basis")
    about = shown["theme" if "theme" in shown else "conclusion"]
    weighed = shown["counts"] != "context"
    return shown.assign(basis=about.map(shown["share_basis"][weighed].groupby(about[weighed]).agg(weakest)))


def unmoved(sensitivity: pd.DataFrame, says: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts of `sensitivity` that no single threshold turns, with what the two sides say there."""
    stances = says[["about", "survey_says", "interviews_say"]].drop_duplicates("about")
    return sensitivity[sensitivity["turned_by"] == ""].merge(stances, on="about", how="left")


def count_verdicts(themes: pd.DataFrame) -> dict[str, object]:
    """Return how many themes have each verdict, how many there are, ``on_made_up_shares`` among them, and ``basis``."""
    counts = themes["verdict"].value_counts().reindex(VERDICTS, fill_value=0).to_dict()
    made_up = int((themes["basis"] == "illustrative").sum())
    return counts | {"themes": len(themes), "on_made_up_shares": made_up, "basis": weakest(themes["basis"])}
