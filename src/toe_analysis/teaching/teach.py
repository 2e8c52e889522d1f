"""The command ``teach``: from the masters in ``notebooks/exercises`` to what students and teachers get."""

import argparse
import io
import json
import shutil
import zipfile
from pathlib import Path

import nbformat

from toe_analysis.interviews import read_codings
from toe_analysis.paths import write_atomically
from toe_analysis.running import runner
from toe_analysis.running.stages import Stage
from toe_analysis.teaching import exercises
from toe_analysis.teaching.data import made_up_sheets, student_files
from toe_analysis.teaching.pages import document_page
from toe_analysis.teaching.slides import slides_page
from toe_analysis.terminal import DONE, FAILED, tell

ZIP_NAME = "ai-opgaver.zip"
#: The folder inside the zip; plain letters, because not every unpacker knows others.
_FOLDER = "ai-opgaver"
_NEVER_CHANGING = (2025, 1, 1, 0, 0, 0)

#: What lies beside the masters and goes into the students' folder as it is.
_HELPERS = ("tjek.py", "dansk.py", "hjaelp.py", "start.py", "start.cmd", "requirements.lock")
#: Documents that students read: in JupyterLab, where a notebook links to a word, and before it, in a browser.
_BEGINNING, _GLOSSARY = "docs/da/kom-i-gang.md", "docs/da/ordliste.md"
#: Only for teachers: what to do before class, and the notebook that pools a folder of coding sheets.
_ADVICE = "docs/da/for-undervisere.md"
POOL = "saml_kodninger"


def teach(project: Path, options: argparse.Namespace) -> int:
    """Make the students' folder, its zip and the teacher's folder under ``build/teaching``; return the exit code.

    Every master is run first: a solution that fails, or does not pass its own check, stops everything.
    """
    target = project / "build" / "teaching"
    masters = project / "notebooks" / "exercises"
    work = _workshop(project, masters, target / "work")
    names = sorted(path.stem for path in masters.glob("*.ipynb"))
    given = tuple(path.relative_to(work).as_posix() for path in sorted((work / "data").rglob("*")) if path.is_file())
    stages = tuple(Stage(name, "", given, ()) for name in names)
    if not runner.run_stages(stages, work, work, jobs=options.jobs):
        return FAILED
    students = _student_folder(project, masters, work, names)
    for name, content in students.items():
        write_atomically(target / "student" / name, content)
    write_atomically(target / ZIP_NAME, _zip(students))
    for name, content in _teacher_folder(project, masters, work, names, students).items():
        write_atomically(target / "teacher" / name, content)
    tell(
        f"Hand out build/teaching/{ZIP_NAME}; solutions, pages and slides are in build/teaching/teacher/.\n"
        "The answers of firms in the exercises are synthetic: they say nothing about real firms."
    )
    return DONE


def _workshop(project: Path, masters: Path, work: Path) -> Path:
    """Lay the masters out beside their data, as they will lie at a student's."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(masters, work, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    for name, content in student_files(project / "data" / "raw").items():
        write_atomically(work / "data" / name, content)
    for name, content in _example_sheets(project).items():
        write_atomically(work / name, content)
    return work


def _student_folder(project: Path, masters: Path, work: Path, names: list[str]) -> dict[str, bytes]:
    files = {Path(name).with_suffix(".html").name: _document(project / name) for name in (_BEGINNING, _GLOSSARY)}
    files[Path(_GLOSSARY).name] = (project / _GLOSSARY).read_bytes()
    files |= {name: (masters / name).read_bytes() for name in _HELPERS}
    files |= {f"data/{name}": content for name, content in student_files(project / "data" / "raw").items()}
    locked = {}
    for name in names:
        if name != POOL:
            master = _read(masters / f"{name}.ipynb")
            files[f"{name}.ipynb"] = _bytes(exercises.student_copy(master))
            if exercises.has_steps(master):
                files[f"{name[:3]}{exercises.STEPS_NAME}{name[3:]}.ipynb"] = _bytes(
                    exercises.student_copy(master, light=True)
                )
            executed = _read(work / "build" / "notebooks" / f"{name}.ipynb")
            locked |= {question["opgave"]: question["laas"] for question in exercises.locks(executed)}
    files["tjek.json"] = (json.dumps(locked, indent=1) + "\n").encode()
    return files


def _teacher_folder(
    project: Path, masters: Path, work: Path, names: list[str], students: dict[str, bytes]
) -> dict[str, bytes]:
    files = {name: content for name, content in students.items() if not name.endswith(".ipynb")}
    files |= _example_sheets(project)
    files[Path(_ADVICE).with_suffix(".html").name] = _document(project / _ADVICE)
    for name in names:
        executed = _read(work / "build" / "notebooks" / f"{name}.ipynb")
        files[f"{name}.ipynb"] = _bytes(exercises.solution_copy(executed))
        if name != POOL:
            page = exercises.teacher_page(_read(masters / f"{name}.ipynb"), exercises.locks(executed))
            files[f"{name}.html"] = document_page(page).encode()
            files[f"{name}_slides.html"] = slides_page(executed).encode()
    return files


def _example_sheets(project: Path) -> dict[str, bytes]:
    codings = read_codings(project / "data" / "raw")
    return {f"eksempel_ark/{name}": content for name, content in made_up_sheets(codings).items()}


def _zip(files: dict[str, bytes]) -> bytes:
    """Pack the files, the same bytes every time and on every system."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{_FOLDER}/{name}", _NEVER_CHANGING)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return content.getvalue()


def _document(path: Path) -> bytes:
    return document_page(path.read_text(encoding="utf-8")).encode()


def _read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def _bytes(notebook: nbformat.NotebookNode) -> bytes:
    return (nbformat.writes(notebook) + "\n").encode()
