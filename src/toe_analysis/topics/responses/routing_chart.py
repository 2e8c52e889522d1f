"""The routing tree of the questionnaire: the report's appendix 1 is a picture that its text lacks, so it is redrawn."""

import textwrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from toe_analysis.showing.charts import MARKS, badge_basis, marks_note
from toe_analysis.showing.figures import COLOURS, INK, PALE, new_figure
from toe_analysis.showing.words import option_word, say
from toe_analysis.survey import Questionnaire, Source, branches
from toe_analysis.survey.facts.routing import Branch

_INDENT = 0.11
_LINE_HEIGHT = 0.17  # inches
#: Why a firm was not asked a question.
_PAST = ("not_shown", "contradiction")
_PRINTED = {"color": INK, "linewidth": 1.6, "linestyle": "-"}
_INFERRED = {"color": COLOURS[1], "linewidth": 1.6, "linestyle": (0, (2, 1.5))}
_UNKNOWN = {"color": PALE, "linewidth": 1.2, "linestyle": (0, (1, 2))}


def routing_table(questionnaire: Questionnaire, missing: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Return the tree as a table: a row a branch with its rule, questions and firms.

    Parameters
    ----------
    questionnaire : Questionnaire
    missing : pandas.DataFrame
        A row a firm, a column a question id: why there is no answer.
    source : Source

    Returns
    -------
    pandas.DataFrame
        ``rule`` ("" for everyone), ``questions``, ``count``, ``depth``, ``routing`` (whether the rule is printed or
        inferred), ``firms`` that were asked, and ``basis``: published where their number follows from printed ones.
    """
    rows, leads = [], {}
    for branch in branches(questionnaire):
        above = leads.get(branch.rule.question, ()) if branch.rule else ()
        decides = (*above, branch.rule.question) if branch.rule else ()
        leads |= dict.fromkeys(branch.questions, decides)
        basis = source.basis(decides or ["valid"])
        rows.append(
            {
                "rule": str(branch.rule or ""),
                "questions": _ids(branch.questions),
                "count": len(branch.questions),
                "depth": branch.depth,
                "routing": "inferred" if branch.inferred else "printed",
                "firms": int((~missing[branch.questions[0]].isin(_PAST)).sum()),
                "basis": "published" if basis == "calibrated" else basis,
            }
        )
    return pd.DataFrame(rows)


def routing_chart(questionnaire: Questionnaire, table: pd.DataFrame, language: str) -> tuple[Figure, str]:
    """Draw the tree from top to bottom, an indented box a branch; printed and inferred rules look different.

    Parameters
    ----------
    questionnaire : Questionnaire
    table : pandas.DataFrame
        As `routing_table` returns it.
    language : str
    """
    tree = branches(questionnaire)
    rows_told = zip(tree, table.itertuples(), strict=True)
    texts = [_box_text(branch, row, questionnaire, language) for branch, row in rows_told]
    notes = [*_notes(questionnaire, language), marks_note(table["basis"], language)]
    rows = [text.count("\n") + 1 for text in texts]
    height = _LINE_HEIGHT * (sum(rows) + 1.1 * len(rows)) + 2.9
    footnote = say("routing.footer", language, n=len(questionnaire))
    made_up = "illustrative" in set(table["basis"])
    title = say("routing.title_made_up" if made_up else "routing.title", language)
    note = " ".join([footnote, *notes]).strip()
    figure = new_figure(height, title, note, badge_basis(table["basis"]), language)
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
    _key(axes, tree, questionnaire, language)
    told = "; ".join(text.replace("\n", " ") for text in texts)
    return figure, say("routing.alt", language, n=len(questionnaire), branches=len(tree), tree=told)


def _key(axes: Axes, tree: tuple[Branch, ...], questionnaire: Questionnaire, language: str) -> None:
    handles = [
        Line2D([], [], label=textwrap.fill(say(f"routing.{name}", language), 60), **look)
        for name, look in (("printed", _PRINTED), ("inferred", _INFERRED))
    ]
    option = ", ".join(option_word(option, language) for option in _open_options(tree, questionnaire))
    unknown = textwrap.fill(say("routing.unknown", language, option=option), 60)
    handles.append(Line2D([], [], label=unknown, **_UNKNOWN))
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0), frameon=False, fontsize=8.5)


def _box_text(branch: Branch, row: object, questionnaire: Questionnaire, language: str) -> str:
    """Return what the last question asks, which decides what follows; then who comes here, how many, and the ids."""
    deciding = [question for question in branch.questions if _decides(question, questionnaire)]
    asked = [
        f"{questionnaire[question].labels[language]}\u00a0({question})" for question in deciding or branch.questions[:1]
    ]
    marks = any(questionnaire[question].narrower for question in branch.questions)
    told = {"firms": f"{row.firms}{MARKS[row.basis]}", "ids": row.questions + ("‡" if marks else "")}
    if branch.rule is None:
        who = say("routing.everyone", language, **told)
    else:
        who = say("routing.who", language, option=branch.rule.option, **told)
    width = 64 - 5 * branch.depth
    return "\n".join(textwrap.fill(text, width) for text in (*asked, who))


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
    rules = "; ".join(
        f"{say('routing.narrower', language, id=one.id, option=one.narrower.option)} {one.narrower.question}"
        for one in narrow
    )
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
