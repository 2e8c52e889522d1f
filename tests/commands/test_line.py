import os
import subprocess
import sys

import pytest
from edits import lay_out

from toe_analysis.commands import other_programs, run
from toe_analysis.commands.line import main, main_anywhere, parse
from toe_analysis.terminal import STOPPED


@pytest.fixture
def copy(tmp_path, project):
    return lay_out(project, tmp_path, "data", "figures")


def test_a_file_that_no_stage_makes_fails_a_run_in_which_every_stage_succeeded(copy, monkeypatch, capsys):
    monkeypatch.setattr(run, "run_stages", lambda *arguments, **options: True)
    assert main(copy, []) == 0
    (copy / "figures/en/99_old.svg").write_text("<svg/>")
    assert main(copy, []) == 1
    assert "No stage makes figures/en/99_old.svg: delete it, or declare it" in capsys.readouterr().out


def test_what_cannot_be_written_ends_a_command_in_one_sentence(copy, capsys):
    (copy / "build").touch()
    assert main(copy, ["verify"]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("The run had to stop, since")
    assert "could not be written or read" in said


def test_the_command_of_the_installed_package_is_stopped_in_one_sentence_too(monkeypatch, capsys):
    def stop(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr("toe_analysis.commands.claims.claims", stop)
    assert main_anywhere(["claims", "mine.csv"]) == 130
    assert capsys.readouterr().err == STOPPED


def test_a_console_that_knows_few_letters_gets_question_marks_and_no_error():
    code = "from toe_analysis.terminal import any_console, tell; any_console(); tell('8,3\u00a0% p\u00e5 \u2020')"
    for encoding, shown in (("ascii", b"8,3?% p? ?"), ("cp1252", "8,3\u00a0% på \u2020".encode("cp1252"))):
        spoken = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, env=spoken, check=True)
        assert ended.stdout.rstrip() == shown


@pytest.mark.parametrize(("user", "told"), [(0, True), (1000, False)])
def test_jupyterlab_opens_for_root_too_who_is_told_what_that_means(tmp_path, monkeypatch, capsys, user, told):
    asked = []
    monkeypatch.setattr(other_programs.os, "geteuid", lambda: user, raising=False)
    monkeypatch.setattr(other_programs, "give_way", lambda words, environment: asked.append(words) or 0)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path)
    assert other_programs.lab(tmp_path, parse(["lab", "--no-browser"])) == 0
    assert ("--allow-root" in asked[0]) == told
    assert asked[0][-1] == "--no-browser"
    assert ("You are root here" in capsys.readouterr().out) == told


def test_a_run_is_summed_up_without_what_computes(project):
    asked = "import sys, toe_analysis.commands.closing; sys.exit('scipy' in sys.modules)"
    subprocess.run([sys.executable, "-c", asked], env=os.environ | {"PYTHONPATH": str(project / "src")}, check=True)
