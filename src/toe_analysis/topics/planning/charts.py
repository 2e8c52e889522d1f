"""The charts of the plan for a next wave: answers needed, power, and what those who did not answer could hide."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from toe_analysis.showing.figures import COLOURS, INK, PALE, new_figure
from toe_analysis.showing.words import baseline_word, join, number, percent, say
from toe_analysis.statistics import Share, share_of_all

#: By curve: colour, line style and width, so that curves are told apart in grey too.
_LINES = (
    (COLOURS[0], "-", 1.8),
    (COLOURS[1], (0, (5, 1.5)), 1.8),
    (COLOURS[2], (0, (1.2, 1.2)), 2.2),
    (COLOURS[3], (0, (6, 1.5, 1.2, 1.5)), 1.8),
    (INK, "-", 0.9),
)
#: Shares below this have no room for words under them.
_LOW = 0.2
#: Letters that fit between the point where both are equal and the right end.
_LONG = 42


def needed_chart(table: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw the answers that each share needs for the wanted width, beside the answers there are.

    Parameters
    ----------
    table : pandas.DataFrame
        From `toe_analysis.topics.planning.results.precision_table`.
    language : str
    """
    first = table.iloc[0]
    base, points = int(first["base"]), number(200 * first["half_width"], language, 0)
    most = int(table["needed"].max())
    said = {"n": base, "points": points, "most": most, "least": int(table["needed"].min())}
    level = {"confidence": percent(first["confidence"], language, 0), "population": int(first["population"])}
    basis = say(f"basis_note.{first['basis']}", language)
    title = say("needed.title", language, **said)
    high = 0.75 * len(table)
    figure = new_figure(high + 2.7, title, say("needed.footer", language, basis=basis, **said, **level))
    axes, key = figure.subplots(2, 1, height_ratios=[high, 0.65])
    labels, told = [], []
    kinds = (("needed", -0.19, COLOURS[0], ""), ("needed_finite", 0.19, COLOURS[3], "////"))
    for place, row in enumerate(table.itertuples()):
        for kind, shift, colour, hatch in kinds:
            name = say(f"needed.{kind}", language, **level) if not place else None
            look = {"color": colour, "hatch": hatch, "edgecolor": INK, "linewidth": 0.6, "height": 0.34}
            answers = getattr(row, kind)
            axes.barh(place + shift, answers, label=name, **look)
            axes.annotate(
                str(answers), (answers, place + shift), (4, 0), textcoords="offset points", va="center", fontsize=9
            )
        limits = f"{number(100 * row.lower, language, 0)}–{percent(row.upper, language, 0)}"
        labels.append(f"{say(f'needed.{row.status}', language)}\n{percent(row.share, language)} ({limits})")
        told.append(f"{labels[-1]}: {row.needed}, {row.needed_finite}".replace("\n", " "))
    axes.axvline(base, color=INK, linestyle="--", linewidth=1, label=say("needed.now", language, n=base))
    axes.set_yticks(range(len(table)), labels, fontsize=9)
    axes.set(xlim=(0, most * 1.12), ylim=(len(table) - 0.45, -0.55))
    axes.set_xlabel(say("needed.axis", language))
    key.set_axis_off()
    key.legend(*axes.get_legend_handles_labels(), loc="center left", frameon=False, fontsize=8.5)
    return figure, say("needed.alt", language, title=title, rows="; ".join(told))


def power_chart(
    curves: pd.DataFrame, main: Mapping[str, float], needed: Sequence[float], language: str
) -> tuple[Figure, str]:
    """Draw exact power against the number of answers: a curve a base of theirs, and a curve a true share.

    Parameters
    ----------
    curves : pandas.DataFrame
        From `toe_analysis.topics.planning.results.curve_table`, one test.
    main : mapping of str to float
        The ``true_share`` of the upper panel, the ``their_base`` of the lower one, and the ``target`` power.
    needed : sequence of float
        Answers from which power holds, over the bases of the upper panel; NaN where no number tried is enough.
    language : str
    """
    upper = curves[curves["true_share"] == main["true_share"]]
    lower = curves[curves["their_base"] == main["their_base"]]
    theirs = curves["their_share"].iloc[0]
    said = {name: percent(main[name], language, 0) for name in ("true_share", "target")}
    said |= {"theirs": percent(theirs, language, 0)}
    title = say("power.title_nothing", language, **said)
    if not np.isnan(needed).any():
        title = say("power.title", language, least=int(min(needed)), most=int(max(needed)), **said)
    basis = say(f"basis_note.{curves['basis'].iloc[0]}", language)
    test = join([say(f"test.{name}", language) for name in upper["test"].unique()], language)
    footer = say("power.footer", language, basis=basis, n=int(curves["firms"].max()), test=test, target=said["target"])
    figure = new_figure(6.2, title, footer)
    panels = figure.subplots(2, 1, sharex=True)
    by_base = upper.groupby("their_base", sort=False, dropna=False)
    bases = {_base_word(base, said["theirs"], language): part for base, part in by_base}
    shares = {
        say("power.true_share", language, share=percent(share, language, 0)): part
        for share, part in lower.groupby("true_share")
    }
    headings = (
        say("power.by_base", language, share=said["true_share"], theirs=said["theirs"]),
        say("power.by_share", language, base=int(main["their_base"]), theirs=said["theirs"]),
    )
    told = []
    for axes, parts, heading in zip(panels, (bases, shares), headings, strict=True):
        _power_panel(axes, parts, main["target"], language)
        axes.set_title(heading, loc="left", fontsize=9, color=INK)
        reached = [f"{label} {_reached(part, main['target'], language)}" for label, part in parts.items()]
        told.append(f"{heading}: {'; '.join(reached)}")
    panels[-1].set_xlabel(say("power.axis", language))
    figure.supylabel(say("power.power", language), fontsize=10)
    return figure, say("power.alt", language, title=title, target=said["target"], panels=". ".join(told))


