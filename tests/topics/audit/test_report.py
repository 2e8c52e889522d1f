"""The audit of this report: recomputed from synthetic and real answers, its sentences, its findings and its page."""

import json
import re
import shutil
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd
import pytest
from edits import edit
from showing.edges import drawn_within_its_edges
from this_study import PROJECT

from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.published.claims import Claim
from toe_analysis.published.report import reported_questions
from toe_analysis.showing.sentences import tell
from toe_analysis.showing.tables import localise, of_language
from toe_analysis.statistics import Share
from toe_analysis.survey import Questionnaire, read_responses
from toe_analysis.topics.audit import narratives
from toe_analysis.topics.audit import report as auditing
from toe_analysis.topics.audit.arithmetic import check_claim
from toe_analysis.topics.audit.charts import audit_chart
from toe_analysis.topics.audit.reasons import DOES_NOT_FIT, FITS, NOTHING
from toe_analysis.topics.audit.recounts import Recount, columns_of, compare_claim, recount
from toe_analysis.topics.audit.verdicts import Audited, count_verdicts, drift_table, short_table, verdict_table
from toe_analysis.topics.baselines.ours import SMALL, shares_from_responses

EARLIER = ("01_clean_responses.json", "02_classify_firms.json", "03_describe_toe.json")
SURVEY_CLAIMS = {
    *("answered_wave1", "answered_wave2", "answers_received", "majority_wave1", "valid_answers"),
    *("users", "failed_attempts", "never_tried", "optimists", "sceptics", "self_taught_users", "turnkey_users"),
    *("potential_efficiency", "unsure_where", "guide_sceptics", "guide_intending", "guide_failed", "guide_users"),
}


@dataclass
class Audit:
    claims: dict
    verdicts: list


def audit(root):
    """The steps of the notebook."""
    claims, sums = auditing.read_printed(root)
    counted = auditing.recounts(root, claims)
    found = [
        Audited(claim, check_claim(claim, sums, claims), compare_claim(claim, counted[name]))
        for name, claim in claims.items()
    ]
    return Audit(claims, found)


@pytest.fixture(scope="module")
def synthetic(project):
    return audit(Root.at(project))


@pytest.fixture
def root(project, tmp_path):
    """A copy of what the audit reads, in which a test may change things."""
    shutil.copytree(project / "data/raw", tmp_path / "data/raw", ignore=shutil.ignore_patterns("*.xlsx"))
    (tmp_path / "data/processed").mkdir()
    for name in (*EARLIER, "01_clean_responses.csv"):
        shutil.copy(project / "data/processed" / name, tmp_path / "data/processed")
    return Root.at(tmp_path)


def rewrite(root, old, new, names=EARLIER):
    for name in names:
        path = root.processed / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture
def real(root):
    """What stages 01 to 03 leave for the same answers in an export that no sidecar and no mark call synthetic."""
    for basis in ("calibrated", "illustrative"):
        rewrite(root, f'"{basis}"', '"responses"')
    rewrite(root, '"kind": "synthetic"', '"kind": "responses"')
    return root


def verdicts(found, name="recomputed"):
    return {one.claim.name: getattr(one, name).verdict for one in found.verdicts}


def test_the_synthetic_export_reproduces_no_survey_claim(synthetic):
    found = verdicts(synthetic)
    assert {name for name, verdict in found.items() if verdict == "calibrated"} == SURVEY_CLAIMS
    assert [name for name, verdict in found.items() if verdict == "reproduced"] == ["interviews"]
    assert found["not_expecting_under20"] == "not checkable"
    assert "differs" not in found.values()


def test_a_claim_that_is_not_fixed_shows_no_value_even_when_it_happens_to_match(root):
    table = pd.read_csv(root.processed / "01_clean_responses.csv", dtype=str, keep_default_na=False)
    table["size"] = "50-75"
    sceptics, others = table.index[table["status"] == "sceptic"], table.index[table["status"] == "optimist"]
    table.loc[[*sceptics[:7], *others[:4]], "size"] = "10-20"
    table.to_csv(root.processed / "01_clean_responses.csv", index=False)
    one = next(one for one in audit(root).verdicts if one.claim.name == "not_expecting_under20")
    assert one.recomputed.verdict == "not checkable"
    assert one.recomputed.value is None
    rewrite(root, '"kind": "synthetic"', '"kind": "responses"')
    one = next(one for one in audit(root).verdicts if one.claim.name == "not_expecting_under20")
    assert one.recomputed.verdict == "reproduced"
    assert one.recomputed.value == Recount(7, 11, "responses")


