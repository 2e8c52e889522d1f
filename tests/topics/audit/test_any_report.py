"""The audit of any report: one base for a table, means, values that no row has, and cells named in every mistake."""

import math
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.commands.line import main as run_all
from toe_analysis.errors import InputError
from toe_analysis.published.claims import Claim, percentage_in, read_claims
from toe_analysis.topics.audit.arithmetic import check_claim
from toe_analysis.topics.audit.bases import check_same_base, check_without_base, possible_bases
from toe_analysis.topics.audit.recounts import compare_claim, recount

TABLE = {"often": (12, "29"), "weekly": (5, "12"), "seldom": (4, "10"), "never": (3, "7")}


def table(**changes):
    numbers = {**TABLE, **changes}
    return {
        name: Claim(name, f"{count} ({percent} %)", percentage=percent, count=count, same_base="table 3")
        for name, (count, percent) in numbers.items()
    }


def told(found):
    return "; ".join(reason.text("en") for reason in found.reasons).replace("\u00a0", " ")


def bases_by_hand(count, percent):
    exact = {base: Decimal(100 * count) / base for base in range(count, 500)}
    ways = (ROUND_HALF_UP, ROUND_HALF_EVEN)
    return {base for base, one in exact.items() if percent in {str(one.quantize(Decimal(1), way)) for way in ways}}


def test_the_numbers_of_a_table_are_of_the_bases_that_all_of_them_can_have():
    by_hand = [bases_by_hand(*one) for one in TABLE.values()]
    assert [(min(one), max(one)) for one in by_hand] == [(41, 42), (40, 43), (39, 42), (41, 46)]
    claims = table()
    found = [possible_bases(one, range(1, 500)) for one in claims.values()]
    assert found == by_hand
    for one in claims.values():
        audit = check_claim(one, (), claims)
        assert audit.verdict == "fits"
        assert "the 4 claims of “table 3” can all be of 41 or 42" in told(audit)


def test_a_number_that_fits_no_base_of_the_others_is_told_and_the_rest_of_its_table_too():
    claims = table(never=(3, "6"))  # of 47 to 54
    audit = check_claim(claims["never"], (), claims)
    assert audit.verdict == "does not fit"
    assert "the other claims of “table 3” can all be of 41 or 42, and this one cannot" in told(audit)
    assert "no base up to 42 fits all 4 claims of “table 3”" in told(check_claim(claims["often"], (), claims))
    claims = table(never=(20, "100"))  # of 20, which is far below what the others can be of
    assert "of 41 or 42, and this one cannot" in told(check_claim(claims["never"], (), claims))


def test_what_a_table_could_have_caught_is_the_part_of_percentages_that_leave_no_base():
    claims = table()
    passing = {
        percent for base in (40, 41, 42, 43) for percent in range(101) if base in bases_by_hand(12, str(percent))
    }
    only = {name: claims[name] for name in ("often", "weekly")}
    assert check_same_base(only["often"], only).could_have_failed == pytest.approx(1 - len(passing) / 101)


def test_a_printed_base_is_the_base_of_its_table():
    claims = table() | {"all": Claim("all", "41", count=41, base=41, same_base="table 3")}
    assert "can all be of 41" in told(check_same_base(claims["often"], claims))
    claims["all"] = replace(claims["all"], base=43)
    assert check_same_base(claims["often"], claims).verdict == "does not fit"
    assert "can all be of 41 or 42, and this one cannot" in told(check_same_base(claims["all"], claims))


def test_a_printed_base_may_be_larger_than_any_search():
    half = Claim("half", "24000 (50 %)", percentage="50", count=24_000, same_base="t")
    claims = {"half": half, "all": Claim("all", "48000", base=48_000, same_base="t")}
    assert "can all be of 48000" in told(check_same_base(half, claims))


def test_a_number_that_is_wrong_by_itself_is_not_held_against_the_others():
    claims = table(odd=(7, "31"))  # 7 of 22 is 32, of 23 it is 30
    assert check_without_base(claims["odd"]).verdict == "does not fit"
    assert check_same_base(claims["odd"], claims) is None
    assert "the 4 claims" in told(check_same_base(claims["often"], claims))


def test_a_percentage_above_100_is_not_held_against_the_others():
    claims = table(odd=(None, "101"))
    assert check_claim(claims["odd"], (), claims).verdict == "does not fit"
    assert check_claim(claims["often"], (), claims).verdict == "fits"


