"""That every language of ``vocabulary.toml`` says all that is asked of one, and is read by what it says."""

from math import inf

import pandas as pd
import pytest
from conftest import PROJECT

from toe_analysis.survey import read_questionnaire
from toe_analysis.survey.facts.sizes import size_class
from toe_analysis.survey.reading.dates import readings_of_times
from toe_analysis.survey.reading.headers import match_columns
from toe_analysis.survey.text import fold
from toe_analysis.survey.vocabulary import by_language, words

SURVEY = read_questionnaire(PROJECT / "data/raw/questionnaire.csv")
ANSWERS = ("yes", "no", "dont_know", "other")
SIZES = ("size_to", "size_or_more", "size_below", "size_above")
IN_TITLES = ("identifier", "quasi-identifier", "comment", "ai", "firm", "staff", "counted")
TITLES, MONTHS, SCALES = (by_language(key) for key in ("titles", "months", "scales"))
LANGUAGES = pytest.mark.parametrize("language", TITLES)


@LANGUAGES
def test_a_language_has_every_list_and_each_as_long_as_the_others(language):
    assert all(isinstance(by_language(key)[language], list) for key in (*ANSWERS, *SIZES, *IN_TITLES))
    assert len(MONTHS[language]) == 12
    assert set(TITLES[language]) == {"id", "started", "completed", "email", "name", "modified", "language"}
    steps = {name: len(scale) for name, scale in SCALES[language].items()}
    assert steps == {"agreement": 7, "satisfaction": 7, "frequency": 5, "extent": 5}


@LANGUAGES
def test_the_titles_of_a_languages_form_are_told_from_the_questions(language):
    titles = [(kind, title) for kind, found in TITLES[language].items() for title in found]
    for kind, title in titles:
        match = match_columns([title.capitalize(), SURVEY["q01"].header], SURVEY)
        assert (match.meta, match.columns, match.unknown) == ({kind: 0}, {"q01": 1}, ())


@LANGUAGES
def test_the_sizes_of_a_language_are_read(language):
    to, or_more, below, above = (by_language(key)[language] for key in SIZES)
    ends = {f"10 {word} 20": (10, 20) for word in to} | {f"250 {word}": (250, inf) for word in or_more}
    ends |= {f"{word.capitalize()} 10": (0, 9) for word in below}
    ends |= {f"{word.capitalize()} 250": (251, inf) for word in above}
    assert {label: (size_class(label).smallest, size_class(label).largest) for label in ends} == ends


@LANGUAGES
def test_the_months_of_a_language_are_read(language):
    for month, names in enumerate(MONTHS[language], start=1):
        dates = pd.Series([f"3. {name.capitalize()} 2025 14:05" for name in names.split()])
        assert readings_of_times(dates)[0].dt.month.unique().tolist() == [month]


def each_meaning(tables):
    """The words of all languages by what they mean."""
    meanings = {}
    for table in tables:
        for meaning, found in table.items():
            meanings.setdefault(meaning, set()).update(found)
    return meanings


@pytest.mark.parametrize(
    "meanings",
    [
        {key: words(key) for key in ANSWERS},
        {key: words(key) for key in SIZES},
        each_meaning(TITLES.values()),
        each_meaning({month: names.split() for month, names in enumerate(months)} for months in MONTHS.values()),
        *(each_meaning(dict(enumerate(one[scale])) for one in SCALES.values()) for scale in SCALES["en"]),
    ],
)
def test_no_word_means_two_things_and_all_are_written_as_texts_are_compared(meanings):
    said = [word for found in meanings.values() for word in found]
    assert sorted({word for word in said if said.count(word) > 1 or word != fold(word)}) == []
