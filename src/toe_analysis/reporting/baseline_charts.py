"""The charts of the comparison with other surveys: a table of values and a language in, a figure and its text out."""

import textwrap
from math import floor, log10

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullFormatter

from toe_analysis.reporting.baseline_readings import outcome_p_value
from toe_analysis.reporting.baselines import DIMENSIONS, MEASURES
from toe_analysis.reporting.figures import COLOURS, INK, PALE, new_figure
from toe_analysis.reporting.words import baseline_word, number, p_phrase, p_text, percent, say

_LIGHT = "#C8C8C8"
#: How a mark of the comparability grid is drawn.
_FILL = {"yes": "full", "partly": "left", "no": "none"}
_LINES = ("-", "--", "-.", ":")


def forest_chart(comparisons: pd.DataFrame, grid: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw every difference with its interval and, beside it, how far the two sides measure the same.

    Parameters
    ----------
    comparisons : pandas.DataFrame
        From `toe_analysis.reporting.baseline_comparisons.comparison_table`.
    grid : pandas.DataFrame
        A row a comparison with the columns `toe_analysis.reporting.baselines.DIMENSIONS`.
    language : str
    """
    places, headings = _forest_places(comparisons)
    verdicts = comparisons.drop_duplicates("comparison")["verdict"]
    counts = {"settled": int((verdicts == "settled").sum()), "comparisons": len(verdicts)}
    other = int((verdicts == "not_comparable").sum())
    note = say(
        "forest.footer",
        language,
        basis=say(f"basis_note.{comparisons['basis'].iloc[0]}", language),
        n=_bases(comparisons),
        confidence=percent(comparisons["confidence"].iloc[0], language, 0),
    )
    height = 0.37 * (len(places) + len(headings)) + 2.5
    figure = new_figure(height, say("forest.title", language, other=other, **counts), note)
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=[3, 1.45])
    labels = []
    for place, row in zip(places, comparisons.itertuples(), strict=True):
        labels.append(_forest_label(row, language))
        _forest_row(left, place, row, language)
    left.axvline(0, color=PALE, lw=1)
    left.set_yticks([*places, *headings.values()], [*labels, *(say(f"measure.{name}", language) for name in headings)])
    for tick in left.get_yticklabels():
        tick.set_fontsize(7.5)
    for tick in left.get_yticklabels()[len(places) :]:
        tick.set_fontweight("bold")
        tick.set_fontsize(8.5)
    left.tick_params(axis="y", length=0)
    left.set_ylim(max([*places, *headings.values()], default=0) + 0.7, -0.7)
    left.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:+.0f}".replace("+0", "0")))
    left.set_xlabel(say("forest.axis", language), fontsize=8.5)
    _marks(right, places, comparisons["comparison"].map(grid.set_index("comparison").to_dict("index")), language)
    _mark_legend(figure, language)
    rows = "; ".join(label.replace("\n", " ") for label in labels)
    return figure, say("forest.alt", language, rows=rows, other=other, **counts)


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


def _forest_row(axes: Axes, place: int, row: object, language: str) -> None:
    if np.isnan(row.p_value):
        return
    colour, marker = (COLOURS[0], "o") if row.method == "fisher" else (COLOURS[1], "s")
    axes.plot([row.difference_lower, row.difference_upper], [place, place], color=colour, lw=1.8)
    axes.plot(row.difference, place, marker=marker, color=colour, ms=5)


def _marks(axes: Axes, places: list[int], grids: pd.Series, language: str) -> None:
    """Draw a circle a dimension: full, half or empty; a question mark where nothing is known."""
    for place, found in zip(places, grids, strict=True):
        for column, name in enumerate(DIMENSIONS):
            if found[name] == "unknown":
                axes.text(column, place, "?", ha="center", va="center", fontsize=9, color=INK)
                continue
            look = {"markerfacecolor": INK, "markerfacecoloralt": "white", "markeredgecolor": INK}
            axes.plot(column, place, marker="o", ms=6.5, fillstyle=_FILL[found[name]], **look)
    axes.set_xlim(-0.6, len(DIMENSIONS) - 0.4)
    axes.set_xticks(range(len(DIMENSIONS)), [say(f"dimension.{name}", language) for name in DIMENSIONS], rotation=90)
    axes.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, labelsize=8.5, length=0)
    axes.tick_params(axis="y", length=0, labelleft=False)
    for side in axes.spines.values():
        side.set_visible(False)


def _mark_legend(figure: Figure, language: str) -> None:
    circle = {"color": INK, "marker": "o", "lw": 0, "ms": 6.5, "markerfacecoloralt": "white"}
    handles = [Line2D([], [], fillstyle=_FILL[name], label=say(f"match.{name}", language), **circle) for name in _FILL]
    unknown = Line2D([], [], color=INK, marker="$?$", lw=0, ms=6, label=say("match.unknown", language))
    tests = [
        Line2D([], [], color=COLOURS[0], marker="o", ms=5, label=say("forest.fisher", language)),
        Line2D([], [], color=COLOURS[1], marker="s", ms=5, label=say("forest.binomial", language)),
    ]
    figure.legend(handles=[*tests, *handles, unknown], loc="outside lower left", ncols=2, frameon=False, fontsize=8.5)


def _bases(comparisons: pd.DataFrame) -> str:
    found = sorted({int(base) for base in comparisons["our_base"].dropna()})
    return ", ".join(map(str, found)) or "0"


def surface_chart(ranges: pd.DataFrame, title: str, language: str, *, alpha: float = 0.05) -> tuple[Figure, str]:
    """Draw p against the base that is not printed: a band for each share of ours that fits.

    Parameters
    ----------
    ranges : pandas.DataFrame
        From `toe_analysis.reporting.baseline_readings.base_ranges`.
    title : str
        The message in this language.
    language : str
    alpha : float
        Where to draw the line.
    """
    first, last = int(ranges["their_base"].min()), int(ranges["their_base"].max())
    bases = ", ".join(str(base) for base in ranges["our_base"].unique())
    basis = say(f"basis_note.{ranges['basis'].iloc[0]}", language)
    figure = new_figure(4.4, title, say("surface.footer", language, basis=basis, n=bases, first=first, last=last))
    axes = figure.subplots()
    told = []
    groups = ranges.groupby(["our_count", "our_base"], sort=False)
    for place, ((count, base), part) in enumerate(groups):
        colour, line = COLOURS[place % len(COLOURS)], _LINES[place % len(_LINES)]
        axes.fill_between(part["their_base"], part["p_smallest"], part["p_largest"], color=colour, alpha=0.35, lw=0)
        axes.plot(part["their_base"], part[["p_smallest", "p_largest"]].mean(axis=1), color=colour, ls=line, lw=1.5)
        end = part.iloc[-1]
        where = {"xytext": (5, 0), "textcoords": "offset points", "va": "center", "fontsize": 10, "color": INK}
        axes.annotate(f"{count}/{base}", (end["their_base"], (end["p_smallest"] * end["p_largest"]) ** 0.5), **where)
        low, high = p_text(part["p_smallest"].min(), language), p_text(part["p_largest"].max(), language)
        told.append(say("surface.band", language, reading=f"{count}/{base}", low=low, high=high))
    axes.axhline(alpha, color=INK, lw=1, ls="--")
    line = say("surface.line", language, alpha=number(alpha, language, 2))
    axes.annotate(line, (first, alpha), xytext=(0, -4), textcoords="offset points", va="top", fontsize=9, color=INK)
    axes.set_yscale("log")
    low = min(alpha / 4, ranges["p_smallest"].min() / 1.5)
    axes.set_ylim(low, 1.05)
    ticks = [tick for tick in (0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1) if tick >= low]
    axes.set_yticks(ticks, [number(tick, language, max(0, -floor(log10(tick)))) for tick in ticks])
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(first, last + 0.1 * (last - first + 1))
    axes.set_xlabel(say("surface.x_axis", language))
    axes.set_ylabel(say("surface.y_axis", language))
    return figure, say("surface.alt", language, title=title, bands="; ".join(told))


def outcome_chart(cases: dict[str, pd.DataFrame], language: str) -> tuple[Figure, str]:
    """Draw the probability of every possible outcome, a panel a case; those that count towards p are coloured.

    Parameters
    ----------
    cases : dict of str to pandas.DataFrame
        By the code of the case (``outcomes.CODE`` in the words): tables from
        `toe_analysis.reporting.baseline_readings.outcome_table`.
    language : str
    """
    values = {name: p_phrase(outcome_p_value(table), language) for name, table in cases.items()}
    bases = {name: int(table["our_base"].iloc[0]) for name, table in cases.items()}
    basis = say(f"basis_note.{list(cases.values())[-1]['basis'].iloc[0]}", language)
    n = ", ".join(map(str, bases.values()))
    title = say("outcomes.title", language, values=", ".join(values.values()))
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
    return figure, say("outcomes.alt", language, title=title, panels=" ".join(told))


def _outcome_panel(axes: Axes, table: pd.DataFrame, language: str) -> None:
    colours = table["counts_towards_p"].map({"yes": COLOURS[1], "no": _LIGHT})
    axes.bar(table["our_count"], table["probability"], color=list(colours), edgecolor=INK, lw=0.5, width=0.8)
    seen = table[table["seen"] == "yes"].iloc[0]
    arrow = {"arrowstyle": "->", "color": INK}
    where = {"textcoords": "offset points", "ha": "center", "fontsize": 9, "color": INK, "arrowprops": arrow}
    axes.annotate(say("outcomes.seen", language), (seen["our_count"], seen["probability"]), xytext=(0, 22), **where)
    likely = table.loc[(table["probability"] > 1e-5) | (table["seen"] == "yes"), "our_count"]
    axes.set_xlim(likely.min() - 0.7, likely.max() + (2.2 if len(table) < 10 else 0.7))
    axes.set_ylim(0, table["probability"].max() * 1.25)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language, 0)))
    if len(table) < 10:
        axes.set_xticks(table["our_count"])


def bridge_chart(bridge: pd.DataFrame, interval: tuple[float, float], language: str) -> tuple[Figure, str]:
    """Draw any use and use in production side by side for each baseline, against our share of users.

    Parameters
    ----------
    bridge : pandas.DataFrame
        From `toe_analysis.reporting.baseline_comparisons.bridge_table`.
    interval : tuple of float
        Of our share.
    language : str
    """
    ours, base = float(bridge["our_share"].iloc[0]), int(bridge["our_base"].iloc[0])
    low, high = interval
    counts = {
        "any": int((bridge["their_share"] > high).sum()),
        "bridged": int((bridge["bridged_lower"] > high).sum()),
        "baselines": len(bridge),
    }
    told = {"count": int(bridge["our_count"].iloc[0]), "base": base}
    basis = say(f"basis_note.{bridge['basis'].iloc[0]}", language)
    title = say("bridge.title", language, **told, **counts)
    figure = new_figure(0.36 * len(bridge) + 2.9, title, say("bridge.footer", language, basis=basis, n=base))
    axes = figure.subplots()
    axes.axvspan(low, high, color=_LIGHT, alpha=0.5, lw=0)
    axes.axvline(ours, color=INK, lw=1.2, label=say("bridge.ours", language, **told))
    places = np.arange(len(bridge))
    spread = [bridge["bridged"] - bridge["bridged_lower"], bridge["bridged_upper"] - bridge["bridged"]]
    axes.plot(bridge["their_share"], places, "o", color=COLOURS[0], ms=6, label=say("bridge.any", language))
    look = {"fmt": "D", "color": COLOURS[1], "ms": 5, "capsize": 2.5, "label": say("bridge.bridged", language)}
    axes.errorbar(bridge["bridged"], places, xerr=spread, **look)
    labels = []
    for row in bridge.itertuples():
        values = {"any": p_phrase(row.p_value, language), "bridged": p_phrase(row.p_bridged, language)}
        labels.append(f"{baseline_word(row.comparison, language)}\n{say('bridge.row', language, **values)}")
    axes.set_yticks(places, labels, fontsize=7.5)
    axes.set_ylim(len(bridge) - 0.4, -0.6)
    axes.set_xlim(0, max(bridge["their_share"].max(), high) * 1.05)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language, 0)))
    axes.set_xlabel(say("figure.share_axis", language))
    figure.legend(loc="outside lower left", frameon=False, fontsize=8.5)
    rows = "; ".join(label.replace("\n", " ") for label in labels)
    return figure, say("bridge.alt", language, title=title, rows=rows)
