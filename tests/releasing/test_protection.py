"""What a reader of released tables can work out, tried by enumerating every set of counts that fits them."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from releasing.readers import draws, hidden_cells

from toe_analysis.errors import InputError
from toe_analysis.releasing.protection import LEAST_VALUES, chances, hidden_ranges, protect
from toe_analysis.releasing.unknowns import Known


def counts(name, columns, values):
    """A table by the given columns (each with its classes), filled with the values in order."""
    index = pd.MultiIndex.from_product(columns.values(), names=list(columns))
    return pd.Series(list(values), index=index, name=name)


def margins(table):
    return [table.groupby(level=name, sort=False).sum().rename(f"by_{name}") for name in table.index.names]


def surveys_that_fit(inner, released):
    """Every inner table whose margins agree with what is shown, as its counts in each table by the table's name."""
    total, cells = int(inner.sum()), len(inner)
    guesses = np.array([values for values in product(range(total + 1), repeat=cells - 1) if sum(values) <= total])
    guesses = np.column_stack([guesses, total - guesses.sum(axis=1)])
    unit = [pd.Series(row, index=inner.index, name=inner.name) for row in np.eye(cells, dtype=int)]
    tables = zip(*([one, *margins(one)] for one in unit), strict=True)
    values = {same[0].name: pd.DataFrame(guesses @ np.array(same), columns=same[0].index) for same in tables}
    fits = np.ones(len(guesses), dtype=bool)
    for table in released.values():
        shown = table.notna()
        fits &= (values[table.name].loc[:, shown] == table[shown]).all(axis=1).to_numpy(dtype=bool)
    return {name: table[fits] for name, table in values.items()}


def possible_values(inner, released):
    """The values of each hidden cell over all of them."""
    values = surveys_that_fit(inner, released)
    return {
        (name, label): set(values[name][label])
        for name, table in released.items()
        for label in table.index[table.isna()]
    }


@settings(max_examples=25)
@given(
    values=st.lists(st.integers(0, 6), min_size=4, max_size=4),
    with_margins=st.sampled_from([(), (0,), (1,), (0, 1)]),
    is_public=st.booleans(),
)
def test_no_released_table_gives_a_hidden_count_away_to_one_who_tries_every_table(values, with_margins, is_public):
    inner = counts("inner", {"a": ["x", "y"], "b": ["p", "q"]}, values)
    both = margins(inner)
    public = ["by_a"] if is_public else []
    result = protect([inner, *(both[place] for place in with_margins)], minimum=3, public=public)
    for possible in possible_values(inner, result.tables).values():
        assert len(possible) >= LEAST_VALUES


@settings(max_examples=10)
@given(
    values=st.lists(st.integers(0, 6), min_size=4, max_size=4),
    key=st.integers(0, 1000).map(str),
    share=st.floats(0, 1),
)
@example(values=[4, 4, 2, 4], key="1", share=0.0)
def test_a_reader_of_the_program_without_the_key_can_rule_out_no_survey_that_fits_what_is_shown(values, key, share):
    tables = [inner := counts("inner", {"a": ["x", "y"], "b": ["p", "q"]}, values), *margins(inner)]
    release = protect(tables, minimum=3, chance=chances(key))
    fits = surveys_that_fit(inner, release.tables)["inner"]
    other = fits.iloc[int(share * (len(fits) - 1))].rename("inner")
    again = protect([other, *margins(other)], minimum=3, chance=draws(*hidden_cells(tables, release)))
    assert again.left_out == release.left_out
    assert all(again.tables[name].equals(table) for name, table in release.tables.items())


def test_a_count_may_be_hidden_though_it_need_not_be_and_then_so_is_another():
    table = pd.Series([9, 8, 7], index=pd.Index(list("abc"), name="class"), name="table")
    assert protect([table], chance=draws()).tables["table"].tolist() == [9, 8, 7]
    assert protect([table], chance=draws(("table", ("b",)))).tables["table"].isna().tolist() == [True, True, False]


def test_the_draw_decides_which_count_is_hidden_for_anothers_sake_and_not_how_small_it_is():
    table = pd.Series([2, 8, 9], index=pd.Index(list("abc"), name="class"), name="table")
    hidden = [protect([table], chance=chances(str(key))).tables["table"].isna().tolist() for key in range(40)]
    assert 10 < hidden.count([True, True, False]) < 30
    assert 10 < hidden.count([True, False, True]) < 30


