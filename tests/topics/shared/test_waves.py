from types import SimpleNamespace

import pandas as pd
import pytest
from scipy.stats import fisher_exact

from toe_analysis.showing.sentences import tell
from toe_analysis.statistics import Share
from toe_analysis.survey import Question, Questionnaire
from toe_analysis.topics.shared.waves import answer_shares, code_shares, compare_waves, wave_table


def told(table):
    return str(tell("shared", "waves", found=compare_waves(table)))


def test_a_label_alone_is_tested_as_yes_and_no_between_the_waves():
    table = wave_table({("uses",): {1: Share(3, 20), 2: Share(9, 25)}}, ["measure"], "responses")
    assert table["p_value"].tolist() == pytest.approx([fisher_exact([[3, 9], [17, 16]]).pvalue] * 2)
    assert table[["wave", "count", "base"]].to_numpy().tolist() == [[1, 3, 20], [2, 9, 25]]
    assert set(table["basis"]) == {"responses"}


def test_the_answers_to_one_question_are_one_test_whose_counts_are_all_firms():
    codes = pd.Series(["user", "failed", "user", "failed", "failed"])
    waves = pd.Series([1, 1, 1, 2, 2])
    shares = code_shares(codes, waves, ["user", "failed"])
    table = wave_table(shares, ["status"], "responses", together=lambda label: "all")
    assert table["p_value"].tolist() == pytest.approx([fisher_exact([[2, 0], [1, 2]]).pvalue] * 4)
    assert table.groupby("wave")["count"].sum().tolist() == [3, 2]
    assert "The p of this comparison is" in told(table)


def test_holms_adjustment_is_over_all_comparisons():
    shares = {(name,): {1: Share(0, 20), 2: Share(9, 20)} for name in "abc"}
    shares["nobody",] = {1: Share(0, 20), 2: Share(0, 20)}  # no test, so Holm does not count it
    table = wave_table(shares, ["measure"], "responses").head(6)
    assert table["p_holm"].tolist() == pytest.approx((3 * table["p_value"]).tolist())
    assert "The smallest p of 3 comparisons is" in told(table)


def test_one_wave_is_shown_without_a_test_and_said_so():
    table = wave_table({("uses",): {1: Share(3, 20)}}, ["measure"], "responses")
    assert table[["how", "count"]].to_numpy().tolist() == [["not_computed", 3]]
    assert table["p_value"].isna().all()
    assert "one wave" in told(table)


def test_a_question_that_few_firms_of_a_wave_answered_is_not_compared():
    both = Question("q01", "A?", "single", ("Ja", "Nej"), toe="T")
    few = Question("q02", "B?", "single", ("Ja", "Nej"), toe="T")
    answers = pd.DataFrame({"q01": ["Ja"] * 4, "q02": ["Ja", "Ja", "Ja", None]})
    missing = pd.DataFrame({"q01": [""] * 4, "q02": ["", "", "", "skipped"]})
    firms = pd.DataFrame({"wave": [1, 1, 2, 2]})
    asked = Questionnaire((both, few))
    shares = answer_shares(SimpleNamespace(questionnaire=asked, firms=firms, answers=answers, missing=missing), 2)
    assert {question for question, _ in shares} == {"q01"}
    assert "No question was answered by enough" in told(wave_table({}, ["question", "option"], "responses"))
