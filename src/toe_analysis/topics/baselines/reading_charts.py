"""The charts of readings and outcomes: what an unprinted base does to p, and what Fisher's p adds up."""

import textwrap
from collections.abc import Mapping
from math import floor, log10

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from toe_analysis.showing.charts import caption, headed_figure, heading, legend, percent_axis
from toe_analysis.showing.figures import COLOURS, INK, nothing_chart
from toe_analysis.showing.words import join, number, p_range, say
from toe_analysis.topics.baselines.readings import is_settled, outcome_p_value

_LIGHT = "#C8C8C8"
_MARKERS = ("o", "s", "^", "D")


def surface_chart(
    readings: pd.DataFrame, shown: Mapping[str, float], language: str, *, alpha: float = 0.05
) -> tuple[Figure, str]:
    """Draw the range of p for each share of ours that fits, over every count and base that theirs may have.

    Parameters
    ----------
    readings : pandas.DataFrame
        From `toe_analysis.topics.baselines.readings.readings_table`.
    shown : mapping of str to float
        What the title tells: the shares ``ours`` and ``theirs``; and the ``first`` and ``last`` base that is tried.
    language : str
    alpha : float
        Where to draw the line.
    """
    if readings.empty:
        return nothing_chart(language)
    said = {**shown, "n": join([str(base) for base in readings["our_base"].unique()], language)}
    said["p"] = p_range(readings["p_smallest"].min(), readings["p_largest"].max(), language)
    key = "surface.title_settled" if is_settled(readings) else "surface.title"
    high = 2.6 + 0.62 * max(len(readings), 3)  # room for the words along the axis
    figure = headed_figure(key, "surface.footer", readings, language, high, **said)
    axes = figure.subplots()
    told = [_range(axes, place, row, language, alpha) for place, row in enumerate(readings.itertuples())]
    axes.axvline(alpha, color=INK, lw=1, ls="--")
    caption(axes, say("surface.line", language, alpha=alpha), (alpha, -0.72), (3, 0), color=INK)
    labels = [f"{row.our_count:.0f}/{row.our_base:.0f}" for row in readings.itertuples()]
    axes.set_yticks(range(len(readings)), labels)
    axes.set_ylabel(say("surface.y_axis", language))
    axes.set_ylim(len(readings) - 0.4, -0.9)
    _p_axis(axes, min(alpha / 5, readings["p_smallest"].min() / 1.5), language)
    return figure, say("surface.alt", language, bands="; ".join(told))


def _range(axes: Axes, place: int, row: object, language: str, alpha: float) -> str:
    """Draw the range of p of one of our readings, and write which bases of theirs decide; return both in words."""
    colour, marker = COLOURS[place % len(COLOURS)], _MARKERS[place % len(_MARKERS)]
    ends = [row.p_smallest, row.p_largest]
    axes.plot(ends, [place, place], color=colour, marker=marker, ms=6, lw=3)
    at_a_base = row.numbers == "depends" and not np.isnan(row.below_above)
    text = say(f"surface.{'above' if at_a_base else row.numbers}", language, alpha=alpha, base=row.below_above)
    box = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}
    middle = (ends[0] * ends[1]) ** 0.5
    caption(axes, text, (middle, place), (0, -15), ha="center", fontsize=8.5, color=INK, bbox=box, zorder=3)
    reading = f"{row.our_count:.0f}/{row.our_base:.0f}"
    return say("surface.band", language, reading=reading, p=p_range(*ends, language), decides=text)


def _p_axis(axes: Axes, low: float, language: str) -> None:
    axes.set_xscale("log")
    axes.set_xlim(low, 1.05)
    every = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1) if low >= 0.001 else (0.001, 1)
    ticks = [tick for tick in every if tick >= low]
    axes.set_xticks(ticks, [number(tick, language, max(0, -floor(log10(tick)))) for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(say("surface.x_axis", language))


def outcome_chart(cases: dict[str, pd.DataFrame], language: str) -> tuple[Figure, str]:
    """Draw the probability of every possible outcome, a panel a case; those that count towards p are coloured.

    Each case is of `toe_analysis.topics.baselines.readings.outcome_table`, by its code; ``outcomes.CODE`` names it.
    """
    bases = {name: table["our_base"].iloc[0] for name, table in cases.items()}
    n = join([str(bases[name] + table["their_base"].iloc[0]) for name, table in cases.items()], language)
    last = list(cases.values())[-1]
    figure = headed_figure("outcomes.title", "outcomes.footer", last, language, 2.4 + 1.75 * len(cases), n=n)
    panels = np.atleast_1d(figure.subplots(len(cases), 1))
    told = []
    for axes, (name, table) in zip(panels, cases.items(), strict=True):
        _outcome_panel(axes, table, language)
        seen = table.loc[table["seen"] == "yes", "our_count"].iloc[0]
        told.append(say(f"outcomes.{name}", language, seen=seen, base=bases[name], p=outcome_p_value(table)))
        heading(axes, textwrap.fill(told[-1], 68))
    handles = [
        Line2D([], [], color=colour, marker="s", lw=0, ms=8, label=say(f"outcomes.{name}", language))
        for name, colour in (("towards_p", COLOURS[1]), ("likelier", _LIGHT))
    ]
    legend(panels[0], handles=handles, loc="upper right")
    panels[-1].set_xlabel(say("outcomes.axis", language))
    figure.supylabel(say("column.probability", language), fontsize=10)
    return figure, ". ".join(told)


def _outcome_panel(axes: Axes, table: pd.DataFrame, language: str) -> None:
    colours = table["counts_towards_p"].map({"yes": COLOURS[1], "no": _LIGHT})
    many = len(table) >= 10
    # Bars that count may be too low to see: shade their places as well.
    for count in table.loc[(table["counts_towards_p"] == "yes") & many, "our_count"]:
        axes.axvspan(count - 0.5, count + 0.5, color=COLOURS[1], alpha=0.2, lw=0)
    axes.bar(table["our_count"], table["probability"], color=list(colours), edgecolor=INK, lw=0.5, width=0.8)
    seen = table[table["seen"] == "yes"].iloc[0]
    likely = table.loc[(table["probability"] > 1e-5) | (table["seen"] == "yes"), "our_count"]
    arrow = {"arrowstyle": "->", "color": INK}
    at = seen["our_count"], seen["probability"]
    where = {"va": "baseline", "ha": "left" if at[0] < likely.min() + 2 else "center"}  # not across the axis
    caption(axes, say("outcomes.seen", language), at, (0, 22), color=INK, arrowprops=arrow, **where)
    axes.set_xlim(likely.min() - 0.7, likely.max() + (0.7 if many else 2.2))
    axes.set_ylim(0, table["probability"].max() * 1.25)
    percent_axis(axes.yaxis, language)
    if not many:
        axes.set_xticks(table["our_count"])
