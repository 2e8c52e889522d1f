"""The charts of the interviews: units by category in each interview, under two placings, and by theme."""

from math import ceil

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from toe_analysis.showing.charts import caption, footer, heading, legend
from toe_analysis.showing.figures import COLOURS, INK, new_figure
from toe_analysis.showing.words import join, p_text, say, word

#: Colour and hatch of each category, so that they are told apart in grey too.
_LOOKS = {
    "T": {"facecolor": COLOURS[0], "hatch": ""},
    "O": {"facecolor": COLOURS[1], "hatch": "////"},
    "E": {"facecolor": COLOURS[3], "hatch": ""},
}
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
    figure = new_figure(1.35 * rows + 1.5, title, footer("interviews.footer", table, language, n=totals.sum()))
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
    figure = new_figure(3.1, title, footer("placing.footer", placings, language, p=p_values))
    panels = figure.subplots(1, len(tables), sharey=True)
    most = max(table["count"].max() for table in tables.values())  # one shade is one number in both
    told = []
    for axes, (placing, table) in zip(panels, tables.items(), strict=True):
        counts = table.pivot_table(index="toe", columns="interview", values="count", sort=False).astype(int)
        _heat(axes, counts, most, language)
        heading(axes, say(f"placing.{placing}", language))
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
    sizes, labels = counts.sum(axis=1), [word(theme, language, "theme") for theme in counts.index]
    interviews = table.groupby("theme", sort=False)["which"].agg(_different)
    told = {"theme": labels[0], "count": sizes.iloc[0], "interviews": interviews.iloc[0]}
    title = say("themes.title", language, n=sizes.sum(), **told)
    figure = new_figure(0.33 * len(counts) + 2.0, title, footer("themes.footer", table, language, n=sizes.sum()))
    axes = figure.subplots()
    start = np.zeros(len(counts))
    for code, look in _LOOKS.items():
        axes.barh(range(len(counts)), counts[code], left=start, edgecolor=INK, linewidth=0.6, **look)
        start += counts[code].to_numpy()
    everyone = _different(table["which"])
    captions = [
        f"{say('themes.one_unit' if size == 1 else 'themes.units', language, count=size)}, "
        + say("themes.interviews", language, interviews=interviews[theme], all=everyone)
        for theme, size in sizes.items()
    ]
    for place, (size, text) in enumerate(zip(sizes, captions, strict=True)):
        caption(axes, text, (size, place), fontsize=8.5, color=INK)
    axes.set_yticks(range(len(counts)), labels, fontsize=9)
    axes.set(xlim=(0, sizes.max() * 2.1), ylim=(len(counts) - 0.4, -0.6))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_xlabel(say("interviews.axis", language))
    handles = [Patch(edgecolor=INK, label=say(f"toe.{code}", language), **look) for code, look in _LOOKS.items()]
    legend(axes, handles=handles, fontsize=9, ncols=3, loc="lower right", bbox_to_anchor=(1, 1))
    bars = "; ".join(
        f"{label} {text} ({_parts(row[row > 0], language)})"
        for label, text, (_, row) in zip(labels, captions, counts.iterrows(), strict=True)
    )
    return figure, say("themes.alt", language, title=title, bars=bars)


def _different(which: pd.Series) -> int:
    """Count the interviews in cells that list their numbers."""
    return len(set(", ".join(which).split(", ")))


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
        axes.barh(place, count, edgecolor=INK, linewidth=0.6, height=0.65, **_LOOKS[code])
        caption(axes, str(count), (count, place), (3, 0), color=INK)
    axes.set_yticks(range(len(row)), [say(f"toe.{code}", language) for code in row.index], fontsize=9)
    axes.set_xlim(0, most * 1.25)
    axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.tick_params(axis="x", labelsize=8)
    heading(axes, name)


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


def _parts(row: pd.Series, language: str) -> str:
    return ", ".join(f"{say(f'toe.{code}', language)} {count}" for code, count in row.items())
