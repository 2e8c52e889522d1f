from dataclasses import replace
from functools import partial

import pandas as pd
import pytest
from showing.edges import drawn_within_its_edges
from this_study import STUDY

from toe_analysis.published.baselines import NOT_EXPECTING, read_baselines
from toe_analysis.published.report import read_any_claims
from toe_analysis.showing.sentences import tell
from toe_analysis.statistics import Design, Share, sample_for_half_width
from toe_analysis.statistics.planning.power import TESTS
from toe_analysis.survey import Responses, Source
from toe_analysis.topics.planning import charts as planning_charts
from toe_analysis.topics.planning import questions
from toe_analysis.topics.planning import results as planning

SHARES = {"user": Share(4, 48), "failed": Share(2, 48), "optimist": Share(28, 48), "sceptic": Share(14, 48)}
PRECISION = planning.precision_table(SHARES, "calibrated", population=778, wanted=0.05)
WIDEST = PRECISION.loc[PRECISION["needed"].idxmax()]
AGAINST = [
    ("user", "di_2025_uses", "any_use", 1 / 3),
    ("user", "di_2025_uses", "production", 0.16 * 0.333),
    ("sceptic", "di_2025_under20_not_expecting", "not_expecting", 0.4),
]
TIPPING = planning.tipping_table(SHARES, AGAINST, "calibrated", population=778)
FEW_SILENT = planning.tipping_table(SHARES, AGAINST, "responses", population=49)
START = Design(0.64, 0.4, response=Share(51, 778), population=778, part=0.25, largest=120)
MAIN = {"true_share": 0.64, "their_base": 60, "target": 0.8}


def small(bases=(30, 60, None), shares=(0.64, 0.7)):
    row = pd.Series({"source": "di_2025_under20_not_expecting", "percent": 40.0})
    return questions.small_firm_questions(START, row, bases=bases, shares=shares, reach_basis="illustrative")


QUESTIONS = questions.variants(small(), power=(0.8, 0.9), test=TESTS)
TABLE = planning.plan_table(QUESTIONS)
CURVES = planning.curve_table(questions.variants(small(), power=[0.8]), 60)

SEEN = Share(9, 14)
USERS = {"seen": Share(4, 48), "limits": Share(4, 48).interval(), "target": 0.8}
RANGE = TABLE[(TABLE["target"] == 0.8) & TABLE["test"].isin(["fisher", "binomial"])]
ENDS = {"as_printed": planning.needs_at(RANGE, 0.64), "smallest": planning.needs_at(RANGE, 0.7)}

DRAWN = {
    "needs": partial(planning_charts.needs_chart, RANGE, SEEN, SEEN.interval(), ENDS),
    "power": partial(planning_charts.power_chart, CURVES, MAIN, [55.0, 36.0]),
    "power of too few": partial(planning_charts.power_chart, CURVES, MAIN, [float("nan"), 36.0]),
    "tipping": partial(planning_charts.tipping_chart, TIPPING),
    "tipping that cannot match": partial(planning_charts.tipping_chart, FEW_SILENT),
}


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_cut_off_at_the_edge(name, language):
    drawn_within_its_edges(DRAWN[name], language)


@pytest.mark.parametrize(
    ("powers", "told"),
    [([0.1, 0.9, 0.7, 0.85], "from 4 on"), ([0.9, 0.95], "from 1 on"), ([0.9, 0.7], "not reached here")],
)
def test_power_is_told_from_where_it_holds_and_not_from_where_it_is_first_reached(powers, told):
    part = pd.DataFrame({"firms": range(1, len(powers) + 1), "power": powers})
    assert planning_charts._reached(part, 0.8, "en") == told


def test_the_power_chart_does_not_promise_a_number_where_none_is_enough():
    assert "36 to 55" in DRAWN["power"]("en")[0].get_suptitle().replace("\n", " ")
    assert "no number" in DRAWN["power of too few"]("en")[0].get_suptitle().replace("\n", " ")


def test_the_point_where_both_are_equal_is_drawn_only_where_it_exists():
    assert "matched at 35.0" in DRAWN["tipping"]("en")[1]
    assert "matched at" not in DRAWN["tipping that cannot match"]("en")[1]


def test_each_question_is_planned_for_every_base_share_power_and_test():
    assert len(TABLE) == 3 * 2 * 2 * 2
    assert TABLE.groupby("their_base", dropna=False)["test"].unique().map(list).tolist() == [
        ["fisher", "fisher_mid_p"],
        ["fisher", "fisher_mid_p"],
        ["binomial", "binomial_mid_p"],
    ]
    assert set(TABLE["basis"]) == {"published"}


def test_dis_small_firms_are_those_that_do_not_expect_ai_and_no_table_or_figure_calls_them_users():
    assert {question.function for question in small()} == {NOT_EXPECTING}
    _, alternative = DRAWN["tipping"]("en")
    assert "DI 2025, under 20, not expecting AI 40.0" in alternative.replace("\u00a0", " ")
    assert "14 of 48 analysed, all sizes" in alternative
    assert "DI 2025, under 20 (not expecting AI)" in str(tell("planning", "silence", rows=TIPPING))


