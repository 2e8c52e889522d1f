from dataclasses import replace

import pandas as pd
import pytest

from toe_analysis.errors import InputError
from toe_analysis.interviews import questions_for, read_guide


@pytest.fixture
def guide(project, study):
    return read_guide(project / "data/raw", study)


def test_every_status_has_a_group_and_a_printed_number(project, study):
    claims = pd.read_csv(project / "data/raw/published_claims.csv", dtype=str).set_index("claim")
    counts = {status.guide_group: claims.loc[status.guide_claim, "count"] for status in study.statuses}
    assert counts == {"uses": "2", "tried_and_gave_up": "1", "wants_to": "5", "no_to_all": "2"}


def test_all_groups_but_the_sceptics_get_all_six_topics_once(guide, study):
    topics = {status: questions_for(guide, status)["topic"].tolist() for status in study.status_names}
    assert all(len(topics[status]) == len(set(topics[status])) == 6 for status in ("user", "failed", "optimist"))
    assert topics["sceptic"] == ["buy or build"]


def test_the_past_is_asked_of_firms_that_tried_and_the_future_of_those_that_want_to(guide, study):
    asked = {status: questions_for(guide, status).set_index("topic")["asks_en"] for status in study.status_names}
    assert "were met" in asked["failed"]["barriers"]
    assert "foreseen" in asked["optimist"]["barriers"]


def test_only_networks_have_a_second_placing(guide):
    elsewhere = guide[guide["toe_other"] != ""]
    assert set(elsewhere["topic"]) == {"external advice and networks"}
    assert set(elsewhere["toe"] + elsewhere["toe_other"]) == {"OE"}


def test_an_unknown_status_is_refused(guide):
    with pytest.raises(InputError, match="sceptic, optimist, failed, user, found 'fan'"):
        questions_for(guide, "fan")


def test_a_group_that_two_statuses_lead_to_is_refused_since_only_one_would_be_named(project, study):
    first, *others = study.statuses
    shared = replace(study, statuses=(replace(first, guide_group=others[0].guide_group), *others))
    with pytest.raises(InputError, match=r"guide: expected a group of its own .* found (\w+), \1, "):
        read_guide(project / "data/raw", shared)


def test_a_group_that_no_status_leads_to_is_refused(project, study, tmp_path):
    text = (project / "data/raw/interview_guide.csv").read_text(encoding="utf-8")
    (tmp_path / "interview_guide.csv").write_text(text.replace("no_to_all", "never", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"interview_guide\.csv, row 2, column group: .* found 'never'"):
        read_guide(tmp_path, study)
