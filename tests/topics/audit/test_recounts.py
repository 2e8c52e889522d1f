"""Printed numbers counted again in the data, and what the basis of the data lets that prove."""

from dataclasses import replace

import pandas as pd
import pytest

from toe_analysis.published.claims import Claim
from toe_analysis.topics.audit.recounts import Recount, compare_claim, holds, recount

FIRMS = pd.DataFrame(
    {"status": ["user", "user", "sceptic", "failed"], "how": ["a;b", "b", "", "a"], "q26": ["", "", "", "Nej"]}
)


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("*", [0, 1, 2, 3]),
        ("status=user", [0, 1]),
        ("status=user|failed", [0, 1, 3]),
        ("status=user & how~a", [0]),
        ("status=sceptic or status=failed & q26=Nej", [2, 3]),
        ("q26=", [0, 1, 2]),
    ],
)
def test_conditions_hold_for_the_rows_that_they_name(condition, rows):
    assert list(FIRMS.index[holds(FIRMS, condition)]) == rows


def test_the_count_lies_within_its_base():
    found = recount(Claim("a", "1", count_if="how~a", base_if="status=user"), FIRMS, "responses")
    assert (found.count, found.base) == (1, 2)


USERS = Claim("users", "4 (8,3 %)", percentage="8,3", count=4, base=48)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (Recount(4, 48, "responses"), "reproduced"),
        (Recount(4, 48, "published"), "reproduced"),
        (Recount(4, 48, "calibrated"), "calibrated"),
        (Recount(4, 48, "illustrative"), "not checkable"),
        (Recount(5, 48, "illustrative"), "not checkable"),
        (Recount(5, 48, "responses"), "differs"),
        (Recount(4, 47, "responses"), "differs"),
        (Recount(5, 48, "calibrated"), "differs"),
        (Recount(0, 0, "responses"), "not checkable"),
    ],
)
def test_what_a_recount_proves_depends_on_its_basis(found, verdict):
    one = compare_claim(USERS, found)
    assert one.verdict == verdict
    assert (one.value is None) == (verdict == "not checkable")


def test_a_count_that_is_reproduced_with_a_percentage_that_is_not_differs():
    off = replace(USERS, percentage="24")
    assert compare_claim(off, Recount(4, 48, "responses")).verdict == "differs"
    assert compare_claim(off, Recount(4, 48, "calibrated")).verdict == "calibrated"


def test_a_count_of_another_base_differs_unless_no_base_is_printed():
    answers = Claim("answers", "27", count=27, base=317)
    assert compare_claim(answers, Recount(27, 300, "responses")).verdict == "differs"
    assert compare_claim(replace(answers, base=None), Recount(27, 300, "responses")).verdict == "reproduced"
    share = Claim("half", "50 %", percentage="50", base=48)
    assert compare_claim(share, Recount(5, 10, "responses")).verdict == "differs"


def test_a_word_without_a_number_is_never_reproduced():
    found = compare_claim(Claim("many", "many"), Recount(4, 48, "responses"))
    assert (found.verdict, found.reason.key) == ("not checkable", "no_number")
    most = Claim("most", "most", count=27, base=51, more_than=50)
    assert compare_claim(most, Recount(30, 51, "responses")).verdict == "reproduced"
    assert compare_claim(most, Recount(25, 51, "responses")).verdict == "differs"