def test_invitations_have_the_weaker_basis_and_leave_out_what_has_no_number():
    table = planning.invitation_table(QUESTIONS)
    assert len(table) == TABLE["enough"].notna().sum() < len(TABLE)
    assert set(table["basis"]) == {"illustrative"}
    assert (table["answers"] == 4 * table["enough"]).all()
    assert table["beyond"].eq("yes").equals(table["invitations"] > 778)


def test_users_meet_each_survey_of_any_use_as_it_stands_and_bridged(project):
    baselines = read_baselines(project / "data/raw/baselines.csv")
    start = replace(START, true_share=4 / 48)
    found = questions.user_questions(start, baselines, basis="calibrated", reach_basis="calibrated", largest=900)
    assert len(found) == 2 * (baselines["measure"] == "uses").sum()
    any_use, bridged = found[:2]
    assert (any_use.design.baseline_base, any_use.design.baseline_share) == (429, 143 / 429)
    assert (bridged.design.baseline_base, bridged.design.largest) == (None, 900)
    assert bridged.design.baseline_share == pytest.approx(0.16 * 0.333)
    assert {question.basis for question in found} == {"calibrated"}


def test_users_are_planned_for_over_the_whole_interval_and_told_where_no_number_will_do():
    held = questions.PlannedQuestion(
        "uses", "di_2025_uses", "production", Design(4 / 48, 0.05, largest=200), "calibrated", "calibrated"
    )
    shares = questions.shares_to_try(Share(4, 48).interval(), [4 / 48, 0.15])
    table = planning.plan_table(questions.variants([held], true_share=shares))
    found = planning.user_needs(table, "production", 0.15, 4 / 48)
    assert 0 < found["smallest"]["enough"] <= 200
    assert found["hopeless"] == [0.03, 0.05, 0.083333, 0.1]
    text = str(tell("planning", "users", **USERS, any_use=found, production=found)).replace("\u00a0", " ")
    assert f"**{found['smallest']['enough']:.0f} answers** to tell a true 15.0 % from 5.0 %" in " ".join(text.split())
    assert "at a true 3 %, 5 %, 8 % and 10 % 200 are not enough" in " ".join(text.split())
    assert planning.user_needs(table, "any_use", 0.15, 4 / 48) == {}


def test_where_nobody_knows_how_many_were_invited_nothing_is_said_of_them():
    unknown = Responses(pd.DataFrame(), Source("responses"), STUDY, {"response_rate": {}})
    assert questions.reach_of(unknown, {}) == (None, "published")
    precision = planning.precision_table(SHARES, "responses", wanted=0.05)
    assert precision["needed"].tolist() == PRECISION["needed"].tolist()
    assert precision["needed_finite"].isna().all()
    tipping = planning.tipping_table(SHARES, AGAINST, "responses")
    assert list(tipping) == list(TIPPING)
    assert tipping.empty
    assert planning_charts.tipping_chart(tipping, "en")[0].get_suptitle()
    widest = precision.iloc[0]
    said = [
        str(tell("planning", "precision", widest=widest, most=widest, around_half=381)),
        str(tell("planning", "silence", rows=tipping)),
        str(
            tell(
                "planning",
                "invitations",
                users=None,
                small={},
                take=[],
                plans=planning.invitation_table([]),
                answered=None,
                reach_basis="published",
                parts=[0.2],
                counted=[],
                part_basis="responses",
                analysed=48,
                confidence=0.95,
            )
        ),
    ]
    assert "invited firms" not in said[0]
    assert all("Nobody knows how many firms were invited" in one for one in said[1:])
    assert "nan" not in " ".join(said)


