"""The proof of a reproduction. Here the stages' results are copied; `tests/end_to_end` rebuilds them."""

import base64
import json
import re
import zipfile
import zlib

import pytest
from edits import edit, lay_out
from this_study import PROJECT

from toe_analysis.commands.line import main
from toe_analysis.running import runner
from toe_analysis.showing.output import zipped

#: As many as there are in the folder of figures, each in two languages.
PICTURES = len(list((PROJECT / "figures").rglob("*.svg")))


@pytest.fixture
def copy(tmp_path, project, monkeypatch):
    """A project whose stages, when they are run, give the committed results."""
    lay_out(project, tmp_path, "data", "figures")
    (tmp_path / "data/raw/.ipynb_checkpoints").mkdir()  # JupyterLab makes one beside every file that it saves

    def give_committed_results(stages, notebooks, root, **options):
        lay_out(project, root, "data/processed", "figures")
        return True

    monkeypatch.setattr(runner, "run_stages", give_committed_results)
    return tmp_path


def test_the_same_values_are_certified_with_inputs_results_environment_and_verdicts(copy, capsys):
    assert main(copy, ["verify"]) == 0
    said = capsys.readouterr().out
    assert "REPRODUCED: every value is the same." in said
    assert f"Pictures identical: {PICTURES} of {PICTURES}." in said
    assert "'Calibrated' proves nothing" in said
    assert "Their arithmetic does not fit for: potential_efficiency." in said
    content = (copy / "build/certificate.json").read_text(encoding="utf-8")
    assert str(copy) not in content
    certificate = json.loads(content)
    assert certificate["result"] == "reproduced"
    assert "survey_export.xlsx" in certificate["inputs"]
    assert "data/processed/02_classify_firms.csv" in certificate["results"]
    assert sum(certificate["claims"]["recomputed"].values()) == 31
    assert certificate["environment"]["packages"]["pandas"]
    page = (copy / "build/certificate.html").read_text(encoding="utf-8")
    assert "Certificate of reproduction: reproduced" in page
    assert "<li>potential_efficiency</li>" in page
    assert f"<tr><td>pandas</td><td>{certificate['environment']['packages']['pandas']}</td></tr>" in "".join(
        page.splitlines()
    )
    assert main(copy, ["verify"]) == 0
    assert (copy / "build/certificate.json").read_text(encoding="utf-8") == content


def test_a_changed_number_ends_with_3_and_shows_both_values_the_stage_and_the_file_and_stays_as_it_is(copy, capsys):
    table = copy / "data/processed/02_classify_firms.csv"
    edit(table, "user,4,48", "user,5,48")
    assert main(copy, ["verify"]) == 3
    assert "user,5,48" in table.read_text(encoding="utf-8")
    said = capsys.readouterr().out
    assert "DIFFERENT: 1 value in 1 file." in said
    assert "02_classify_firms: data/processed/02_classify_firms.csv, row 2, count: 5 before, 4 now" in said
    certificate = json.loads((copy / "build/certificate.json").read_text(encoding="utf-8"))
    assert certificate["result"] == "different"
    assert len(certificate["differences"]) == 1


@pytest.mark.parametrize("change", ["a place", "a word", "a mark less", "no picture"])
def test_a_picture_that_shows_something_else_is_counted_and_named(copy, capsys, change):
    picture = copy / "figures/en/02_classify_firms.svg"
    text = picture.read_text(encoding="utf-8")
    paths = re.findall(r"<path .*?/>", text, re.DOTALL)
    changed = {
        "a place": text.replace('<path d="M ', '<path d="M 1', 1),
        "a word": text.replace("48", "47", 1),
        "a mark less": text.replace(paths[-1], "", 1),
        "no picture": "",
    }[change]
    assert changed != text
    picture.write_text(changed, encoding="utf-8")
    assert main(copy, ["verify"]) == 3
    said = capsys.readouterr().out
    assert "DIFFERENT: every value is the same, but not all else." in said
    assert f"Pictures identical: {PICTURES - 1} of {PICTURES}." in said
    assert "02_classify_firms: figures/en/02_classify_firms.svg, line " in said


def test_a_picture_that_only_rounds_differently_is_the_same(copy, capsys):
    picture = copy / "figures/en/02_classify_firms.svg"
    text = picture.read_text(encoding="utf-8")
    number = re.search(r'd="M (\d+\.\d{3,})', text)[1]
    picture.write_text(text.replace(number, f"{float(number) + 0.000001:.6f}", 1), encoding="utf-8")
    assert main(copy, ["verify"]) == 0
    assert f"Pictures identical: {PICTURES} of {PICTURES}." in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["html", "docx", "pdf"])
def test_a_page_of_findings_that_says_something_else_is_told_and_one_packed_otherwise_is_not(copy, capsys, kind):
    page = copy / f"figures/da/10_findings.{kind}"
    for word, code in ((b"", 0), (b"5 of 48", 3)):
        page.write_bytes(packed_anew(page, word))
        assert main(copy, ["verify"]) == code
    assert f"10_findings: figures/da/10_findings.{kind}, the page, by its SHA-256: " in capsys.readouterr().out


def packed_anew(page, word):
    """Return a page with the same packed less well, and a word more."""
    content = page.read_bytes()
    if page.suffix == ".html":
        return content + word
    if page.suffix == ".docx":
        with zipfile.ZipFile(page) as parts:
            held = {name: parts.read(name) for name in parts.namelist()}
        return zipped(held | {"word/document.xml": held["word/document.xml"] + word}, zipfile.ZIP_STORED)

    def again(found):
        said, is_text = found["packed"], found["packed"].endswith(b"~>")
        said = zlib.compress(zlib.decompress(base64.a85decode(said[:-2]) if is_text else said) + word, 1)
        said = base64.a85encode(said) + b"~>" if is_text else said
        return b"/Length %d%b%b" % (len(said), found["between"], said)

    packed = rb"/Length \d+(?P<between>[^>]*>>\s*stream\r?\n)(?P<packed>.*?)(?=endstream)"
    return re.sub(packed, again, content, flags=re.DOTALL)


def test_a_file_that_no_stage_makes_is_told(copy, capsys):
    (copy / "figures/en/99_more.svg").write_text("<svg/>")
    assert main(copy, ["verify"]) == 3
    assert "Files that no stage makes: figures/en/99_more.svg." in capsys.readouterr().out
    certificate = json.loads((copy / "build/certificate.json").read_text(encoding="utf-8"))
    assert certificate["result"] == "different"


def test_a_stage_that_fails_proves_nothing(copy, monkeypatch, capsys):
    assert main(copy, ["verify"]) == 0
    monkeypatch.setattr(runner, "run_stages", lambda *arguments, **options: False)
    assert main(copy, ["verify"]) == 1
    assert "Nothing was compared" in capsys.readouterr().out
    assert not list(copy.glob("build/certificate.*"))  # the earlier one has been of another state
    assert (copy / "build/verify/data/raw/study.toml").is_file()  # what failed names a log there


def test_what_is_rebuilt_is_gone_when_it_has_been_compared_also_after_one_that_was_killed(copy):
    (copy / "build/verify/data").mkdir(parents=True)
    (copy / "build/verify/data/raw").write_text("cut off")
    assert main(copy, ["verify"]) == 0
    assert {path.name for path in (copy / "build").iterdir()} == {"certificate.json", "certificate.html"}
