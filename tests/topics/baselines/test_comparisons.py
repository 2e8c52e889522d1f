from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, fisher_exact
from this_study import STUDY
from topics.baselines.answers import compared, firms
from topics.baselines.conftest import UNDER_20

from toe_analysis.errors import InputError
from toe_analysis.published import baselines as others
from toe_analysis.published.claims import read_claims
from toe_analysis.showing.sentences import tell
from toe_analysis.statistics import Share, compare_shares
from toe_analysis.topics.baselines import bridging, ours, readings, silence
from toe_analysis.topics.baselines import comparisons as comparing
from toe_analysis.topics.baselines.ours import SMALL

# The known answers.


def test_users_against_a_third(comparisons):
    found = comparisons.set_index("comparison").loc["di_2025_uses"]
    assert (found["our_count"], found["our_base"], found["their_count"], found["their_base"]) == (4, 48, 143, 429)
    assert found["p_value"] == pytest.approx(0.000206919561765541, rel=1e-12)
    assert found["boschloo_p"] == pytest.approx(0.000171, abs=5e-7)
    assert found["p_largest"] < 0.0011
    assert found["numbers"] == "differ"
    assert found["verdict"] == "not_comparable"


def test_users_and_optimists_against_half(comparisons):
    found = comparisons.set_index("comparison").loc["di_2025_uses_or_expects"]
    assert (found["our_count"], found["our_base"], found["their_base"]) == (32, 48, 429)
    assert found["difference_lower"] < found["difference"] < found["difference_upper"]
    assert found["odds_ratio_lower"] < found["odds_ratio"] < found["odds_ratio_upper"]
    tested = comparisons.dropna(subset="odds_ratio_lower")
    outside = (tested["odds_ratio_lower"] > 1) | (tested["odds_ratio_upper"] < 1)
    assert (outside == (tested["p_value"] <= 0.05)).all()  # the interval never contradicts the p beside it
    assert outside.any()


def test_64_percent_has_four_readings_and_no_other(own):
    assert own[SMALL].all == (Share(7, 11), Share(9, 14), Share(14, 22), Share(16, 25))


def test_64_against_40_percent_over_all_that_fits(small_readings):
    found = small_readings.set_index(["our_count", "our_base"])
    assert found["pairs"].tolist() == [920] * 4
    decides = {(7, 11): "not_shown", (9, 14): "not_shown", (14, 22): "depends", (16, 25): "depends"}
    assert found["numbers"].to_dict() == decides
    assert not readings.is_settled(found)
    assert found["p_smallest"].iloc[0] == pytest.approx(0.126, abs=5e-4)
    assert found["p_smallest"].iloc[1] == pytest.approx(0.091, abs=5e-4)
    assert found["below_above"].iloc[:2].isna().all()
    assert found["below_above"].iloc[2:].tolist() == [168, 77]
    assert (found["method"] == "fisher").all()


@pytest.mark.parametrize(
    ("source", "p_value"),
    [
        ("eurostat_2023_dk", 0.23),
        ("eurostat_2025_eu27_manufacturing", 0.13),
        ("dst_2021_10_49", 0.046),
        ("eurostat_2024_dk", 0.002),
    ],
)
def test_users_against_weighted_shares(comparisons, source, p_value):
    found = comparisons.set_index("comparison").loc[source]
    assert found["method"] == "binomial"
    assert found["p_value"] == pytest.approx(p_value, abs=5.1e-3 if p_value > 0.1 else 5e-4)
    assert found["boschloo_method"] == "boschloo_fixed"


# What holds for the whole table.


def test_nothing_is_settled_where_the_function_differs(comparisons, own, baselines):
    grid = comparing.grid_table(own, baselines, 2025).set_index("comparison")
    assert (grid["same_function"] == "no").all()
    assert not comparisons["verdict"].eq("settled").any()
    settled = comparing.weigh_p_values(np.array([[0.01]]), {"same_function": "yes", "same_horizon": "yes"}, 0.05)
    assert settled["verdict"] == "settled"


def test_every_p_value_lies_in_its_range_and_names_its_method(comparisons):
    assert (comparisons["p_smallest"] <= comparisons["p_value"] * (1 + 1e-9)).all()
    assert (comparisons["p_value"] <= comparisons["p_largest"] * (1 + 1e-9)).all()
    assert set(comparisons["method"]) == {"fisher", "binomial"}
    assert comparisons["boschloo_method"].ne("").all()
    assert comparisons["basis"].eq("published").all()


