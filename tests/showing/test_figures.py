import copy
import os
import re
import shutil
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from showing.edges import drawn_within_its_edges

from toe_analysis.paths import Root
from toe_analysis.showing.figures import WIDTH, balanced, new_figure, publish_figure
from toe_analysis.showing.words import say
from toe_analysis.statistics import Share, share_table
from toe_analysis.survey import Question, Questionnaire, Source
from toe_analysis.survey.facts.questionnaire import Condition
from toe_analysis.survey.source import BASES
from toe_analysis.survey.summaries import describe_options, overview
from toe_analysis.topics.responses.charts import funnel_chart, routing_chart, routing_table, status_chart
from toe_analysis.topics.responses.rates import funnel_steps
from toe_analysis.topics.toe.charts import dimension_chart, overview_chart, rows_to_draw

STATUS = {"user": Share(4, 48), "failed": Share(2, 48), "optimist": Share(28, 48), "sceptic": Share(14, 48)}
EXTREME = {"user": Share(1, 1), "failed": Share(0, 1), "optimist": Share(0, 1), "sceptic": Share(0, 1)}
STEPS = [
    ("invited", "1", 317),
    ("invited", "2", 461),
    ("answered", "1", 27),
    ("answered", "2", 24),
    ("valid", "both", 48),
]
RATES = {"1": Share(27, 317), "2": Share(24, 461), "both": Share(51, 778)}


MADE_UP = Source("synthetic", "none", (("valid",), ("q08",), ("q08", "q20"), ("q08", "q20", "q33")))


def firms_that_answered_all(questionnaire):
    """Return 12 firms, each of which chose the last option of every question."""
    last = {question.id: question.options[-1] if question.options else None for question in questionnaire}
    missing = pd.DataFrame({name: [""] * 12 for name in questionnaire.ids})
    return cleaned(questionnaire, missing, pd.DataFrame([last] * 12, dtype=object))


def cleaned(questionnaire, missing, answers=None, source=MADE_UP):
    return SimpleNamespace(questionnaire=questionnaire, missing=missing, answers=answers, source=source)


@pytest.fixture(scope="module")
def draws(questionnaire, study):
    """Each figure, also with the smallest data that it can meet."""
    steps = pd.DataFrame(STEPS, columns=["step", "wave", "count"]).assign(basis="published")
    one = pd.DataFrame(
        [("invited", "both", 9), ("answered", "both", 9), ("valid", "both", 1)], columns=["step", "wave", "count"]
    ).assign(basis="responses")
    made_up = firms_that_answered_all(questionnaire)
    every = cleaned(questionnaire, made_up.missing, made_up.answers, Source("responses"))
    nobody = cleaned(questionnaire, every.missing.replace("", "not_shown"), every.answers, every.source)
    options, empty = describe_options(every), describe_options(nobody)
    return {
        "dimension": partial(dimension_chart, options, "T", 10, study),
        "no answers": partial(dimension_chart, empty, "O", 10, study),
        "overview": partial(overview_chart, overview(every), 12),
        "status": partial(status_chart, share_table(STATUS, ["status"]).assign(basis="calibrated")),
        "one firm": partial(status_chart, share_table(EXTREME, ["status"]).assign(basis="responses")),
        "funnel": partial(funnel_chart, steps, share_table(RATES, ["wave"]).assign(basis="calibrated")),
        "one wave": partial(funnel_chart, one, share_table({"both": Share(9, 9)}, ["wave"]).assign(basis="responses")),
        "routing": partial(routing_chart, questionnaire, routing_table(made_up)),
    }


@pytest.fixture(params=["status", "one firm", "funnel", "one wave", "routing", "dimension", "no answers", "overview"])
def draw(request, draws):
    return draws[request.param]


@pytest.mark.parametrize("language", ["en", "da"])
def test_nothing_is_cut_off_at_the_edge_of_the_figure_and_bars_start_at_zero(draw, language):
    figure, _ = drawn_within_its_edges(draw, language)
    assert {axes.get_xlim()[0] for axes in figure.axes if axes.axison} <= {0}


