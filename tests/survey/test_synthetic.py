import json
import shutil

import pandas as pd
import pytest
from edits import contents
from this_study import PROJECT

from toe_analysis.survey import clean, read_export, read_sidecar, read_source
from toe_analysis.survey.source import Source
from toe_analysis.survey.synthetic.__main__ import main
from toe_analysis.survey.synthetic.workbook import META_HEADERS, write_world
from toe_analysis.survey.synthetic.world import read_worlds, synthetic_answers


@pytest.fixture(scope="module")
def bundled(project, questionnaire, study):
    export = read_export(project / "data/raw/survey_export.xlsx", questionnaire)
    cutoff = read_sidecar(project / "data/raw/survey_export.xlsx")["wave_cutoff"]
    return clean(export, study, key="test", wave_cutoff=cutoff)


def test_wave_1_has_no_firm_above_99_employees(answers):
    assert not {firm["q03"] for firm in answers if firm["wave"] == 1} & {"100-150", "150-200", "200-250", "250+"}


def test_three_responses_are_left_out_each_for_its_own_reason(bundled):
    assert sorted(bundled.excluded["reason"]) == ["dont_know", "too_large", "too_small"]


def test_every_question_that_was_shown_is_answered_and_no_other(bundled):
    assert set(bundled.missing.to_numpy().ravel()) == {"", "not_shown"}
    assert bundled.problems.empty


@pytest.mark.parametrize("world", read_worlds(PROJECT / "data/raw")[1:])
def test_a_world_plants_the_stated_share_of_small_firms_that_do_not_expect_ai(world, project, study, tmp_path):
    path = tmp_path / "world.xlsx"
    write_world(path, project / "data/raw", world)
    cleaned = clean(read_export(path, study.questionnaire), study, key="test")
    small = cleaned.firms["size"] == "10-20"
    not_expecting = (cleaned.answers["q33"] == "Nej") | (cleaned.answers["q26"] == "Nej")
    assert f"{(small & not_expecting).sum()}/{small.sum()}" == world
    assert cleaned.firms["status"].value_counts().to_dict() == {"optimist": 28, "sceptic": 14, "user": 4, "failed": 2}


def test_without_a_planted_effect_small_firms_are_as_often_sceptics_as_others(recipe):
    small = sceptics = 0
    for seed in range(300):
        firms = synthetic_answers(recipe, seed=seed)
        roles = [firm["group"] for firm in firms if firm["q03"] == "10-20" and firm["group"] in recipe.firms]
        small, sceptics = small + len(roles), sceptics + roles.count("sceptic")
    assert abs(sceptics / small - 14 / 48) < 4 * (14 / 48 * 34 / 48 / small) ** 0.5


def test_the_export_looks_like_one_from_danish_forms(project, questionnaire):
    rows = pd.read_excel(project / "data/raw/survey_export.xlsx", engine="calamine", header=None)
    headers = rows.iloc[0].tolist()
    assert headers[:5] == list(META_HEADERS)
    fourth = [header for header in headers if header.startswith("Hvilke kompetencer er") and header.endswith("4")]
    assert len(fourth) == 1
    assert rows.shape == (52, 5 + len(questionnaire))


def test_the_file_says_in_its_own_properties_that_it_is_synthetic(project, tmp_path):
    copy = tmp_path / "renamed.xlsx"
    copy.write_bytes((project / "data/raw/survey_export.xlsx").read_bytes())
    assert read_source(copy).kind == "synthetic"
    assert read_source(copy).basis(["status"]) == "illustrative"


def test_a_sidecar_counts_only_for_the_file_it_was_written_for(project, tmp_path):
    other = tmp_path / "survey_export.xlsx"
    other.write_bytes(b"another file")
    other.with_suffix(".json").write_bytes((project / "data/raw/survey_export.json").read_bytes())
    assert read_sidecar(other) == {}
    assert read_source(other).kind == "responses"


def test_only_a_fixed_set_of_columns_is_calibrated(project):
    source = read_source(project / "data/raw/survey_export.xlsx")
    assert source.basis(["status"]) == "calibrated"
    assert source.basis(["q33", "q08", "q20"]) == "calibrated"
    assert source.basis(["status", "size"]) == source.basis(["valid", "reason"]) == "illustrative"
    assert Source("responses").basis(["status", "size"]) == "responses"
    assert Source.from_dict(json.loads(json.dumps(vars(source)))) == source


def test_the_command_writes_a_world_where_it_is_told(tmp_path, project, monkeypatch, capsys):
    monkeypatch.chdir(project / "notebooks")
    assert main(["--world", "7/11", "--output", str(tmp_path / "w.xlsx")]) == 0
    told = f"{tmp_path / 'w.xlsx'}: 51 synthetic responses, world 7/11; to run on them: python run_all.py --responses "
    assert capsys.readouterr().out.startswith(told)
    assert json.loads((tmp_path / "w.json").read_text(encoding="utf-8"))["world"] == "7/11"


def test_the_command_writes_the_committed_export_in_its_place_and_another_world_elsewhere(
    tmp_path, project, monkeypatch
):
    shutil.copytree(project / "data/raw", tmp_path / "data/raw")
    (tmp_path / "run_all.py").touch()
    monkeypatch.chdir(tmp_path)
    committed = contents(tmp_path / "data/raw")
    assert main(["--world", "7/11"]) == 0
    assert contents(tmp_path / "data/raw") == committed
    assert {path.name for path in (tmp_path / "build/worlds").iterdir()} == {
        f"world_7_of_11.{e}" for e in ("json", "xlsx")
    }
    for name in ("survey_export.xlsx", "survey_export.json"):
        (tmp_path / "data/raw" / name).unlink()
    assert main([]) == 0
    assert contents(tmp_path / "data/raw") == committed


def test_the_command_says_in_a_sentence_where_it_cannot_write(tmp_path, project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    (tmp_path / "w.xlsx").mkdir()
    assert main(["--output", str(tmp_path / "w.xlsx")]) == 2
    assert "w.xlsx cannot be (Is a directory); name a file in another folder\n" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["w.xlsx"]


def test_a_file_that_was_not_made_here_is_not_overwritten(tmp_path, project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    words, real = ["--world", "7/11", "--output"], tmp_path / "real.xlsx"
    real.write_bytes(b"answers of firms")
    assert main([*words, str(real)]) == 2
    assert real.read_bytes() == b"answers of firms"
    assert "real.xlsx is there already and was not made here; name another file\n" in capsys.readouterr().err
    assert [main([*words, str(tmp_path / name)]) for name in ("made.xlsx", "made.xlsx", "made.csv")] == [0, 0, 2]
    assert not (tmp_path / "made.csv").exists()


def test_an_unknown_world_is_refused(project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    assert main(["--world", "5/9"]) == 2
    assert capsys.readouterr().err == "--world: expected one of none, 7/11, 9/14, 14/22, 16/25, found '5/9'\n"
