from pathlib import Path

import pytest

from toe_analysis.survey import Questionnaire, read_questionnaire
from toe_analysis.survey.synthetic import read_phrases, synthetic_answers

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture(scope="session")
def questionnaire() -> Questionnaire:
    return read_questionnaire(PROJECT / "data/raw/questionnaire.csv")


@pytest.fixture(scope="session")
def phrases() -> dict:
    return read_phrases(PROJECT / "data/raw/synthetic_phrases.csv")


@pytest.fixture
def answers(questionnaire, phrases) -> list[dict]:
    return synthetic_answers(questionnaire, phrases)
