"""The charts of who answered and where firms stand: a table of values and a language in, a figure and its text out."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from toe_analysis.showing.charts import badge_basis, caption, footer, heading, legend, percent_axis
from toe_analysis.showing.figures import COLOURS, INK, balanced, new_figure
from toe_analysis.showing.words import count_of_base, say, word, word_table
from toe_analysis.survey import weakest


def status_chart(table: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw the report's one chart, the AI status of the firms, with an interval on every bar.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a status, as `toe_analysis.showing.tables.share_table` makes it.
    language : str
    """
    counts = table.set_index("status")["count"]
    base = int(table["base"].iloc[0])
    key = "status.title" if "status.title" in word_table() else "status.title_any"
    title = say(key, language, base=base, **counts)
    basis = weakest(table["basis"])
    figure = new_figure(3.55, title, footer("figure.footer", table, language), basis, language)
    axes = figure.subplots()
    labels = [word(name, language, "status") for name in table["status"]]
    captions = _share_bars(axes, table, labels, language)
    bars = "; ".join(f"{label} {text}" for label, text in zip(labels, captions, strict=True))
    return figure, say("status.alt", language, base=base, bars=bars)


def funnel_chart(steps: pd.DataFrame, rates: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw how many firms were invited, answered and are analysed, wave by wave where that is known.

    Parameters
    ----------
    steps : pandas.DataFrame
        ``step``, ``wave``, ``count`` and ``basis``.
    rates : pandas.DataFrame
        Response rates, as `share_table` makes them over ``wave``; the last row is for all waves.
    language : str
    """
    counts = steps.pivot_table(index="step", columns="wave", values="count", sort=False).fillna(0).astype(int)
    total = counts.sum(axis=1)
    if rates.empty:  # nobody knows how many firms were invited
        title, note = say("funnel.title_answers", language, **total), footer("funnel.footer_answers", steps, language)
    else:
        title, note = say("funnel.title", language, **total), footer("funnel.footer", rates.tail(1), language)
    figure = new_figure(3.9, title, note, badge_basis([*steps["basis"], *rates["basis"]]), language)
    axes = figure.subplots()
    labels = [say(f"step.{step}", language) for step in counts.index]
    start = pd.Series(0, index=counts.index)
    for colour, (wave, column) in zip((COLOURS[0], COLOURS[3], COLOURS[2]), counts.items(), strict=False):
        label = say(f"wave.{wave}", language) if counts.columns.size > 1 else None
        axes.barh(labels, column, left=start, color=colour, height=0.6, label=label)
        start += column
    sums = [_sum(row) for row in counts.to_numpy()]
    for place, (end, text) in enumerate(zip(total, sums, strict=True)):
        side, align = (-5, "right") if end > total.max() / 2 else (5, "left")
        caption(axes, text, (end, place), (side, 0), ha=align, color=INK, fontsize=10)
    axes.invert_yaxis()
    axes.set_xlabel(say("figure.firms_axis", language))
    told = [say("funnel.rate", language, **row) for row in rates.to_dict("records")]
    heading(axes, "\n".join(told))
    if counts.columns.size > 1:
        legend(axes, loc="lower right", fontsize=9)
    bars = "; ".join(f"{label} {text}" for label, text in zip(labels, sums, strict=True))
    return figure, say("funnel.alt", language, bars=bars, rates="; ".join(told))


def _share_bars(axes: Axes, table: pd.DataFrame, labels: list[str], language: str) -> list[str]:
    """Draw one bar a share from zero, with its interval and its count and base in words; return those words."""
    axes.barh(range(len(table)), table["share"], color=COLOURS[0], height=0.5)
    spread = [table["share"] - table["lower"], table["upper"] - table["share"]]
    axes.errorbar(table["share"], range(len(table)), xerr=spread, fmt="none", ecolor=INK, capsize=3, lw=1.2)
    words = [count_of_base(row.count, row.base, language) for row in table.itertuples()]
    for place, (end, text) in enumerate(zip(table["upper"], words, strict=True)):
        caption(axes, text, (end, place), color=INK)
    axes.set_yticks(range(len(table)), [balanced(label, 18) for label in labels])
    axes.invert_yaxis()
    most = min(1.0, table["upper"].max())
    ticks = MaxNLocator(5).tick_values(0, most)
    last = next(place for place, tick in enumerate(ticks) if tick >= most - 1e-9)  # the longest interval has its end
    axes.set_xlim(0, max(ticks[last], most * 1.42))  # room for the words behind the longest bar
    axes.set_xticks(ticks[: last + 1])
    percent_axis(axes.xaxis, language)
    axes.set_xlabel(say("figure.share_axis", language))
    return words


def _sum(counts: Sequence[int]) -> str:
    parts = [str(count) for count in counts if count]
    return " + ".join(parts) + (f" = {sum(counts)}" if len(parts) > 1 else "")
