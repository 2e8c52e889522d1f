"""The command ``grade``: from handed-in notebooks to who has what right, and where many are stuck on which mistake."""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.paths import write_atomically
from toe_analysis.survey.text import make_inert
from toe_analysis.teaching.exercises import STEPS_TITLE, Exercise, exercise_of
from toe_analysis.teaching.handins import HandIn, read_handins
from toe_analysis.teaching.judging import LONGEST_RUN, Answer, Result, Verdict, run_result, saved_result
from toe_analysis.teaching.teach import POOL
from toe_analysis.templates import filled
from toe_analysis.terminal import DONE, tell

#: What each verdict is called, and its sign on the page; None is a question of an exercise that was not handed in.
WORDS = {
    Verdict.RIGHT: ("rigtigt", "✓"),
    Verdict.WRONG: ("forkert", "✗"),
    Verdict.ERROR: ("fejlmeddelelse", "!"),
    Verdict.STUB: ("ikke besvaret", "…"),
    Verdict.NOT_RUN: ("ikke kørt", "–"),
    None: ("ikke afleveret", ""),
}


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
        """The questions of the exercises that somebody was asked, in their order."""
        asked = {number for answers in self.answers.values() for number in answers}
        return [number for exercise in self.exercises for number in exercise.questions if number in asked]

    def stuck(self) -> list[dict]:
        """Return how the class fared with each question that was handed in, those that most students lack first.

        Of the ``base`` of students who handed the exercise in, each once, ``counts`` have each verdict; ``hint`` is
        what most wrong answers were told (empty if none was wrong), ``hinted`` how many were told it, and ``is_known``
        whether it is that of a known mistake.
        """
        known = {number: exercise.mistakes for exercise in self.exercises for number in exercise.questions}
        rows = []
        for number in self.questions:
            given = [answers[number] for answers in self.answers.values() if number in answers]
            told = Counter(answer.said for answer in given if answer.verdict == Verdict.WRONG)
            hint, hinted = min(told.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
            counts = Counter(answer.verdict for answer in given)
            row = {"question": number, "base": len(given), "counts": counts, "hint": hint, "hinted": hinted}
            rows.append(row | {"is_known": bool(hint) and hint in known[number]})
        return sorted(rows, key=lambda row: row["counts"][Verdict.RIGHT] - row["base"])


def grade(project: Path, options: argparse.Namespace) -> int:
    """Write the page and the tables of a class to ``build/teaching/grade``; return the exit code.

    Raises
    ------
    InputError
        If there is no such folder, no notebook in it, or the notebooks are to be run and ``teach`` was never.
    """
    exercises = _exercises(project)
    handins, problems = _read(options.folder.resolve(), [name for one in exercises for name in one.handed_out])
    results = [saved_result(handin.notebook) for handin in handins]
    if options.run:
        students = project / "build" / "teaching" / "student"
        if not (students / "tjek.json").is_file():
            raise InputError("expected the exercises in build/teaching/student; first run: python run_all.py teach")
        tell(f"Running {len(handins)} notebooks, each in a process of its own. It is no prison: mind whose code it is.")
        saved = results
        with ThreadPoolExecutor(options.jobs) as pool:
            results = list(pool.map(lambda handin: run_result(handin, students), handins))
        problems += _differences(handins, saved, results)
    view = overview(exercises, list(zip(handins, results, strict=True)), problems, options.run)
    pages = {"index.html": overview_page(view).encode()}
    pages |= {"overview.csv": students_table(view), "questions.csv": questions_table(view)}
    target = project / "build" / "teaching" / "grade"
    for name, content in pages.items():
        write_atomically(target / name, content)
    how = (
        "run again from the top"
        if options.run
        else "judged by what is saved in them, which may be old, edited or copied"
    )
    tell(
        f"Notebooks: {len(handins)}; students: {len(view.answers)}; remarks: {len(view.remarks)}. The notebooks were "
        f"{how}.\n"
        "Open build/teaching/grade/index.html. It names students: delete it when you are done."
    )
    return DONE


def _read(folder: Path, names: Sequence[str]) -> tuple[list, list[str]]:
    if not folder.exists():
        raise InputError(f"expected a folder of handed-in notebooks (or its zip file), but there is no {folder.name}")
    handins, problems = read_handins(folder, names)
    if not handins:
        why = f" ({problems[0]})" if problems else ""
        raise InputError(
            f"expected notebooks (.ipynb) in {folder.name}, found none{why}; give the folder you downloaded"
        )
    return handins, problems


def _exercises(project: Path) -> list[Exercise]:
    folder = project / "notebooks" / "exercises"
    common = (folder / "facit.py").read_text(encoding="utf-8")  # the hints that every share has
    paths = [path for path in sorted(folder.glob("*.ipynb")) if path.stem != POOL]
    return [exercise_of(path.stem, nbformat.read(path, as_version=4), common) for path in paths]


def _differences(handins: list, saved: list[Result], run: list[Result]) -> list[str]:
    """Name what a notebook says is right and is not when it is run, and what could not be run to its end."""
    found = []
    for handin, before, after in zip(handins, saved, run, strict=True):
        if not after.ended:
            found.append(
                f"{handin.path}: er standset, før den var færdig (en løkke uden ende, for meget hukommelse eller mere "
                f"end {LONGEST_RUN} sekunder). Det, den ikke nåede, står som ikke kørt; det siger intet om svarene."
            )
        numbers = [
            number
            for number, answer in before.answers.items()
            if answer.verdict == Verdict.RIGHT
            and after.answers[number].verdict != Verdict.RIGHT
            and (after.ended or after.answers[number].verdict != Verdict.NOT_RUN)
        ]
        if numbers:
            found.append(f"{handin.path}: rigtigt i den gemte notebook, men ikke når den køres: {', '.join(numbers)}.")
    return found


def overview(
    exercises: Sequence[Exercise], results: Sequence[tuple[HandIn, Result]], problems: Sequence[str], was_run: bool
) -> Overview:
    """Put the results of all notebooks together; `problems` says what could not be read."""
    numbers = {number: exercise for exercise in exercises for number in exercise.questions}
    answers: dict[str, dict[str, Answer]] = {}
    remarks = list(problems)
    handed_out = {cells for exercise in exercises for cells in exercise.handed_out.values()}
    touched = [(handin, result) for handin, result in results if not handin.is_untouched(handed_out)]
    untouched = Counter(handin.student for handin, _ in results) - Counter(handin.student for handin, _ in touched)
    remarks += [
        f"{name}: har ikke rørt {count} af sine notebooks; de tæller ikke med." for name, count in untouched.items()
    ]
    times: Counter[tuple[str, str]] = Counter()
    for handin, result in touched:
        mine = answers.setdefault(handin.student, {})
        known = {number: answer for number, answer in result.answers.items() if number in numbers}
        if not known:
            remarks.append(f"{handin.path}: har ingen tjek fra opgaverne og tæller ikke med.")
            continue
        first = handin.notebook.cells[0].source.split("\n")[0] if handin.notebook.cells else ""
        if STEPS_TITLE in first:
            remarks.append(f"{handin.path}: er udgaven trin for trin.")
        if not result.in_order:
            remarks.append(f"{handin.path}: er ikke kørt forfra, så de gemte svar kan høre til en anden kode.")
        exercise = numbers[next(iter(known))]
        times[handin.student, exercise.title] += 1
        for number in exercise.questions:
            answer = known.get(number, Answer(Verdict.NOT_RUN))
            is_left_out = STEPS_TITLE in first and number not in known
            if not is_left_out and (number not in exercise.voluntary or answer.verdict > Verdict.STUB):
                mine[number] = max(answer, mine.get(number, answer))
    remarks += [
        f"{student}: har afleveret {count} gange ({title}). Er de fra flere studerende, så læg dem i en mappe til hver."
        for (student, title), count in times.items()
        if count > 1
    ]
    return Overview(exercises, {student: mine for student, mine in answers.items() if mine}, remarks, was_run)


def students_table(view: Overview) -> bytes:
    """Return a row a student and a column a question, as a Danish spreadsheet program reads it."""
    head = ["studerende", *view.questions, "rigtige", "spørgsmål i det afleverede"]
    rows = []
    for student, answers in view.answers.items():
        verdicts = [answers[number].verdict if number in answers else None for number in view.questions]
        right = sum(verdict == Verdict.RIGHT for verdict in verdicts)
        rows.append([student, *(WORDS[verdict][0] for verdict in verdicts), right, len(answers)])
    return _csv(head, rows)


def questions_table(view: Overview) -> bytes:
    """Return a row a question: how many have it right, out of how many, and the commonest hint."""
    verdicts = [verdict for verdict in WORDS if verdict]
    names = [WORDS[verdict][0] for verdict in verdicts]
    head, rows = ["spørgsmål", "afleveret", *names, "hyppigste vink", "antal", "kendt fejl"], []
    for row in view.stuck():
        known = "ja" if row["is_known"] else "nej" if row["hint"] else ""
        counts = [row["counts"][verdict] for verdict in verdicts]
        rows.append([row["question"], row["base"], *counts, row["hint"], row["hinted"], known])
    return _csv(head, rows)


def overview_page(view: Overview) -> str:
    """Return the page for the lecturer."""
    titles = [exercise for exercise in view.exercises if set(exercise.questions) & set(view.questions)]
    return filled("teaching/templates/grade.html.j2", view=view, words=WORDS, right=Verdict.RIGHT, titles=titles)


def _csv(head: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Write with semicolons, and so that no student's name is taken for a formula."""
    table = pd.DataFrame(rows, columns=head, dtype=object).map(lambda cell: make_inert(str(cell)))
    return table.to_csv(index=False, sep=";", lineterminator="\r\n").encode("utf-8-sig")
