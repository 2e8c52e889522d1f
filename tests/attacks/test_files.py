"""Odd and hostile files by the command line: each is refused in one sentence, and nothing is written."""

import os
import shutil
import socket
from pathlib import Path

import pytest
from survey.reading.workbooks import sheet_of, write_sheets

from toe_analysis.commands.line import main

NAMES = [
    "-x.xlsx",
    "--x.xlsx",
    "a\nb.xlsx",
    "a;b.csv",
    " .xlsx",
    ".xlsx",
    "æøå.XLSX",
    "x" * 200 + ".csv",
    "\u202ecsv.xlsx",
    "$(id).csv",
]
CONTENTS = {
    "nothing": b"",
    "zeros": b"\0" * 5000,
    "noise": bytes(range(256)) * 40,
    "an empty zip": b"PK\5\6" + b"\0" * 18,
    "half a zip": b"PK\3\4" + b"a" * 300,
    "half a Parquet file": b"PAR1" + b"a" * 300,
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"a" * 600,
    "a web page": b"<html><body>Sign in</body></html>",
    "headers only": b"ID;Starttidspunkt;Navn\n",
    "one long line": b"a" * 2_000_000,
    "quotes that never end": b'"' + b"a;b\n" * 5000,
    "UTF-16": "ID;Navn\n1;2\n".encode("utf-16"),
    "formulas": b'=cmd|"/c calc"!A1;@SUM(1)\n-1+1;+2\n',
}
ENDINGS = (".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".parquet")


@pytest.fixture
def project_with_facts(project, tmp_path, monkeypatch):
    shutil.copytree(project / "data/raw", tmp_path / "project/data/raw")
    (tmp_path / "given").mkdir()
    monkeypatch.chdir(tmp_path / "given")
    return tmp_path / "project"


def odd_things():
    """Make what has a name like an export's and is none, in this folder; return the names."""
    Path("loop.xlsx").symlink_to("loop.xlsx")
    Path("two.csv").symlink_to("one.csv")
    Path("one.csv").symlink_to("two.csv")
    Path("dangling.xlsx").symlink_to("nowhere")
    Path("folder.xlsx").mkdir()
    os.mkfifo("pipe.csv")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket.xlsx")
    for name, device in (("zero.csv", "zero"), ("null.xlsx", "null"), ("random.csv", "random"), ("full.xlsx", "full")):
        Path(name).symlink_to(f"/dev/{device}")
    for name in ("self/mem", "self/environ", "self/pagemap"):
        Path(f"proc_{name.replace('/', '_')}.csv").symlink_to(f"/proc/{name}")
    Path("itself.xlsx").symlink_to(".")
    return sorted(path.name for path in Path().iterdir())


@pytest.mark.attack
@pytest.mark.skipif(os.name == "nt", reason="pipes, sockets and devices are those of Unix")
def test_what_is_no_export_is_refused_in_one_sentence_and_nothing_is_written(
    project_with_facts, questionnaire, answers, capsys, record_property
):
    names = odd_things()
    for what, content in CONTENTS.items():
        for ending in ENDINGS:
            name = f"{what}{ending}"
            Path(name).write_bytes(content)
            names.append(name)
    for name in NAMES:
        Path(name).write_bytes(b"PK\3\4 no zip")
    names += [*NAMES, "missing.xlsx", "nul\0.xlsx", "", "/", "~", "http://example.org/a.xlsx"]
    good = write_sheets(Path("good.xlsx"), {"Ark1": sheet_of(questionnaire, answers)})
    before = sorted(path for path in project_with_facts.rglob("*"))
    for name in names:
        words = [f"--responses={name}"] if name.startswith("-") else ["--responses", name]
        for more in ([], ["--responses", str(good)]) if name in names[:8] else ([],):
            assert main(project_with_facts, [*words, *more]) == 2, name
            out, said = capsys.readouterr()
            assert out == ""
            assert "expected" in said
            assert "Traceback" not in said
            assert sorted(path for path in project_with_facts.rglob("*")) == before
    record_property("files tried", len(names))
