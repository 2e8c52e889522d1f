"""Each answer from small tables that can be followed by hand, and the committed page against outside sources."""

import json
import re

import pandas as pd
import pytest
from edits import edit
from scipy.stats import binom, binomtest

from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.published.claims import Claim
from toe_analysis.showing.output import write_table
from toe_analysis.showing.sentences import environment
from toe_analysis.showing.words import LANGUAGES, say
from toe_analysis.topics.baselines.bridging import bridge_table
from toe_analysis.topics.baselines.ours import OwnShares, own_table
from toe_analysis.topics.findings import answers
from toe_analysis.topics.findings.results import ALLOWED, finding, findings_table, read_result

MADE_UP = ("calibrated", "illustrative")
QUOTED = pd.Series({"source": "other", "publisher": "Others", "year": 2025, "size_class": "1-4", "percent": 40.0})
PRINTED = Claim("small", "64 %", percentage="64")


@pytest.fixture(scope="module")
def kept(project):
    return pd.read_csv(project / "data/processed/10_findings.csv").set_index("finding", drop=False)


def own(*rows):
    return pd.DataFrame(rows, columns=["measure", "count", "base", "basis"])


def plain(text):
    return text.replace("\u00a0", " ")


# --- nothing made up ---


def test_no_finding_rests_on_made_up_answers(kept):
    assert set(kept["basis"]) == {"published"}
    text = " ".join(map(str, kept.to_numpy().ravel()))
    for basis in MADE_UP:
        for language in LANGUAGES:
            assert say(f"basis.{basis}", language) not in text


@pytest.mark.parametrize("basis", MADE_UP)
def test_a_finding_on_made_up_answers_is_refused(basis):
    with pytest.raises(ValueError, match=f"must rest on published or responses, got {basis}"):
        finding("users", {}, {}, basis=basis)


@pytest.fixture
def result(tmp_path):
    """A root with one table, which rests on all sorts of answers."""
    root = Root.at(tmp_path)
    table = pd.DataFrame({"count": [4, 2, 1, 3], "basis": ["published", "responses", *MADE_UP]})
    write_table(table, root.to_process("05_own.csv"))
    return root


def test_rows_of_earlier_tables_that_rest_on_made_up_answers_are_not_read(result):
    assert read_result(result, "05_own")["count"].tolist() == [4, 2]


def test_a_table_that_does_not_say_what_its_rows_rest_on_is_named(result):
    edit(result.processed / "05_own.csv", "basis", "bottom")
    with pytest.raises(InputError, match=r"05_own\.csv, row 1: expected the columns basis"):
        read_result(result, "05_own")


def test_only_the_audit_is_read_with_its_rows_on_made_up_answers_and_for_its_arithmetic(project):
    cells = json.loads((project / "notebooks/10_findings.ipynb").read_text(encoding="utf-8"))["cells"]
    code = "".join(line for cell in cells if cell["cell_type"] == "code" for line in cell["source"])
    assert re.findall(r'processed / "(.*?)"', code) == ["08_audit_report.csv"]
    assert set(re.findall(r"\b(\w+)\((?:[^()]*, )?audit\b", code)) == {"arithmetic", "misprints"}


def test_nothing_is_typed_into_the_sentences_that_a_run_should_fill_in():
    for language in LANGUAGES:
        source, _, _ = environment(language).loader.get_source(
            environment(language), f"findings/sentences.{language}.md.j2"
        )
        said = re.sub(r"\{[{%#].*?[}%#]\}", "", source, flags=re.DOTALL)
        assert not re.search(r"\d", said)


# --- what the page says, against outside sources ---


def test_the_interval_of_the_users_is_scipys_exact_one(kept):
    found = kept.loc["users"]
    limits = binomtest(4, 48).proportion_ci(0.95, "exact")
    assert (found["count"], found["base"]) == (4, 48)
    assert found[["lower", "upper"]].tolist() == pytest.approx([limits.low, limits.high], rel=1e-9)