@settings(max_examples=25)
@given(values=st.lists(st.integers(0, 5), min_size=4, max_size=4), hidden=st.sets(st.integers(0, 7)))
def test_the_audits_ranges_are_those_of_full_enumeration(values, hidden):
    inner = counts("inner", {"a": ["x", "y"], "b": ["p", "q"]}, values)
    tables = [inner, *margins(inner)]
    place, released = 0, {}
    for table in tables:
        released[table.name] = table.astype("Int64").mask([place + offset in hidden for offset in range(len(table))])
        place += len(table)
    possible = possible_values(inner, released)
    ranges = hidden_ranges(list(released.values()), int(inner.sum()))
    assert len(ranges) == len(possible)
    by_words = {
        (name, ", ".join(label) if isinstance(label, tuple) else label): v for (name, label), v in possible.items()
    }
    for row in ranges.itertuples():
        assert {row.smallest, row.largest} <= by_words[row.table, row.cell]
        assert min(by_words[row.table, row.cell]) == row.smallest
        assert max(by_words[row.table, row.cell]) == row.largest


@settings(max_examples=12)
@given(values=st.lists(st.integers(0, 20), min_size=6, max_size=6).filter(any), minimum=st.integers(3, 8))
def test_what_is_shown_is_true_and_never_below_the_minimum(values, minimum):
    table = counts("table", {"a": ["x", "y"], "b": ["p", "q", "r"]}, values)
    tables = [table, *margins(table)]
    released = protect(tables, minimum=minimum).tables
    for true in tables:
        if true.name in released:
            shown = released[true.name].dropna()
            assert (shown >= minimum).all()
            assert (shown == true[shown.index]).all()


def test_public_counts_are_shown_however_small_and_cannot_be_used_against_the_rest():
    status = pd.Series(
        [4, 2, 28, 14], index=pd.Index(["user", "failed", "optimist", "sceptic"], name="status"), name="status"
    )
    size = counts("size_by_status", {"status": status.index, "size": ["small", "large"]}, [2, 2, 1, 1, 14, 14, 7, 7])
    release = protect([status, size], public=["status"])
    assert release.tables["status"].tolist() == [4, 2, 28, 14]
    by_size = release.tables["size_by_status"]
    assert by_size[["user", "failed"]].isna().all()
    assert protect([status, size], chance=draws()).tables["status"][["user", "failed"]].isna().all()
    assert (release.ranges["largest"] - release.ranges["smallest"] + 1 >= LEAST_VALUES).all()


def test_a_group_and_everybody_do_not_tell_the_difference():
    everybody = pd.Series([20, 28], index=pd.Index(["yes", "no"], name="answer"), name="everybody")
    by_wave = counts("by_wave", {"answer": ["yes", "no"], "wave": ["1", "2"]}, [18, 2, 22, 6])
    released = protect([everybody, by_wave]).tables
    hidden = hidden_ranges(list(released.values()), 48)
    assert "yes, 2" in set(hidden["cell"])
    assert (hidden["largest"] - hidden["smallest"]).min() >= LEAST_VALUES - 1


def test_a_table_of_which_nothing_can_be_shown_is_left_out_be_it_safe_or_not():
    few = pd.Series([2, 0], index=pd.Index(["yes", "no"], name="answer"), name="few")
    assert protect([few], minimum=3).left_out == ("few",)
    one = pd.Series([1, 0], index=pd.Index(["yes", "no"], name="answer"), name="one")
    release = protect([one], minimum=3)
    assert release.left_out == ("one",)
    assert release.tables == {}
    assert release.ranges.empty


def test_a_small_count_of_a_table_that_is_left_out_does_not_follow_from_one_that_adds_up_to_it():
    # All of status is hidden for the 4: but of 48, the 20 and 24 that are shown of the others would leave just them.
    table = counts("q41", {"status": ["user", "other"], "q41": ["Ja", "Nej"]}, [2, 2, 20, 24])
    status = table.groupby("status", sort=False).sum().rename("status")
    release = protect([status, table], chance=draws())
    assert release.left_out == ("status",)
    assert release.tables["q41"].isna().to_list() == [True, True, True, False]


def test_what_everybody_knows_of_a_class_is_reckoned_with():
    waves = pd.Series([2, 1, 45], index=pd.Index(["1", "2", "3"], name="wave"), name="wave")
    assert protect([waves], chance=draws()).tables["wave"].isna().tolist() == [True, True, False]
    # Each wave has a firm: the two small ones could only be 1 and 2, or 2 and 1.
    known = [Known("wave", (wave,), 1, 48) for wave in waves.index]
    assert protect([waves], known=known).left_out == ("wave",)
    with pytest.raises(ValueError, match="or not what is known"):
        protect([waves], known=[Known("wave", ("1", "2"), 4, 48)])


def test_cells_of_the_same_firms_are_hidden_together_and_so_no_table_is_lost():
    status = pd.Series([4, 2, 28], index=pd.Index(["user", "failed", "optimist"], name="status"), name="status")
    classes = [("user", "-"), ("failed", "-"), ("optimist", "yes"), ("optimist", "no")]
    asked = [
        pd.Series([4, 2, 18, 10], index=pd.MultiIndex.from_tuples(classes, names=["status", name]), name=name)
        for name in ("one", "other")
    ]
    release = protect([status, *asked], minimum=3, chance=draws())
    assert not release.left_out
    assert release.tables["status"].isna().tolist() == [True, True, False]
    assert all(release.tables[name].isna().tolist() == [True, True, False, False] for name in ("one", "other"))


