"""Writing made-up responses exactly as Microsoft Forms would export them, the same bytes every time."""

import datetime
import hashlib
import io
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from toe_analysis.paths import write_atomically
from toe_analysis.survey.facts.questionnaire import Questionnaire
from toe_analysis.survey.source import SYNTHETIC_MARK
from toe_analysis.survey.synthetic.world import Recipe, read_recipe, synthetic_answers
from toe_analysis.survey.text import fold

META_HEADERS = ("ID", "Starttidspunkt", "Færdiggørelsestidspunkt", "Mail", "Navn")

_NEVER_CHANGING = datetime.datetime(2025, 1, 1)


def forms_headers(questionnaire: Questionnaire) -> list[str]:
    """Return the question titles as Forms exports them: a repeated title gets a bare number.

    Excel's table headers are unique regardless of case, so titles that differ only in case are numbered too.
    """
    seen: Counter[str] = Counter()
    headers = []
    for question in questionnaire:
        seen[fold(question.header)] += 1
        count = seen[fold(question.header)]
        headers.append(question.header + (str(count) if count > 1 else ""))
    return headers


def write_world(output: Path, raw: Path, world: str = "") -> int:
    """Write the synthetic export of a world, and its sidecar, from the files in `raw`; return how many responded."""
    recipe = read_recipe(raw)
    answers = synthetic_answers(recipe, world=world)
    write_export(output, answers, recipe, world or recipe.worlds[0])
    return len(answers)


def write_export(path: Path, answers: Sequence[dict], recipe: Recipe, world: str) -> None:
    """Write the workbook and, beside it, the sidecar that says what it is and what it is fixed to.

    Parameters
    ----------
    path : Path
        The workbook; the sidecar takes its name with ``.json``.
    answers : sequence of dict
        A response each, in the order in which they came in: question id to cell, and ``wave``.
    recipe : Recipe
        By which they were drawn. It says when each wave began; the second one is the cut-off that the sidecar states.
    world : str
    """
    questionnaire = recipe.study.questionnaire
    begins = {int(wave): facts["begins"] for wave, facts in recipe.facts["waves"].items()}
    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as workbook:
        workbook.set_properties(
            {
                "title": "Synthetic survey export",
                "category": SYNTHETIC_MARK,
                "comments": f"{SYNTHETIC_MARK}: made up, no firm gave them",
                "created": _NEVER_CHANGING,
            }
        )
        sheet = workbook.add_worksheet("Sheet1")
        time_format = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, [*META_HEADERS, *forms_headers(questionnaire)])
        numbers: Counter[int] = Counter()
        for row, firm in enumerate(answers, start=1):
            started = begins[firm["wave"]] + datetime.timedelta(hours=7 * numbers[firm["wave"]])
            numbers[firm["wave"]] += 1
            sheet.write_number(row, 0, row)
            sheet.write_datetime(row, 1, started, time_format)
            sheet.write_datetime(row, 2, started + datetime.timedelta(minutes=8 + row % 9), time_format)
            sheet.write_string(row, 3, "anonymous")
            for column, question in enumerate(questionnaire, start=len(META_HEADERS)):
                if question.id in firm:
                    sheet.write(row, column, firm[question.id])
    sidecar = {
        "what": "Sidecar of a synthetic survey export. The sets of columns under 'fixed' agree with printed numbers "
        "of the report; everything else is drawn at random and says nothing about real firms.",
        "sha256": hashlib.sha256(content.getvalue()).hexdigest(),
        "world": world,
        "seed": recipe.facts["seed"],
        "wave_cutoff": begins[2].date().isoformat() if 2 in begins else "",
        "fixed": recipe.facts["fixed"],
    }
    write_atomically(path, content.getvalue())
    write_atomically(path.with_suffix(".json"), (json.dumps(sidecar, indent=2, ensure_ascii=False) + "\n").encode())
