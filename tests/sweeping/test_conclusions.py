import json

import pytest

from toe_analysis.sweeping.conclusions import CONCLUSIONS, Conclusion, conclusion_table


@pytest.fixture(scope="module")
def bundled(project):
    paths = [path for path in (project / "data/processed").iterdir() if path.suffix in (".csv", ".json")]
    return {f"data/processed/{path.name}": path.read_bytes() for path in paths}


def test_every_declared_conclusion_is_found_in_the_results_of_the_study(bundled):
    for conclusion in CONCLUSIONS:
        table = conclusion_table({"study": bundled}, [conclusion])
        assert len(table), conclusion
        assert table["conclusion"].is_unique, conclusion


def test_nothing_changes_between_a_run_and_itself(bundled):
    table = conclusion_table({"one": bundled, "two": bundled})
    assert set(table["changes"]) == {"no"}
    assert (table["one"] == table["two"]).all()


def numbers(p_value, basis="calibrated"):
    rows = [{"test": "a", "p": p_value, "basis": basis}]
    return {"data/processed/04.json": json.dumps({"family": {"limit": 0.05}, "rows": rows}).encode()}


def test_a_p_value_concludes_by_its_limit_and_the_weakest_basis_counts():
    by_limit = [Conclusion("04", ".json", "p", ("test",), "rows", of_family=True)]
    runs = {"low": numbers(0.01), "lower": numbers(0.001, "illustrative"), "at": numbers(0.05)}
    (row,) = conclusion_table(runs, by_limit).to_dict("records")
    assert [row[name] for name in runs] == ["below the limit", "below the limit", "not below the limit"]
    assert (row["conclusion"], row["changes"], row["basis"]) == ("rows, a", "yes", "illustrative")
    del runs["at"]
    assert conclusion_table(runs, by_limit)["changes"].tolist() == ["no"]


def test_a_failed_run_and_a_missing_row_are_shown_and_change_nothing():
    by_limit = [Conclusion("04", ".json", "p", ("test",), "rows", of_family=True)]
    without = {"data/processed/04.json": b'{"family": {"limit": 0.05}, "rows": []}'}
    (row,) = conclusion_table({"a": numbers(0.01), "b": None, "c": without, "d": {}}, by_limit).to_dict("records")
    assert [row[name] for name in "abcd"] == ["below the limit", "failed", "not there", "not there"]
    assert row["changes"] == "no"


def test_several_values_of_one_row_stand_side_by_side():
    table = b"claim,verdict,basis\na,fits,published\na,off,calibrated\na,fits,published\n"
    found = conclusion_table(
        {"run": {"data/processed/08_x.csv": table}}, [Conclusion("08", "_x.csv", "verdict", ("claim",))]
    )
    assert found[["run", "basis"]].values.tolist() == [["fits; off", "calibrated"]]
