"""The chart of the answers needed over every share that may be true: a plan is no better than the share it supposes."""

import textwrap
from collections.abc import Mapping
from itertools import cycle
from math import ceil, floor

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toe_analysis.showing.charts import caption, headed_figure, legend, percent_axis
from toe_analysis.showing.figures import INK, PALE
from toe_analysis.showing.words import percent, say
from toe_analysis.statistics import Interval, Share
from toe_analysis.topics.planning.charts import LINES, base_word

_GREY = "#DDDDDD"
#: How far above the top a line goes where no number that was tried is enough.
_OUT = 1.3


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
    said = {"true_share": printed["true_share"], "smallest": smallest["true_share"], "tried": smallest["tried"]}
    said |= {
        "n": seen.base,
        "theirs": table["their_share"].iloc[0],
        "target": table["target"].iloc[0],
        **vars(interval),
    }
    key = "needs.title_plain"
    if not printed["not_enough"]:
        key, said["least"], said["most"] = "needs.title", int(printed["least"]), int(printed["most"])
        few = "needs.not_enough" if smallest["not_enough"] else "needs.enough"
        most = "" if np.isnan(smallest["most"]) else int(smallest["most"])
        said["not_enough"] = say(few, language, tried=smallest["tried"], most=most)
    figure, title = headed_figure(key, "needs.footer", table, language, 4.9, **said)
    axes, tried = figure.subplots(), smallest["tried"]
    axes.axvspan(interval.lower, interval.upper, color=_GREY, lw=0)
    told = []
    groups = table.groupby("their_base", sort=False, dropna=False)
    for (base, rows), (colour, style, width) in zip(groups, cycle(LINES), strict=False):
        label, high = base_word(base, said["theirs"], language), rows["enough"].fillna(_OUT * tried)
        axes.plot(rows["true_share"], high, color=colour, linestyle=style, linewidth=width, label=label)
        told.append(say("needs.line", language, base=label, points=_points(rows, tried, language)))
    _mark(axes, smallest["true_share"], say("needs.smallest", language), 0.3 * tried, "right", language)
    _mark(axes, printed["true_share"], say("needs.printed", language), 0.9 * tried, "left", language)
    axes.set(xlim=(floor(10 * interval.lower) / 10, ceil(10 * interval.upper) / 10), ylim=(0, tried))
    percent_axis(axes.xaxis, language)
    axes.set_xlabel(say("needs.axis", language))
    axes.set_ylabel(say("needs.answers", language))
    legend(axes, loc="upper right", bbox_to_anchor=(1, 0.8))
    return figure, say("needs.alt", language, title=title, lines=". ".join(told))


def _mark(axes: Axes, share: float, text: str, high: float, side: str, language: str) -> None:
    """Draw a share that is planned for, and write on one side of it what it is."""
    axes.axvline(share, color=PALE, linestyle=":", linewidth=1.3)
    text = textwrap.fill(f"{text}: {percent(share, language, 0)}", 13)
    caption(axes, text, (share, high), (-4 if side == "right" else 4, 0), ha=side, fontsize=9, color=INK)


def _points(rows: pd.DataFrame, tried: int, language: str) -> str:
    """Return in words what each share needs."""
    told = []
    for row in rows.itertuples():
        needed = say("needs.more", language, tried=tried) if np.isnan(row.enough) else int(row.enough)
        told.append(say("needs.point", language, needed=needed, share=row.true_share))
    return ", ".join(told)