def test_the_answers_needed_are_the_first_that_reach_the_chance_by_enumeration(kept):
    needed, theirs = int(kept.loc["need_users", "count"]), 0.333 * 0.16

    def power(firms):
        counts = range(firms + 1)
        rejected = [count for count in counts if binomtest(count, firms, theirs).pvalue <= 0.05]
        return binom.pmf(rejected, firms, theirs + 0.05).sum()

    assert power(needed) >= 0.8 > power(needed - 1)


def test_every_part_has_its_rows_and_what_is_printed_wrongly_is_among_them(kept):
    assert kept["kind"].unique().tolist() == ["holds", "open", "wrong", "settles"]
    assert "14/58 or 14/59" in plain(kept.loc["misprint", "answer_en"])
    waves = plain(kept.loc["answered", "answer_en"])
    assert "27 of 317 in wave 1 (8.5 %) and 24 of 461 in wave 2 (5.2 %). The report analyses 48 of these 51" in waves


def test_both_languages_say_the_same_numbers(kept):
    def numbers(text):
        return sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d)", ".", text)))

    for row in kept.itertuples():
        assert numbers(row.answer_en) == numbers(row.answer_da), row.finding
        assert numbers(row.number_en) == numbers(row.number_da), row.finding


def test_an_answer_is_one_plain_paragraph(kept):
    for text in (*kept["answer_en"], *kept["answer_da"]):
        assert not re.search(r"[\n*`]|  ", text)


# --- each answer ---


def test_counted_responses_take_the_place_of_printed_numbers_and_say_so():
    found = answers.users(own(("uses", 3, 10, "responses"), ("uses_or_expects", 7, 10, "responses")), 0.95)
    assert [(one["count"], one["base"], one["basis"]) for one in found] == [(3, 10, "responses"), (7, 10, "responses")]
    assert found[1]["answer_en"] == "Use it: 3; expect to: 4."
    limits = binomtest(3, 10).proportion_ci(0.95, "exact")
    assert [found[0]["lower"], found[0]["upper"]] == pytest.approx([limits.low, limits.high])
    assert answers.users(own(), 0.95) == []
    assert answers.silent(own(("uses", 3, 10, "responses")), RATES) == []


def test_firms_whose_answer_is_not_printed_may_count_among_those_that_expect_to():
    told = [("uses_or_expects", count, 10, "published") for count in (7, 8, 9)]
    _, found = answers.users(own(("uses", 3, 10, "published"), *told), 0.95)
    assert (found["count"], found["base"]) == (7, 10)
    assert found["answer_en"].endswith("With the 2 that tried and gave up, whose answer is not printed, up to 9.")


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((0.48, 0.52), "it takes 40 (33 to 46)"),
        ((0.4, 0.52), "it takes 40 (33 to more than 50)"),
    ],
)
def test_answers_needed_are_told_also_for_the_limits_of_the_other_share(limits, words):
    bridge = pd.DataFrame(
        {"comparison": ["other"], "bridged": [0.5], "bridged_lower": limits[0], "bridged_upper": limits[1]}
    )
    (found,) = answers.need_users(own(("uses", 27, 100, "published")), bridge, 0.8, 0.05, 50, 0.2)
    told = plain(found["answer_en"])
    assert words in told, told
    assert "20 points above the converted 50.0 %, the smallest difference that we chose (from the ends of its" in told


RATES = {"1": Claim("one", "2", count=2, base=10), "both": Claim("all", "2", count=2, base=10)}


