"""The kinds of missing answer. A denominator always says which of them it leaves out."""

import numpy as np
import pandas as pd

from toe_analysis.survey.facts.questionnaire import Questionnaire

#: Why an answer is missing. The last one only comes from a damaged or edited export.
MISSING = {
    "not_shown": "routed past the question",
    "no_option_ticked": "was shown the options and ticked none",
    "skipped": "was asked and left the cell empty",
    "contradiction": "answered although routed past; set missing and reported",
    "unknown_option": "gave an answer that the questionnaire does not offer; set missing and reported",
}


def kinds_of_missing(
    has_answer: pd.DataFrame,
    was_shown: pd.DataFrame,
    contradiction: pd.DataFrame,
    unknown: pd.DataFrame,
    questionnaire: Questionnaire,
) -> pd.DataFrame:
    """Tell for every empty answer why it is empty.

    Parameters
    ----------
    has_answer : pandas.DataFrame
        Booleans, a row a firm, a column a question; False also for contradictions and unknown options.
    was_shown, contradiction, unknown : pandas.DataFrame
        Shaped like `has_answer`.
    questionnaire : Questionnaire

    Returns
    -------
    pandas.DataFrame
        A key of `MISSING`, or an empty string where there is an answer.
    """
    names = np.array(["", "skipped", "no_option_ticked", "not_shown", "unknown_option", "contradiction"], dtype=object)
    kinds = {}
    for question in questionnaire:
        column = question.id
        asked = was_shown[column].to_numpy()
        # Numbers, not words, until the last step: a column of words is many times slower to fill.
        kind = np.where(asked, 2 if question.type == "multi" else 1, 3)
        kind[unknown[column].to_numpy() & asked] = 4
        kind[contradiction[column].to_numpy()] = 5
        kind[has_answer[column].to_numpy()] = 0
        kinds[column] = names[kind]
    return pd.DataFrame(kinds, index=has_answer.index, dtype=object)


def missing_table(missing: pd.DataFrame) -> pd.DataFrame:
    """Count for every question the firms asked, the answers, and each kind of missing.

    Parameters
    ----------
    missing : pandas.DataFrame
        As `kinds_of_missing` returns it.

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
