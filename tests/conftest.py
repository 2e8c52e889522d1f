import csv
import os
import shutil
from collections import Counter
from pathlib import Path

import hypothesis
import pandas as pd
import pytest
from this_study import PROJECT, STUDY

from toe_analysis.interviews import read_codings
from toe_analysis.paths import ROOT_VARIABLE
from toe_analysis.survey import Questionnaire, Study
from toe_analysis.survey.synthetic.world import Recipe, read_recipe, synthetic_answers

# A process that may not keep its bytecode compiles the package anew, which takes a second each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The same examples every time; a deadline would fail a test because the machine is busy.
hypothesis.settings.register_profile("project", deadline=None, derandomize=True, database=None, max_examples=30)
hypothesis.settings.load_profile("project")


def pytest_terminal_summary(terminalreporter):
    """Say in the last lines how much the attacks tried, each of which records its numbers."""
    tried = Counter()
    for report in terminalreporter.getreports("passed"):
        if "attack" in report.keywords and report.when == "call":
            tried.update(dict(report.user_properties))
    if tried:
        terminalreporter.section("attacks, all without success")
        for what, number in tried.items():
            terminalreporter.write_line(f"{number:>7,} {what}")


@pytest.fixture(autouse=True)
def usual_process(monkeypatch):
    """What commands and libraries set for the whole process; no test may depend on which ran before it."""
    csv.field_size_limit(131_072)
    for name in ("PYTHONPATH", ROOT_VARIABLE):
        monkeypatch.setenv(name, "")  # as it was, when the test is done


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture(scope="session")
def study() -> Study:
    return STUDY


@pytest.fixture(scope="session")
def questionnaire(study) -> Questionnaire:
    return study.questionnaire


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    return read_recipe(PROJECT / "data/raw")


@pytest.fixture(scope="session")
def codings() -> pd.DataFrame:
    return read_codings(PROJECT / "data/raw")


@pytest.fixture(scope="session")
def views() -> pd.DataFrame:
    return pd.read_csv(PROJECT / "data/raw/views.csv")


@pytest.fixture(scope="module")
def browser():
    """A real browser without a window; a test that needs one is skipped with a notice where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: no page was opened in a browser")
    sync_api = pytest.importorskip("playwright.sync_api", reason="the optional extra 'checks' is not installed")
    with sync_api.sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def answers(recipe) -> list[dict]:
    return synthetic_answers(recipe)
