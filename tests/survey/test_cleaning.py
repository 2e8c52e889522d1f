import pandas as pd
import pytest

from toe_analysis.errors import InputError
from toe_analysis.survey import MISSING, Export, Source, clean
from toe_analysis.survey.summaries import missing_table

OPTIMIST = {"q03": "21-30", "q06": "Ja", "q08": "Nej", "q20": "Nej", "q33": "Ja", "q35": "Fleksibilitet", "q36": "Ja"}


@pytest.fixture
def clean_firms(questionnaire, study):
    def run(*firms, completed=None, **options):
        rows = pd.Index(range(2, 2 + len(firms)), name="row")
        cells = pd.DataFrame(
            [[firm.get(name) for name in questionnaire.ids] for firm in firms],
            index=rows,
            columns=list(questionnaire.ids),
            dtype=object,
        )
        times = pd.Series(completed, index=rows, dtype=object)
        return clean(Export(cells, times, (), Source("responses")), study, **({"key": "test"} | options))

    return run


def kind(cleaned, question):
    return cleaned.missing[question].tolist()


def test_routed_past_unticked_and_skipped_are_told_apart(clean_firms):
    cleaned = clean_firms(OPTIMIST | {"q35": None, "q36": None})
    assert kind(cleaned, "q09") == ["not_shown"]
    assert kind(cleaned, "q35") == ["no_option_ticked"]
    assert kind(cleaned, "q36") == ["skipped"]
    assert kind(cleaned, "q33") == [""]


def test_an_answer_where_the_firm_was_routed_past_is_set_missing_and_reported(clean_firms):
    cleaned = clean_firms(OPTIMIST | {"q11": "Inden for det sidste år", "q12": "Viden"})
    assert kind(cleaned, "q11") == ["contradiction"]
    assert cleaned.answers["q11"].tolist() == [None]
    problems = cleaned.problems.set_index("question")
    assert problems.loc["q11", ["row", "problem", "value"]].tolist() == [2, "contradiction", "Inden for det sidste år"]
    assert problems.loc["q12", "value"] == ""  # a firm's own words are not repeated


def test_what_a_contradiction_would_open_stays_closed(clean_firms):
    cleaned = clean_firms(OPTIMIST | {"q17": "Nej", "q18": "For dyrt"})
    assert kind(cleaned, "q18") == ["contradiction"]


def test_an_unknown_option_is_reported_with_row_and_question_but_not_repeated(clean_firms):
    cleaned = clean_firms(OPTIMIST, OPTIMIST | {"q36": "Spørg Lone"})
    assert cleaned.problems.to_dict("records") == [
        {"row": 3, "question": "q36", "problem": "unknown_option", "value": ""}
    ]
    assert sorted(kind(cleaned, "q36")) == ["", "unknown_option"]


def test_a_firm_whose_status_cannot_be_told_is_left_out_with_the_question_that_caused_it(clean_firms):
    cleaned = clean_firms(OPTIMIST, OPTIMIST | {"q08": "Spørg Lone"}, OPTIMIST | {"q33": None})
    left_out = cleaned.excluded[["row", "reason", "question", "value"]].to_numpy().tolist()
    assert left_out == [[3, "status_unknown", "q08", ""], [4, "status_unknown", "q33", ""]]


@pytest.mark.parametrize(
    ("size", "reason"),
    [("Under 10", "too_small"), ("10-20", None), ("150-200", None), ("200-250", "too_large"), ("250+", "too_large")],
)
def test_the_target_group_is_10_to_200_employees_and_who_is_outside_is_told_with_its_size(clean_firms, size, reason):
    cleaned = clean_firms(OPTIMIST, OPTIMIST | {"q03": size, "q33": None if reason else "Ja"})
    left_out = cleaned.excluded[["reason", "question", "value"]].to_numpy().tolist()
    assert left_out == ([[reason, "q03", size]] if reason else [])


def test_the_names_of_a_hundred_firms_sort_in_their_order(clean_firms):
    names = clean_firms(*[OPTIMIST] * 100).firms.index.tolist()
    assert names == sorted(names) == [f"F{number:03}" for number in range(1, 101)]


def test_every_response_received_is_analysed_or_left_out(clean_firms):
    firms = [
        OPTIMIST,
        OPTIMIST | {"q03": "250+"},
        OPTIMIST | {"q08": "Ved ikke"},
        {"q01": None},
        OPTIMIST | {"q20": None},
    ]
    cleaned = clean_firms(*firms)
    assert cleaned.received == 5
    assert cleaned.excluded["reason"].tolist() == ["too_large", "dont_know", "no_answers", "status_unknown"]


DONT_KNOW = {"q03": "21-30", "q08": "Ved ikke", "q40": "Tid", "q41": "Nej"}


@pytest.mark.parametrize(
    ("rule", "later", "statuses"),
    [
        ("exclude", {}, ["optimist"]),
        ("own_group", {}, ["dont_know", "optimist"]),
        ("as_no", {}, ["optimist"]),
        ("as_no", {"q20": "Nej", "q33": "Nej"}, ["optimist", "sceptic"]),
        ("exclude", {"q20": "Nej", "q33": "Nej"}, ["optimist"]),
    ],
)
def test_the_rule_for_dont_know_decides_what_becomes_of_the_firm(clean_firms, rule, later, statuses):
    cleaned = clean_firms(OPTIMIST, DONT_KNOW | later, dont_know=rule)
    assert sorted(cleaned.firms["status"]) == statuses
    assert (cleaned.problems["problem"] == "contradiction").sum() == (2 if later and rule == "exclude" else 0)