def test_where_no_base_is_known_to_be_too_large_nothing_is_proven():
    claims = {text: Claim(text, text, percentage=text, same_base="t") for text in ("0.10", "0.15")}
    audit = check_same_base(claims["0.10"], claims)
    assert audit.verdict == "nothing to check"
    assert told(audit) == "no base up to 1,000 fits all 2 claims of “t”"
    assert math.isnan(audit.could_have_failed)


def test_a_count_above_what_is_looked_through_is_not_said_to_fit_nowhere():
    audit = check_claim(Claim("a", "33 % (8,000)", percentage="33", count=8000))  # of some 24,000
    assert audit.verdict == "nothing to check"
    assert told(audit).startswith("no base is printed, and it cannot be below 8,000")


@given(
    st.integers(2, 300).flatmap(
        lambda base: st.tuples(st.just(base), st.lists(st.integers(0, base), min_size=2, max_size=4))
    ),
    st.integers(0, 2),
    st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]),
)
def test_true_counts_of_one_base_always_fit_together(numbers, decimals, rounding):
    base, counts = numbers
    texts = [str((Decimal(100 * count) / base).quantize(Decimal(1).scaleb(-decimals), rounding)) for count in counts]
    claims = {
        str(place): Claim(str(place), text, percentage=text, count=count, same_base="t")
        for place, (count, text) in enumerate(zip(counts, texts, strict=True))
    }
    for one in claims.values():
        assert base in possible_bases(one, range(1, 301))
        assert check_claim(one, (), claims).verdict == "fits"


def test_a_mean_and_counts_of_one_table_narrow_each_other():
    # 5.19 times 41 is 212.8, and 213 / 41 prints as 5.20; 218 / 42 prints as 5.19.
    claims = table() | {"age": Claim("age", "mean 5.19", mean="5.19", same_base="table 3")}
    assert "the 5 claims of “table 3” can all be of 42" in told(check_same_base(claims["often"], claims))


@pytest.mark.parametrize(
    ("printed", "verdict", "said"),
    [
        ({"mean": "5.19", "base": 28}, "does not fit", "have the mean 5.19; nearest: 5.18 and 5.21"),  # Brown, Heathers
        ({"mean": "5,18", "base": 28}, "fits", "28 respondents can have the mean 5,18"),
        ({"mean": "5.23", "sd": "2.55", "base": 31}, "fits", "the mean 5.23 and the standard deviation 2.55"),
        ({"mean": "5.23", "sd": "2.55", "base": 35}, "does not fit", "have the standard deviation 2.55"),
        ({"mean": "3.44", "sd": "2.47", "base": 18}, "does not fit", "only if decimals are cut off"),  # Allard
        ({"mean": "1.5", "sd": "0.50", "base": 2}, "does not fit", "only if it is divided by n and not by n − 1"),
        ({"mean": "3.5", "largest_base": 3}, "nothing to check", "what fits, up to 3 respondents: 2"),
        ({"mean": "3.33", "largest_base": 2}, "does not fit", "none up to 2 fits"),
    ],
)
def test_a_mean_is_held_to_whole_number_answers(printed, verdict, said):
    audit = check_claim(Claim("one", "", **printed))
    assert audit.verdict == verdict
    assert said in told(audit)
    assert all(reason.text("da") for reason in audit.reasons)


def test_a_count_and_its_percentage_bound_a_base_that_is_not_printed():
    audit = check_claim(Claim("k", "1200 (40 %)", percentage="40", count=1200))
    assert "up to 3,037 respondents, 75 readings fit" in told(audit)  # 1200 / 0.405 to 1200 / 0.395


STUDENTS = pd.DataFrame(
    {"place": ["University", "University", "School", "College"], "how": ["a;b", "b", "", "a"]}, dtype=str
)


def against_data(claim, **options):
    return compare_claim(claim, recount(claim, STUDENTS, "responses", **options))


def claim(printed="3", count=3, **values):
    cells = dict.fromkeys(("claim", "count_if", "base_if"), "claims.csv, row 2")
    return Claim("one", printed, percentage=percentage_in(printed), count=count, cells=cells, **values)


