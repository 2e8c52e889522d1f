"""Charts of what firms say, by TOE dimension: one for each dimension, and one that shows all three."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toe_analysis.showing.charts import caption, footer, legend, percent_axis
from toe_analysis.showing.figures import COLOURS, INK, PALE, new_figure, nothing_chart
from toe_analysis.showing.words import count_of_base, number, option_word, say
from toe_analysis.survey import Questionnaire
from toe_analysis.survey.questionnaire import ONE_OPTION
from toe_analysis.survey.study import Study

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


def rows_to_draw(options: pd.DataFrame, dimension: str, smallest_base: int, study: Study) -> pd.DataFrame:
    """Return the options of one dimension that a figure can carry, questions in order and options by share.

    The options of a single choice keep their order, since they are a scale (employees, years).

    Questions with a base below `smallest_base` are left to the table, where an interval over nearly everything does no
    harm, and "no" is left out where "yes" stands beside it: it says nothing more.
    """
    rows = options[(options["toe"] == dimension) & (options["base"] >= smallest_base)]
    rows = rows[rows["option"] != study.no]
    scales = [question.id for question in study.questionnaire if question.type == "scale"]
    rows = rows[~rows["question"].isin(scales)]  # they have a chart of their own
    order = {question: place for place, question in enumerate(rows["question"].unique())}
    ordered = [question.id for question in study.questionnaire if question.type in ONE_OPTION]
    height = rows["share"].mask(rows["question"].isin(ordered), 0)
    rows = rows.assign(order=rows["question"].map(order), height=height)
    return rows.sort_values(["order", "height"], ascending=[True, False], kind="stable", ignore_index=True)


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
    if rows.empty:
        figure = new_figure(1.4, say("dimension.empty", language, dimension=name.capitalize()), "")
        return figure, say("dimension.empty", language, dimension=name)
    hidden = options.loc[options["toe"] == dimension, "question"].nunique() - rows["question"].nunique()
    note = footer("dimension.footer", rows, language, hidden=hidden, smallest=smallest_base)
    lines = _lines(rows, study.questionnaire, language)
    figure = new_figure(1.7 + 0.21 * len(lines), _largest_share(rows, name, language), note)
    axes = figure.subplots()
    for place, line in enumerate(lines):
        if line["row"] is None:
            axes.annotate(line["label"], (0, place), **_HEADING).set_in_layout(False)
        else:
            _point(axes, place, line["row"])
    _dress(axes, lines, language)
    told = "; ".join(
        f"{row.question} {option_word(row.option, language)} {count_of_base(row.count, row.base, language)}"
        for row in rows.itertuples()
    )
    return figure, say("dimension.alt", language, dimension=name, points=told)


def _largest_share(rows: pd.DataFrame, dimension: str, language: str) -> str:
    top = rows.loc[rows["share"].idxmax()]
    told = {"question": top["question"], "option": option_word(top["option"], language)}
    told |= {"count": top["count"], "base": top["base"]}
    return say("dimension.title", language, dimension=dimension.capitalize(), **told)


def _dress(axes: Axes, lines: list[dict], language: str) -> None:
    axes.set_yticks(range(len(lines)), [line["label"] if line["row"] is not None else "" for line in lines], fontsize=9)
    axes.tick_params(axis="y", length=0, pad=7)  # room for a dot at 0 %
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color="#E5E5E5", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set(xlim=(0, 1.16), ylim=(len(lines) - 0.4, -0.6), xticks=[0, 0.25, 0.5, 0.75, 1])
    percent_axis(axes.xaxis, language)
    axes.set_xlabel(say("figure.share_axis", language))


def overview_chart(table: pd.DataFrame, firms: int, language: str) -> tuple[Figure, str]:
    """Draw how many answers fall under each dimension, in both placings of the questions.

    Parameters
    ----------
    table : pandas.DataFrame
        As `toe_analysis.survey.summaries.overview` returns it.
    firms : int
        Firms that answered.
    language : str
    """
    if not table["answers"].any():
        return nothing_chart(language)
    counts = table.pivot_table(index="toe", columns="reading", values="answers", sort=False)[["report", "other"]]
    most = counts["report"].idxmax()
    title = say(
        "overview.title",
        language,
        answers=int(counts["report"].max()),
        total=int(counts["report"].sum()),
        dimension=say(f"toe.{most}", language),
        other=int(counts.loc[most, "other"]),
    )
    figure = new_figure(3.9, title, footer("overview.footer", table, language, n=firms))
    axes = figure.subplots()
    looks = {"report": {"color": COLOURS[0]}, "other": {"color": "white", "edgecolor": COLOURS[0], "hatch": "///"}}
    for shift, (reading, look) in zip((-0.2, 0.2), looks.items(), strict=True):
        places = [place + shift for place in range(len(counts))]
        axes.barh(places, counts[reading], height=0.36, label=say(f"reading.{reading}", language), **look)
        for place, count in zip(places, counts[reading], strict=True):
            caption(axes, number(count, language, 0), (count, place), (4, 0), fontsize=10)
    meanings = [textwrap.fill(say(f"toe_meaning.{name}", language), 24) for name in counts.index]
    axes.set_yticks(range(len(counts)), meanings, fontsize=9)
    axes.set_ylim(len(counts) - 0.5, -0.5)
    axes.set_xlim(0, counts.to_numpy().max() * 1.12)
    axes.set_xlabel(say("overview.axis", language))
    legend(axes, loc="lower left", bbox_to_anchor=(0, 1), fontsize=9)
    bars = "; ".join(
        f"{say(f'toe.{row.toe}', language)}, {say(f'reading.{row.reading}', language)}: {row.answers}"
        for row in table.itertuples()
    )
    return figure, say("overview.alt", language, bars=bars)


def _lines(rows: pd.DataFrame, questionnaire: Questionnaire, language: str) -> list[dict]:
    """Return what stands on each line: a question's short name with its base, then its options."""
    lines: list[dict] = []
    for question, part in rows.groupby("order", sort=False):
        first = part.iloc[0]
        asked = questionnaire[first["question"]]
        extra = f", {say('dimension.first', language)}" if asked.type == "ranking" else ""
        label = textwrap.wrap(f"{asked.id} {asked.labels[language]}{extra} ({first['base']})", 62)
        lines += [{"row": None, "label": text, "question": question} for text in label]
        lines += [
            {"row": row, "label": textwrap.shorten(option_word(row["option"], language), 38, placeholder="…")}
            for _, row in part.iterrows()
        ]
    return lines


def _point(axes: Axes, place: int, row: pd.Series) -> None:
    axes.plot([row["lower"], row["upper"]], [place, place], color=INK, linewidth=1.4, solid_capstyle="butt")
    axes.plot(row["share"], place, "o", color=COLOURS[0], markersize=6, clip_on=False, zorder=3)
    axes.annotate(
        f"{row['count']}", (1.03, place), va="center", ha="left", fontsize=9, color=PALE, annotation_clip=False
    )
