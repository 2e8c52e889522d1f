"""What each command installs: parts of one lock."""

import re
from importlib import metadata

import pytest

from toe_analysis.commands.line import extras_of, parse
from toe_analysis.commands.setup import NEEDED
from toe_analysis.running.requirements import DEPENDENCIES, asked_for, read_lock, with_needs

FIXED_BY_THE_OWNER = {*("jupyterlab", "pandas", "seaborn", "scipy", "statsmodels", "papermill", "nbconvert", "pytest")}
EXTRAS = (DEPENDENCIES, "setup", "run", "parquet", "lab", "cluster", "lite", "test", "checks")


@pytest.fixture(scope="module")
def lock(project):
    return read_lock(project)


def part(project, lock, *extras):
    return with_needs(lock, asked_for(project, extras))


def test_the_lock_holds_what_every_extra_asks_for_and_nothing_else(project, lock):
    assert set(asked_for(project, EXTRAS)) <= set(lock)
    assert part(project, lock, *EXTRAS) == set(lock)


def test_the_owners_packages_are_all_there(project):
    assert set(asked_for(project, EXTRAS)) >= FIXED_BY_THE_OWNER


def test_a_part_is_the_lock_word_for_word(project, lock):
    text = (project / "requirements.lock").read_text(encoding="utf-8")
    assert all(package.text in text for package in lock.values())
    assert sum(package.text.count("--hash=") for package in lock.values()) == text.count("--hash=")


def test_a_run_needs_no_lab_no_tests_and_no_cluster(project, lock):
    of_run = part(project, lock, *NEEDED)
    assert not of_run & {
        "jupyterlab",
        "jupyter-server",
        "pytest",
        "hypothesis",
        "ruff",
        "distributed",
        "playwright",
        "uv",
    }
    assert of_run >= {"papermill", "ipython", "nbformat", "seaborn"}
    assert part(project, lock, DEPENDENCIES) < of_run


@pytest.mark.parametrize("extra", EXTRAS)
def test_each_part_holds_all_that_its_packages_say_they_need(project, lock, extra):
    """The second opinion: not what the lock says, but the packages themselves."""
    from packaging.requirements import Requirement

    of_extra = part(project, lock, DEPENDENCIES, extra)
    for name in of_extra:
        try:
            needs = metadata.requires(name) or ()
        except metadata.PackageNotFoundError:
            continue  # of another system or Python, or not asked for in this environment
        for requirement in map(Requirement, needs):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                assert re.sub(r"[-_.]+", "-", requirement.name).lower() in of_extra, name


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ([], set()),
        (["verify"], set()),
        (["lab", "--no-browser"], {"lab"}),
        (["lite"], {"lite"}),
        (["--sweep", "runs.csv"], set()),
        (["--scheduler", "tcp://127.0.0.1:8786"], set()),  # it is refused, before anything is installed
        (["--sweep", "runs.csv", "--scheduler", "tcp://127.0.0.1:8786"], {"cluster"}),
        (["--responses", "north.xlsx", "--responses", "south.Parquet"], {"parquet"}),
        (["new-study", "north.parquet", "--name", "north"], {"parquet"}),
        (["test", "-k", "lock"], {"test", "checks", "cluster", "parquet", "lite", "lab"}),
    ],
)
def test_each_command_asks_for_what_it_needs(words, more):
    assert extras_of(parse(words)) == more
