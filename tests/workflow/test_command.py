import shutil

import pytest

from toe_analysis.workflow import runner
from toe_analysis.workflow.command import main


@pytest.fixture
def copy(tmp_path, project):
    for name in ("data", "figures"):
        shutil.copytree(project / name, tmp_path / name)
    return tmp_path


def test_a_file_that_no_stage_makes_fails_a_run_in_which_every_stage_succeeded(copy, monkeypatch, capsys):
    monkeypatch.setattr(runner, "run_stages", lambda *arguments, **options: True)
    monkeypatch.setenv("PYTHONPATH", "")
    assert main(copy, []) == 0
    (copy / "figures/en/99_old.svg").write_text("<svg/>")
    assert main(copy, []) == 1
    assert "No stage makes figures/en/99_old.svg: delete it, or declare it" in capsys.readouterr().out
