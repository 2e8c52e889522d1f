"""Arithmetic on printed numbers, for this report and any other: reading, checking, command line."""

import math
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.commands.line import main as run_all
from toe_analysis.errors import InputError
from toe_analysis.published.claims import CLAIMS_NAME, Claim, percentage_in, read_claims, read_sums
from toe_analysis.topics.audit.arithmetic import check_claim, check_sum, hand_table, power_table, sum_table
from toe_analysis.topics.audit.reasons import DOES_NOT_FIT, FITS, MOST_NAMED, either


@pytest.fixture(scope="module")
def claims(project):
    raw = project / "data/raw"
    return read_claims(raw / CLAIMS_NAME, raw / "claim_checks.csv")


@pytest.fixture(scope="module")
def sums(project, claims):
    return read_sums(project / "data/raw/claim_sums.csv", claims)


def checked(name, claims, sums):
    return check_claim(claims[name], sums, claims)


def claim(printed, **values):
    return Claim("one", printed, percentage=percentage_in(printed), **values)


def test_every_printed_number_of_the_report_is_a_claim_with_its_place_and_text(claims, project):
    printed = pd.read_csv(project / "data/raw/published_claims.csv", dtype=str, keep_default_na=False)
    assert len(claims) == 31
    assert [(one.name, one.section, one.printed) for one in claims.values()] == list(
        printed[["claim", "section", "printed"]].itertuples(index=False, name=None)
    )
    assert all(
        one.labels["en"] and one.labels["da"] and one.labels["en"] != one.labels["da"] for one in claims.values()
    )


def test_14_firms_as_24_percent_fit_58_and_59_only_and_no_count_of_48(claims, sums):
    found = checked("potential_efficiency", claims, sums)
    assert found.verdict == "does not fit"
    assert found.would_fit == ("14/58", "14/59")
    assert [reason.key for reason in found.reasons] == ["other_share_impossible"]
    assert found.could_have_failed == pytest.approx(100 / 101)
    assert hand_table(claims["potential_efficiency"])["exact"].tolist() == ["275/12", "25", "175/6"]


def test_64_percent_has_nothing_to_check_and_four_readings(claims, sums):
    found = checked("not_expecting_under20", claims, sums)
    assert found.verdict == "nothing to check"
    assert found.would_fit == ("7/11", "9/14", "14/22", "16/25")
    assert math.isnan(found.could_have_failed)
    with pytest.raises(InputError, match="by_hand: expected a claim with count, base and percentage"):
        hand_table(claims["not_expecting_under20"])


def test_the_five_sums_hold(claims, sums):
    table = sum_table(sums, claims)
    assert table["equation"].tolist() == [
        *("27 + 24 = 51", "4 + 2 + 42 = 48", "28 + 14 = 42", "2 + 3 = 5", "8 + 10 + 10 + 10 + 10 = 48")
    ]
    assert set(table["arithmetic"]) == {"fits"}


@pytest.mark.parametrize(
    ("name", "rate"), [("answered_wave1", "8.5"), ("answered_wave2", "5.2"), ("answers_received", "6.6")]
)
def test_response_rates_that_are_not_printed_are_told(name, rate, claims, sums):
    told = [reason.text("en") for reason in checked(name, claims, sums).reasons]
    assert f"no exact percentage is printed; it is {rate}\u00a0%" in told


@pytest.mark.parametrize(("printed", "passing"), [("12 %", 2), ("13 %", 2), ("12.5 %", 1), ("40 %", 2)])
def test_beside_count_and_base_every_percentage_that_they_do_not_give_could_have_been_caught(printed, passing):
    possible = 1001 if "." in printed else 101
    assert check_claim(claim(printed, count=1, base=8)).could_have_failed == pytest.approx(1 - passing / possible)


def test_without_a_count_only_an_impossible_percentage_could_have_been_caught():
    # Of 48, 6 are 12.5 % and print as 12 or 13; so 62.5 % too, while 37.5 and 87.5 % are 38 and 88 both ways.
    assert check_claim(claim("29 %", base=48)).could_have_failed == pytest.approx(50 / 101)
    assert check_claim(claim("64 %", base=429)).could_have_failed == 0
    # Of 200, at most 3 print as 0, 1 or 2.
    assert check_claim(claim("1 %", base=200, largest_count=3)).could_have_failed == pytest.approx(98 / 101)


