"""The notebook's own cells on surveys in which something is missing."""

import json
import re
import shutil

import pandas as pd
import pytest
from end_to_end.cells import run_cells

from toe_analysis.paths import OUTPUT_VARIABLE, ROOT_VARIABLE
from toe_analysis.running.stages import STAGES

WRITES = next(stage.writes for stage in STAGES if stage.name == "04_size_by_status")


@pytest.fixture
def run(project, tmp_path, monkeypatch):
    """Run the notebook on changed responses; return what it says, its tables and its numbers."""

    def run(change, study="", **parameters):
        for folder, name in (
            ("raw", "questionnaire.csv"),
            ("raw", "study.toml"),
            ("raw", "words.csv"),
            ("processed", "01_clean_responses.json"),
        ):
            (tmp_path / "data" / folder).mkdir(parents=True, exist_ok=True)
            shutil.copy2(project / "data" / folder / name, tmp_path / "data" / folder / name)
        if study:
            (tmp_path / "data/raw/study.toml").write_text(study, encoding="utf-8")
        firms = pd.read_csv(project / "data/processed/01_clean_responses.csv", dtype=str, keep_default_na=False)
        change(firms).to_csv(tmp_path / "data/processed/01_clean_responses.csv", index=False)
        monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
        monkeypatch.delenv(OUTPUT_VARIABLE, raising=False)
        said = run_cells(project / "notebooks/04_size_by_status.ipynb", **parameters)
        assert all((tmp_path / path).stat().st_size for path in WRITES)
        tables = {path.name: pd.read_csv(path) for path in (tmp_path / "data/processed").glob("04*.csv")}
        numbers = json.loads((tmp_path / "data/processed/04_size_by_status.json").read_text(encoding="utf-8"))
        return said, tables, numbers

    return run


def without(status):
    return lambda firms: firms[firms["status"] != status]


def test_without_sceptics_the_firms_that_never_tried_cannot_be_compared_and_the_rest_can(run):
    _, tables, numbers = run(without("sceptic"), most_groups=2)
    sweep = tables["04_size_by_status_sweep.csv"].set_index("among")
    assert set(sweep.loc["never_tried", "how"]) == {"not_computed"}
    assert sweep.loc["all", "p_min"].between(0, 1).all()
    assert numbers["family"]["tests"] == len(sweep.loc["all"])
    shares = tables["04_size_by_status.csv"]
    assert shares.loc[shares["status"] == "sceptic", "count"].eq(0).all()


def test_a_study_without_a_group_that_never_tried_makes_one_family(run, project):
    text = (project / "data/raw/study.toml").read_text(encoding="utf-8")
    study = re.sub("(?m)^never_tried = .*$", "", text)
    said, tables, _ = run(lambda firms: firms, study=study)
    sweep = tables["04_size_by_status_sweep.csv"]
    assert set(sweep["among"]) == {"all"}
    assert sweep["p_min"].min() == pytest.approx(0.206, abs=0.01)  # not doubled
    assert re.search(r"for all statuses\.\s+The test that stands out most", said)


@pytest.mark.parametrize(
    "change",
    [
        lambda firms: firms.assign(size="21-30"),
        lambda firms: firms.assign(status="optimist"),
        lambda firms: firms.assign(size=""),
    ],
    ids=["one size class", "one status", "no size at all"],
)
def test_where_nothing_can_be_compared_the_page_says_so_and_is_complete(run, change):
    said, tables, numbers = run(change)
    assert "No test can be computed" in said
    assert "Nothing can be compared" in said
    assert numbers["family"]["tests"] == 0
    assert numbers["smallest"] == {"p_value": None, "p_min": None}
    assert set(tables["04_size_by_status_sweep.csv"]["how"]) == {"not_computed"}
    assert len(tables["04_size_by_status.csv"]) == (8 + 4) * 4  # classes without a firm are still listed


def test_firms_without_a_size_or_a_status_of_the_order_are_left_out_and_counted(run):
    said, _, numbers = run(
        lambda firms: firms.assign(size=["", *firms["size"][1:]]), order="sceptic,optimist,user", most_groups=2
    )
    kept = numbers["firms"]
    assert numbers["left_out"] == 48 - kept
    assert kept in (45, 46)
    assert f"{kept} of the 48 analysed firms" in said


def test_all_that_rests_on_size_and_status_is_illustrative_on_the_bundled_answers(run):
    said, tables, numbers = run(lambda firms: firms, most_groups=2)
    assert all(set(table["basis"]) == {"illustrative"} for table in tables.values())
    assert numbers["basis"] == "illustrative"
    assert "no effect is planted" in said
    assert re.search(r"adjusted for all of them \(min-P\), is 0\.\d+ \(illustrative\)", said)
    shares = tables["04_size_by_status.csv"]
    assert (shares.groupby("classes")["count"].sum() == 48).all()
    sums = shares.groupby(["classes", "size"])["count"].sum()
    assert (sums == shares.groupby(["classes", "size"])["base"].first()).all()
