"""The whole study on a throw-away copy, from the command line."""

import argparse
import csv
import io
import re
import shutil
import socket
import sys
import zipfile

import pytest
from edits import edit
from end_to_end.conftest import Copy
from survey.reading.workbooks import sheet_of, write_sheets

from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.privacy.identifying import read_secrets
from toe_analysis.privacy.leaks import identifying_columns, leaks_of_run
from toe_analysis.running.inputs import check_inputs
from toe_analysis.running.stages import STAGES
from toe_analysis.survey import read_questionnaire
from toe_analysis.teaching.teach import teach

RESULTS = ("data/processed", "figures")


def test_a_run_ends_with_0_and_says_what_was_rebuilt_where_and_what_is_synthetic(finished):
    assert finished.ended.returncode == 0, finished.ended.stdout + finished.ended.stderr
    assert finished.ended.stderr == ""
    lines = finished.ended.stdout.splitlines()
    assert sorted(line.split()[0] for line in lines[: len(STAGES)]) == [stage.name for stage in STAGES]
    for words in (
        "data/processed/",
        "figures/",
        "build/notebooks/",
        "synthetic",
        "Responses received: 51, analysed: 48.",
    ):
        assert words in finished.ended.stdout
    told = finished.ended.stdout.replace("\u00a0", " ")
    assert (
        "Does not fit: “see potential in efficiency and administration”, printed 14 (24 %): 14 of 48 is 29.2 %" in told
    )
    assert lines[-1].startswith("What the study found, on one page: figures/en/10_findings.pdf")


def test_it_gives_the_very_bytes_that_are_committed(finished, project):
    made = finished.files(*RESULTS)
    committed = [path for folder in RESULTS for path in (project / folder).rglob("*") if path.is_file()]
    expected = {
        path.relative_to(project).as_posix(): path.read_bytes() for path in committed if path.name != "README.md"
    }
    assert made.keys() == expected.keys()
    assert [name for name in made if made[name] != expected[name]] == []


