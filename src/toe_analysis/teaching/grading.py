"""The overview of a class: who has what right, and where many are stuck and on which mistake."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toe_analysis.teaching.handins import HandIn
from toe_analysis.teaching.judging import Answer, Result, Verdict
from toe_analysis.teaching.pages import render

#: What each verdict is called, and its sign on the page; None is a question of an exercise that was not handed in.
WORDS = {
    Verdict.RIGHT: ("rigtigt", "✓"),
    Verdict.WRONG: ("forkert", "✗"),
    Verdict.ERROR: ("fejlmeddelelse", "!"),
    Verdict.STUB: ("ikke besvaret", "…"),
    Verdict.NOT_RUN: ("ikke kørt", "–"),
    None: ("ikke afleveret", ""),
}
_STEPS = "(trin for trin)"


@dataclass(frozen=True)
class Exercise:
    """An exercise, as far as an overview needs it.

    Parameters
    ----------
    title : str
    questions : tuple of str
        Their numbers, in order.
    mistakes : str
        All that is told to known mistakes, as one text: other hints are for answers that nobody foresaw.
    """

    title: str
    questions: tuple[str, ...]
    mistakes: str


@dataclass(frozen=True)
class Stuck:
    """How a class fared with one question.

    Parameters
    ----------
    question : str
    counts : Counter of Verdict
        Over the students who handed the exercise in; a student counts once.
    hint : str
        What most wrong answers were told; empty if none was wrong.
    hinted : int
        How many students were told it.
    is_known : bool
        Whether it is the hint of a known mistake.
    """

    question: str
    counts: Counter
    hint: str
    hinted: int
    is_known: bool

    @property
    def base(self) -> int:
        """How many students handed the exercise in."""
        return self.counts.total()


@dataclass(frozen=True)
class Overview:
    """What a class has handed in.

    Parameters
    ----------
    exercises : sequence of Exercise
        All there are.
    answers : mapping of str to mapping of str to Answer
        By student and question: the best of all notebooks that the student handed in.
    remarks : sequence of str
        In Danish: files that could not be used, and results to be wary of.
    was_run : bool
        Whether the notebooks were run again.
    """

    exercises: Sequence[Exercise]
    answers: Mapping[str, Mapping[str, Answer]]
    remarks: Sequence[str]
    was_run: bool

    @property
    def questions(self) -> list[str]:
        """The questions of every exercise that somebody handed in."""
        seen = {number for answers in self.answers.values() for number in answers}
        return [
            number for exercise in self.exercises if seen & set(exercise.questions) for number in exercise.questions
        ]

    def stuck(self) -> list[Stuck]:
        """Return each question that was handed in, those that most students lack first."""
        known = {number: exercise.mistakes for exercise in self.exercises for number in exercise.questions}
        rows = []
        for number in self.questions:
            given = [answers[number] for answers in self.answers.values() if number in answers]
            told = Counter(answer.said for answer in given if answer.verdict == Verdict.WRONG)
            hint, hinted = min(told.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
            counts = Counter(answer.verdict for answer in given)
            rows.append(Stuck(number, counts, hint, hinted, bool(hint) and hint in known[number]))
        return sorted(rows, key=lambda row: row.counts[Verdict.RIGHT] - row.base)


def overview(
    exercises: Sequence[Exercise], results: Sequence[tuple[HandIn, Result]], problems: Sequence[str], was_run: bool
) -> Overview:
    """Put the results of all notebooks together.

    Parameters
    ----------
    exercises : sequence of Exercise
    results : sequence of pairs of HandIn and Result
    problems : sequence of str
        What could not be read.
    was_run : bool
        Whether the results come from running the notebooks.
    """
    numbers = {number: exercise for exercise in exercises for number in exercise.questions}
    answers: dict[str, dict[str, Answer]] = {}
    remarks = list(problems)
    for handin, result in results:
        mine = answers.setdefault(handin.student, {})
        known = {number: answer for number, answer in result.answers.items() if number in numbers}
        if not known:
            remarks.append(f"{handin.path}: har ingen tjek fra opgaverne og tæller ikke med.")
            continue
        first = handin.notebook.cells[0].source.split("\n")[0] if handin.notebook.cells else ""
        if _STEPS in first:
            remarks.append(f"{handin.path}: er udgaven trin for trin.")
        if not result.in_order:
            remarks.append(f"{handin.path}: er ikke kørt forfra, så de gemte svar kan høre til en anden kode.")
        exercise = numbers[next(iter(known))]
        asked = [number for number in exercise.questions if number in known or _STEPS not in first]
        for number in asked:
            answer = known.get(number, Answer(Verdict.NOT_RUN))
            mine[number] = max(answer, mine.get(number, answer))
    return Overview(exercises, {student: mine for student, mine in answers.items() if mine}, remarks, was_run)


def students_table(view: Overview) -> bytes:
    """Return a row a student and a column a question, as a Danish spreadsheet program reads it."""
    head = ["studerende", *view.questions, "rigtige", "spørgsmål i det afleverede"]
    rows = []
    for student, answers in view.answers.items():
        verdicts = [answers[number].verdict if number in answers else None for number in view.questions]
        right = sum(verdict == Verdict.RIGHT for verdict in verdicts)
        rows.append([student, *(WORDS[verdict][0] for verdict in verdicts), right, len(answers)])
    return _csv([head, *rows])


def questions_table(view: Overview) -> bytes:
    """Return a row a question: how many have it right, out of how many, and the commonest hint."""
    verdicts = [verdict for verdict in WORDS if verdict]
    head = [
        "spørgsmål",
        "afleveret",
        *(WORDS[verdict][0] for verdict in verdicts),
        "hyppigste vink",
        "antal",
        "kendt fejl",
    ]
    return _csv(
        [
            head,
            *(
                [
                    row.question,
                    row.base,
                    *(row.counts[verdict] for verdict in verdicts),
                    row.hint,
                    row.hinted,
                    "ja" if row.is_known else "nej" if row.hint else "",
                ]
                for row in view.stuck()
            ),
        ]
    )


def overview_page(view: Overview) -> str:
    """Return the page for the lecturer."""
    return render(
        "grade.html.j2",
        view=view,
        words=WORDS,
        right=Verdict.RIGHT,
        titles=[exercise for exercise in view.exercises if set(exercise.questions) & set(view.questions)],
    )


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    """Write with semicolons, and so that no student's name is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([f"'{cell}" if str(cell)[:1] in ("=", "+", "-", "@", "\t") else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")
