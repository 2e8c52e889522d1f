"""The figure of a released table: counts as they may be published, and plainly where one is hidden."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toe_analysis.showing.charts import caption, footer, heading
from toe_analysis.showing.figures import COLOURS, INK, PALE, new_figure
from toe_analysis.showing.tables import cell
from toe_analysis.showing.words import say

_WIDTH = 20  # characters of a label's line


def released_chart(frame: pd.DataFrame, name: str, firms: int, minimum: int, language: str) -> tuple[Figure, str]:
    """Draw the counts of a released table as bars, a panel a group of firms.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `toe_analysis.releasing.tables.released_frames` returns it, with at least one count shown.
    name : str
        What the table is about, in the reader's language.
    firms : int
        The number of firms in all.
    minimum : int
        Counts below it are hidden.
    language : str
    """
    by = [column for column in ("status", "wave", "size", "option") if column in frame]
    groups = list(frame.groupby(by[0], sort=False)) if len(by) > 1 else [("", frame)]
    drawn = [(group, rows) for group, rows in groups if (rows["shown"] == "yes").any()]
    title = say("release.title", language, name=name, firms=firms)
    note = footer("release.footer", frame, language, minimum=minimum)
    if not_drawn := [cell(by[0], group, language) for group, rows in groups if (rows["shown"] == "hidden").all()]:
        note += " " + say("release.all_hidden", language, groups="; ".join(not_drawn))
    height = 1.6 + sum(0.36 * len(rows) + 0.45 for _, rows in drawn)
    figure = new_figure(height, title, note)
    panels = figure.subplots(len(drawn), 1, squeeze=False, height_ratios=[len(rows) + 1 for _, rows in drawn])[:, 0]
    most = frame["count"].max() if frame["count"].notna().any() else 1
    told = []
    for axes, (group, rows) in zip(panels, drawn, strict=True):
        above = cell(by[0], group, language) if group else ""
        heading(axes, above, 9.5)
        captions = _bars(axes, rows, most, language)
        labels = [cell(by[-1], value, language) for value in rows[by[-1]]]
        axes.set_yticks(range(len(rows)), [textwrap.fill(label, _WIDTH) for label in labels])
        told += [f"{above}: " * bool(above) + f"{a} {b}" for a, b in zip(labels, captions, strict=True)]
    panels[-1].set_xlabel(say("figure.firms_axis", language))
    return figure, "; ".join(told) + "."


def _bars(axes: Axes, rows: pd.DataFrame, most: int, language: str) -> list[str]:
    """Draw a bar a row, with its count and base in words; return those words."""
    counts = rows["count"].fillna(0).astype(int)
    axes.barh(range(len(rows)), counts, color=COLOURS[0], height=0.6)
    captions = [_words(row, language) for row in rows.to_dict("records")]
    for place, (count, text, shown) in enumerate(zip(counts, captions, rows["shown"], strict=True)):
        caption(axes, text, (count, place), color=PALE if shown == "hidden" else INK)
    axes.set_xlim(0, most * 2.4)  # the words behind the longest bar
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.invert_yaxis()
    return captions


def _words(row: dict, language: str) -> str:
    if row["shown"] == "hidden":
        return say("release.hidden", language)
    if pd.isna(row["base"]):
        return str(row["count"])
    return say("release.count", language, **row)