def test_rates_are_told_as_they_are_printed_and_bounds_assume_nothing():
    assert answers.answered({}) == []
    assert answers.answered(RATES | {"both": Claim("all", "2", count=2)}) == []  # of how many is not printed
    assert answers.silent(own(("uses", 1, 2, "published")), {"both": Claim("all", "2", count=2)}) == []
    assert "analyses" not in answers.answered(RATES)[0]["answer_en"]
    valid = Claim("valid", "1", count=1, base=2)
    assert "The report analyses 1 of these 2 answers" in answers.answered(RATES | {"valid": valid})[0]["answer_en"]
    more = Claim("more", "12", count=12, base=10)  # than there were: the audit says so, and here it is no share
    assert answers.answered(RATES | {"2": more, "valid": more}) == answers.answered(RATES)
    assert answers.answered(RATES | {"both": more}) == []
    assert answers.silent(own(("uses", 1, 12, "published")), RATES) == []  # more than were invited, in print
    (found,) = answers.silent(own(("uses", 1, 2, "published")), RATES)
    assert (found["count"], found["base"]) == (8, 10)
    assert "10.0 to 90.0 % of the 10 may use" in plain(found["answer_en"])  # 1 of 10, and 1 + 8 of 10
    assert plain(found["number_en"]) == "1 to 9 of 10 firms (10.0 to 90.0 %)"


@pytest.mark.parametrize(
    ("p_values", "start", "words"),
    [
        (
            [0.2, 0.3, 0.01, 0.3],
            "Not settled",
            ["(Fisher's p above 0.05, whatever the 40 % rest on); if 2 of 3, it depends on how many the 40 % rest on."],
        ),
        (
            [0.01, 0.02, 0.03, 0.04],
            "As numbers, the same",
            ["If the 64 % are 1 of 2 or 2 of 3 firms, the gap is hardly chance (Fisher's p at most 0.05, whatever the"],
        ),
        (
            [0.2, 0.3, 0.5, 0.4],
            "As numbers, the same",
            ["If the 64 % are 1 of 2 or 2 of 3 firms, the gap may be chance"],
        ),
        (
            [0.2, 0.3, 0.01, 0.02],
            "Not settled",
            ["the gap may be chance", "; if 2 of 3, the gap is hardly chance"],
        ),
    ],
)
@pytest.mark.parametrize("alike", [True, False])
def test_the_small_firms_are_settled_only_if_all_that_fits_agrees(p_values, start, words, alike):
    ours = own(("does_not_expect_small", 1, 2, "published"), ("does_not_expect_small", 2, 3, "published"))
    readings = pd.DataFrame({"our_count": [1, 2], "our_base": [2, 3]})
    readings = readings.assign(p_smallest=p_values[::2], p_largest=p_values[1::2])
    (found,) = answers.small_firms(ours, readings, QUOTED, PRINTED, 0.05, alike=alike)
    text = plain(found["answer_en"])
    assert text.startswith(start)
    assert ("may differ even if the firms are alike" in text) is not alike
    assert "64 % of the small firms (1-4 employees) do not expect AI, against 40 % (Others 2025), both printed" in text
    assert plain(found["number_en"]) == "64 % against 40 %, counts not printed"
    assert all(word in text for word in words)
    assert answers.small_firms(own(), readings, QUOTED, PRINTED, 0.05, alike=alike) == []


def test_a_counted_share_of_small_firms_is_told_as_such():
    readings = pd.DataFrame({"our_count": [1], "our_base": [2], "p_smallest": [0.5], "p_largest": [0.5]})
    ours = own(("does_not_expect_small", 1, 2, "responses"))
    (found,) = answers.small_firms(ours, readings, QUOTED, PRINTED, 0.05, alike=True)
    assert "50 % of the small firms" in plain(found["answer_en"])
    assert "(Others 2025), the latter printed without" in plain(found["answer_en"])
    assert "With 1 of 2 firms, the gap may be chance" in plain(found["answer_en"])
    assert plain(found["number_en"]) == "1 of 2 (50.0 %) against 40 %, whose count is not printed"
    assert (found["count"], found["base"], found["basis"]) == (1, 2, "responses")