def test_a_synthetic_export_without_a_sidecar_is_fixed_to_nothing(root):
    rewrite(root, '"calibrated"', '"illustrative"')
    kept = json.loads((root.processed / EARLIER[0]).read_text(encoding="utf-8"))
    kept["source"]["fixed"] = []
    (root.processed / EARLIER[0]).write_text(json.dumps(kept), encoding="utf-8")
    found = verdicts(audit(root))
    assert {found[name] for name in SURVEY_CLAIMS} == {"not checkable"}


def test_a_real_export_reproduces_or_differs(real):
    found = audit(real)
    told = verdicts(found)
    assert "calibrated" not in told.values()
    assert told["potential_efficiency"] == "differs"  # the count is as printed, and it is no 24 %
    assert told["not_expecting_under20"] == "differs"
    assert {name for name in SURVEY_CLAIMS if told[name] != "reproduced"} == {"potential_efficiency"}
    assert verdicts(found, "arithmetic") == verdicts(audit(real), "arithmetic")


def test_a_real_answer_that_moved_shows_in_the_drift(real):
    table = pd.read_csv(real.processed / "01_clean_responses.csv", dtype=str, keep_default_na=False)
    willing = table.index[(table["status"] == "user") & (table["q41"] == "Ja")]
    table.loc[willing[0], "q41"] = "Nej"
    table.to_csv(real.processed / "01_clean_responses.csv", index=False)
    found = audit(real)
    drift = drift_table(found.verdicts).set_index("claim")
    assert drift["moved"].to_dict()["guide_users"] == -1
    assert (drift["moved"].drop("guide_users").dropna() == 0).all()
    assert drift.loc["guide_users", "recomputed"] == "differs"
    assert set(drift["basis"]) == {"responses", "published"}


def test_without_waves_what_needs_them_is_not_checkable(real):
    kept = json.loads((real.processed / EARLIER[0]).read_text(encoding="utf-8"))
    kept["response_rate"] = {"both": kept["response_rate"]["both"]}
    (real.processed / EARLIER[0]).write_text(json.dumps(kept), encoding="utf-8")
    found = verdicts(audit(real))
    assert [found[name] for name in ("answered_wave1", "majority_wave1", "answers_received")] == [
        *("not checkable", "not checkable", "reproduced")
    ]


def test_the_small_firms_are_counted_as_in_the_comparison(synthetic, study, project):
    table = read_responses(Root.at(project)).table
    claim = synthetic.claims["not_expecting_under20"]
    found = recount(claim, table, "illustrative")
    assert Share(found.count, found.base) == shares_from_responses(table, study)[SMALL].shares[0]
    assert columns_of(claim.count_if) == {"size", "status", "q26"}


def test_the_recipes_name_a_column_of_the_responses_or_a_headline_number(root):
    (root.processed / EARLIER[2]).unlink()
    with pytest.raises(InputError, match=r"column count_if: .*run the notebook 03_describe_toe first"):
        audit(root)


@pytest.mark.parametrize("base", ["status=user", "02_classify_firms"])
def test_the_base_of_a_headline_number_that_is_no_path_is_told_with_its_cell(root, synthetic, base):
    claim = replace(synthetic.claims["users"], base_if=base)
    with pytest.raises(InputError, match=rf"column base_if: expected a path such as .*, found '{base}'"):
        auditing.recounts(root, {"users": claim})


@pytest.mark.parametrize("path", ["no/such", "status/user/count/more", "status"])
def test_a_path_that_leads_to_no_number_is_not_in_the_results(root, synthetic, path):
    claim = replace(synthetic.claims["users"], count_if=f"02_classify_firms/{path}")
    assert auditing.recounts(root, {"users": claim})["users"].key == "not_in_results"


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_row_says_why_and_from_what(synthetic, language):
    table = of_language(verdict_table(synthetic.verdicts), language)
    assert len(table) == len(synthetic.claims)
    assert (table["why"].str.len() > 5).all()
    assert (table["basis"] == table["recomputed"].map(lambda code: {"calibrated": code}.get(code, "published"))).all()
    assert len(localise(short_table(synthetic.verdicts), language)) == len(synthetic.claims)
    why = table.set_index("claim")["why"]
    missing = {"en": "missing: the list of invited firms", "da": "mangler: listen over inviterede virksomheder"}
    assert missing[language] in why["invited_wave1"]


def test_the_optimists_among_the_non_users_print_64_percent_and_no_other_group_does(synthetic, study):
    claim = synthetic.claims["not_expecting_under20"]
    statuses = [synthetic.claims[status.claim] for status in study.statuses]
    groups = auditing.status_readings(claim, statuses)
    _, *others = [one.labels["da"] for one in statuses]
    assert groups[["group_da", "of_group_da", "count", "base"]].to_numpy().tolist() == [
        [statuses[2].labels["da"], " + ".join(others), 28, 44]
    ]
    assert auditing.status_readings(replace(claim, percentage="100"), statuses).empty  # all of a group are no group


