"""The command ``lite``: the study's notebooks and the exercises as a web page whose Python runs in the browser.

JupyterLite brings JupyterLab and the kernel, Pyodide the libraries, from its own server; what it lacks is pure Python.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from toe_analysis.paths import write_atomically
from toe_analysis.publishing.kept import read_given
from toe_analysis.running.notebooks import read_notebook
from toe_analysis.teaching.teach import teach
from toe_analysis.terminal import DONE, FAILED, tell

#: What the notebooks need and Pyodide lacks, beside this package; and what it has, but does not bring unasked.
_PURE = ("seaborn", "mistune", "xlsxwriter", "python-docx", "reportlab")
_THERE = ("matplotlib", "matplotlib-inline", "jinja2")
_THERE_FOR_EXERCISES = ("matplotlib", "pandas", "scipy", "statsmodels", "python-calamine")

_KERNEL = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
_FOLDER = "build/lite"


def make_lite(project: Path, options: argparse.Namespace) -> int:
    """Make ``build/lite/site``, a folder for any web server, with exercises made anew; return the exit code."""
    if teach(project, options) != DONE:
        return FAILED
    source = project / _FOLDER / "source"
    shutil.rmtree(source, ignore_errors=True)
    _study(project, source / "files")
    _exercises(project / "build" / "teaching" / "student", source / "files" / "opgaver")
    log = project / "build" / "logs" / "lite.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        succeeded = _wheel(project, source / "pypi", output) and _site(source, project / _FOLDER / "site", output)
    if not succeeded:
        tell("The page could not be made: see build/logs/lite.log.")
        return FAILED
    tell(
        f"{_FOLDER}/site is ready for any web server, for example: python -m http.server -d {_FOLDER}/site\n"
        "A notebook fetches Python and the libraries from the network when it is first opened: half a minute or more."
    )
    return DONE


def _study(project: Path, files: Path) -> None:
    """Copy what a notebook reads, so that any of them can be opened first, and the notebooks."""
    raw = project / "data" / "raw"
    given = {"README.md", *read_given(raw / "README.md")}  # and no guest, as a second coder's file with names in it is
    shutil.copytree(raw, files / "data" / "raw", ignore=lambda _, names: {*names} - given)
    shutil.copytree(project / "data" / "processed", files / "data" / "processed")
    shutil.copy2(project / "run_all.py", files)  # by which a notebook finds the project
    pure = [f"{name}=={metadata.version(name)}" for name in _PURE]
    for path in sorted((project / "notebooks").glob("*.ipynb")):
        _bring(path, files / "notebooks", ("toe-analysis", *_THERE, *pure))


def _exercises(student: Path, files: Path) -> None:
    """Copy the students' folder, without what sets up a computer of their own."""
    shutil.copytree(student, files, ignore=shutil.ignore_patterns("start.*", "requirements.lock", "*.ipynb", "*.html"))
    for path in sorted(student.glob("*.ipynb")):
        _bring(path, files, (*_THERE_FOR_EXERCISES, f"ipywidgets=={metadata.version('ipywidgets')}"))


def _bring(notebook: Path, folder: Path, packages: Iterable[str]) -> None:
    """Write a notebook with a first cell that fetches its packages."""
    content = read_notebook(notebook)
    fetch = {
        "cell_type": "code",
        "execution_count": None,
        "id": "fetch-packages",
        "metadata": {},
        "outputs": [],
        "source": [f"%pip install -q {' '.join(packages)}  # into this browser tab"],
    }
    content["cells"].insert(0, fetch)
    content["metadata"]["kernelspec"] = _KERNEL
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    write_atomically(folder / notebook.name, text.encode())


def _wheel(project: Path, folder: Path, output: object) -> bool:
    folder.mkdir(parents=True)
    build = "import sys, flit_core.buildapi as flit; flit.build_wheel(sys.argv[1])"
    return _run([sys.executable, "-c", build, str(folder)], project, output)


def _site(source: Path, site: Path, output: object) -> bool:
    shutil.rmtree(site, ignore_errors=True)
    words = ["build", "--lite-dir", str(source), "--contents", "files", "--output-dir", str(site)]
    return _run([sys.executable, "-m", "jupyterlite_core", *words], source, output)


def _run(words: list[str], folder: Path, output: object) -> bool:
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1735689600"}  # no clock in what is made
    ended = subprocess.run(words, cwd=folder, stdout=output, stderr=subprocess.STDOUT, env=environment, check=False)
    return ended.returncode == 0