def test_every_wave_and_the_analysed_answers_have_their_bar():
    waves = {str(wave): Share(20 + wave, 100) for wave in range(1, 5)}
    rates = share_table(waves | {"both": Share(90, 400)}, ["wave"]).assign(basis="responses")
    valid = pd.Series({"count": 85, "base": 90, "basis": "responses"})
    steps = funnel_steps(rates, valid, dict.fromkeys(range(1, 5), 100), "responses")
    widths = [bar.get_width() for bar in funnel_chart(steps, rates, "en")[0].axes[0].patches if bar.get_width()]
    assert sorted(widths) == [21, 22, 23, 24, 85, 100, 100, 100, 100]


def test_two_waves_and_both_are_told_apart_in_grey(draws):
    key = draws["funnel"]("en")[0].axes[0].get_legend().get_patches()
    colours = [patch.get_facecolor() for patch in key]
    greys = sorted(0.299 * red + 0.587 * green + 0.114 * blue for red, green, blue, _ in colours)
    assert len(greys) == 3
    assert min(lighter - darker for darker, lighter in pairwise(greys)) > 0.15


def test_a_funnel_of_one_wave_needs_no_key():
    rates = share_table({"both": Share(9, 20)}, ["wave"]).assign(basis="responses")
    valid = pd.Series({"count": 8, "base": 9, "basis": "responses"})
    steps = funnel_steps(rates, valid, {1: 20}, "responses")
    assert steps["wave"].unique().tolist() == ["both"]
    assert funnel_chart(steps, rates, "en")[0].axes[0].get_legend() is None


def test_a_funnel_of_answers_alone_tells_no_rate():
    steps = pd.DataFrame({"step": ["answered", "valid"], "wave": "both", "count": 1, "basis": "responses"})
    figure, told = funnel_chart(steps, share_table({}, ["wave"]).assign(basis="responses"), "en")
    assert figure.get_suptitle().strip() == "Answers received: 1; analysed: 1"
    assert told == "Bar chart of the responses: answered 1; analysed 1."
    assert all(tick == int(tick) for tick in figure.axes[0].get_xticks())


@pytest.mark.parametrize("of_the_rate", ["illustrative", "calibrated"])
def test_made_up_answers_of_firms_that_were_truly_invited_are_called_made_up_since_the_bars_bear_no_marks(of_the_rate):
    steps = pd.DataFrame({"step": ["invited", "answered", "valid"], "wave": "both", "count": [412, 40, 39]})
    steps["basis"] = ["published", "illustrative", "illustrative"]
    figure, _ = funnel_chart(steps, share_table({"both": Share(40, 412)}, ["wave"]).assign(basis=of_the_rate), "en")
    assert "made-up answers" in [text.get_text() for text in figure.texts]
    assert "ILLUSTRATIVE" in figure.get_supxlabel()


def test_shares_that_are_printed_are_published_and_not_worked_out():
    figure, _ = status_chart(share_table(STATUS, ["status"]).assign(basis="published"), "en")
    assert "published numbers" in [text.get_text() for text in figure.texts]
    assert figure.get_supxlabel().startswith("Published")


def test_each_share_stands_with_its_interval_and_count_on_the_line_of_its_option(questionnaire, study):
    options = describe_options(firms_that_answered_all(questionnaire))
    rows = rows_to_draw(options, "T", 10, study)
    assert rows["basis"].nunique() > 1  # which are drawn one after the other
    axes = dimension_chart(options, "T", 10, study, "en")[0].axes[0]
    lines = [place for place, label in enumerate(axes.get_yticklabels()) if label.get_text()]
    dots = {y: x for line in axes.lines for x, y in line.get_xydata()}
    ends = {y: (left, right) for some in axes.collections for (left, y), (right, _) in some.get_segments()}
    counts = {text.xy[1]: text.get_text() for text in axes.texts if text.xy[0] == 1.03}
    assert [dots[line] for line in lines] == rows["share"].tolist()
    assert [ends[line] for line in lines] == list(zip(rows["lower"], rows["upper"], strict=True))
    assert [counts[line] for line in lines] == rows["count"].astype(str).tolist()


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_text_for_those_who_cannot_see_names_the_counts(language):
    _, alternative = status_chart(share_table(STATUS, ["status"]).assign(basis="calibrated"), language)
    for count in ("4", "2", "28", "14"):
        assert f" {count} " in alternative


