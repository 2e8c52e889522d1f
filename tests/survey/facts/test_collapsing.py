from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toe_analysis.errors import InputError
from toe_analysis.survey import collapse_sizes, collapsings, status_order
from toe_analysis.survey.facts.sizes import size_class

DEFAULT = "10-20,21-49,50-99,100-200"


def test_the_printed_classes_of_the_target_group_fall_into_the_default_groups(questionnaire):
    assert collapse_sizes(questionnaire["q03"].options, DEFAULT) == {
        "10-20": "10-20",
        "21-30": "21-49",
        "31-40": "21-49",
        "41-49": "21-49",
        "50-75": "50-99",
        "76-99": "50-99",
        "100-150": "100-200",
        "150-200": "100-200",
    }


@pytest.mark.parametrize(
    ("grouping", "message"),
    [
        ("10-15,16-200", "10-20 does not"),  # cuts a printed class
        ("10-20,50-200", "21-30 does not"),  # leaves a gap
        ("10-99,100-149,150-200", "100-150 does not"),  # cuts where two printed classes overlap
        ("10-40,31-200", "share no number of employees, like 10-20,21-49, found 10-40 before 31-200"),
        ("50-200,10-49", "rise"),
        ("10-200", "two or more groups"),
        ("small,large", "'small'"),
        ("", "size class"),
    ],
)
def test_a_grouping_that_would_move_firms_nobody_can_place_is_refused(questionnaire, grouping, message):
    with pytest.raises(InputError, match=message):
        collapse_sizes(questionnaire["q03"].options, grouping)


def test_a_class_outside_the_groups_is_left_out_unless_a_firm_ticked_it(questionnaire):
    options = questionnaire["q03"].options
    assert "200-250" not in collapse_sizes(options, DEFAULT, found=["10-20"])
    with pytest.raises(InputError, match="200-250 does not"):
        collapse_sizes(options, DEFAULT, found=["10-20", "200-250"])
    assert collapse_sizes(("200-250", "250+"), "10-199,200+") == {"200-250": "200+", "250+": "200+"}


def test_with_nothing_to_hold_back_every_set_of_cuts_is_listed_once():
    counts = {"10-20": 1, "21-30": 1, "31-40": 1, "41-49": 1, "50-75": 1}
    ways = collapsings(counts, minimum=1, most=5)
    assert len(ways) == 2 ** (len(counts) - 1) - 1
    assert len({tuple(way.items()) for way in ways}) == len(ways)
    assert len(collapsings(counts, minimum=1, most=3)) == comb(4, 1) + comb(4, 2)


def test_classes_without_a_firm_give_no_second_way():
    assert collapsings({"10-20": 4, "21-30": 0, "31-40": 4}, minimum=1, most=4) == [
        {"10-20": "10-20", "31-40": "31-40"}
    ]


LABELS = ("Under 10", "10-20", "21-30", "31-40", "41-49", "50-75", "76-99", "250+")


@given(counts=st.lists(st.integers(0, 9), min_size=8, max_size=8), minimum=st.integers(1, 8), most=st.integers(2, 5))
def test_every_way_keeps_the_order_and_every_firm_and_fills_each_group(counts, minimum, most):
    firms = dict(zip(LABELS, counts, strict=True))
    for way in collapsings(firms, minimum=minimum, most=most):
        groups = list(dict.fromkeys(way.values()))
        assert 2 <= len(groups) <= most
        assert list(way.values()) == sorted(way.values(), key=groups.index)  # neighbours only
        sizes = {group: sum(firms[label] for label in way if way[label] == group) for group in groups}
        assert min(sizes.values()) >= minimum
        assert sum(sizes.values()) == sum(counts)
        for label, group in way.items():
            bounds = size_class(group)
            assert size_class(label).within(bounds.smallest, bounds.largest) == "yes"


@pytest.mark.parametrize("text", ["sceptic", "sceptic,sceptic", "sceptic,fan", ",", "user;sceptic"])
def test_an_order_that_names_no_two_statuses_is_refused(text, study):
    with pytest.raises(InputError, match="order: expected two or more of user, failed, optimist, sceptic"):
        status_order(text, study)
