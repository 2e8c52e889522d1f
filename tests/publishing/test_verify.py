"""The proof of a reproduction. Here the stages' results are copied; `tests/end_to_end` rebuilds them."""

import json
import shutil

import pytest

from toe_analysis.commands.line import main
from toe_analysis.running import runner


@pytest.fixture
def copy(tmp_path, project, monkeypatch):
    """A project whose stages, when they are run, give the committed results."""
    for name in ("data", "figures"):
        shutil.copytree(project / name, tmp_path / name)
    (tmp_path / "data/raw/.ipynb_checkpoints").mkdir()  # JupyterLab makes one beside every file that it saves

    def give_committed_results(stages, notebooks, root, **options):
        for name in ("data/processed", "figures"):
            shutil.copytree(project / name, root / name)
        return True

    monkeypatch.setattr(runner, "run_stages", give_committed_results)
    monkeypatch.setenv("PYTHONPATH", "")
    return tmp_path


def test_the_same_values_are_certified_with_inputs_results_environment_and_verdicts(copy, capsys):
    assert main(copy, ["verify"]) == 0
    said = capsys.readouterr().out
    assert "REPRODUCED: every value is the same." in said
    assert "'Calibrated' proves nothing" in said
    assert "Their arithmetic does not fit for: potential_efficiency." in said
    certificate = json.loads((copy / "build/certificate.json").read_text(encoding="utf-8"))
    assert certificate["result"] == "reproduced"
    assert "survey_export.xlsx" in certificate["inputs"]
    assert "data/processed/02_classify_firms.csv" in certificate["results"]
    assert sum(certificate["claims"]["recomputed"].values()) == 31
    assert certificate["environment"]["packages"]["pandas"]
    assert "Certificate of reproduction: reproduced" in (copy / "build/certificate.html").read_text(encoding="utf-8")


def test_a_changed_number_ends_with_3_and_shows_both_values_the_stage_and_the_file(copy, capsys):
    table = copy / "data/processed/02_classify_firms.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("user,4,48", "user,5,48"), encoding="utf-8")
    assert main(copy, ["verify"]) == 3
    said = capsys.readouterr().out
    assert "DIFFERENT: 1 value in 1 file." in said
    assert "02_classify_firms: data/processed/02_classify_firms.csv, row 2, count: 5 before, 4 now" in said
    certificate = json.loads((copy / "build/certificate.json").read_text(encoding="utf-8"))
    assert certificate["result"] == "different"
    assert len(certificate["differences"]) == 1


def test_a_changed_plotted_value_counts_and_the_committed_results_stay_as_they_are(copy):
    values = copy / "figures/da/02_classify_firms.csv"
    changed = values.read_text(encoding="utf-8").replace("4,48", "6,48")
    values.write_text(changed, encoding="utf-8")
    assert main(copy, ["verify"]) == 3
    assert values.read_text(encoding="utf-8") == changed


def test_the_certificate_is_the_same_each_time_and_names_no_machine(copy, tmp_path):
    main(copy, ["verify"])
    first = (copy / "build/certificate.json").read_bytes()
    main(copy, ["verify"])
    assert (copy / "build/certificate.json").read_bytes() == first
    assert str(tmp_path).encode() not in first


def test_a_stage_that_fails_proves_nothing(copy, monkeypatch, capsys):
    monkeypatch.setattr(runner, "run_stages", lambda *arguments, **options: False)
    assert main(copy, ["verify"]) == 1
    assert "Nothing was compared" in capsys.readouterr().out
    assert not (copy / "build/certificate.json").exists()
