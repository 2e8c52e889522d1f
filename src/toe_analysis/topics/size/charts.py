"""The chart of size against AI status: stacked bars of status by size."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toe_analysis.showing.charts import caption, headed_figure, key_patch, legend, percent_axis
from toe_analysis.showing.figures import INK
from toe_analysis.showing.words import p_phrase, say, word
from toe_analysis.survey import weakest
from toe_analysis.survey.facts.study import Look

#: Part of the axis that a count needs, for each digit; a bar below it has its count above it.
_DIGIT = 0.022
#: Letters of a status up to which two stand side by side in the key.
_IN_TWO = 34


def stacked_chart(
    table: pd.DataFrame, looks: Mapping[str, Look], found: Mapping[str, object], alpha: float, language: str
) -> tuple[Figure, str]:
    """Draw the shares of the statuses in each size class as a bar of 100 %, with every count.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a size class and status, in the order to draw: ``size``, ``status``, ``count``, ``base``, ``share`` and
        ``basis``.
    looks : mapping of str to Look
        How each status is drawn.
    found : mapping
        What `toe_analysis.topics.size.results.sum_up` returns for the tests.
    alpha : float
        The limit for adjusted p-values.
    language : str
    """
    counts = table.pivot_table(index="size", columns="status", values="count", sort=False).astype(int)
    bases = counts.sum(axis=1)
    first, said = found["smallest"], {"n": bases.sum(), "ways": found["ways"], "tests": found["tests"]}
    key, said["p"] = "sizes.title_nothing", say("sizes.nothing", language)
    is_made_up = weakest(table["basis"]) == "illustrative"
    if first:
        key = "sizes.title_low" if first["p_min"] <= alpha else "sizes.title_high"
        if is_made_up and key == "sizes.title_high":
            key = "sizes.title_made_up"  # that nothing is found in them is no news
        said["p"] = p_phrase(first["p_min"], language)
    said["chance"] = say("sizes.chance", language) if is_made_up else ""
    columns = 2 if max(len(word(status, language, "status")) for status in counts) <= _IN_TWO else 1
    high = 0.42 * len(counts) + 2.9 + (0.17 * len(counts.columns) if columns == 1 else 0)
    figure = headed_figure(key, "sizes.footer", table, language, high, **said)
    axes = figure.subplots()
    told = []
    for place, (size, row) in enumerate(counts.iterrows()):
        _stack(axes, place, row, looks)
        caption(axes, f"n = {bases[size]}", (1, place))
        parts = [f"{word(status, language, 'status')} {count}" for status, count in row.items()]
        told.append(say("sizes.alt_row", language, size=size, base=bases[size], parts=", ".join(parts)))
    axes.set_yticks(range(len(counts)), counts.index)
    axes.set(xlim=(0, 1), ylim=(len(counts) - 0.4, -0.75))
    axes.set_ylabel(say("column.size", language))
    percent_axis(axes.xaxis, language, "sizes.share_axis")
    key = [key_patch(looks[one].colour, looks[one].hatch, word(one, language, "status")) for one in counts]
    legend(axes, handles=key, loc="lower left", bbox_to_anchor=(-0.22, 1), ncols=columns, fontsize=9)
    return figure, say("sizes.alt", language, rows=". ".join(told))


def _stack(axes: Axes, place: int, row: pd.Series, looks: Mapping[str, Look]) -> None:
    """Draw one bar of 100 %; counts that do not fit into their part stand above it, apart from each other."""
    total, left, above = row.sum(), 0.0, []
    for status, count in row[row > 0].items():
        look, share = looks[status], count / total
        axes.barh(
            place, share, left=left, height=0.6, color=look.colour, hatch=look.hatch, edgecolor=INK, linewidth=0.7
        )
        middle, needs = left + share / 2, _DIGIT * (len(str(count)) + 1)
        if share >= needs:
            box = {"boxstyle": "round,pad=0.12", "facecolor": look.colour, "edgecolor": "none"} if look.hatch else None
            style = {"ha": "center", "va": "center", "fontsize": 9, "color": look.letters}
            axes.text(middle, place, str(count), bbox=box, **style)
        else:
            above.append((middle, str(count), needs))
        left += share
    for middle, text in _apart(above):
        axes.text(middle, place - 0.33, text, ha="center", va="bottom", fontsize=8, color=INK)


def _apart(texts: list[tuple[float, str, float]]) -> list[tuple[float, str]]:
    """Move texts on an axis from 0 to 1 so far that each has the room it needs, first to the right, then back."""
    places, free = [], 0.0
    for middle, _, needs in texts:
        places.append(max(middle, free + needs / 2))
        free = places[-1] + needs / 2
    free = 1.0
    for index, (_, _, needs) in reversed(list(enumerate(texts))):
        places[index] = min(places[index], free - needs / 2)
        free = places[index] - needs / 2
    return [(place, text) for place, (_, text, _) in zip(places, texts, strict=True)]
