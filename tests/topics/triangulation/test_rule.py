"""The rule by which survey and interviews agree or differ, by hand-made cases."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.statistics import Share
from toe_analysis.survey import Source
from toe_analysis.survey.facts.questionnaire import Question, Questionnaire
from toe_analysis.topics.triangulation.links import Link, Measures
from toe_analysis.topics.triangulation.results import (
    VERDICTS,
    Rule,
    gather,
    joint_display,
    judge,
    tell_no_apart,
    verdict,
    weigh,
)

NONE = pd.DataFrame(columns=["firm", "view", "question", "categories"])
SYNTHETIC = Source("synthetic", "none", (("q08",), ("q14:turnkey",)))


def measured(named, base, *, source=SYNTHETIC):
    """A survey in which `named` of `base` firms answer q08 with yes."""
    firms = [f"F{place}" for place in range(base)]
    answers = pd.DataFrame({"q08": ["Ja"] * named + ["Nej"] * (base - named)}, index=firms)
    questions = [Question("q08", "AI?", "single", ("Ja", "Nej"))]
    return Measures(cleaned(questions, answers, answers.mask(answers != "", ""), source), NONE)


def cleaned(questions, answers, missing, source=SYNTHETIC):
    asked = Questionnaire(tuple(questions))
    return SimpleNamespace(questionnaire=asked, answers=answers, missing=missing, source=source)


def stated(*interviews):
    """A unit for the theme or conclusion x in each of these interviews."""
    rows = [("x", "for", interview, f"{interview}.1") for interview in interviews]
    return pd.DataFrame(rows, columns=["about", "counts", "interview", "name"])


def judged(named, base, interviews, *, counts="for", rule=None, source=SYNTHETIC):
    links, units = [Link("x", counts, ("q08",), ("Ja",))], stated(*range(1, interviews + 1))
    evidence = gather(links, units, measured(named, base, source=source))
    return joint_display(evidence, rule or Rule(), kind="about").iloc[0]


@pytest.mark.parametrize(
    ("named", "base", "interviews", "expected"),
    [
        (20, 30, 3, "converge"),
        (0, 30, 3, "differ"),
        (20, 30, 2, "only_survey"),
        (0, 30, 2, "only_survey"),
        (8, 30, 3, "only_interviews"),
        (9, 9, 3, "only_interviews"),
        (8, 30, 2, "neither"),
        (0, 0, 0, "neither"),
    ],
)
def test_the_verdict_follows_from_share_base_and_interviews(named, base, interviews, expected):
    assert judged(named, base, interviews)["verdict"] == expected


def test_context_is_shown_and_never_weighed():
    row = judged(30, 30, 0, counts="context")
    assert (row["weighs"], row["survey_says"], row["verdict"], row["basis"]) == (
        "above",
        "silent",
        "neither",
        "published",
    )


def test_a_share_against_speaks_only_above_the_mark():
    assert judged(30, 30, 3, counts="against")["verdict"] == "differ"
    assert judged(0, 30, 3, counts="against")["verdict"] == "only_interviews"


def test_a_strand_that_speaks_both_ways_agrees_with_nobody_and_one_that_is_silent_disagrees_with_nobody():
    pairs = list(product(("for", "against", "both", "silent"), repeat=2))
    for (survey, interviews), found in zip(pairs, verdict(*map(np.array, zip(*pairs, strict=True))), strict=True):
        assert found in VERDICTS
        assert (found == "converge") == (survey == interviews and survey in ("for", "against"))
        assert (found in ("converge", "differ")) == ("silent" not in (survey, interviews))
    links = [Link("x", counts, ("q08",), ("Ja",)) for counts in ("for", "against")]
    assert set(judge(gather(links, stated(), measured(30, 30)), Rule())["survey_says"]) == {"both"}


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.01, 0.99), st.integers(1, 60))
def test_a_share_is_never_above_and_below_and_never_weighed_under_its_smallest_base(count, more, mark, smallest):
    base = count + more
    (found,) = weigh(pd.DataFrame([Share(count, base).to_row()]), mark, smallest)
    assert (found == "too_few") == (base < smallest)
    assert found != "above" or Share(count, base).value > mark
    assert found != "below" or Share(count, base).value < mark


def test_a_link_is_held_against_its_own_mark_where_it_has_one():
    links = [Link("x", "for", ("q08",), ("Ja",), mark=mark) for mark in (float("nan"), 0.5)]
    table = joint_display(gather(links, stated(), measured(15, 30)), Rule(), kind="about")
    assert table["mark"].tolist() == [0.25, 0.5]
    assert table["weighs"].tolist() == ["above", "unclear"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [(SYNTHETIC, "calibrated"), (Source("synthetic"), "illustrative"), (Source("responses"), "responses")],
)
def test_the_basis_follows_the_source(source, expected):
    assert judged(20, 30, 3, source=source)["basis"] == expected


def test_a_firm_counts_once_over_branches_and_a_question_that_nobody_was_asked_is_silent():
    questions = [Question(name, name, "multi", ("a", "b")) for name in ("q10", "q11", "q12")]
    answers = pd.DataFrame(
        {"q10": ["a;b", "b", None, None], "q11": ["a", None, None, "b"], "q12": None}, index=list("wxyz")
    )
    missing = answers.isna().map({True: "not_shown", False: ""}.get)
    missing.loc["y", "q11"] = "no_option_ticked"
    measures = Measures(cleaned(questions, answers, missing), NONE)
    assert measures.share(Link("x", "for", ("q10", "q11"), ("a",))) == Share(1, 4)
    assert measures.share(Link("x", "for", ("q10", "q11", "q12"), ("a", "b"))) == Share(3, 4)
    assert measures.share(Link("x", "for", ("q12",), ("a",))) == Share(0, 0)


def test_a_share_of_nothing_has_no_interval():
    row = judged(0, 0, 3)
    assert row[["share", "lower", "upper"]].isna().all()
    assert judged(0, 30, 3)["lower"] == 0


def test_a_reader_is_told_where_the_survey_alone_speaks_and_says_no():
    links = [Link("x", "for", ("q08",), ("Ja",))]
    table = joint_display(gather(links, stated(), measured(0, 30)), Rule(), kind="theme")
    assert [*table["verdict"], *tell_no_apart(table)["verdict"]] == ["only_survey", "only_survey_no"]


def test_what_speaks_to_one_theme_stands_together_wherever_its_rows_stand_in_the_file():
    links = [Link(about, "context", ("q08",), ("Ja",), note_en=note) for about, note in ("y1", "x2", "y3", "x4")]
    table = joint_display(gather(links, stated(), measured(0, 30)), Rule(), kind="theme")
    assert table["theme"].tolist() == ["y", "y", "x", "x"]
    assert table["note_en"].tolist() == ["1", "3", "2", "4"]


def test_what_a_firm_wrote_counts_only_where_it_was_asked():
    questions = [Question("q14", "How?", "multi", ("Other",))]
    answers = pd.DataFrame({"q14": ["Other", None]}, index=["x", "y"])
    missing = pd.DataFrame({"q14": ["", "contradiction"]}, index=["x", "y"])
    coded = pd.DataFrame(
        {"firm": ["x", "y"], "view": "w", "question": "q14", "categories": [("turnkey",), ("turnkey",)]}
    )
    measures = Measures(cleaned(questions, answers, missing), coded)
    assert measures.share(Link("x", "for", ("q14",), ("turnkey",))) == Share(1, 1)
    assert measures.basis(Link("x", "for", ("q14",), ("turnkey",))) == "calibrated"
