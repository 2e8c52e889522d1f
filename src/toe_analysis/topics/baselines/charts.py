"""The charts of the comparison with other surveys: a table of values and a language in, a figure and its text out."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from toe_analysis.published.baselines import GRID, MEASURES
from toe_analysis.showing.charts import footer, key_below, legend, percent_axis
from toe_analysis.showing.figures import COLOURS, INK, PALE, new_figure, nothing_chart
from toe_analysis.showing.words import baseline_word, number, p_phrase, percent, say, signed
from toe_analysis.statistics import Interval
from toe_analysis.topics.baselines.comparisons import bridge_sides

_LIGHT = "#C8C8C8"
#: How a mark of the comparability grid is drawn.
_FILL = {"yes": "full", "partly": "left", "no": "none"}


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
    places, headings = _forest_places(comparisons)
    settled, other = (found["verdicts"].get(name, 0) for name in ("settled", "not_comparable"))
    counts = {"settled": settled, "other": other, "comparisons": found["comparisons"]}
    note = footer("forest.footer", comparisons, language, n=_bases(comparisons))
    rows_high = 0.36 * (len(places) + len(headings))
    figure = new_figure(rows_high + 3.1, say("forest.title", language, **counts), note)
    parts = figure.subplot_mosaic(
        [["left", "right"], ["key", "key"]], width_ratios=[3, 1.7], height_ratios=[rows_high, 0.7]
    )
    parts["right"].sharey(parts["left"])
    rows = list(comparisons.itertuples())
    labels = [_forest_label(row, language) for row in rows]
    for place, row in zip(places, rows, strict=True):
        _forest_row(parts["left"], place, row)
    _dress_forest(parts["left"], dict(zip(places, labels, strict=True)), headings, language)
    _marks(
        parts["right"], places, comparisons["comparison"].map(grid.set_index("comparison").to_dict("index")), language
    )
    _mark_legend(parts["key"], language)
    told = [f"{say(f'measure.{row.measure}', language)}, {label}" for row, label in zip(rows, labels, strict=True)]
    return figure, say("forest.alt", language, rows="; ".join(told).replace("\n", " "), **counts)


def _dress_forest(axes: Axes, labels: Mapping[int, str], headings: Mapping[str, int], language: str) -> None:
    """Write what stands at each height, headings in bold, and the axis of differences."""
    axes.axvline(0, color=PALE, lw=1)
    words = [say(f"measure.{name}", language) for name in headings]
    axes.set_yticks([*labels, *headings.values()], [*labels.values(), *words])
    for place, tick in enumerate(axes.get_yticklabels()):
        is_heading = place >= len(labels)
        tick.set(fontsize=9 if is_heading else 8, fontweight="bold" if is_heading else "normal")
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(max([*labels, *headings.values()], default=0) + 0.7, -0.7)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: signed(100 * value, language, 0).replace("+0", "0")))
    axes.set_xlabel(say("forest.axis", language), fontsize=8.5)


def _forest_places(comparisons: pd.DataFrame) -> tuple[list[int], dict[str, int]]:
    """Return a height for each row and for the heading of each measure, rows of one measure together."""
    places, headings, next_place = dict.fromkeys(comparisons.index, 0), {}, 0
    for measure in MEASURES:
        rows = comparisons.index[comparisons["measure"] == measure]
        if len(rows):
            headings[measure] = next_place
            places |= {row: next_place + 1 + step for step, row in enumerate(rows)}
            next_place += len(rows) + 1
    return list(places.values()), headings


def _forest_label(row: object, language: str) -> str:
    if np.isnan(row.p_value):
        return f"{baseline_word(row.comparison, language)}\n{say('forest.nothing', language)}"
    theirs = percent(row.their_share, language)
    if not np.isnan(row.their_base):
        theirs = f"{row.their_count:.0f}/{row.their_base:.0f}"
    ours = f"{row.our_count:.0f}/{row.our_base:.0f}"
    numbers = say("forest.numbers", language, ours=ours, theirs=theirs, p=p_phrase(row.p_value, language))
    return f"{baseline_word(row.comparison, language)}\n{numbers}"


def _forest_row(axes: Axes, place: int, row: object) -> None:
    if np.isnan(row.p_value):
        return
    colour, marker = (COLOURS[0], "o") if row.method == "fisher" else (COLOURS[1], "s")
    axes.plot([row.difference_lower, row.difference_upper], [place, place], color=colour, lw=1.8)
    axes.plot(row.difference, place, marker=marker, color=colour, ms=5)


def _marks(axes: Axes, places: list[int], grids: pd.Series, language: str) -> None:
    """Draw a circle a dimension: full, half or empty; a question mark where nothing is known."""
    for place, found in zip(places, grids, strict=True):
        for column, name in enumerate(GRID):
            if found[name] == "unknown":
                axes.text(column, place, "?", ha="center", va="center", fontsize=9, color=INK)
                continue
            look = {"markerfacecolor": INK, "markerfacecoloralt": "white", "markeredgecolor": INK}
            axes.plot(column, place, marker="o", ms=6.5, fillstyle=_FILL[found[name]], **look)
    axes.set_xlim(-0.6, len(GRID) - 0.4)
    axes.set_xticks(range(len(GRID)), [say(f"dimension.{name}", language) for name in GRID], rotation=90)
    axes.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, labelsize=8.5, length=0)
    axes.tick_params(axis="y", length=0, labelleft=False)
    for side in axes.spines.values():
        side.set_visible(False)


def _mark_legend(axes: Axes, language: str) -> None:
    circle = {"color": INK, "marker": "o", "lw": 0, "ms": 6.5, "markerfacecoloralt": "white"}
    handles = [Line2D([], [], fillstyle=_FILL[name], label=say(f"match.{name}", language), **circle) for name in _FILL]
    unknown = Line2D([], [], color=INK, marker="$?$", lw=0, ms=6, label=say("match.unknown", language))
    tests = [
        Line2D([], [], color=COLOURS[0], marker="o", ms=5, label=say("forest.fisher", language)),
        Line2D([], [], color=COLOURS[1], marker="s", ms=5, label=say("forest.binomial", language)),
    ]
    axes.set_axis_off()
    legend(axes, handles=[*tests, *handles, unknown], loc="center right", ncols=2)


def _bases(comparisons: pd.DataFrame) -> str:
    found = sorted({int(base) for base in comparisons["our_base"].dropna()})
    return ", ".join(map(str, found)) or "0"


def bridge_chart(
    bridge: pd.DataFrame, interval: Interval | None, language: str, *, alpha: float = 0.05
) -> tuple[Figure, str]:
    """Draw any use and use in production side by side for each baseline, against our share of users.

    Parameters
    ----------
    bridge : pandas.DataFrame
        From `toe_analysis.topics.baselines.comparisons.bridge_table`.
    interval : Interval or None
        Wilson's, of our share; None without one.
    language : str
    alpha : float
        The p-value below which our share counts as below theirs.
    """
    if bridge.empty or interval is None:
        return nothing_chart(language)
    first, sides = bridge.iloc[0], bridge_sides(bridge, alpha)
    ours = {"count": int(first["our_count"]), "base": int(first["our_base"])}
    counts = {"any": sides["under_any"], "bridged": sides["under_bridged"], "baselines": len(bridge)}
    title = say("bridge.title", language, **ours, **counts)
    level = {"confidence": percent(interval.confidence, language, 0), "alpha": number(alpha, language, 2)}
    note = footer("bridge.footer", bridge, language, n=ours["base"], **level)
    rows_high = 0.36 * len(bridge)
    figure = new_figure(rows_high + 2.9, title, note)
    axes, key = figure.subplots(2, 1, height_ratios=[rows_high, 0.65])
    axes.axvspan(interval.lower, interval.upper, color=_LIGHT, alpha=0.5, lw=0)
    axes.axvline(first["our_share"], color=INK, lw=1.2, label=say("bridge.ours", language, **ours))
    places = np.arange(len(bridge))
    spread = [bridge["bridged"] - bridge["bridged_lower"], bridge["bridged_upper"] - bridge["bridged"]]
    axes.plot(bridge["their_share"], places, "o", color=COLOURS[0], ms=6, label=say("bridge.any", language))
    look = {"fmt": "D", "color": COLOURS[1], "ms": 5, "capsize": 2.5, "label": say("bridge.bridged", language)}
    axes.errorbar(bridge["bridged"], places, xerr=spread, **look)
    labels = [_bridge_label(row, language) for row in bridge.itertuples()]
    axes.set_yticks(places, labels, fontsize=8)
    axes.set(ylim=(len(bridge) - 0.4, -0.6), xlim=(0, max(bridge["their_share"].max(), interval.upper) * 1.05))
    percent_axis(axes.xaxis, language)
    axes.set_xlabel(say("figure.share_axis", language))
    key_below(key, axes)
    rows = "; ".join(labels).replace("\n", " ")
    return figure, say("bridge.alt", language, title=title, rows=rows)


def _bridge_label(row: object, language: str) -> str:
    values = {"any": p_phrase(row.p_value, language), "bridged": p_phrase(row.p_bridged, language)}
    return f"{baseline_word(row.comparison, language)}\n{say('bridge.row', language, **values)}"
