import dataclasses

import pandas as pd
import pytest

from toe_analysis.errors import InputError
from toe_analysis.published.claims import CLAIMS_NAME, read_claims
from toe_analysis.showing.sentences import tell
from toe_analysis.survey import Questionnaire, Responses, Source
from toe_analysis.topics.interviews import results as counting


def test_the_counts_are_those_of_the_reports_five_charts(codings):
    rows = counting.interview_table(codings).groupby("interview")["count"].agg(tuple)
    assert rows.tolist() == [(3, 2, 3), (5, 2, 3), (2, 4, 4), (4, 3, 3), (4, 3, 3)]


def test_categories_and_themes_with_equally_many_units_share_the_first_place():
    orders = {"report": {"T": 17, "E": 17, "O": 14}, "organisation": {"O": 19, "T": 17, "E": 12}}
    orders["theme"] = {"data_quality": 6, "resistance": 6, "networks_advice": 5}
    largest = {name: counting.largest(pd.Series(order)) for name, order in orders.items()}
    text = str(tell("interviews", "answer", orders=orders, largest=largest, units=48, interviews=5))
    first = "**Technology and environment each have the largest number of units, 17 of 48"
    assert text.startswith(f"{first}, but organisation is first with 19 if")
    assert "The largest themes, in our coding, are data quality and resistance (6 of 48 each)." in text


def test_the_other_placing_moves_the_network_units(codings):
    moved = codings["toe"].mask(codings["theme"] == "networks_advice", "O")
    report, other = counting.placing_table({"report": codings, "other": codings.assign(toe=moved)}).itertuples()
    assert (report.count_T, report.count_O, report.count_E) == (18, 14, 16)
    assert (other.count_T, other.count_O, other.count_E) == (18, 19, 11)


def test_themes_hold_every_unit_once_and_name_its_interviews(codings):
    rows = counting.theme_table(codings)
    assert rows["count"].sum() == len(codings)
    assert rows["base"].eq(48).all()
    assert rows["count"].groupby(rows["theme"], sort=False).sum().is_monotonic_decreasing
    network = rows[(rows["theme"] == "networks_advice") & (rows["toe"] == "E")].iloc[0]
    assert (network["count"], network["interviews"], network["which"]) == (5, 3, "1, 2, 3")


def test_firms_are_grouped_by_what_they_said_at_the_interview(codings):
    firms = pd.Series({1: "intends", 2: "uses", 3: "intends", 4: "uses", 5: "intends"})
    rows = counting.at_interview_table(codings, firms).set_index(["at_interview", "toe"])
    assert rows.loc[("uses", "T"), ["firms", "count", "base", "fewest", "most"]].tolist() == [2, 9, 20, 4, 5]
    assert rows.loc[("intends", "O"), ["firms", "count", "base", "fewest", "most"]].tolist() == [3, 9, 28, 2, 4]


def test_units_stand_under_their_category_with_what_the_second_coder_says(codings):
    second = codings["toe"].where(codings.index != 3, "O")  # unit 1.4 is E in the report
    rows = counting.unit_table(codings, second)
    assert rows["toe"].tolist() == sorted(rows["toe"], key="TOE".index)
    disputed = rows[rows["same_code"] == "no"]
    assert disputed[["interview", "unit", "toe", "second_toe"]].to_numpy().tolist() == [[1, 4, "E", "O"]]
    assert set(rows["basis"]) == {"responses"}
    assert set(counting.unit_table(codings, None)["same_code"]) == {""}


@pytest.mark.parametrize(
    ("source", "basis"),
    [
        (Source("responses"), "responses"),
        (Source("synthetic", "none", (("status", "q41"),)), "calibrated"),
        (Source("synthetic", "none", (("status",), ("q41",))), "illustrative"),
    ],
)
def test_willing_firms_have_the_basis_of_status_and_answer_together(project, study, source, basis):
    firms = pd.DataFrame({"status": ["user", "user", "user", "sceptic"], "q41": ["Ja", "Nej", "skipped", "Ja"]})
    claims = read_claims(project / "data/raw" / CLAIMS_NAME)
    rows = counting.selection_table(Responses(firms, source, study), claims).set_index("status")
    assert rows.loc["user", ["count", "base", "printed", "same_count"]].tolist() == [1, 2, 2, "no"]
    assert rows.loc["optimist", ["count", "base"]].tolist() == [0, 0]
    assert set(rows["basis"]) == {basis}


def test_who_may_be_willing_has_answered(project, study):
    willing = dataclasses.replace(study.role("willing"), options=("Ja", "Nej", "Måske"))
    study = dataclasses.replace(study, questionnaire=Questionnaire((willing,)))
    firms = pd.DataFrame({"status": ["user"] * 4, "q41": ["Ja", "Nej", "Måske", "skipped"]})
    claims = read_claims(project / "data/raw" / CLAIMS_NAME)
    rows = counting.selection_table(Responses(firms, Source("responses"), study), claims).set_index("status")
    assert rows.loc["user", ["count", "base"]].tolist() == [1, 3]


def test_a_status_without_a_printed_number_of_willing_firms_is_named(study):
    user, *others = study.statuses
    without = dataclasses.replace(study, statuses=(user, *(dataclasses.replace(one, guide_claim="") for one in others)))
    firms = pd.DataFrame({"status": ["user"], "q41": ["Ja"]})
    with pytest.raises(InputError, match=r"study\.toml: expected guide = .* under the status failed, found no claim"):
        counting.selection_table(Responses(firms, Source("responses"), without), {})
