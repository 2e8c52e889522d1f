"""The charts of the plan for a next wave: power, answers needed, and what those who did not answer could hide."""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import cycle
from math import ceil, floor

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toe_analysis.showing.charts import caption, headed_figure, heading, legend, percent_axis
from toe_analysis.showing.figures import COLOURS, INK, PALE, nothing_chart
from toe_analysis.showing.words import join, percent, say, word
from toe_analysis.statistics import Interval, Share, share_bounds

#: By curve: colour, line style and width, so that curves are told apart in grey too.
_LINES = (
    (COLOURS[0], "-", 1.8),
    (COLOURS[1], (0, (5, 1.5)), 1.8),
    (COLOURS[2], (0, (1.2, 1.2)), 2.2),
    (COLOURS[3], (0, (6, 1.5, 1.2, 1.5)), 1.8),
    (INK, "-", 0.9),
)
#: Shares below this have no room for words under them.
_LOW = 0.2
#: Letters that fit between the point where both are equal and the right end.
_LONG = 42
#: A single mark on a line.
_POINT = {"linestyle": "", "markersize": 7, "zorder": 3}
_GREY = "#DDDDDD"
#: How far above the top a line goes where no number that was tried is enough.
_OUT = 1.3


def power_chart(
    curves: pd.DataFrame, main: Mapping[str, float], needed: Sequence[float], language: str
) -> tuple[Figure, str]:
    """Draw exact power against the number of answers: a curve a base of theirs, and a curve a true share.

    Parameters
    ----------
    curves : pandas.DataFrame
        From `toe_analysis.topics.planning.results.curve_table`, one test.
    main : mapping of str to float
        The ``true_share`` of the upper panel, the ``their_base`` of the lower one, and the ``target`` power.
    needed : sequence of float
        Answers from which power holds, over the bases of the upper panel; NaN where no number tried is enough.
    language : str
    """
    upper = curves[curves["true_share"] == main["true_share"]]
    lower = curves[curves["their_base"] == main["their_base"]]
    said = {**main, "theirs": curves["their_share"].iloc[0], "least": min(needed), "most": max(needed)}
    said |= {"first_base": upper["their_base"].min(), "last_base": upper["their_base"].max()}
    said["test"] = join([say(f"test.{name}", language) for name in upper["test"].unique()], language)
    key = "power.title_nothing" if np.isnan(needed).any() else "power.title"
    figure = headed_figure(key, "power.footer", curves, language, 6.4, n=curves["firms"].max(), **said)
    bases = {
        _base_word(base, said["theirs"], language): part
        for base, part in upper.groupby("their_base", sort=False, dropna=False)
    }
    shares = {say("power.true_share", language, share=share): part for share, part in lower.groupby("true_share")}
    by_base = say("power.by_base", language, share=said["true_share"], theirs=said["theirs"])
    by_share = say("power.by_share", language, base=main["their_base"])
    panels = figure.subplots(2, 1, sharex=True)
    told = [
        _power_panel(axes, parts, above, main["target"], language)
        for axes, parts, above in zip(panels, (bases, shares), (by_base, by_share), strict=True)
    ]
    panels[-1].set_xlabel(say("power.axis", language))
    figure.supylabel(say("column.power", language), fontsize=10)
    return figure, say("power.alt", language, target=said["target"], panels=". ".join(told))


def _power_panel(axes: Axes, parts: Mapping[str, pd.DataFrame], above: str, target: float, language: str) -> str:
    """Draw a curve a part; return in words from where each holds the target."""
    for (label, part), (colour, style, width) in zip(parts.items(), cycle(_LINES)):
        axes.plot(part["firms"], part["power"], color=colour, linestyle=style, linewidth=width, label=label)
    axes.axhline(target, color=INK, linestyle=":", linewidth=1)
    caption(axes, percent(target, language, 0), (1, target), (2, 3), va="baseline", fontsize=8.5)
    axes.set(ylim=(0, 1.02), xlim=(0, max(part["firms"].max() for part in parts.values())))
    percent_axis(axes.yaxis, language)
    legend(axes, loc="best", labelspacing=0.25)
    heading(axes, above)
    return f"{above}: " + "; ".join(f"{label} {_reached(part, target, language)}" for label, part in parts.items())


def _reached(part: pd.DataFrame, target: float, language: str) -> str:
    """Say from how many answers on power is at least the target, as far as is drawn."""
    holds = part["firms"] > part.loc[part["power"] < target, "firms"].to_numpy().max(initial=0)
    if not holds.any():
        return say("power.not_reached", language)
    return say("power.reached", language, n=part.loc[holds, "firms"].min())


def _base_word(base: float, theirs: float, language: str) -> str:
    """Return what a line is of: a base of theirs, or their share taken as fixed (NaN)."""
    if np.isnan(base):
        return say("power.fixed", language, theirs=theirs)
    return say("power.base", language, base=base)


