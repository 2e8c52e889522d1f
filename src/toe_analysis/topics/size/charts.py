"""The charts of size against AI status: stacked bars of status by size, and the p-values of all size classes."""

import textwrap
from collections.abc import Iterable, Mapping
from math import isnan

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from toe_analysis.showing.charts import caption, footer, legend, percent_axis
from toe_analysis.showing.figures import COLOURS, INK, PALE, new_figure
from toe_analysis.showing.words import number, p_phrase, p_text, say, word
from toe_analysis.survey.study import Look

#: Part of the axis that a count needs, for each digit; a bar below it has its count above it.
_DIGIT = 0.022


def stacked_chart(
    table: pd.DataFrame, looks: Mapping[str, Look], p_value: float, alpha: float, language: str
) -> tuple[Figure, str]:
    """Draw the shares of the statuses in each size class as a bar of 100 %, with every count.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a size class and status, in the order to draw: ``size``, ``status``, ``count``, ``base``, ``share`` and
        ``basis``.
    looks : mapping of str to Look
        How each status is drawn.
    p_value : float
        Of Fisher, Freeman and Halton's test of the whole table; NaN if it could not be computed.
    alpha : float
        The limit for p-values.
    language : str
    """
    counts = table.pivot_table(index="size", columns="status", values="count", sort=False).astype(int)
    bases = counts.sum(axis=1)
    title = _title(bases.sum(), p_value, alpha, language)
    figure = new_figure(0.42 * len(counts) + 2.3, title, footer("sizes.footer", table, language, n=bases.sum()))
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
    legend(axes, handles=_key(counts.columns, looks, language), loc="lower left", bbox_to_anchor=(-0.22, 1), ncols=2)
    return figure, say("sizes.alt", language, title=title, rows=". ".join(told))


def sweep_chart(
    family: pd.DataFrame, found: Mapping[str, object], alpha: float, firms: int, language: str
) -> tuple[Figure, str]:
    """Draw the p-values that every way to form size classes gives, a line a test.

    Parameters
    ----------
    family : pandas.DataFrame
        As `toe_analysis.statistics.exact_family` makes it, with ``among`` and ``basis``.
    found : mapping
        What `toe_analysis.topics.size.results.sum_up` returns for it.
    alpha : float
        The limit for p-values.
    firms : int
        Firms in the analysis.
    language : str
    """
    tests = family.groupby(["among", "statistic"], sort=False)
    limit = number(alpha, language, 2)
    counts = {"before": found["before"], "tests": found["tests"], "after": found["after_holm"]}
    title = say("sweep.title", language, alpha=limit, **counts)
    note = footer("sweep.footer", family, language, n=firms, tests=found["tests"])
    figure = new_figure(0.5 * tests.ngroups + 2.0, title, note)
    axes = figure.subplots()
    labels, told = [], []
    for place, ((among, statistic), rows) in enumerate(tests):
        p_values = rows["p_value"].dropna()
        axes.plot(p_values, [place] * len(p_values), "|", color=COLOURS[0], markersize=13, markeredgewidth=1.3)
        text = _below(p_values, alpha, language)
        caption(axes, textwrap.fill(text, 16), (1, place), (8, 0), fontsize=8.5)
        labels.append(f"{say(f'statistic.{statistic}', language)}\n{say(f'among.{among}', language)}")
        told.append(f"{labels[-1]}: {text}".replace("\n", ", "))
    axes.axvline(alpha, color=PALE, linestyle="--", linewidth=1)
    caption(axes, limit, (alpha, 1), (3, 2), xycoords=("data", "axes fraction"), va="baseline", fontsize=8)
    axes.set_yticks(range(tests.ngroups), labels, fontsize=8.5)
    axes.set(xlim=(0, 1), ylim=(tests.ngroups - 0.4, -0.6))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, language, 1)))
    axes.set_xlabel(say("sweep.axis", language))
    return figure, say("sweep.alt", language, title=title, rows=". ".join(told))


def _below(p_values: pd.Series, alpha: float, language: str) -> str:
    """Say how many ways to form size classes give a p-value below the limit."""
    if p_values.empty:
        return say("sweep.nothing", language)
    low, smallest = int((p_values < alpha).sum()), p_text(p_values.min(), language)
    return say("sweep.caption", language, low=low, ways=len(p_values), smallest=smallest)


def _title(firms: int, p_value: float, alpha: float, language: str) -> str:
    if isnan(p_value):
        return say("sizes.title_nothing", language, n=firms)
    told = {"n": firms, "p": p_phrase(p_value, language)}
    return say("sizes.title_low" if p_value < alpha else "sizes.title_high", language, **told)


def _key(statuses: Iterable[str], looks: Mapping[str, Look], language: str) -> list[Patch]:
    return [
        Patch(
            facecolor=looks[one].colour,
            hatch=looks[one].hatch,
            edgecolor=INK,
            label=word(one, language, "status"),
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
