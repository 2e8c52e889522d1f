import contextlib
import importlib
import io
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import types
import urllib.request
import zipfile
from functools import partial
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from edits import lay_out
from end_to_end.cells import run_cells

from toe_analysis.interviews import blank_sheet
from toe_analysis.running.sole_run import sole_run
from toe_analysis.teaching.teach import POOL, ZIP_NAME

NAMES = ("dansk", "tjek", "hjaelp", "facit")
QUESTIONS = 52
TO_START = ("run_all.py", "pyproject.toml", "requirements.lock")


@pytest.fixture(scope="module")
def taught(tmp_path_factory, project):
    """Everything that ``python run_all.py teach`` leaves, in a copy of the project."""
    parts = (*TO_START, "data/raw", "notebooks/exercises", "src", "docs")
    copy = lay_out(project, tmp_path_factory.mktemp("teach"), *parts)
    (copy / "build/teaching/student").mkdir(parents=True)
    (copy / "build/teaching/student/of_an_earlier_version.md").write_text("")
    done = subprocess.run(
        [sys.executable, "run_all.py", "teach", "--jobs", "2"], cwd=copy, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Hand out build/teaching/{ZIP_NAME}" in done.stdout
    assert not list(copy.glob("build/teaching/*/of_an_earlier_version.md"))
    with zipfile.ZipFile(copy / "build/teaching" / ZIP_NAME) as archive:
        archive.extractall(copy / "handed_out")
    return types.SimpleNamespace(
        masters=copy / "notebooks/exercises",
        zip=copy / "build/teaching" / ZIP_NAME,
        handed_out=copy / "handed_out/ai-opgaver",
        teacher=copy / "build/teaching/teacher",
    )


def test_of_two_at_once_the_second_waits_and_deletes_nothing_of_the_first(project, tmp_path):
    work = tmp_path / "build/teaching/work"
    work.mkdir(parents=True)
    lay_out(project, tmp_path, *TO_START)
    for name in ("data", "notebooks", "src"):
        (tmp_path / name).symlink_to(project / name)
    with sole_run(work.parent, "nobody"):
        command = [sys.executable, "run_all.py", "teach"]
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, encoding="utf-8") as second:
            assert second.stdout.readline() == "Another teach is at work; this one waits until it has ended.\n"
            second.kill()
    assert work.is_dir()


@pytest.fixture(autouse=True)
def process_as_it_was():
    """The exercises' helper writes numbers with a comma for the whole process: other tests must not see that."""
    yield
    for name in NAMES:
        sys.modules.pop(name, None)
    pd.reset_option("display.float_format")
    pd.reset_option("display.max_colwidth")


@pytest.fixture
def run(monkeypatch):
    """Run a notebook's code in this process, in its own folder; yield what each cell prints."""

    def cells(path, folder, **modules):
        monkeypatch.chdir(folder)
        monkeypatch.syspath_prepend(str(folder))
        for name in NAMES:
            sys.modules.pop(name, None)
        sys.modules.update(modules)
        names = {"__name__": "__main__"}
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                printed = io.StringIO()
                with contextlib.redirect_stdout(printed):
                    exec(compile(cell.source, f"{path.stem} {cell.id}", "exec"), names)
                yield printed.getvalue()

    return cells


def exercises_in(folder):
    return sorted(path for path in Path(folder).glob("*.ipynb") if path.stem != POOL)


def test_every_solution_runs_clean_and_passes_every_check(taught, run):
    right = []
    for path in exercises_in(taught.teacher):
        printed = "".join(run(path, taught.teacher))
        assert "Ikke endnu" not in printed
        right += re.findall(r"Rigtigt \((\w+)\)", printed)
    assert len(right) == QUESTIONS
    assert set(right) == set(json.loads((taught.handed_out / "tjek.json").read_text()))


def test_every_student_copy_runs_to_its_first_stub_and_stops_there_with_a_friendly_word(taught, run):
    paths = exercises_in(taught.handed_out)
    assert len([path for path in paths if "trin_for_trin" not in path.stem]) == 8
    for path in paths:
        word = f"Her er du nået til: opgave {int(path.stem[:2])}a. Erstat"
        if path.stem == "04_trin_for_trin_fishers_test":  # its first solution has gaps
            word = "'ellipsis'"
        with pytest.raises(Exception, match=word) as stopped:
            list(run(path, taught.handed_out))
        assert stopped.typename == ("TypeError" if word == "'ellipsis'" else "Stop")


def texts_in_zip(taught):
    with zipfile.ZipFile(taught.zip) as archive:
        return {
            name: archive.read(name).decode() for name in archive.namelist() if not name.endswith((".xlsx", ".lock"))
        }


