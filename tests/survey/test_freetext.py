from types import SimpleNamespace

import pandas as pd
import pytest
from this_study import STUDY

from toe_analysis.errors import InputError
from toe_analysis.survey import Source
from toe_analysis.survey.freetext import (
    Entry,
    code_texts,
    count_mentions,
    coverage,
    mention_table,
    open_texts,
    order_depends_on_weights,
    proposals,
    read_decisions,
    read_dictionary,
)


@pytest.fixture(scope="module")
def dictionary(project):
    return read_dictionary(project / "data/raw/freetext_dictionary.csv", STUDY.negations)


def coded(dictionary, views, text, question="q34", decisions=None):
    answers = pd.DataFrame([{"firm": "F1", "question": question, "text": text}])
    return code_texts(answers, views, dictionary, decisions or {})


def test_every_line_of_the_dictionary_codes_its_own_example(project):
    table = pd.read_csv(project / "data/raw/freetext_dictionary.csv")
    for row in table.itertuples():
        assert Entry(row.view, row.category, row.toe, row.pattern).matches(row.example), row


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Kender ikke til, hvordan det kan anvendes", "unsure_where"),
        ("Lige nu har vi ikke set lyset", "unsure_where"),
        ("Kompetencer er ikke til stede", "knowledge_competences"),
        ("MANGLENDE VIDEN", "knowledge_competences"),
        ("svaert at tiltraekke folk", "location"),
        ("For få ressourcer", "resources"),
        ("Data var ikke paa plads", "data"),
    ],
)
def test_the_reports_own_words_and_other_spellings_find_their_category(dictionary, views, text, category):
    assert category in coded(dictionary, views, text)["categories"].iloc[0]


@pytest.mark.parametrize("text", ["Vi har ikke modstand", "Ingen modstand", "Uden nogen modstand", "Modstandere"])
def test_a_negation_or_a_longer_word_is_no_mention(dictionary, views, text):
    assert "resistance" not in coded(dictionary, views, text)["categories"].iloc[0]


def test_the_categories_that_the_report_names_are_in_the_dictionary(dictionary):
    found = {(entry.view, entry.category) for entry in dictionary}
    barriers = {("barriers", name) for name in ("knowledge_competences", "resources", "data", "unsure_where")}
    potentials = {("potentials", name) for name in ("production_efficiency", "administration", "unsure_where")}
    assert barriers | potentials | {("how_obtained", "turnkey"), ("how_obtained", "self_taught")} <= found


def test_a_persons_decision_replaces_the_proposal_and_is_counted(dictionary, views):
    decisions = {("barriers", "for dyrt"): ("relevance",), ("barriers", "modstand"): ("resistance",)}
    rows = coded(dictionary, views, "For DYRT\nModstand\nNoget helt andet", decisions=decisions)
    assert rows["categories"].tolist() == [("relevance",), ("resistance",), ()]
    row = coverage(rows).iloc[0]
    assert row[["parts", "coded", "decided", "changed"]].tolist() == [3, 2, 2, 1]


def test_a_firm_counts_once_for_a_category_with_its_highest_place(dictionary, views):
    rows = coded(dictionary, views, "1. For dyrt\n2. Data var ikke gode\n3. Alt for dyrt")
    table = count_mentions(rows, ["cost", "data", "location"]).set_index("category")
    assert table.loc["cost", ["count", "weighted"]].tolist() == [1, 3]
    assert table.loc["data", ["count", "weighted"]].tolist() == [1, 2]
    assert table.loc["location", ["count", "weighted"]].tolist() == [0, 0]


def test_a_tie_is_no_change_of_order():
    assert not order_depends_on_weights(pd.DataFrame({"count": [2, 2, 1], "weighted": [3, 5, 3]}))
    assert order_depends_on_weights(pd.DataFrame({"count": [3, 2], "weighted": [4, 5]}))


