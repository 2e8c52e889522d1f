"""What runs again, what does not, and why."""

import ast
import json
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from running.tiny import FOLDER, OUTPUT, WRITE, Project

import toe_analysis
from toe_analysis.commands.line import parse
from toe_analysis.running import cache, runner
from toe_analysis.running.stages import STAGES, Stage, chosen, longest_first
from toe_analysis.running.task import Task

READ = "import pandas as pd\nfrom toe_analysis.paths import Root\nroot = Root.current()\n"
RAW = "data/raw/given.csv"
PACKAGE = Path(toe_analysis.__file__).parent
SECOND, THIRD = "data/processed/02_next.csv", "data/processed/03_alone.csv"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A finished project: 02 reads what 01 made of a given file, 03 stands alone."""
    project = Project(tmp_path_factory.mktemp("made"))
    (project.root / RAW).write_text("1,2")
    first = "root = Root.current()\nwidth = len((root.raw / 'given.csv').read_text())\n"
    first += "root.to_process('01_made.csv').write_text(str(width))"
    second = (
        "root = Root.current()\nroot.to_process('02_next.csv').write_text((root.processed / '01_made.csv').read_text())"
    )
    project.add("02_next", FOLDER, second, reads=[OUTPUT], writes=[SECOND])
    project.add(
        "01_made", FOLDER, first, "print(level)", parameters="level: float = 1.0  # of it", given={"level": 0.5},
        reads=[RAW], prose=["Old words."],
    )  # fmt: skip
    project.add("03_alone", FOLDER, WRITE.replace("01_made", "03_alone"), writes=[THIRD])
    assert project.run(), project.outcomes
    return project


@pytest.fixture
def finished(made, tmp_path):
    """A copy of the finished project in another folder."""
    shutil.copytree(made.root.parent, tmp_path / "moved")
    moved = Project.__new__(Project)
    moved.root, moved.notebooks = tmp_path / "moved/root", tmp_path / "moved/root/notebooks"
    moved.stages, moved.outcomes, moved.because = list(made.stages), {}, {}
    return moved


def edit(project, name, change):
    path = project.notebooks / f"{name}.ipynb"
    notebook = nbformat.read(path, 4)
    change(notebook.cells)
    nbformat.write(notebook, path)


def test_a_finished_project_that_is_moved_runs_nothing_again(finished):
    assert finished.run(jobs=1)
    assert finished.outcomes == {"01_made": "", "02_next": "", "03_alone": ""}
    assert finished.ran() == []


def test_its_state_is_sorted_text_that_names_no_folder_and_no_moment(made):
    text = (made.root / cache.STATE_FILE).read_text(encoding="utf-8")
    assert str(made.root.parent) not in text
    content = json.loads(text)
    assert text == json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert content["version"] == cache.VERSION


def test_an_edit_of_code_runs_the_stage_and_what_reads_a_changed_result(finished):
    edit(finished, "01_made", lambda cells: cells.append(nbformat.v4.new_code_cell("x = 1")))
    assert finished.run()
    assert finished.because["01_made"] == ("its code cells changed",)
    assert finished.ran() == ["01_made"]  # the table it made is the same
    (finished.root / RAW).write_text("1,2,3")
    assert finished.run()
    assert finished.ran() == ["01_made", "02_next"]
    assert finished.because == {"01_made": (f"{RAW} changed",), "02_next": (f"{OUTPUT} changed",), "03_alone": ()}
    assert (finished.root / SECOND).read_text() == "5"


def test_prose_that_is_saved_while_its_stage_runs_is_joined_the_next_time(tmp_path):
    project = Project(tmp_path)
    save = "from pathlib import Path; notebook = Path('01_made.ipynb'); "
    save += "notebook.write_text(notebook.read_text().replace('Old' + ' words', 'New words'))"
    save = f"import subprocess, sys\nassert subprocess.run([sys.executable, '-c', {save!r}]).returncode == 0"
    project.add("01_made", FOLDER, save, WRITE, prose=["Old words."])
    assert project.run(), project.outcomes
    assert b"Old words." in project.executed("01_made")
    assert project.run()
    assert project.ran() == []
    assert b"New words." in project.executed("01_made")


def test_an_edit_of_prose_runs_nothing_and_gives_the_bytes_of_a_whole_run(finished):
    def reword(cells):
        cells[1].source = "New words."
        cells.append(nbformat.v4.new_markdown_cell("More at the end."))

    before = finished.executed("01_made")
    edit(finished, "01_made", reword)
    assert finished.run()
    assert finished.ran() == []
    joined = finished.executed("01_made")
    assert b"New words." in joined
    assert b"Old words." not in joined
    assert joined != before
    assert b"0.5\\n" in joined
    assert finished.run()
    assert finished.ran() == []
    assert finished.run(force=True)
    assert finished.executed("01_made") == joined


def test_force_runs_everything_and_says_that_it_was_asked(finished):
    assert finished.run(force=True)
    assert set(finished.because.values()) == {("you asked for it",)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda root: (root / THIRD).unlink(), f"{THIRD} is missing"),
        (lambda root: (root / THIRD).write_text("by hand"), f"{THIRD} is not as it was left"),
        (lambda root: (root / "build/notebooks/03_alone.ipynb").unlink(), "build/notebooks/03_alone.ipynb is missing"),
    ],
    ids=["missing", "changed by hand", "executed notebook missing"],
)
def test_an_output_that_is_not_as_it_was_left_is_made_again(finished, change, reason):
    change(finished.root)
    assert finished.run()
    assert finished.ran() == ["03_alone"]
    assert finished.because["03_alone"] == (reason,)
    assert (finished.root / THIRD).read_text() == "a\n1\n"


def test_a_parameter_and_a_library_are_reasons(finished, monkeypatch):
    versions = cache.versions()
    monkeypatch.setattr(cache, "versions", lambda: versions | {"pandas": "0.1"})
    finished.stages[1] = replace(finished.stages[1], parameters={"level": 0.7})
    task = Task(finished.stages[1], finished.notebooks, finished.root)
    record = cache.read_state(finished.root)["01_made"]
    assert cache.changes(record, cache.inputs_of(task), cache.outputs_of(task)) == (
        f"pandas {versions['pandas']} -> 0.1",
        "parameter level 0.5 -> 0.7",
    )


@pytest.fixture
def package(monkeypatch, tmp_path):
    """A copy of this package that may be changed."""
    shutil.copytree(PACKAGE, tmp_path / "src/toe_analysis", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements.lock").write_text("")
    monkeypatch.setattr(cache, "_PROJECT", tmp_path)
    forget()
    yield tmp_path / "src/toe_analysis"
    forget()


def forget():
    for kept in (cache._imported_by, cache._data_files):
        kept.cache_clear()


def changed_by(package, path, text="# another line\n"):
    """Return the reasons that each stage of the study would have to run if a file of the package is changed."""
    notebooks = PACKAGE.parents[1] / "notebooks"
    before = {stage.name: cache.inputs_of(Task(stage, notebooks, package)) for stage in STAGES}
    (package / path).write_text((package / path).read_text(encoding="utf-8") + text, encoding="utf-8")
    forget()
    after = {stage.name: cache.inputs_of(Task(stage, notebooks, package)) for stage in STAGES}
    records = {name: cache.Record(inputs, {}, "") for name, inputs in before.items()}
    found = {name: cache.changes(records[name], after[name], {}) for name in records}
    return {name: reasons for name, reasons in found.items() if reasons}


def test_a_change_of_a_module_is_a_reason_for_the_stages_that_import_it_and_names_it(package):
    reason = ("src/toe_analysis/topics/size/charts.py changed",)
    assert changed_by(package, "topics/size/charts.py") == {"04_size_by_status": reason}
    everyone = changed_by(package, "statistics/shares.py")
    assert everyone.keys() == {stage.name for stage in STAGES}


@pytest.mark.parametrize("path", ["exchange/ddi.py", "running/runner.py", "commands/line.py", "README.md"])
def test_what_no_stage_imports_is_no_reason(package, path):
    assert changed_by(package, path) == {}


def imported_by(module):
    """The modules of this package that one imports, by Python's own parser."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            of = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            yield from (module_of(f"{of}{alias.name}") for alias in node.names if f"{of}{alias.name}"[:4] == "toe_")


