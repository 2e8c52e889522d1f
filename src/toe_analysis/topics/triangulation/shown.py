"""What readers see of the triangulation: what is printed as published, and which verdicts hold out."""

from collections.abc import Mapping

import pandas as pd

from toe_analysis.published.claims import Claim
from toe_analysis.published.report import as_printed, claims_of_answers
from toe_analysis.survey import Study


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
    weighed = shown["counts"] != "context"
    is_printed = (shown["share_basis"] == "published") & (display["share_basis"] == "calibrated") & weighed
    return shown.assign(basis=shown["basis"].mask(is_printed, "published"))


def unmoved(sensitivity: pd.DataFrame, says: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts of `sensitivity` that no single threshold turns, with what the two sides say there.

    Parameters
    ----------
    sensitivity, says : pandas.DataFrame
        `says` has ``about``, ``survey_says`` and ``interviews_say``.
    """
    stances = says[["about", "survey_says", "interviews_say"]].drop_duplicates("about")
    return sensitivity[sensitivity["turned_by"] == ""].merge(stances, on="about", how="left")
