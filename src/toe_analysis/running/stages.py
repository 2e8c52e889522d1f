"""The single list of stages. Runner, README, documentation and tests read it; nothing else lists stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from toe_analysis.errors import InputError
from toe_analysis.paths import FURTHER_EXPORTS

RAW, PROCESSED = "data/raw", "data/processed"

#: What goes with an export: the sidecar of a synthetic one, the secret of a real one.
_WITH_EXPORT = (
    f"{RAW}/survey_export.json",
    "pseudonym_key",
    *(f"{RAW}/{PurePosixPath(name).with_suffix(ending)}" for name in FURTHER_EXPORTS for ending in (".xlsx", ".json")),
)


@dataclass(frozen=True)
class Stage:
    """One notebook: what it asks, what it reads and what it must leave behind.

    Parameters
    ----------
    name : str
        The notebook's stem; every output's name starts with it.
    question : str
        What the notebook answers, in plain words.
    reads, writes : tuple of str
        Paths inside a root.
    parameters : mapping
        What its notebook can be told by papermill, with the values of a plain run.
    may_read : tuple of str
        Paths inside a root that it reads if they are there.
    """

    name: str
    question: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    parameters: Mapping[str, object] = field(default_factory=dict)
    may_read: tuple[str, ...] = ()


def _figure(name: str) -> tuple[str, ...]:
    return tuple(f"figures/{language}/{name}.{ending}" for language in ("en", "da") for ending in ("svg", "csv"))


def _tables(*names: str) -> tuple[str, ...]:
    return tuple(f"{PROCESSED}/{name}" for name in names)


STAGES = (
    Stage(
        name="01_clean_responses",
        question="Who answered, who counts, and why?",
        reads=(
            f"{RAW}/questionnaire.csv",
            f"{RAW}/survey_export.xlsx",
            f"{RAW}/published_claims.csv",
        ),
        writes=(
            *_tables(
                "01_clean_responses.csv",
                "01_clean_responses_excluded.csv",
                "01_clean_responses_problems.csv",
                "01_clean_responses_missing.csv",
                "01_clean_responses_rates.csv",
                "01_clean_responses_sizes.csv",
                "01_clean_responses.json",
            ),
            *_figure("01_clean_responses_funnel"),
            *_figure("01_clean_responses_routing"),
        ),
        parameters={"wave_cutoff": "", "dont_know": "exclude"},
        may_read=_WITH_EXPORT,
    ),
    Stage(
        name="02_classify_firms",
        question="Where does each firm stand with AI?",
        reads=_tables("01_clean_responses.csv", "01_clean_responses.json", "01_clean_responses_excluded.csv"),
        writes=(
            *_tables(
                "02_classify_firms.csv",
                "02_classify_firms_dont_know.csv",
                "02_classify_firms_waves.csv",
                "02_classify_firms.json",
            ),
            *_figure("02_classify_firms"),
        ),
    ),
    Stage(
        name="03_describe_toe",
        question="What do firms say, by technology, organisation and environment?",
        reads=(
            f"{RAW}/questionnaire.csv",
            f"{RAW}/survey_export.xlsx",
            f"{RAW}/views.csv",
            f"{RAW}/freetext_dictionary.csv",
            f"{RAW}/freetext_decisions.csv",
            *_tables("01_clean_responses.json"),
        ),
        writes=(
            *_tables(
                "03_describe_toe.csv",
                "03_describe_toe_rankings.csv",
                "03_describe_toe_combined.csv",
                "03_describe_toe_overview.csv",
                "03_describe_toe_mentions.csv",
                "03_describe_toe_coverage.csv",
                "03_describe_toe_waves.csv",
                "03_describe_toe.json",
            ),
            "build/03_describe_toe_proposals.csv",
            *_figure("03_describe_toe_technology"),
            *_figure("03_describe_toe_organisation"),
            *_figure("03_describe_toe_environment"),
            *_figure("03_describe_toe_overview"),
        ),
        may_read=(*_WITH_EXPORT, "freetext_decisions.csv"),
    ),
    Stage(
        name="04_size_by_status",
        question="Does size go with AI status?",
        reads=(f"{RAW}/questionnaire.csv", *_tables("01_clean_responses.csv", "01_clean_responses.json")),
        writes=(
            *_tables(
                "04_size_by_status.csv",
                "04_size_by_status_effect.csv",
                "04_size_by_status_sweep.csv",
                "04_size_by_status_waves.csv",
                "04_size_by_status.json",
            ),
            *_figure("04_size_by_status"),
            *_figure("04_size_by_status_printed"),
            *_figure("04_size_by_status_sweep"),
        ),
    ),
    Stage(
        name="05_compare_baselines",
        question="Do these firms differ from Danish Industry's and others'?",
        reads=(
            f"{RAW}/baselines.csv",
            f"{RAW}/published_claims.csv",
            *_tables("01_clean_responses.csv", "01_clean_responses.json"),
        ),
        writes=(
            *_tables(
                "05_compare_baselines.csv",
                "05_compare_baselines_own.csv",
                "05_compare_baselines_grid.csv",
                "05_compare_baselines_bridge.csv",
                "05_compare_baselines_surface.csv",
                "05_compare_baselines_readings.csv",
                "05_compare_baselines_claims.csv",
                "05_compare_baselines_waves.csv",
                "05_compare_baselines.json",
            ),
            *_figure("05_compare_baselines"),
            *_figure("05_compare_baselines_bridge"),
            *_figure("05_compare_baselines_outcomes"),
            *_figure("05_compare_baselines_surface"),
        ),
    ),
    Stage(
        name="06_code_interviews",
        question="What do the five interviews weigh?",
        reads=(
            f"{RAW}/interview_codings.csv",
            f"{RAW}/interview_themes.csv",
            f"{RAW}/interview_categories.csv",
            f"{RAW}/interview_firms.csv",
            f"{RAW}/interview_guide.csv",
            f"{RAW}/published_claims.csv",
            *_tables("01_clean_responses.csv", "01_clean_responses.json"),
        ),
        writes=(
            *_tables(
                "06_code_interviews.csv",
                "06_code_interviews_units.csv",
                "06_code_interviews_placing.csv",
                "06_code_interviews_themes.csv",
                "06_code_interviews_at_interview.csv",
                "06_code_interviews_agreement.csv",
                "06_code_interviews_selection.csv",
                "06_code_interviews_guide.csv",
                "06_code_interviews.json",
            ),
            "build/06_code_interviews_sheet.csv",
            "build/06_code_interviews_sheet.xlsx",
            *_figure("06_code_interviews"),
            *_figure("06_code_interviews_placing"),
            *_figure("06_code_interviews_themes"),
        ),
        parameters={"coder_b": ""},
    ),
    Stage(
        name="07_triangulate",
        question="Where do survey and interviews agree?",
        reads=(
            f"{RAW}/questionnaire.csv",
            f"{RAW}/survey_export.xlsx",
            f"{RAW}/views.csv",
            f"{RAW}/freetext_dictionary.csv",
            f"{RAW}/freetext_decisions.csv",
            f"{RAW}/interview_codings.csv",
            f"{RAW}/interview_themes.csv",
            f"{RAW}/narrative_claims.csv",
            f"{RAW}/triangulation.csv",
            f"{RAW}/triangulation_conclusions.csv",
            *_tables("01_clean_responses.json"),
        ),
        writes=(
            *_tables(
                "07_triangulate.csv",
                "07_triangulate_conclusions.csv",
                "07_triangulate_claims.csv",
                "07_triangulate_sensitivity.csv",
                "07_triangulate.json",
            ),
            *_figure("07_triangulate"),
        ),
        may_read=(*_WITH_EXPORT, "freetext_decisions.csv"),
    ),
    Stage(
        name="08_audit_report",
        question="Which printed numbers and sentences can be reproduced?",
        reads=(
            f"{RAW}/questionnaire.csv",
            f"{RAW}/published_claims.csv",
            f"{RAW}/claim_checks.csv",
            f"{RAW}/claim_sums.csv",
            f"{RAW}/narrative_claims.csv",
            f"{RAW}/narrative_checks.csv",
            f"{RAW}/audit_findings.csv",
            f"{RAW}/interview_codings.csv",
            f"{RAW}/interview_themes.csv",
            f"{RAW}/baselines.csv",
            *_tables("01_clean_responses.csv", "01_clean_responses.json"),
            *_tables("02_classify_firms.json", "03_describe_toe.json"),
        ),
        writes=(
            *_tables(
                "08_audit_report.csv",
                "08_audit_report_sums.csv",
                "08_audit_report_power.csv",
                "08_audit_report_readings.csv",
                "08_audit_report_groups.csv",
                "08_audit_report_drift.csv",
                "08_audit_report_narratives.csv",
                "08_audit_report_findings.csv",
                "08_audit_report.json",
            ),
            *_figure("08_audit_report"),
        ),
    ),
    Stage(
        name="09_plan_next_wave",
        question="How many answers would settle it?",
        reads=(
            f"{RAW}/baselines.csv",
            *_tables("01_clean_responses.csv", "01_clean_responses.json", "02_classify_firms.csv"),
        ),
        writes=(
            *_tables(
                "09_plan_next_wave.csv",
                "09_plan_next_wave_precision.csv",
                "09_plan_next_wave_power.csv",
                "09_plan_next_wave_invitations.csv",
                "09_plan_next_wave_tipping.csv",
                "09_plan_next_wave.json",
            ),
            *_figure("09_plan_next_wave_needed"),
            *_figure("09_plan_next_wave_power"),
            *_figure("09_plan_next_wave_tipping"),
        ),
    ),
)


def with_parameters(stages: Sequence[Stage], values: Mapping[str, object]) -> tuple[Stage, ...]:
    """Return the stages with other values for the parameters that they have.

    A second coder's file that a parameter names is one more file that its stage may read.
    """

    def told(stage: Stage) -> Stage:
        parameters = {name: values.get(name, value) for name, value in stage.parameters.items()}
        coder_b = parameters.get("coder_b")
        return replace(
            stage, parameters=parameters, may_read=(*stage.may_read, *([f"{RAW}/{coder_b}"] * bool(coder_b)))
        )

    return tuple(map(told, stages))


def producers(stages: Sequence[Stage]) -> dict[str, str]:
    """Return the stage that writes each path."""
    return {path: stage.name for stage in stages for path in stage.writes}


def waits_for(stage: Stage, stages: Sequence[Stage]) -> set[str]:
    """Return the stages whose results this one reads."""
    made_by = producers(stages)
    return {made_by[path] for path in stage.reads if path in made_by}


def chosen(word: str, stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """Return the stage that `word` names, by its name or the start of it, with every stage that it needs.

    Raises
    ------
    InputError
        If no stage or more than one is meant.
    """
    word = PurePosixPath(word).name.removesuffix(".ipynb")
    word = f"{int(word):02d}" if word.isdecimal() else word
    meant = [stage for stage in stages if stage.name == word] or [
        stage for stage in stages if word and stage.name.startswith(word)
    ]
    if len(meant) != 1:
        raise InputError(f"--only: expected one of {', '.join(stage.name for stage in stages)}, found {word!r}")
    wanted = {meant[0].name}
    for stage in reversed(stages):  # a stage stands after those it needs
        if stage.name in wanted:
            wanted |= waits_for(stage, stages)
    return tuple(stage for stage in stages if stage.name in wanted)


def stage_table(stages: Sequence[Stage] = STAGES) -> str:
    """Return the stages as the Markdown table of the README."""
    rows = ["| stage | question | leaves behind |", "|---|---|---|"]
    for stage in stages:
        tables = sum(path.startswith(PROCESSED) and path.endswith(".csv") for path in stage.writes)
        figures = sum(path.startswith("figures/en") and path.endswith(".svg") for path in stage.writes)
        made = f"{tables} tables, {figures} figure{'s' * (figures != 1)}"
        notebook = PurePosixPath("notebooks") / f"{stage.name}.ipynb"
        rows.append(f"| [`{stage.name}`]({notebook}) | {stage.question} | {made} |")
    return "\n".join(rows)