@pytest.mark.parametrize(
    ("tables", "options", "error", "message"),
    [
        ([[5, 5]], {"minimum": 2}, InputError, "minimum of at least 3, found 2"),
        ([[5, 5], [5, 6]], {}, ValueError, "do not count the same firms"),
    ],
)
def test_wrong_input_is_named(tables, options, error, message):
    index = pd.Index(["yes", "no"], name="answer")
    named = [pd.Series(values, index=index, name=str(number)) for number, values in enumerate(tables)]
    with pytest.raises(error, match=message):
        protect(named, **options)


def test_what_cannot_occur_is_known_to_be_empty():
    group = pd.Series([8, 9], index=pd.Index(["asked", "passed by"], name="group"), name="group")
    answer = counts("answer", {"group": ["asked", "passed by"], "says": ["yes", "no", "-"]}, [6, 2, 0, 0, 0, 9])
    possible = answer[[("asked", "yes"), ("asked", "no"), ("passed by", "-")]]
    hidden = protect([group, possible], chance=draws()).tables["answer"]
    assert hidden.isna().tolist() == [True, True, False]
    # Were the dash a possible answer of those asked, the two could be anything from 0 to 8 together.
    assert protect([group, possible], chance=draws()).ranges["largest"].tolist() == [8, 8]


def test_the_answer_does_not_depend_on_the_order_of_the_cells():
    random = np.random.default_rng(5)
    table = counts("table", {"a": list("xyz"), "b": list("pqr")}, random.integers(0, 15, 9))
    shuffled = table.sample(frac=1, random_state=1)
    one, other = (protect([part]).tables["table"] for part in (table, shuffled))
    assert all(one[label] is other[label] or one[label] == other[label] for label in product("xyz", "pqr"))


def test_a_count_is_not_left_to_who_knows_that_the_form_asked_for_an_answer():
    asked = [("sceptic", "Ja", 2), ("sceptic", "Nej", 12), ("sceptic", "no_answer", 0), ("user", "not_asked", 34)]
    index = pd.MultiIndex.from_tuples([row[:2] for row in asked], names=["status", "q41"])
    table = pd.Series([row[2] for row in asked], index=index, name="q41")
    status = table.groupby("status").sum().rename("status")
    other = protect([status, table.rename({"no_answer": "Måske"})], chance=draws()).tables["q41"]
    assert other["sceptic", "Nej"] == 12  # and 2 are left for the others: all of them Ja, if nobody was silent
    assert pd.isna(protect([status, table], chance=draws()).tables["q41"]["sceptic", "Nej"])
    silent = table.copy()
    silent["sceptic", "Ja"], silent["sceptic", "no_answer"] = 0, 2
    shown = protect([status, silent], chance=draws()).tables["q41"]
    assert shown.isna().tolist() == [True, True, True, False]  # the same for who reads it


def test_that_some_were_silent_at_one_question_does_not_end_that_nobody_was_at_another():
    classes = {"status": ["sceptic", "user", "optimist"], "size": ["10-20", "21-30", "no_answer"]}
    sizes = counts("sizes", classes, [6, 7, 2, 6, 6, 2, 5, 5, 2])
    status, size = (sizes.groupby(level=name, sort=False).sum().rename(name) for name in classes)
    says = [("sceptic", "Ja"), ("sceptic", "Nej"), ("sceptic", "no_answer"), ("user", "-"), ("optimist", "-")]
    table = pd.Series([2, 13, 0, 14, 12], pd.MultiIndex.from_tuples(says, names=["status", "q41"]), name="q41")
    release = protect([status, size, sizes, table], chance=draws())
    assert release.tables["size"]["no_answer"] == 6
    # The 13 of 15 would tell whoever takes it that nobody was silent at q41 of 2 that say Ja.
    assert release.tables["q41"]["sceptic"].isna().all()


def test_what_was_ruled_out_is_supposed_again_once_the_counts_that_ruled_it_out_are_hidden():
    # In c the 5 Ja, the 4 Nej and the 10 in all tell that one was silent, until they are hidden for other reasons.
    table = counts("q1", {"status": list("abc"), "q1": ["Ja", "Nej", "no_answer"]}, [2, 2, 0, 3, 9, 0, 5, 4, 1])
    status = table.groupby("status").sum().rename("status")
    release = protect([status, table], minimum=4, chance=chances("85"))
    # To show the 9 of 12 in b would tell whoever takes it that nobody was silent of 3 Ja, and that is true.
    assert release.tables["status"].tolist() == [4, 12, 10]
    assert release.left_out == ("q1",)