@pytest.fixture(scope="module")
def sentences(synthetic, questionnaire, project):
    statements = narratives.read_statements(project / "data/raw", questionnaire, synthetic.claims)
    table = narratives.statement_table(statements, questionnaire, project / "data/raw", synthetic.claims)
    return of_language(table, "en").set_index("statement")


def test_every_sentence_is_traced(sentences, project):
    printed = pd.read_csv(project / "data/raw/narrative_claims.csv")
    assert list(sentences.index) == list(printed["statement"])
    assert set(sentences["carried"]) == set(narratives.CARRIED)
    assert "2.2 automation cut the crew needed" in sentences.loc["main_purposes", "coded_units"]
    assert sentences.loc["representative", "printed_numbers"].replace("\u00a0", " ").endswith("51 of 778 (6.6 %)")


def test_a_sentence_about_firms_is_carried_only_if_each_has_a_unit_of_its_theme(sentences):
    assert sentences.loc["di_networks", "named_firms"] == "2: 2.4, 2.9; 4: none"
    for row in sentences[sentences["named_firms"] != ""].itertuples():
        assert row.carried != "carried" or "none" not in row.named_firms


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("copilot,", "pilot,", "expected the statements of narrative_claims.csv, in its order, found copilot"),
        (",contradicted,never_tried,", ",contradicted,nobody,", "row 7, column claims: found 'nobody'"),
        (",carried,,1 3,", ",carried,,1 9,", "row 5, column firms: found '9'"),
        (
            ',carried by wording only,,,,"asked',
            ',maybe,,,,"asked',
            "row 2, column verdict: expected one of carried, .*, found 'maybe'",
        ),
    ],
)
def test_a_trace_that_leads_nowhere_is_named(root, questionnaire, synthetic, old, new, message):
    edit(root.raw / "narrative_checks.csv", old, new)
    with pytest.raises(InputError, match=message):
        narratives.read_statements(root.raw, questionnaire, synthetic.claims)


def test_a_question_that_there_never_was_is_named_and_one_that_a_wave_leaves_out_is_not(root, questionnaire, synthetic):
    assert questionnaire.ids == reported_questions(PROJECT / "data/raw")
    shorter = Questionnaire(tuple(question for question in questionnaire if question.id != "q21"))
    table = narratives.read_statements(root.raw, shorter, synthetic.claims)
    assert table["survey_questions"].iloc[0] == "q10 q21"
    edit(root.raw / "narrative_claims.csv", "q10 q21", "q10 q42")
    with pytest.raises(InputError, match=r"row 2, column survey_questions: .* found 'q42', which is neither"):
        narratives.read_statements(root.raw, questionnaire, synthetic.claims)


def test_a_recipe_with_a_question_that_there_never_was_is_named(root):
    edit(root.raw / "claim_checks.csv", "status=failed & q41=Ja", "status=failed & q14=Ja & q99=Ja")
    with pytest.raises(InputError, match=r"claim guide_failed, count_if or base_if: .* found 'q99'"):
        audit(root)


@pytest.fixture(scope="module")
def findings(project):
    return narratives.read_findings(project / "data/raw/audit_findings.csv")


def found_in(findings, study, claims, project, language="en"):
    baselines = pd.read_csv(project / "data/raw/baselines.csv")
    material = narratives.Material(study, claims, baselines)
    return of_language(narratives.finding_table(findings, material), language).set_index("finding")


def test_findings_are_looked_up_where_code_can(findings, study, synthetic, project):
    table = found_in(findings, study, synthetic.claims, project)
    assert table.loc["same_titles", "code_found"] == "q30 = q31; q37 = q38"
    assert table.loc["size_overlap", "code_found"].startswith("100-150 / 150-200; 150-200 / 200-250")
    assert table.loc["other_option", "code_found"] == "Other: q10 q16 q28, none: q35; Other: q14 q23, Andet: q32 q39"
    assert table.loc["dont_know_route", "code_found"] == "q08: Ved ikke"
    assert table.loc["exclusions", "code_found"] == "51 - 48 = 3"
    assert table.loc["size_target", "code_found"].endswith("under 20 employees: partly 10-20")
    assert table["how_checked"].value_counts().to_dict() == {"code": 10, "read": 1}
    danish = found_in(findings, study, synthetic.claims, project, "da")
    assert danish.loc["representative", "code_found"].replace("\u00a0", " ") == "51 / 778 = 6,6 %"
    assert (table["what"] != danish["what"]).all()


