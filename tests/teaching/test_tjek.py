import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.inter_rater import cohens_kappa
from teaching.conftest import loaded


@pytest.fixture(scope="module")
def helpers(project):
    with loaded(project / "notebooks/exercises") as found:
        found["tjek"].OMGANGE = 10
        yield found


@pytest.fixture(scope="module")
def tjek(helpers):
    return helpers["tjek"]


@pytest.fixture
def laas(helpers, capsys):
    def lock(*arguments, **options):
        helpers["facit"].laas(*arguments, **options)
        return json.loads(capsys.readouterr().out)

    yield lock
    helpers["tjek"].LAASE.clear()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (4, 4.0),
        (np.int64(4), 4),
        ("8,3", 8.3),
        (" Skeptiker. ", "skeptiker"),
        ({"a", "b"}, ["b", "a"]),
        ([(7, 11), (9, 14)], [[9, 14], [7, 11]]),
        (np.array([0.1, 0.2]), [0.2, 0.1]),
        (pd.Series({"a": 1, "b": 2}), {"b": 2, "a": 1.0}),
        (pd.DataFrame({"x": [1, 2]}), pd.DataFrame({"x": [1.0, 2.0]})),
        (True, np.bool_(True)),
        (-0.00001, 0),
    ],
)
def test_the_same_answer_written_otherwise_is_the_same(tjek, one, other):
    assert tjek.kanonisk(one, 3) == tjek.kanonisk(other, 3)


@pytest.mark.parametrize(("one", "other"), [(4, 4.4), ([1, 1, 2], [1, 2, 2]), ({"a": 1}, {"a": 2}), ("", 0), ([], 0)])
def test_different_answers_differ(tjek, one, other):
    assert tjek.kanonisk(one, 3) != tjek.kanonisk(other, 3)