def module_of(name):
    place = PACKAGE.parent.joinpath(*name.split("."))
    files = (file for here in (place, place.parent) for file in (here.with_suffix(".py"), here / "__init__.py"))
    return next(file for file in files if file.is_file())


def test_nothing_that_a_module_imports_is_overlooked():
    for module in PACKAGE.rglob("*.py"):
        name = ".".join(module.relative_to(PACKAGE.parent).with_suffix("").parts)
        assert {module, *imported_by(module)} <= set(cache.package_files(f"import {name}".removesuffix(".__init__")))


def test_what_a_comment_within_brackets_says_ends_no_import():
    several = "from toe_analysis.topics import (\n    size,  # as in f(x)\n    planning,\n)\n"
    assert PACKAGE / "topics/planning/__init__.py" in cache.package_files(several)


def test_the_words_of_tables_and_figures_are_a_reason(package):
    assert changed_by(package, "showing/words.csv", "x,x,x\n").keys() == {stage.name for stage in STAGES}


def test_an_editors_file_is_no_reason(package):
    (package / "topics/size/.charts.py.swp").write_text("")
    (package / "topics/size/charts.py~").write_text("")
    assert changed_by(package, "topics/size/.charts.py.swp") == {}
    assert changed_by(package, "topics/size/charts.py~") == {}


