"""The charts of who answered, where firms stand and what they were asked: values and a language in, a figure out."""

import textwrap
from collections.abc import Iterable, Sequence
from itertools import cycle, pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from toe_analysis.showing.charts import (
    MARKS,
    caption,
    headed_figure,
    heading,
    legend,
    marked_basis,
    marks_note,
    percent_axis,
)
from toe_analysis.showing.figures import COLOURS, INK, PALE, balanced, new_figure
from toe_analysis.showing.words import count_of_base, say, word, word_table
from toe_analysis.survey import Cleaned, Questionnaire, branches, weakest
from toe_analysis.survey.facts.routing import Branch
from toe_analysis.survey.summaries import NOT_ASKED

#: Characters of a status in a line beside its bar.
_LABEL = 18
_INDENT = 0.11
_LINE_HEIGHT = 0.17  # inches
_PRINTED = {"color": INK, "linewidth": 1.6, "linestyle": "-"}
_INFERRED = {"color": INK, "linewidth": 1.6, "linestyle": (0, (2, 1.5))}
_UNKNOWN = {"color": PALE, "linewidth": 1.2, "linestyle": (0, (1, 2))}


def status_chart(table: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw the report's one chart, the AI status of the firms, from a `share_table`, with an interval on every bar."""
    counts = table.set_index("status")["count"]
    base = int(table["base"].iloc[0])
    key = "status.title" if "status.title" in word_table() else "status.title_any"
    labels = [word(name, language, "status") for name in table["status"]]
    lines = sum(1 + balanced(label, _LABEL).count("\n") for label in labels)
    high, said = 2.19 + 0.17 * max(lines, 8), {"base": base, **counts}
    figure = headed_figure(key, "figure.footer", table, language, high, basis=weakest(table["basis"]), **said)
    axes = figure.subplots()
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
    title, note, told_of = "funnel.title", "funnel.footer", rates.tail(1)
    if rates.empty:  # nobody knows how many firms were invited
        title, note, told_of = "funnel.title_answers", "funnel.footer_answers", steps
    basis = weakest([*steps["basis"], *rates["basis"]])
    figure = headed_figure(title, note, told_of, language, 3.9, basis=basis, **total)
    axes = figure.subplots()
    labels = [say(f"step.{step}", language) for step in counts.index]
    start = pd.Series(0, index=counts.index)
    for colour, (wave, column) in zip(cycle((COLOURS[0], COLOURS[3], "white")), counts.items()):
        label = say(f"wave.{wave}", language) if counts.columns.size > 1 else None
        axes.barh(labels, column, left=start, color=colour, edgecolor=INK, height=0.6, label=label)
        start += column
    sums = [_sum(row) for row in counts.to_numpy()]
    for place, (end, text) in enumerate(zip(total, sums, strict=True)):
        side, align = (-5, "right") if end > total.max() / 2 else (5, "left")
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}  # in a bar, whatever its colour
        caption(axes, text, (end, place), (side, 0), ha=align, color=INK, fontsize=10, bbox=ground)
    axes.invert_yaxis()
    axes.locator_params(axis="x", integer=True)
    axes.set_xlabel(say("figure.firms_axis", language))
    told = [say("funnel.rate", language, **row) for row in rates.to_dict("records")]
    heading(axes, "\n".join(told))
    if counts.columns.size > 1:
        legend(axes, loc="lower right", fontsize=9)
    bars = "; ".join(f"{label} {text}" for label, text in zip(labels, sums, strict=True))
    return figure, say("funnel.alt", language, told=". ".join(filter(None, [bars, "; ".join(told)])))