def tipping_chart(table: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw the share of all firms against the share among those of whom nothing is known, a panel a status.

    The table is that of `toe_analysis.topics.planning.results.tipping_table`.
    """
    if table.empty:
        return nothing_chart(language)
    first = table.iloc[0]
    said = {"n": first["base"], "unseen": first["unseen"], "population": first["population"]}
    groups = list(table.groupby("status", sort=False))
    high = 2.55 * len(groups) + 1.8
    figure = headed_figure("tipping.title", "tipping.footer", table, language, high, **said)
    panels = np.atleast_1d(figure.subplots(len(groups), 1, sharex=True))
    told = []
    for axes, (status, rows) in zip(panels, groups, strict=True):
        about = {"status": status, "count": rows["count"].iloc[0]}
        above = say("tipping.heading", language, **about, **said)
        heading(axes, above)
        lines = _tipping_panel(axes, rows, language)
        told.append(f"{above}: {'; '.join(lines)}")
    panels[-1].set_xlabel(say("tipping.axis", language, **said))
    figure.supylabel(say("tipping.share", language), fontsize=10)
    return figure, say("tipping.alt", language, panels=". ".join(told))


def _tipping_panel(axes: Axes, rows: pd.DataFrame, language: str) -> list[str]:
    """Draw the line of one status with the baselines that it is held against; return these in words."""
    first = rows.iloc[0]
    observed, unseen = Share(int(first["count"]), int(first["base"])), int(first["unseen"])
    ends = share_bounds(observed, observed.base + unseen)
    axes.plot([0, 1], [ends.lower, ends.upper], color=COLOURS[0], linewidth=2)
    alike = say("tipping.alike", language, share=observed.value)
    axes.plot(observed.value, observed.value, "o", color="white", markeredgecolor=COLOURS[0], label=alike, **_POINT)
    told = [_tipping_line(axes, row, language) for row in rows.itertuples()]
    axes.plot([], [], "D", color=COLOURS[1], markeredgecolor=INK, label=say("tipping.turns", language), **_POINT)
    legend(axes, loc="upper left")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    for axis in (axes.xaxis, axes.yaxis):
        percent_axis(axis, language)
    return told


def _tipping_line(axes: Axes, row: object, language: str) -> str:
    """Draw a baseline, and the point where the share of all matches it if there is one; return it in words."""
    axes.axhline(row.their_share, color=PALE, linestyle="--", linewidth=1)
    if row.possible == "yes":
        axes.plot(row.unseen_share, row.their_share, "D", color=COLOURS[1], markeredgecolor=INK, **_POINT)
    theirs = f"{word(row.comparison, language, 'baseline')}, {say(f'function.{row.function}', language)}"
    key = "tipping.point" if row.possible == "yes" else "tipping.impossible"
    matched = say(key, language, share=row.unseen_share)
    ending = f"{percent(row.their_share, language)}: {matched}"
    told = f"{theirs} {ending}"
    # Below the line where there is room: to the right of the point that side is free.
    is_below = row.their_share > _LOW
    text = f"{theirs}\n{ending}" if is_below and len(told) > _LONG else told
    shift, side = ((0, -3), "top") if is_below else ((0, 3), "bottom")
    caption(axes, text, (1, row.their_share), shift, ha="right", va=side, fontsize=8.5, color=INK)
    return told


def needs_chart(
    table: pd.DataFrame, seen: Share, interval: Interval, ends: Mapping[str, Mapping[str, object]], language: str
) -> tuple[Figure, str]:
    """Draw the answers needed against the share that is true: a line a base of theirs.

    Parameters
    ----------
    table : pandas.DataFrame
        From `toe_analysis.topics.planning.results.plan_table`: one test and one power.
    seen : Share
        What the estimate rests on.
    interval : Interval
        Of it.
    ends : mapping
        What `toe_analysis.topics.planning.results.needs_at` returns for the share ``as_printed``, and for that at the
        ``smallest`` difference that matters.
    language : str
    """
    printed, smallest = ends["as_printed"], ends["smallest"]
    tried = smallest["tried"]
    said = {**printed, **vars(interval), "smallest": smallest["true_share"], "tried": tried}
    said |= {"n": seen.base, "count": seen.count, "theirs": table["their_share"].iloc[0]}
    key = "needs.title_plain" if printed["not_enough"] else "needs.title"
    few = "needs.not_enough" if smallest["not_enough"] else "needs.enough"
    said["not_enough"] = say(few, language, tried=tried, most=smallest["most"])
    figure = headed_figure(key, "needs.footer", table, language, 4.9, **said)
    axes = figure.subplots()
    axes.axvspan(interval.lower, interval.upper, color=_GREY, lw=0)
    told = []
    groups = table.groupby("their_base", sort=False, dropna=False)
    for (base, rows), (colour, style, width) in zip(groups, cycle(_LINES), strict=False):
        label, high = _base_word(base, said["theirs"], language), rows["enough"].fillna(_OUT * tried)
        axes.plot(rows["true_share"], high, color=colour, linestyle=style, linewidth=width, label=label)
        told.append(say("needs.line", language, base=label, points=_needed_points(rows, tried, language)))
    _mark_planned(axes, smallest["true_share"], "needs.smallest", said["theirs"], 0.3 * tried, "right", language)
    _mark_planned(axes, printed["true_share"], "needs.printed", said["theirs"], 0.9 * tried, "left", language)
    axes.set(xlim=(floor(10 * interval.lower) / 10, ceil(10 * interval.upper) / 10), ylim=(0, tried))
    percent_axis(axes.xaxis, language, "needs.axis")
    axes.set_ylabel(say("needs.answers", language))
    legend(axes, loc="upper right", bbox_to_anchor=(1, 0.8), borderaxespad=0)
    return figure, say("needs.alt", language, lines=". ".join(told))


def _mark_planned(axes: Axes, share: float, key: str, theirs: float, high: float, side: str, language: str) -> None:
    """Draw a share that is planned for, and write on one side of it what it is."""
    axes.axvline(share, color=PALE, linestyle=":", linewidth=1.3)
    text = textwrap.fill(say(key, language, share=share, theirs=theirs), 14)
    caption(axes, text, (share, high), (-4 if side == "right" else 4, 0), ha=side, fontsize=9, color=INK)


def _needed_points(rows: pd.DataFrame, tried: int, language: str) -> str:
    """Return in words what each share needs."""
    told = []
    for row in rows.itertuples():
        needed = say("needs.more", language, tried=tried) if np.isnan(row.enough) else int(row.enough)
        told.append(say("needs.point", language, needed=needed, share=row.true_share))
    return ", ".join(told)
