import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.publishing.verify import Difference, compared_files, differences
from toe_analysis.running.stages import STAGES, Stage

STAGE = Stage("one", (), ("data/processed/one.csv", "data/processed/one.json", "figures/en/one.svg"))


@pytest.fixture
def roots(tmp_path):
    for name in ("before", "after"):
        (tmp_path / name / "data/processed").mkdir(parents=True)
        (tmp_path / name / "data/processed/one.csv").write_text('status,count\nuser,4\nfailed,"2,5"\n')
        (tmp_path / name / "data/processed/one.json").write_text('{"a": {"share": 0.5}, "b": [1, null]}')
    return tmp_path / "before", tmp_path / "after"


def found(roots):
    return differences((STAGE,), *roots)


def test_equal_results_do_not_differ(roots):
    assert found(roots) == []


def test_a_changed_value_is_shown_with_both_values_stage_file_row_and_column(roots):
    (roots[1] / "data/processed/one.csv").write_text('status,count\nuser,4\nfailed,"2,6"\n')
    assert found(roots) == [Difference("one", "data/processed/one.csv", "row 3, count", "2,5", "2,6")]
    assert str(found(roots)[0]) == "one: data/processed/one.csv, row 3, count: 2,5 before, 2,6 now"


def test_a_changed_headline_number_is_shown_by_its_path(roots):
    (roots[1] / "data/processed/one.json").write_text(json.dumps({"a": {"share": 0.25}, "b": [1, 2]}))
    assert [(part.where, part.before, part.after) for part in found(roots)] == [
        ("a/share", "0.5", "0.25"),
        ("b/1", "null", "2"),
    ]


def test_a_lost_row_a_new_column_and_a_missing_file_each_show(roots):
    (roots[1] / "data/processed/one.csv").write_text("status,count\nuser,4\n")
    assert [part.where for part in found(roots)] == ["row 3, status", "row 3, count"]
    assert {part.after for part in found(roots)} == {"nothing"}
    (roots[1] / "data/processed/one.csv").write_text("status,share,count\nuser,1,4\n")
    assert found(roots)[0].where == "row 1, column 2"
    (roots[1] / "data/processed/one.csv").unlink()
    assert found(roots)[0].after == "nothing"


@given(rows=st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=1, max_size=5), data=st.data())
def test_no_single_changed_cell_is_missed(tmp_path_factory, rows, data):
    folder = tmp_path_factory.mktemp("roots")
    row = data.draw(st.integers(0, len(rows) - 1))
    changed = [list(each) for each in rows]
    changed[row][data.draw(st.integers(0, 1))] += 1
    stage = Stage("one", (), ("one.csv",))
    for name, table in (("before", rows), ("after", changed)):
        (folder / name).mkdir()
        lines = ["a,b", *(",".join(map(str, each)) for each in table)]
        (folder / name / "one.csv").write_text("\n".join(lines))
    assert len(differences((stage,), folder / "before", folder / "after")) == 1


def test_all_results_of_the_study_are_compared(project, tmp_path):
    compared = {path for _, path in compared_files(STAGES)}
    for folder in ("data/processed", "figures"):
        kept = {path.relative_to(project).as_posix() for path in (project / folder).rglob("*") if path.is_file()}
        assert {path for path in kept if not path.endswith("README.md")} <= compared
        shutil.copytree(project / folder, tmp_path / folder)
    assert differences(STAGES, project, tmp_path) == []


def test_a_cell_past_the_last_column_and_bytes_that_are_no_text_each_show(roots):
    (roots[1] / "data/processed/one.csv").write_text('status,count\nuser,4,999\nfailed,"2,5"\n')
    assert [part.after for part in found(roots)] == ["999"]
    (roots[1] / "data/processed/one.csv").write_bytes('status,count\nuser,4\nfailed,"2,5ø"\n'.encode("cp1252"))
    assert [part.where for part in found(roots)] == ["row 3, count"]
    (roots[0] / "data/processed/one.csv").write_text('status,count\nuser,4,998,1\nfailed,"2,5"\n')
    (roots[1] / "data/processed/one.csv").write_text('status,count\nuser,4,999,1\nfailed,"2,5"\n')
    assert [(part.before, part.after) for part in found(roots)] == [("998", "999")]
