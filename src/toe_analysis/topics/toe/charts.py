"""The charts of the TOE dimensions and of scales: a table of values and a language in, a figure and its text out."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from toe_analysis.showing.charts import (
    MARKS,
    caption,
    footer,
    headed_figure,
    interval_dots,
    key_patch,
    legend,
    marked_basis,
    marks_note,
    percent_axis,
)
from toe_analysis.showing.figures import COLOURS, INK, PALE, balanced, new_figure, nothing_chart
from toe_analysis.showing.words import count_of_base, number, percent, say, word
from toe_analysis.survey import Questionnaire, Study, weakest
from toe_analysis.survey.facts.questionnaire import ONE_OPTION

#: How a question stands over its options, from the left edge of the figure.
_HEADING = {
    "xycoords": ("figure fraction", "data"),
    "xytext": (6, 0),
    "textcoords": "offset points",
    "va": "center",
    "fontsize": 9,
    "fontweight": "bold",
    "color": INK,
    "annotation_clip": False,
    "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1},
}
#: Blue for the upper end and orange for the lower one: told apart by colour-blind readers; in grey by the hatch.
_PALETTE, _HATCH = "RdYlBu", "///"
#: Part of all firms that a number needs inside its part of a bar.
_ROOM = 0.06
#: Letters of a level up to which three stand side by side in a key.
_IN_THREE = 20
_AT_THE_EDGE = ("axes fraction", "data")


def rows_to_draw(options: pd.DataFrame, dimension: str, smallest_base: int, study: Study) -> pd.DataFrame:
    """Return the options of one dimension that a figure can carry, questions in order and options by share.

    The options of a single choice keep their order, since they are a scale (employees, years).

    Questions with a base below `smallest_base` are left to the table, where an interval over nearly everything does no
    harm, and "no" is left out where all others said "yes": it says nothing more.
    """
    rows = options[(options["toe"] == dimension) & (options["base"] >= smallest_base)]
    rows = rows[~_says_nothing_more(rows, study)]
    kinds = rows["question"].map(lambda name: study.questionnaire[name].type)
    height = rows["share"].mask(kinds.isin(ONE_OPTION), 0)
    rows = rows.assign(order=pd.factorize(rows["question"])[0], height=height)[kinds != "scale"]  # they have a chart
    return rows.sort_values(["order", "height"], ascending=[True, False], kind="stable", ignore_index=True)


def _says_nothing_more(rows: pd.DataFrame, study: Study) -> pd.Series:
    """Return for each option whether it is the "no" of a question to which all others said "yes"."""
    said = rows["count"].where(rows["option"].isin([study.yes, study.no]), 0).groupby(rows["question"]).transform("sum")
    has_yes = (rows["option"] == study.yes).groupby(rows["question"]).transform("any")
    return (rows["option"] == study.no) & has_yes & (said == rows["base"])


def dimension_chart(
    options: pd.DataFrame, dimension: str, smallest_base: int, study: Study, language: str
) -> tuple[Figure, str]:
    """Draw the shares of one dimension as points with intervals, question by question.

    Parameters
    ----------
    options : pandas.DataFrame
        As `toe_analysis.survey.summaries.describe_options` returns it.
    dimension : {"T", "O", "E"}
    smallest_base : int
        Firms that must have answered for a question to be drawn.
    study : Study
    language : str
    """
    rows = rows_to_draw(options, dimension, smallest_base, study)
    name = say(f"toe.{dimension}", language)
    is_hidden = (options["toe"] == dimension) & (options["base"] < smallest_base)
    hidden = options.loc[is_hidden, "question"].nunique()
    if rows.empty:
        scales = "dimension.scales" if dimension in set(options["toe"]) else "dimension.none"
        key = "dimension.empty" if hidden else scales
        return new_figure(1.4, say(key, language, dimension=name.capitalize()), ""), ""
    basis = marked_basis(rows["basis"])
    note = footer("dimension.footer", rows, language, basis=basis, hidden=hidden, smallest=smallest_base)
    if "illustrative" in set(rows["basis"]):
        note = f"{note} {say('dimension.chance', language)}"
    marks = MARKS if rows["basis"].nunique() > 1 else dict.fromkeys(MARKS, "")
    if marks is MARKS:
        note = f"{note} {marks_note(rows['basis'], language)}"
    lines = _lines(rows, study.questionnaire, marks, language)
    title = _title(rows, dimension, basis, study, language)
    figure = new_figure(2.2 + 0.21 * len(lines), title, note, basis, language)
    axes = figure.subplots()
    for place, (text, is_option) in enumerate(lines):
        if not is_option:
            axes.annotate(text, (0, place), **_HEADING).set_in_layout(False)
    drawn = rows.assign(place=[place for place, (_, is_option) in enumerate(lines) if is_option])
    interval_dots(axes, drawn)
    for row in drawn.itertuples():
        axes.annotate(f"{row.count}", (1.03, row.place), va="center", fontsize=9, color=PALE, annotation_clip=False)
    _dress(axes, lines, language)
    told = "; ".join(
        f"{row.question} {word(row.option, language, 'option')} {count_of_base(row.count, row.base, language)}"
        + marks[row.basis]
        for row in rows.itertuples()
    )
    return figure, say("dimension.alt", language, dimension=name, points=told)


def _title(rows: pd.DataFrame, dimension: str, basis: str, study: Study, language: str) -> str:
    """Name the largest share, which is a finding of real answers only; of others say what is drawn."""
    if basis != "responses":
        return say(f"dimension_title.{dimension}", language)
    top = rows.loc[rows["share"].idxmax()]
    asked = study.questionnaire[top["question"]]
    key = "dimension.title_first" if asked.type == "ranking" else "dimension.title"
    return say(key, language, **(dict(top) | {"question": asked.labels[language]}))


def _dress(axes: Axes, lines: list[tuple[str, bool]], language: str) -> None:
    axes.set_yticks(range(len(lines)), [text if is_option else "" for text, is_option in lines], fontsize=9)
    axes.tick_params(axis="y", length=0, pad=7)  # room for a dot at 0 %
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color="#E5E5E5", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set(xlim=(0, 1.16), ylim=(len(lines) - 0.4, -0.6), xticks=[0, 0.25, 0.5, 0.75, 1])
    percent_axis(axes.xaxis, language, "figure.share_axis")


def overview_chart(table: pd.DataFrame, firms: int, language: str) -> tuple[Figure, str]:
    """Draw which part of the answers each dimension has, and how it moves with the placing of the questions.

    The table is that of `toe_analysis.survey.summaries.overview`; `firms` is how many answered.
    """
    if not table["answers"].any():
        return nothing_chart(language)
    counts = table.pivot_table(index="toe", columns="reading", values="answers", sort=False)[["report", "other"]]
    parts = counts / counts.sum()
    is_one = (counts["report"] == counts["other"]).all()
    said = {"basis": weakest(table["basis"]), "n": firms, "answers": int(counts["report"].sum())}
    figure = headed_figure("overview.title", "overview.footer", table, language, 4.2, **said)
    axes = figure.subplots()
    looks = {"report": {"fillstyle": "full"}, "other": {"fillstyle": "none", "markeredgewidth": 1.6}}
    for place, (_, part) in enumerate(parts.iterrows()):
        axes.plot(part, [place, place], color=PALE, linewidth=1.4, zorder=1)
        sides = ((part.min(), -8, "right"), (part.max(), 8, "left"))[1 if is_one else 0 :]
        for share, shift, align in sides:
            caption(axes, percent(share, language, 0), (share, place), (shift, 0), ha=align, color=INK)
    for reading, look in list(looks.items())[: 1 if is_one else 2]:
        name = say(f"reading.{reading}", language)
        axes.plot(parts[reading], range(len(parts)), "o", color=COLOURS[0], markersize=8, label=name, **look)
    meanings = [balanced(say(f"toe_meaning.{name}", language), 24) for name in parts.index]
    axes.set_yticks(range(len(parts)), meanings, fontsize=9)
    axes.set(ylim=(len(parts) - 0.5, -0.5), xlim=(0, 0.06 + parts.to_numpy().max()))
    percent_axis(axes.xaxis, language, "overview.axis")
    if not is_one:
        legend(axes, loc="lower left", bbox_to_anchor=(0, 1), fontsize=9)
    bars = "; ".join(
        f"{say(f'toe.{row.toe}', language)}, {say(f'reading.{row.reading}', language)}: {row.answers}"
        for row in table.itertuples()
    )
    return figure, say("overview.alt", language, bars=bars)


def _lines(
    rows: pd.DataFrame, questionnaire: Questionnaire, marks: Mapping[str, str], language: str
) -> list[tuple[str, bool]]:
    """Return what stands on each line, and if it is an option: a question's short name with its base, then options."""
    lines: list[tuple[str, bool]] = []
    for _, part in rows.groupby("order", sort=False):
        first = part.iloc[0]
        asked = questionnaire[first["question"]]
        extra = f", {say('dimension.first', language)}" if asked.type == "ranking" else ""
        firms = say("dimension.firms", language, base=first["base"])
        told = f"({asked.id}, {firms}{extra})".replace(" ", "\u00a0")  # is not broken
        label = textwrap.wrap(f"{asked.labels[language]} {told}", 62)
        lines += [(text, False) for text in label]
        for row in part.itertuples():
            option = textwrap.shorten(word(row.option, language, "option"), 38, placeholder="…")
            lines.append((option + marks[row.basis], True))
    return lines