def _share_bars(axes: Axes, table: pd.DataFrame, labels: list[str], language: str) -> list[str]:
    """Draw one bar a share from zero, with its interval and its count and base in words; return those words."""
    axes.barh(range(len(table)), table["share"], color=COLOURS[0], height=0.5)
    spread = [table["share"] - table["lower"], table["upper"] - table["share"]]
    axes.errorbar(table["share"], range(len(table)), xerr=spread, fmt="none", ecolor=INK, capsize=3, lw=1.2)
    words = [count_of_base(row.count, row.base, language) for row in table.itertuples()]
    for place, (end, text) in enumerate(zip(table["upper"], words, strict=True)):
        caption(axes, text, (end, place), color=INK)
    axes.set_yticks(range(len(table)), [balanced(label, _LABEL) for label in labels])
    axes.invert_yaxis()
    most = min(1.0, table["upper"].max())
    ticks = MaxNLocator(5).tick_values(0, most)
    last = next(place for place, tick in enumerate(ticks) if tick >= most - 1e-9)  # the longest interval has its end
    axes.set_xlim(0, max(ticks[last], most * 1.42))  # room for the words behind the longest bar
    axes.set_xticks(ticks[: last + 1])
    percent_axis(axes.xaxis, language, "figure.share_axis")
    return words


def _sum(counts: Sequence[int]) -> str:
    parts = [str(count) for count in counts if count]
    return " + ".join(parts) + (f" = {sum(counts)}" if len(parts) > 1 else "")


def routing_table(cleaned: Cleaned) -> pd.DataFrame:
    """Return the tree as a table: a row a branch with its rule, questions and firms.

    Returns
    -------
    pandas.DataFrame
        ``rule`` ("" for everyone), ``questions``, ``count``, ``depth``, ``routing`` (whether the rule is printed or
        inferred), ``firms`` that were asked, and ``basis``: published where their number follows from printed ones.
    """
    rows, leads = [], {}
    for branch in branches(cleaned.questionnaire):
        above = leads.get(branch.rule.question, ()) if branch.rule else ()
        decides = (*above, branch.rule.question) if branch.rule else ()
        leads |= dict.fromkeys(branch.questions, decides)
        basis = cleaned.source.basis(decides or ["valid"])
        rows.append(
            {
                "rule": str(branch.rule or ""),
                "questions": _ids(branch.questions),
                "count": len(branch.questions),
                "depth": branch.depth,
                "routing": "inferred" if branch.inferred else "printed",
                "firms": int((~cleaned.missing[branch.questions[0]].isin(NOT_ASKED)).sum()),
                "basis": "published" if basis == "calibrated" else basis,
            }
        )
    return pd.DataFrame(rows)


