import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from edits import edit, lay_out
from survey.reading.workbooks import sheet_of, write_sheets

from toe_analysis.commands.check import CHECKS
from toe_analysis.commands.line import main
from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.privacy.leaks import made_up_texts
from toe_analysis.survey import read_questionnaire

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path, project):
    made = ("README.md", "CITATION.cff", "datapackage.json", "ro-crate-metadata.json", "codecheck.yml")
    return lay_out(project, tmp_path, "data", "figures", "notebooks", "docs", *made)


def with_output(copy):
    path = copy / "notebooks/02_classify_firms.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "4"}]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def with_a_notebook_that_is_cut_off(copy):
    path = copy / "notebooks/03_describe_toe.ipynb"
    path.write_text(path.read_text(encoding="utf-8")[:-100], encoding="utf-8")


def with_another_notebook(copy):
    shutil.copy(copy / "notebooks/02_classify_firms.ipynb", copy / "notebooks/99_more.ipynb")


def with_another_result(copy):
    (copy / "figures/en/99_more.svg").write_text("<svg/>")


def without_a_result(copy):
    (copy / "data/processed/02_classify_firms.csv").unlink()


def with_a_number_typed_into_the_readme(copy):
    edit(copy / "README.md", "**4 of 48 (8.3 %", "**5 of 48 (8.3 %")


def with_another_input(copy):
    with (copy / "data/raw/baselines.csv").open("a", encoding="utf-8") as file:
        file.write("\n")


def with_a_damaged_figure(copy):
    (copy / "figures/en/02_classify_firms.svg").write_text("<svg", encoding="utf-8")


def with_a_damaged_audit(copy):
    edit(copy / "data/processed/08_audit_report.csv", ",fits,", ",fit,")


def with_a_reference_of_another_day(copy):
    edit(copy / "docs/reference/statistics.md", "### Share", "### Part", count=1)


def without_the_readme(copy):
    (copy / "README.md").unlink()


def with_a_private_run(copy):
    """What a run on a real export leaves, as far as the checks look at it."""
    questionnaire = read_questionnaire(copy / "data/raw/questionnaire.csv")
    raw = copy / "private/svar/data/raw"
    raw.mkdir(parents=True)
    for name in ("questionnaire.csv", "study.toml"):
        shutil.copy(copy / "data/raw" / name, raw)
    firm = {"q01": "Ågård & Sønner A/S, Fabriksvej 17", "q03": "10-20"}
    write_sheets(raw / "survey_export.xlsx", {"Ark1": sheet_of(questionnaire, [firm])})
    (copy / "private/svar/pseudonym_key").write_text("0123456789abcdef\n")


def with_a_fact_in_another_encoding(copy):
    path = copy / "data/raw/audit_findings.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))


def with_danish_prose_in_another_encoding(copy):
    path = copy / "notebooks/da/01_clean_responses.md"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252", "replace"))


def with_times_among_the_results(copy):
    edit(copy / "data/processed/02_classify_firms.csv", "status,", "Start time,", count=1)


def found_by(check, copy):
    (problems,) = (problems for what, problems, _ in CHECKS if what == check)
    return list(problems(copy))


def leaks_found(copy):
    return found_by("no result holds anything of a private export", copy)


def test_a_half_made_study_does_not_hide_the_name_of_a_firm_in_a_log(copy):
    with_a_private_run(copy)
    (copy / "private/svar/error.log").write_text("no such firm: ågård & sønner", encoding="utf-8")
    raw = shutil.copytree(copy / "private/svar/data/raw", copy / "private/half/data/raw")
    (raw / "study.toml").write_text("", encoding="utf-8")
    half, log = found_by("a private run wrote nothing that identifies a firm", copy)
    assert half.startswith("private/half cannot be looked through: ")
    assert log == "private/svar/error.log holds name of a firm"


def test_a_firm_among_results_and_facts_is_found(copy):
    with_a_private_run(copy)
    edit(copy / "data/processed/02_classify_firms.csv", "wilson", "FABRIKSVEJ 17")
    with (copy / "data/raw/README.md").open("a", encoding="utf-8") as file:
        file.write("\nÅgård & Sønner A/S\n")
    for name in ("figures", "notebooks", "docs"):  # without any, what is left is soon looked through
        shutil.rmtree(copy / name)
    assert leaks_found(copy) == [
        "data/processed/02_classify_firms.csv holds address of a firm from private/svar",
        "data/raw/README.md holds name of a firm from private/svar",
    ]