@given(st.floats(-1e6, 1e6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_answer_given_with_the_decimals_that_count_is_the_full_answer(tjek, value):
    assert tjek.kanonisk(round(value, 3), 3) == tjek.kanonisk(value, 3)


def test_right_wrong_and_known_mistakes_each_get_their_own_word(tjek, laas):
    laas("1a", 4 / 48, "Basis er alle.", [(4 / 51, "Du har glemt basis."), (4, "Det er antallet.")])
    assert tjek.vurder("1a", 0.08333) == (True, "Rigtigt (1a). Basis er alle.")
    assert tjek.vurder("1a", 4 / 51) == (False, "Ikke endnu (1a). Du har glemt basis.")
    assert tjek.vurder("1a", 4) == (False, "Ikke endnu (1a). Det er antallet.")
    assert "procent" in tjek.vurder("1a", 8.3)[1]
    assert "rundet for meget af" in tjek.vurder("1a", 0.08)[1]
    assert tjek.vurder("1a", 0.5)[1].startswith("Ikke endnu (1a). Læs opgaven igen")
    assert tjek.vurder("1a", [1])[1] == "Ikke endnu (1a). Svaret skal være et tal, og du har givet en liste."


@pytest.mark.parametrize(
    ("answer", "wrong", "word"),
    [
        (4, 5, "hvad tæller du, og er der rundet"),
        (0.25, 0.5, "alle decimaler"),
        (["a", "b"], ["a"], "om der mangler noget, eller om der er noget for meget"),
        ({"a": 1}, {"a": 2}, "om der mangler noget, eller om der er noget for meget"),
        ("T", "O", "Læs opgaven igen"),
        (4, True, r".sum() tæller de sande"),
        (4, [4].count, "Sæt ( ) efter den"),
        (0.25, (0, 25), "Decimaltal skrives med punktum"),
        ([0.25, 0.5], [0, 25, 0, 5], "Decimaltal skrives med punktum"),
        (0.25, fisher_exact([[7, 4], [40, 60]]), "sæt .pvalue efter den"),
        ({"a": 0.25}, {"a": fisher_exact([[7, 4], [40, 60]])}, "sæt .pvalue efter den"),
        (4, None, "print viser kun et tal"),
        (385, 384.16, "du har givet et decimaltal."),
        (4, [12, 45, 18], "du har givet en liste."),
        (0.25, [0.25, 0.5], "du har givet en liste."),
        (0.25, pd.Series([True, False]), r".mean() giver deres andel"),
        ([0.0333, 0.1955], [3.33, 19.55], "i procent"),
        (0.2917, 29, "i procent"),
        (-0.01469, -1.47, "i procent"),
        (["a", "b"], ["a", "c"], "mangler noget, eller om der er noget for meget."),
        (0.25, fisher_exact, "Sæt ( ) efter den"),
        (0.25, cohens_kappa([[3, 1], [1, 3]]), "Sæt .kappa efter den"),
        (0.25, [0.25, None], "du har givet en liste"),
        (0.25, np.float64("nan"), "Svaret er nan"),
        (["a", "b"], pd.Series([True, False]), "Sæt det i [ ] efter det, du vælger fra"),
        ([0.25, 0.5], [0.25, 0.75], "om hver del er rigtig"),
        ({"a": 0.25, "b": 0.125}, pd.Series({"a": 25, "b": 12.5}), "i procent"),
        ([0.0333, 0.1955], [0.03, 0.2], "rundet for meget af"),
    ],
)
def test_a_wrong_answer_gets_a_word_for_its_kind(tjek, laas, answer, wrong, word):
    laas("1a", answer, "")
    assert tjek.vurder("1a", answer)[0]
    right, said = tjek.vurder("1a", wrong)
    assert not right
    assert word in said


def test_counts_in_a_list_where_a_table_is_asked_for_are_taken_for_no_decimals(tjek, laas):
    laas("2c", {"bruger": 4, "opgivet": 2}, "")
    assert tjek.vurder("2c", [4, 2])[1].endswith("og du har givet en liste.")


@pytest.mark.parametrize("table", [pd.Series, lambda found: pd.Series(found).reset_index(), lambda found: {**found}])
def test_a_table_of_names_and_numbers_is_taken_where_a_dictionary_is_asked_for(tjek, laas, table):
    laas("1a", {"Ja": 3, "Nej": 5}, "")
    assert tjek.vurder("1a", table({"Ja": 3, "Nej": 5}))[0]
    assert tjek.vurder("1a", pd.DataFrame({"antal": {"Ja": 3, "Nej": 5}}))[0]
    assert not tjek.vurder("1a", table({"Ja": 3, "Nej": 6}))[0]


@pytest.mark.parametrize("column", [pd.Series(["b", "a"], index=[7, 9]), np.array(["a", "b"]), pd.Index(["a", "b"])])
def test_a_column_is_taken_where_a_list_is_asked_for(tjek, laas, column):
    laas("1a", ["a", "b"], "")
    assert tjek.vurder("1a", column)[0]


def test_order_counts_only_where_it_is_asked_for_and_then_has_its_own_word(tjek, laas):
    wrong_order = (False, "Ikke endnu (1a). Rigtige tal, men i forkert rækkefølge.")
    laas("1a", [51, 46], "", [([46, 5], "Nej.")], ordnet=True)
    assert tjek.vurder("1a", (51, 46))[0]
    assert tjek.vurder("1a", [46, 51]) == wrong_order
    laas("1a", [(7, 11), (9, 14)], "", ordnet=True)
    assert tjek.vurder("1a", [(9, 14), (7, 11)])[0]
    assert tjek.vurder("1a", [(11, 7), (14, 9)]) == wrong_order
    laas("1a", [51, 46], "")
    assert tjek.vurder("1a", [46, 51])[0]


def test_neither_answer_nor_hint_can_be_read_from_the_lock(laas):
    lock = json.dumps(laas("1a", "skeptiker", "Flot klaret.", [("optimist", "Det er omvendt.")])["laas"])
    assert not any(word in lock for word in ("skeptiker", "Flot", "optimist", "omvendt"))


@pytest.mark.parametrize("stub", [..., [1, ...], (..., 2), {"a": ...}])
def test_a_stub_ends_with_a_friendly_word(tjek, laas, stub):
    laas("1a", 4, "")
    with pytest.raises(tjek.Stop, match=r"opgave 1a\. Erstat [.]{3} efter svar_1a = i cellen"):
        tjek.vurder("1a", stub)


def test_a_question_that_does_not_exist_and_a_missing_file_are_told(tjek, laas, tmp_path, monkeypatch):
    laas("1a", 4, "")
    monkeypatch.setattr(tjek, "__file__", str(tmp_path / "tjek.py"))
    with pytest.raises(tjek.Stop, match=r"tjek\.json mangler. Pak hele zip-filen ud"):
        tjek.vurder("9z", 4)
    (tmp_path / "tjek.json").write_text("{}")
    with pytest.raises(tjek.Stop, match="ingen opgave '9z'"):
        tjek.vurder("9z", 4)


def test_what_tjek_returns_says_whether_to_go_on_and_is_not_shown(tjek, laas, capsys):
    laas("1a", 4, "Flot.")
    right, wrong = tjek.tjek("1a", 4), tjek.tjek("1a", 5)
    assert right
    assert not wrong
    assert "Rigtigt (1a). Flot.\nIkke endnu (1a)." in capsys.readouterr().out
    assert right._ipython_display_() is None


def test_stop_shows_no_traceback(tjek):
    assert tjek.Stop("Hej")._render_traceback_() == ["Hej"]


def test_a_mistake_that_looks_like_the_answer_or_like_another_is_refused(helpers):
    with pytest.raises(ValueError, match=r"1a: fejlen 4\.0 ser ud som 4"):
        helpers["facit"].laas("1a", 4, "", [(4.0, "")])
    with pytest.raises(ValueError, match=r"1a: fejlen 5\.0001 ser ud som 5"):
        helpers["facit"].laas("1a", 4, "", [(5, ""), (5.0001, "")])


@pytest.mark.parametrize("answer", [0.00049, [0.1, 0.00049], {"a": 0.00049}])
def test_an_answer_that_rounds_one_way_at_once_and_another_in_two_steps_is_refused(helpers, answer):
    # 0.00049 is 0.000 with three decimals; a student who writes 0.0005 would be read as 0.001.
    with pytest.raises(ValueError, match="afrundingsgrænse"):
        helpers["facit"].laas("1a", answer, "")


@given(form=st.text(), salt=st.binary())
def test_in_a_browser_whose_python_lacks_the_derivation_an_answer_gives_the_same_key(tjek, form, salt):
    there = tjek.afled(form, salt.hex())
    with pytest.MonkeyPatch.context() as patched:
        patched.delattr(tjek.hashlib, "pbkdf2_hmac")
        assert tjek.afled(form, salt.hex()) == there


def test_a_table_of_two_columns_is_names_and_numbers_only_where_each_name_stands_once(tjek, laas):
    laas("1a", {"Ja": 3, "Nej": 5}, "")
    assert not tjek.vurder("1a", pd.DataFrame({"svar": ["Ja", "Ja", "Nej"], "antal": [99, 3, 5]}))[0]
    assert not tjek.vurder("1a", pd.DataFrame({"svar": [["Ja"], ["Nej"]], "antal": [3, 5]}))[0]


@pytest.mark.parametrize(("share", "wrong"), [(0.004, 0), (0.0096, 1)])
def test_a_whole_number_near_a_small_share_is_not_taken_for_a_percentage(tjek, laas, share, wrong):
    laas("1a", share, "", decimaler=4)
    assert "procent" not in tjek.vurder("1a", wrong)[1]


def test_codes_are_counted_however_they_are_written_and_units_without_one_are_told(helpers, capsys):
    helper = helpers["hjaelp"]
    mine = pd.DataFrame({"interview": 1, "unit": [1, 2, 3, 4], "toe": ["T", "o ", "", "E"]})
    theirs = mine.assign(toe=["t", "O", "T", "T"])
    assert helper.enighedstabel(mine, theirs).to_numpy().tolist() == [[1, 0, 0], [0, 1, 0], [1, 0, 0]]
    assert "Kun 3 af 4 enheder" in capsys.readouterr().out
    with pytest.raises(helper.Stop, match="Ingen enhed"):
        helper.enighedstabel(mine.assign(toe=""), theirs)
