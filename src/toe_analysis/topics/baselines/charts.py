"""The charts of the comparison with other surveys: a table of values and a language in, a figure and its text out."""

import textwrap
from collections.abc import Mapping
from math import ceil, floor, inf, isinf

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MultipleLocator, NullLocator

from toe_analysis.published.baselines import GRID, MEASURES
from toe_analysis.showing.charts import caption, headed_figure, legend, name_rows, percent_axis, under_headings
from toe_analysis.showing.figures import COLOURS, INK, PALE, nothing_chart
from toe_analysis.showing.words import number, percent, points, say, word
from toe_analysis.topics.baselines.bridging import bridge_sides

_LIGHT = "#C8C8C8"
#: Between the labels of an axis of differences, which goes on to the label beyond the last interval.
_STEP = 0.25
#: How a mark of the comparability grid is drawn: a circle, full, half or empty; a question mark where nothing is known.
_CIRCLE = {"marker": "o", "ms": 6.5, "color": INK, "markerfacecoloralt": "white", "linestyle": ""}
_MARKS = {name: _CIRCLE | {"fillstyle": fill} for name, fill in (("yes", "full"), ("partly", "left"), ("no", "none"))}
_MARKS["unknown"] = {"marker": "$?$", "ms": 6, "color": INK, "linestyle": ""}

#: Factors between the odds of answering that stand on the axis.
_FACTORS = (1, 1.5, 2, 3, 5, 10)
#: Where the bounds that assume nothing stand, to the right of every factor.
_SURE = 15.0
_PALE_BLUE = "#9CC4E4"


def forest_chart(
    comparisons: pd.DataFrame, grid: pd.DataFrame, found: Mapping[str, object], language: str
) -> tuple[Figure, str]:
    """Draw every difference with its interval and, beside it, how far the two sides measure the same.

    Parameters
    ----------
    comparisons : pandas.DataFrame
        From `toe_analysis.topics.baselines.comparisons.comparison_table`.
    grid : pandas.DataFrame
        A row a comparison with the columns `toe_analysis.published.baselines.GRID`.
    found : mapping
        What `toe_analysis.topics.baselines.comparisons.sum_up` returns for them.
    language : str
    """
    each = comparisons.drop_duplicates("comparison").set_index("comparison")["measure"]
    each = each.sort_values(key=lambda measure: measure.map(MEASURES.index), kind="stable")
    heights, headings = under_headings(each)
    places = comparisons["comparison"].map(dict(zip(each.index, heights, strict=True)))
    other = found["verdicts"].get("not_comparable", 0)
    counts = {"settled": found["verdicts"].get("settled", 0), "other": other, "comparisons": found["comparisons"]}
    key = "forest.title_none" if other == found["comparisons"] else "forest.title"
    rows_high = 0.36 * (len(heights) + len(headings))
    n = ", ".join(f"{base:.0f}" for base in sorted(comparisons["our_base"].dropna().unique())) or "0"
    figure = headed_figure(key, "forest.footer", comparisons, language, rows_high + 3.3, n=n, **counts)
    parts = figure.subplot_mosaic(
        [["left", "right"], ["key", "key"]], width_ratios=[3, 1.7], height_ratios=[rows_high, 0.7]
    )
    parts["right"].sharey(parts["left"])
    by_name = comparisons.assign(place=places).groupby("comparison", sort=False)
    labels = {rows["place"].iloc[0]: _forest_label(rows, language) for _, rows in by_name}
    # The readings of one comparison stand around its place.
    shifts = [np.linspace(-0.27, 0.27, len(rows)) if len(rows) > 1 else 0 for _, rows in by_name]
    drawn = [rows.assign(at=rows["place"] + shift) for (_, rows), shift in zip(by_name, shifts, strict=True)]
    _forest_rows(parts["left"], pd.concat(drawn))
    _dress_forest(parts["left"], labels, headings, language)
    marks = grid.set_index("comparison").loc[[name for name, _ in by_name], list(GRID)]
    _marks(parts["right"], marks.set_axis(list(labels)), language)
    _mark_legend(parts["key"], language)
    words = [f"{say(f'measure.{rows.iloc[0].measure}', language)}, {labels[rows.iloc[0].place]}" for _, rows in by_name]
    return figure, say("forest.alt", language, rows="; ".join(words).replace("\n", " "))


def _dress_forest(axes: Axes, labels: Mapping[int, str], headings: Mapping[str, int], language: str) -> None:
    """Write what stands at each height, headings in bold, and the axis of differences."""
    axes.axvline(0, color=PALE, lw=1)
    name_rows(axes, labels, {place: say(f"measure.{name}", language) for name, place in headings.items()}, 8)
    axes.xaxis.set_major_locator(MultipleLocator(_STEP))
    axes.set_xlim(floor(axes.get_xlim()[0] / _STEP) * _STEP, ceil(axes.get_xlim()[1] / _STEP) * _STEP)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _with_sign(points(value, language, 0))))
    axes.set_xlabel(say("forest.axis", language), fontsize=8.5)


