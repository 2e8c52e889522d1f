from types import SimpleNamespace

import pandas as pd
import pytest

from toe_analysis.showing.sentences import tell
from toe_analysis.topics.toe.charts import dimension_chart, rows_to_draw, scale_chart


def overview_of(report, other):
    counts = {"report": report, "other": other}
    rows = [(reading, toe, count, 1) for reading in counts for toe, count in zip("TOE", counts[reading], strict=True)]
    return pd.DataFrame(rows, columns=["reading", "toe", "answers", "questions"]).assign(basis="responses")


def test_where_no_question_has_a_dimension_the_sentence_says_what_to_do():
    orders = {"report": "T > O > E", "other": "T > O > E"}
    rows = overview_of((0, 0, 0), (0, 0, 0)).to_dict("records")
    told = str(tell("toe", "order_of_dimensions", orders=orders, rows=rows, basis="responses"))
    assert told.strip() == "No question has a dimension: write T, O or E under `toe` in `questionnaire.csv`."


@pytest.mark.parametrize(("other", "begins"), [((5, 1, 2), "The dimensions by"), ((5, 2, 1), "The order of")])
def test_the_sentence_speaks_of_two_placings_only_where_there_are_two(other, begins):
    orders = {"report": "T > E > O", "other": "T > E > O"}
    rows = overview_of((5, 1, 2), other).to_dict("records")
    told = str(tell("toe", "order_of_dimensions", orders=orders, rows=rows, basis="responses"))
    assert told.strip().startswith(f"**{begins}")
    assert "organisation 1 answer to 1 question" in told


def test_a_dimension_without_questions_does_not_blame_the_firms():
    options, _ = answers_to("single", {"Ja": 3})
    study = SimpleNamespace(yes="Ja", no="Nej", questionnaire={"q01": SimpleNamespace(type="single")})
    titles = [dimension_chart(options, toe, 10, study, "en")[0].get_suptitle() for toe in "TO"]
    assert [" ".join(title.split()) for title in titles] == [
        "Technology: too few answers to draw",
        "Organisation: no question with options belongs to it",
    ]


def answers_to(kind, counts):
    """The table of one question's options, and a study that asks it alone."""
    asked = SimpleNamespace(id="q01", type=kind, labels={"en": "Tablets?"})
    rows = [("T", "q01", option, count, sum(counts.values())) for option, count in counts.items()]
    options = pd.DataFrame(rows, columns=["toe", "question", "option", "count", "base"]).assign(basis="responses")
    options = options.assign(
        share=options["count"] / options["base"], lower=0.0, upper=1.0, confidence=0.95, method="wilson"
    )
    return options, SimpleNamespace(yes="Yes", no="No", questionnaire={"q01": asked})


@pytest.mark.parametrize(
    ("counts", "drawn"),
    [
        ({"Yes": 21, "No": 25, "Don't know": 0}, ["Yes", "Don't know"]),
        ({"Yes": 21, "No": 25, "Don't know": 14}, ["Yes", "No", "Don't know"]),
        ({"Often": 21, "No": 25}, ["Often", "No"]),
    ],
)
def test_no_is_left_out_of_the_figure_only_where_all_others_said_yes(counts, drawn):
    options, study = answers_to("single", counts)
    assert sorted(rows_to_draw(options, "T", 10, study)["option"]) == sorted(drawn)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("single", "“Tablets?”: 9 of 14 answer “Sleep”"),
        ("ranking", "“Tablets?”: 9 of 14 rank “Sleep” first"),
    ],
)
def test_the_title_says_of_a_ranking_what_is_put_first(kind, title):
    options, study = answers_to(kind, {"Sleep": 9, "Tone": 5})
    figure, _ = dimension_chart(options, "T", 10, study, "en")
    assert " ".join(figure.get_suptitle().split()) == title


@pytest.mark.parametrize(
    ("names", "title"),
    [
        (["q01"], "“Tablets?”: 75 % of the answers lie in the upper half"),
        (["q01", "q02"], "Of all scales, “Tablets?” has the largest share in its upper half: 75 %"),
    ],
)
def test_a_scale_alone_is_held_against_no_other(names, title):
    asked = SimpleNamespace(options=("low", "high"), labels={"en": "Tablets?"})
    level = {"count_reached": 3, "base": 4, "reached_lower": 0.3, "reached_upper": 0.9}
    rows = [
        {"question": name, "option": option, "share": share, "reached": reached, **level}
        for name in names
        for option, share, reached in (("low", 0.25, 1.0), ("high", 0.75, 0.75))
    ]
    study = SimpleNamespace(questionnaire=dict.fromkeys(names, asked))
    figure, _ = scale_chart(pd.DataFrame(rows).assign(basis="responses", confidence=0.95, method="wilson"), study, "en")
    assert " ".join(figure.get_suptitle().split()) == title
