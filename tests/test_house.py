"""What holds for the repository as a whole."""

import ast
import csv
import itertools
import json
import re
from graphlib import TopologicalSorter

import nbformat
import pytest

from toe_analysis.publishing.reading_copies import read_prose
from toe_analysis.running.cache import DATA
from toe_analysis.running.stages import STAGES, waits_for

FLOORS = ("statistics", "survey", "showing", "interviews", "published", "topics", "exchange")
#: What each room may use; the rooms above these may use all of them.
MAY_USE = {floor: set(FLOORS[:place]) for place, floor in enumerate(FLOORS)}
ABOVE = ("running", "sweeping", "privacy", "releasing", "publishing", "teaching", "commands")


def modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from (name for name in names if name.startswith("toe_analysis."))


def imported(path):
    return (name.split(".")[1] for name in modules(path))


def test_imports_go_down_only(project):
    package = project / "src/toe_analysis"
    assert {path.parent.name for path in package.glob("*/__init__.py")} == {*FLOORS, *ABOVE}
    for floor in FLOORS:
        for path in (package / floor).rglob("*.py"):
            foreign = set(imported(path)) & {*FLOORS, *ABOVE} - {floor}
            assert foreign <= MAY_USE[floor], path
    for path in (package / "statistics").rglob("*.py"):
        assert set(imported(path)) <= {"statistics"}, path


def test_rooms_do_not_use_each_other_in_a_circle(project):
    package = project / "src/toe_analysis"
    uses = {}
    for path in package.rglob("*/*.py"):
        room = path.parent.relative_to(package)
        for name in modules(path):
            file = package.joinpath(*name.split(".")[1:])
            other = (file if file.is_dir() else file.parent).relative_to(package)
            if not (room.is_relative_to(other) or other.is_relative_to(room)):
                uses.setdefault(room, set()).add(other)
    TopologicalSorter(uses).prepare()  # a CycleError names the circle


def test_a_topic_uses_nothing_of_another_topic(project):
    topics = project / "src/toe_analysis/topics"
    for path in topics.rglob("*.py"):
        named = re.findall(r"toe_analysis\.topics\.(\w+)", path.read_text(encoding="utf-8"))
        assert set(named) <= {path.relative_to(topics).parts[0].removesuffix(".py")}, path


def test_data_in_the_rooms_that_notebooks_use_are_of_kinds_that_make_their_stages_run_again(project):
    for floor in FLOORS:
        for path in (project / "src/toe_analysis" / floor).rglob("*.*"):
            assert path.suffix in (".py", ".pyc", ".md", *DATA), path


def test_every_output_is_made_by_one_stage():
    written = [path for stage in STAGES for path in stage.writes]
    assert len(set(written)) == len(written)


def test_stages_stand_in_an_order_in_which_they_can_run_and_read_what_exists(project):
    before: set[str] = set()
    for stage in STAGES:
        assert waits_for(stage, STAGES) <= before
        before.add(stage.name)
        assert all((project / path).is_file() for path in stage.reads)


@pytest.fixture(params=[stage.name for stage in STAGES])
def notebook(request, project):
    return json.loads((project / f"notebooks/{request.param}.ipynb").read_text(encoding="utf-8"))


def test_notebooks_are_short_and_hold_no_functions(notebook):
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(notebook["cells"]) <= 30
    for cell in code:
        assert len(cell["source"]) <= 15
        assert not re.search(r"^(def|class) ", "".join(cell["source"]), re.MULTILINE)
    assert sum("parameters" in cell["metadata"].get("tags", ()) for cell in code) == 1


def test_a_notebook_asks_in_its_title_and_answers_before_its_first_section(project):
    for stage in STAGES[:-1]:  # the last one is answers throughout
        cells = nbformat.read(project / f"notebooks/{stage.name}.ipynb", as_version=4).cells
        opening = list(itertools.takewhile(lambda cell: not cell.source.startswith("## "), cells))
        assert opening[0].source.splitlines()[0].endswith("?"), stage.name
        assert any(re.search(r"\btell\(", cell.source) for cell in opening if cell.cell_type == "code"), stage.name


def test_danish_prose_stands_in_the_order_of_the_english_with_its_headings_and_names(project):
    for path in sorted((project / "notebooks").glob("*.ipynb")):
        notebook, sections = nbformat.read(path, as_version=4), read_prose(project / f"notebooks/da/{path.stem}.md")
        prose = {cell.id: cell.source for cell in notebook.cells if cell.cell_type == "markdown"}
        assert list(sections) == list(prose), path.name
        for name, (_, text) in sections.items():
            heading = re.match(r"#+ ", prose[name])
            assert text.startswith(heading[0] if heading else text[:1]), (path.name, name)
            assert text
            assert set(re.findall(r"`([^`]+/[^`]+|[^`]+_[^`]+)`", prose[name])) <= set(re.findall(r"`([^`]+)`", text))


def test_parameters_are_plain_annotated_and_explained(notebook):
    (cell,) = [cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", ())]
    for line in cell["source"]:
        assert re.fullmatch(r"\w+: (str|int|float|bool) = \S+  # .+\n?", line), line


def test_the_readmes_first_command_stands_on_a_line_of_its_own(project):
    commands = [
        line for line in (project / "README.md").read_text(encoding="utf-8").splitlines() if "run_all.py" in line
    ]
    assert "python run_all.py" in commands


def test_every_row_of_every_table_says_its_basis(project):
    for path in (project / "data/processed").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert all(row["basis"] in ("published", "responses", "calibrated", "illustrative") for row in rows), path.name


def test_every_folder_that_a_person_opens_has_a_readme(project):
    for folder in (
        "",
        "data",
        "data/raw",
        "data/processed",
        "figures",
        "notebooks",
        "notebooks/exercises",
        "src/toe_analysis",
        "tests",
    ):
        assert (project / folder / "README.md").is_file(), folder


@pytest.mark.parametrize("folder", ["", "notebooks/exercises"])
def test_a_lock_is_hashed_and_names_no_index(project, folder):
    lock = (project / folder / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    packages = re.split(r"\n(?=[a-z])", lock)[1:]
    assert len(packages) > 50
    assert all("--hash=sha256:" in package for package in packages)