def test_invitations_are_told_for_the_plan_that_is_made():
    held = questions.PlannedQuestion(
        "uses",
        "di_2025_uses",
        "production",
        replace(START, true_share=0.15, baseline_share=0.05, part=1.0, largest=200),
        "calibrated",
        "calibrated",
    )
    table = planning.invitation_table([*QUESTIONS, held])
    users = planning.planned_invitations(table, "production", 0.15)
    assert users["invitations"] == -(-users["enough"] * 778 // 51)
    assert planning.planned_invitations(table, "production", 0.2) is None
    few = {"not_enough": 1, "tried": 300, "most": float("nan"), "true_share": 0.5}
    take = planning.least_invitations(few, 11 / 48, Share(51, 778))
    assert take == -(-1310 * 778 // 51)  # 300 * 48 / 11 is 1,309.1
    assert planning.least_invitations(few | {"tried": 55}, 11 / 48, Share(1, 1)) == 240  # a whole number of firms
    given = {
        "answered": Share(51, 778),
        "reach_basis": "calibrated",
        "parts": [25 / 48, 11 / 48],
        "counted": [Share(25, 48), Share(11, 48)],
        "part_basis": "published",
    }
    text = str(
        tell(
            "planning",
            "invitations",
            users=users,
            small=few,
            take=[8787, take],
            plans=table,
            **given,
            analysed=48,
            confidence=0.95,
        )
    )
    assert f"more than 8,787 to {take:,} invitations" in text
    assert "stay 25 to 11 of 48 answers, depending on what the printed percentage is of (computed" in text
    assert "48 of 51 answers could be analysed" in " ".join(text.split())


@pytest.mark.parametrize(
    ("kind", "stated", "found"),
    [
        ("responses", 0.0, ([0.5], [Share(1, 2)], "responses")),
        ("responses", 0.3, ([0.3], [], "illustrative")),
        ("synthetic", 0.3, ([0.3], [], "illustrative")),
        ("synthetic", 0.0, ([25 / 48, 11 / 48], [Share(25, 48), Share(11, 48)], "published")),
    ],
)
def test_the_part_of_small_firms_is_stated_or_counted_or_all_that_fits_print(kind, stated, found, study, project):
    responses = Responses(pd.DataFrame({"size": ["10-20", "21-30"]}), Source(kind, "none"), study)
    claims = read_any_claims(project / "data/raw")
    assert questions.small_parts(responses, claims, "10-20", stated) == found


def test_a_percentage_that_no_count_prints_leaves_no_part_of_small_firms(study, project):
    responses = Responses(pd.DataFrame({"size": ["10-20"]}), Source("synthetic", "none"), study)
    claims = read_any_claims(project / "data/raw")
    name = study.held_against("does_not_expect", small=True).claim
    odd = claims | {name: replace(claims[name], percentage="64.37")}
    assert questions.small_parts(responses, odd, "10-20", 0.0) == ([], [], "published")


def test_without_a_report_the_sizes_of_made_up_answers_are_counted(study):
    responses = Responses(pd.DataFrame({"size": ["10-20", "21-30"]}), Source("synthetic", "none"), study)
    assert questions.small_parts(responses, {}, "10-20", 0.0) == ([0.5], [Share(1, 2)], "illustrative")


def test_sentences_say_what_is_enough_what_is_not_and_their_basis():
    bases = planning.by_base(TABLE, 0.64, 0.8)
    text = str(tell("planning", "small_firms", bases=bases, true_share=0.64, target=0.8)).replace("\u00a0", " ")
    assert "a base of 30: **more than 120 answers (the best power up to there is" in text
    assert "taken as fixed: **36 answers** by the exact test, 35 answers by its mid-p" in text
    assert "(computed from published numbers)" in text
    assert "calibrated" in str(tell("planning", "silence", rows=TIPPING))
    assert "cannot be the same" in str(tell("planning", "silence", rows=FEW_SILENT))
    half = sample_for_half_width(0.5, 0.05)
    text = str(tell("planning", "precision", widest=WIDEST, most=WIDEST, around_half=half)).replace("\u00a0", " ")
    assert "If the shares stay as they are, it takes **370 answers**" in text
    assert "an interval around 50 % needs 381." in text


def test_the_plan_says_where_not_even_the_largest_number_tried_is_enough():
    designs = [replace(START, true_share=share, baseline_base=429, largest=300) for share in (0.5, 0.64)]
    asked = [
        questions.PlannedQuestion("small", "di", "not_expecting", one, "published", "published") for one in designs
    ]
    table = planning.plan_table(asked)
    ends = {"as_printed": planning.needs_at(table, 0.64), "smallest": planning.needs_at(table, 0.5)}
    assert (ends["smallest"]["not_enough"], ends["as_printed"]["not_enough"]) == (1, 0)
    assert "300 answers from small firms are not enough" in str(
        tell(
            "planning",
            "answer",
            ends=ends,
            seen=SEEN,
            interval=SEEN.interval(),
            their_share=0.4,
            target=0.8,
            answered=Share(51, 778),
            basis="published",
        )
    )
    for printed, words in (("as_printed", "even 300 may not be enough"), ("smallest", "depends on what is true: 50 ")):
        drawn = planning_charts.needs_chart(table, SEEN, SEEN.interval(), ends | {"as_printed": ends[printed]}, "en")[0]
        assert words in drawn.get_suptitle().replace("\n", " ").replace("\u00a0", " ")


def test_those_who_did_not_answer_are_told_of_all_who_were_invited():
    assert DRAWN["tipping"]("en")[0].get_suptitle().strip().startswith("Nothing is known of 730 of the 778")


def test_the_power_of_the_study_that_was_made_is_told_at_its_own_number_of_answers():
    curves = CURVES[CURVES["their_base"] == 60]
    text = str(tell("planning", "power", curves=curves[curves["firms"] == 48], firms=48)).replace("\u00a0", " ")
    assert text.startswith("With 48 answers against 40.0 % of 60 firms, power was")
    assert str(tell("planning", "power", curves=CURVES[CURVES["firms"] == 1000], firms=1000)) == ""
