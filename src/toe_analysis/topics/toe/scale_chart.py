"""The chart of scales: each level is a part of a bar, the upper ones to the right of the middle."""

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from toe_analysis.showing.charts import caption, footer, legend
from toe_analysis.showing.figures import INK, new_figure
from toe_analysis.showing.words import number, option_word, percent, say
from toe_analysis.survey import Study, weakest

#: Blue for the upper end and orange for the lower one: told apart by colour-blind readers; in grey by the hatch.
_PALETTE, _HATCH = "RdYlBu", "///"
#: Part of all firms that a number needs inside its part of a bar.
_ROOM = 0.06
_AT_THE_EDGE = ("axes fraction", "data")


def scale_chart(table: pd.DataFrame, study: Study, language: str) -> tuple[Figure, str]:
    """Draw the levels of all scales, a panel for each set of levels, with the share that reaches the upper half.

    Parameters
    ----------
    table : pandas.DataFrame
        As `toe_analysis.survey.scales.level_table` returns it, of scales that somebody answered.
    study : Study
    language : str
    """
    groups = _by_levels(table, study)
    rows = sum(len(names) for names in groups.values())
    title = _title(table, study, language)
    note, basis = footer("scales.footer", table, language), weakest(table["basis"])
    figure = new_figure(0.55 * rows + 0.9 * len(groups) + 1.6, title, note, basis, language)
    panels = figure.subplots(
        len(groups), 1, squeeze=False, height_ratios=[len(names) + 0.8 for names in groups.values()]
    )
    told = []
    for axes, (levels, names) in zip(panels[:, 0], groups.items(), strict=True):
        colours = sns.color_palette(_PALETTE, len(levels))
        for place, name in enumerate(names):
            part = table[table["question"] == name]
            _bar(axes, place, part, colours, language)
            text = say("scales.reach", language, **_upper(part))
            caption(axes, textwrap.fill(text, 14), (1, place), (6, 0), xycoords=_AT_THE_EDGE, fontsize=8.5)
            told.append(f"{study.questionnaire[name].labels[language]}: {text}")
        labels = [textwrap.fill(study.questionnaire[name].labels[language], 26) for name in names]
        _dress(axes, labels, levels, colours, language)
        ends = [_left_end(part["share"].to_numpy()) for _, part in table.groupby("question")]
        widest = max(*(-end for end in ends), *(1 + end for end in ends))
        axes.set_xlim(-widest - 0.03, widest + 0.03)
    return figure, say("scales.alt", language, title=title, rows="; ".join(told).replace("\n", " "))


def _title(table: pd.DataFrame, study: Study, language: str) -> str:
    """Name the scale of which most firms reach the upper half."""
    upper = pd.DataFrame([_upper(part) for _, part in table.groupby("question", sort=False)])
    first = upper.loc[upper["reached"].idxmax()]
    what = study.questionnaire[first["question"]].labels[language]
    return say("scales.title", language, what=what, share=first["reached"])


def _upper(part: pd.DataFrame) -> pd.Series:
    """Return the lowest of the upper levels; of an odd number of levels the middle one is in neither half."""
    return part.iloc[(len(part) + 1) // 2]


def _by_levels(table: pd.DataFrame, study: Study) -> dict[tuple[str, ...], list[str]]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in table["question"].unique():
        groups.setdefault(study.questionnaire[name].options, []).append(name)
    return groups


def _left_end(shares: np.ndarray) -> float:
    """Return where a bar begins, so that the middle level, if there is one, lies across the middle of the axis."""
    half = len(shares) // 2
    return -shares[:half].sum() - (shares[half] / 2 if len(shares) % 2 else 0)


def _bar(axes: Axes, place: int, part: pd.DataFrame, colours: Sequence, language: str) -> None:
    shares = part["share"].to_numpy()
    half, left = len(shares) // 2, _left_end(shares)
    for level, (share, colour) in enumerate(zip(shares, colours, strict=True)):
        hatch = _HATCH if level < half else ""
        axes.barh(place, share, left=left, height=0.62, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.6)
        if share >= _ROOM:
            box = {"boxstyle": "round,pad=0.05", "facecolor": colour, "edgecolor": "none"} if hatch else None
            text = number(100 * share, language, 0)
            axes.text(left + share / 2, place, text, ha="center", va="center", fontsize=8.5, color=INK, bbox=box)
        left += share


def _dress(axes: Axes, labels: Sequence[str], levels: Sequence[str], colours: Sequence, language: str) -> None:
    axes.set_yticks(range(len(labels)), labels, fontsize=9)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(abs(value), language, 0)))
    half = len(levels) // 2
    handles = [
        Patch(
            facecolor=colour, hatch=_HATCH if level < half else "", edgecolor=INK, label=option_word(option, language)
        )
        for level, (option, colour) in enumerate(zip(levels, colours, strict=True))
    ]
    legend(axes, handles=handles, loc="lower center", bbox_to_anchor=(0.3, 1), ncols=min(3, len(handles)), fontsize=8.5)