@pytest.mark.parametrize("source", ["dst_2021_10_49", "dst_2021_10plus"])
def test_no_value_that_prints_so_has_a_p_value_outside_its_range(comparisons, baselines, source):
    found = comparisons.set_index("comparison").loc[source]
    low, high = baselines.set_index("source").loc[source, ["percent_low", "percent_high"]] / 100
    everywhere = [binomtest(4, 48, share).pvalue for share in np.linspace(low, high, 1001)]
    assert found["p_smallest"] <= min(everywhere) * (1 + 1e-9)
    assert found["p_largest"] >= max(everywhere) * (1 - 1e-9)


def test_boschloo_is_skipped_and_said_so_where_a_base_is_above_1000(comparisons):
    found = comparisons.set_index("comparison").loc["ec_2020_no_plans"]
    assert found["boschloo_method"] == "boschloo_skipped"
    assert pd.isna(found["boschloo_p"])


def test_only_the_reports_three_claims_are_a_family(comparisons):
    assert not [name for name in comparisons if "holm" in name]
    claims = {UNDER_20: "not_expecting_under20", "di_2025_uses": "users", "di_2025_uses_or_expects": "both"}
    verdicts = readings.claim_verdicts(comparisons, claims).set_index("claim")
    assert verdicts.loc["users", "holm_smallest"] == pytest.approx(3 * verdicts.loc["users", "p_smallest"])
    assert (verdicts["holm_smallest"] <= verdicts["holm_largest"]).all()
    assert (verdicts["holm_largest"] >= verdicts["p_largest"]).all()


def test_a_weighted_share_has_the_base_from_which_on_it_differs_and_a_count_has_none(comparisons):
    weighted = comparisons[comparisons["method"] == "binomial"].set_index("comparison")
    assert comparisons.loc[comparisons["method"] != "binomial", "least_base"].isna().all()
    least = int(weighted.loc["dst_2021_10plus", "least_base"])

    def fisher(base):  # 23.5 % is the end of the printed 24 % nearer to 4 of 48
        count = round(0.235 * base)
        return fisher_exact([[4, 44], [count, base - count]]).pvalue

    assert fisher(least - 1) >= 0.05
    assert all(fisher(base) < 0.05 for base in range(least, least + 300))
    assert np.isnan(weighted.loc["eurostat_2023_dk", "least_base"])  # 15.2 % lies within our interval


def test_a_share_that_prints_like_ours_differs_at_no_base():
    assert np.isnan(comparing.least_base(Share(5, 50), 0.095, 0.105, 0.05))
    assert np.isnan(comparing.least_base(Share(5, 50), 0.11, 0.12, 0.05))


def test_intervals_of_a_difference_leave_out_0_where_p_is_below_the_level_here(comparisons):
    counted = comparisons[comparisons["interval_method"] == "chan_zhang"]
    leaves_out_0 = counted["difference_lower"].gt(0) | counted["difference_upper"].lt(0)
    assert (leaves_out_0 == counted["p_value"].lt(0.05)).all()


def test_with_very_many_answers_the_interval_is_newcombes_and_says_so(baselines):
    many = ours.OwnShares((Share(40_000, 480_000),), (), "10+", "responses")
    own = dict.fromkeys(("uses", "uses_or_expects", "does_not_expect", SMALL), many)
    found = compared(own, baselines[baselines["source"] == "di_2025_uses"])
    assert found["interval_method"].tolist() == ["newcombe"]
    assert -0.3 < found["difference_lower"].item() < found["difference_upper"].item() < -0.2


def test_beside_each_p_it_says_whether_the_two_could_be_equal(comparisons):
    assert set(comparisons["could_be_equal"]) == {"no"}  # all count any use, ours is production


def test_the_small_firms_meet_di_and_all_sceptics_meet_the_others(comparisons):
    groups = comparisons[comparisons["measure"] == "does_not_expect"].groupby("comparison")["our_base"].unique()
    assert groups.map(list).to_dict() == {
        UNDER_20: [11, 14, 22, 25],
        "bitkom_2023_no_topic": [48],
        "ec_2020_no_plans": [48],
    }