@pytest.mark.parametrize(
    ("lies", "start", "place"),
    [
        ("above", "It depends on what is measured: ", "and lies above this"),
        ("within", "The same whatever is measured: ", "and lies inside this"),
        ("edge", "It depends on what is measured: ", "and lies on the edge of this"),
    ],
)
def test_another_share_is_held_against_the_interval_as_it_stands_and_converted(lies, start, place):
    bridge = pd.DataFrame({"comparison": ["other"], "their_share": 0.8, "lies": lies, "bridged": 0.1})
    bridge = bridge.assign(bridged_lies="within", bridged_lower=0.05, bridged_upper=0.12, p_bridged=0.05)
    grid = pd.DataFrame({"comparison": ["other", "more", "last"], "same_function": ["no", "yes", "no"]})
    others = pd.DataFrame([QUOTED], index=["other"]).assign(percent_low=70.0, percent_high=90.0)
    ours = own(("uses", 2, 10, "published"))
    first, all_others = answers.other_surveys(ours, bridge, grid, others, 0.95, 0.05)
    text = plain(first["answer_en"])
    told = f"{start}80.0 % (Others 2025, as worded 70 to 90 %) is any use of AI, {place}"
    assert text.startswith(told)
    assert "80.0 % would become 10.0 % (5.0 to 12.0 % within the rounding), inside the interval." in text
    assert plain(first["number_da"]) == (
        "80,0 % for enhver brug eller 10,0 % omregnet til produktion, mod 2 af 10 (20,0 %) her"
    )
    above = int(lies == "above")
    assert (all_others["count"], all_others["base"]) == (above, 1)
    assert all_others["number_en"] == f"{above} of 1 above our interval; converted to production, 0 of 1"
    assert "1 of the 3 other shares measures the same" in all_others["answer_en"]
    assert "1 are of any use of AI, 2 of what" in all_others["answer_en"]
    assert f"Of the 1, {'1 lies' if above else 'none lie'} above" in all_others["answer_en"]
    assert (
        "converted to production, none above, 1 inside, none on the edge, none below (the binomial test, a little "
        "sharper, puts 1 below ours at 0.05)." in all_others["answer_en"]
    )
    bridge["p_bridged"] = 0.06
    _, all_others = answers.other_surveys(ours, bridge, grid, others, 0.95, 0.05)
    assert all_others["answer_en"].endswith("none on the edge, none below.")


@pytest.mark.parametrize(
    ("needed", "words"),
    [
        ([30, 40, 200, 210], "If only 50 % is true, it takes 200 to 210. Printing"),
        ([30, 40, 200, None], "If only 50 % is true, it takes 200 to more than 300. Printing"),
        ([30, 40, None, None], "If only 50 % is true, it takes more than 300. Printing"),
    ],
)
def test_small_firms_are_planned_for_the_printed_share_and_for_the_smallest_difference(needed, words):
    plans = pd.DataFrame({"true_share": [0.64, 0.64, 0.4 + 0.1, 0.5], "enough": needed, "tried": 300})
    plans = plans.assign(test="fisher", target=0.8, their_base=[429, 100, 429, 100])
    exact = plans.iloc[[0, 2]].assign(their_base=float("nan"), test="binomial", enough=20)
    plans = pd.concat([plans, exact])  # where theirs is taken as exact, no base of theirs is tried
    readings = pd.DataFrame({"our_base": [11, 25]})
    (found,) = answers.need_small(plans, readings, QUOTED, PRINTED, 0.8, 0.1)
    assert plain(found["answer_en"]).startswith(
        "30 to 40 small firms (so far 11 to 25) give a chance of 80 % to show it (Fisher's exact test)"
    )
    assert "true: 30 if the 40 % rest on 429 firms, 40 if on 100, more if on fewer." in plain(found["answer_en"])
    assert words in plain(found["answer_en"])
    assert (plain(found["number_en"]), found["count"]) == ("30 to 40 small firms, if 64 % is true", 30)
    assert answers.need_small(plans.assign(target=0.9), readings, QUOTED, PRINTED, 0.8, 0.1) == []


def test_the_interviews_are_counted_again():
    table = pd.DataFrame({"interview": [1, 1, 2, 2], "toe": ["T", "E", "T", "E"], "count": [3, 1, 0, 2]})
    placing = pd.DataFrame({"placing": ["report", "organisation"], "count_T": [3, 1], "count_E": [3, 5]})
    (found,) = answers.coded(table, placing)
    assert plain(found["number_da"]) == "3 teknologi, 3 omgivelser (af 6 udsagn)"
    assert found["answer_en"].startswith("Coded statements of 2 interviews, not firms;")
    assert found["answer_en"].endswith("interview guide puts them, environment is first with 5.")
    (found,) = answers.coded(table, placing.assign(count_T=[3, 5]))
    assert found["answer_en"].endswith("puts them, technology and environment are first with 5.")