def test_installed_versions_are_told():
    import matplotlib

    assert {"Python", "numpy", "pandas"} <= cache.versions().keys()
    assert cache.versions()["matplotlib"] == matplotlib.__version__
    assert "pytest" not in cache.versions()  # who runs the tests need not run the study again


def test_a_stage_that_failed_when_forced_runs_again(finished, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(runner, "TIME_LIMIT", 0)
        assert not finished.run(force=True)
    assert finished.run()
    assert finished.because["03_alone"] == ("no earlier success of it is known",)


def stages(content):
    return json.dumps({"version": cache.VERSION, "stages": content})


#: One for each error that reading such a text can end in, and one that is whole.
DAMAGED = {
    "nothing": "",
    "a list": "[]",
    "no stages": json.dumps({"version": cache.VERSION}),
    "stages in a list": stages([]),
    "a record of lists": stages({"01_made": {"inputs": [[1, "a"]], "outputs": [], "notebook": ""}}),
    "brackets without end": "[" * 100_000,
    "another version": '{"version": 0, "stages": 5}',
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_corrupt_state_counts_as_none(finished, text):
    (finished.root / cache.STATE_FILE).write_text(text)
    assert cache.read_state(finished.root) == {}


def test_the_check_of_the_inputs_happens_once_and_only_if_a_stage_must_run(finished):
    checked = []
    assert finished.run(check=lambda: checked.append(1))
    assert checked == []
    assert finished.run(check=lambda: checked.append(1), force=True)
    assert checked == [1]


def test_what_is_needed_comes_along_with_the_chosen_stage():
    names = [stage.name for stage in chosen(["02"], STAGES)]
    assert names == ["01_clean_responses", "02_classify_firms"]
    assert chosen(["01_clean_responses"], STAGES) == STAGES[:1]
    both = chosen(parse(["--only", "06_code_interviews", "--only", "2"]).only, STAGES)
    assert [stage.name for stage in both] == [*names, "06_code_interviews"]


def test_what_the_longest_work_waits_for_is_started_first():
    alone, first = Stage("03_alone", (), ("e", "f", "g")), Stage("01_made", (), ("a", "b"))
    after = Stage("02_next", ("b",), ("c", "d"))
    assert longest_first([after, alone, first]) == [first, alone, after]
