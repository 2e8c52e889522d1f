"""What a student's computer gets: the packages, and the script that sets it up."""

import ast
import importlib.util
import json
import re
import subprocess
import sys

import pytest

#: Where a package is imported under another name.
IMPORTED_AS = {"python-calamine": "calamine", "jupyterlab": "", "jupyterlab-language-pack-da-dk": ""}


def locked(path):
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_students_get_the_projects_versions_and_none_of_what_only_tests_and_clusters_need(project):
    students, everything = (
        locked(project / "notebooks/exercises/requirements.lock"),
        locked(project / "requirements.lock"),
    )
    assert len(students) < 0.7 * len(everything)
    assert {name: everything.get(name) for name in students if name != "jupyterlab-language-pack-da-dk"} == {
        name: version for name, version in students.items() if name != "jupyterlab-language-pack-da-dk"
    }
    assert not {"pytest", "hypothesis", "ruff", "papermill", "playwright", "distributed", "dask", "pyarrow"} & set(
        students
    )


def test_every_package_that_students_ask_for_is_used_and_every_import_is_asked_for(project):
    asked = re.findall(r"^[\w-]+", (project / "notebooks/exercises/requirements.in").read_text(encoding="utf-8"), re.M)
    asked = {IMPORTED_AS.get(name.lower(), name.lower()) for name in asked} - {""}
    sources = [
        (project / f"notebooks/exercises/{name}.py").read_text(encoding="utf-8") for name in ("tjek", "dansk", "hjaelp")
    ]
    for path in sorted((project / "notebooks/exercises").glob("0*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    used = {"calamine"} if 'engine="calamine"' in "".join(sources) else set()
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        names = [node.module] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        used |= {name.split(".")[0] for name in names}
    ours = {"tjek", "dansk", "hjaelp", "facit"}
    needed_by = {"numpy": "pandas", "IPython": "jupyterlab"}  # come with what is asked for
    assert used - set(sys.stdlib_module_names) - ours - set(needed_by) == asked


@pytest.fixture
def start(project, tmp_path, monkeypatch):
    """The students' script, in a folder of its own, with every program it runs written down instead."""
    (tmp_path / "start.py").write_bytes((project / "notebooks/exercises/start.py").read_bytes())
    (tmp_path / "requirements.lock").write_text("pandas==3.0.0\n")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "profile"))
    spec = importlib.util.spec_from_file_location("start", tmp_path / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ran = []

    def run(words, check=False, cwd=None):
        module.ran.append([str(word) for word in words])
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(module.subprocess, "run", run)
    monkeypatch.setattr(sys, "argv", ["start.py", "--no-browser"])
    return module


@pytest.mark.parametrize("uv", ["/somewhere/uv", ""])
def test_the_first_start_installs_by_hash_and_the_next_only_opens_jupyterlab(start, monkeypatch, uv):
    monkeypatch.setenv("UV", uv)
    monkeypatch.setattr(start.shutil, "which", lambda name: None)
    assert start.main() == 0
    *_, install, open_lab = start.ran
    assert "--require-hashes" in install
    assert str(start.LAAS) in install
    assert (install[0] == uv) == bool(uv)
    assert open_lab[1:] == ["-m", "jupyterlab", "--no-browser"]
    start.ran.clear()
    assert start.main() == 0
    assert len(start.ran) == 1


def test_another_list_of_packages_is_installed_anew_and_so_is_what_was_cut_short(start):
    start.main()
    start.LAAS.write_text("pandas==3.0.1\n")
    assert not start.er_klar()
    start.main()
    assert start.er_klar()
    start.KLAR.unlink()
    assert not start.er_klar()


def test_jupyterlab_is_danish_and_asks_about_no_news_and_the_kernel_speaks_danish_from_its_start(start):
    start.main()
    settings = json.loads((start.MILJOE / "share/jupyter/lab/settings/overrides.json").read_text())
    assert settings["@jupyterlab/translation-extension:plugin"]["locale"] == "da_DK"
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert "dansk" in (start.MILJOE / "etc/ipython/ipython_config.py").read_text()


def test_an_installation_that_fails_ends_with_a_danish_sentence(start, monkeypatch, capsys):
    def fail(words, check=False, cwd=None):
        raise subprocess.CalledProcessError(1, words)

    monkeypatch.setattr(start.subprocess, "run", fail)
    assert start.main() == 1
    assert "Pakkerne blev ikke hentet. Er du på nettet" in capsys.readouterr().out
    assert not start.er_klar()