def routing_chart(questionnaire: Questionnaire, table: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw the tree of a `routing_table` from top to bottom, an indented box a branch.

    Printed and inferred rules look different.
    """
    tree = branches(questionnaire)
    rows_told = zip(tree, table.itertuples(), strict=True)
    texts = [_box_text(branch, row, questionnaire, language) for branch, row in rows_told]
    rows = [text.count("\n") + 1 for text in texts]
    height = _LINE_HEIGHT * (sum(rows) + 1.1 * len(rows)) + (2.9 if len(tree) > 1 else 1.4)
    title = say("routing.title" if len(tree) > 1 else "routing.title_all", language, n=len(questionnaire))
    basis = marked_basis(table["basis"])
    figure = new_figure(height, title, _tree_note(questionnaire, table, basis, language), basis, language)
    axes = figure.subplots()
    axes.set_axis_off()
    tops, top = [], 0.0
    for count in rows:
        tops.append(top)
        top += count + 1.1
    axes.set(xlim=(0, 1), ylim=(top, -0.8))
    for place in range(len(tree)):
        _draw_branch(axes, tree, place, tops, rows, texts[place])
    for start, end, _ in _passed_by(tree, questionnaire):
        axes.plot([0.012, 0.012], [tops[start] + rows[start], tops[end]], zorder=-1, **_UNKNOWN)
    _tree_key(axes, tree, questionnaire, language)
    told = "; ".join(text.replace("\n", " ") for text in texts)
    return figure, say("routing.alt", language, n=len(questionnaire), branches=len(tree), tree=told)


def _tree_key(axes: Axes, tree: tuple[Branch, ...], questionnaire: Questionnaire, language: str) -> None:
    """Say what the lines mean that are drawn."""
    inferred = {branch.inferred for branch in tree if branch.rule}
    lines = [(say("routing.printed", language), _PRINTED)] * (False in inferred)
    lines += [(say("routing.inferred", language), _INFERRED)] * (True in inferred)
    passed = [options for _, _, ways in _passed_by(tree, questionnaire) for options in ways]
    if len(passed) == 1:
        lines.append((say("routing.unknown", language, option=_told(passed[0], language)), _UNKNOWN))
    elif passed:
        lines.append((say("routing.others", language), _UNKNOWN))
    handles = [Line2D([], [], label=textwrap.fill(text, 60), **look) for text, look in lines]
    legend(axes, handles=handles, loc="upper left", bbox_to_anchor=(0, 0))


def _box_text(branch: Branch, row: object, questionnaire: Questionnaire, language: str) -> str:
    """Return what the last question asks, which decides what follows; then who comes here, how many, and the ids."""
    decide = {question.asked_when.question for question in questionnaire if question.asked_when}
    deciding = [question for question in branch.questions if question in decide]
    asked = [
        f"{questionnaire[question].labels[language]}\u00a0({question})" for question in deciding or branch.questions[:1]
    ]
    marks = any(questionnaire[question].narrower for question in branch.questions)
    told = {"firms": f"{row.firms}{MARKS[row.basis]}", "ids": row.questions + ("‡" if marks else "")}
    if branch.rule is None:
        who = say("routing.everyone", language, **told)
    else:
        who = say("routing.who", language, option=_told(branch.rule.options, language), **told)
    width = 64 - 5 * branch.depth
    return "\n".join(textwrap.fill(text, width) for text in (*asked, who))


def _draw_branch(
    axes: Axes, tree: tuple[Branch, ...], place: int, tops: list[float], rows: list[int], text: str
) -> None:
    branch = tree[place]
    left = branch.depth * _INDENT
    look = _INFERRED if branch.inferred else _PRINTED
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white"}
    box |= {"edgecolor": look["color"], "linestyle": look["linestyle"]}
    axes.text(left + 0.015, tops[place], text, va="top", fontsize=8.5, linespacing=1.15, color=INK, bbox=box)
    if branch.rule is None:
        return
    parent = next(number for number in range(place) if branch.rule.question in tree[number].questions)
    spine = left - _INDENT / 2
    middle = tops[place] + rows[place] / 2
    axes.plot(
        [spine, spine, left], [tops[parent] + rows[parent] + 0.05, middle, middle], clip_on=False, zorder=0, **look
    )


def _passed_by(tree: tuple[Branch, ...], questionnaire: Questionnaire) -> list[tuple[int, int, list[list[str]]]]:
    """Return between which boxes of everyone all branches can be passed by, and with which options of what decides."""
    everyone = [place for place, branch in enumerate(tree) if branch.rule is None]
    found = []
    for start, end in pairwise(everyone):
        opens: dict[str, set[str]] = {}
        for branch in tree[start + 1 : end]:
            if branch.depth == 1:
                opens.setdefault(branch.rule.question, set()).update(branch.rule.options)
        ways = [[one for one in questionnaire[name].options if one not in opened] for name, opened in opens.items()]
        if all(ways):
            found.append((start, end, ways))
    return found


def _told(options: Iterable[str], language: str) -> str:
    return " / ".join(word(option, language, "option") for option in options)


def _tree_note(questionnaire: Questionnaire, table: pd.DataFrame, basis: str, language: str) -> str:
    """Return the line below the tree: what it is drawn from, and what its marks mean."""
    note = say("routing.footer", language, basis=word(basis, language, "basis_note"), n=len(questionnaire))
    narrow = [
        f"{say('routing.narrower', language, id=one.id, option=_told(one.narrower.options, language))} "
        f"{one.narrower.question}"
        for one in questionnaire
        if one.narrower
    ]
    if narrow:
        note = f"{note} {say('routing.perhaps', language, rules='; '.join(narrow))}"
    return f"{note} {marks_note(table['basis'], language)}".strip()


def _ids(questions: tuple[str, ...]) -> str:
    """Write ids with runs closed up: q09 to q17 and q19 as ``q09–q17, q19``."""
    runs: list[list[str]] = []
    for question in questions:
        if runs and int(question[1:]) == int(runs[-1][-1][1:]) + 1:
            runs[-1].append(question)
        else:
            runs.append([question])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}\u2013{run[-1]}" for run in runs)
