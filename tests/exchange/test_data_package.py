"""The Data Package: types that hold for every cell, and a descriptor that another library calls valid."""

import io

import pandas as pd
import pytest

from toe_analysis.exchange.data_package import Table, data_package


def table(text, description="", **more):
    return Table("t.csv", pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False), description, **more)


@pytest.fixture
def described(questionnaire):
    def describe(one):
        package = data_package([one], questionnaire, name="p", title="P", description="d", version="1")
        return package["resources"][0]

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
    assert described(table(text, "a table"))["schema"]["fields"][0]["type"] == expected


def test_a_table_without_rows_keeps_its_columns(described):
    fields = described(table("row,question\n", "a table"))["schema"]["fields"]
    assert [(field["name"], field["type"]) for field in fields] == [("row", "string"), ("question", "string")]


def test_a_question_brings_its_title_and_the_reasons_why_an_answer_is_missing(described):
    resource = described(table('q08,note\nJa,"two\nlines"\nnot_shown,\n', "answers"))
    assert resource["schema"]["fields"][0] == {
        "name": "q08",
        "type": "string",
        "title": "Uses AI in production",
        "description": "Anvender virksomheden AI i produktionen?",
    }
    assert "not_shown" in resource["schema"]["missingValues"]


def test_the_basis_is_the_tables_own_or_else_what_was_said_of_it(described):
    assert described(table("basis\nillustrative\npublished\n", basis=("ours",)))["basis"] == [
        "published",
        "illustrative",
    ]
    assert described(table("grundlag\nkalibreret\n"))["basis"] == ["calibrated"]
    assert described(table("a\n1\n", basis=("ours",)))["basis"] == ["ours"]
    assert "basis" not in described(table("a\n1\n"))


def test_the_committed_package_is_valid_with_all_its_data(project):
    frictionless = pytest.importorskip("frictionless", reason="the optional extra 'checks' is not installed")
    package = frictionless.Package(str(project / "datapackage.json"))
    assert package.resource_names == sorted(set(package.resource_names), key=package.resource_names.index)
    for resource in package.resources:
        report = resource.validate()
        assert report.valid, report.flatten(["type", "note"])
