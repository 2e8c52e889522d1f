import itertools
from dataclasses import replace
from math import inf

import pandas as pd
import pytest

from toe_analysis.errors import InputError
from toe_analysis.survey import classify
from toe_analysis.survey.facts.sizes import SizeClass, size_class


def test_the_printed_classes_overlap_exactly_where_two_share_a_number(study):
    table = study.size_table().set_index("size")["overlaps"]
    assert table[table != ""].to_dict() == {
        "100-150": "150-200",
        "150-200": "100-150, 200-250",
        "200-250": "150-200, 250+",
        "250+": "200-250",
    }


def test_under_20_and_10_to_200_can_only_be_met_in_part(study):
    table = study.size_table().set_index("size")
    assert table.index[table["in_under"] == "partly"].tolist() == ["10-20"]
    assert table.index[table["in_target"] == "partly"].tolist() == ["200-250"]


@pytest.mark.parametrize(
    ("label", "smallest", "largest"),
    [
        ("1–9 Beschäftigte", 1, 9),
        ("Under 40 år", 0, 39),
        ("unter 10", 0, 9),
        ("250 und mehr", 250, inf),
        ("50 eller flere ansatte", 50, inf),
        ("100+ employees", 100, inf),
        ("1 to 19", 1, 19),
        ("10 bis 49 Beschäftigte", 10, 49),
        ("Fewer than 10", 0, 9),
        ("färre än 10", 0, 9),
        ("More than 249", 250, inf),
        ("250 eller fler", 250, inf),
    ],
)
def test_what_is_counted_may_stand_behind_the_numbers(label, smallest, largest):
    assert size_class(label) == SizeClass(label, smallest, largest)


@pytest.mark.parametrize("label", ["mange", "10", "10-", "under ti", "10 ansatte", "10-20-30", "1-2 af 3", "10 flere"])
def test_a_size_label_of_another_form_is_refused(label):
    with pytest.raises(InputError, match=label):
        size_class(label)


ANSWERS = {"q08": ["Ja", "Nej", "Ved ikke", None], "q20": ["Ja", "Nej", None], "q33": ["Ja", "Nej", None]}


def expected(q08, q20, q33, rule):
    """The status as the report's text defines it, written as a person would decide."""
    if q08 == "Ved ikke":
        if rule != "as_no":
            return "dont_know"
        q08 = "Nej"
    if q08 == "Ja":
        return "user"
    if q08 == "Nej" and q20 == "Ja":
        return "failed"
    if q08 == "Nej" and q20 == "Nej" and q33:
        return "optimist" if q33 == "Ja" else "sceptic"
    return None


@pytest.mark.parametrize("rule", ["exclude", "own_group", "as_no"])
def test_every_combination_of_answers_gets_the_status_of_the_reports_text(rule, study):
    rows = list(itertools.product(*ANSWERS.values()))
    found = classify(pd.DataFrame(rows, columns=list(ANSWERS)), study, dont_know=rule)
    assert found.tolist() == [expected(*row, rule) for row in rows]


def test_not_to_know_is_taken_for_no_answer_that_the_study_does_not_name(study):
    unsaid = replace(study, like="")
    assert classify(pd.DataFrame({"q08": ["Ved ikke"]}), unsaid).tolist() == ["dont_know"]
    with pytest.raises(InputError, match="dont_know, like: expected the answer that not to know is taken for"):
        classify(pd.DataFrame({"q08": ["Ved ikke"]}), unsaid, dont_know="as_no")


def test_an_unknown_rule_for_dont_know_is_refused(study):
    with pytest.raises(InputError, match="dont_know: expected one of exclude, own_group, as_no, found 'guess'"):
        classify(pd.DataFrame({"q08": ["Ja"]}), study, dont_know="guess")