def readable(name, content):
    """What of a result can be read: of a Word file its parts, of a PDF nothing (it has the words of the web page)."""
    if name.endswith(".docx"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "\n".join(parts.read(part).decode("utf-8", errors="replace") for part in parts.namelist())
    return "" if name.endswith(".pdf") else content.decode("utf-8")


def test_no_result_names_the_machine_the_folder_or_a_moment(finished):
    for name, content in finished.files(*RESULTS, "build/notebooks").items():
        text = readable(name, content)
        for trace in (str(finished.path), socket.gethostname(), sys.prefix):
            assert not re.search(rf"(?<!\w){re.escape(trace)}(?!\w)", text), name


def test_no_warning_escapes_into_an_executed_notebook(finished):
    for name, content in finished.files("build/notebooks").items():
        assert not re.search(rb'"name": "stderr"|Warning', content), name


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A copy in which nothing has been run; nobody writes into it."""
    return Copy(tmp_path_factory.mktemp("given"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--responses", "nowhere.xlsx"], "there is no such file"),
        (["--responses", "README.md"], "README.md: expected an Excel workbook"),
        (["--responses", "data/raw/survey_export.xlsx", "--wave-cutoff", "soon"], "found 'soon'"),
        (["--wave-cutoff", "2025-04-01"], "goes with --responses"),
        (["--study", "fjord", "--replace"], "a study of your own has its folder's name"),
        (["--responses", "nowhere.xlsx", "--show-private", "q01"], "expected questions among q02, q04, q05"),
        (["--coder-b", "nowhere.csv"], "coder_b: expected nowhere.csv in data/raw, but there is no such file"),
        (["--coder-b", "nowhere.csv", "--only", "06"], "coder_b: expected nowhere.csv in data/raw"),
        (["--coder-b", "nowhere.csv", "--only", "04"], "--coder-b goes with notebook 6, which is no part of this run"),
        (["--jobs", "0"], "expected a number of at least 1, found '0'"),
        (["rebuild"], "unknown command 'rebuild'; there are: run"),
    ],
)
def test_wrong_usage_ends_with_2_one_clear_message_and_nothing_written(given, told, monkeypatch, words, message):
    monkeypatch.chdir(given.path)
    before = given.files(".")
    code, _, errors = told(given.path, *words)
    assert code == 2
    assert message in errors
    assert given.files(".") == before


def test_a_command_line_that_is_refused_ends_the_process_so_too(given):
    before = given.files(".")
    ended = given.run("--job=2", env={"PYTHONDONTWRITEBYTECODE": "1"})
    assert ended.returncode == 2
    assert "unknown: --job=2" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert given.files(".") == before


def test_a_second_coders_file_that_is_missing_is_told_before_any_stage_even_where_nothing_has_changed(finished, told):
    for words in ((), ("--responses", str(finished.path / "data/raw/survey_export.xlsx"), "--name", "coded")):
        folder = "private/coded/data/raw" if words else "data/raw"
        code, said, errors = told(finished.path, "--coder-b", "nowhere.csv", *words)
        assert (code, said) == (2, "")
        assert errors.startswith(f"coder_b: expected nowhere.csv in {folder}, but")
        assert errors.count("\n") == 1
    shutil.rmtree(finished.path / "private/coded")


def test_a_damaged_bundled_export_is_found_before_any_notebook_runs(copy, told):
    (copy.path / "data/raw/survey_export.xlsx").write_bytes(b"")
    code, _, errors = told(copy.path)
    assert code == 2
    assert "survey_export.xlsx: expected a .xlsx file, found one of another kind" in errors
    assert not (copy.path / "build").exists()


SECRETS = (
    "Hansen & Sønner",
    "Fabriksvej 17",
    "lone@hansen.example",
    "Lone Hansen",
    "Særlige skruer",
    "anno 1923 og før",
    "Værkfører",
)


#: What takes notebooks long and has no say in whom they name: how far they look, in the text of a parameter.
LONG = (
    ("04_size_by_status", "most_groups: int = 4", "most_groups: int = 2"),
    ("05_compare_baselines", "smallest_base: int = 20", "smallest_base: int = 400"),
    ("09_plan_next_wave", "largest_sample: int = 300", "largest_sample: int = 20"),
    ("09_plan_next_wave", "largest_fixed: int = 1000", "largest_fixed: int = 20"),
)


@pytest.fixture(scope="module")
def private(finished, questionnaire, recipe):
    """A real-looking export, with everything that identifies, run on the finished copy."""
    from toe_analysis.survey.synthetic.world import synthetic_answers

    answers = synthetic_answers(recipe)
    secrets = {
        "q01": "Hansen & Sønner, Fabriksvej 17",
        "q02": "anno 1923 og før",
        "q04": "Særlige skruer",
        "q05": "Værkfører",
    }
    sheet = sheet_of(questionnaire, [firm | secrets for firm in answers])
    for row in sheet[1:]:
        row[3:5] = ["lone@hansen.example", "Lone Hansen"]
    sheet[1][5 + questionnaire.ids.index("q08")] = "Måske"
    write_sheets(finished.path / "Vores svar 2026.xlsx", {"Ark1": sheet})
    for notebook, long, short in LONG:
        edit(finished.path / f"notebooks/{notebook}.ipynb", long, short)
    finished.before = finished.files(*RESULTS, "data/raw")
    finished.ended = finished.run("--responses", "Vores svar 2026.xlsx", "--show-private", "q04")
    return finished


def test_an_export_of_ones_own_is_analysed_under_private_and_nowhere_else(private):
    assert private.ended.returncode == 0, private.ended.stdout + private.ended.stderr
    assert private.files(*RESULTS, "data/raw") == private.before
    made = private.files("private/vores_svar_2026")
    assert b"responses" in made["private/vores_svar_2026/data/processed/02_classify_firms.csv"]
    assert "Basis: responses" in private.ended.stdout
    assert "Left out, AI status cannot be told" in private.ended.stdout
    assert "Note: Vores svar 2026.xlsx lies in this project, not under private/" in private.ended.stdout


def test_a_real_export_is_held_against_every_survey_claim_and_nothing_is_calibrated(private):
    table = private.path / "private/vores_svar_2026/data/processed/08_audit_report.csv"
    with table.open(encoding="utf-8", newline="") as file:
        found = {row["claim"]: row["recomputed"] for row in csv.DictReader(file)}
    assert "calibrated" not in found.values()
    assert found["answers_received"] == "reproduced"
    assert found["users"] == "differs"  # one firm of the 48 is left out
    assert found["answered_wave1"] == "not checkable"  # without a cut-off date
    told = private.ended.stdout
    assert re.search(
        r"Not usable in q08, the firm gave an answer that the questionnaire does not offer.*: row 2\.", told
    )
    assert re.search("Reproduced from the responses: .*answers_received", told)
    assert re.search(r"Differs: users, printed 4 \(8,3 %\), found \d of 47", told)
    assert "See private/vores_svar_2026/data/processed/08_audit_report.csv" in told


def test_what_is_asked_for_by_name_is_shown_by_pseudonym_in_one_private_file_only(private):
    text = (private.path / "private/vores_svar_2026/build/asked_for.csv").read_text(encoding="utf-8")
    assert text.startswith("firm,q04\nF01,Særlige skruer\n")
    assert "Asked for: q04 by pseudonym in private/vores_svar_2026/build/asked_for.csv" in private.ended.stdout


def test_nothing_identifying_gets_past_the_first_notebook(private):
    root = Root.at(private.path / "private/vores_svar_2026")
    questionnaire = read_questionnaire(root.raw / "questionnaire.csv")
    found = {secret.text for secret in read_secrets(root.export, questionnaire)}
    assert set(SECRETS) <= found  # so that the next line looks for them
    assert leaks_of_run(root) == []
    assert identifying_columns(root.path, questionnaire) == []


def test_a_real_export_in_the_projects_own_folder_is_refused_and_not_handed_out_to_students(copy, questionnaire):
    write_sheets(copy.path / "data/raw/survey_export.xlsx", {"Ark1": sheet_of(questionnaire, [{"q01": "Hansen"}])})
    with pytest.raises(InputError, match="results from it must stay private"):
        check_inputs(Root.at(copy.path), "", STAGES)
    with pytest.raises(InputError, match="results from it must stay private"):
        teach(copy.path, argparse.Namespace(jobs=1))
