"""What a begun study calls things when it is about something else."""

import csv
import re
from dataclasses import replace
from importlib.resources import files

from toe_analysis.commands.new_study import words_of
from toe_analysis.survey.proposing.proposal import Proposed
from toe_analysis.survey.proposing.proposed_files import words_text

GROUPS = ("against.", "column.", "reason.", "release.", "sizes.", "status.", "sweep.", "toe_meaning.")


def test_where_no_question_is_about_ai_no_figure_of_the_first_notebooks_speaks_of_it():
    package = files("toe_analysis.showing").joinpath("words.csv").read_text(encoding="utf-8")
    words = {row["key"]: row for row in csv.DictReader(package.splitlines())}
    about_ai = {key for key, row in words.items() if key.startswith(GROUPS) and re.search(r"\bAI\b", row["en"])}
    video = Proposed("q01", "Does your clinic offer video?", "single", ("Yes", "No"))
    said = {key: texts for key, *texts in words_of([video])}
    assert set(said) == about_ai
    assert not re.search(r"\bAI\b", words_text([video], words_of([video])))
    for key, texts in said.items():
        for language, text in zip(("en", "da"), texts, strict=True):
            assert re.findall("{.*?}", text) == re.findall("{.*?}", words[key][language])
    assert said["status.title_any"][0] == "Status of {base} firms"
    assert words_of([replace(video, role="stands")]) == []
