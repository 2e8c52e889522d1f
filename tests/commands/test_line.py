import shutil

import pytest

from toe_analysis.commands import run
from toe_analysis.commands.line import main


@pytest.fixture
def copy(tmp_path, project):
    for name in ("data", "figures"):
        shutil.copytree(project / name, tmp_path / name)
    return tmp_path


def test_a_file_that_no_stage_makes_fails_a_run_in_which_every_stage_succeeded(copy, monkeypatch, capsys):
    monkeypatch.setattr(run, "run_stages", lambda *arguments, **options: True)
    monkeypatch.setenv("PYTHONPATH", "")
    assert main(copy, []) == 0
    (copy / "figures/en/99_old.svg").write_text("<svg/>")
    assert main(copy, []) == 1
    assert "No stage makes figures/en/99_old.svg: delete it, or declare it" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["verify"], ["export"], []])
def test_what_cannot_be_written_ends_any_command_in_one_sentence(copy, project, monkeypatch, capsys, words):
    shutil.copytree(project / "notebooks", copy / "notebooks")
    shutil.copy(project / "CITATION.cff", copy)
    (copy / "build").touch()
    monkeypatch.setenv("PYTHONPATH", "")
    assert main(copy, words) == 1
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith("The run had to stop, since")
    assert "could not be written or read" in said
