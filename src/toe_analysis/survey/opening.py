"""Opening a run's survey: the raw export in stage 01, the cleaned responses in every later stage."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from toe_analysis.errors import InputError
from toe_analysis.paths import KEY_NAME, Root
from toe_analysis.survey.cleaning import Cleaned, clean
from toe_analysis.survey.facts.study import Study
from toe_analysis.survey.facts.study_file import read_study
from toe_analysis.survey.reading.export import Export, read_exports
from toe_analysis.survey.source import Source, read_sidecar
from toe_analysis.survey.text import undo_inert

#: The stage that leaves the responses in its table, and what they are in its headline numbers.
CLEANING = "01_clean_responses"


@dataclass(frozen=True)
class Survey:
    """A raw export with everything needed to clean it.

    Parameters
    ----------
    study : Study
    export : Export
    key : str
        From which the pseudonyms are made.
    wave_cutoff : str
        First day of wave 2 as the sidecar states it; empty for a real export.
    """

    study: Study
    export: Export
    key: str
    wave_cutoff: str


def read_survey(root: Root) -> Survey:
    """Read the export of a run.

    Raises
    ------
    InputError
        If study, questionnaire or export cannot be used, or a real export lies outside the private folder.
    """
    study = read_study(root.raw)
    export = read_exports(root.exports, study.questionnaire)
    cutoff = "" if export.waves is not None else read_sidecar(root.export).get("wave_cutoff", "")
    return Survey(study, export, _pseudonym_key(root, export.source), cutoff)


def _pseudonym_key(root: Root, source: Source) -> str:
    if source.kind == "synthetic":
        return "synthetic firms need no secret"
    key = read_key(root)
    if not root.is_private or not key:
        raise InputError(
            f"data/raw/{root.export.name} is a real export, and results from it must stay private; put the bundled "
            "synthetic one back and run: python run_all.py --responses PATH_OF_YOUR_EXPORT"
        )
    return key


def read_key(root: Root) -> str:
    """Return the secret of a private root; empty if it has none."""
    path = root.path / KEY_NAME
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def clean_again(root: Root) -> Cleaned:
    """Clean the export exactly as stage 01 did, for what may not leave it: the firms' own words.

    Raises
    ------
    InputError
        As `read_survey` does, or if stage 01 has not been run.
    """
    survey = read_survey(root)
    return clean(survey.export, survey.study, key=survey.key, **root.numbers(CLEANING)["cleaning"])


@dataclass(frozen=True)
class Responses:
    """The cleaned responses that stage 01 left behind.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a firm: ``wave``, ``size`` (empty where it is not known), ``status`` and a column a question id. Where
        there is no answer the cell of a question holds its kind of missing (`toe_analysis.survey.MISSING`).
    source : Source
        What the answers may be taken for.
    study : Study
    numbers : mapping
        The headline numbers of the first notebook.
    """

    table: pd.DataFrame
    source: Source
    study: Study
    numbers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rate(self) -> Mapping[str, Any]:
        """How many of the invited firms answered, as a row of a table; empty where nobody knows how many were."""
        return self.numbers["response_rate"].get("both", {})


def read_responses(root: Root) -> Responses:
    """Read the cleaned responses of a run.

    Raises
    ------
    InputError
        If stage 01 has not been run.
    """
    kept = root.numbers(CLEANING)
    table = pd.read_csv(root.processed / f"{CLEANING}.csv", dtype=str, keep_default_na=False, index_col="firm").map(
        undo_inert
    )
    return Responses(table, Source.from_dict(kept["source"]), read_study(root.raw), kept)
