"""A study is held against its own report, and never against another one's."""

import re

import pytest
from edits import edit, lay_out

from toe_analysis.errors import InputError
from toe_analysis.running.plan import compared_study, has_scales, stages_left_out
from toe_analysis.running.stages import STAGES

OF_THE_REPORT = {"05_compare_baselines", "06_code_interviews", "07_triangulate", "08_audit_report", "10_findings"}


@pytest.fixture
def raw(project, tmp_path):
    return lay_out(project / "data/raw", tmp_path, "study.toml", "report.toml", "questionnaire.csv")


def test_this_study_has_the_facts_for_every_stage(raw):
    assert stages_left_out(STAGES, raw) == {}
    assert compared_study(raw) == ""


def test_a_study_of_another_id_is_not_held_against_the_report(raw):
    edit(raw / "study.toml", 'id = "dania-2025"', 'id = "north-2026"')
    found = stages_left_out(STAGES, raw)
    assert set(found) == OF_THE_REPORT
    assert (
        found["08_audit_report"] == "published_claims.csv belongs to the study dania-2025, and this one is north-2026"
    )


def test_the_next_wave_is_held_against_it_if_its_file_says_so(raw):
    edit(raw / "study.toml", 'id = "dania-2025"', 'id = "dania-2026"\ncompares_with = "dania-2025"')
    assert stages_left_out(STAGES, raw) == {}
    assert compared_study(raw) == "dania-2025"


def test_another_question_under_the_same_id_is_told_apart_unless_its_old_title_is_an_alias(raw):
    old = "Anvender virksomheden AI i produktionen?"
    edit(raw / "questionnaire.csv", old, "Bruker bedriften KI?")
    found = stages_left_out(STAGES, raw)
    assert "'Bruker bedriften KI?': give the study an id of its own" in found["06_code_interviews"]
    text = (raw / "questionnaire.csv").read_text(encoding="utf-8").splitlines()
    lines = [f"{line},{'aliases' if number == 0 else ''}" for number, line in enumerate(text)]
    lines = [f"{line}{old}" if line.startswith("q08,") else line for line in lines]
    (raw / "questionnaire.csv").write_text("\n".join(lines), encoding="utf-8")
    assert stages_left_out(STAGES, raw) == {}


def test_what_is_not_named_is_left_out_with_all_that_reads_from_it(raw):
    edit(raw / "study.toml", '    "baselines.csv",\n', "")
    assert stages_left_out(STAGES, raw) == dict.fromkeys(
        ("05_compare_baselines", "08_audit_report", "09_plan_next_wave", "10_findings"),
        "study.toml names no baselines.csv",
    )


def test_a_name_that_no_notebook_reads_is_a_slip_and_not_left_out_without_a_word(raw):
    edit(raw / "study.toml", '"baselines.csv"', '"baseline.csv"')
    with pytest.raises(InputError, match=r"^study\.toml, facts: expected baselines\.csv, found 'baseline\.csv'$"):
        stages_left_out(STAGES, raw)


def test_a_scale_is_found_in_whatever_form_the_questionnaire_is_unless_it_may_not_be_shown(tmp_path):
    path = tmp_path / "questionnaire.csv"
    for text in ("question;type\nq01;scale\n", "question\ttype\nq01\tscale\n", "question, type\nq01, scale\n"):
        path.write_text(text, encoding="utf-8")
        assert has_scales(tmp_path)
        path.write_text(text.replace("scale", "single"), encoding="utf-8")
        assert not has_scales(tmp_path)
    path.write_text("question,type,privacy\nq01,scale,quasi-identifier\n", encoding="utf-8")
    assert not has_scales(tmp_path)


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("study.toml", 'facts = "baselines.csv"', "study.toml, facts: expected a list of texts, found 'baselines.csv'"),
        ("study.toml", "facts = [5]", "study.toml, facts: expected a list of texts, found [5]"),
        ("report.toml", 'study = ""\nfiles = 5', "report.toml, files: expected a list of texts, found 5"),
        ("report.toml", 'study = ""\nasks = "uses"', "report.toml, asks: expected a table, found 'uses'"),
    ],
)
def test_a_list_or_table_in_another_form_is_named_and_leaves_nothing_out(raw, name, line, told):
    (raw / "study.toml").write_text('id = "a"\nfacts = ["report.toml"]\n', encoding="utf-8")
    (raw / name).write_text(line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(told)):
        stages_left_out(STAGES, raw)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"id = ", "study.toml: expected a TOML file, but Invalid value (at end of document)"),
        (b"id = 'a'\n# \xf8\n", "study.toml: expected a TOML file in UTF-8, but line 2 is not; save it as UTF-8"),
        (None, "study.toml: expected a TOML file in UTF-8, but there is no such file"),
    ],
)
def test_a_damaged_study_file_is_one_sentence_without_a_path(raw, content, told):
    (raw / "study.toml").unlink() if content is None else (raw / "study.toml").write_bytes(content)
    with pytest.raises(InputError, match=f"^{re.escape(told)}$"):
        stages_left_out(STAGES, raw)
