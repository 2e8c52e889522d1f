"""The notebook's own cells, without and with a second coder's file."""

import json
import shutil

import pandas as pd
import pytest
from end_to_end.cells import run_cells

from toe_analysis.errors import InputError
from toe_analysis.paths import OUTPUT_VARIABLE, ROOT_VARIABLE
from toe_analysis.running.stages import STAGES

STAGE = next(stage for stage in STAGES if stage.name == "06_code_interviews")


@pytest.fixture(scope="module")
def run(project, tmp_path_factory):
    """Run the notebook; return what it says, the files it leaves and its numbers."""
    root = tmp_path_factory.mktemp("root")
    for path in STAGE.reads:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(project / path, root / path)

    def run(second=None, guide=None, **parameters):
        if guide is not None:
            guide.to_csv(root / "data/raw/interview_guide.csv", index=False)
        if second is not None:
            second.to_csv(root / "data/raw/class_a.csv", index=False)
        made = root / f"made_{len(list(root.iterdir()))}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(ROOT_VARIABLE, str(root))
            patch.setenv(OUTPUT_VARIABLE, str(made))
            said = run_cells(project / "notebooks/06_code_interviews.ipynb", **parameters)
        files = {path.relative_to(made).as_posix(): path for path in made.rglob("*") if path.is_file()}
        return said, files, json.loads(files["data/processed/06_code_interviews.json"].read_text(encoding="utf-8"))

    return run


@pytest.fixture(scope="module")
def alone(run):
    return run()


def table(files, name):
    return pd.read_csv(files[f"data/processed/06_code_interviews_{name}.csv"])


def test_without_a_second_coder_nothing_about_agreement_is_computed(alone):
    said, files, _ = alone
    assert files.keys() == set(STAGE.writes)
    assert "No second coder's file is given" in said
    assert table(files, "agreement")["estimate"].isna().all()


def test_a_filled_sheet_gives_agreement_and_the_same_files(alone, run, project):
    sheet = pd.read_csv(alone[1]["build/06_code_interviews_sheet.csv"])
    codes = pd.read_csv(project / "data/raw/interview_codings.csv")["toe"].to_numpy(copy=True)
    codes[0] = "O"  # interview 1, unit 1 is T in the report
    said, files, numbers = run(sheet.assign(toe=codes), coder_b="class_a.csv")
    assert files.keys() == alone[1].keys()
    disputed = table(files, "units").query("same_code == 'no'")
    assert disputed[["interview", "unit"]].to_numpy().tolist() == [[1, 1]]
    agreement = table(files, "agreement").set_index("agreement")
    assert agreement.loc["percent_agreement", "count"] == 47
    assert set(agreement["basis"]) == {"responses"}
    assert numbers["totals"] == alone[2]["totals"]
    assert "47 of 48" in said


def test_the_printed_numbers_come_out(alone):
    said, files, numbers = alone
    assert [numbers["totals"][code] for code in "TOE"] == [18, 14, 16]
    assert table(files, "placing")[["count_T", "count_O", "count_E"]].to_numpy().tolist() == [
        [18, 14, 16],
        [18, 19, 11],
    ]
    assert "gives p\u00a0=\u00a00.982, descriptive only: units of one interview depend on each other" in said
    willing = table(files, "selection").set_index("status")
    assert willing["count"].to_dict() == {"user": 2, "failed": 1, "optimist": 5, "sceptic": 2}
    assert set(willing["basis"]) == {"calibrated"}
    assert "the very ones that the guide prints** (calibrated)" in said


def test_a_path_instead_of_a_name_is_refused_and_not_repeated(run):
    with pytest.raises(InputError, match=r"coder_b: expected the name of a file in data/raw.*'b\.csv'") as caught:
        run(coder_b="../private/b.csv")
    assert "private" not in str(caught.value)


def test_the_guide_may_ask_of_other_statuses_than_this_studys(run, project):
    guide = pd.read_csv(project / "data/raw/interview_guide.csv")
    _, files, _ = run(guide=guide[guide["group"] == "uses"])
    assert set(pd.read_csv(files["data/processed/06_code_interviews_guide.csv"])["status"]) == {"user"}