def test_a_phrase_that_the_made_up_export_has_too_is_no_leak_but_a_name_or_a_changed_export_is(copy, study):
    with_a_private_run(copy)
    phrase = next(text for text in made_up_texts(Root.at(copy)) if len(text.split()) > 1)
    firm = {"q01": "Ågård & Sønner A/S, Fabriksvej 17", "q03": "10-20", "q10": phrase, "q14": phrase}
    raw = copy / "private/svar/data/raw"
    write_sheets(raw / "survey_export.xlsx", {"Ark1": sheet_of(study.questionnaire, [firm])})
    for name in ("figures", "notebooks", "docs"):  # without any, what is left is soon looked through
        shutil.rmtree(copy / name)
    assert leaks_found(copy) == []
    bundled = copy / "data/raw/survey_export.xlsx"
    shutil.copy(raw / "survey_export.xlsx", bundled)  # a real one in its place is no longer made up
    assert made_up_texts(Root.at(copy)) == []
    assert "data/raw/survey_export.xlsx holds name of a firm from private/svar" in leaks_found(copy)


def test_all_holds_here_and_the_next_step_is_the_proof(copy, capsys):
    assert main(copy, ["check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(CHECKS) + 1
    assert lines[-1] == "Next: python run_all.py verify"


def test_results_of_another_study_and_of_a_sweep_may_have_columns_of_these_names(copy):
    for name, column in (
        ("studies/fjord/data/processed/01_clean_responses.csv", "q04"),
        ("sweep/d/designs.csv", "name"),
    ):
        (copy / "build" / name).parent.mkdir(parents=True)
        (copy / "build" / name).write_text(f"{column}\n1\n")
    assert leaks_found(copy) == []
    (copy / "build/other.csv").write_text("q04\n1\n")
    assert leaks_found(copy) == ["build/other.csv has the column q04"]


def test_copies_that_jupyterlab_keeps_for_itself_do_not_count(copy, capsys):
    with_output(copy)
    kept = copy / "notebooks/.ipynb_checkpoints"
    kept.mkdir()
    notebook = copy / "notebooks/02_classify_firms.ipynb"
    shutil.move(notebook, kept / "02_classify_firms-checkpoint.ipynb")
    shutil.copy2(PROJECT / "notebooks/02_classify_firms.ipynb", notebook)
    assert main(copy, ["check"]) == 0
    assert "FAILED" not in capsys.readouterr().out


def test_the_checks_wait_for_no_library_of_statistics_or_figures():
    """Half a second of imports each, in a command that is run before every commit."""
    heavy = "{'scipy', 'statsmodels', 'matplotlib', 'seaborn', 'nbconvert', 'papermill'}"
    code = f"import sys, toe_analysis.commands.check; sys.exit(', '.join({heavy} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert ended.stderr.strip() == ""


def test_faults_of_different_kinds_are_all_named_and_the_next_step_is_that_of_the_first(copy, capsys):
    with_another_notebook(copy)
    with_another_result(copy)
    with_a_number_typed_into_the_readme(copy)
    with_times_among_the_results(copy)
    with_a_reference_of_another_day(copy)
    with_another_input(copy)
    assert main(copy, ["check"]) == 1
    said = capsys.readouterr().out
    for problem in (
        "notebooks/99_more.ipynb is not in the stage table",
        "no stage makes figures/en/99_more.svg",
        "it would be made with '- How many firms use AI in production?",
        "02_classify_firms.csv has the column Start time",
        "docs/reference/statistics.md has '### Part",
        "ro-crate-metadata.json has ",
    ):
        assert problem in said
    assert said.splitlines()[-1] == "Next: rename it, or list it in running/stages.py"


@pytest.mark.parametrize(
    ("spoils", "problems", "next_step"),
    [
        (
            [with_output, with_a_notebook_that_is_cut_off],
            ["notebooks/02_classify_firms.ipynb holds outputs", "notebooks/03_describe_toe.ipynb is damaged"],
            "Next: in JupyterLab",
        ),
        ([without_a_result], ["data/processed/02_classify_firms.csv is missing"], "Next: python run_all.py\n"),
        (
            [with_danish_prose_in_another_encoding, with_a_fact_in_another_encoding],
            [
                "expected 01_clean_responses.md as it is kept in git, but",
                "audit_findings.csv: expected a CSV file in UTF-8, but",
            ],
            "Next: do what the first",
        ),
        ([without_the_readme], ["expected README.md as it is kept in git"], "Next: do what the first"),
    ],
)
def test_each_fault_is_named_and_the_next_step_is_one(copy, capsys, spoils, problems, next_step):
    for spoil in spoils:
        spoil(copy)
    assert main(copy, ["check"]) == 1
    said = capsys.readouterr().out
    assert [problem for problem in problems if problem not in said] == []
    assert next_step in said
    assert said.count("Next:") == 1


@pytest.mark.parametrize(
    ("spoil", "name"), [(with_a_damaged_figure, "02_classify_firms.svg"), (with_a_damaged_audit, "08_audit_report.csv")]
)
def test_a_damaged_result_of_which_the_readme_is_made_is_named(copy, spoil, name):
    spoil(copy)
    with pytest.raises(InputError, match=f"{name} is not as its notebook leaves it"):
        found_by("README, reference and metadata are as they would be made now", copy)
