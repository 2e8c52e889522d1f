"""What firms wrote in their own words, coded: the same for every notebook that counts it."""

from collections.abc import Sequence

import pandas as pd

from toe_analysis.paths import Root
from toe_analysis.survey import Cleaned, Survey, freetext
from toe_analysis.survey.freetext import Entry


def open_questions(survey: Survey) -> list[str]:
    """Return the questions that firms answer in their own words."""
    return [question.id for question in survey.questionnaire if question.type == "top3"]


def code_own_words(
    root: Root, survey: Survey, cleaned: Cleaned, views: pd.DataFrame, dictionary: Sequence[Entry]
) -> pd.DataFrame:
    """Code the open answers and what stands behind "Other", as `toe_analysis.survey.freetext.code_texts` does.

    A person's decisions on real answers are read from the private folder, where they must stay.
    """
    folder = root.path if survey.source.kind == "responses" else root.raw
    decisions = freetext.read_decisions(folder / freetext.DECISIONS_NAME, dictionary)
    texts = freetext.open_texts(cleaned.answers, cleaned.other, open_questions(survey))
    return freetext.code_texts(texts, views, dictionary, decisions)