def test_a_figure_is_kept_in_both_languages_with_its_values_and_the_same_bytes_for_every_user(tmp_path):
    table = share_table(STATUS, ["status"]).assign(basis="calibrated")
    kept = []
    for name, matplotlibrc in {"first": {}, "second": {"axes.grid": True, "xtick.labelsize": 20}}.items():
        with matplotlib.rc_context(matplotlibrc):
            publish_figure(partial(status_chart, table), table, "02_figure", Root.at(tmp_path / name))
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        kept.append({path.relative_to(tmp_path / name).as_posix(): path.read_bytes() for path in files})
    assert kept[0] == kept[1]
    assert sorted(kept[0]) == [f"figures/{place}/02_figure.{end}" for place in ("da", "en") for end in ("csv", "svg")]
    assert b"kalibreret" in kept[0]["figures/da/02_figure.csv"]
    svg = kept[0]["figures/en/02_figure.svg"].decode()
    title = ElementTree.fromstring(svg).findtext("{http://www.w3.org/2000/svg}title")
    assert title.startswith("4 of 48 firms use AI")
    assert "expect to (made-up answers). Bar chart of AI status" in svg  # who hears it hears the title first
    assert "dc:date" not in svg  # nor by what it was made


def test_letters_are_matplotlibs_own_whatever_list_of_fonts_is_cached(tmp_path):
    cached = copy.copy(font_manager.fontManager)
    cached.ttflist = []
    for own in font_manager.fontManager.ttflist:  # as another matplotlib leaves it, which has its fonts elsewhere
        if own.name == "DejaVu Sans":
            cached.ttflist.append(replace(own, fname=shutil.copy(own.fname, tmp_path)))
    font_manager.json_dump(cached, tmp_path / f"fontlist-v{font_manager.FontManager.__version__}.json")
    tell = "print(m.findfont('DejaVu Sans'), m.findfont('DejaVu Sans:bold'))"
    code = f"import matplotlib.font_manager as m; {tell}; import toe_analysis.showing.figures; {tell}"
    environment = os.environ | {"MPLCONFIGDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    own, names = Path(matplotlib.get_data_path(), "fonts", "ttf"), ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
    assert done.stdout.split() == [str(place / name) for place in (tmp_path, own) for name in names]


def test_the_tree_table_tells_printed_from_inferred_rules_and_made_up_firms_from_others(questionnaire):
    missing = pd.DataFrame({name: ["", "not_shown", "contradiction"] for name in questionnaire.ids})
    table = routing_table(cleaned(questionnaire, missing)).set_index("rule")
    assert table.loc["q08=Ja", "routing"] == "printed"
    assert table.loc["q33=Nej", "routing"] == "inferred"
    assert table["count"].sum() == 41
    assert set(table["firms"]) == {1}
    assert table.loc["q33=Nej", "basis"] == "published"
    assert table.loc["q36=Ja", "basis"] == "illustrative"


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_tree_asks_before_it_gives_codes_and_marks_only_firms_that_are_made_up(draws, language):
    figure, _ = draws["routing"](language)
    boxes = [text.get_text().replace("\u00a0", " ") for text in figure.axes[0].texts]
    assert boxes[0].startswith(("Uses AI in production (q08)", "Bruger AI i produktionen (q08)"))
    assert not re.search(r"q\d+ ?=", " ".join([*boxes, figure.get_supxlabel()]))
    assert [text.endswith("*") for text in boxes].count(True) == len(boxes) - 8
    assert say("figure.made_up", language) in figure.get_suptitle().replace("\n", " ")


def test_the_tree_of_real_answers_does_not_call_them_published(questionnaire):
    made_up = firms_that_answered_all(questionnaire)
    table = routing_table(cleaned(questionnaire, made_up.missing, source=Source("responses")))
    told = " ".join(routing_chart(questionnaire, table, "en")[0].get_supxlabel().split())
    assert told.startswith("Responses: computed from a real export. n = 41 questions.")
    assert "published" not in told


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("basis", BASES)
def test_the_basis_stands_in_a_badge_and_a_title_over_made_up_answers_says_so(basis, language):
    figure = new_figure(2, "Firms want flexibility, and this is a title that takes two lines", "", basis, language)
    (badge,) = figure.texts[:1]
    assert badge.get_text() == say(f"badge.{basis}", language)
    is_made_up = basis in ("calibrated", "illustrative")
    title = figure.get_suptitle().replace("\n", " ")
    assert (say("figure.made_up", language) in title) == is_made_up
    again = new_figure(2, f"Flexibility ({say('figure.made_up', language)})", "", basis, language)
    assert again.get_suptitle().count(say("figure.made_up", language)) == 1


def test_the_badge_stands_above_the_title_and_does_not_touch_it():
    figure = new_figure(3, "A title of one line", "", "illustrative", "en")
    figure.subplots().set_axis_off()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    below = figure.bbox.height - figure.texts[0].get_bbox_patch().get_window_extent().y0
    figure.texts[0].remove()
    canvas.draw()
    inked = np.asarray(canvas.buffer_rgba())[:, :, 0].min(axis=1) < 128
    assert below < int(inked.argmax())


def test_the_smallest_letters_are_8_pixels_high_on_a_phone():
    figure = new_figure(2, "title", "footer", "published", "en")
    assert min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text()) * 380 / (72 * WIDTH) >= 8


