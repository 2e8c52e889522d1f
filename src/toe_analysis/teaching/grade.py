"""The command ``grade``: from a folder of handed-in notebooks to an overview of the class."""

import argparse
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from toe_analysis.errors import InputError
from toe_analysis.paths import write_atomically
from toe_analysis.teaching import exercises
from toe_analysis.teaching.grading import Exercise, overview, overview_page, questions_table, students_table
from toe_analysis.teaching.handins import read_handins
from toe_analysis.teaching.judging import Result, Verdict, run_result, saved_result
from toe_analysis.teaching.teach import POOL
from toe_analysis.terminal import DONE, tell


def grade(project: Path, options: argparse.Namespace) -> int:
    """Write the page and the tables of a class to ``build/teaching/grade``; return the exit code.

    Raises
    ------
    InputError
        If there is no such folder, no notebook in it, or the notebooks are to be run and ``teach`` was never.
    """
    handins, problems = _read(options.folder)
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
    view = overview(_exercises(project), list(zip(handins, results, strict=True)), problems, options.run)
    target = project / "build" / "teaching" / "grade"
    shutil.rmtree(target, ignore_errors=True)
    write_atomically(target / "index.html", overview_page(view).encode())
    write_atomically(target / "overview.csv", students_table(view))
    write_atomically(target / "questions.csv", questions_table(view))
    how = (
        "run again from the top"
        if options.run
        else "judged by what is saved in them, which may be old, edited or copied"
    )
    tell(
        f"{len(handins)} notebooks of {len(view.answers)} students, {how}; {len(view.remarks)} remarks.\n"
        "Open build/teaching/grade/index.html. It names students: delete it when you are done."
    )
    return DONE


def _read(folder: Path) -> tuple[list, list[str]]:
    if not folder.exists():
        raise InputError(f"expected a folder of handed-in notebooks (or its zip file), but there is no {folder.name}")
    handins, problems = read_handins(folder)
    if not handins:
        why = f" ({problems[0]})" if problems else ""
        raise InputError(
            f"expected notebooks (.ipynb) in {folder.name}, found none{why}; give the folder you downloaded"
        )
    return handins, problems


def _exercises(project: Path) -> list[Exercise]:
    masters = project / "notebooks" / "exercises"
    common = (masters / "facit.py").read_text(encoding="utf-8")  # the hints that every share has
    found = []
    for path in sorted(masters.glob("*.ipynb")):
        if path.stem != POOL:
            master = nbformat.read(path, as_version=4)
            numbers, mistakes = exercises.questions(master)
            found.append(Exercise(exercises.title(master), numbers, common + mistakes))
    return found


def _differences(handins: list, saved: list[Result], run: list[Result]) -> list[str]:
    """Name what a notebook says is right and is not when it is run."""
    found = []
    for handin, before, after in zip(handins, saved, run, strict=True):
        numbers = [
            number
            for number, answer in before.answers.items()
            if answer.verdict == Verdict.RIGHT and after.answers[number].verdict != Verdict.RIGHT
        ]
        if numbers:
            found.append(f"{handin.path}: rigtigt i den gemte notebook, men ikke når den køres: {', '.join(numbers)}.")
    return found