def scale_chart(table: pd.DataFrame, study: Study, language: str) -> tuple[Figure, str]:
    """Draw the levels of all scales, a panel for each set of levels, with the share that reaches the upper half.

    The table is that of `toe_analysis.survey.scales.level_table`, of scales that somebody answered.
    """
    groups = _by_levels(table, study)
    rows = sum(len(names) for names in groups.values())
    title, said = _scale_title(table, study, language)
    keys = sum(0.17 * len(levels) for levels in groups if max(map(len, levels)) > _IN_THREE)
    high = 0.55 * rows + 0.9 * len(groups) + 1.6 + keys
    figure = headed_figure(title, "scales.footer", table, language, high, basis=weakest(table["basis"]), **said)
    panels = figure.subplots(
        len(groups), 1, squeeze=False, height_ratios=[len(names) + 0.8 for names in groups.values()]
    )
    ends = [_left_end(part["share"].to_numpy()) for _, part in table.groupby("question")]
    widest = max(*(-end for end in ends), *(1 + end for end in ends))
    told = []
    for axes, (levels, names) in zip(panels[:, 0], groups.items(), strict=True):
        colours = sns.color_palette(_PALETTE, len(levels))
        for place, name in enumerate(names):
            part = table[table["question"] == name]
            _scale_bar(axes, place, part, colours, language)
            text = say("scales.reach", language, **_upper(part))
            caption(axes, textwrap.fill(text, 14), (1, place), (6, 0), xycoords=_AT_THE_EDGE, fontsize=8.5)
            told.append(f"{study.questionnaire[name].labels[language]}: {text}")
        labels = [textwrap.fill(study.questionnaire[name].labels[language], 26) for name in names]
        _dress_scales(axes, labels, levels, colours, language)
        axes.set_xlim(-widest - 0.03, widest + 0.03)
    return figure, say("scales.alt", language, rows="; ".join(told).replace("\n", " "))