@pytest.mark.parametrize(
    ("count_if", "base_if", "said"),
    [
        ("place=Universty", "", "count_if: no row of the data has “Universty” under place; it has University, Co"),
        ("place=School or how~c", "", "column count_if: no row of the data has “c” under how; it has a and b"),
        ("*", "place=Scool", "column base_if: no row of the data has “Scool” under place; it has School, Col"),
        ("*", "place=School & how~a", "claims.csv, row 2, column base_if: no row of the data is in this base"),
    ],
)
def test_a_value_that_no_row_has_is_not_taken_for_another_number(count_if, base_if, said):
    found = against_data(claim(count_if=count_if, base_if=base_if))
    assert found.verdict == "not checkable"
    assert found.value is None
    assert said in found.reason.text("en")


def test_a_value_that_no_row_has_does_no_harm_where_the_number_comes_out_and_is_still_told():
    found = against_data(claim(count_if="place=University|School|Academy"))
    assert (found.verdict, found.value.count) == ("reproduced", 3)
    assert "no row of the data has “Academy”" in found.reason.text("en")
    assert against_data(claim("0", 0, count_if="place=Academy")).verdict == "reproduced"


def test_an_option_that_nobody_chose_is_a_count_of_none():
    found = against_data(claim(count_if="place=Academy"), possible={"place": ("Academy",)})
    assert (found.verdict, found.value.count) == ("differs", 0)


def test_a_mean_is_not_called_a_missing_number():
    one = Claim("one", "mean 3", mean="3", base=4, count_if="*")
    assert against_data(one).reason.text("en") == "a mean is not computed again from the data"


def write(tmp_path, text):
    (tmp_path / "claims.csv").write_text(text, encoding="utf-8")
    return tmp_path / "claims.csv"


def test_a_claim_is_called_by_what_it_is_about_or_else_by_its_name(tmp_path):
    claims = read_claims(write(tmp_path, "claim,printed,about\na,64 %,Small schools\nb,64 %,\n"))
    assert [one.labels["en"] for one in claims.values()] == ["Small schools", "b"]


def test_respondents_are_what_the_file_calls_them(tmp_path):
    claims = read_claims(write(tmp_path, "claim,printed,respondents\na,64 %,students\nb,64 %,\n"))
    assert "up to 1,000 students" in told(check_claim(claims["a"]))
    assert "up to 1,000 respondents" in told(check_claim(claims["b"]))
    illustrative = compare_claim(claims["a"], recount(replace(claims["a"], count_if="*"), STUDENTS, "illustrative"))
    assert illustrative.reason.text("en").startswith("missing: the students' own answers")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("claim,printed,cuont\na,1,1\n", r"row 1: expected the column count, found 'cuont', which is not read"),
        ("Claim,Printed\na,1\n", r"row 1: expected the column claim, found 'Claim', which is not read"),
        ("claim,printed,count,N\na,1,1,48\n", r"row 1: expected count \(how .* found 'N', which is not read; rename"),
        ("claim,printed,same_base\na,1,t1\nb,2,t2\n", r"row 2, column same_base: .* found 't1' once"),
        (
            "claim,printed,recompute_from\na,1,externel\n",
            r"row 2, column recompute_from: expected external, responses, codings or nothing, found 'externel'",
        ),
        (
            "claim,printed,more_than\na,all,100\n",
            r"row 2, column more_than: expected a whole number below 100 .* '100'",
        ),
        ("claim,printed,mean,sd\na,1,,2\n", r"row 2, column mean: expected the mean of the standard deviation"),
        ("claim,printed,mean,items\na,1,3.0,0\n", r"row 2, column items: expected a whole number above 0 .* found '0'"),
        ("claim,printed,mean\na,1,3.x\n", r"row 2, column mean: expected a number or nothing, found '3.x'"),
        ("claim,printed,sd,mean\na,1,-1,3\n", r"row 2, column sd: expected a number that is not negative"),
        (
            "claim,printed,mean,smallest,largest\na,1,3,5,5\n",
            r"row 2, column largest: expected more than the smallest, 5, found 5",
        ),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(tmp_path, text, message):
    with pytest.raises(InputError, match=r"^claims\.csv, " + message):
        read_claims(write(tmp_path, text))


def test_the_command_solves_the_tables_of_a_file(tmp_path, capsys):
    rows = "".join(f"{name},{count} ({percent} %),{count},table 3\n" for name, (count, percent) in TABLE.items())
    assert run_all(tmp_path, ["claims", str(write(tmp_path, "claim,printed,count,same_base\n" + rows))]) == 0
    assert " ".join(capsys.readouterr().out.split()).count("of “table 3” can all be of 41 or 42") == 4
