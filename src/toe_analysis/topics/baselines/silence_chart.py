"""The chart of those who did not answer: what is known of all firms, the more they may differ from those who did."""

import textwrap
from collections.abc import Mapping
from math import inf, isinf

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from toe_analysis.showing.charts import caption, headed_figure, legend, percent_axis
from toe_analysis.showing.figures import COLOURS, INK, PALE, nothing_chart
from toe_analysis.showing.words import number, percent, points, say, word

_TICKS = (1, 1.5, 2, 3, 5, 10)
#: Where the bounds that assume nothing stand, to the right of every factor.
_SURE = 15.0
_PALE_BLUE = "#9CC4E4"


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
    ends = [_ends(axes, at, row, language) for at, row in ((1.0, first), (10.0, drawn.iloc[-1]), (_SURE, last))]
    _dress(axes, language)
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


def _ends(axes: Axes, at: float, row: pd.Series, language: str) -> str:
    """Write the limits above one factor; return them in words."""
    text = f"{points(row['lower'], language)}–{percent(row['upper'], language)}"
    side = {1.0: "left", 10.0: "right"}.get(at, "center")
    place = ((4, -5), "top") if side == "left" else ((0, 4), "bottom")
    caption(axes, text, (at, row["upper"]), place[0], ha=side, va=place[1], fontsize=9, color=INK)
    name = say("silence.nothing", language) if at == _SURE else number(at, language, 0)
    return f"{name}: {text}".replace("\n", " ")


def _dress(axes: Axes, language: str) -> None:
    axes.set_xscale("log")
    axes.set(xlim=(1, 21), ylim=(0, 1.02))
    labels = [number(tick, language, int(tick % 1 > 0)) for tick in _TICKS]
    axes.set_xticks([*_TICKS, _SURE], [*labels, say("silence.nothing", language)])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(textwrap.fill(say("silence.axis", language), 52))
    axes.set_ylabel(say("silence.share", language))
    percent_axis(axes.yaxis, language)
