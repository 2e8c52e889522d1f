import pytest
from this_study import STUDY
from topics.baselines.answers import firms

from toe_analysis.statistics import Share
from toe_analysis.survey import MISSING, Responses, Source
from toe_analysis.topics.baselines import ours
from toe_analysis.topics.baselines.ours import SMALL


def test_synthetic_answers_are_never_our_side(claims):
    table = firms(("user", "10-20", ""))
    for source in (Source("synthetic", "none", (("status",),)), Source("synthetic", "unknown")):
        found = ours.own_shares(Responses(table, source, STUDY), claims)
        assert found["uses"].shares == (Share(4, 48),)
        assert {side.basis for side in found.values()} == {"published"}
    found = ours.own_shares(Responses(table, Source("responses"), STUDY), claims)
    assert found["uses"].shares == (Share(1, 1),)
    assert {side.basis for side in found.values()} == {"responses"}


def test_our_shares_are_counted_from_a_real_export():
    table = firms(
        ("user", "10-20", "not_shown"),
        ("sceptic", "10-20", "not_shown"),
        ("failed", "10-20", "Nej"),
        ("failed", "10-20", "Ja"),
        ("optimist", "21-49", "not_shown"),
        ("sceptic", "50-75", "not_shown"),
    )
    found = ours.shares_from_responses(table, STUDY)
    assert found["uses"].shares == (Share(1, 6),)
    assert found["uses_or_expects"].shares == (Share(3, 6),)
    assert found["does_not_expect"].shares == (Share(3, 6),)
    assert found[SMALL].shares == (Share(2, 4),)


@pytest.mark.parametrize("missing", [*MISSING, ""])
def test_a_firm_that_gave_up_and_has_no_answer_is_in_no_base(missing):
    table = firms(("failed", "10-20", missing), ("sceptic", "10-20", "not_shown"), ("optimist", "21-49", "not_shown"))
    found = ours.shares_from_responses(table, STUDY)
    assert (found[SMALL].shares, found[SMALL].left_out) == ((Share(1, 1),), 1)
    assert (found["does_not_expect"].shares, found["does_not_expect"].left_out) == ((Share(1, 2),), 1)
    assert found["uses"].shares == (Share(0, 3),)


def test_a_firm_without_a_status_or_a_size_is_not_counted_as_expecting():
    table = firms(("dont_know", "10-20", "not_shown"), ("sceptic", "skipped", "not_shown"), ("user", "10-20", ""))
    found = ours.shares_from_responses(table, STUDY)
    assert (found[SMALL].shares, found[SMALL].left_out) == ((Share(0, 1),), 1)
    assert found["does_not_expect"].shares == (Share(1, 2),)
