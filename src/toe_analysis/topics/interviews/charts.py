"""The charts of the interviews: units by category in each interview, and under two placings."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from toe_analysis.showing.charts import caption, headed_figure, heading
from toe_analysis.showing.figures import COLOURS, INK, PALE
from toe_analysis.showing.words import join, say
from toe_analysis.topics.interviews.results import largest

#: Light enough for dark digits on every shade.
_SHADES = LinearSegmentedColormap.from_list("units", ["#FFFFFF", COLOURS[3]])
#: Mark and colour of each category.
_DOTS = {
    "T": {"marker": "s", "color": COLOURS[0]},
    "O": {"marker": "^", "color": COLOURS[1]},
    "E": {"marker": "o", "color": COLOURS[3]},
}


def interview_chart(table: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw every unit as a mark, a column a category and a row an interview, with the sums of the columns below.

    The table is that of `toe_analysis.topics.interviews.results.interview_table`.
    """
    counts = table.pivot_table(index="interview", columns="toe", values="count", sort=False).astype(int)
    totals, most = counts.sum(), int(counts.to_numpy().max())
    title, said = _most_units(counts, language)
    figure = headed_figure(title, "interviews.footer", table, language, 0.32 * len(counts) + 2.1, **said)
    panels = figure.subplots(1, len(counts.columns), sharey=True)
    for axes, (code, column) in zip(panels, counts.items(), strict=True):
        for place, count in enumerate(column):
            leads = count == counts.iloc[place].max()
            axes.plot(
                range(1, count + 1), [place] * count, linestyle="", markersize=8, markeredgecolor=INK, **_DOTS[code]
            )
            caption(axes, str(count), (count, place), (9, 0), color=INK, fontweight="bold" if leads else "normal")
        axes.text(0.5, len(counts), f"{totals[code]}", va="center", fontsize=10, fontweight="bold", color=INK)
        heading(axes, say(f"toe.{code}", language).capitalize(), 9.5)
        axes.set(xlim=(0.4, most + 1.6), ylim=(len(counts) + 0.5, -0.6), xticks=[])
        axes.axhline(len(counts) - 0.5, color=PALE, linewidth=0.8)
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.tick_params(length=0)
    names = {name: say("interviews.panel", language, interview=name, n=row.sum()) for name, row in counts.iterrows()}
    labels = [*names.values(), say("interviews.all", language, n=totals.sum())]
    panels[0].set_yticks(range(len(labels)), labels, fontsize=9)
    told = [f"{names[interview]}: {_parts(row, language)}" for interview, row in counts.iterrows()]
    return figure, say("interviews.alt", language, panels="; ".join(told))


def placing_chart(cells: pd.DataFrame, placings: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw a heat map of category by interview for each placing of networks and advice.

    Parameters
    ----------
    cells : pandas.DataFrame
        Two tables of `toe_analysis.topics.interviews.results.interview_table` by ``placing``, the report's first.
    placings : pandas.DataFrame
        As `toe_analysis.topics.interviews.results.placing_table` makes it.
    language : str
    """
    title, said = _after_placing(placings, language)
    said["interviews"] = cells["interview"].nunique()
    figure = headed_figure(title, "placing.footer", placings, language, 3.4, **said)
    panels = figure.subplots(1, len(placings), sharey=True)
    most = cells["count"].max()  # one shade is one number in both
    told = []
    for axes, (placing, table) in zip(panels, cells.groupby("placing", sort=False), strict=True):
        counts = table.pivot_table(index="toe", columns="interview", values="count", sort=False).astype(int)
        _heat(axes, counts, most, language)
        heading(axes, say(f"placing.{placing}", language))
        told += [
            f"{say(f'placing.{placing}', language)}, interview {name}: {_parts(row, language)}"
            for name, row in counts.items()
        ]
    return figure, say("placing.alt", language, cells="; ".join(told))


def _most_units(counts: pd.DataFrame, language: str) -> tuple[str, dict[str, object]]:
    """Return a title's key and values: which category has most units, and in how many interviews (rows) it leads."""
    totals = counts.sum()
    first = largest(totals)
    said = {
        "name": _names(first, language),
        "count": totals.max(),
        "n": totals.sum(),
        "interviews": len(counts),
    }
    if len(first) > 1:
        return "interviews.title_shared", said
    others = counts.drop(columns=first).max(axis=1)
    return "interviews.title", said | {"alone": (counts[first[0]] > others).sum()}


def _after_placing(placings: pd.DataFrame, language: str) -> tuple[str, dict[str, object]]:
    """Return a title's key and values: whether the other placing changes which category is the largest."""
    counts = placings.filter(like="count_").rename(columns=lambda name: name.removeprefix("count_"))
    before, after = counts.iloc[0], counts.iloc[-1]
    first = largest(after)
    told = {"name": _names(first, language), "count": after.max(), "before": before[first[0]]}
    if len(first) > 1:
        return "placing.title_shared", told
    return "placing.title" if first[0] in largest(before) else "placing.title_turns", told


def _names(codes: list[str], language: str) -> str:
    return join([say(f"toe.{code}", language) for code in codes], language)


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
