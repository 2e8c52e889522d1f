"""The joint display as a picture: the survey's share of each theme, the interviews that raise it, and the verdict."""

import textwrap
from collections import Counter

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from toe_analysis.showing.charts import (
    LOOKS,
    MARKS,
    caption,
    footer,
    interval_dots,
    legend,
    marked_basis,
    marks_note,
    name_rows,
    percent_axis,
    under_headings,
)
from toe_analysis.showing.figures import COLOURS, INK, PALE, new_figure
from toe_analysis.showing.words import percent, say
from toe_analysis.topics.triangulation.results import Rule, tell_no_apart

_LIGHT = "#A8A8A8"
#: Where so few firms answered that the share is not weighed.
_TOO_FEW = "#A0A0A0"


def joint_chart(table: pd.DataFrame, interviews: int, rule: Rule, language: str) -> tuple[Figure, str]:
    """Draw survey and interviews side by side, a row a theme.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a theme, from `toe_analysis.topics.triangulation.results.joint_display`, with ``toe``.
    interviews : int
        How many there are.
    rule : Rule
        Which gave the verdicts; its mark is drawn.
    language : str
    """
    title, basis = _title(table, language), marked_basis([*table["basis"], *table["share_basis"]])
    places, headings = under_headings(table["toe"])
    high = 0.45 * (len(places) + len(headings))
    note = _note(table, interviews, rule, basis, language)
    figure = new_figure(high + 2.75, title, note, basis, language)
    figure.get_layout_engine().set(rect=(0, 0, 0.985, 1))  # else the marks behind the verdicts touch the edge
    parts = figure.subplot_mosaic(
        [["survey", "units", "verdict"], ["key", "key", "key"]],
        width_ratios=[1.55, 1.25, 0.85],
        height_ratios=[high, 0.3],
    )
    survey = parts["survey"]
    for name in ("units", "verdict"):
        parts[name].sharey(survey)
    survey.axvline(rule.mark, color=PALE, lw=1, ls="-")
    # In the row of the first heading, where no share is drawn.
    caption(survey, percent(rule.mark, language, 0), (rule.mark, 0), (3, 0), fontsize=8.5, color=INK)
    table = tell_no_apart(table)
    drawn = table.assign(place=places, basis=table["share_basis"])
    for enough, rows in drawn[drawn["base"] > 0].groupby(drawn["base"] >= rule.smallest_base):
        colour = COLOURS[0] if enough else _TOO_FEW
        interval_dots(survey, rows, colour, colour)
    _interview_circles(parts["units"], places, table["units"], interviews)
    for place, row in zip(places, table.itertuples(), strict=True):
        said = say(f"verdict_short.{row.verdict}", language) + MARKS[row.basis]
        parts["verdict"].text(0, place, said, va="center", fontsize=8.5, color=INK)
    _dress_survey(survey, table, places, headings, language)
    _dress_sides(parts["units"], parts["verdict"], interviews, language)
    _key(parts["key"], table, language)
    told = "; ".join(_told(row, language) for row in table.itertuples())
    return figure, say("joint.alt", language, rows=told)


def _title(table: pd.DataFrame, language: str) -> str:
    verdicts = Counter(table["verdict"])
    counts = {"themes": len(table), "converge": verdicts["converge"], "differ": verdicts["differ"]}
    one_side = verdicts["only_survey"] + verdicts["only_interviews"]
    return say("joint.title" if verdicts["differ"] else "joint.title_none", language, one=one_side, **counts)


def _note(table: pd.DataFrame, interviews: int, rule: Rule, basis: str, language: str) -> str:
    said = {"mark": rule.mark, "base": rule.smallest_base, "least": rule.interviews}
    note = footer("joint.footer", table, language, basis=basis, interviews=interviews, **said)
    return f"{note} {marks_note(table['basis'], language)}".strip()


def _told(row: object, language: str) -> str:
    """Return a row in words, for readers who cannot see the figure."""
    counted = {"survey": _count(row, language), "units": len(row.units.split())}
    return say("joint.alt_row", language, **(row._asdict() | counted))


def _count(row: object, language: str) -> str:
    if row.weighs == "not_asked":
        return say("joint.not_asked", language)
    return say("joint.count", language, count=row.count, base=row.base) + MARKS[row.share_basis]


def _interview_circles(axes: Axes, places: list[int], units: pd.Series, interviews: int) -> None:
    """Draw a circle a theme and interview: full, with the number of its units, or empty."""
    named = [Counter(int(unit.partition(".")[0]) for unit in listed.split()) for listed in units]
    circles = [
        (interview, place, found[interview])
        for place, found in zip(places, named, strict=True)
        for interview in range(1, interviews + 1)
    ]
    full, empty = ([circle for circle in circles if bool(circle[2]) == wanted] for wanted in (True, False))
    for some, face, edge in ((full, INK, INK), (empty, "white", _LIGHT)):
        across, down = [circle[0] for circle in some], [circle[1] for circle in some]
        axes.plot(across, down, "o", ms=11, markerfacecolor=face, markeredgecolor=edge)
    for interview, place, count in full:
        axes.text(interview, place, str(count), color="white", ha="center", va="center_baseline", fontsize=8.5)


def _dress_survey(axes: Axes, table: pd.DataFrame, places: list[int], headings: dict[str, int], language: str) -> None:
    labels = [
        f"{textwrap.fill(say(f'theme.{row.theme}', language), 24)}\n{_count(row, language)}"
        for row in table.itertuples()
    ]
    words = {place: say(f"toe.{toe}", language) for toe, place in headings.items()}
    name_rows(axes, dict(zip(places, labels, strict=True)), words, 8.5)
    axes.tick_params(axis="y", pad=7)
    axes.spines["left"].set_visible(False)
    axes.set(xlim=(0, 1), xticks=[0, 0.5, 1])
    percent_axis(axes.xaxis, language, "figure.share_axis", fontsize=8.5)
    axes.set_title(say("joint.survey", language), fontsize=9, loc="left")


def _dress_sides(units: Axes, verdicts: Axes, interviews: int, language: str) -> None:
    units.set(xlim=(0.4, interviews + 0.6), xticks=range(1, interviews + 1))
    units.set_xlabel(say("column.interview", language), fontsize=8.5)
    units.set_title(say("joint.interviews", language), fontsize=9, loc="left")
    units.tick_params(axis="y", left=False, labelleft=False)
    units.tick_params(axis="x", length=0)
    units.spines[["left", "bottom"]].set_visible(False)
    verdicts.set_title(say("column.verdict", language), fontsize=9, loc="left")
    verdicts.set_axis_off()
    verdicts.set_xlim(0, 1)


def _key(axes: Axes, table: pd.DataFrame, language: str) -> None:
    present = [name for name in LOOKS if name in set(table.loc[table["base"] > 0, "share_basis"])]
    handles = []
    for name in present:
        look = {"color": COLOURS[0], "marker": "o", "ms": 6, "lw": 1.4, "markerfacecoloralt": "white"}
        handles.append(Line2D([], [], label=say(f"joint_key.{name}", language), **look, **LOOKS[name]))
    axes.set_axis_off()
    legend(axes, handles=handles, loc="center left", ncols=len(handles) or 1)