def _scale_title(table: pd.DataFrame, study: Study, language: str) -> tuple[str, dict[str, object]]:
    """Return a title's key and values: the scale of which most firms reach the upper half, or the only one."""
    upper = pd.DataFrame([_upper(part) for _, part in table.groupby("question", sort=False)])
    first = upper.loc[upper["reached"].idxmax()]
    what = study.questionnaire[first["question"]].labels[language]
    return "scales.title" if len(upper) > 1 else "scales.title_one", {"what": what, "share": first["reached"]}


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


def _scale_bar(axes: Axes, place: int, part: pd.DataFrame, colours: Sequence, language: str) -> None:
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


def _dress_scales(axes: Axes, labels: Sequence[str], levels: Sequence[str], colours: Sequence, language: str) -> None:
    axes.set_yticks(range(len(labels)), labels, fontsize=9)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(abs(value), language, 0)))
    half = len(levels) // 2
    handles = [
        key_patch(colour, _HATCH if level < half else "", word(option, language, "option"))
        for level, (option, colour) in enumerate(zip(levels, colours, strict=True))
    ]
    longest = max(len(handle.get_label()) for handle in handles)
    columns = min(3, len(handles)) if longest <= _IN_THREE else 1
    legend(axes, handles=handles, loc="lower center", bbox_to_anchor=(0.3, 1), ncols=columns, fontsize=8.5)
