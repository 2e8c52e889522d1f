"""Looking at what a run is given before its first notebook starts, so that a slip costs a sentence and not a run."""

from collections.abc import Sequence

from toe_analysis.csv_table import read_csv_table
from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_NAME, Root
from toe_analysis.running.stages import RAW, STAGES, Stage
from toe_analysis.showing.words import word_table
from toe_analysis.survey import clean, read_survey


def check_inputs(root: Root, wave_cutoff: str, stages: Sequence[Stage] = STAGES) -> None:
    """Look at what the stages are given, and clean the survey once, so that it is told before any notebook starts.

    Raises
    ------
    InputError
        If a given file is missing or no table, or words, questionnaire, export or cut-off date cannot be used.
    """
    for path in dict.fromkeys(path for stage in stages for path in stage.reads if path.startswith(f"{RAW}/")):
        given = root.given(path)
        if not given.is_file():
            is_project = (root.path / "run_all.py").is_file()
            way = f"get it back: git checkout -- {path}" if is_project else "put it there, or take it out of study.toml"
            raise InputError(f"expected {path}, but there is no such file; {way}")
        if given.suffix == ".csv" and path != f"{RAW}/{EXPORT_NAME}":
            read_csv_table(given)
    word_table()
    survey = read_survey(root)
    clean(survey.export, survey.study, key=survey.key, wave_cutoff=wave_cutoff or survey.wave_cutoff)
