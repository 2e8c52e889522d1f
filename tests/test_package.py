"""The package for others: what it declares, and what it can do away from this repository."""

import ast
import csv
import os
import subprocess
import sys
import zipfile
from importlib import metadata

import pytest

from toe_analysis.commands.setup import NEEDED
from toe_analysis.running.cache import DATA, package_files
from toe_analysis.running.requirements import DEPENDENCIES, asked_for, read_lock, with_needs

#: What is used without an import of its own in the package, and where.
NAMED_ELSEWHERE = {"matplotlib-inline": "the worker's backend", "ipywidgets": "the exercises"}
#: What the package imports only where it is asked for, and its extra.
ON_DEMAND = {"pyarrow": "parquet", "distributed": "cluster"}
COUNTS_ALONE = "from toe_analysis import statistics\nfrom toe_analysis.commands import claims\n"


def imported(paths):
    """The distributions whose modules are imported in these files."""
    owners = metadata.packages_distributions()
    names = set()
    for node in (node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))):
        if isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
    # What no distribution owns is Python's own, or ours.
    return {owners[name][0].lower().replace("_", "-") for name in names if name in owners} - {"toe-analysis"}


def test_all_that_the_package_imports_is_declared_and_all_that_is_declared_is_imported(project):
    used = imported((project / "src").rglob("*.py")) - set(ON_DEMAND)
    assert used | set(NAMED_ELSEWHERE) == set(asked_for(project, NEEDED))
    for name, extra in ON_DEMAND.items():
        assert name in asked_for(project, {extra})


def test_what_needs_only_counts_imports_nothing_but_the_dependencies(project):
    reached = [path for path in package_files(COUNTS_ALONE) if path.suffix == ".py"]
    assert imported(reached) - set(ON_DEMAND) == set(asked_for(project, {DEPENDENCIES}))


def test_all_that_the_tests_import_is_declared(project):
    used = imported((project / "tests").rglob("*.py"))
    assert used <= set(asked_for(project, {*NEEDED, "test", "checks", "cluster", "parquet", "lab"}))


@pytest.fixture(scope="module")
def away(project, tmp_path_factory):
    """A Python that has the wheel, the dependencies with their needs, and nothing else; no repository around it."""
    folder = tmp_path_factory.mktemp("away")
    build = "import sys, flit_core.buildapi as flit; flit.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, folder], check=True, cwd=project, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:  # a wheel of Python alone is installed by being unpacked
        file.extractall(folder / "packages")
    for name in with_needs(read_lock(project), asked_for(project, {DEPENDENCIES})):
        try:
            installed = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # of another system
        for top in {file.parts[0] for file in installed.files} - {"..", "__pycache__"}:
            (folder / "packages" / top).symlink_to(installed.locate_file(top))
    return folder


def run(away, code, *words):
    code = f"import sys; sys.path.insert(0, {str(away / 'packages')!r}); {code}"
    bare = [getattr(sys, "_base_executable", sys.executable), "-I", "-S", "-X", "utf8", "-c", code, *map(str, words)]
    return subprocess.run(bare, cwd=away, capture_output=True, encoding="utf-8", check=False)


no_links = pytest.mark.skipif(os.name == "nt", reason="links need rights of their own on Windows")
COMMAND = "from importlib.metadata import entry_points; (c,) = entry_points(name='toe-analysis'); sys.exit(c.load()())"


@no_links
def test_the_wheel_audits_a_report_away_from_the_repository(away):
    claims = away / "claims.csv"
    with claims.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("claim", "printed", "base"), ("users", "8,3 %", 48), ("odd", "8,4 %", 48)])
    ended = run(away, COMMAND, "claims", claims)
    assert ended.returncode == 0, ended.stderr
    assert "users" in ended.stdout
    assert "does not fit" in ended.stdout


@no_links
def test_the_wheels_statistics_compute_there(away):
    code = "from toe_analysis.statistics import Share; print(round(Share(4, 48).interval().upper, 4))"
    ended = run(away, code)
    assert ended.stdout == "0.1955\n", ended.stderr


@no_links
def test_the_command_says_what_it_knows_and_names_itself(away):
    assert "claims" in run(away, COMMAND, "--help").stdout
    assert run(away, COMMAND, "claims", "--help").stdout.startswith("usage: toe-analysis claims [-h]")
    unknown = run(away, COMMAND, "clams")
    assert unknown.returncode == 2
    assert "invalid choice: 'clams'" in unknown.stderr


@no_links
def test_the_wheel_holds_the_words_and_the_sentences(away, project):
    package = project / "src/toe_analysis"
    data = {path.relative_to(package) for ending in DATA for path in package.rglob(f"*{ending}")}
    assert data
    assert all((away / "packages/toe_analysis" / path).is_file() for path in data)