@pytest.mark.parametrize("base", [1, 8, 48, 100, 1000])
def test_what_could_have_been_caught_without_a_count_is_what_the_check_refuses(base):
    found = [check_claim(claim(f"{percentage} %", base=base)) for percentage in range(101)]
    refused = sum(one.verdict == DOES_NOT_FIT for one in found)
    assert [one.could_have_failed for one in found] == pytest.approx([refused / 101] * 101)


def test_the_power_at_a_base_is_that_of_the_check_with_the_same_base():
    for row in power_table([1, 48]).itertuples():
        units = 100 * 10**row.decimals
        printed = (str(unit) if not row.decimals else f"{unit // 10},{unit % 10}" for unit in range(units + 1))
        claims = (Claim("any", text, percentage=text, base=row.base) for text in printed)
        caught = sum(check_claim(claim).verdict == DOES_NOT_FIT for claim in claims)
        assert row.could_have_failed == pytest.approx(caught / (units + 1), abs=1e-12)


def test_large_numbers_are_checked_or_refused_with_their_cell_and_take_no_time():
    printed = claim("29 %", base=90_000_000, same_base="all")
    other = replace(printed, name="other", printed="30 %", percentage="30")
    assert check_claim(printed, (), {"own": printed, "other": other}).could_have_failed == 0
    most = claim("most", base=10**12, count=10**12 // 2 + 1, more_than=50)
    assert (check_claim(most).verdict, check_claim(replace(most, count=10**12 // 2)).verdict) == (FITS, DOES_NOT_FIT)
    with pytest.raises(InputError, match="column printed: base must be at most 100000000, got 1000000000"):
        check_claim(claim("29 %", base=10**9))


def test_a_count_that_is_off_by_one_is_caught_wherever_the_check_can_fail(claims, sums):
    caught = set()
    for name, one in claims.items():
        found = checked(name, claims, sums)
        if found.verdict != "fits" or one.more_than is not None:
            continue
        assert found.could_have_failed > 0
        for step in (-1, 1):
            changed = {**claims, name: replace(one, count=one.count + step)}
            assert checked(name, changed, sums).verdict == "does not fit", name
        caught.add(name)
    of_48 = {"users", "failed_attempts", "never_tried", "optimists", "sceptics", "unsure_where"}
    assert caught >= {*of_48, "answered_wave1", "answers_received", "valid_answers", "interviews"}


def test_a_wrong_member_shows_at_every_member_of_its_sum(claims, sums):
    changed = {**claims, "sceptics": replace(claims["sceptics"], count=15, percentage="")}
    assert checked("optimists", changed, sums).would_fit == ("27",)
    assert checked("sceptics", changed, sums).would_fit == ("14",)
    assert checked("never_tried", changed, sums).would_fit == ("43",)
    assert checked("users", changed, sums).verdict == "fits"
    assert [check_sum(one, changed) for one in sums].count("does not fit") == 1


def test_of_what_would_fit_all_is_named_and_more_is_told_of_only_where_there_is_more():
    assert either(range(MOST_NAMED))["da"] == "0, 1, 2, 3, 4 eller 5"


def test_most_must_be_more_than_half(claims):
    most = claims["majority_wave1"]
    assert check_claim(most).verdict == "fits"
    assert check_claim(replace(most, count=25)).would_fit == ("26/51",)
    told = [check_claim(replace(most, count=count)).verdict for count in range(52)]
    assert check_claim(most).could_have_failed == pytest.approx(told.count(DOES_NOT_FIT) / 52)


@given(
    st.integers(1, 400).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))),
    st.integers(0, 3),
    st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]),
    st.sampled_from([".", ","]),
)
def test_every_true_share_fits_with_any_decimals_and_mark(share, decimals, rounding, mark):
    count, base = share
    with localcontext() as context:
        context.prec = 60
        text = str((Decimal(100 * count) / base).quantize(Decimal(1).scaleb(-decimals), rounding))
    printed = f"{count} ({text.replace('.', mark)} %)"
    assert check_claim(claim(printed, count=count, base=base)).verdict == "fits"
    assert check_claim(claim(printed, base=base)).verdict == "fits"
    assert check_claim(claim(printed, count=count, largest_base=base)).verdict == "nothing to check"
    assert check_claim(claim(printed, largest_base=base)).verdict == "nothing to check"


