"""What a report prints stands as published wherever it is shown, and only that."""

import pandas as pd
import pytest
from this_study import STUDY

from toe_analysis.errors import InputError
from toe_analysis.published.claims import Claim
from toe_analysis.published.report import (
    as_printed,
    claims_of_answers,
    claims_of_rates,
    claims_of_statuses,
    questions_not_asked,
    read_any_claims,
    reported_questions,
)
from toe_analysis.statistics import Share, share_table
from toe_analysis.topics.toe.results import headlines_as_printed

USERS = Claim("users", "4 (8,3 %)", count=4, base=48)


@pytest.mark.parametrize(
    ("count", "base", "basis", "claim", "shown"),
    [
        (4, 48, "calibrated", USERS, "published"),
        (4, 47, "calibrated", USERS, "calibrated"),
        (5, 48, "calibrated", USERS, "calibrated"),
        (4, 48, "calibrated", None, "calibrated"),
        (4, 48, "illustrative", USERS, "illustrative"),
        (4, 48, "responses", USERS, "responses"),
    ],
)
def test_only_a_calibrated_share_that_is_printed_with_its_base_is_published(count, base, basis, claim, shown):
    table = pd.DataFrame({"status": ["user"], "count": [count], "base": [base], "basis": [basis]})
    assert as_printed(table, {"user": claim}, on="status")["basis"].tolist() == [shown]
    assert table["basis"].tolist() == [basis]


def test_the_studys_file_says_which_printed_number_is_about_what(project, tmp_path):
    claims = read_any_claims(project / "data/raw")
    named = claims_of_statuses(STUDY, claims)
    assert {name: claim.count for name, claim in named.items()} == dict(
        zip(STUDY.status_names, [4, 2, 28, 14], strict=True)
    )
    assert claims_of_answers(STUDY, claims)["q08", "Ja"].count == 4
    rates = {name: claim.count for name, claim in claims_of_rates(STUDY, claims).items()}
    assert rates == {"both": 51, "valid": 48, "1": 27, "2": 24}
    assert read_any_claims(tmp_path) == {}


def test_a_printed_percentage_that_is_another_share_is_told(project):
    claims = read_any_claims(project / "data/raw")
    shares = {"potential_named": Share(14, 48), "unsure_where": Share(9, 48), "not_asked": Share(0, 0)}
    found = share_table(shares, ["headline"]).assign(basis="calibrated")
    rows = headlines_as_printed(found, STUDY, claims)
    assert rows["basis"].tolist() == ["published"] * 2
    assert rows["misprint"].tolist() == ["24", ""]


@pytest.mark.parametrize(
    ("line", "found"),
    [("", "nothing"), ('questions = ["q01"]', r"\['q01'\]"), ('questions = ["first", "last"]', r"\['first', 'last'\]")],
)
def test_a_report_that_does_not_name_its_first_and_last_question_is_told_so(tmp_path, line, found):
    (tmp_path / "report.toml").write_text(line, encoding="utf-8")
    with pytest.raises(
        InputError, match=rf"^report\.toml, questions: expected the first and the last .* found {found}$"
    ):
        reported_questions(tmp_path)


def test_what_a_file_at_hand_names_and_nobody_asks_is_told_and_other_files_need_not_be_there(tmp_path):
    assert questions_not_asked(tmp_path, {"q08"}) == {}
    (tmp_path / "views.csv").write_text("view,question,tense\nuse,q08,now\nuse,q80,now\n", encoding="utf-8")
    assert questions_not_asked(tmp_path, {"q08"}) == {"views.csv": ["q80"]}
