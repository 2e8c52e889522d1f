"""The Data Package: types that hold for every cell, and a descriptor that another library calls valid."""

import io

import pandas as pd
import pytest

from toe_analysis.publishing.data_package import table_resource


@pytest.fixture
def described(questionnaire):
    def describe(text, kind=""):
        cells = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        return table_resource("t.csv", cells, questionnaire, description="a table", source={"title": "us"}, kind=kind)

    return describe


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1", "-20", ""), "integer"),
        (("1", "2.5"), "number"),
        (("1e-07", ""), "number"),
        (("1", "F01"), "string"),
        (("2025-04-01",), "string"),
        (("10-20",), "string"),
        (("", ""), "string"),
    ],
)
def test_a_column_has_the_narrowest_type_that_fits_all_its_cells(described, cells, expected):
    text = "a,b\n" + "".join(f"{cell},x\n" for cell in cells)
    assert described(text)["schema"]["fields"][0]["type"] == expected


def test_a_table_without_rows_keeps_its_columns(described):
    fields = described("row,question\n")["schema"]["fields"]
    assert [(field["name"], field["type"]) for field in fields] == [("row", "string"), ("question", "string")]


def test_a_question_brings_its_title_and_the_reasons_why_an_answer_is_missing(described):
    resource = described('q08,note\nJa,"two\nlines"\nnot_shown,\n')
    assert resource["schema"]["fields"][0] == {
        "name": "q08",
        "type": "string",
        "title": "Uses AI in production",
        "description": "Anvender virksomheden AI i produktionen?",
    }
    assert "not_shown" in resource["schema"]["missingValues"]


def test_the_basis_is_the_tables_own_or_else_what_was_said_of_it(described):
    assert described("basis\nillustrative\npublished\n", kind="ours")["basis"] == ["published", "illustrative"]
    assert described("grundlag\nkalibreret\n")["basis"] == ["calibrated"]
    assert described("a\n1\n", kind="ours")["basis"] == ["ours"]
    assert "basis" not in described("a\n1\n")


def test_the_committed_package_is_valid_with_all_its_data(project):
    frictionless = pytest.importorskip("frictionless", reason="the optional extra 'checks' is not installed")
    package = frictionless.Package(str(project / "datapackage.json"))
    assert package.resource_names == sorted(set(package.resource_names), key=package.resource_names.index)
    for resource in package.resources:
        report = resource.validate()
        assert report.valid, report.flatten(["type", "note"])