@pytest.mark.parametrize(
    ("printed", "values", "verdict", "would_fit"),
    [
        ("33,0 %", {"count": 1, "base": 3}, "does not fit", ()),
        ("33.30 %", {"count": 1, "base": 3}, "does not fit", ()),
        ("29 %", {"count": 14, "base": 48}, "fits", ()),
        ("30 %", {"count": 14, "base": 48}, "does not fit", ("14/46", "14/47")),
        ("24 %", {"base": 48}, "does not fit", ()),
        ("12 %", {"count": 1, "base": 8}, "fits", ()),
        ("60 %", {"largest_base": 4}, "does not fit", ()),
        ("60 %", {"largest_base": 5}, "nothing to check", ("3/5",)),
        ("60 %", {"count": 3, "largest_base": 9}, "nothing to check", ("3/5",)),
        ("5", {"count": 5, "base": 4}, "does not fit", ()),
        ("101 %", {"base": 4}, "does not fit", ()),
        ("101 %", {}, "does not fit", ()),
        ("24 %", {"count": 0}, "does not fit", ()),
        ("5,1 %", {"largest_count": 1}, "does not fit", ()),
        ("50 %", {"base": 10, "largest_count": 3}, "does not fit", ()),
        ("50 %", {"base": 10, "largest_count": 5}, "fits", ()),
        ("50 %", {"count": 1, "base": 0}, "does not fit", ()),
        ("0 %", {"count": 0, "base": 0}, "does not fit", ()),
        ("most", {}, "nothing to check", ()),
    ],
)
def test_a_printed_number_is_checked_with_what_stands_beside_it(printed, values, verdict, would_fit):
    found = check_claim(claim(printed, **values))
    assert found.verdict == verdict
    assert set(would_fit) <= set(found.would_fit)
    for language in ("en", "da"):
        assert all(reason.text(language) for reason in found.reasons)


def test_a_half_that_is_rounded_to_even_is_among_what_would_fit():
    assert check_claim(claim("12 %", largest_base=8)).would_fit == ("1/8",)
    assert check_claim(claim("12 %", base=8)).reasons[0].text("en") == "12 % is 1/8"
    told = [check_claim(claim(f"{printed} %", count=1, base=8)).reasons[0].key for printed in (12, 13)]
    assert told == ["fits_even", "fits"]
    assert check_claim(claim("12 %", count=3, base=8)).would_fit == ("1/8", "3/24", "3/25", "3/26")


def test_words_for_percent_are_understood_and_a_bare_number_is_none():
    assert [percentage_in(text) for text in ("8,3 pct.", "64 procent", "64 per cent", "5 of 9")] == [
        "8,3",
        "64",
        "64",
        "",
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("under 5 %", "< 5 %", "mere end 5 %", "ca. 5 %", "5 % eller mindre", "5 % or more", "5 %+"),
        *("3-5 %", "3 \u2013 5 %", "3 til 5 %", "-5 %", "\u22125 %", "+5 %", "5 %-point", "5 pct. point"),
        *(".5 %", "1.234,5 %"),
    ],
)
def test_a_percentage_that_is_no_exact_share_is_not_taken_for_one(text):
    assert percentage_in(text) == ""
    assert percentage_in(f"{text}, that is 24 %") == "24"


def test_words_and_marks_around_an_exact_percentage_do_no_harm():
    texts = ("over half: 24 %", "firms \u2013 24 %", "i 2024. 24 %", "14 (24 %) og 3", "14 af 48, 24 % or so")
    assert {percentage_in(text) for text in texts} == {"24"}


FIRMS = pd.DataFrame({"status": ["user", "user", "sceptic", "failed"]})
HEAD = "claim,printed,count,base,count_if,base_if\n"
GOOD = HEAD + "users,2 (50 %),2,4,status=user,\nsmall,64 %,,,,\nall,4,4,,*,\n"


def files(tmp_path, **texts):
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return [word for name in texts for word in (f"--{name}", str(tmp_path / f"{name}.csv")) if word != "--claims"]


def test_the_command_audits_any_report(tmp_path, capsys):
    FIRMS.to_csv(tmp_path / "firms.csv", index=False)
    sums = "sum,equation\nhalf,users + 2 = all\noff,users + 1 = 4\n"
    words = files(tmp_path, claims=GOOD, sums=sums, data=(tmp_path / "firms.csv").read_text(encoding="utf-8"))
    assert run_all(tmp_path, ["claims", *words]) == 0
    told, mistakes = capsys.readouterr()
    assert mistakes == ""
    assert "reproduced 2 of 4 (50.0 %)" in told
    assert "2 + 1 is 3, not 4" in told
    assert "readings fit, 7/11 among them" in told
    assert "users 2 (50 %) does not fit" in " ".join(told.split())