def test_the_zip_holds_no_trace_of_a_solution(taught):
    found = texts_in_zip(taught)
    plain = "\n".join(json.dumps(text) if not name.endswith(".ipynb") else text for name, text in found.items())
    secret, shown = set(), set()
    for path in exercises_in(taught.masters):
        for cell in nbformat.read(path, as_version=4).cells:
            lines = {line.strip() for line in cell.source.splitlines() if len(line.strip()) > 12}
            handed_out = not set(cell.metadata.get("tags", ())) - {"light", "full"}
            (shown if handed_out else secret).update(lines)
            if "# gap: " in cell.source:
                shown.update(lines - {line.strip() for line in re.findall(r"# gap: .*\n(.*)", cell.source)})
                shown.update(f"# gap: {line}" for line in re.findall(r"# gap: (.*)", cell.source))
    # What an example teaches, a solution may repeat.
    assert [line for line in sorted(secret - shown) if json.dumps(line, ensure_ascii=False)[1:-1] in plain] == []
    assert "laas(" not in "".join(text for name, text in found.items() if name.endswith(".ipynb"))
    assert "# gap:" not in plain
    assert not any(re.search("facit|teacher|undervisere|processed|saml_|slides", name) for name in found)
    assert not re.search("does not fit|recompute_from|build/teaching", plain)


def test_the_zip_holds_no_answer_that_could_not_be_there_by_chance(taught):
    text = "\n".join(content for name, content in texts_in_zip(taught).items() if not name.endswith(".csv"))
    answers = set()
    for path in sorted(taught.teacher.glob("0*.html")):
        answers |= set(re.findall(r"Facit: (.*)</p>", path.read_text(encoding="utf-8")))
    numbers = {number for answer in answers for number in re.findall(r"\d,\d{4,}", answer)}
    assert len(numbers) > 15
    for number in numbers:
        assert number[:6] not in text
        assert number[:6].replace(",", ".") not in text


def test_students_notebooks_have_no_outputs_and_no_metadata_of_the_masters(taught):
    for path in exercises_in(taught.handed_out):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert set(notebook.metadata) == {"kernelspec", "language_info"}
        assert notebook.cells[0].source.startswith("# ")
        for cell in notebook.cells:
            assert cell.metadata == {}
            assert cell.get("outputs", []) == []


def test_the_zip_carries_everything_that_its_notebooks_use_and_no_date_of_today(taught):
    with zipfile.ZipFile(taught.zip) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    found = texts_in_zip(taught)
    for name, text in found.items():
        if name.endswith((".ipynb", ".md", ".html")):
            for link in re.findall(r"(?:\]\(|href=\")([\w./-]+)[)\"#]", text):
                assert f"ai-opgaver/{link}" in found, (name, link)
        if name.endswith(".ipynb"):
            assert "toe_analysis" not in text
            for file in set(re.findall(r"fil\(\\\"([\w.]+)\\\"\)", text)) - {"kodeark_DITNAVN.xlsx"}:
                assert (taught.handed_out / "data" / file).is_file(), (name, file)
    for name in ("kom-i-gang.html", "start.py", "start.cmd", "requirements.lock"):
        assert (taught.handed_out / name).is_file()
    assert b"\r\n" in (taught.handed_out / "start.cmd").read_bytes()


def outputs_of(path):
    for cell in nbformat.read(path, as_version=4).cells:
        yield from cell.get("outputs", ())


def test_outputs_show_decimal_commas_and_no_warning(taught):
    for path in sorted(taught.teacher.glob("*.ipynb")):
        for output in outputs_of(path):
            data = output.get("data", {})
            text = output.get("text", data.get("text/plain", ""))
            assert output.get("name") != "stderr", text
            if not any("image" in kind or "widget" in kind for kind in data):
                assert not re.search(r"\d\.\d", text), (path.name, text)


def test_every_slider_comes_after_a_static_picture_with_a_text_for_those_who_cannot_see_it(taught):
    sliders = 0
    for path in exercises_in(taught.teacher):
        kinds = [
            kind for output in outputs_of(path) for kind in output.get("data", ()) if "image" in kind or "view" in kind
        ]
        if "application/vnd.jupyter.widget-view+json" in kinds:
            sliders += 1
            assert kinds.index("image/png") < kinds.index("application/vnd.jupyter.widget-view+json")
        for output in outputs_of(path):
            if "image/png" in output.get("data", {}):
                assert len(output.metadata["image/png"]["alt"]) > 20
    assert sliders == 3


def test_a_folder_of_sheets_is_pooled_into_one_figure(taught):
    printed = "".join(output.get("text", "") for output in outputs_of(taught.teacher / f"{POOL}.ipynb"))
    assert re.search(r"Krippendorffs alfa = 0,\d{3}, 95 %-interval .* 2 kodere, 48 enheder", printed)