def test_a_finding_that_the_next_questionnaire_mends_is_gone(findings, study, synthetic, project):
    mended = [replace(one, header=f"{one.header} ({one.id})") for one in study.questionnaire]
    table = found_in(findings, replace(study, questionnaire=Questionnaire(tuple(mended))), synthetic.claims, project)
    assert table.loc["same_titles", "how_checked"] == "gone"


def test_an_unknown_check_is_named(tmp_path, project):
    text = (project / "data/raw/audit_findings.csv").read_text(encoding="utf-8")
    (tmp_path / "findings.csv").write_text(text.replace("size_overlap,size_overlap", "size_overlap,sizes"), "utf-8")
    with pytest.raises(InputError, match=r"findings\.csv, row 2, column check: expected one of .* found 'sizes'"):
        narratives.read_findings(tmp_path / "findings.csv")


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_page_shows_every_claim_within_its_edges_and_tells_it(synthetic, language):
    figure, alternative = drawn_within_its_edges(partial(audit_chart, synthetic.verdicts), language)
    texts = [text.get_text() for text in figure.axes[0].texts]
    for one in synthetic.verdicts:
        assert one.claim.labels[language] in texts
        assert one.claim.labels[language] in alternative
    assert any("14/59" in text for text in texts)
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert not [
        (texts[one], texts[other])
        for one in range(len(boxes))
        for other in range(one)
        if boxes[one].shrunk(0.99, 0.8).overlaps(boxes[other].shrunk(0.99, 0.8))
    ]
    title = figure.get_suptitle().strip().replace("\n", " ")
    assert title.startswith({"en": "1 of 31 printed numbers does not fit", "da": "1 af rapportens 31"}[language])
    assert sum(map(int, re.findall(r"\d+", title))) == 2 * 31  # no number is left out


def test_a_heading_holds_for_each_row_below_it(synthetic):
    figure, _ = audit_chart(synthetic.verdicts, "en")
    placed = {text.get_text(): text.get_position()[1] for text in figure.axes[0].texts}
    headings = {
        verdict: next(at for text, at in placed.items() if text.startswith(words))
        for verdict, words in ((DOES_NOT_FIT, "Cannot be right"), (FITS, "Agrees"), (NOTHING, "Cannot be checked"))
    }
    for one in synthetic.verdicts:
        at = placed[one.claim.labels["en"]]
        assert max((place, verdict) for verdict, place in headings.items() if place < at)[1] == one.arithmetic.verdict


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [
        (
            "en",
            "**14 of the 31 printed numbers fit",
            "The others, counted again: 1 as printed, 0 differ, and 12 cannot be counted here.",
        ),
        (
            "da",
            "**14 af rapportens 31 tal passer",
            "De andre, talt igen: 1 som i rapporten, 0 afviger, og 12 kan ikke tælles her.",
        ),
    ],
)
def test_the_answer_says_which_number_cannot_be_right_and_that_made_up_answers_confirm_nothing(
    synthetic, language, first, last
):
    off = [one for one in synthetic.verdicts if one.arithmetic.verdict == DOES_NOT_FIT]
    text = tell("audit", "answer", counts=count_verdicts(synthetic.verdicts), off=off).markdown[language]
    assert text.startswith(first)
    assert text.endswith(last)
    assert {"en": "would fit: 14/58 and 14/59", "da": "14/58 og 14/59 ville passe"}[language] in text
    assert " 18 " in text


def test_the_answer_over_real_answers_counts_what_differs(real):
    found = audit(real).verdicts
    text = str(tell("audit", "answer", counts=count_verdicts(found), off=[]))
    assert text.endswith("\n\nCounted again: 18 as printed, 2 differ, and 11 cannot be counted here.")


def test_a_group_that_prints_the_same_is_told_with_its_statuses_in_words(synthetic, study):
    claim = synthetic.claims["not_expecting_under20"]
    counts = {"users": 4, "gave up": 2, "hopeful": 28, "sceptical": 14}
    statuses = [Claim("", "", count=count, labels={"en": name, "da": f"{name}."}) for name, count in counts.items()]
    groups = auditing.status_readings(claim, statuses)
    readings = auditing.small_readings(claim, **auditing.printed_bounds(study, synthetic.claims))
    told = tell("audit", "readings", claim=claim, readings=readings, groups=groups).markdown
    assert "»gave up.«, »hopeful.« og »sceptical.«" in told["da"]
    assert (
        told["en"]
        .replace("\u00a0", " ")
        .endswith(
            "28 of 44 prints as 64 % as well, and means something else: of the 44 firms in “gave up”, “hopeful” and "
            "“sceptical”, 28 are in “hopeful”."
        )
    )