def _with_sign(text: str) -> str:
    return text if text[0] in "0−" else f"+{text}"


def _forest_label(rows: pd.DataFrame, language: str) -> str:
    """Return the name of a comparison, and below it the shares; every one of ours that fits."""
    row, name = rows.iloc[0], word(rows.iloc[0].comparison, language, "baseline")
    if np.isnan(row.p_value):
        return f"{name}\n{say('forest.nothing', language)}"
    theirs = percent(row.their_share, language)
    if not np.isnan(row.their_base):
        theirs = f"{row.their_count:.0f}/{row.their_base:.0f}"
    ours = ", ".join(f"{one.our_count:.0f}/{one.our_base:.0f}" for one in rows.itertuples())
    return f"{name}\n{say('forest.numbers', language, ours=ours, theirs=theirs)}"


def _forest_rows(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the differences with their intervals, smaller where they stand above or below the place of a comparison."""
    drawn = rows.dropna(subset="p_value")
    for (method, in_place), part in drawn.groupby(["method", drawn["at"] == drawn["place"]], sort=False):
        colour, marker = (COLOURS[1], "s") if method == "binomial" else (COLOURS[0], "o")
        axes.hlines(part["at"], part["difference_lower"], part["difference_upper"], colors=colour, linewidth=1.8)
        axes.plot(part["difference"], part["at"], marker, color=colour, ms=5 if in_place else 3.5)


def _marks(axes: Axes, grid: pd.DataFrame, language: str) -> None:
    """Draw a mark a dimension (column) and comparison (row, by its height)."""
    for name, look in _MARKS.items():
        rows, columns = np.nonzero(grid == name)
        axes.plot(columns, grid.index[rows], **look)
    axes.set_xlim(-0.6, len(GRID) - 0.4)
    axes.set_xticks(range(len(GRID)), [say(f"column.{name}", language) for name in GRID], rotation=90)
    axes.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, labelsize=8.5, length=0)
    axes.tick_params(axis="y", length=0, labelleft=False)
    for side in axes.spines.values():
        side.set_visible(False)


def _mark_legend(axes: Axes, language: str) -> None:
    handles = [Line2D([], [], label=say(f"match.{name}", language), **look) for name, look in _MARKS.items()]
    tests = [
        Line2D([], [], color=COLOURS[0], marker="o", ms=5, label=say("forest.fisher", language)),
        Line2D([], [], color=COLOURS[1], marker="s", ms=5, label=say("forest.binomial", language)),
    ]
    axes.set_axis_off()
    legend(axes, handles=[*tests, *handles], loc="center right", ncols=3)  # the tests in a column of their own


def bridge_chart(bridge: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw any use and use in production side by side for each baseline, against the interval of our users.

    The table is that of `toe_analysis.topics.baselines.bridging.bridge_table`.
    """
    if bridge.empty:
        return nothing_chart(language)
    first, sides = bridge.iloc[0], bridge_sides(bridge)
    ours = {"count": first["our_count"], "base": first["our_base"]}
    counts = {"any": sides["any"]["above"], "under": sides["bridged"]["above"], "over": sides["bridged"]["below"]}
    counts = {name: count or say("figure.none", language) for name, count in counts.items()}
    rows_high, alpha = 0.36 * len(bridge), round(1 - first["confidence"], 12)
    sharper = ((bridge["bridged_lies"] == "within") & (bridge["p_bridged"] <= alpha)).sum()
    said = {"baselines": len(bridge), "part": first["bridged"] / first["their_share"], "sharper": sharper}
    said |= {"alpha": alpha, "n": ours["base"]}
    figure = headed_figure("bridge.title", "bridge.footer", bridge, language, rows_high + 3.3, **counts, **said)
    axes, key = figure.subplots(2, 1, height_ratios=[rows_high, 0.65])
    axes.axvspan(first["lower"], first["upper"], color=_LIGHT, alpha=0.5, lw=0)
    axes.axvline(first["our_share"], color=INK, lw=1.2, label=say("bridge.ours", language, **ours))
    places = np.arange(len(bridge))
    spread = [bridge["bridged"] - bridge["bridged_lower"], bridge["bridged_upper"] - bridge["bridged"]]
    axes.plot(bridge["their_share"], places, "o", color=COLOURS[0], ms=6, label=say("bridge.any", language))
    look = {"fmt": "D", "color": COLOURS[1], "ms": 5, "capsize": 2.5, "label": say("bridge.bridged", language)}
    axes.errorbar(bridge["bridged"], places, xerr=spread, **look)
    labels = [
        f"{word(row['comparison'], language, 'baseline')}\n{say('bridge.row', language, **row)}"
        for row in bridge.to_dict("records")
    ]
    axes.set_yticks(places, labels, fontsize=8)
    axes.set(
        ylim=(len(bridge) - 0.4, -0.6), xlim=(0, ceil(10 * max(bridge["their_share"].max(), first["upper"]) + 0.1) / 10)
    )
    percent_axis(axes.xaxis, language, "figure.share_axis")
    key.set_axis_off()
    handles, names = axes.get_legend_handles_labels()
    legend(key, handles=handles, labels=names, loc="center left")
    rows = "; ".join(labels).replace("\n", " ")
    return figure, f"{rows}."


def silence_chart(
    band: pd.DataFrame, factors: pd.DataFrame, found: Mapping[str, object], language: str
) -> tuple[Figure, str]:
    """Draw the interval of the share among all that were invited against the factor between the odds of answering.

    Parameters
    ----------
    band : pandas.DataFrame
        From `toe_analysis.topics.baselines.silence.band_table`; empty where nobody knows how many firms were invited.
    factors : pandas.DataFrame
        From `toe_analysis.topics.baselines.silence.tipping_gammas`; the claims about any use are drawn.
    found : mapping
        What `toe_analysis.topics.baselines.silence.sum_up_gammas` returns.
    language : str
    """
    held = found["any_use"]
    if band.empty or not held:
        return nothing_chart(language)
    first, last = band.iloc[0], band.iloc[-1]
    said = {"count": first["count"], "base": first["base"], "population": first["population"]}
    said |= {"theirs": held["comparison"], "share": held["their_share"], "gamma": held["gamma"]}
    said |= {"silent": first["population"] - first["base"], "seen": first["count"] / first["base"]}
    key = "silence.title" if said["seen"] < held["their_share"] else "silence.title_keen"
    if held["gamma"] in (1, inf):
        key = "silence.title_at_once" if held["gamma"] == 1 else "silence.title_never"
    figure = headed_figure(key, "silence.footer", band, language, 5.2, **said)
    axes = figure.subplots()
    drawn = band.iloc[:-1]
    axes.fill_between(drawn["gamma"], drawn["lower"], drawn["upper"], color=_PALE_BLUE, lw=0)
    axes.plot([_SURE, _SURE], [last["lower"], last["upper"]], color=PALE, lw=9, solid_capstyle="butt")
    axes.axhline(said["seen"], color=COLOURS[0], lw=1.5)
    caption(axes, say("silence.seen", language, **said), (10, said["seen"]), (-4, 8), ha="right")
    told = _claim(axes, held, language)
    others = factors[(factors["measure"] == held["measure"]) & (factors["function"] == held["function"])]
    others = others[others["gamma"].between(1, 10, inclusive="right")]
    label = say("silence.others", language)
    axes.plot(others["gamma"], others["their_share"], "D", color="white", markeredgecolor=INK, ms=5, label=label)
    legend(axes, loc="lower left", bbox_to_anchor=(0, 0.8))
    ends = [_limits(axes, at, row, language) for at, row in ((1.0, first), (10.0, drawn.iloc[-1]), (_SURE, last))]
    _dress_silence(axes, language)
    return figure, say("silence.alt", language, claim=told, ends="; ".join(ends))


def _claim(axes: Axes, row: Mapping[str, object], language: str) -> str:
    """Draw a share of another survey, and the factor from which it is inside; return it in words."""
    gamma, theirs = row["gamma"], row["their_share"]
    axes.axhline(theirs, color=INK, linestyle="--", linewidth=1)
    if 1 < gamma <= 10:
        axes.plot(gamma, theirs, "D", color=COLOURS[1], markeredgecolor=INK, ms=8, zorder=3)
    falls = "silence.at_once" if gamma == 1 else "silence.never" if isinf(gamma) else "silence.falls"
    told = say(f"function.{row['function']}", language)
    text = f"{word(row['comparison'], language, 'baseline')}, {told}: {percent(theirs, language, 0)}"
    ending = say(falls, language, gamma=gamma)
    caption(axes, f"{text}\n{ending}", (10, theirs), (-4, -4), ha="right", va="top", fontsize=9, color=INK)
    return f"{text}, {ending}"


def _limits(axes: Axes, at: float, row: pd.Series, language: str) -> str:
    """Write the limits above one factor; return them in words."""
    text = f"{points(row['lower'], language)}–{percent(row['upper'], language)}"
    side = {1.0: "left", 10.0: "right"}.get(at, "center")
    place = ((4, -5), "top") if side == "left" else ((0, 4), "bottom")
    caption(axes, text, (at, row["upper"]), place[0], ha=side, va=place[1], fontsize=9, color=INK)
    name = say("silence.nothing", language) if at == _SURE else number(at, language, 0)
    return f"{name}: {text}".replace("\n", " ")


def _dress_silence(axes: Axes, language: str) -> None:
    axes.set_xscale("log")
    axes.set(xlim=(1, 21), ylim=(0, 1.02))
    labels = [number(tick, language, int(tick % 1 > 0)) for tick in _FACTORS]
    axes.set_xticks([*_FACTORS, _SURE], [*labels, say("silence.nothing", language)])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(textwrap.fill(say("silence.axis", language), 52))
    percent_axis(axes.yaxis, language, "silence.share")
