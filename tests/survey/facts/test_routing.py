import random

import pandas as pd
import pytest
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.errors import InputError
from toe_analysis.survey import Questionnaire, branches, read_questionnaire, shown

SURVEY = read_questionnaire(PROJECT / "data/raw/questionnaire.csv")
#: The second study asks a question after either of two answers.
OTHER = read_questionnaire(PROJECT / "data/studies/fjord/questionnaire.csv")


def walk(survey: Questionnaire, answers: dict, routing: str) -> set[str]:
    """The questions a respondent meets who goes through the form page by page, independently of the code."""
    met = set()
    for question in survey:
        rule = question.narrower if routing == "narrow" and question.narrower else question.asked_when
        if rule is None or (rule.question in met and answers.get(rule.question) in rule.options):
            met.add(question.id)
    return met


@given(st.integers(0, 10**9), st.sampled_from([SURVEY, OTHER]), st.sampled_from(["printed", "narrow"]))
def test_routing_shows_what_a_walk_through_the_form_meets(seed, survey, routing):
    draw = random.Random(seed)
    firms = [
        {question.id: draw.choice((*question.options, None)) for question in survey if question.options}
        for _ in range(5)
    ]
    answers = pd.DataFrame(firms, columns=list(survey.ids), dtype=object)
    result = shown(survey, answers, routing=routing)
    for place, firm in enumerate(firms):
        assert set(result.columns[result.iloc[place]]) == walk(survey, firm, routing)


def test_the_tree_holds_every_question_once_and_starts_and_ends_with_everyone():
    tree = branches(SURVEY)
    assert sorted(question for branch in tree for question in branch.questions) == sorted(SURVEY.ids)
    assert tree[0].rule is tree[-1].rule is None
    assert {branch.rule for branch in tree if branch.inferred} == {
        question.asked_when for question in SURVEY if question.routing_source.startswith("inferred")
    }


def test_an_unknown_reading_of_the_routing_is_refused():
    with pytest.raises(InputError, match="routing: expected one of printed, narrow, found 'wide'"):
        shown(SURVEY, pd.DataFrame(columns=list(SURVEY.ids)), routing="wide")
