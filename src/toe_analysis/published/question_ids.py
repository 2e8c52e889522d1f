"""Questions that our files on the report name: asked by a wave, left out by it, or a slip of the pen."""

import tomllib
from collections.abc import Container, Iterable, Sequence
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.survey.text_table import read_text_table

REPORT_NAME = "report.toml"

#: The files that trace what the report says to questions, with the column that names them.
_TRACES = {"triangulation.csv": "questions", "narrative_claims.csv": "survey_questions"}


def reported_questions(raw: Path) -> tuple[str, ...]:
    """Return the ids of the report's questions. A later wave may leave some out; one that it adds gets its own id.

    Raises
    ------
    InputError
        If ``report.toml`` does not name the first and the last.
    """
    try:
        first, last = tomllib.loads((raw / REPORT_NAME).read_text(encoding="utf-8"))["questions"]
        return tuple(f"q{number:02}" for number in range(int(first[1:]), int(last[1:]) + 1))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{REPORT_NAME}: expected under questions the first and the last one of the report, like q01 and q41, but "
            f"{error}"
        ) from None


def asked_of(
    names: Iterable[str], questionnaire: Container[str], reported: Sequence[str], where: str
) -> tuple[str, ...]:
    """Return those of the named questions that the questionnaire asks.

    Parameters
    ----------
    names : iterable of str
    questionnaire : container of str
        The ids that this wave asks, or a `Questionnaire`.
    reported : sequence of str
        The report's questions.
    where : str
        File, row and column, for the message.

    Raises
    ------
    InputError
        If a name is none of a question: neither the report nor this wave has it.

    Examples
    --------
    >>> asked_of(["q08", "q40"], {"q08"}, ["q08", "q40"], "links.csv, line 2")
    ('q08',)
    """
    names = tuple(names)
    for name in names:
        if name not in questionnaire and name not in reported:
            raise InputError(
                f"{where}: expected ids of questions like q40, found {name!r}, which is neither in questionnaire.csv "
                f"nor one of the report's {reported[0]} to {reported[-1]}; correct it or take it out"
            )
    return tuple(name for name in names if name in questionnaire)


def left_out(raw: Path, questionnaire: Container[str]) -> dict[str, list[str]]:
    """Return for each file that traces to questions those of the report that this wave does not ask, if there are any.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    found = {}
    for file, column in _TRACES.items():
        names = read_text_table(raw / file, (column,))[column].str.split().explode().dropna()
        if gone := sorted(name for name in set(names) if name not in questionnaire):
            found[file] = gone
    return found
