"""What ``run_all.py export`` leaves, and that the metadata in git tells of the files as they are."""

import json

import pytest
from edits import contents, lay_out

from toe_analysis.commands.line import main
from toe_analysis.errors import InputError
from toe_analysis.exchange.second_coder import read_codes
from toe_analysis.interviews import read_codings
from toe_analysis.paths import Root
from toe_analysis.publishing.kept import read_citation
from toe_analysis.publishing.metadata import metadata_files


@pytest.fixture
def copy(tmp_path, project):
    return lay_out(project, tmp_path, "data", "figures", "notebooks", "CITATION.cff", "README.md")


def test_every_csv_of_the_project_is_in_the_data_package(project):
    package = json.loads((project / "datapackage.json").read_text(encoding="utf-8"))
    found = {
        path.relative_to(project).as_posix()
        for folder in ("data/raw", "data/processed", "figures")
        for path in (project / folder).rglob("*.csv")
    }
    assert {resource["path"] for resource in package["resources"]} == found
    assert all(resource["description"] and resource["sources"] for resource in package["resources"])
    for resource in package["resources"]:
        header, *rows = (project / resource["path"]).read_text(encoding="utf-8").splitlines()
        if rows and {"basis", "grundlag"} & set(header.split(",")):
            assert set(resource["basis"]) <= {"published", "responses", "calibrated", "illustrative"}


def test_the_command_writes_the_same_bytes_every_time_and_nothing_else(copy, capsys):
    before = contents(copy)
    assert main(copy, ["export"]) == 0
    first = contents(copy)
    assert main(copy, ["export"]) == 0
    assert contents(copy) == first
    assert {name for name in first if first[name] != before.get(name)} == {
        "build/exchange/categories.qdc",
        "build/exchange/interviews_coded.qdpx",
        "build/exchange/interviews_to_code.qdpx",
        "build/exchange/survey_ddi.xml",
        "datapackage.json",
        "ro-crate-metadata.json",
        "codecheck.yml",
        "docs/reference/audit.md",
        "docs/reference/statistics.md",
        "docs/stages.svg",
    }
    assert "build/exchange/survey_ddi.xml" in capsys.readouterr().out
    assert "synthetic" in first["build/exchange/survey_ddi.xml"].decode()
    codings = read_codings(copy / "data/raw")
    assert read_codes(copy / "build/exchange/interviews_coded.qdpx", codings).equals(codings["toe"])


def test_a_result_that_is_not_there_is_named_before_anything_is_written(copy, capsys):
    (copy / "data/processed/02_classify_firms.csv").unlink()
    assert main(copy, ["export"]) == 2
    assert "expected data/processed/02_classify_firms.csv" in capsys.readouterr().err
    assert not (copy / "build").exists()


def test_a_second_coders_sheet_beside_the_given_files_is_no_part_of_the_study(copy):
    before = metadata_files(Root.at(copy))
    (copy / "data/raw/class_a.csv").write_text("a\n1\n")
    assert metadata_files(Root.at(copy)) == before


def test_the_citation_names_project_and_report(project, copy):
    own, report = read_citation(project / "CITATION.cff")
    assert (own.version, own.released, report.year, report.authors) == ("0.1.0", "", "2025", ("Erhvervsakademi Dania",))
    text = (copy / "CITATION.cff").read_text(encoding="utf-8")
    (copy / "CITATION.cff").write_text(text.replace("version: 0.1.0", "version: 0.1.0\ndate-released: 2026-01-31"))
    assert read_citation(copy / "CITATION.cff")[0].released == "2026-01-31"
    (copy / "CITATION.cff").write_text(text.split("references:")[0], encoding="utf-8")
    with pytest.raises(InputError, match=r"first reference in CITATION\.cff"):
        read_citation(copy / "CITATION.cff")