def test_a_third_is_129_to_154_of_429_and_a_printed_percentage_only_what_prints_so(baselines):
    rows = baselines.set_index("source")
    assert others.possible_counts(rows.loc["di_2025_uses"], 429) == tuple(range(129, 155))
    assert others.possible_counts(rows.loc[UNDER_20], 20) == (8,)
    assert others.possible_bases(rows.loc[UNDER_20], baselines, 20) == range(20, 430)
    printed = rows.loc[UNDER_20].copy()
    printed["n"] = 168  # as soon as somebody knows it
    assert list(others.possible_bases(printed, baselines, 20)) == [168]


def test_the_grid_tells_apart_same_overlapping_different_and_not_stated(own, baselines):
    grid = comparing.grid_table(own, baselines, 2025).set_index("comparison")
    assert grid.loc[UNDER_20].tolist()[1:-1] == ["no", "unknown", "partly", "partly", "yes"]
    assert grid.loc["eurostat_2025_eu27_manufacturing", "same_sector"] == "yes"
    assert grid.loc["iw_2019_manufacturing"].tolist()[1:-1] == ["no", "yes", "partly", "partly", "no"]
    assert grid.loc["bitkom_2023_no_topic", "same_horizon"] == "no"
    assert grid.loc["ec_2020_no_plans", "same_horizon"] == "partly"
    assert others.comparability(baselines.iloc[3], "10-49", 2025)["same_size"] == "yes"
    assert others.comparability(baselines.iloc[3], "50-99", 2025)["same_size"] == "no"


def test_both_horizon_and_function_are_named_where_both_differ(comparisons):
    assert comparisons.set_index("comparison").loc["bitkom_2023_no_topic", "because"] == "function_and_horizon"


@pytest.mark.parametrize(
    ("p_values", "open_ended", "depends_on"),
    [
        ([[0.01, 0.2]], True, "their_base"),
        ([[0.01, 0.2]], False, "their_share"),
        ([[0.01], [0.2]], True, "our_share"),
        ([[0.01, 0.2], [0.2, 0.2]], True, "our_share_and_their_base"),
        ([[0.01, 0.2], [0.01, 0.2]], True, "their_base"),
    ],
)
def test_the_unknown_that_decides_is_named(p_values, open_ended, depends_on):
    grid = {"same_function": "yes", "same_horizon": "yes"}
    found = comparing.weigh_p_values(np.array(p_values), grid, 0.05, open_ended=open_ended)
    assert (found["verdict"], found["because"], found["depends_on"]) == ("depends", depends_on, depends_on)


# Surveys of which little can be said.

POOR = {
    "no sceptics": firms(("user", "10-20", ""), ("optimist", "21-49", "")),
    "one firm": firms(("sceptic", "10-20", "")),
    "one size class": firms(("user", "50-75", ""), ("sceptic", "50-75", ""), ("failed", "50-75", "Nej")),
    "nobody": firms(),
}


def test_a_share_that_no_count_of_its_base_prints_is_not_tested(own, baselines):
    row = baselines[baselines["source"] == "bitkom_2023_uses"]
    row = row.assign(printed="24", percent_low=23.5, percent=24.0, percent_high=24.5, n=11)
    (found,) = compared(own, row).to_dict("records")
    assert (found["verdict"], found["method"]) == ("cannot_compute", "not_computed")
    assert np.isnan([found[name] for name in ("p_value", "boschloo_p", "difference", "their_count")]).all()


