"""Scales and numbers: read, counted, and their middle found."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from survey.reading.workbooks import sheet_of, write_sheets

from toe_analysis.statistics import exact_test
from toe_analysis.survey import Condition, Export, Question, Questionnaire, Source, Study, clean, read_export
from toe_analysis.survey.facts.study import Sizes, Status
from toe_analysis.survey.reading.answers import read_answer, read_number
from toe_analysis.survey.scales import level_table, middle_table
from toe_analysis.topics.size.results import trend_table

LEVELS = ("Aldri", "Av og til", "Ofte")
SCALE = Question("q02", "Hvor ofte?", "scale", LEVELS)
HOURS = Question("q03", "Hvor mange timer?", "number", ("0-4", "5-9", "10+"))
SIZE = Question("q01", "Hvor mange?", "single", ("1-9", "10+"), role="size")
STUDY = Study(
    "s",
    2026,
    {},
    {},
    Questionnaire((SIZE, SCALE, HOURS)),
    (Status("all", (Condition("q01", ("1-9",)),)),),
    Sizes(1, 99, "1-9,10+"),
)


def cleaned(*firms):
    cells = pd.DataFrame(firms, columns=["q01", "q02", "q03"], dtype=object).rename_axis("row")
    return clean(Export(cells, None, (), Source("responses")), STUDY, key="")


@pytest.mark.parametrize(
    ("text", "option"),
    [("0", "0-4"), ("4,9", "0-4"), ("5", "5-9"), ("12.5", "10+"), ("9 999", "10+"), ("-1", None), ("about 5", None)],
)
def test_a_number_is_kept_as_its_class_and_what_is_none_is_unknown(text, option):
    answer = read_answer(HOURS, text)
    assert answer.value == option
    assert (answer.typed is None) == (option is not None)


@given(st.integers(0, 10**9), st.sampled_from(["", " ", ".", ","]))
def test_thousands_are_read_whatever_stands_between_them_unless_it_could_be_decimals(value, mark):
    text = f"{value:,}".replace(",", mark)
    ambiguous = mark in (".", ",") and 1000 <= value < 10**6
    assert read_number(text) == (None if ambiguous else value)


def test_who_is_of_the_target_group_is_told_by_the_number_where_that_was_asked():
    size = Question("q01", "Hvor mange?", "number", ("0-9", "10-19", "20+"), role="size")
    asked = Questionnaire((size, SCALE, HOURS))
    statuses = tuple(Status(label, (Condition("q01", (label,)),)) for label in size.options)
    study = replace(STUDY, questionnaire=asked, statuses=statuses, sizes=Sizes(15, 30, "0-9,10-19,20+"))
    cells = pd.DataFrame({"q01": ["9", "14", "15", "30", "31", "500"], "q02": None, "q03": None}).rename_axis("row")
    found = clean(Export(cells, None, (), Source("responses")), study, key="")
    assert found.excluded["reason"].tolist() == ["too_small", "too_small", "too_large", "too_large"]
    assert sorted(found.numbers["q01"]) == [15, 30]


def test_a_number_that_a_firm_was_not_asked_for_is_no_number_of_it():
    hours = replace(HOURS, asked_when=Condition("q01", ("10+",)))
    study = replace(STUDY, questionnaire=Questionnaire((SIZE, SCALE, hours)))
    cells = pd.DataFrame({"q01": ["1-9"], "q02": ["Ofte"], "q03": ["7"]}, dtype=object).rename_axis("row")
    found = clean(Export(cells, None, (), Source("responses")), study, key="")
    assert found.numbers["q03"].isna().all()


def test_a_number_may_be_left_empty_and_a_level_that_is_a_number_is_measured_as_it(tmp_path):
    grade = Question("q02", "Hvor sandsynligt?", "scale", tuple(map(str, range(11))))
    asked = Questionnaire((SIZE, grade, HOURS))
    rows = [{"q01": "1-9", "q02": "6", "q03": "12"}, {"q01": "1-9", "q02": "0", "q03": ""}, {"q01": "1-9", "q02": "10"}]
    export = read_export(write_sheets(tmp_path / "answers.xlsx", {"Ark1": sheet_of(asked, rows)}), asked)
    firms = clean(export, replace(STUDY, questionnaire=asked), key="")
    middles = middle_table(firms).set_index("question")
    assert middles.loc["q02", ["measured", "median", "base"]].tolist() == ["number", 6, 3]
    assert middles.loc["q03", ["measured", "median", "base"]].tolist() == ["number", 12, 1]


def test_levels_are_counted_with_those_that_reach_them_and_nobody_is_lost():
    firms = cleaned(("1-9", "Ofte", "3"), ("1-9", "Aldri", "7"), ("1-9", "Ofte", ""), ("1-9", None, "7"))
    table = level_table(firms)
    scale = table[table["question"] == "q02"]
    assert scale[["option", "level", "count", "base", "count_reached"]].to_numpy().tolist() == [
        ["Aldri", 1, 1, 3, 3],
        ["Av og til", 2, 0, 3, 2],
        ["Ofte", 3, 2, 3, 2],
    ]
    assert table.groupby("question")["count"].sum().eq(table.groupby("question")["base"].first()).all()
    assert firms.answers["q03"].dropna().tolist().count("5-9") == 2  # the table of answers has classes only
    assert sorted(firms.numbers["q03"].dropna()) == [3, 7, 7]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40))
def test_the_interval_of_the_median_runs_between_the_answers_whose_ranks_hold_it(numbers):
    firms = cleaned(*(("1-9", "Ofte", str(number)) for number in numbers))
    row = middle_table(firms).set_index("question").loc["q03"]
    ordered = np.sort(numbers)
    assert row["median"] == np.median(ordered)
    rank = int(binom.ppf(0.025, len(ordered), 0.5))  # the largest rank below which 2.5 % of the chances lie
    if rank == 0:
        assert np.isnan(row["median_lower"])
    else:
        assert (row["median_lower"], row["median_upper"]) == (ordered[rank - 1], ordered[-rank])


def test_a_trend_is_the_exact_test_of_the_table_of_groups_by_levels():
    groups = pd.Series(["small", "small", "large", "large", "large"])
    answers = pd.DataFrame({"q02": ["Aldri", "Av og til", "Ofte", "Ofte", "skipped"]})
    found = trend_table(answers, [SCALE], {"size": (groups, ["small", "large"])}, {"size": "responses"}).iloc[0]
    assert found["p_value"] == exact_test([[1, 1, 0], [0, 0, 2]], statistic="jonckheere").p_value
    assert (found["base"], found["lowest"], found["highest"]) == (4, 1.5, 3.0)
    assert trend_table(answers, [], {}, {}).empty
