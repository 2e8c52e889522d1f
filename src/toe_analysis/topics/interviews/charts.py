"""The charts of the interviews: units by category in each interview, under two placings, and by theme."""

from math import ceil

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from toe_analysis.showing.figures import COLOURS, INK, new_figure
from toe_analysis.showing.words import join, p_text, say

#: Colour and hatch of each category, so that they are told apart in grey too.
_LOOKS = {"T": (COLOURS[0], ""), "O": (COLOURS[1], "////"), "E": (COLOURS[3], "")}
#: Light enough for dark digits on every shade.
_SHADES = LinearSegmentedColormap.from_list("units", ["#FFFFFF", COLOURS[3]])
_PANELS_A_ROW = 3


def interview_chart(table: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw the units by category, a panel an interview on one scale, and all interviews together on another.

    Parameters
    ----------
    table : pandas.DataFrame
        As `toe_analysis.topics.interviews.results.interview_table` makes it.
    language : str
    """
    counts = table.pivot_table(index="interview", columns="toe", values="count", sort=False).astype(int)
    totals = counts.sum()
    title = _most_units(counts, language)
    rows = ceil((len(counts) + 1) / _PANELS_A_ROW)
    figure = new_figure(1.35 * rows + 1.5, title, _footer("interviews.footer", table, totals.sum(), language))
    panels = figure.subplots(rows, _PANELS_A_ROW, sharey=True, squeeze=False).ravel()
    told = []
    for axes, (interview, row) in zip(panels, counts.iterrows(), strict=False):
        name = say("interviews.panel", language, interview=interview, n=row.sum())
        _bars(axes, row, counts.to_numpy().max(), name, language)
        told.append(f"{name}: {_parts(row, language)}")
    _bars(panels[len(counts)], totals, totals.max(), say("interviews.all", language, n=totals.sum()), language)
    for axes in panels[len(counts) + 1 :]:
        axes.set_axis_off()
    panels[0].invert_yaxis()
    return figure, say("interviews.alt", language, title=title, panels="; ".join(told))


def placing_chart(tables: dict[str, pd.DataFrame], placings: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw a heat map of category by interview for each placing of networks and advice.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        Two tables of `toe_analysis.topics.interviews.results.interview_table`, by placing, the report's first.
    placings : pandas.DataFrame
        As `toe_analysis.topics.interviews.results.placing_table` makes it.
    language : str
    """
    first, last = placings.iloc[0], placings.iloc[-1]
    moved = int(last["count_O"] - first["count_O"])
    title = say("placing.title", language, moved=moved, O_before=first["count_O"], O_after=last["count_O"])
    p_values = join([p_text(value, language) for value in placings["p_value"]], language)
    footer = _footer("placing.footer", next(iter(tables.values())), int(first["base"]), language, p=p_values)
    figure = new_figure(3.1, title, footer)
    panels = figure.subplots(1, len(tables), sharey=True)
    most = max(table["count"].max() for table in tables.values())  # one shade is one number in both
    told = []
    for axes, (placing, table) in zip(panels, tables.items(), strict=True):
        counts = table.pivot_table(index="toe", columns="interview", values="count", sort=False).astype(int)
        _heat(axes, counts, most, language)
        axes.set_title(say(f"placing.{placing}", language), fontsize=9, loc="left", color=INK)
        told += [
            f"{say(f'placing.{placing}', language)}, interview {name}: {_parts(row, language)}"
            for name, row in counts.items()
        ]
    return figure, say("placing.alt", language, title=title, cells="; ".join(told))


def theme_chart(table: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw the units of each theme as a bar, its categories side by side, with the number of interviews.

    Parameters
    ----------
    table : pandas.DataFrame
        As `toe_analysis.topics.interviews.results.theme_table` makes it.
    language : str
    """
    counts = table.pivot_table(index="theme", columns="toe", values="count", sort=False, fill_value=0).astype(int)
    counts = counts.reindex(columns=list(_LOOKS), fill_value=0)
    interviews = {
        theme: len(set(", ".join(rows["which"]).split(", "))) for theme, rows in table.groupby("theme", sort=False)
    }
    everyone = len(set(", ".join(table["which"]).split(", ")))
    sizes = counts.sum(axis=1)
    top = sizes.index[0]
    name = say(f"theme.{top}", language)
    title = say("themes.title", language, theme=name, count=sizes[top], n=sizes.sum(), interviews=interviews[top])
    figure = new_figure(0.33 * len(counts) + 2.0, title, _footer("themes.footer", table, sizes.sum(), language))
    axes = figure.subplots()
    start = np.zeros(len(counts))
    for code, (colour, hatch) in _LOOKS.items():
        axes.barh(range(len(counts)), counts[code], left=start, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.6)
        start += counts[code].to_numpy()
    captions = [
        f"{say('themes.one_unit', language) if size == 1 else say('themes.units', language, count=size)}, "
        + say("themes.interviews", language, interviews=interviews[theme], all=everyone)
        for theme, size in sizes.items()
    ]
    for place, (size, caption) in enumerate(zip(sizes, captions, strict=True)):
        axes.annotate(caption, (size, place), (5, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK)
    labels = [say(f"theme.{theme}", language) for theme in counts.index]
    axes.set_yticks(range(len(counts)), labels, fontsize=9)
    axes.set(xlim=(0, sizes.max() * 2.1), ylim=(len(counts) - 0.4, -0.6))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_xlabel(say("interviews.axis", language))
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=INK, label=say(f"toe.{code}", language))
        for code, (colour, hatch) in _LOOKS.items()
    ]
    axes.legend(handles=handles, frameon=False, fontsize=9, ncols=3, loc="lower right", bbox_to_anchor=(1, 1))
    bars = "; ".join(
        f"{label} {caption} ({_parts(row[row > 0], language)})"
        for label, caption, (_, row) in zip(labels, captions, counts.iterrows(), strict=True)
    )
    return figure, say("themes.alt", language, title=title, bars=bars)


def _most_units(counts: pd.DataFrame, language: str) -> str:
    """Say which category has most units, and in how many interviews (rows) it has more than each other."""
    totals = counts.sum()
    first = totals.index[totals == totals.max()]
    name = join([say(f"toe.{code}", language) for code in first], language).capitalize()
    said = {"name": name, "count": totals.max(), "n": totals.sum(), "interviews": len(counts)}
    if len(first) > 1:
        return say("interviews.title_shared", language, **said)
    others = counts.drop(columns=first).max(axis=1)
    return say("interviews.title", language, alone=(counts[first[0]] > others).sum(), **said)


def _bars(axes: Axes, row: pd.Series, most: int, name: str, language: str) -> None:
    """Draw one panel: a bar a category from zero, with its count."""
    for place, (code, count) in enumerate(row.items()):
        colour, hatch = _LOOKS[code]
        axes.barh(place, count, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.6, height=0.65)
        axes.annotate(
            str(count), (count, place), (3, 0), textcoords="offset points", va="center", fontsize=9, color=INK
        )
    axes.set_yticks(range(len(row)), [say(f"toe.{code}", language) for code in row.index], fontsize=9)
    axes.set_xlim(0, most * 1.25)
    axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.tick_params(axis="x", labelsize=8)
    axes.set_title(name, fontsize=9, loc="left", color=INK)


def _heat(axes: Axes, counts: pd.DataFrame, most: int, language: str) -> None:
    """Draw one heat map with every count in its cell, and the totals beside it."""
    axes.imshow(counts, cmap=_SHADES, vmin=0, vmax=most, aspect="auto")
    for place, (_, row) in enumerate(counts.iterrows()):
        for column, count in enumerate(row):
            axes.text(column, place, str(count), ha="center", va="center", fontsize=10, color=INK)
        axes.text(len(row), place, str(row.sum()), ha="center", va="center", fontsize=10, fontweight="bold", color=INK)
    axes.set_xlim(-0.5, len(counts.columns) + 0.5)
    axes.set_xticks(range(len(counts.columns) + 1), [*counts.columns, say("placing.all", language)], fontsize=9)
    axes.set_yticks(range(len(counts)), [say(f"toe.{code}", language) for code in counts.index], fontsize=9)
    axes.set_xlabel(say("column.interview", language), fontsize=9)
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)


def _footer(key: str, table: pd.DataFrame, units: int, language: str, **values: str) -> str:
    return say(key, language, basis=say(f"basis_note.{table['basis'].iloc[0]}", language), n=units, **values)


def _parts(row: pd.Series, language: str) -> str:
    return ", ".join(f"{say(f'toe.{code}', language)} {count}" for code, count in row.items())
