"""The set-up from a bare Python, with a tiny lock so that it takes seconds."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from toe_analysis.commands import setup
from toe_analysis.commands.line import COMMANDS
from toe_analysis.errors import InputError
from toe_analysis.running.sole_run import sole_run
from toe_analysis.terminal import FAILED, Terminated

BARE_PYTHON = getattr(sys, "_base_executable", sys.executable)
BIN = "Scripts" if os.name == "nt" else "bin"


@pytest.fixture
def bare(copy):
    """A copy that needs no package at all, so that the set-up is quick and ends in the real command."""
    (copy.path / "requirements.lock").write_text("# nothing\n")
    (copy.path / "pyproject.toml").write_text("[project]\nname = 'x'\ndependencies = []\n")
    command = copy.path / "src/toe_analysis/commands/line.py"
    before, found, after = command.read_text(encoding="utf-8").partition("    options = parse(arguments)\n")
    assert found
    command.write_text(f"{before}    print(sys.prefix)\n    return 0\n{after}", encoding="utf-8")
    return copy


def asks_for(copy, package):
    """Let a bare copy need a package that nobody has."""
    (copy.path / "requirements.lock").write_text(f"{package}==1.0 --hash=sha256:{'0' * 64}\n")
    (copy.path / "pyproject.toml").write_text(f"[project]\nname = 'x'\ndependencies = ['{package}']\n")


def test_without_a_network_one_sentence_says_so_a_second_try_repairs_it_and_the_next_run_uses_it(bare):
    before = {name: (bare.path / name).read_bytes() for name in ("requirements.lock", "pyproject.toml")}
    asks_for(bare, "no-such-package")
    offline = os.environ | {
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_EXTRA_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_CONFIG_FILE": os.devnull,
        "UV_OFFLINE": "1",
    }
    failed = bare.run(python=BARE_PYTHON, env=offline)
    assert failed.returncode == 1
    assert failed.stderr.startswith("The packages could not be downloaded, since there is no network")
    assert failed.stderr.count("\n") == 1
    assert "Setting up .venv" in failed.stdout
    for name, content in before.items():
        (bare.path / name).write_bytes(content)
    second = bare.run(python=BARE_PYTHON)
    assert second.returncode == 0, second.stderr
    assert "unfinished or out of date; making it anew" in second.stdout
    assert second.stdout.splitlines()[-1] == str(bare.path / ".venv")
    python = bare.path / ".venv" / BIN / "python"
    subprocess.run([python, "-c", "import toe_analysis.paths"], check=True, cwd=bare.path.parent)
    assert bare.run(python=BARE_PYTHON).stdout == f"{bare.path / '.venv'}\n"


class Played:
    """Stands for the installer: makes an environment of nothing, and keeps the names of what it is to install."""

    parts: tuple = ()
    fails = False

    def __init__(self, python, log, held):
        self.python = python

    def make(self, folder):
        self.python.parent.mkdir(parents=True)
        self.python.touch(0o755)
        (folder / "pyvenv.cfg").touch()

    def install(self, part, uv_part, *, half_made):
        Played.half_made = half_made
        if Played.fails:
            raise InputError("no")
        Played.parts += ({line.split("==")[0] for line in part.read_text().splitlines() if "==" in line},)


@pytest.fixture
def played(tmp_path, project, monkeypatch):
    """A project of a lock alone, and what is installed for it."""
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(project / name, tmp_path)
    monkeypatch.setattr(setup, "Installer", Played)
    monkeypatch.setattr(Played, "parts", ())
    monkeypatch.setattr(Played, "fails", False)
    sysconfig_path = tmp_path / ".venv/packages"
    monkeypatch.setattr(setup.sysconfig, "get_path", lambda *words: _made(sysconfig_path))
    return tmp_path


def _made(folder):
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


RUN = set(setup.NEEDED)


def test_what_a_command_needs_beside_a_run_is_added_once_from_the_same_lock(played):
    for extras in (RUN, RUN, {*RUN, "lab"}, {*RUN, "lab"}, RUN):
        setup.prepare(played, extras)
    run, lab = Played.parts
    assert {"papermill", "numpy"} <= run
    assert "jupyterlab" in lab
    assert not run & lab


def test_when_the_lock_has_changed_all_that_was_there_is_made_anew(played, capsys):
    setup.prepare(played, {*RUN, "lab"})
    with (played / "requirements.lock").open("a") as lock:
        lock.write("# another day\n")
    setup.prepare(played, RUN)
    assert Played.parts[0] == Played.parts[1]
    assert "unfinished or out of date; making it anew" in capsys.readouterr().out


def test_what_cannot_be_added_leaves_a_run_ready(played, monkeypatch):
    setup.prepare(played, RUN)
    monkeypatch.setattr(Played, "fails", True)
    with pytest.raises(InputError):
        setup.prepare(played, {*RUN, "lab"})
    assert setup.prepare(played, RUN)


def test_only_what_was_left_half_made_is_installed_again_over_what_is_there(played, monkeypatch):
    setup.prepare(played, RUN)
    assert not Played.half_made
    monkeypatch.setattr(Played, "fails", True)
    with pytest.raises(InputError):
        setup.prepare(played, {*RUN, "lab"})
    assert not Played.half_made
    monkeypatch.setattr(Played, "fails", False)
    setup.prepare(played, {*RUN, "lab"})
    assert Played.half_made
    setup.prepare(played, {*RUN, "lab", "lite"})
    assert not Played.half_made


def test_an_environment_from_which_somebody_took_a_package_is_told_in_a_sentence(played, monkeypatch, capsys):
    setup.prepare(played, RUN)
    monkeypatch.setattr(sys, "prefix", str(played / ".venv"))

    def gone(name):
        raise setup.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(setup.metadata, "version", gone)
    monkeypatch.setenv(setup._CARRIES_ON, "1")
    capsys.readouterr()
    assert setup.enter(str(played), []) == FAILED
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert "perhaps somebody has taken it out" in told.err


def test_a_package_that_is_named_and_not_yet_locked_is_not_asked_for_again_and_again(played, monkeypatch):
    setup.prepare(played, RUN)
    settings = (played / "pyproject.toml").read_text(encoding="utf-8")
    (played / "pyproject.toml").write_text(settings.replace('"papermill>', '"polars>=1",\n    "papermill>'))
    monkeypatch.setattr(sys, "prefix", str(played / ".venv"))
    assert setup.environment_is_ready(played, RUN)


def test_an_environment_that_has_lost_a_part_of_its_own_is_made_anew(played):
    python = setup.prepare(played, RUN)
    for spoil in (
        (played / ".venv/pyvenv.cfg").unlink,
        lambda: python.chmod(0o644),
        lambda: (played / ".venv" / setup.READY_FILE).write_bytes(b"\xff"),
    ):
        spoil()
        before = len(Played.parts)
        setup.prepare(played, RUN)
        assert len(Played.parts) == before + 1


@pytest.mark.skipif(os.name == "nt", reason="making a link takes rights on Windows")
def test_what_stands_in_the_environments_place_makes_way_and_what_it_leads_to_stays(played, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "kept").touch()
    (played / ".venv").symlink_to(other)
    setup.prepare(played, RUN)
    assert not (played / ".venv").is_symlink()
    assert (other / "kept").exists()


def test_what_stands_in_the_way_is_named_by_its_place(played, monkeypatch):
    def make(self, folder):
        (played / "build").touch()
        (played / "build" / "logs").mkdir()

    monkeypatch.setattr(Played, "make", make)
    with pytest.raises(InputError, match=r"^The set-up had to stop at build.logs \(.*\): see that .* delete"):
        setup.prepare(played, RUN)


def test_a_set_up_that_changes_nothing_is_not_begun_again(bare):
    asks_for(bare, "no-such-package")
    told = bare.run(python=BARE_PYTHON, env=os.environ | {setup._CARRIES_ON: "1"})
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("The set-up has ended, but .venv does not hold what it should")
    assert told.stderr.count("\n") == 1


def test_a_second_set_up_waits_for_the_first(bare):
    with sole_run(bare.path, ""):
        second = subprocess.Popen(
            [BARE_PYTHON, "run_all.py"], cwd=bare.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert second.stdout.readline().startswith("Another run or set-up is at work in this folder")
        assert not (bare.path / ".venv").exists()
    assert second.communicate(timeout=60)[0].endswith(f"{bare.path / '.venv'}\n")
    assert second.returncode == 0


def test_what_is_ready_waits_for_nobody(played, monkeypatch):
    made = setup.prepare(played, RUN)
    monkeypatch.setattr(setup, "sole_run", None)
    assert setup.prepare(played, RUN) == made


def test_a_package_that_is_there_in_part_is_told_with_what_to_do(copy, tmp_path):
    (tmp_path / "broken/pandas").mkdir(parents=True)
    (tmp_path / "broken/pandas/__init__.py").write_text("raise ImportError('cannot load numpy', name='numpy')\n")
    told = copy.run("check", env=os.environ | {"PYTHONPATH": str(tmp_path / "broken")})
    assert told.returncode == 2
    assert told.stderr.startswith("A package is missing or damaged (cannot load numpy): delete the folder .venv")
    assert told.stderr.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="making a link takes rights on Windows")
def test_the_command_may_be_a_link_and_a_ready_environment_is_used_as_it_is(copy, tmp_path):
    (tmp_path / "study.py").symlink_to(copy.path / "run_all.py")
    told = subprocess.run(
        [sys.executable, tmp_path / "study.py", "--help"], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert not (copy.path / ".venv").exists()


@pytest.mark.skipif(os.name == "nt", reason="folder permissions work in another way on Windows")
def test_a_read_only_folder_is_told_with_what_to_do(bare):
    python, options = BARE_PYTHON, {}
    if os.getuid() == 0:  # root may write anywhere, so become somebody who may not
        python, options = _python_for_everyone(), {"user": 65534}
        for folder in bare.path.parents:
            if folder.name.startswith(("test_", "popen-", "pytest-")):  # pytest's own, closed to others
                folder.chmod(0o755)
    bare.path.chmod(0o555)
    ended = bare.run(python=python, env={"PYTHONDONTWRITEBYTECODE": "1"}, **options)
    bare.path.chmod(0o755)
    assert ended.returncode == 1
    assert re.match(r"The set-up had to stop at \S+ \(Permission denied\): see that copy/ is a folder", ended.stderr)


def _python_for_everyone():
    """A Python that a user without rights can start; the one of pyenv lies in root's own folder."""
    for python in filter(None, (BARE_PYTHON, shutil.which("python3", path="/usr/bin:/usr/local/bin"))):
        try:
            new_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
            if subprocess.run([python, "-c", new_enough], user=65534, check=False).returncode == 0:
                return python
        except PermissionError:
            continue
    pytest.skip("no Python that another user could start")