@pytest.mark.parametrize(
    ("options", "ruled_out"),
    [
        ({}, {("q03", "Under 10"), ("q03", "200-250"), ("q03", "250+"), ("q08", "Ved ikke")}),
        ({"dont_know": "own_group", "smallest": 1, "largest": 250}, {("q03", "250+")}),
    ],
)
def test_an_option_is_ruled_out_where_whoever_gives_it_is_left_out(clean_firms, questionnaire, options, ruled_out):
    cleaned = clean_firms(OPTIMIST, **options)
    assert cleaned.ruled_out == ruled_out
    for question, option in [(name, one) for name in ("q03", "q08") for one in questionnaire[name].options]:
        stays = len(clean_firms(OPTIMIST, OPTIMIST | {question: option}, **options).firms) == 2
        assert stays == ((question, option) not in ruled_out)


def test_the_narrower_routing_turns_answers_into_contradictions(clean_firms):
    user = {"q03": "21-30", "q08": "Ja", "q13": "Nej", "q14": "Selvlært;"}
    assert kind(clean_firms(user), "q14") == [""]
    assert kind(clean_firms(user, routing="narrow"), "q14") == ["contradiction"]


def test_words_typed_behind_other_count_only_where_the_question_was_asked(clean_firms):
    user = {"q03": "21-30", "q08": "Ja", "q13": "Nej", "q14": "Kursus"}
    assert clean_firms(user).other["text"].tolist() == ["Kursus"]
    narrow = clean_firms(user, user | {"q13": "Ja"}, routing="narrow")
    assert sorted(kind(narrow, "q14")) == ["", "contradiction"]
    assert narrow.other["firm"].tolist() == narrow.missing.index[narrow.missing["q14"] == ""].tolist()


def test_no_response_left_is_an_error_that_counts_the_reasons(clean_firms):
    with pytest.raises(InputError, match="all 2 are left out: 2 x more employees"):
        clean_firms(OPTIMIST | {"q03": "250+"}, OPTIMIST | {"q03": "250+"})


def test_pseudonyms_need_the_key_and_do_not_follow_the_rows(clean_firms):
    firms = [OPTIMIST | {"q02": str(1950 + place)} for place in range(30)]
    order = {key: clean_firms(*firms, key=key).answers["q02"].tolist() for key in ("a", "b")}
    assert order["a"] == clean_firms(*firms, key="a").answers["q02"].tolist()
    assert order["a"] != order["b"]
    assert order["a"] != sorted(order["a"])


def test_the_table_that_is_written_holds_no_identifier_and_no_words_of_a_firms_own(clean_firms, questionnaire):
    private = {
        "q01": "Hansen & Søn, Vej 1",
        "q02": "1987",
        "q04": "Skruer",
        "q05": "Ejer",
        "q07": "Kontor",
        "q40": "Tilbud",
    }
    cleaned = clean_firms(OPTIMIST | private | {"q35": "Fleksibilitet;Egne ord"})
    assert "q01" not in cleaned.answers
    table = cleaned.to_frame()
    assert not {"q01", "q02", "q04", "q05", "q07"} & set(table.columns)
    assert table["q40"].tolist() == ["answered"]
    assert not {*private.values(), "Egne ord"} & set(table.astype(str).to_numpy().ravel())


def test_the_cut_off_date_tells_the_waves_apart(clean_firms):
    cleaned = clean_firms(
        *[OPTIMIST] * 3,
        completed=["2025-03-31T23:59:00", pd.Timestamp(2025, 4, 1), pd.Timestamp(2025, 5, 1)],
        wave_cutoff="2025-04-01",
    )
    assert cleaned.received_by_wave.to_dict() == {1: 1, 2: 2}


def test_without_a_cut_off_there_is_one_wave(clean_firms):
    assert clean_firms(OPTIMIST, OPTIMIST).received_by_wave.to_dict() == {1: 2}


@pytest.mark.parametrize(
    ("completed", "cutoff", "message"),
    [
        (None, "2025-04-01", "found none in row 2, 3"),
        (["", "2025-03-01"], "2025-04-01", "found none in row 2"),
        (["2025-03-01"] * 2, "2025-04-01", "found 2025-04-01, with all 2 before it; take another day"),
        (["2025-03-01"] * 2, "2025-03-01", "found 2025-03-01, with all 2 from it on; take another day"),
        (["2025-03-01"] * 2, "1 April", "expected a date like 2025-04-01, found '1 April'"),
    ],
)
def test_waves_that_cannot_be_told_are_an_error(clean_firms, completed, cutoff, message):
    with pytest.raises(InputError, match=message):
        clean_firms(OPTIMIST, OPTIMIST, completed=completed, wave_cutoff=cutoff)


def test_those_asked_are_the_answers_and_the_missing_that_were_shown(clean_firms):
    cleaned = clean_firms(
        OPTIMIST,
        OPTIMIST | {"q36": None},
        OPTIMIST | {"q36": "Måske"},
        OPTIMIST | {"q33": "Nej", "q35": None, "q36": None},
        OPTIMIST | {"q33": "Nej", "q35": None, "q36": "Ja"},
    )
    row = missing_table(cleaned.missing).set_index("question").loc["q36"]
    assert row[["asked", "answered", "skipped", "unknown_option", "not_shown", "contradiction"]].tolist() == [
        3,
        1,
        1,
        1,
        1,
        1,
    ]
    assert row[list(MISSING)].sum() + row["answered"] == 5
