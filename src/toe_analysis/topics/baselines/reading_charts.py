"""The charts of readings and outcomes: what an unprinted base does to p, and what Fisher's p adds up."""

import textwrap
from collections.abc import Mapping
from math import floor, log10

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullLocator

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
    said = {name: percent(shown[name], language, 0) for name in ("ours", "theirs")}
    said |= {"below": int(shown["below"]), "pairs": int(shown["pairs"]), "alpha": number(alpha, language, 2)}
    title = say("surface.title", language, **said)
    bases = ", ".join(str(base) for base in ranges["our_base"].unique())
    basis = say(f"basis_note.{ranges['basis'].iloc[0]}", language)
    figure = new_figure(4.4, title, say("surface.footer", language, basis=basis, n=bases, first=first, last=last))
    axes = figure.subplots()
    told = []
    groups = ranges.groupby(["our_count", "our_base"], sort=False)
    for place, ((count, base), part) in enumerate(groups):
        look = {"color": COLOURS[place % len(COLOURS)], "marker": _MARKERS[place % len(_MARKERS)], "ms": 2, "lw": 0}
        axes.plot(part["their_base"], part["p_smallest"], **look)
        wide = part[part["p_largest"] > part["p_smallest"]]
        axes.plot(wide["their_base"], wide["p_largest"], **look)
        end = part.iloc[-1]
        where = {"xytext": (5, 0), "textcoords": "offset points", "va": "center", "fontsize": 10, "color": INK}
        axes.annotate(f"{count}/{base}", (end["their_base"], (end["p_smallest"] * end["p_largest"]) ** 0.5), **where)
        low, high = p_text(part["p_smallest"].min(), language), p_text(part["p_largest"].max(), language)
        told.append(say("surface.band", language, reading=f"{count}/{base}", low=low, high=high))
    axes.axhline(alpha, color=INK, lw=1, ls="--")
    line = say("surface.line", language, alpha=number(alpha, language, 2))
    middle = (first + last) / 2
    axes.annotate(line, (middle, alpha), xytext=(0, 3), textcoords="offset points", fontsize=9, color=INK)
    axes.set_yscale("log")
    low = min(alpha / 4, ranges["p_smallest"].min() / 1.5)
    axes.set_ylim(low, 1.05)
    ticks = [tick for tick in (0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1) if tick >= low]
    axes.set_yticks(ticks, [number(tick, language, max(0, -floor(log10(tick)))) for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xlim(first - 0.02 * (last - first + 1), last + 0.1 * (last - first + 1))
    axes.set_xlabel(say("surface.x_axis", language))
    axes.set_ylabel(say("surface.y_axis", language))
    return figure, say("surface.alt", language, title=title, bands="; ".join(told))


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
    basis = say(f"basis_note.{list(cases.values())[-1]['basis'].iloc[0]}", language)
    n = join([str(bases[name] + int(table["their_base"].iloc[0])) for name, table in cases.items()], language)
    title = say("outcomes.title", language, values=join(list(values.values()), language))
    figure = new_figure(2.1 + 1.75 * len(cases), title, say("outcomes.footer", language, basis=basis, n=n))
    panels = np.atleast_1d(figure.subplots(len(cases), 1))
    told = []
    for axes, (name, table) in zip(panels, cases.items(), strict=True):
        _outcome_panel(axes, table, language)
        seen = int(table.loc[table["seen"] == "yes", "our_count"].iloc[0])
        heading = say(f"outcomes.{name}", language, seen=seen, base=bases[name], p=values[name])
        axes.set_title(textwrap.fill(heading, 68), loc="left", fontsize=9, color=INK)
        told.append(heading)
    handles = [
        Line2D([], [], color=colour, marker="s", lw=0, ms=8, label=say(f"outcomes.{name}", language))
        for name, colour in (("towards_p", COLOURS[1]), ("likelier", _LIGHT))
    ]
    panels[0].legend(handles=handles, frameon=False, fontsize=8.5, loc="upper right")
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
    where = {"textcoords": "offset points", "ha": "center", "fontsize": 9, "color": INK, "arrowprops": arrow}
    axes.annotate(say("outcomes.seen", language), (seen["our_count"], seen["probability"]), xytext=(0, 22), **where)
    likely = table.loc[(table["probability"] > 1e-5) | (table["seen"] == "yes"), "our_count"]
    axes.set_xlim(likely.min() - 0.7, likely.max() + (0.7 if many else 2.2))
    axes.set_ylim(0, table["probability"].max() * 1.25)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language, 0)))
    if not many:
        axes.set_xticks(table["our_count"])