def _power_panel(axes: Axes, parts: Mapping[str, pd.DataFrame], target: float, language: str) -> None:
    for place, (label, part) in enumerate(parts.items()):
        colour, style, width = _LINES[place % len(_LINES)]
        axes.plot(part["firms"], part["power"], color=colour, linestyle=style, linewidth=width, label=label)
    axes.axhline(target, color=INK, linestyle=":", linewidth=1)
    axes.annotate(
        percent(target, language, 0),
        (1, target),
        (2, 3),
        xycoords=("data", "data"),
        textcoords="offset points",
        fontsize=8.5,
    )
    axes.set(ylim=(0, 1.02), xlim=(0, max(part["firms"].max() for part in parts.values())))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language, 0)))
    axes.legend(frameon=False, fontsize=8.5, loc="lower right")


def _reached(part: pd.DataFrame, target: float, language: str) -> str:
    """Say how large power is at the right end, and at how many answers it first reaches the target."""
    reached = part.loc[part["power"] >= target, "firms"]
    if reached.empty:
        return say("power.not_reached", language)
    return say("power.reached", language, n=int(reached.iloc[0]))


def _base_word(base: float, theirs: str, language: str) -> str:
    if np.isnan(base):
        return say("power.fixed", language, theirs=theirs)
    return say("power.base", language, base=int(base))


def tipping_chart(table: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw the share of all firms against the share among those who did not answer, a panel a status.

    Parameters
    ----------
    table : pandas.DataFrame
        From `toe_analysis.topics.planning.results.tipping_table`.
    language : str
    """
    first = table.iloc[0]
    said = {"n": int(first["base"]), "unseen": int(first["unseen"])}
    silent = percent(first["unseen"] / first["population"], language, 0)
    title = say("tipping.title", language, part=silent)
    basis = say(f"basis_note.{first['basis']}", language)
    groups = list(table.groupby("status", sort=False))
    figure = new_figure(2.55 * len(groups) + 1.4, title, say("tipping.footer", language, basis=basis, **said))
    panels = np.atleast_1d(figure.subplots(len(groups), 1, sharex=True))
    told = []
    for axes, (status, rows) in zip(panels, groups, strict=True):
        heading = say(
            "tipping.heading", language, status=say(f"status.{status}", language), count=rows["count"].iloc[0], **said
        )
        axes.set_title(heading, loc="left", fontsize=9, color=INK)
        points = _tipping_panel(axes, rows, language)
        told.append(f"{heading}: {'; '.join(points)}")
    panels[-1].set_xlabel(say("tipping.axis", language, **said))
    figure.supylabel(say("tipping.share", language), fontsize=10)
    return figure, say("tipping.alt", language, title=title, panels=". ".join(told))


def _tipping_panel(axes: Axes, rows: pd.DataFrame, language: str) -> list[str]:
    first = rows.iloc[0]
    observed, unseen = Share(int(first["count"]), int(first["base"])), int(first["unseen"])
    axes.plot([0, 1], [share_of_all(observed, unseen, share) for share in (0, 1)], color=COLOURS[0], linewidth=2)
    alike = say("tipping.alike", language, share=percent(observed.value, language))
    look = {"linestyle": "", "markersize": 7, "zorder": 3}
    axes.plot(observed.value, observed.value, "o", color="white", markeredgecolor=COLOURS[0], label=alike, **look)
    points = []
    for row in rows.itertuples():
        axes.axhline(row.their_share, color=PALE, linestyle="--", linewidth=1)
        theirs = f"{baseline_word(row.comparison, language)}, {say(f'function.{row.function}', language)}"
        where = {"share": percent(row.unseen_share, language)}
        matched = say("tipping.point" if row.possible == "yes" else "tipping.impossible", language, **where)
        ending = f"{percent(row.their_share, language)}: {matched}"
        points.append(f"{theirs} {ending}")
        if row.possible == "yes":
            axes.plot(row.unseen_share, row.their_share, "D", color=COLOURS[1], markeredgecolor=INK, **look)
        # Below the line where there is room: to the right of the point that side is free.
        below, text = row.their_share > _LOW, points[-1]
        side = {"xytext": (0, -3), "va": "top"} if below else {"xytext": (0, 3), "va": "bottom"}
        if below and len(text) > _LONG:
            text = f"{theirs}\n{ending}"
        words = {"ha": "right", "textcoords": "offset points", "fontsize": 8.5, "color": INK, **side}
        axes.annotate(text, (1, row.their_share), **words)
    axes.plot([], [], "D", color=COLOURS[1], markeredgecolor=INK, label=say("tipping.turns", language), **look)
    axes.legend(loc="upper left", frameon=False, fontsize=8.5)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, language, 0)))
    return points