def test_a_file_with_semicolons_and_decimal_commas_is_read_too(tmp_path, capsys):
    words = files(tmp_path, claims="claim;printed;count;base\nusers;4 (8,30 %);4;48\n")
    assert run_all(tmp_path, ["claims", *words]) == 0
    assert "4 of 48 is 8.33 %, and no count of 48 prints as 8,30 %" in " ".join(capsys.readouterr().out.split())


def test_a_data_file_that_says_it_is_synthetic_reproduces_nothing(tmp_path, capsys):
    words = files(tmp_path, claims=GOOD, data=FIRMS.assign(basis="illustrative").to_csv(index=False))
    assert run_all(tmp_path, ["claims", *words]) == 0
    told = capsys.readouterr().out
    assert "reproduced" not in told
    assert "calibrated" not in told


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (
            {"claims": "claim,count\na,1\n"},
            "claims.csv, row 1: expected the columns claim, printed, found claim, count",
        ),
        ({"claims": HEAD}, "claims.csv: expected at least one row below the heading"),
        ({"claims": HEAD + "a,1,4.5,,,\n"}, "claims.csv, row 2, column count: expected a whole number"),
        ({"claims": HEAD + "a,1,,,,\n,,,,,\nb,1,,x,,\n"}, "claims.csv, row 4, column base: expected a whole number"),
        (
            {"claims": HEAD + f"a,1,{'9' * 5000},,,\n"},
            "row 2, column count: expected a whole number of at most 9 digits",
        ),
        (
            {"claims": HEAD + "a,1,1,,,\n", "sums": f"sum,equation\ns,a + {'9' * 5000} = a\n"},
            "row 2, column equation: expected a whole number or a claim",
        ),
        ({"claims": HEAD + "a,1,,,,\na,2,,,,\n"}, "row 3, column claim: expected a name of its own, found 'a' again"),
        ({"claims": HEAD + ",1,,,,\n"}, "row 2, column claim: expected a name of its own, found nothing"),
        ({"claims": HEAD + "a,,4,48,,\n"}, "row 2, column printed: expected the text as printed, found nothing"),
        ({"claims": HEAD + "1,1,1,,,\n", "sums": "sum,equation\ns,1 + 2 = 3\n"}, "found '1', which is both: rename it"),
        ({"claims": HEAD + "a,5 % or 6 %,,,,\n"}, "row 2, column printed: expected one percentage"),
        ({"claims": GOOD, "sums": "sum,equation\ns,users = 4\n"}, "sums.csv, row 2, column equation: expected an equ"),
        ({"claims": GOOD, "sums": "sum,equation\ns,users + x = 4\n"}, "or a claim that has a count, found 'x'"),
        ({"claims": GOOD, "sums": "sum,equation\ns,users + small = 4\n"}, "or a claim that has a count, found 'small'"),
        ({"claims": GOOD, "data": "size\n1\n"}, "claims.csv, row 2, column count_if: expected a column 'status'"),
        ({"claims": GOOD, "data": "status,basis\nuser,made up\n"}, "data.csv, row 2, column basis: expected one of"),
        (
            {"claims": HEAD + "a,1,1,,status,\n", "data": "status\nuser\n"},
            "claims.csv, row 2, column count_if: expected a condition like 'status=user'",
        ),
        ({"claims": HEAD.replace("base_if", "base") + "a,1,1,,,\n"}, "expected each column once, found 'base' twice"),
    ],
)
def test_bad_input_ends_with_2_and_one_sentence_that_names_row_and_column(tmp_path, capsys, texts, message):
    assert run_all(tmp_path, ["claims", *files(tmp_path, **texts)]) == 2
    told, mistake = capsys.readouterr()
    assert told == ""
    assert message in mistake
    assert mistake.count("\n") == 1


def test_a_check_for_a_claim_that_is_not_printed_is_refused(tmp_path):
    files(tmp_path, claims=GOOD, checks="claim,more_than\nothers,50\n")
    with pytest.raises(InputError, match=r"checks\.csv, row 2, column claim: .* found 'others'"):
        read_claims(tmp_path / "claims.csv", tmp_path / "checks.csv")


def test_a_cell_of_the_second_file_is_named_by_its_own_row(tmp_path):
    files(tmp_path, claims=GOOD, checks="claim,more_than\nall,half\n")
    with pytest.raises(InputError, match=r"checks\.csv, row 2, column more_than"):
        read_claims(tmp_path / "claims.csv", tmp_path / "checks.csv")
