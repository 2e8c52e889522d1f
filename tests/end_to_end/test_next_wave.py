"""Another wave's questionnaire: the CSV file is edited and nothing else."""

import csv
import shutil

import pytest
from end_to_end.cells import run_cells
from survey.reading.workbooks import sheet_of, write_sheets

from toe_analysis.commands.closing import closing_summary
from toe_analysis.errors import InputError
from toe_analysis.paths import OUTPUT_VARIABLE, ROOT_VARIABLE, Root
from toe_analysis.privacy.leaks import leaks_of_run
from toe_analysis.running.stages import STAGES
from toe_analysis.survey import clean, read_export, read_study

NEEDED = {"q01", "q03", "q08", "q20", "q33"}
NEW = {
    "question": "q42",
    "header": "Bruger I robotter?",
    "label_en": "Uses robots",
    "type": "single",
    "options": "Ja;Nej;Snart",
    "asked_when": "everyone",
    "toe": "T",
}


@pytest.fixture
def edited(project, tmp_path):
    """Return a function that writes an edited questionnaire, given what to do with each of its rows."""

    def edit(change, *more, raw=tmp_path):
        with (project / "data/raw/questionnaire.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in map(change, csv.DictReader(file)) if row]
        with (raw / "questionnaire.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*rows[0], *(["aliases"] if "aliases" not in rows[0] else [])], restval="")
            writer.writeheader()
            writer.writerows([*rows, *more])
        if raw == tmp_path:
            shutil.copy(project / "data/raw/study.toml", raw)
        return read_study(raw)

    return edit


def reworded(row):
    if row["question"] in ("q08", "q14"):
        return row | {"header": f"Nu: {row['header']}", "aliases": f"Noget andet? | {row['header']}"}
    return row | {"aliases": ""}


def renamed(row):
    return row | {"options": row["options"].replace("Netværk", "Fagligt netværk <= Netværk")}


def with_needed_questions_only(row):
    return row if row["question"] in NEEDED else None


def answers_of(path, study):
    return clean(read_export(path, study.questionnaire), study, key="").answers


def test_a_reworded_question_is_found_under_its_old_and_its_new_title(edited, study, questionnaire, answers, tmp_path):
    new = edited(reworded)
    old_wave = write_sheets(tmp_path / "old.xlsx", {"Ark1": sheet_of(questionnaire, answers)})
    new_wave = write_sheets(tmp_path / "new.xlsx", {"Ark1": sheet_of(new.questionnaire, answers)})
    assert answers_of(old_wave, new).equals(answers_of(new_wave, new))
    assert answers_of(old_wave, new).equals(answers_of(old_wave, study))
    notes = read_export(old_wave, new.questionnaire).notes
    assert "q08: found by an earlier title" in notes
    assert read_export(new_wave, new.questionnaire).notes == ()


def test_an_option_is_read_under_its_old_and_its_new_label(edited, questionnaire, answers, tmp_path):
    new = edited(renamed)
    old_wave = write_sheets(tmp_path / "old.xlsx", {"Ark1": sheet_of(questionnaire, answers)})
    told = [firm | {q: str(firm[q]).replace("Netværk", "Fagligt netværk") for q in firm} for firm in answers]
    new_wave = write_sheets(tmp_path / "new.xlsx", {"Ark1": sheet_of(new.questionnaire, told)})
    cleaned = clean(read_export(old_wave, new.questionnaire), new, key="")
    found = clean(read_export(new_wave, new.questionnaire), new, key="")
    for name in ("q14", "q23", "q32", "q39"):
        counts = [one.answers[name].value_counts().sort_index() for one in (cleaned, found)]
        assert counts[0].equals(counts[1])
    assert cleaned.problems.empty
    assert "Fagligt netværk" in set(cleaned.answers["q39"].str.split(";").explode())
    assert "Netværk" not in set(cleaned.answers["q39"].str.split(";").explode())


@pytest.mark.parametrize(("name", "role"), [("q03", "size"), ("q08", "uses"), ("q20", "tried"), ("q33", "expects")])
def test_what_makes_status_and_size_cannot_be_left_out(edited, name, role):
    gone = {name} | {"q08": {"q09"}}.get(name, set())

    def change(row):
        return None if row["question"] in gone else row | {"asked_when": "everyone", "routing_source": ""}

    with pytest.raises(InputError, match=rf"{role}.*, found none"):
        edited(change)


def test_the_study_runs_on_a_questionnaire_with_little_in_it_and_says_what_is_missing(
    copy, told, edited, answers, monkeypatch
):
    new = edited(lambda row: with_needed_questions_only(reworded(row)), NEW, raw=copy.path / "data/raw")
    asked = [firm | {"q42": "Snart"} for firm in answers]
    export = write_sheets(copy.path / "next.xlsx", {"Sheet1": sheet_of(new.questionnaire, asked)})
    code, said, errors = told(copy.path, "--responses", export, "--only", "08")  # with 01 to 03, which it needs
    assert code == 0, said + errors
    root = Root.at(copy.path / "private/next")
    assert "nobody was asked" in (root.path / "build/notebooks/03_describe_toe.ipynb").read_text("utf-8")
    assert "q42,Snart,48,48,48,48" in (root.processed / "03_describe_toe.csv").read_text("utf-8")
    audit = (root.processed / "08_audit_report.csv").read_text("utf-8")
    assert "a question that this survey does not ask" in audit
    closing = closing_summary(STAGES, copy.path, root, {})
    assert "narrative_claims.csv names q10, q14, q15, q21, " in closing
    assert "triangulation.csv names q14, q15, q19, " in closing
    assert "views.csv names q10, q12, q13, q14, " in closing
    assert closing.count("which this questionnaire does not ask: counted as not asked.") == 3
    monkeypatch.setenv(ROOT_VARIABLE, str(root.path))
    monkeypatch.delenv(OUTPUT_VARIABLE, raising=False)
    said = run_cells(copy.path / "notebooks/06_code_interviews.ipynb")
    assert "How many firms are willing cannot be said" in said
    said = run_cells(copy.path / "notebooks/07_triangulate.ipynb")
    assert "Not in this questionnaire, so the survey says nothing by them: q" in said


def test_a_survey_of_one_firm_without_experience_runs_through_and_shows_what_it_has(
    project, questionnaire, answers, tmp_path, monkeypatch
):
    root = Root.at(tmp_path / "private/one")
    shutil.copytree(project / "data/raw", root.raw)
    (root.raw / "survey_export.json").unlink()
    firm = next(firm for firm in answers if firm["group"] == "sceptic")
    firm |= {"q01": "Hansen & Sønner, Fabriksvej 17", "q04": "Særlige skruer", "q05": "Værkfører"}
    write_sheets(root.export, {"Ark1": sheet_of(questionnaire, [firm])})
    (root.path / "pseudonym_key").write_text("secret\n")
    monkeypatch.setenv(ROOT_VARIABLE, str(root.path))
    monkeypatch.delenv(OUTPUT_VARIABLE, raising=False)
    root.processed.mkdir()
    (root.path / "build").mkdir()
    for name in ("06_code_interviews.csv", "06_code_interviews_placing.csv"):  # of a stage that is not run here
        shutil.copy(project / "data/processed" / name, root.to_process(name))
    for stage in STAGES:
        if not stage.name.startswith(("04", "06")):  # tested with less; the interviews
            few = {"largest_sample": 20, "largest_fixed": 20} if stage.name.startswith("09") else {}
            said = run_cells(project / f"notebooks/{stage.name}.ipynb", **few)
            (root.path / f"build/{stage.name}.txt").write_text(said, encoding="utf-8")
            assert [path for path in stage.writes if not (root.path / path).stat().st_size] == []
    assert leaks_of_run(root) == []
    toe = (root.path / "build/03_describe_toe.txt").read_text("utf-8")
    assert "(responses). future: does not depend on the weights." in toe  # of the past nobody was asked
    told = closing_summary(STAGES, tmp_path, root, {})
    assert "Responses received: 1, analysed: 1." in told
    assert "No response rate: the invited firms in study.toml (by wave: 1 = 317, 2 = 461) are not those of" in told
    assert "0 of 1 (0.0" in told
