from functools import cache, partial
from itertools import pairwise

import pytest
from matplotlib.colors import to_rgba
from showing.edges import drawn_within_its_edges
from this_study import STUDY
from topics.baselines.answers import firms
from topics.baselines.conftest import UNDER_20

from toe_analysis.published import baselines as others
from toe_analysis.showing.tables import localise
from toe_analysis.statistics import Share
from toe_analysis.topics.baselines import bridging, ours, readings, silence
from toe_analysis.topics.baselines import comparisons as comparing
from toe_analysis.topics.baselines.charts import bridge_chart, forest_chart, silence_chart
from toe_analysis.topics.baselines.reading_charts import outcome_chart, surface_chart

CASES = ("published", "no small firm", "nobody")
TABLES = {"no small firm": [("user", "50-75", ""), ("sceptic", "50-75", "")], "nobody": []}


@pytest.fixture(scope="module", params=CASES)
def results(request, baselines, own):
    """All that is drawn, from the report's numbers and from the poorest surveys."""
    if request.param != "published":
        own = ours.shares_from_responses(firms(*TABLES[request.param]), STUDY)
    grid = comparing.grid_table(own, baselines, STUDY.year)
    comparisons = comparing.comparison_table(own, baselines, grid)
    row = baselines[baselines["source"] == UNDER_20].iloc[0]
    theirs = others.possible_shares(row, others.possible_bases(row, baselines, 20))
    surface = readings.readings_table(own[ours.SMALL].shares, theirs, own["uses"].basis)
    bridge = bridging.bridge_table(own["uses"], baselines)
    shares = own["uses"].shares
    shown = {"ours": 0.64, "theirs": 0.4, "first": 20, "last": 429}
    invited = 778 if request.param == "published" else 0
    band = silence.band_table(shares[0] if shares else Share(0, 0), invited, own["uses"].basis)
    factors = silence.tipping_gammas(own, baselines, invited)
    third = others.printed_share(baselines.iloc[0], 429)
    cases = {"tea": readings.outcome_table(Share(3, 4), Share(1, 4), "published")}
    if shares:
        cases["firms"] = readings.outcome_table(shares[0], third, own["uses"].basis)
    draws = {
        "forest": partial(forest_chart, comparisons, grid, comparing.sum_up(comparisons)),
        "bridge": partial(bridge_chart, bridge),
        "silence": partial(silence_chart, band, factors, silence.sum_up_gammas(factors, "di_2025_uses")),
        "surface": partial(surface_chart, surface, shown),
        "outcomes": partial(outcome_chart, cases),
    }
    tables = {"comparisons": comparisons, "grid": grid, "bridge": bridge, "surface": surface}
    drawn = cache(lambda name, language: drawn_within_its_edges(draws[name], language))
    return request.param, drawn, tables | {"band": band, "factors": factors}


of_the_report = pytest.mark.parametrize("results", ["published"], indirect=True)


def in_its_languages(results, name):
    """The poorest surveys in Danish alone, whose words are the longer ones."""
    return [results[1](name, language) for language in (["en", "da"] if results[0] == "published" else ["da"])]


@pytest.mark.parametrize("name", ["forest", "bridge", "silence", "surface", "outcomes"])
def test_nothing_is_cut_off_at_the_edge_of_the_figure(results, name):
    for figure, alternative in in_its_languages(results, name):
        assert "nan" not in alternative
        assert "nan" not in figure.get_suptitle()


def test_the_key_does_not_cover_the_footer(results):
    for figure, _ in in_its_languages(results, "forest"):
        footer = next(text for text in figure.texts if text.get_text() == figure.get_supxlabel()).get_window_extent()
        for axes in figure.axes:
            if axes.get_legend():
                assert not axes.get_legend().get_window_extent().overlaps(footer)


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_table_can_be_read_in_both_languages(results, language):
    for table in results[2].values():
        assert len(localise(table, language)) == len(table)


