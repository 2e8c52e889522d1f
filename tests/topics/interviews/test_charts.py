from functools import partial

import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from showing.edges import drawn_within_its_edges

from toe_analysis.interviews import THEMES
from toe_analysis.topics.interviews import charts
from toe_analysis.topics.interviews import results as counting


def coded(interviews, units):
    """Units that go round the categories and themes."""
    rows = [(i, u, "TOE"[(i + u) % 3], THEMES[u % len(THEMES)]) for i in range(1, interviews + 1) for u in range(units)]
    return pd.DataFrame(rows, columns=["interview", "unit", "toe", "theme"])


def chart(name, codings):
    if name == "interview":
        return partial(charts.interview_chart, counting.interview_table(codings))
    placings = {
        "report": codings,
        "organisation": codings.assign(toe=codings["toe"].mask(codings["theme"] == "networks_advice", "O")),
    }
    cells = pd.concat([counting.interview_table(value).assign(placing=key) for key, value in placings.items()])
    return partial(charts.placing_chart, cells, counting.placing_table(placings))


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("name", ["interview", "placing"])
def test_nothing_is_cut_off_and_the_footer_says_basis_n_and_why_there_is_no_interval(codings, name, language):
    figure, _ = drawn_within_its_edges(chart(name, codings), language)
    footer = figure.get_supxlabel().replace("\n", " ")
    for words in (("Worked out", "n = 48", "interval"), ("Beregnet", "n = 48", "interval"))[language == "da"]:
        assert words in footer


@pytest.mark.parametrize("name", ["interview", "placing"])
def test_a_study_with_other_interviews_is_drawn_as_well(name):
    figure, _ = drawn_within_its_edges(chart(name, coded(7, 40)), "en")
    footer = figure.get_supxlabel().replace("\n", " ")
    assert name == "interview" or "7 interviews are no sample" in footer


def test_each_unit_is_a_mark_on_one_scale_and_the_sums_stand_below(codings):
    figure, alternative = chart("interview", codings)("en")
    assert len({axes.get_xlim() for axes in figure.axes}) == 1
    marks = [[len(line.get_xdata()) for line in axes.lines if line.get_marker() != "None"] for axes in figure.axes]
    assert marks == [[3, 5, 2, 4, 4], [2, 2, 4, 3, 3], [3, 3, 4, 3, 3]]
    assert [axes.texts[-1].get_text() for axes in figure.axes] == ["18", "14", "16"]
    assert len({axes.lines[0].get_marker() for axes in figure.axes}) == 3
    assert "Interview 3 (n = 10): technology 2, organisation 4, environment 4" in alternative


def test_one_shade_is_one_number_in_both_heat_maps_and_every_count_is_written(codings):
    figure, alternative = chart("placing", codings)("en")
    assert len({axes.images[0].get_clim() for axes in figure.axes}) == 1
    written = [text.get_text() for text in figure.axes[1].texts]
    assert written == ["3", "5", "2", "4", "4", "18", "3", "4", "6", "3", "3", "19", "2", "1", "2", "3", "3", "11"]
    assert "under organisation (guide), interview 3: technology 2, organisation 6, environment 2" in alternative
    title = figure.get_suptitle().strip().replace("\n", " ")
    assert title.endswith("makes organisation the largest category: 19 statements instead of 14")


def test_the_other_placing_may_leave_the_largest_category(codings):
    alike = codings.assign(theme="data_quality")
    title = chart("placing", alike)("en")[0].get_suptitle().strip().replace("\n", " ")
    assert title.endswith("leaves technology the largest category: 18 statements")
    shared = codings.assign(toe=codings["toe"].where(codings.index != codings.index[codings["toe"] == "T"][0], "E"))
    title = chart("placing", shared.assign(theme="data_quality"))("en")[0].get_suptitle().strip().replace("\n", " ")
    assert title.endswith("technology and environment are equally large: 17 statements each")


def contrast(one, other):
    """The ratio of the Web Content Accessibility Guidelines, from 1 to 21; colour plays no part, so grey is alike."""
    light, dark = sorted(
        (
            sum(
                weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
                for weight, part in zip((0.2126, 0.7152, 0.0722), to_rgb(colour), strict=True)
            )
            for colour in (one, other)
        ),
        reverse=True,
    )
    return (light + 0.05) / (dark + 0.05)


def test_every_digit_in_the_heat_maps_can_be_read_on_its_shade(codings):
    assert contrast("black", "white") == 21
    figure, _ = chart("placing", codings)("en")
    for axes in figure.axes:
        shades = axes.images[0]
        cells = shades.to_rgba(shades.get_array())
        for text in axes.texts:
            column, row = text.get_position()
            if column < cells.shape[1]:
                assert contrast(text.get_color(), tuple(cells[row, column, :3])) >= 4.5


def test_the_title_says_which_category_leads_and_where_it_leads_alone(codings):
    title = chart("interview", codings)("en")[0].get_suptitle().strip().replace("\n", " ")
    assert title == (
        "Technology is the largest category with 18 of 48 coded statements, "
        "and ahead of the others in 3 of 5 interviews"
    )
    shared = pd.DataFrame({"interview": [1, 1, 2], "toe": ["T", "E", "O"], "theme": THEMES[0]})
    title = chart("interview", shared)("en")[0].get_suptitle().strip().replace("\n", " ")
    assert (
        title
        == "Technology, organisation and environment are equally large, 1 of 3 coded statements each, in 2 interviews"
    )
