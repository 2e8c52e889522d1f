"""The command ``teach``: from the masters in ``notebooks/exercises`` to what students and teachers get."""

import argparse
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

import nbformat
import pandas as pd

from toe_analysis.interviews import blank_workbook, read_categories, read_codings
from toe_analysis.paths import Root, write_atomically
from toe_analysis.running import runner
from toe_analysis.running.sole_run import sole_run
from toe_analysis.running.stages import Stage
from toe_analysis.showing.output import zipped
from toe_analysis.survey.opening import read_survey
from toe_analysis.survey.synthetic.world import read_recipe, synthetic_answers
from toe_analysis.teaching import exercises
from toe_analysis.teaching.pages import document_page, slides_page
from toe_analysis.terminal import DONE, FAILED, tell

ZIP_NAME = "ai-opgaver.zip"
#: The folder inside the zip; plain letters, because not every unpacker knows others.
_FOLDER = "ai-opgaver"

#: What lies beside the masters and goes into the students' folder as it is.
_HELPERS = ("tjek.py", "dansk.py", "hjaelp.py", "start.py", "start.cmd", "requirements.lock")
#: Documents that students read: in JupyterLab, where a notebook links to a word, and before it, in a browser.
_BEGINNING, _GLOSSARY = "docs/da/kom-i-gang.md", "docs/da/ordliste.md"
#: Only for teachers: what to do before class, and the notebook that pools a folder of coding sheets.
_ADVICE = "docs/da/for-undervisere.md"
POOL = "saml_kodninger"

#: Copied as they are.
GIVEN = ("survey_export.xlsx", "questionnaire.csv")
#: What the report prints, without our notes on it: they give answers away.
_CLAIMS, _NOTES = "published_claims.csv", ["recompute_from", "note"]

#: Two made-up coders: our theme of a unit to the code they always give it; elsewhere they code as the report.
MADE_UP_CODERS = {
    "eksempel_kodning.csv": {"recruitment_location": "O", "networks_advice": "E", "cost_business_case": "O"},
    "eksempel_kodning_2.csv": {"networks_advice": "O", "data_quality": "O", "support_paperwork": "O"},
}

#: The roles of the questions that tell a status, and what a firm that gave up expects.
_ANSWERS = ("uses", "tried", "expects_again", "expects")


def teach(project: Path, options: argparse.Namespace) -> int:
    """Make the students' folder, its zip and the teacher's folder under ``build/teaching``; return the exit code.

    Every master is run first: a solution that fails, or does not pass its own check, stops everything.
    """
    read_survey(Root.at(project))  # refuses a real export: nobody is to be handed one
    target = project / "build" / "teaching"
    target.mkdir(parents=True, exist_ok=True)
    with sole_run(target, "Another teach is at work"):  # else it would begin by deleting what that one is running
        return _teach(project, target, options.jobs)


def _teach(project: Path, target: Path, jobs: int) -> int:
    masters, work = project / "notebooks" / "exercises", target / "work"
    data = {f"data/{name}": content for name, content in student_files(project / "data" / "raw").items()}
    sheets = {f"eksempel_ark/{name}": data[f"data/{name}"] for name in MADE_UP_CODERS}
    shutil.rmtree(work, ignore_errors=True)  # where the masters lie beside their data as they will at a student's
    shutil.copytree(masters, work, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    _write(data | sheets, work)
    stages = tuple(Stage(path.stem, tuple(sorted(data)), ()) for path in sorted(masters.glob("*.ipynb")))
    if not runner.run_stages(stages, work, work, jobs=jobs):
        return FAILED
    students = {name: (masters / name).read_bytes() for name in _HELPERS} | data
    students |= {Path(name).with_suffix(".html").name: _document(project / name) for name in (_BEGINNING, _GLOSSARY)}
    students[Path(_GLOSSARY).name] = (project / _GLOSSARY).read_bytes()
    notebooks, locks, teachers = _from_masters([stage.name for stage in stages], work)
    students["tjek.json"] = (json.dumps(locks, indent=1) + "\n").encode()
    teachers |= students | sheets | {Path(_ADVICE).with_suffix(".html").name: _document(project / _ADVICE)}
    students |= notebooks
    for name, files in (("student", students), ("teacher", teachers)):
        shutil.rmtree(target / name, ignore_errors=True)  # what an earlier version made is not handed out
        _write(files, target / name)
    packed = zipped({f"{_FOLDER}/{name}": students[name] for name in sorted(students)})
    write_atomically(target / ZIP_NAME, packed)
    tell(
        f"Hand out build/teaching/{ZIP_NAME}; solutions, pages and slides are in build/teaching/teacher/.\n"
        "The answers of firms in the exercises are synthetic: they say nothing about real firms."
    )
    return DONE


def _from_masters(names: Iterable[str], work: Path) -> tuple[dict[str, bytes], dict[str, dict], dict[str, bytes]]:
    """Return the students' notebooks, the locks of the answers and the teacher's files, from masters that have run."""
    notebooks, locks, teachers = {}, {}, {}
    for name in names:
        paths = (work / f"{name}.ipynb", work / "build" / "notebooks" / f"{name}.ipynb")
        master, executed = (nbformat.read(path, as_version=4) for path in paths)
        teachers[f"{name}.ipynb"] = _bytes(exercises.solution_copy(executed))
        if name == POOL:
            continue
        notebooks |= {f"{copy}.ipynb": _bytes(made) for copy, made in exercises.copies(name, master).items()}
        questions = exercises.locks(executed)
        locks |= {question["opgave"]: question["laas"] for question in questions}
        teachers[f"{name}.html"] = document_page(exercises.teacher_page(master, questions)).encode()
        teachers[f"{name}_slides.html"] = slides_page(executed).encode()
    return notebooks, locks, teachers


def _write(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        write_atomically(folder / name, content)


def student_files(raw: Path) -> dict[str, bytes]:
    """Return name and content of every file in the students' data folder."""
    codings = read_codings(raw)
    files = {name: (raw / name).read_bytes() for name in GIVEN}
    files[_CLAIMS] = _csv(pd.read_csv(raw / _CLAIMS, dtype=str).drop(columns=_NOTES))
    files["verdener.csv"] = _worlds(raw)
    files["rapportens_koder.csv"] = _csv(codings[["interview", "unit", "toe"]])
    files["kodeark.xlsx"] = blank_workbook(codings, read_categories(raw, codings))
    for name, rule in MADE_UP_CODERS.items():
        codes = codings["theme"].map(rule).fillna(codings["toe"])
        files[name] = _csv(codings.assign(toe=codes)[["interview", "unit", "gloss_da", "toe"]])
    return files


def _worlds(raw: Path) -> bytes:
    """Return the 48 firms of every synthetic world, with the answers that make the AI status and no more."""
    recipe = read_recipe(raw)
    study, rows = recipe.study, []
    asked = [question.id for question in study.questionnaire if question.role in _ANSWERS]
    for world in recipe.worlds:
        firms = [firm for firm in synthetic_answers(recipe, world=world) if firm["group"] in study.status_names]
        name = "uden" if world == recipe.worlds[0] else world
        for number, firm in enumerate(firms, start=1):
            answers = {question: firm.get(question) for question in asked}
            rows.append(
                {"verden": name, "virksomhed": f"V{number:02d}", "ansatte": firm[study.size_question.id], **answers}
            )
    return _csv(pd.DataFrame(rows))


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


def _document(path: Path) -> bytes:
    return document_page(path.read_text(encoding="utf-8")).encode()


def _bytes(notebook: nbformat.NotebookNode) -> bytes:
    return (nbformat.writes(notebook) + "\n").encode()
