from math import ceil, floor, inf

import pytest

from toe_analysis.published.baselines import PRODUCTION
from toe_analysis.showing.sentences import environment, tell
from toe_analysis.statistics import Design, Share, compare_to_fixed, response_interval
from toe_analysis.topics.baselines import bridging, silence
from toe_analysis.topics.baselines.ours import SMALL
from toe_analysis.topics.planning.questions import user_questions


def test_one_exact_interval_answers_every_share_of_any_use_and_of_production(own, baselines):
    bridge = bridging.bridge_table(own["uses"], baselines).set_index("comparison")
    assert bridge["lower"].unique().round(3).tolist() == [0.023]
    assert bridge["upper"].unique().round(4).tolist() == [0.1998]
    assert bridge.loc["eurostat_2024_dk", "lies"] == "above"
    assert bridge.loc["eurostat_2025_eu27_manufacturing", "lies"] == "within"
    assert bridge.loc["dst_2021_10_49", "lies"] == "edge"  # 19.5 to 20.5 against 19.98
    assert bridge.loc["iw_2019_manufacturing", "bridged_lies"] == "below"
    sides = bridging.bridge_sides(bridge)
    assert sides["any"] == {"above": 7, "within": 5, "below": 0, "edge": 1}
    assert sides["bridged"] == {"above": 0, "within": 11, "below": 1, "edge": 1}


def test_the_next_wave_is_planned_against_the_very_shares_that_these_are_converted_to(own, baselines):
    start = Design(4 / 48, 1 / 3)
    found = user_questions(start, baselines, basis="calibrated", reach_basis="calibrated", largest=900)
    planned = {one.comparison: one.design.baseline_share for one in found if one.function == PRODUCTION}
    bridged = bridging.bridge_table(own["uses"], baselines).set_index("comparison")["bridged"]
    assert planned == pytest.approx(bridged.to_dict())


def test_a_share_outside_the_interval_has_a_small_one_sided_p(own, baselines):
    share = own["uses"].shares[0]
    for row in bridging.bridge_table(own["uses"], baselines).itertuples():
        if row.lies in ("above", "within"):
            p_value = compare_to_fixed(share, row.their_share, alternative="less").p_value
            assert (p_value < 0.025) == (row.lies == "above")


def test_the_bridge_takes_the_difference_away(own, baselines):
    bridge = bridging.bridge_table(own["uses"], baselines).set_index("comparison")
    third = bridge.loc["di_2025_uses"]
    assert third["p_bridged"] == pytest.approx(0.32, abs=5e-3)
    assert third["bridged"] == pytest.approx(0.16 * 0.333)
    assert third["bridged_lower"] == pytest.approx(0.155 * 0.30)
    assert third["bridged_upper"] == pytest.approx(0.165 * 0.36)
    assert bridge.loc["eurostat_2025_dk", "p_bridged"] == pytest.approx(0.56, abs=5e-3)
    assert bridge[(bridge["p_bridged"] < 0.05) & (bridge["our_share"] < bridge["bridged"])].empty
    assert set(bridge["method_bridged"]) == {"binomial"}


def test_for_every_claim_the_factor_at_which_it_falls_is_where_their_share_enters_the_interval(own, baselines):
    table = silence.tipping_gammas(own, baselines, 778)
    assert len(table) == 2 * 13 + 1 + 2
    assert SMALL not in set(table["measure"])
    for row in table.itertuples():
        share, exactly = Share(row.our_count, row.our_base), row.their_share * 778
        firms = ceil(exactly) if share.value < row.their_share else floor(exactly)
        wide = response_interval(share, 778, gamma=row.gamma * 1.001)
        assert wide.lower - 1e-9 <= firms / 778 <= wide.upper + 1e-9
        if row.gamma > 1.001:
            narrow = response_interval(share, 778, gamma=row.gamma / 1.001)
            assert not narrow.lower - 1e-9 <= firms / 778 <= narrow.upper + 1e-9
    third = table[(table["comparison"] == "di_2025_uses")].set_index("function")["gamma"]
    assert third.round(2).to_dict() == {"any_use": 2.12, "production": 1}
    assert silence.sum_up_gammas(table, "di_2025_uses")["largest"]["comparison"] == "eurostat_2025_dk"


def test_the_band_widens_from_a_random_draw_to_what_is_sure_without_assumption():
    band = silence.band_table(Share(4, 48), 778, "published")
    assert band["lower"].is_monotonic_decreasing
    assert band["upper"].is_monotonic_increasing
    assert band.iloc[-1][["lower", "upper"]].astype(float).round(3).tolist() == [0.005, 0.943]


def test_without_a_list_of_invited_firms_there_is_no_row_and_the_sentence_says_why(own, baselines):
    band, factors = silence.band_table(Share(4, 48), 0, "responses"), silence.tipping_gammas(own, baselines, 0)
    assert band.empty
    assert factors.empty
    found = silence.sum_up_gammas(factors, "di_2025_uses")
    told = str(tell("baselines", "silence", found=found, band=band, confidence=0.95))
    assert told.startswith("How many firms were invited is not known")


@pytest.mark.parametrize(
    ("gamma", "said"), [(inf, "holds however much"), (2.1, "by a factor of 2.1"), (1, "even if all")]
)
def test_how_long_a_claim_stands_is_said_also_where_nothing_ends_it(gamma, said):
    row = {"comparison": "x", "their_share": 0.3, "function": "any_use", "gamma": gamma}
    assert said in environment("en").get_template("baselines/sentences.en.md.j2").module.gamma_of(row)