@pytest.mark.parametrize("name", POOR)
def test_a_poor_survey_runs_through_and_says_what_cannot_be_computed(name, baselines):
    poor = ours.shares_from_responses(POOR[name], STUDY)
    table = compared(poor, baselines)
    assert table["comparison"].nunique() == 17
    empty = table["our_base"].isna()
    assert (table["verdict"] == "cannot_compute").tolist() == empty.tolist()
    if name == "one size class":  # of firms that are not small
        assert table.loc[empty, "comparison"].tolist() == [UNDER_20]
    assert table.loc[empty, "p_value"].isna().all()
    assert set(table.loc[empty, "method"]) <= {"not_computed"}
    assert table["basis"].eq("responses").all()
    row = baselines[baselines["source"] == UNDER_20].iloc[0]
    theirs = others.possible_shares(row, range(20, 40))
    edge = readings.edge_table(poor[SMALL].shares, theirs, "responses")
    assert len(edge) >= bool(poor[SMALL].shares)
    bridge = bridging.bridge_table(poor["uses"], baselines)
    verdicts = readings.claim_verdicts(table, {UNDER_20: "not_expecting_under20", "di_2025_uses": "users"})
    as_it_stands = edge[edge["edge"] == "none"]
    cases = {name: rows for name, rows in edge.groupby("edge", sort=False) if name != "none"}
    reverse = readings.read_reversed(poor[SMALL], poor["does_not_expect"], theirs[0])
    sides, settled = bridging.bridge_sides(bridge), readings.is_settled(as_it_stands)
    factors, users = silence.tipping_gammas(poor, baselines, 778), next(iter(poor["uses"].shares), Share(0, 0))
    held, band = silence.sum_up_gammas(factors, "di_2025_uses"), silence.band_table(users, 778, "responses")
    said = {"share": users, "interval": users.interval(), "sides": sides, "bridge": bridge, "readings": as_it_stands}
    for told in (
        tell("baselines", "small_firms", readings=as_it_stands, bases=range(20, 40), is_settled=settled, alpha=0.05),
        tell("baselines", "edge_of_class", cases=cases, alpha=0.05),
        tell("baselines", "the_bridge", bridge=bridge, sides=sides, alpha=0.05),
        tell("baselines", "claims", verdicts=verdicts),
        tell("baselines", "all_comparisons", found=comparing.sum_up(table)),
        tell("baselines", "silence", found=held, band=band, confidence=0.95),
        tell("baselines", "answer", **said, found=held, basis="responses"),
        tell("baselines", "intervals", rows=table[table["comparison"].isin([UNDER_20, "di_2025_uses"])]),
        tell("baselines", "the_other_way_round", found=reverse),
    ):
        assert str(told)
        assert "nan" not in str(told)
        assert not (poor[SMALL].shares and "no firms of the small size class" in str(told))


# Fisher's test, and readings.


@pytest.mark.parametrize(
    ("sample", "theirs"),
    [
        (Share(3, 4), Share(1, 4)),
        (Share(4, 48), Share(143, 429)),
        (Share(20, 60), Share(38, 144)),  # another outcome is likelier by eight parts in a hundred million
    ],
)
def test_the_outcomes_that_count_add_up_to_fishers_p(sample, theirs):
    outcomes = readings.outcome_table(sample, theirs, "published")
    assert outcomes["probability"].sum() == pytest.approx(1)
    assert readings.outcome_p_value(outcomes) == pytest.approx(compare_shares(sample, theirs).fisher_p, rel=1e-9)
    assert outcomes.loc[outcomes["seen"] == "yes", "our_count"].tolist() == [sample.count]


def test_the_ends_of_p_are_those_of_one_test_at_a_time():
    ours, theirs = Share(14, 22), [Share(8, 20), Share(172, 429), Share(10, 26)]
    p_values = [compare_shares(ours, one).fisher_p for one in theirs]
    found = readings.readings_table([ours], theirs, "published").iloc[0]
    assert [found["p_smallest"], found["p_largest"]] == pytest.approx([min(p_values), max(p_values)], rel=1e-6)


def test_one_firm_with_exactly_20_employees_can_turn_the_answer(own, baselines):
    row = baselines[baselines["source"] == UNDER_20].iloc[0]
    theirs = others.possible_shares(row, others.possible_bases(row, baselines, 20))
    edge = readings.edge_table(own[SMALL].shares, theirs, "published").set_index(["edge", "our_base"])["numbers"]
    assert (edge["none", 14], edge["expecting", 13]) == ("not_shown", "depends")
    assert (edge["not_expecting", 21], edge["none", 22]) == ("not_shown", "depends")


def test_the_reverse_reading_leaves_the_share_of_small_firms_open(own):
    found = readings.read_reversed(own[SMALL], own["does_not_expect"], Share(172, 429))
    text = str(tell("baselines", "the_other_way_round", found=found))
    assert "9/43 (21" in text
    assert "9/9 (100" in text
    misprinted = replace(own["does_not_expect"], shares=())  # more of them than answered
    assert readings.read_reversed(own[SMALL], misprinted, Share(172, 429)) == {"why_not": "no_reading"}


def test_the_sentences_carry_the_numbers_and_the_basis(small_readings, comparisons):
    settled = readings.is_settled(small_readings)
    text = str(
        tell("baselines", "small_firms", readings=small_readings, bases=range(20, 430), is_settled=settled, alpha=0.05)
    )
    assert "p from 0.020 to 0.298 over bases of DI's from 20 to 429 (computed" in text
    assert "14/22 and 16/25: on either side of 0.05" in text
    assert "below it from a base above 168 and 77" in text
    assert "does not settle it" in text
    assert "(computed from published numbers)" in text
    assert "17 not comparable" in str(tell("baselines", "all_comparisons", found=comparing.sum_up(comparisons)))


