import pandas as pd
import pytest

from toe_analysis.showing.sentences import tell
from toe_analysis.statistics import Share, association
from toe_analysis.survey import Source
from toe_analysis.topics.size.results import ends_alike, sum_up


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (Source("synthetic", "none", (("status",),)), ("**illustrative**", "no effect is planted", "chance")),
        (Source("synthetic", "9/14"), ("**illustrative**", "an effect is planted", "9/14")),
        (Source("synthetic", "unknown"), ("**illustrative**", "not known")),
        (Source("responses"), ("**responses**", "firms' own")),
    ],
)
def test_the_top_of_the_page_says_what_the_answers_are_and_what_is_planted(source, words):
    text = str(tell("size", "effect", source=source, basis=source.basis(["size", "status"])))
    for word in words:
        assert word in text
    if source.kind == "responses":
        assert "illustrative" not in text


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (
            ((3, 11), (4, 13)),
            ("**The two ends are not shown to be alike**", "(3 of 11)", "90 % interval", "two one-sided exact"),
        ),
        (((300, 400), (301, 400)), ("**The two ends are alike** within 20 points", "is −0.2 points")),
        (
            ((2, 2), (12, 12)),
            ("(2 of 2) minus the share among those with 100-200 (12 of 12) is 0.0 points", "shown to be alike"),
        ),
        (((0, 0), (4, 13)), ("cannot be tested", "has no firm")),
        (((1, 60_000), (1, 60_000)), ("cannot be tested", "very many")),
    ],
)
def test_not_shown_to_differ_is_not_called_alike(ends, words):
    found = ends_alike(dict(zip(("10-20", "100-200"), (Share(*one) for one in ends), strict=True)), 0.2, 0.05)
    given = {"status": "sceptic", "ends": ["10-20", "100-200"], "margin": 0.2, "alpha": 0.05, "basis": "responses"}
    text = plain(str(tell("size", "alike", found=found, **given)))
    assert all(word in text for word in words)


def plain(text):
    return " ".join(text.replace("\u00a0", " ").split())


def verdict(family, basis):
    return str(tell("size", "verdict", found=sum_up(family), alpha=0.05, basis=basis))


def smallest(family, basis):
    return str(tell("size", "smallest", found=sum_up(family), alpha=0.05, basis=basis))


def chi_square(table, basis):
    return str(tell("size", "chi_square", found=association(table), basis=basis))


def family(p_values, p_min):
    return pd.DataFrame(
        {
            "grouping": [f"way {place}" for place in range(len(p_values))],
            "among": "all",
            "statistic": "jonckheere",
            "p_min_how": "exact",
            "p_value": p_values,
            "p_min": p_min,
        }
    )


@pytest.mark.parametrize(
    ("p_values", "p_min", "words"),
    [
        ([0.3, 0.2], [0.4, 0.4], "classes shows a pattern in these made-up answers**: the smallest p of 2, adjusted"),
        ([0.3, 0.04], [0.3, 0.08], "adjusted for all of them (min-P), is 0.080 (illustrative)"),
        (
            [0.0001, 0.04],
            [0.0002, 0.04],
            "goes with size in these made-up answers**: the smallest p of 2, adjusted for all of them (min-P), is < 0",
        ),
        ([0.05, float("nan")], [0.05, float("nan")], "Even with all tests counted"),
        ([float("nan")], [float("nan")], "No test can be computed"),
        ([], [], "No test can be computed"),
    ],
)
def test_the_verdict_follows_the_adjusted_p_value_and_names_its_basis(p_values, p_min, words):
    text = verdict(family(p_values, p_min), "illustrative")
    assert words in text
    assert "made-up" not in verdict(family(p_values, p_min), "responses")
    assert "illustrative" in text


def test_chi_square_is_set_aside_for_the_reason_that_holds():
    small, large = [[2, 8], [8, 15]], [[20, 80], [80, 150]]
    assert "is not used" in chi_square(small, "illustrative")
    assert "is 3.03 (illustrative)" in chi_square(small, "illustrative")
    assert "large enough" in chi_square(large, "responses")
    assert "(responses)" in chi_square(large, "responses")


def test_no_strength_is_told_of_a_table_that_has_none():
    told = plain(str(tell("size", "strength", found=association([[1, 0], [0, 1]]), confidence=0.95, basis="responses")))
    assert told.startswith("Chi-square is 2.0 (degrees of freedom: 1; p = 0.157)")


def test_p_values_from_random_tables_are_owned_up_to():
    exact = family([0.3, 0.2], [0.4, 0.4])
    assert "random" not in smallest(exact, "responses")
    drawn = exact.assign(p_min_how="random_tables")
    assert "2 adjusted p-values come from random tables" in smallest(drawn, "responses")


@pytest.mark.parametrize(("p_min", "could"), [(0.08, True), (0.04, False)])
def test_what_picking_size_classes_could_report_is_told_only_where_all_tests_together_show_nothing(p_min, could):
    text = smallest(family([0.3, 0.03], [0.3, p_min]), "illustrative")
    assert (
        f"p = 0.030 by itself (Jonckheere-Terpstra; all statuses; size classes way 1); adjusted it is **{p_min:.3f}**"
        in text.replace("\u00a0", " ")
    )
    assert ("could report an effect" in text) == could
