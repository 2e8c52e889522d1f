"""What readers see of the triangulation: what is printed as published, each verdict once, and evidence by sentence."""

from collections.abc import Mapping

import pandas as pd

from toe_analysis.interviews import unit_names
from toe_analysis.published.claims import Claim
from toe_analysis.published.report import as_printed, claims_of_answers
from toe_analysis.showing.words import LANGUAGES
from toe_analysis.statistics import Share
from toe_analysis.survey import Study
from toe_analysis.topics.triangulation.links import Measures
from toe_analysis.topics.triangulation.rule import Rule


def told_once(display: pd.DataFrame) -> pd.DataFrame:
    """Return a joint display for a reader: what both strands say stands once, in the row that is weighed.

    Where only the survey speaks and speaks against, the verdict becomes ``only_survey_no``.
    """
    said = ["units", "interviews", "verdict", "basis"]
    no = (display["verdict"] == "only_survey") & (display["survey_says"] == "against")
    display = display.assign(verdict=display["verdict"].mask(no, "only_survey_no"))
    return display.assign(**display[said].astype(object).mask(display["counts"] == "context", ""))


def display_as_printed(display: pd.DataFrame, study: Study, claims: Mapping[str, Claim]) -> pd.DataFrame:
    """Return a joint display for showing: a share that the report prints is published, and so is what rests on it."""
    shown = as_printed(display, claims_of_answers(study, claims), ["questions", "says"], "share_basis")
    weighed = shown["counts"] != "context"
    is_printed = (shown["share_basis"] == "published") & (display["share_basis"] == "calibrated") & weighed
    return shown.assign(basis=shown["basis"].mask(is_printed, "published"))


def widely_raised(display: pd.DataFrame, rule: Rule) -> list[str]:
    """Return the themes on which enough interviews hold a unit, those in most interviews first.

    >>> display = pd.DataFrame({"theme": ["a", "b", "c"], "interviews": [3, 5, 1]})
    >>> widely_raised(display, Rule())
    ['b', 'a']
    """
    rows = display.drop_duplicates("theme").sort_values("interviews", ascending=False, kind="stable")
    return rows.loc[rows["interviews"] >= rule.interviews, "theme"].tolist()


def unmoved(sensitivity: pd.DataFrame, says: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts of `sensitivity` that no single threshold turns, with what the two sides say there.

    Parameters
    ----------
    sensitivity, says : pandas.DataFrame
        `says` has ``about``, ``survey_says`` and ``interviews_say``.
    """
    stances = says[["about", "survey_says", "interviews_say"]].drop_duplicates("about")
    return sensitivity[sensitivity["turned_by"] == ""].merge(stances, on="about", how="left")


def claim_evidence(
    claims: pd.DataFrame, codings: pd.DataFrame, measures: Measures, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Return what there is on each sentence of the report: the questions with who answered, and the coded units.

    Parameters
    ----------
    claims : pandas.DataFrame
        ``statement``, ``survey_questions`` and ``coded_units``, from ``data/raw/narrative_claims.csv``.
    codings : pandas.DataFrame
    measures : Measures
    confidence : float

    Returns
    -------
    pandas.DataFrame
        A row a question or unit: ``statement``, ``strand``, ``evidence`` (``q10`` or ``2.2``), what it is about in both
        languages, the share of the firms that answered it (a unit has none) and ``basis``. A sentence that nothing
        could carry has one row of the strand ``nothing``.
    """
    glosses = codings.set_index(pd.Index(unit_names(codings)))
    missing, questionnaire = measures.cleaned.missing, measures.questionnaire
    rows = []
    for claim in claims.to_dict("records"):
        head = {"statement": claim["statement"]}
        questions = [name for name in claim["survey_questions"].split() if name in missing]
        units = [name for name in claim["coded_units"].split() if name in glosses.index]
        for name in questions:
            labels = {f"gloss_{language}": questionnaire[name].labels[language] for language in LANGUAGES}
            share = Share(int((missing[name] == "").sum()), len(missing)).to_row(confidence=confidence)
            basis = {"basis": measures.source.basis([name])}
            rows.append(head | {"strand": "survey", "evidence": name} | labels | share | basis)
        for name in units:
            labels = {f"gloss_{language}": glosses.loc[name, f"gloss_{language}"] for language in LANGUAGES}
            rows.append(head | {"strand": "interviews", "evidence": name} | labels | {"basis": "published"})
        if not questions and not units:
            rows.append(head | {"strand": "nothing", "basis": "published"})
    names = ["statement", "strand", "evidence", "gloss_en", "gloss_da", "count", "base", "share", "lower", "upper"]
    table = pd.DataFrame(rows).reindex(columns=[*names, "confidence", "method", "basis"])
    whole = table[["count", "base"]].astype("Int64")  # a unit has no count, which would make the others 4.0
    return table.assign(**{name: whole[name].astype(object).where(whole[name].notna(), "") for name in whole})
