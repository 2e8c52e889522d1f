"""Opening a run's survey: the raw export in stage 01, the cleaned responses in every later stage."""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.survey.cleaning import Cleaned, clean
from toe_analysis.survey.questionnaire import Questionnaire, read_questionnaire
from toe_analysis.survey.reading.export import Export, read_exports
from toe_analysis.survey.sizes import SIZE_QUESTION, size_class
from toe_analysis.survey.source import Source, read_sidecar, read_sources
from toe_analysis.survey.status import STATUS_QUESTIONS, STATUS_RULES
from toe_analysis.survey.text import undo_inert

#: Stage 01 leaves the responses and what they are in these two files.
RESPONSES_TABLE = "01_clean_responses.csv"
RESPONSES_NUMBERS = "01_clean_responses.json"

KEY_NAME = "pseudonym_key"


@dataclass(frozen=True)
class Survey:
    """A raw export with everything needed to clean it.

    Parameters
    ----------
    questionnaire : Questionnaire
    export : Export
    source : Source
    key : str
        From which the pseudonyms are made.
    wave_cutoff : str
        First day of wave 2 as the sidecar states it; empty for a real export.
    """

    questionnaire: Questionnaire
    export: Export
    source: Source
    key: str
    wave_cutoff: str


def read_survey(root: Root) -> Survey:
    """Read the export of a run.

    Raises
    ------
    InputError
        If questionnaire or export cannot be used, or a real export lies outside the private folder.
    """
    questionnaire = read_study_questionnaire(root.raw / "questionnaire.csv")
    export = read_exports(root.exports, questionnaire)
    source = read_sources(root.exports)
    cutoff = "" if export.waves is not None else read_sidecar(root.export).get("wave_cutoff", "")
    return Survey(questionnaire, export, source, _pseudonym_key(root, source), cutoff)


def read_study_questionnaire(path: Path) -> Questionnaire:
    """Read a questionnaire of which the AI status and the size of firms can be told.

    All else may differ from wave to wave.

    Raises
    ------
    InputError
        If the file cannot be used, or lacks one of these four questions or an option of theirs that the rules name.
    """
    questionnaire = read_questionnaire(path)
    for name in (*STATUS_QUESTIONS, SIZE_QUESTION):
        if name not in questionnaire or questionnaire[name].type != "single":
            raise InputError(
                f"{path.name}: expected the single-choice question {name}, found none; "
                f"{', '.join(STATUS_QUESTIONS)} make the AI status and {SIZE_QUESTION} is the size, so they cannot be "
                "left out. If a wave asked it in other words, keep the id and give the old title under 'aliases'"
            )
    for rule in STATUS_RULES.values():
        for name, option in rule.items():
            if option not in questionnaire[name].options:
                raise InputError(
                    f"{path.name}, {name}: expected the option {option!r}, by which the AI status is told, found "
                    f"{', '.join(questionnaire[name].options)}; if it has another label now, write "
                    f"'{option} <= the other label'"
                )
    for label in questionnaire[SIZE_QUESTION].options:
        size_class(label)
    return questionnaire


def _pseudonym_key(root: Root, source: Source) -> str:
    if source.kind == "synthetic":
        return "synthetic firms need no secret"
    path = root.path / KEY_NAME
    if not root.is_private or not path.is_file():
        raise InputError(
            f"data/raw/{root.export.name} is a real export, and results from it must stay private; put the bundled "
            "synthetic one back and run: python run_all.py --responses PATH_OF_YOUR_EXPORT"
        )
    return path.read_text(encoding="utf-8").strip()


def clean_again(root: Root, survey: Survey) -> Cleaned:
    """Clean the export exactly as stage 01 did, for what may not leave it: the firms' own words.

    Raises
    ------
    InputError
        If stage 01 has not been run.
    """
    return clean(survey.export, survey.questionnaire, key=survey.key, **_kept_numbers(root)["cleaning"])


@dataclass(frozen=True)
class Responses:
    """The cleaned responses that stage 01 left behind.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a firm: ``wave``, ``size``, ``status`` and a column a question id. Where there is no answer the cell
        holds its kind of missing (`toe_analysis.survey.MISSING`).
    source : Source
        What the answers may be taken for.
    """

    table: pd.DataFrame
    source: Source


def read_responses(root: Root) -> Responses:
    """Read the cleaned responses of a run.

    Raises
    ------
    InputError
        If stage 01 has not been run.
    """
    kept = _kept_numbers(root)
    table = pd.read_csv(root.processed / RESPONSES_TABLE, dtype=str, keep_default_na=False, index_col="firm").map(
        undo_inert
    )
    return Responses(table, Source.from_dict(kept["source"]))


def _kept_numbers(root: Root) -> dict:
    path = root.processed / RESPONSES_NUMBERS
    if not path.is_file():
        raise InputError(f"expected {path.name} from stage 01; run the notebook 01_clean_responses first")
    return json.loads(path.read_text(encoding="utf-8"))
