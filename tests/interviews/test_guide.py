import pandas as pd
import pytest

from toe_analysis.errors import InputError
from toe_analysis.interviews import GROUP_CLAIMS, GUIDE_GROUPS, questions_for, read_guide
from toe_analysis.survey import STATUSES


@pytest.fixture
def guide(project):
    return read_guide(project / "data/raw")


def test_every_status_has_a_group_and_a_printed_number(project):
    claims = pd.read_csv(project / "data/raw/published_claims.csv", dtype=str).set_index("claim")
    assert set(GUIDE_GROUPS) == set(GROUP_CLAIMS) == set(STATUSES)
    counts = {GUIDE_GROUPS[status]: claims.loc[claim, "count"] for status, claim in GROUP_CLAIMS.items()}
    assert counts == {"uses": "2", "tried_and_gave_up": "1", "wants_to": "5", "no_to_all": "2"}


def test_all_groups_but_the_sceptics_get_all_six_topics_once(guide):
    topics = {status: questions_for(guide, status)["topic"].tolist() for status in STATUSES}
    assert all(len(topics[status]) == len(set(topics[status])) == 6 for status in ("user", "failed", "optimist"))
    assert topics["sceptic"] == ["buy or build"]


def test_the_past_is_asked_of_firms_that_tried_and_the_future_of_those_that_want_to(guide):
    asked = {status: questions_for(guide, status).set_index("topic")["asks_en"] for status in STATUSES}
    assert "were met" in asked["failed"]["barriers"]
    assert "foreseen" in asked["optimist"]["barriers"]


def test_only_networks_have_a_second_placing(guide):
    elsewhere = guide[guide["toe_other"] != ""]
    assert set(elsewhere["topic"]) == {"external advice and networks"}
    assert set(elsewhere["toe"] + elsewhere["toe_other"]) == {"OE"}


def test_an_unknown_status_is_refused(guide):
    with pytest.raises(InputError, match="user, failed, optimist, sceptic, found 'fan'"):
        questions_for(guide, "fan")


def test_a_group_that_no_status_leads_to_is_refused(project, tmp_path):
    text = (project / "data/raw/interview_guide.csv").read_text(encoding="utf-8")
    (tmp_path / "interview_guide.csv").write_text(text.replace("no_to_all", "never", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"under group in interview_guide\.csv, line 2, found 'never'"):
        read_guide(tmp_path)
