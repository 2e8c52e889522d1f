"""The data of the exercises: what students get beside their notebooks. Everything that is not printed is synthetic."""

from pathlib import Path

import pandas as pd

from toe_analysis.interviews import blank_workbook, read_categories, read_codings
from toe_analysis.survey.synthetic.world import read_recipe, synthetic_answers

#: Copied as they are.
GIVEN = ("survey_export.xlsx", "questionnaire.csv")
#: What the report prints, without our notes on it: they give answers away.
_CLAIMS, _NOTES = "published_claims.csv", ["recompute_from", "note"]

#: Two made-up coders: our theme of a unit to the code they always give it; elsewhere they code as the report.
MADE_UP_CODERS = {
    "eksempel_kodning.csv": {"recruitment_location": "O", "networks_advice": "E", "cost_business_case": "O"},
    "eksempel_kodning_2.csv": {"networks_advice": "O", "data_quality": "O", "support_paperwork": "O"},
}

#: The roles of the questions that tell a status, and what a firm that gave up expects.
_ANSWERS = ("uses", "tried", "expects_again", "expects")


def student_files(raw: Path) -> dict[str, bytes]:
    """Return name and content of every file in the students' data folder.

    Parameters
    ----------
    raw : Path
        The folder ``data/raw``.
    """
    codings = read_codings(raw)
    files = {name: (raw / name).read_bytes() for name in GIVEN}
    files[_CLAIMS] = _csv(pd.read_csv(raw / _CLAIMS, dtype=str).drop(columns=_NOTES))
    files["verdener.csv"] = _worlds(raw)
    files["rapportens_koder.csv"] = _csv(codings[["interview", "unit", "toe"]])
    files["kodeark.xlsx"] = blank_workbook(codings, read_categories(raw, codings))
    return files | made_up_sheets(codings)


def made_up_sheets(codings: pd.DataFrame) -> dict[str, bytes]:
    """Return the filled coding sheet of each made-up coder."""
    sheets = {}
    for name, rule in MADE_UP_CODERS.items():
        codes = codings["theme"].map(rule).fillna(codings["toe"])
        sheets[name] = _csv(codings.assign(toe=codes)[["interview", "unit", "gloss_da", "toe"]])
    return sheets


def _worlds(raw: Path) -> bytes:
    """Return the 48 firms of every synthetic world, with the answers that make the AI status and no more."""
    recipe = read_recipe(raw)
    study, rows = recipe.study, []
    asked = [question.id for question in study.questionnaire if question.role in _ANSWERS]
    for world in recipe.worlds:
        firms = [firm for firm in synthetic_answers(recipe, world=world) if firm["group"] in study.status_names]
        name = "uden" if world == recipe.worlds[0] else world
        for number, firm in enumerate(firms, start=1):
            answers = {question: firm.get(question) for question in asked}
            rows.append(
                {"verden": name, "virksomhed": f"V{number:02d}", "ansatte": firm[study.size_question.id], **answers}
            )
    return _csv(pd.DataFrame(rows))


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()
