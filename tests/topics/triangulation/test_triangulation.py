"""The joint display of the committed links, and every way in which their file can be wrong."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pandas as pd
import pytest
from edits import edit, lay_out
from showing.edges import drawn_within_its_edges
from this_study import STUDY

from toe_analysis.errors import InputError
from toe_analysis.interviews import THEMES, read_codings
from toe_analysis.paths import Root
from toe_analysis.published.claims import Claim
from toe_analysis.showing.sentences import tell
from toe_analysis.showing.tables import cell, show_table
from toe_analysis.statistics import Share
from toe_analysis.survey import Questionnaire, Source, clean_again, freetext
from toe_analysis.survey.freetext import mention_table
from toe_analysis.topics.triangulation.charts import joint_chart
from toe_analysis.topics.triangulation.links import Measures, read_conclusions, read_links
from toe_analysis.topics.triangulation.results import (
    VERDICTS,
    Rule,
    display_as_printed,
    gather,
    joint_display,
    label_table,
    sensitivity,
    theme_display,
    unmoved,
)


@pytest.fixture(scope="module")
def study(project):
    root = Root.at(project)
    firms = clean_again(root)
    views = pd.read_csv(root.raw / "views.csv")
    dictionary = freetext.read_dictionary(root.raw / "freetext_dictionary.csv", STUDY.negations)
    coded = freetext.code_own_words(root, firms, views, dictionary)
    conclusions = read_conclusions(root.raw)
    read = partial(
        read_links,
        conclusions=tuple(conclusions["conclusion"]),
        codings=read_codings(root.raw),
        questionnaire=firms.questionnaire,
        dictionary=dictionary,
        views=views,
    )
    measures = Measures(firms, coded)
    links, units = read(root.raw)
    return SimpleNamespace(
        raw=root.raw,
        read=read,
        measures=measures,
        conclusions=conclusions,
        codings=read_codings(root.raw),
        mentions=mention_table(coded, dictionary, views, firms),
        combined=pd.read_csv(root.processed / "03_describe_toe_combined.csv"),
        links=links,
        units=units,
        evidence=gather(links, units, measures),
    )


@pytest.fixture(scope="module")
def themes(study):
    return theme_display(study.evidence, Rule(), study.codings)


def test_every_theme_has_one_deciding_measure_and_every_unit_stands_once(themes):
    weighed = themes[themes["counts"] != "context"]
    assert sorted(weighed["theme"]) == sorted(THEMES)
    units = [unit for text in weighed["units"] for unit in text.split()]
    assert len(units) == len(set(units)) == 48


def test_counts_and_bases_are_those_of_notebook_3(themes, study):
    mentions = study.mentions[(study.mentions["view"] == "barriers") & (study.mentions["tense"] == "future")]
    expected = mentions.set_index("category")[["count", "base"]].to_dict("index")
    rows = themes[themes["questions"] == "q27 q34"].set_index("says")
    assert len(rows) == 7
    for category, row in rows.iterrows():
        assert {"count": row["count"], "base": row["base"]} == expected[category]
    ways = study.combined[study.combined["questions"] == "q32 q39"].set_index("option")["count"]
    networks = themes[themes["questions"] == "q32 q39"].iloc[0]
    assert networks["count"] == ways["Netværk"] + ways["Rådgivning"]


def test_what_the_report_prints_is_calibrated_and_an_unasked_theme_published(study):
    table = joint_display(study.evidence, Rule(), kind="about").set_index(["about", "says"])
    turnkey = table.loc[("small_first_steps", "turnkey")]
    assert (turnkey["count"], turnkey["base"], turnkey["share_basis"]) == (2, 4, "calibrated")
    unsure = table.loc[("unsure_where", "unsure_where")]
    assert (unsure["count"], unsure["base"], unsure["basis"]) == (9, 48, "calibrated")
    experience = table.loc[("mostly_experimenting", "Ja")]
    assert (experience["count"], experience["base"], experience["basis"]) == (6, 48, "calibrated")
    assert table.loc[("support_paperwork", "")]["basis"] == "published"


def test_the_largest_barrier_is_held_against_the_runner_up_firm_by_firm(study):
    link = next(link for link in study.links if link.compared_with)
    said = {}
    coded = study.measures.coded[study.measures.coded["question"].isin(link.questions)]
    for firm, categories in coded[["firm", "categories"]].itertuples(index=False):
        for category in categories:
            said.setdefault(category, set()).add(firm)
    ours = said.pop(link.says[0])
    rival = max(said.values(), key=len)
    only_ours, only_rival = len(ours - rival), len(rival - ours)
    assert study.measures.share(link) == Share(only_ours, only_ours + only_rival)


def test_the_settings_of_the_sensitivity_table_add_up_and_the_rule_itself_is_one_of_them(study):
    grid = {"marks": (0.25, 0.5), "bases": (10,), "interviews": (2, 3)}
    table = sensitivity(study.evidence, Rule(), **grid)
    assert (table[list(VERDICTS)].sum(axis=1) == table["settings"]).all()
    assert (table["settings"] == 4).all()
    alone = sensitivity(study.evidence, Rule(), marks=(0.25,), bases=(10,), interviews=(3,))
    assert (alone["turned_by"] == "").all()
    assert all(row[row["verdict"]] == 1 for _, row in alone.iterrows())
    automation = table.set_index("about").loc["automation_in_use"]
    assert "interviews" in automation["turned_by"]
    assert automation["differ"] > 0


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_branch_of_the_questionnaire_has_words(study, language):
    rules = {str(question.asked_when or "everyone") for question in study.measures.cleaned.questionnaire}
    assert [rule for rule in rules if cell("who", rule, language) == rule] == ["everyone"] * (language == "en")


def test_what_stays_is_told_with_what_both_sides_say_of_it():
    rows = [{"about": "x", "label_en": "X", "turned_by": "", "basis": "illustrative"}]
    rows.append({"about": "y", "label_en": "Y", "turned_by": "mark", "basis": "published"})
    says = pd.DataFrame([{"about": "x", "survey_says": "silent", "interviews_say": "both"}])
    firm = unmoved(pd.DataFrame(rows), says)
    text = str(tell("triangulation", "thresholds", unmoved=firm, verdicts=2, basis="illustrative"))
    assert text.startswith("**1 of 2 verdicts stay")
    assert firm[["label_en", "survey_says", "interviews_say"]].to_numpy().tolist() == [["X", "silent", "both"]]
    nothing = str(tell("triangulation", "thresholds", unmoved=firm[:0], verdicts=2, basis="illustrative"))
    assert "What stays" not in nothing


@pytest.mark.parametrize(("agreed", "base", "told"), [(1, 4, "carry 1 of 6 conclusions"), (0, 0, "0 of 0 (responses)")])
def test_the_conclusions_are_told_also_of_one_and_where_nobody_names_a_barrier(agreed, base, told):
    barrier = Share(0, base).to_row() | {"interviews": 4, "interviews_against": 5, "share_basis": "responses"}
    text = str(tell("triangulation", "conclusions", agreed=agreed, conclusions=6, basis="responses", barrier=barrier))
    assert told in text
    assert "–" not in text


def test_four_of_48_is_published_where_it_is_shown_as_printed_and_its_verdict_with_it(themes, study):
    claims = {"users": Claim("users", "4 (8,3 %)", count=4, base=48)}
    shown = display_as_printed(themes, STUDY, claims).set_index("theme")
    assert shown.loc["automation_in_use", ["count", "base", "share_basis", "basis"]].tolist() == [
        4,
        48,
        *["published"] * 2,
    ]
    assert (shown["share_basis"] == "calibrated").sum() == (themes["share_basis"] == "calibrated").sum() - 1
    unsure = {"unsure_where": Claim("unsure", "9 (18,8 %)", count=9, base=48)}
    evidence = study.evidence[study.evidence["about"] == "unsure_where"]
    conclusions = joint_display(evidence, Rule(), kind="conclusion")
    told = display_as_printed(conclusions, STUDY, unsure).set_index("conclusion").loc["unsure_where"]
    assert told["share_basis"].tolist() == ["published", "calibrated"]
    assert set(told["basis"]) == {"calibrated"}  # the other share is not printed here
    other = {"users": Claim("users", "5", count=5, base=48)}
    pd.testing.assert_frame_equal(display_as_printed(themes, STUDY, other), themes)


@pytest.mark.parametrize(
    ("made_up", "start"), [(9, "**What is published does not tell: 9 of 11"), (0, "**Of 11 themes, the two")]
)
def test_the_answer_says_first_whether_it_is_one(made_up, start):
    verdicts = dict.fromkeys(VERDICTS, 0) | {"converge": 2, "themes": 11, "on_made_up_shares": made_up}
    told = {"verdicts": verdicts | {"basis": "responses"}, "raised": 7, "needed": 3, "interviews": 5}
    disputed = [{"label_en": "all do", "label_da": "alle gør", "basis": "responses"}]
    answer = tell("triangulation", "answer", **told, conclusions=6, disputed=disputed).markdown
    assert "conclusions they differ on 1: “all do” (" in answer["en"]
    assert "uenige om 1: »alle gør« (" in answer["da"]
    answer = tell("triangulation", "answer", **told, conclusions=6, disputed=[]).markdown
    assert answer["en"].startswith(start)
    assert "differ on none" in answer["en"]
    assert "ikke uenige om nogen" in answer["da"]
    assert all(text.count("**") == 2 for text in answer.values())


def test_each_language_sees_its_own_labels_only(study):
    shown = show_table(label_table(study.conclusions).assign(basis="published").drop(columns="about")).html
    assert "mostly" not in shown["da"]
    assert "modstand" in shown["da"]
    assert "modstand" not in shown["en"]


@pytest.fixture
def raw(study, tmp_path):
    return lay_out(study.raw, tmp_path, "triangulation.csv", "triangulation_conclusions.csv", "report.toml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("data_quality,for", "data,for", r"row 2, column about: expected one of data_quality, .* found 'data'"),
        ("data_quality,for", "data_quality,pro", "row 2, column counts: .* found 'pro'"),
        ("q27 q34,data", "q27 34,data", "row 2, column questions: .* found '34'"),
        ("q27 q34,data", "q27 q99,data", "row 2, column questions: .* found 'q99', .* q01 to q41; correct it or take"),
        ("q27 q34,data", "q27 q34,dust", r"row 2, column says \(q27\): .* found 'dust'"),
        ("q08,Ja", "q08,Yes", r"row 7, column says \(q08\): expected one of Ja, Nej, Ved ikke, found 'Yes'"),
        ("1.4 1.5", "1.4 9.9", "column units: .* found '9.9'"),
        (
            "runner_up,0.5",
            "runner_up,half",
            "column mark: expected nothing or a number between 0 and 1, .* found 'half'",
        ),
        ("runner_up,0.5", "runner_up,50", "column mark: .* found '50'"),
        ("runner_up", "next", "column compared_with: .* found 'next'"),
        ("q27 q34,data,,", "q27 q34,,,", "column questions: expected questions with what they say, or units"),
        ("resistance,for", "resistance,context", "theme resistance exactly one row that counts .* found 0"),
        ("lack_of_knowledge,for,q27", "unsure_where,for,q27", "conclusion lack_of_knowledge a row .* found none"),
        ("about,counts", "about,count", "expected the column counts, found 'count', which is not read"),
    ],
)
def test_a_wrong_link_gets_one_clear_message(raw, study, old, new, message):
    edit(raw / "triangulation.csv", old, new, count=1)
    with pytest.raises(InputError, match=message):
        study.read(raw)


def test_a_cell_of_units_with_nothing_but_a_space_is_empty(raw, study):
    edit(raw / "triangulation.csv", "q27 q34,data,,,,", "q27 q34,data,,, ,", count=1)
    assert repr(study.read(raw)[0]) == repr(study.read(study.raw)[0])  # a mark that is none is equal to nothing


def test_an_option_that_one_of_two_questions_calls_otherwise_by_now_is_found_in_both(study):
    asked = study.measures.cleaned.questionnaire
    ways = asked["q23"]
    options = tuple("Kontakter" if option == "Netværk" else option for option in ways.options)
    renamed = replace(ways, options=options, earlier_options={"Netværk": "Kontakter"})
    changed = Questionnaire(tuple(renamed if question is ways else question for question in asked))
    links, _ = study.read(study.raw, questionnaire=changed)
    said = {link.about: link.says for link in links if link.questions == ("q14", "q23")}
    assert said["networks_advice"] == ("Netværk", "Kontakter", "Rådgivning")


def test_a_conclusion_that_is_called_like_a_theme_is_refused(raw):
    edit(raw / "triangulation_conclusions.csv", "unsure_where", "resistance")
    with pytest.raises(InputError, match="row 6, column conclusion: expected a name that is no theme, found 'resist"):
        read_conclusions(raw)


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_figure_marks_what_is_made_up_and_stays_within_its_edges(themes, language):
    rows = themes[themes["counts"] != "context"]
    figure, alternative = drawn_within_its_edges(partial(joint_chart, rows, 5, Rule()), language)
    verdicts = [text.get_text() for text in figure.axes[2].texts]
    assert sum(text.endswith("*") for text in verdicts) == (rows["basis"] == "illustrative").sum() == 9
    assert sum(text.endswith("†") for text in verdicts) == 1
    assert figure.axes[0].texts[0].get_text().replace("\u00a0", " ") == "25 %"
    assert figure.axes[0].lines[0].get_xdata() == [0.25, 0.25]
    dots = [line for line in figure.axes[0].lines if line.get_marker() == "o" and line.get_color() != "white"]
    assert {line.get_fillstyle() for line in dots} == {"none", "left"}
    assert {"en": "PARTLY MADE UP", "da": "DELVIS OPDIGTET"}[language] in figure.get_supxlabel()
    assert {"en": "made-up answers", "da": "opdigtede svar"}[language] in figure.get_suptitle().replace("\n", " ")
    assert {"en": "8 of 15", "da": "8 af 15"}[language] in alternative


def test_a_survey_without_answers_still_gives_a_figure_in_which_only_the_interviews_speak(study):
    firms = study.measures.cleaned
    nobody = firms.answers.mask(firms.answers.notna(), None)
    not_shown = firms.missing.map(lambda kind: "not_shown")
    empty = replace(firms, answers=nobody, missing=not_shown, source=Source("responses"))
    measures = Measures(empty, pd.DataFrame(columns=["firm", "view", "question", "categories"]))
    table = theme_display(gather(study.links, study.units, measures), Rule(), study.codings)
    assert set(table["survey_says"]) == {"silent"}
    assert set(table["base"]) == {0}
    drawn_within_its_edges(partial(joint_chart, table[table["counts"] == "for"], 5, Rule()), "da")
