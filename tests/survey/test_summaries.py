from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from toe_analysis.errors import InputError
from toe_analysis.survey import Question, Questionnaire, Source, clean, read_export
from toe_analysis.survey.summaries import (
    DIMENSIONS,
    combine_views,
    describe_options,
    describe_rankings,
    in_toe_order,
    option_shares,
    overview,
    read_views,
)


@pytest.fixture(scope="module")
def cleaned(project, questionnaire, study):
    return clean(read_export(project / "data/raw/survey_export.xlsx", questionnaire), study, key="test")


def asked_of(questionnaire, answers, missing=None):
    return SimpleNamespace(questionnaire=questionnaire, answers=answers, missing=missing, source=Source("responses"))


@pytest.fixture(scope="module")
def options(cleaned):
    return describe_options(cleaned)


@pytest.mark.parametrize(
    ("kind", "single", "multi"),
    [
        ("not_shown", 2, 2),
        ("contradiction", 2, 2),
        ("skipped", 2, 3),
        ("no_option_ticked", 3, 3),
        ("unknown_option", 2, 3),
    ],
)
def test_each_kind_of_missing_leaves_or_keeps_its_firm_in_the_base(questionnaire, kind, single, multi):
    missing = pd.Series(["", "", kind])
    yes_no = option_shares(questionnaire["q08"], pd.Series(["Ja", "Nej", None]), missing)
    ways = option_shares(questionnaire["q14"], pd.Series(["Netværk", "Netværk;Selvlært", None]), missing)
    assert yes_no["Ja"].base == single
    assert ways["Netværk"].base == multi
    assert ways["Netværk"].count == 2


def test_a_question_that_may_tell_which_firm_it_was_stands_in_no_table(cleaned):
    shown = Question("q08", "?", "single", ("Ja", "Nej"), toe="T")
    town = replace(shown, id="q13", privacy="quasi-identifier")
    rank = Question("q20", "?", "ranking", ("Ja", "Nej"), privacy="quasi-identifier")
    firms = asked_of(Questionnaire((shown, town, rank)), cleaned.answers, cleaned.missing)
    assert set(describe_options(firms)["question"]) == {"q08"}
    assert describe_rankings(firms).empty


def test_options_that_nobody_chose_are_listed(options, questionnaire):
    for question in in_toe_order(questionnaire):
        listed = options.loc[options["question"] == question.id, "option"]
        assert tuple(listed) == question.options


def test_the_dimensions_come_in_the_reports_order_and_what_has_none_is_counted_last(options):
    assert list(options["toe"].unique()) == [*DIMENSIONS, ""]
    assert set(options.loc[options["toe"] == "", "question"]) == {"q17"}


def test_the_counts_of_a_single_choice_add_up_to_its_base(options, questionnaire):
    for name, part in options.groupby("question"):
        if questionnaire[name].type == "single":
            assert part["count"].sum() == part["base"].iloc[0] == part["answered"].iloc[0]


def test_first_places_add_up_and_mean_ranks_are_those_of_a_hand_count(questionnaire):
    answers = pd.DataFrame({question.id: [None, None] for question in questionnaire}, dtype=object)
    answers["q39"] = ["Netværk;Rådgivning", "Rådgivning;Netværk;Andet"]
    ranked = describe_rankings(asked_of(questionnaire, answers))
    table = ranked[ranked["question"] == "q39"].set_index("option")
    assert table.loc["Netværk", ["first_places", "ranked", "mean_rank"]].tolist() == [1, 2, 1.5]
    assert table.loc["Andet", ["first_places", "ranked", "mean_rank"]].tolist() == [0, 1, 3]
    assert pd.isna(table.loc["Ansættelse af nye medarbejdere", "mean_rank"])


def test_a_combined_view_adds_the_branches_of_one_tense_and_never_mixes_tenses(options, views, study):
    combined = combine_views(options, views, study.other)
    purposes = combined[(combined["view"] == "purposes") & (combined["option"] == "Fleksibilitet")].set_index("tense")
    count = options[options["option"] == "Fleksibilitet"].set_index("question")["count"]
    assert purposes.loc["now", ["questions", "count"]].tolist() == ["q10", count["q10"]]
    assert purposes.loc["future", ["questions", "count"]].tolist() == ["q28 q35", count["q28"] + count["q35"]]
    tenses = views.set_index("question")["tense"]
    for row in combined.itertuples():
        assert {tenses[question] for question in row.questions.split()} == {row.tense}


def test_other_and_andet_are_one_option_across_branches(options, views, study):
    assert "Andet" not in set(combine_views(options, views, study.other)["option"])


def test_every_question_of_a_view_exists_and_stands_in_one_view(views, questionnaire):
    assert set(views["question"]) <= set(questionnaire.ids)
    assert views["question"].is_unique
    assert {question.id for question in questionnaire if question.type == "top3"} <= set(views["question"])


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("use,q08,now\nuse, q08,now", "row 3, column view, question, tense: expected a name of its own"),
        ("use,q08,later", "row 2, column tense: expected one of past, now, future, found 'later'"),
    ],
)
def test_a_view_that_would_count_answers_twice_or_at_no_time_is_refused(tmp_path, rows, told):
    (tmp_path / "views.csv").write_text(f"view,question,tense\n{rows}\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"^views.csv, {told}"):
        read_views(tmp_path)


def test_a_study_may_have_no_views_in_its_file_or_no_file(tmp_path):
    for _ in range(2):
        assert read_views(tmp_path).columns.tolist() == ["view", "question", "tense"]
        (tmp_path / "views.csv").write_text("view,question,tense,note\n", encoding="utf-8")


def test_the_other_placing_moves_questions_but_loses_none(cleaned, questionnaire):
    table = overview(cleaned)
    totals = table.groupby("reading")[["questions", "answers"]].sum()
    assert totals.loc["report"].tolist() == totals.loc["other"].tolist()
    moved = [question.id for question in questionnaire if question.toe_other]
    report, other = (table[table["reading"] == name].set_index("toe")["questions"] for name in ("report", "other"))
    assert len(moved) > 0
    assert (report - other).abs().sum() > 0


def test_an_empty_branch_has_a_base_of_zero_and_the_widest_interval(questionnaire):
    nobody = pd.DataFrame({name: [None] for name in questionnaire.ids}, dtype=object)
    missing = pd.DataFrame({name: ["not_shown"] for name in questionnaire.ids})
    table = describe_options(asked_of(questionnaire, nobody, missing))
    assert set(table["base"]) == {0}
    assert table[["lower", "upper"]].drop_duplicates().to_numpy().tolist() == [[0.0, 1.0]]
