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

from toe_analysis.showing.charts import caption, footer, heading, legend, percent_axis
from toe_analysis.showing.figures import COLOURS, INK, new_figure, nothing_chart
from toe_analysis.showing.words import join, number, p_phrase, p_text, percent, say
from toe_analysis.topics.baselines.readings import outcome_p_value

_LIGHT = "#C8C8C8"
_MARKERS = ("o", "s", "^", "D")


def surface_chart(
    ranges: pd.DataFrame, shown: Mapping[str, float], language: str, *, alpha: float = 0.05
) -> tuple[Figure, str]:
    """Draw p against the base that is not printed: dots for each share of ours that fits.

    Parameters
    ----------
    ranges : pandas.DataFrame
        From `toe_analysis.topics.baselines.readings.base_ranges`.
    shown : mapping of str to float
        What the title tells: the shares ``ours`` and ``theirs``, and in how many of the ``pairs`` p is ``below`` alpha.
    language : str
    alpha : float
        Where to draw the line.
    """
    if ranges.empty:
        return nothing_chart(language)
    first, last = int(ranges["their_base"].min()), int(ranges["their_base"].max())
    limit = number(alpha, language, 2)
    said = {name: percent(shown[name], language, 0) for name in ("ours", "theirs")}
    said |= {"below": int(shown["below"]), "pairs": int(shown["pairs"]), "alpha": limit}
    title = say("surface.title", language, **said)
    bases = ", ".join(str(base) for base in ranges["our_base"].unique())
    figure = new_figure(4.4, title, footer("surface.footer", ranges, language, n=bases, first=first, last=last))
    axes = figure.subplots()
    groups = ranges.groupby(["our_count", "our_base"], sort=False)
    bands = [_band(axes, place, part, language) for place, (_, part) in enumerate(groups)]
    axes.axhline(alpha, color=INK, lw=1, ls="--")
    line = say("surface.line", language, alpha=limit)
    caption(axes, line, ((first + last) / 2, alpha), (0, 3), va="baseline", color=INK)
    _p_axis(axes, min(alpha / 4, ranges["p_smallest"].min() / 1.5), language)
    axes.set_xlim(first - 0.02 * (last - first + 1), last + 0.1 * (last - first + 1))
    axes.set_xlabel(say("surface.x_axis", language))
    return figure, say("surface.alt", language, title=title, bands="; ".join(bands))


def _band(axes: Axes, place: int, part: pd.DataFrame, language: str) -> str:
    """Draw the smallest and the largest p of one of our readings against their base; return it in words."""
    look = {"color": COLOURS[place % len(COLOURS)], "marker": _MARKERS[place % len(_MARKERS)], "ms": 2, "lw": 0}
    axes.plot(part["their_base"], part["p_smallest"], **look)
    wide = part[part["p_largest"] > part["p_smallest"]]
    axes.plot(wide["their_base"], wide["p_largest"], **look)
    end = part.iloc[-1]
    reading = f"{end['our_count']:.0f}/{end['our_base']:.0f}"
    middle = (end["p_smallest"] * end["p_largest"]) ** 0.5
    caption(axes, reading, (end["their_base"], middle), fontsize=10, color=INK)
    low, high = p_text(part["p_smallest"].min(), language), p_text(part["p_largest"].max(), language)
    return say("surface.band", language, reading=reading, low=low, high=high)


def _p_axis(axes: Axes, low: float, language: str) -> None:
    axes.set_yscale("log")
    axes.set_ylim(low, 1.05)
    ticks = [tick for tick in (0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1) if tick >= low]
    axes.set_yticks(ticks, [number(tick, language, max(0, -floor(log10(tick)))) for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylabel(say("surface.y_axis", language))


def outcome_chart(cases: dict[str, pd.DataFrame], language: str) -> tuple[Figure, str]:
    """Draw the probability of every possible outcome, a panel a case; those that count towards p are coloured.

    Parameters
    ----------
    cases : dict of str to pandas.DataFrame
        By the code of the case (``outcomes.CODE`` in the words): tables from
        `toe_analysis.topics.baselines.readings.outcome_table`.
    language : str
    """
    values = {name: p_phrase(outcome_p_value(table), language) for name, table in cases.items()}
    bases = {name: int(table["our_base"].iloc[0]) for name, table in cases.items()}
    n = join([str(bases[name] + int(table["their_base"].iloc[0])) for name, table in cases.items()], language)
    title = say("outcomes.title", language, values=join(list(values.values()), language))
    note = footer("outcomes.footer", list(cases.values())[-1], language, n=n)
    figure = new_figure(2.1 + 1.75 * len(cases), title, note)
    panels = np.atleast_1d(figure.subplots(len(cases), 1))
    told = []
    for axes, (name, table) in zip(panels, cases.items(), strict=True):
        _outcome_panel(axes, table, language)
        seen = int(table.loc[table["seen"] == "yes", "our_count"].iloc[0])
        told.append(say(f"outcomes.{name}", language, seen=seen, base=bases[name], p=values[name]))
        heading(axes, textwrap.fill(told[-1], 68))
    handles = [
        Line2D([], [], color=colour, marker="s", lw=0, ms=8, label=say(f"outcomes.{name}", language))
        for name, colour in (("towards_p", COLOURS[1]), ("likelier", _LIGHT))
    ]
    legend(panels[0], handles=handles, loc="upper right")
    panels[-1].set_xlabel(say("outcomes.axis", language))
    figure.supylabel(say("outcomes.probability", language), fontsize=10)
    return figure, say("outcomes.alt", language, title=title, panels=". ".join(told))


def _outcome_panel(axes: Axes, table: pd.DataFrame, language: str) -> None:
    colours = table["counts_towards_p"].map({"yes": COLOURS[1], "no": _LIGHT})
    many = len(table) >= 10
    # Bars that count may be too low to see: shade their places as well.
    for count in table.loc[(table["counts_towards_p"] == "yes") & many, "our_count"]:
        axes.axvspan(count - 0.5, count + 0.5, color=COLOURS[1], alpha=0.2, lw=0)
    axes.bar(table["our_count"], table["probability"], color=list(colours), edgecolor=INK, lw=0.5, width=0.8)
    seen = table[table["seen"] == "yes"].iloc[0]
    arrow = {"arrowstyle": "->", "color": INK}
    at, where = (seen["our_count"], seen["probability"]), {"va": "baseline", "ha": "center"}
    caption(axes, say("outcomes.seen", language), at, (0, 22), color=INK, arrowprops=arrow, **where)
    likely = table.loc[(table["probability"] > 1e-5) | (table["seen"] == "yes"), "our_count"]
    axes.set_xlim(likely.min() - 0.7, likely.max() + (0.7 if many else 2.2))
    axes.set_ylim(0, table["probability"].max() * 1.25)
    percent_axis(axes.yaxis, language)
    if not many:
        axes.set_xticks(table["our_count"])