def test_a_python_that_is_too_old_is_told_so(project):
    old = [path for name in ("python3.10", "python3.8", "python2.7") for path in _pythons(name)]
    if not old:
        pytest.skip("no older Python on this machine")
    for python in old:
        ended = subprocess.run([python, project / "run_all.py"], capture_output=True, text=True, check=False)
        assert ended.returncode == 1
        assert ended.stderr.startswith("This project needs Python 3.11 or newer, and this is Python")
        assert ended.stderr.count("\n") == 1


def _pythons(name):
    beside = Path(sysconfig.get_config_var("prefix")).resolve().parent
    found = [shutil.which(name), *beside.glob(f"{name.removeprefix('python')}*/bin/{name}")]
    return [
        path
        for path in found
        if path and subprocess.run([path, "-V"], capture_output=True, check=False).returncode == 0
    ]


@pytest.mark.parametrize(("stopped", "code"), [(KeyboardInterrupt, 130), (Terminated, 143)])
def test_a_set_up_that_is_stopped_ends_in_one_sentence(tmp_path, monkeypatch, capsys, stopped, code):
    def interrupted(project, extras):
        raise stopped

    monkeypatch.setattr(setup, "environment_is_ready", lambda project, extras: False)
    monkeypatch.setattr(setup, "prepare", interrupted)
    (tmp_path / "requirements.lock").touch()
    assert setup.enter(str(tmp_path), []) == code
    assert capsys.readouterr().err.startswith("Stopped before the set-up was done; run the same command again")


def test_a_lock_that_is_gone_is_told_whatever_environment_is_there(played, capsys):
    setup.prepare(played, RUN)
    (played / "requirements.lock").unlink()
    assert setup.enter(str(played), []) == 1
    assert capsys.readouterr().err.startswith("requirements.lock is not there: get it back with")


def test_help_shows_every_command_without_setting_anything_up(bare):
    ended = bare.run("--help", python=BARE_PYTHON)
    assert ended.returncode == 0
    for word in (*(f"{name} " for name in COMMANDS), "--responses", "Exit codes"):
        assert word in ended.stdout
    options = bare.run("run", "--help", python=BARE_PYTHON).stdout
    for word in ("--responses", "--wave-cutoff", "--jobs"):
        assert word in options
    assert not (bare.path / ".venv").exists()
