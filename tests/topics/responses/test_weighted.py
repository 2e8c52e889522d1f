from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from this_study import PROJECT, STUDY

from toe_analysis.showing.sentences import tell
from toe_analysis.survey import Source, read_study
from toe_analysis.topics.responses.rates import weigh

FJORD = read_study(PROJECT / "data/studies/fjord")
REAL, MADE_UP = Source("responses"), Source("synthetic", "none", (("size",), ("status",)))
DAILY, CONSIDERS = "Bruker KI hver dag", "Vurderer KI"


def firms(*rows):
    """Firms by size and status, so many of each, with the answer that the status comes from."""
    flat = [(size, status) for size, status, count in rows for _ in range(count)]
    table = pd.DataFrame(flat, columns=["size", "status"])
    return table.assign(q02=table["size"], q03=table["status"].map({"daily": DAILY, "considering": CONSIDERS}))


def weighed(table, frame, study=FJORD, source=REAL):
    return weigh(table, replace(study, frame=frame), ["daily", "considering"], source)


def told(found, language="en"):
    return tell("responses", "weighted", found=found).markdown[language].replace("\u00a0", " ")


#: 1 of 2 small firms uses AI daily (two printed classes, one group), and 3 of 4 larger ones; a third of them is small.
FIRMS = firms(("1-4", "daily", 1), ("5-19", "considering", 1), ("20-99", "daily", 3), ("20-99", "considering", 1))


def test_a_weighted_share_is_each_classs_own_share_times_its_part_of_the_frame():
    rows, found = weighed(FIRMS, {"size": {"1-19": 30, "20-99": 10}})
    daily, considering = rows.to_dict("records")
    assert (daily["count"], daily["base"], daily["share"]) == (4, 6, 4 / 6)
    assert daily["weighted_share"] == pytest.approx((30 * 1 / 2 + 10 * 3 / 4) / 40)
    assert considering["weighted_share"] == pytest.approx(1 - daily["weighted_share"])
    assert daily["effective_base"] == pytest.approx(40**2 / (2 * 15**2 + 4 * 2.5**2))
    assert daily["lower"] < daily["weighted_share"] < daily["upper"]
    assert (daily["status"], daily["method"], daily["basis"]) == ("daily", "korn_graubard", "responses")
    assert found["change"] == pytest.approx(4 / 6 - 22.5 / 40)


def test_the_first_variable_says_whether_its_classes_answered_alike():
    _, found = weighed(FIRMS, {"size": {"1-19": 30, "20-99": 10}, "stands": {DAILY: 12, CONSIDERS: 28}})
    assert found["p_value"] == pytest.approx(fisher_exact([[2, 4], [28, 6]]).pvalue)
    spread = (30 * (2 / 30 - 6 / 40) ** 2 + 10 * (4 / 10 - 6 / 40) ** 2) / 39
    assert found["indicator"] == pytest.approx(1 - 2 * spread**0.5)
    assert (found["frame"], found["base"], found["left_out"]) == (40, 6, 0)
    assert f"By *Number of employees* the R-indicator is {1 - 2 * spread**0.5:.2f}" in told(found)
    p_value = f"p = {found['p_value']:.3f} (Fisher, Freeman and Halton, exact, responses)"
    assert f"the 6 firms against the other 34 of the frame: {p_value}" in told(found)


def test_weighting_to_the_answer_that_makes_the_status_gives_its_margins():
    rows, _ = weighed(FIRMS, {"size": {"1-19": 30, "20-99": 10}, "stands": {DAILY: 12, CONSIDERS: 28}})
    assert rows["weighted_share"].tolist() == pytest.approx([12 / 40, 28 / 40])


COUNTS = st.lists(st.integers(1, 6), min_size=6, max_size=6)


@given(COUNTS, st.integers(1, 30))
def test_margins_in_the_samples_own_proportions_leave_every_share_as_it_is(counts, times):
    cells = [(size, status) for size in ("5-19", "20-99", "100+") for status in ("daily", "considering")]
    table = firms(*[(*cell, count) for cell, count in zip(cells, counts, strict=True)])
    of_size = table["size"].replace("5-19", "1-19").value_counts() * times
    rows, found = weighed(table, {"size": of_size.to_dict(), "stands": (table["q03"].value_counts() * times).to_dict()})
    assert rows["weighted_share"].tolist() == pytest.approx(rows["share"].tolist())
    assert rows["effective_base"].tolist() == pytest.approx([len(table)] * 2)
    assert found["indicator"] == pytest.approx(1)
    assert found["p_value"] == pytest.approx(1)


def test_each_number_has_the_basis_of_the_answers_that_it_uses():
    rows, found = weighed(FIRMS, {"size": {"1-19": 30, "20-99": 10}}, source=MADE_UP)
    assert (set(rows["basis"]), found["rates_basis"]) == ({"illustrative"}, "calibrated")
    assert "percentage points** (illustrative)" in told(found)
    assert "exact, calibrated)" in told(found)


def test_firms_of_sizes_outside_the_groups_are_left_out_and_counted():
    inside = firms(("10-20", "daily", 2), ("21-30", "considering", 2))
    outside = firms(("Under 10", "daily", 1), ("200-250", "daily", 1))  # the second only partly, and so not at all
    frame = {"size": {"10-20": 9, "21-49": 9}}
    rows, found = weighed(pd.concat([inside, outside], ignore_index=True), frame, study=STUDY)
    assert rows["base"].tolist() == [4, 4]
    assert found["left_out"] == 2
    assert "outside the groups of `study.toml`: 2." in told(found)
    assert "Left out" not in told(weighed(inside, frame, study=STUDY)[1])


SMALL, LARGER = {"size": {"1-19": 30, "20-99": 10}}, {"size": {"1-19": 30, "20-99": 10, "100+": 5}}
APART = firms(("1-4", "daily", 1), ("1-4", "considering", 1), ("20-99", "considering", 1))


@pytest.mark.parametrize(
    ("table", "frame", "words"),
    [
        (FIRMS, {}, "how many firms of each size or industry the frame holds is not known here"),
        (FIRMS, LARGER, "of the 5 firms of the frame with *Number of employees*: 100+ none is analysed"),
        (FIRMS, LARGER, "join the class with its neighbour in `study.toml`, under `frame.size`, and under `groups`"),
        (FIRMS, {"stands": {DAILY: 9, CONSIDERS: 9, "Ingen planer": 3}}, ": Ingen planer none is analysed"),
        (FIRMS, {"stands": {DAILY: 9, CONSIDERS: 9, "Ingen planer": 3}}, "`one option <= the other`"),
        (FIRMS.assign(size=[""] + ["20-99"] * 5), SMALL, "the answers of 1 of the analysed firms are in no class"),
        (FIRMS, {"stands": {DAILY: 9, "Ingen planer": 3}}, "the answers of 2 of the analysed firms are in no class"),
        (FIRMS, {"size": {"1-19": 30, "20-99": 3}}, "20-99 more firms are analysed than the 3 that the frame"),
        (APART, {"size": {"1-19": 5, "20-99": 5}, "stands": {DAILY: 7, CONSIDERS: 3}}, "all at once; join classes"),
        (firms(), SMALL, "none is analysed"),
    ],
)
def test_what_cannot_be_weighted_is_told_in_a_sentence_and_gives_no_row(table, frame, words):
    rows, found = weighed(table, frame)
    assert rows.empty
    assert told(found).startswith("**Nothing is weighted**: ")
    assert words in told(found)
    assert told(found, "da").startswith("**Der er ikke vægtet**: ")
    assert told(found).count("\n") == 0