@given(st.lists(st.text("abcdefghij", min_size=1, max_size=12), min_size=1, max_size=20).map(" ".join))
def test_lines_of_a_title_are_no_more_and_no_longer_than_they_must_be(text):
    told = balanced(text, 30)
    assert told.replace("\n", " ") == text
    assert told.count("\n") == textwrap.fill(text, 30).count("\n")
    assert max(map(len, told.split("\n"))) <= max(map(len, textwrap.wrap(text, 30)))


def test_where_nothing_is_routed_the_tree_says_that_all_are_asked_the_same(questionnaire):
    plain = Questionnaire(tuple(replace(one, asked_when=None, narrower=None) for one in questionnaire))
    table = routing_table(cleaned(plain, pd.DataFrame({name: [""] for name in plain.ids})))
    figure, _ = routing_chart(plain, table, "en")
    assert figure.get_suptitle().strip() == "All firms are asked the same 41 questions"
    assert figure.get_size_inches()[1] < 3


@pytest.mark.parametrize(
    ("second", "key"),
    [
        ("Nej;Ved ikke", ""),
        ("Nej", "where “don't know” leads"),
        ("", "an answer that opens no branch: on to the next questions of everyone"),
    ],
)
def test_the_dotted_line_is_drawn_where_an_answer_opens_no_branch_and_ends_at_the_next_questions(second, key):
    first = Question("q01", "AI?", "single", ("Ja", "Nej", "Ved ikke"), labels={"en": "AI?"})
    asked = [first, after("q02", "q01", "Ja"), after("q03", "q01", second)]
    if not second:  # a question of everyone, which decides once more
        asked[2] = replace(first, id="q03")
        asked.append(after("q04", "q03", "Ja"))
    asked.append(Question("q05", "Mere?", "text", labels={"en": "More?"}))
    everything = Questionnaire(tuple(asked))
    table = routing_table(cleaned(everything, pd.DataFrame({name: [""] for name in everything.ids})))
    figure, _ = routing_chart(everything, table, "en")
    axes = figure.axes[0]
    dotted = [line for line in axes.lines if line.get_xdata()[0] == 0.012]
    assert len(dotted) == (0 if not key else 1 if second else 2)
    told = " ".join(" ".join(text.get_text().split()) for text in figure.findobj(Text))
    assert key in told
    assert ("leads" in told) == bool(key and second)


def after(name, question, options):
    rule = Condition(question, tuple(options.split(";")))
    return Question(name, "Hvorfor?", "text", asked_when=rule, labels={"en": "Why?"})
