"""The charts of size against AI status: stacked bars of status by size, and the p-values of all size classes."""

import textwrap
from collections.abc import Iterable, Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from toe_analysis.showing.charts import caption, headed_figure, legend, percent_axis
from toe_analysis.showing.figures import COLOURS, INK, PALE
from toe_analysis.showing.words import p_phrase, say, short, word
from toe_analysis.survey import weakest
from toe_analysis.survey.facts.study import Look

#: Part of the axis that a count needs, for each digit; a bar below it has its count above it.
_DIGIT = 0.022
#: Letters of a status up to which two stand side by side in the key, and in a line of it.
_IN_TWO, _WIDEST = 34, 56
#: What stands beside the strokes of a test.
_TOLD = {"smallest": "p_value", "adjusted": "p_min"}


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
    key, said["p"] = "sizes.title_nothing", say("sweep.nothing", language)
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
    axes.set_xlabel(say("sizes.share_axis", language))
    percent_axis(axes.xaxis, language)
    legend(
        axes,
        handles=_key(counts.columns, looks, language),
        loc="lower left",
        bbox_to_anchor=(-0.22, 1),
        ncols=columns,
        fontsize=9,
    )
    return figure, say("sizes.alt", language, rows=". ".join(told))


def sweep_chart(
    family: pd.DataFrame, found: Mapping[str, object], alpha: float, firms: int, language: str
) -> tuple[Figure, str]:
    """Draw the p-values that every way to form size classes gives, a line a test.

    Parameters
    ----------
    family : pandas.DataFrame
        From `toe_analysis.topics.size.results.try_every_way`, with ``basis``.
    found : mapping
        What `toe_analysis.topics.size.results.sum_up` returns for it.
    alpha : float
        The limit for p-values.
    firms : int
        Firms in the analysis.
    language : str
    """
    tests, first = family.groupby(["among", "statistic"], sort=False), found["smallest"]
    said = {"n": firms, "tests": found["tests"], "ways": found["ways"]}
    if first:
        said |= {name: first[column] for name, column in _TOLD.items()}
    key = "sweep.title" if first else "sweep.title_nothing"
    figure = headed_figure(key, "sweep.footer", family, language, 0.5 * tests.ngroups + 2.6, **said)
    axes = figure.subplots()
    labels, told = [], []
    for place, ((among, statistic), rows) in enumerate(tests):
        p_values = rows["p_value"].dropna()
        axes.plot(p_values, [place] * len(p_values), "|", color=COLOURS[0], markersize=13, markeredgewidth=1.3)
        text = _smallest(rows, language)
        caption(axes, textwrap.fill(text, 16), (1, place), (8, 0), fontsize=9)
        among = f"{say(f'among.{among}', language)} (n = {rows['base'].max()})"
        labels.append(f"{say(f'statistic.{statistic}', language)}\n{among}")
        told.append(f"{labels[-1]}: {text}".replace("\n", ", "))
    axes.axvline(alpha, color=PALE, linestyle="--", linewidth=1)
    limit = short(alpha, language)
    caption(axes, limit, (alpha, 1), (3, 2), xycoords=("data", "axes fraction"), va="baseline", fontsize=9)
    axes.set_yticks(range(tests.ngroups), labels, fontsize=9)
    axes.set(xlim=(0, 1), ylim=(tests.ngroups - 0.4, -0.6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value, language)))
    axes.set_xlabel(say("sweep.axis", language))
    return figure, say("sweep.alt", language, rows=". ".join(told))


def _smallest(rows: pd.DataFrame, language: str) -> str:
    """Say the smallest p-value of one test, and what it is worth among all tests."""
    computed = rows.dropna(subset="p_value")
    if computed.empty:
        return say("sweep.nothing", language)
    return say("sweep.caption", language, **{name: computed[column].min() for name, column in _TOLD.items()})


def _key(statuses: Iterable[str], looks: Mapping[str, Look], language: str) -> list[Patch]:
    return [
        Patch(
            facecolor=looks[one].colour,
            hatch=looks[one].hatch,
            edgecolor=INK,
            label=textwrap.fill(word(one, language, "status"), _WIDEST),
        )
        for one in statuses
    ]


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
