"""Which rows a release has, and what a reader who knows the program can make of them."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from releasing.readers import draws, hidden_cells
from this_study import STUDY

from toe_analysis.errors import InputError
from toe_analysis.releasing import NO_ANSWER, NOT_ASKED
from toe_analysis.releasing.protection import LEAST_VALUES, chances, protect
from toe_analysis.releasing.tables import release_tables, released_frames
from toe_analysis.survey import Condition, Question, Questionnaire

SIZES = ("10-20", "21-30", "31-40")
QUESTIONS = Questionnaire(
    (
        Question("q03", "Ansatte?", "single", ("Under 10", *SIZES, "200-250"), role="size"),
        Question("q06", "Leder?", "single", ("Ja", "Nej")),
        Question("q08", "AI?", "single", ("Ja", "Nej", "Ved ikke")),
        Question("q14", "Hvordan?", "multi", ("Netværk", "Selvlært"), asked_when=Condition("q08", ("Ja",))),
        Question("q20", "Prøvet?", "single", ("Ja", "Nej"), asked_when=Condition("q08", ("Nej",))),
        Question("q33", "Forventet?", "single", ("Ja", "Nej"), asked_when=Condition("q20", ("Nej",))),
        Question("q36", "Klar?", "single", ("Ja", "Nej"), asked_when=Condition("q33", ("Ja",))),
    )
)
ASKED = replace(STUDY, questionnaire=QUESTIONS)


def firms(*groups):
    """Responses of a number of firms each: status, size, answer to q36."""
    rows = [group[:-1] for group in groups for _ in range(group[-1])]
    table = pd.DataFrame(rows, columns=["status", "size", "q36"])
    return table.assign(wave="1", q06="Ja", q14=table["status"].map({"user": "Netværk"}).fillna("not_shown"))


def rows(tables):
    return {table.name: (table.index.names, list(table.index)) for table in tables}


def is_same_to_a_reader(tables, released):
    """Whether tables have the rows and the shown counts of a release."""
    told = [table for table in tables if table.name in released]
    shown = {name: table.dropna() for name, table in released.items()}
    return rows(told) == rows(released.values()) and all(
        table[shown[table.name].index].equals(shown[table.name].astype("int64")) for table in told
    )


def test_a_wave_of_which_nothing_is_analysed_is_refused():
    # A release would tell it: of 3 and 0 hidden firms in two waves the 2 and 1 that fit as well are left out.
    answers = firms(("user", "10-20", "Ja", 8), ("sceptic", "10-20", "Ja", 8))
    waves = ["1"] * 12 + ["3"] * 4
    with pytest.raises(InputError, match="an analysed answer in each wave, found none in wave 2, 4; analyse"):
        release_tables(answers.assign(wave=waves), ASKED, waves=4)
    assert release_tables(answers.assign(wave=waves).replace({"wave": {"3": "2"}}), ASKED, waves=2)


@settings(max_examples=10)
@given(
    one=st.lists(
        st.tuples(
            st.sampled_from(STUDY.status_names), st.sampled_from(["", *SIZES]), st.sampled_from(["Ja", "skipped"])
        )
    ),
    first=st.sampled_from(["user", "sceptic"]),
)
def test_the_rows_follow_from_the_questionnaire_whatever_the_firms_say(one, first):
    tables, _ = release_tables(firms((first, "", "Nej", 1), *((*firm, 1) for firm in one)), ASKED, minimum=0)
    assert rows(tables) == rows(release_tables(firms(("optimist", "10-20", "Ja", 40)), ASKED, minimum=0)[0])


@pytest.mark.parametrize(
    ("statuses", "sizes"),
    [((1, 1), ("10-20", "10-20")), ((2, 0), ("10-20", "21-30")), ((0, 2), ("31-40", "31-40"))],
    ids=["a user and a failed attempt", "two users", "two failed attempts in a lone size"],
)
def test_few_firms_of_two_groups_could_be_any_of_the_three_ways_to_split_them(statuses, sizes):
    def survey(users, attempts):
        small = ["user"] * users + ["failed"] * attempts
        own = [(status, size, "not_shown", 1) for status, size in zip(small, sizes, strict=True)]
        return firms(*own, ("optimist", "10-20", "Ja", 28), ("sceptic", "10-20", "not_shown", 14))

    tables, known = release_tables(survey(*statuses), ASKED)
    released = protect(tables, known=known, chance=draws()).tables
    assert released["status"].isna().tolist() == [True, True, False, False]
    for users in (0, 1, 2):
        assert is_same_to_a_reader(release_tables(survey(users, 2 - users), ASKED)[0], released)


def test_two_lone_sizes_could_as_well_be_one():
    def survey(*lone):
        own = [("user", size, "not_shown", 1) for size in (*lone, "10-20", "10-20")]
        return firms(*own, ("optimist", "10-20", "Ja", 28), ("sceptic", "10-20", "not_shown", 14))

    tables, known = release_tables(survey("21-30", "31-40"), ASKED)
    released = protect(tables, known=known, chance=draws()).tables
    assert released["size"].isna().tolist() == [False, True, True, True]
    for lone in (("21-30", "21-30"), ("31-40", "31-40"), ("", "")):
        assert is_same_to_a_reader(release_tables(survey(*lone), ASKED)[0], released)


#: Every kind of firm in a survey of one size class; only optimists are asked q36.
KINDS = [(status, size, "not_shown") for status, size in product(("user", "failed", "sceptic"), ("10-20", ""))]
KINDS += [("optimist", size, answer) for size, answer in product(("10-20", ""), ("Ja", "Nej", "skipped"))]
FIRMS = 7
SMALL = replace(
    STUDY,
    questionnaire=Questionnaire(
        tuple(
            replace(question, options=("10-20",)) if question.role == "size" else question
            for question in QUESTIONS
            if question.id not in ("q06", "q14")
        )
    ),
)


@pytest.fixture(scope="module")
def surveys():
    """Every survey of so many firms, as its counts in every row of every table."""
    ends = np.array(list(combinations(range(FIRMS + len(KINDS) - 1), len(KINDS) - 1)))
    edges = np.column_stack([np.full(len(ends), -1), ends, np.full(len(ends), FIRMS + len(KINDS) - 1)])
    numbers = np.diff(edges, axis=1) - 1
    ones = [release_tables(firms((*kind, 1)), SMALL, minimum=0)[0] for kind in KINDS]
    return {
        same[0].name: pd.DataFrame(numbers @ np.array(same), columns=same[0].index) for same in zip(*ones, strict=True)
    }


_OPTIMISTS = st.integers(KINDS.index(("optimist", "10-20", "Ja")), len(KINDS) - 1)


@settings(max_examples=8)
@given(
    key=st.integers(0, 1000).map(str),
    chosen=st.one_of(
        st.lists(st.integers(0, len(KINDS) - 1), min_size=FIRMS, max_size=FIRMS),
        st.tuples(*[_OPTIMISTS] * 6, st.integers(0, len(KINDS) - 1)),
    ),
    end=st.sampled_from([0, -1]),
)
@example(key="", chosen=[0, 6, 6, 6, 6, 6, 6], end=0)
@example(key="", chosen=[0, 0, 6, 6, 6, 6, 6], end=-1)
def test_a_reader_who_tries_every_survey_that_the_program_would_release_alike_finds_three_values(
    surveys, key, chosen, end
):
    tables, known = release_tables(firms(*((*KINDS[kind], 1) for kind in chosen)), SMALL, minimum=3)
    release = protect(tables, minimum=3, known=known, chance=chances(key))
    released = release.tables
    # A reader sees whether there is a table of q36, and knows that it takes six firms.
    fits = (surveys["status"]["optimist"] >= 6) == ("q36" in [table.name for table in tables])
    for name, table in released.items():
        shown = table.notna()
        fits &= (surveys[name].loc[:, shown.to_numpy()] == table[shown].to_numpy(int)).all(axis=1)
    assert fits.any()
    for name, table in released.items():
        for label in table.index[table.isna()]:
            assert surveys[name].loc[fits, label].nunique() >= LEAST_VALUES
    # One who knows the program, but not what was drawn, cannot rule out any of them.
    unseen = draws(*hidden_cells(tables, release))
    place = np.flatnonzero(fits)[end]
    others = [surveys[table.name].iloc[place].rename(table.name) for table in tables]
    again = protect(others, minimum=3, known=known, chance=unseen)
    assert again.left_out == release.left_out
    assert all(again.tables[name].equals(table) for name, table in released.items())


def test_that_a_group_has_no_table_of_answers_tells_that_it_is_small_and_that_is_reckoned_with():
    tables, known = release_tables(
        firms(("user", "10-20", "not_shown", 9), ("sceptic", "10-20", "not_shown", 30)), ASKED
    )
    assert "q14: Netværk" not in rows(tables)
    bounds = {one.classes: (one.smallest, one.largest) for one in known if one.column == "status"}
    assert bounds[("user",)] == (0, 9)
    assert bounds[("optimist",)] == (0, 9)
    assert bounds[STUDY.status_names] == (10, 39)


def test_firms_without_a_size_are_a_class_of_their_own_even_if_there_is_none():
    users = ("user", "21-30", "not_shown", 4)
    tables, _ = release_tables(firms(("optimist", "10-20", "Ja", 20), ("sceptic", "", "no", 6), users), ASKED)
    counted = {table.name: table for table in tables}
    assert counted["size"].to_dict() == {"10-20": 20, "21-30": 4, "31-40": 0, NO_ANSWER: 6}
    frames = released_frames({name: table.astype("Int64") for name, table in counted.items()}, 30, "responses")
    assert frames["size"]["size"].tolist() == [*SIZES, NO_ANSWER]
    assert (frames["size_by_status"]["size"] != "").all()


def test_the_options_of_the_run_say_which_classes_there_are():
    survey = firms(("optimist", "10-20", "Ja", 9), ("dont_know", "200-250", "not_shown", 1))
    survey.loc[9, "wave"] = "2"
    tables, known = release_tables(survey, ASKED, minimum=3, waves=2, dont_know="own_group", smallest=5, largest=250)
    counted = {table.name: table for table in tables}
    assert counted["wave"].to_dict() == {"1": 9, "2": 1}
    assert [one.classes for one in known if one.column == "wave"] == [("1",), ("2",)]
    assert list(counted["status"].index) == [*STUDY.status_names, "dont_know"]
    assert list(counted["size"].index) == ["Under 10", *SIZES, "200-250", NO_ANSWER]
    assert counted["q06"]["dont_know", "Ja"] == 1
    assert counted["q36"]["dont_know", NOT_ASKED] == 1


def test_a_question_after_several_answers_is_tabled_for_the_statuses_that_these_make():
    either = replace(QUESTIONS["q06"], asked_when=Condition("q08", ("Ved ikke", "Ja")))
    wide = replace(STUDY.status("failed"), rule=(Condition("q08", ("Ja", "Nej")),))
    study = replace(
        STUDY,
        questionnaire=Questionnaire((QUESTIONS["q03"], QUESTIONS["q08"], either)),
        statuses=(STUDY.status("user"), wide),
    )
    survey = firms(("user", "10-20", "not_shown", 9), ("dont_know", "10-20", "not_shown", 6))
    tables, _ = release_tables(survey, study, minimum=3, dont_know="own_group")
    assert next(table for table in tables if table.name == "q06").to_dict() == {
        **{("user", answer): 9 * (answer == "Ja") for answer in ("Ja", "Nej", NO_ANSWER)},
        ("failed", NOT_ASKED): 0,
        **{("dont_know", answer): 6 * (answer == "Ja") for answer in ("Ja", "Nej", NO_ANSWER)},
    }


def test_an_answer_that_the_questionnaire_rules_out_is_named():
    with pytest.raises(InputError, match="release, table size: expected only what the questionnaire"):
        release_tables(firms(("optimist", "200-250", "Ja", 9)), ASKED)


def test_a_multi_select_is_counted_option_by_option():
    tables, _ = release_tables(firms(("user", "10-20", "not_shown", 10)), ASKED)
    counted = {table.name: table.astype("Int64") for table in tables if table.name.startswith(("status", "q14"))}
    table = released_frames(counted, 10, "responses")["q14"]
    assert table[["status", "option", "count", "base"]].to_numpy().tolist() == [
        ["user", "Netværk", 10, 10], ["user", "Selvlært", 0, 10]
    ]  # fmt: skip


def test_a_scale_is_counted_by_level_and_a_number_by_class_and_small_counts_of_both_are_hidden():
    asked = [
        *QUESTIONS,
        Question("q42", "Enig?", "scale", ("Uenig", "Hverken", "Enig")),
        Question("q43", "Hvor mange?", "number", ("0-4", "5-9", "10+")),
    ]
    table = firms(
        ("user", "10-20", "not_shown", 6), ("sceptic", "21-30", "not_shown", 9), ("optimist", "10-20", "Ja", 7)
    )
    table = table.assign(q42=["Uenig"] * 5 + ["Enig"] * 17, q43=["0-4"] * 20 + ["10+"] * 2)
    tables, known = release_tables(table, replace(STUDY, questionnaire=Questionnaire(tuple(asked))), minimum=5)
    counted = {one.name: one for one in tables}
    assert [level for status, level in counted["q42"].index if status == "user"] == [
        "Uenig",
        "Hverken",
        "Enig",
        NO_ANSWER,
    ]
    assert counted["q42"]["user"].tolist() == [5, 0, 1, 0]
    assert counted["q43"].groupby(level=1).sum().to_dict() == {"0-4": 20, "5-9": 0, "10+": 2, NO_ANSWER: 0}
    shown = protect(tables, minimum=5, known=known, chance=chances("key")).tables
    assert not shown["q43"].dropna().between(1, 4).any()
    assert shown["q43"].isna().any()