def test_numbers_that_cannot_be_checked_are_counted_beside_those_that_fit():
    audit = pd.DataFrame({"arithmetic": ["fits", "fits", "does not fit", "nothing to check", "nothing to check"]})
    (found,) = answers.arithmetic(audit)
    assert found["number_en"] == "2 of the 3 that can be checked; 2 of 5 cannot"
    assert found["answer_en"].startswith("Of the 5 printed numbers 2 fit, 1 does not, and 2 cannot be checked")


def test_a_misprint_is_a_percentage_that_no_count_gives():
    claims = {
        "odd": Claim("odd", "1 (34 %)", percentage="34", count=1, base=3, labels={"en": "one", "da": "en"}),
        "sum": Claim("sum", "1 (33 %)", percentage="33", count=1, base=3, labels={"en": "one", "da": "en"}),
    }
    audit = pd.DataFrame({"claim": ["odd", "sum"], "arithmetic": "does not fit", "would_fit": ["1/2", None]})
    (found,) = answers.misprints(audit, claims)
    assert plain(found["answer_da"]) == "»1 (34 %)«, oplyst for »en«, kan ikke passe med 3 svar: 34 % ville være 1/2."
    assert plain(found["number_da"]) == "1 af 3 er 33,3 %, ikke 34 %"
    assert answers.misprints(audit.assign(arithmetic="fits"), claims) == []


def test_no_contradicted_sentence_is_no_row_and_what_cannot_be_planned_is_said():
    assert answers.contradicted(pd.DataFrame({"statement": ["a"], "carried": ["not carried"]})) == []
    bridge = pd.DataFrame({"comparison": ["other"], "bridged": [0.5], "bridged_lower": 0.3, "bridged_upper": 0.5})
    (found,) = answers.need_users(own(("uses", 49, 100, "published")), bridge, 0.8, 0.05, 50, 0.01)
    assert found["number_en"] == "more than 50 answers"
    assert plain(found["answer_en"]).startswith(
        "More than 50 answers give a chance of 80 % to show it (binomial test), if 51.0 % is true: 1 point above the"
    )


def test_a_part_without_a_finding_is_a_table_without_rows(kept):
    assert findings_table([]).columns.tolist() == kept.columns.tolist()


def test_a_misfit_that_is_not_of_a_percentage_is_left_to_the_audit():
    audit = pd.DataFrame({"claim": ["a", "b"], "arithmetic": "does not fit", "would_fit": ""})
    more_than_all = Claim("b", "50 (24 %)", percentage="24", count=50, base=48)
    assert answers.misprints(audit, {"a": Claim("a", "7 of 48", count=7, base=48), "b": more_than_all}) == []


def test_tables_of_notebook_5_without_rows_give_no_finding():
    nobody = OwnShares((), (), "all", "responses")
    own_side, bridge = own_table({"uses": nobody}), bridge_table(nobody, pd.DataFrame({"measure": []}))
    grid, baselines = pd.DataFrame({"same_function": []}), pd.DataFrame()
    assert answers.users(own_side, 0.95) == []
    assert answers.other_surveys(own_side, bridge, grid, baselines, 0.95, 0.05) == []
    assert answers.need_users(own(("uses", 1, 2, "responses")), bridge, 0.8, 0.05, 100, 0.1) == []


def test_the_table_keeps_the_order_of_the_parts(kept):
    found = answers.silent(own(("uses", 1, 2, "published")), RATES) + answers.answered(RATES)
    table = findings_table(found)
    assert table["finding"].tolist() == ["answered", "silent"]
    assert set(table.columns) == set(kept.columns)
    assert set(table["basis"]) <= set(ALLOWED)
