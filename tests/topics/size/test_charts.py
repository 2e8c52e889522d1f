from functools import partial

import pandas as pd
import pytest
from matplotlib.transforms import Bbox
from showing.edges import drawn_within_its_edges
from this_study import STUDY

from toe_analysis.statistics import Share, share_table
from toe_analysis.topics.size.charts import stacked_chart

LOOKS = {status.name: status.look for status in STUDY.statuses}
STATUSES = ("sceptic", "optimist", "failed", "user")
GROUPS = {"10-20": (2, 8, 0, 1), "21-49": (8, 15, 2, 2), "50-99": (3, 4, 0, 1), "100-200": (1, 1, 0, 0)}
LARGE = {"10-20": (1, 1, 1, 9997), "21-49": (9996, 1, 1, 2), "200+": (2500, 2500, 2500, 2500)}
EMPTY = {"10-20": (0, 0, 0, 0), "21-49": (0, 0, 1, 0)}


def rows(groups, basis="illustrative"):
    parts = []
    for size, counts in groups.items():
        shares = {status: Share(n, sum(counts)) for status, n in zip(STATUSES, counts, strict=True)}
        parts.append(share_table(shares, ["status"]).assign(basis=basis, size=size))
    return pd.concat(parts, ignore_index=True)


def found(p_value):
    smallest = {"p_min": p_value, "p_value": p_value / 10} if p_value is not None else None
    return {"ways": 23, "tests": 138, "smallest": smallest}


DRAWN = {
    "groups": partial(stacked_chart, rows(GROUPS), LOOKS, found(0.948), 0.05),
    "thousands": partial(stacked_chart, rows(LARGE), LOOKS, found(0.0), 0.05),
    "one firm": partial(stacked_chart, rows(EMPTY), LOOKS, found(None), 0.05),
}


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_cut_off_or_covered_bars_start_at_zero_and_the_footer_says_what_is_made_up(name, language):
    figure, _ = drawn_within_its_edges(DRAWN[name], language)
    (axes,) = figure.axes
    assert axes.get_xlim() == (0, 1)
    assert figure.get_supxlabel().startswith({"en": "ILLUSTRATIVE:", "da": "ILLUSTRATIV:"}[language])
    words = [*axes.texts, axes.get_legend(), axes.xaxis.label, axes.yaxis.label, *axes.get_yticklabels()]
    words += figure.texts  # badge, title and footer
    boxes = [(word, box_of(word)) for word in words]
    for place, (first, box) in enumerate(boxes):
        assert [other for other, second in boxes[place + 1 :] if box.overlaps(second)] == [], first


def box_of(word):
    """Where a text has letters: the empty line above a title, which the badge stands in, is left out."""
    box = word.get_window_extent()
    text = word.get_text() if hasattr(word, "get_text") else ""
    lines = text.count("\n") + 1
    empty = box.height / lines if text.startswith("\n") else 0
    return Bbox.from_extents(box.x0, box.y0, box.x1, box.y1 - empty)


def test_every_count_and_every_n_is_printed():
    figure, _ = DRAWN["groups"]("en")
    printed = [text.get_text() for text in figure.axes[0].texts]
    for counts in GROUPS.values():
        for count in (*(str(count) for count in counts if count), f"n = {sum(counts)}"):
            printed.remove(count)
    assert printed == []


def test_a_bar_is_as_long_as_its_share_and_the_bars_of_a_class_fill_the_axis():
    figure, _ = DRAWN["groups"]("en")
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    expected = [count / sum(counts) for counts in GROUPS.values() for count in counts if count]
    assert widths == pytest.approx(expected)


LOW = "AI status seems to go with size, also with every way to form the classes counted"


@pytest.mark.parametrize(
    ("p_value", "title", "of_made_up"),
    [
        (
            0.948,
            "No way to form size classes shows that AI status goes with size, once all tests are counted",
            "In these made-up answers no way to form size classes shows a pattern, once all tests are counted",
        ),
        (0.05, LOW, f"{LOW} (made-up answers)"),
        (None, "AI status by size cannot be compared (n = 48)", None),
    ],
)
@pytest.mark.parametrize("basis", ["illustrative", "responses"])
def test_the_title_says_what_the_adjusted_p_value_says_and_that_answers_are_made_up(p_value, title, of_made_up, basis):
    if basis == "illustrative":
        title = of_made_up or f"{title} (made-up answers)"
    figure, alternative = stacked_chart(rows(GROUPS, basis), LOOKS, found(p_value), 0.05, "en")
    assert figure.get_suptitle().strip().replace("\n", " ").replace("\u00a0", " ") == title
    assert "21-49 employees (n = 27): not tried; does not expect to 8" in alternative


def test_no_two_statuses_look_alike_in_grey():
    figure, _ = DRAWN["thousands"]("en")
    looks = []
    for patch in figure.axes[0].get_legend().get_patches():
        red, green, blue, _ = patch.get_facecolor()
        looks.append((0.299 * red + 0.587 * green + 0.114 * blue, patch.get_hatch()))
    for place, (grey, hatch) in enumerate(looks):
        for other, other_hatch in looks[place + 1 :]:
            assert hatch != other_hatch or abs(grey - other) > 0.15