def test_pooling_skips_and_names_a_wrong_sheet_and_ends_with_a_danish_sentence_at_a_folder_without_any(
    project, codings, tmp_path, monkeypatch, capsys
):
    folder = project / "notebooks/exercises"
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    pool = partial(run_cells, folder / f"{POOL}.ipynb", mappe=str(tmp_path))
    with pytest.raises(
        Exception, match=r"^Der skal være mindst to brugbare ark i mappen .*, men der er 0\.$"
    ) as caught:
        pool()
    assert caught.typename == "Stop"  # which shows no traceback
    good, bad = blank_sheet(codings).assign(toe="T"), blank_sheet(codings).assign(toe="X")
    for name, sheet in {
        "kim": bad,
        "Mette Jensen_4711_/ark": good,
        "Ali Ø_12_/ark": good.assign(toe=["T", "O"] * 24),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.csv").write_text(sheet.to_csv(index=False), encoding="utf-8")
    (tmp_path / "~$ark.xlsx").write_bytes(b"Excel's own")
    capsys.readouterr()
    pool()
    printed = capsys.readouterr().out
    assert re.search(r"Sprunget over: kim\.csv, række 2, kolonne toe: .* 'X'\n", printed)
    assert "2 ark med 48 enheder hver: Ali Ø_12_/ark.csv, Mette Jensen_4711_/ark.csv." in printed
    (tmp_path / "Ali Ø_12_/ark.csv").write_text(good.to_csv(index=False), encoding="utf-8")
    pool()
    printed = capsys.readouterr().out
    assert "Alle er enige om alt (2 kodere, 48 enheder)." in printed
    assert "Krippendorffs alfa" not in printed


@pytest.fixture
def lab(taught, browser, tmp_path):
    """A JupyterLab on the students' folder, with a solution beside; its address for a file."""
    folder = tmp_path / "ai-opgaver"
    shutil.copytree(taught.handed_out, folder)
    shutil.copy2(taught.teacher / "03_andele_og_usikkerhed.ipynb", folder / "solution.ipynb")
    tracker = tmp_path / "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    tracker.parent.mkdir(parents=True)
    tracker.write_text('{"windowingMode": "none"}')  # else cells below the screen are not drawn
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex()
    places = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "IPYTHONDIR",
        "JUPYTERLAB_WORKSPACES_DIR",
    )
    environment = os.environ | {name: str(tmp_path / name.lower()) for name in places}
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(tmp_path / "settings")
    words = ["--no-browser", "--allow-root", f"--port={port}", f"--IdentityProvider.token={token}", "--port-retries=0"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *words], cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(150):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{address}/api?token={token}", timeout=2).close()
                    break
                time.sleep(0.2)
            yield lambda name: f"{address}/lab/tree/{name}?token={token}&reset"
        finally:
            server.terminate()
            server.wait(20)


def run_all(page):
    page.locator(".jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    for _ in range(5):  # a kernel that has only just started may lose what it is asked
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        with contextlib.suppress(importlib.import_module("playwright.sync_api").TimeoutError):
            page.locator(".jp-NotebookPanel:visible .jp-InputPrompt", has_text="[1]:").wait_for(timeout=15_000)
            return


def test_an_exercise_opens_and_a_solution_runs_in_jupyterlab_in_a_browser(taught, lab, browser):
    """One opens for all: JupyterLab asks of a notebook what its schema says, against which each is held above."""
    page = browser.new_page()
    page.set_default_timeout(60_000)
    # On a busy machine JupyterLab once asked something in between; a person closes that and goes on.
    page.add_locator_handler(page.locator(".jp-Dialog"), lambda asked: asked.locator("button").last.click())
    page.goto(lab("tjek.json"))
    path = exercises_in(taught.handed_out)[-1]
    page.locator(".jp-DirListing-item", has_text=path.name).dblclick()
    title = nbformat.read(path, as_version=4).cells[0].source.splitlines()[0].removeprefix("# ")
    page.locator(".jp-Notebook h1", has_text=title).wait_for()
    page.locator(".jp-DirListing-item", has_text="solution.ipynb").dblclick()
    page.get_by_text("Rigtigt (3g)").wait_for()
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.get_by_role("menuitem", name="Clear Outputs of All Cells", exact=True).click()
    run_all(page)
    page.locator(".widget-slider").first.wait_for()
    page.get_by_text("Rigtigt (3g)").wait_for()
    assert page.locator(".jp-OutputArea-output img").count() >= 3
    page.close()


def test_grading_runs_what_was_handed_in_and_notices_an_output_that_the_code_does_not_give(taught, tmp_path):
    name = "00_python_paa_30_minutter.ipynb"
    solution = nbformat.read(taught.teacher / name, as_version=4)
    for cell in solution.cells:
        cell.source = re.sub(r"^svar_0a = .*", "svar_0a = 317", cell.source)
    (tmp_path / "Finn").mkdir()
    nbformat.write(solution, str(tmp_path / "Finn" / name))
    project = taught.masters.parents[1]
    done = subprocess.run(
        [sys.executable, "run_all.py", "grade", str(tmp_path), "--run", "--jobs", "2"],
        cwd=project, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    rows = (project / "build/teaching/grade/overview.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[1:] == ["Finn;forkert" + 5 * ";rigtigt" + ";5;6"]
    page = (project / "build/teaching/grade/index.html").read_text(encoding="utf-8")
    assert f"Finn/{name}: rigtigt i den gemte notebook, men ikke når den køres: 0a." in page