def test_the_sentences_are_true_of_many_answers_and_of_few(baselines):
    small = [Share(22, 24)]
    row = baselines[baselines["source"] == UNDER_20].iloc[0]
    theirs = others.possible_shares(row, others.possible_bases(row, baselines, 20))
    cases = {"not_expecting": readings.readings_table(small, theirs, "responses")}
    assert set(cases["not_expecting"]["numbers"]) == {"differ"}
    told = tell("baselines", "edge_of_class", cases=cases, alpha=0.05).markdown
    assert "below 0.05 at some or all bases of DI's, for 22/24 (" in told["en"]
    assert "ved nogle eller alle de antal svar, DI kan have, for 22/24 (" in told["da"]
    table = pd.DataFrame({"method": "binomial", "least_base": [40, 4555], "basis": "responses"})
    assert "would differ from ours once worth 40 to 4,555 answers" in str(
        tell("baselines", "weighted", rows=table, asked=[4139], alpha=0.05)
    )
    bridge = bridging.bridge_table(ours.OwnShares((Share(30, 30),), (), "10-200", "responses"), baselines)
    text = str(tell("baselines", "the_bridge", bridge=bridge, sides=bridging.bridge_sides(bridge), alpha=0.05))
    assert text.startswith("Our 30/30 has the exact interval")  # all lie below it, whatever is measured
    assert "0.001, binomial test)" in text.replace("\u00a0", " ")


# Bad input gets one clear sentence.


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("percent", "a third", "row 2, column percent: expected a percentage"),
        ("percent_low", "50", "row 2: expected 0 <= percent_low"),
        ("measure", "sales", "row 2, column measure"),
        ("design", "census", "row 2, column design"),
        ("design", "sample of unknown size", "nothing of a sample of unknown size, found 429"),
        ("n", "", "row 2, column n: expected the number of firms asked of a sample, and nothing"),
        ("year", "now", "row 2, column year"),
        ("size_class", "few", "row 2, column size_class"),
        ("source", "", "row 2, column source"),
        ("source", "dst_2021_10_49", "found 'dst_2021_10_49' again"),
    ],
)
def test_a_baseline_that_cannot_be_used_is_named(project, tmp_path, column, value, says):
    frame = pd.read_csv(project / "data/raw/baselines.csv", dtype=str, keep_default_na=False)
    frame.loc[0, column] = value
    frame.to_csv(tmp_path / "baselines.csv", index=False)
    with pytest.raises(InputError) as error:
        others.read_baselines(tmp_path / "baselines.csv")
    assert says in str(error.value)


def test_a_missing_column_is_named(project, tmp_path):
    frame = pd.read_csv(project / "data/raw/baselines.csv", dtype=str).drop(columns="design")
    frame.to_csv(tmp_path / "baselines.csv", index=False)
    with pytest.raises(InputError, match="design is missing"):
        others.read_baselines(tmp_path / "baselines.csv")


def test_a_missing_claim_is_named(project, tmp_path):
    frame = pd.read_csv(project / "data/raw/published_claims.csv", dtype=str)
    frame[frame["claim"] != "users"].to_csv(tmp_path / "claims.csv", index=False)
    with pytest.raises(InputError, match="expected a count in the row users, found none"):
        ours.shares_from_claims(read_claims(tmp_path / "claims.csv"), STUDY)


def test_more_users_than_answers_in_print_are_no_share_of_ours(claims):
    found = ours.shares_from_claims(claims | {"users": replace(claims["users"], count=54)}, STUDY)
    assert found["uses"].all == found["uses_or_expects"].all == ()
    found = ours.shares_from_claims(claims | {"users": replace(claims["users"], count=19)}, STUDY)
    assert found["uses_or_expects"].all == (Share(47, 48), Share(48, 48))  # 28 more expect to, and one of two at most


def test_a_new_baseline_shows_under_its_own_name_and_is_compared(baselines, own):
    new = baselines.iloc[[0]].assign(source="next_2027", function="production", year=2027)
    table = compared(own, new)
    assert table["comparison"].tolist() == ["next_2027"]
    assert table["verdict"].tolist() == ["settled"]
