from types import SimpleNamespace

import pandas as pd
import pytest

from toe_analysis.showing.sentences import tell
from toe_analysis.topics.toe.charts import dimension_chart, overview_chart


def overview_of(report, other):
    counts = {"report": report, "other": other}
    rows = [(reading, toe, count, 1) for reading in counts for toe, count in zip("TOE", counts[reading], strict=True)]
    return pd.DataFrame(rows, columns=["reading", "toe", "answers", "questions"]).assign(basis="responses")


@pytest.mark.parametrize(
    ("report", "other", "title"),
    [
        ((5, 3, 2), (5, 3, 2), "Technology gets the largest part of the answers: 50 %"),
        ((6, 2, 2), (5, 3, 2), "Technology gets the largest part of the answers in both placings: 60 % and 50 %"),
        ((5, 3, 2), (2, 3, 5), "Where questions are placed decides what gets most answers: technology with 50 %, or "),
        ((4, 4, 0), (4, 4, 0), "Technology and organisation share the largest part of the answers: 50 % each"),
        ((5, 3, 2), (3, 2, 3), "Technology and environment share the largest part of the answers: 38 % each"),
    ],
)
def test_the_title_says_which_dimension_has_most_answers_or_that_two_share_it(report, other, title):
    figure, _ = overview_chart(overview_of(report, other), 10, "en")
    assert figure.get_suptitle().strip().replace("\n", " ").replace("\u00a0", " ").startswith(title)


def test_where_no_question_has_a_dimension_the_sentence_says_what_to_do():
    orders = {"report": "T > O > E", "other": "T > O > E"}
    rows = overview_of((0, 0, 0), (0, 0, 0)).to_dict("records")
    told = str(tell("toe", "order_of_dimensions", orders=orders, rows=rows, basis="responses"))
    assert told.strip() == "No question has a dimension: write T, O or E under `toe` in `questionnaire.csv`."


def test_a_dimension_without_questions_does_not_blame_the_firms():
    options = pd.DataFrame({"toe": ["T"], "base": [3], "question": ["q01"], "option": ["Ja"], "share": [1.0]})
    study = SimpleNamespace(no="Nej", questionnaire={"q01": SimpleNamespace(type="single")})
    titles = [dimension_chart(options, toe, 10, study, "en")[0].get_suptitle() for toe in "TO"]
    assert [" ".join(title.split()) for title in titles] == [
        "Technology: too few answers to draw",
        "Organisation: no question with options belongs to it",
    ]
