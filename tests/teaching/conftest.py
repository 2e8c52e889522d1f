"""A folder as a student has it, with the masters' locks, and every exercise taken apart into its questions."""

import contextlib
import importlib
import io
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import nbformat
import pandas as pd
import pytest

from toe_analysis.teaching import exercises
from toe_analysis.teaching.teach import POOL, student_files

HELPERS = ("dansk", "tjek", "hjaelp", "facit")
_FOLDER = Path(__file__).parents[2] / "notebooks/exercises"
MASTERS = sorted(path.stem for path in _FOLDER.glob("*.ipynb") if path.stem != POOL)


@pytest.fixture(scope="package")
def classroom(project, tmp_path_factory):
    """The helpers, loaded from a folder that also holds the students' data; as they were when all is done."""
    folder = tmp_path_factory.mktemp("classroom")
    for name in HELPERS:
        (folder / f"{name}.py").write_bytes((_FOLDER / f"{name}.py").read_bytes())
    (folder / "data").mkdir()
    for name, content in student_files(project / "data/raw").items():
        (folder / "data" / name).write_bytes(content)
    matplotlib.use("agg")
    with loaded(folder) as helpers:
        helpers["tjek"].OMGANGE = 2
        numbers = pd.get_option("display.float_format")
        _numbers_as_ever()  # other tests of this process run before this folder's are done
        yield SimpleNamespace(folder=folder, numbers=numbers, **helpers)


@contextlib.contextmanager
def loaded(folder):
    """The helpers in a folder, by name; none of them is loaded before or afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        for name in HELPERS:
            sys.modules.pop(name, None)
        yield {name: importlib.import_module(name) for name in HELPERS}
    for name in HELPERS:
        sys.modules.pop(name, None)


@pytest.fixture(autouse=True)
def danish_numbers(request):
    """Write numbers with a comma, as the helpers do for the whole process, in this folder's tests alone."""
    if "classroom" in request.fixturenames:
        pd.set_option("display.float_format", request.getfixturevalue("classroom").numbers)
    yield
    _numbers_as_ever()


def _numbers_as_ever():
    pd.reset_option("display.float_format")
    pd.reset_option("display.max_colwidth")


def read_master(stem):
    return nbformat.read(_FOLDER / f"{stem}.ipynb", as_version=4)


def run_cell(source, names):
    """Run a cell; return what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "cell", "exec"), names)
    return printed.getvalue()


@dataclass
class Question:
    """One question of an exercise, as cells: what is given before it, stub, solution, lock and check."""

    number: str
    given: list[str]
    stub: str
    solution: str
    locking: str
    check: str
    #: Each known mistake with its hint.
    mistakes: list = field(default_factory=list)


def questions_of(master, light=False):
    """Take a master apart; a solution that no check follows counts as given."""
    hidden = "full" if light else "light"
    cells = [cell for cell in master.cells if cell.cell_type == "code" and hidden not in cell.metadata.get("tags", ())]
    copies = iter([cell.source for cell in exercises.student_copy(master, light).cells if cell.cell_type == "code"])
    found, given, answer, open_ = [], [], (), None
    for place, cell in enumerate(cells):
        tags = cell.metadata.get("tags", ())
        copy = "" if "mistakes" in tags else next(copies)
        if "mistakes" in tags:
            number = re.search(r'laas\(\s*"(\w+)"', cell.source)[1]
            open_ = Question(number, given, *answer, cell.source, cells[place + 1].source)
        elif open_:
            found.append(open_)
            given, open_ = [], None
        elif "solution" in tags and "mistakes" in cells[place + 1].metadata.get("tags", ()):
            answer = (copy, cell.source)
        else:
            given.append(cell.source)
    return found, given


@pytest.fixture(scope="package")
def locked(classroom):
    """The questions of every exercise by its heading, locked, with their known mistakes as values."""
    return {master.cells[0].source.split("\n")[0]: _lock(master, classroom) for master in map(read_master, MASTERS)}


def _lock(master, classroom):
    found, _ = questions_of(master)
    by_number = {question.number: question for question in found}

    def lock(number, answer, praise, mistakes=(), **how):
        by_number[number].mistakes = list(mistakes)
        classroom.facit.laas(number, answer, praise, mistakes, **how)

    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "facit", SimpleNamespace(laas=lock))
        for question in found:
            for source in (*question.given, question.solution, question.locking):
                run_cell(source, names)
    return found