@of_the_report
def test_the_forest_shows_a_row_for_each_comparison_a_line_for_each_reading_and_no_p_value(results):
    _, drawn, tables = results
    figure, alternative = drawn("forest", "en")
    left, right, _ = figure.axes
    unknown = int((tables["grid"][list(others.GRID)] == "unknown").sum().sum())
    marks = {line: len(line.get_xdata()) for line in right.lines}
    assert sum(marks.values()) == 5 * 17
    assert sum(count for line, count in marks.items() if line.get_marker() == "$?$") == unknown
    assert len(left.get_yticks()) == 17 + 3  # and a heading for each measure
    intervals = [tuple(ends[:, 0]) for lines in left.collections for ends in lines.get_segments()]
    limits = tables["comparisons"][["difference_lower", "difference_upper"]]
    assert sorted(intervals) == sorted(limits.itertuples(index=False, name=None))
    assert len(intervals) == sum(len(line.get_xdata()) for line in left.lines[:-1]) == 20  # the last is zero
    assert "None of 17" in title((figure, alternative))
    for reading in ("7/11", "9/14", "14/22", "16/25", "4/48 vs 143/429"):
        assert reading in alternative
    assert "p =" not in alternative.replace("\u00a0", " ")  # equal shares were never possible


@of_the_report
def test_bars_of_outcomes_start_at_zero_and_those_that_count_are_coloured(results):
    figure, _ = results[1]("outcomes", "en")
    tea = figure.axes[0]
    assert tea.get_ylim()[0] == 0
    counts, likelier = (to_rgba(line.get_color()) for line in tea.get_legend().get_lines())
    assert [bar.get_facecolor() for bar in tea.patches[-5:]] == [counts, counts, likelier, counts, counts]


def title(shown):
    return shown[0].get_suptitle().replace("\n", " ").replace("\u00a0", " ")


def test_the_chart_of_those_who_did_not_answer_says_so_where_nobody_knows_how_many_were_invited(results):
    name, drawn, _ = results
    assert ("kan ikke beregnes" in title(drawn("silence", "da"))) == (name != "published")


@pytest.mark.parametrize(("count", "told"), [(4, "times smaller"), (16, "would not show"), (40, "times larger")])
def test_the_title_says_which_way_those_who_did_not_answer_would_have_to_differ(baselines, count, told):
    side = ours.OwnShares((Share(count, 48),), (), "10-200", "responses")
    own = dict.fromkeys(("uses", "uses_or_expects", "does_not_expect"), side) | {ours.SMALL: side}
    factors = silence.tipping_gammas(own, baselines, 778)
    band = silence.band_table(Share(count, 48), 778, "responses")
    assert told in title(silence_chart(band, factors, silence.sum_up_gammas(factors, "di_2025_uses"), "en"))


def test_a_title_begins_with_a_capital_and_one_p_is_written_once(baselines):
    bridge = bridging.bridge_table(ours.OwnShares((Share(30, 30),), (), "10-200", "responses"), baselines)
    assert "Ingen af 13 andele" in title(bridge_chart(bridge, "da"))
    surface = readings.readings_table([Share(22, 24)], [Share(40, 100)], "responses")
    told = surface_chart(surface, {"ours": 0.92, "theirs": 0.4, "first": 100, "last": 100}, "en")[1]
    assert "22/24: p < 0.001 (below" in told.replace("\u00a0", " ")


@pytest.mark.parametrize("ours", [Share(22, 24), Share(140, 150)])
def test_one_share_of_ours_with_a_small_p_has_room_for_its_label_and_its_ticks(ours):
    surface = readings.readings_table([ours], [Share(40, 100)], "responses")
    shown = {"ours": ours.value, "theirs": 0.4, "first": 100, "last": 100}
    (axes,) = drawn_within_its_edges(partial(surface_chart, surface, shown), "en")[0].axes
    assert axes.yaxis.label.get_window_extent().height < axes.get_window_extent().height
    ticks = [label.get_window_extent() for label in axes.get_xticklabels()]
    assert all(left.x1 < right.x0 for left, right in pairwise(ticks))


@of_the_report
def test_the_titles_tell_the_numbers(results):
    _, drawn, _ = results
    assert "p from 0.020 to 0.298" in title(drawn("surface", "en"))
    bridge = title(drawn("bridge", "en"))
    assert "Shares of any AI use above our interval: 7 of 13; converted to use in production" in bridge
    assert "none above it and 1 below" in bridge
    assert "2,1 gange" in title(drawn("silence", "da"))
    assert "p = 0,486" in drawn("outcomes", "da")[1].replace("\u00a0", " ")
