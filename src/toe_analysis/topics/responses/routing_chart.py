"""The routing tree of the questionnaire: the report's appendix 1 is a picture that its text lacks, so it is redrawn."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from toe_analysis.showing.figures import COLOURS, INK, PALE, new_figure
from toe_analysis.showing.words import option_word, say
from toe_analysis.survey import Questionnaire, branches
from toe_analysis.survey.routing import Branch

_INDENT = 0.11
_LINE_HEIGHT = 0.17  # inches
_PRINTED = {"color": INK, "linewidth": 1.6, "linestyle": "-"}
_INFERRED = {"color": COLOURS[1], "linewidth": 1.6, "linestyle": (0, (2, 1.5))}
_UNKNOWN = {"color": PALE, "linewidth": 1.2, "linestyle": (0, (1, 2))}


def routing_table(questionnaire: Questionnaire) -> pd.DataFrame:
    """Return the tree as a table: a row a branch with its rule, questions and whether the rule is printed.

    Returns
    -------
    pandas.DataFrame
        ``rule`` ("" for everyone), ``questions``, ``count``, ``depth``, ``routing`` (printed or inferred), ``basis``.
    """
    rows = [
        {
            "rule": str(branch.rule or ""),
            "questions": _ids(branch.questions),
            "count": len(branch.questions),
            "depth": branch.depth,
            "routing": "inferred" if branch.inferred else "printed",
            "basis": "published",
        }
        for branch in branches(questionnaire)
    ]
    return pd.DataFrame(rows)


def routing_chart(questionnaire: Questionnaire, language: str) -> tuple[Figure, str]:
    """Draw the tree from top to bottom, an indented box a branch; printed and inferred rules look different.

    Parameters
    ----------
    questionnaire : Questionnaire
    language : str
    """
    tree = branches(questionnaire)
    texts = [_box_text(branch, questionnaire, language) for branch in tree]
    notes = _notes(questionnaire, language)
    rows = [text.count("\n") + 1 for text in texts]
    height = _LINE_HEIGHT * (sum(rows) + 1.1 * len(rows)) + 2.6
    footnote = say("routing.footer", language, n=len(questionnaire))
    figure = new_figure(height, say("routing.title", language), " ".join([footnote, *notes]))
    axes = figure.subplots()
    axes.set_axis_off()
    tops, top = [], 0.0
    for count in rows:
        tops.append(top)
        top += count + 1.1
    axes.set(xlim=(0, 1), ylim=(top, -0.8))
    for place in range(len(tree)):
        _draw_branch(axes, tree, place, tops, rows, texts[place])
    _draw_unknown(axes, tree, tops, rows)
    handles = [
        Line2D([], [], label=textwrap.fill(say(f"routing.{name}", language), 60), **look)
        for name, look in (("printed", _PRINTED), ("inferred", _INFERRED))
    ]
    option = ", ".join(option_word(option, language) for option in _open_options(tree, questionnaire))
    unknown = textwrap.fill(say("routing.unknown", language, option=option), 60)
    handles.append(Line2D([], [], label=unknown, **_UNKNOWN))
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0), frameon=False, fontsize=8.5)
    told = "; ".join(text.replace("\n", " ") for text in texts)
    return figure, say("routing.alt", language, n=len(questionnaire), branches=len(tree), tree=told)


def _box_text(branch: Branch, questionnaire: Questionnaire, language: str) -> str:
    """Return the answer that leads here, the ids, and what the last question asks, which decides what follows."""
    rule = (
        say("routing.everyone", language)
        if branch.rule is None
        else f"{branch.rule.question} = {option_word(branch.rule.option, language)}"
    )
    marks = {question for question in branch.questions if questionnaire[question].narrower}
    ids = _ids(branch.questions) + ("*" if marks else "")
    deciding = [question for question in branch.questions if _decides(question, questionnaire)]
    asked = [f"{question} {questionnaire[question].labels[language]}" for question in deciding or branch.questions[:1]]
    return (
        textwrap.fill(f"{rule}: {ids}", 58)
        + "\n"
        + "\n".join(textwrap.fill(text, 62 - 5 * branch.depth) for text in asked)
    )


def _decides(question_id: str, questionnaire: Questionnaire) -> bool:
    return any(question.asked_when and question.asked_when.question == question_id for question in questionnaire)


def _draw_branch(
    axes: Axes, tree: tuple[Branch, ...], place: int, tops: list[float], rows: list[int], text: str
) -> None:
    branch = tree[place]
    left = branch.depth * _INDENT
    look = _INFERRED if branch.inferred else _PRINTED
    axes.text(
        left + 0.015,
        tops[place],
        text,
        va="top",
        fontsize=8.5,
        linespacing=1.15,
        color=INK,
        bbox={
            "boxstyle": "round,pad=0.35",
            "facecolor": "white",
            "edgecolor": look["color"],
            "linestyle": look["linestyle"],
        },
    )
    if branch.rule is None:
        return
    parent = next(number for number in range(place) if branch.rule.question in tree[number].questions)
    spine = left - _INDENT / 2
    middle = tops[place] + rows[place] / 2
    axes.plot(
        [spine, spine, left], [tops[parent] + rows[parent] + 0.05, middle, middle], clip_on=False, zorder=0, **look
    )


def _draw_unknown(axes: Axes, tree: tuple[Branch, ...], tops: list[float], rows: list[int]) -> None:
    """Draw the way of an answer that opens no branch, from the first box to the last questions of everyone."""
    if len(tree) > 1 and tree[-1].rule is None:
        axes.plot([0.012, 0.012], [tops[0] + rows[0], tops[-1]], zorder=-1, **_UNKNOWN)


def _open_options(tree: tuple[Branch, ...], questionnaire: Questionnaire) -> list[str]:
    """Return the options of the first deciding question that lead nowhere."""
    rules = [branch.rule for branch in tree if branch.rule]
    if not rules:
        return []
    first = questionnaire[rules[0].question]
    return [
        option for option in first.options if option not in {rule.option for rule in rules if rule.question == first.id}
    ]


def _notes(questionnaire: Questionnaire, language: str) -> list[str]:
    narrow = [question for question in questionnaire if question.narrower]
    rules = ", ".join(f"{question.id}: {question.narrower}" for question in narrow)
    return [say("routing.perhaps", language, rules=rules)] if narrow else []


def _ids(questions: tuple[str, ...]) -> str:
    """Write ids with runs closed up: q09 to q17 and q19 as ``q09–q17, q19``."""
    runs: list[list[str]] = []
    for question in questions:
        if runs and int(question[1:]) == int(runs[-1][-1][1:]) + 1:
            runs[-1].append(question)
        else:
            runs.append([question])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}\u2013{run[-1]}" for run in runs)