def test_the_base_of_mentions_is_that_of_the_questions_and_tenses_stay_apart(dictionary, views, questionnaire):
    missing = pd.DataFrame({name: ["not_shown"] * 3 for name in views["question"]})
    missing["q34"] = ["", "", "not_shown"]
    missing["q15"] = ["not_shown", "skipped", ""]
    missing["q14"] = ["", "no_option_ticked", "not_shown"]
    said = coded(dictionary, views, "For dyrt")
    firms = SimpleNamespace(questionnaire=questionnaire, missing=missing, source=Source("responses"))
    table = mention_table(said, dictionary, views, firms)
    # Who ticked nothing was asked all the same.
    assert set(table.loc[(table["view"] == "how_obtained") & (table["tense"] == "past"), "base"]) == {2}
    table = table.set_index(["view", "tense", "category"])
    assert table.loc[("barriers", "future", "cost"), ["count", "base"]].tolist() == [1, 2]
    assert table.loc[("barriers", "past", "cost"), ["count", "base"]].tolist() == [0, 1]
    # Words behind "Other" stand in no order of priority.
    assert table["weighted"].isna().groupby("view").all().to_dict()["how_obtained"]
    assert table.loc[("barriers", "future", "cost"), "weighted"] == 3


def test_texts_are_the_open_answers_and_what_stands_behind_other():
    answers = pd.DataFrame(
        {"q34": ["For dyrt", None], "q08": ["Nej", "Nej"]}, index=pd.Index(["F1", "F2"], name="firm")
    )
    other = pd.DataFrame([{"firm": "F2", "question": "q14", "text": "Kursus"}])
    firms = SimpleNamespace(answers=answers, other=other, open_questions=["q34"])
    assert open_texts(firms)["text"].tolist() == ["For dyrt", "Kursus"]


def test_a_sheet_of_proposals_can_be_decided_and_read_back(dictionary, views, tmp_path):
    rows = coded(dictionary, views, "For dyrt\nNoget andet")
    sheet = proposals(rows)
    path = tmp_path / "freetext_decisions.csv"
    sheet.to_csv(path, index=False)
    assert read_decisions(path, dictionary) == {}
    sheet.loc[sheet["text"] == "Noget andet", ["categories", "decided"]] = ["relevance", "yes"]
    sheet.to_csv(path, index=False)
    assert read_decisions(path, dictionary) == {("barriers", "noget andet"): ("relevance",)}


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        ("relevance,Yes", "row 2, column decided: expected one of yes, no, found 'Yes'"),
        ("relevanse,yes", "row 2, column categories: expected categories .* for 'barriers', found 'relevanse'"),
        ("cost; quality,yes", "found 'quality'"),  # a category of another view
    ],
)
def test_a_decision_that_nobody_would_count_is_refused(dictionary, tmp_path, decision, message):
    path = tmp_path / "freetext_decisions.csv"
    path.write_text(f"view,text,proposed,categories,decided\nbarriers,Noget andet,,{decision}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_decisions(path, dictionary)


def test_the_committed_decisions_cover_the_bundled_answers(project, dictionary, views, recipe):
    phrases = recipe.phrases
    decisions = read_decisions(project / "data/raw/freetext_decisions.csv", dictionary)
    texts = [
        {"firm": "F1", "question": question, "text": phrase}
        for question in set(views["question"]) & set(phrases)
        for group in phrases[question].values()
        for phrase in group
    ]
    assert code_texts(pd.DataFrame(texts), views, dictionary, decisions)["decided"].all()


@pytest.mark.parametrize("pattern", [r"data\W+kilde", r"pris\Z", "[æa]ndring"])
def test_a_pattern_that_would_become_another_one_is_refused(tmp_path, pattern):
    path = tmp_path / "dictionary.csv"
    path.write_text(f"view,category,toe,pattern\nbarriers,cost,O,{pattern}\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 2, column pattern: expected a pattern without capitals"):
        read_dictionary(path)


def test_a_pattern_that_is_none_is_told_with_its_line(tmp_path):
    path = tmp_path / "dictionary.csv"
    path.write_text("view,category,toe,pattern,example,note\nbarriers,cost,O,dyrt(,For dyrt,\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"dictionary\.csv, row 2, column pattern: expected a pattern, found 'dyrt\('"):
        read_dictionary(path)
