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
    of_scales : tuple of str
        What it leaves behind besides, where the questionnaire has scales or numbers.
    """

    name: str
    question: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    parameters: Mapping[str, object] = field(default_factory=dict)
    may_read: tuple[str, ...] = ()
    of_scales: tuple[str, ...] = ()


def _raw(*names: str) -> tuple[str, ...]:
    return tuple(f"{RAW}/{name}" for name in names)


def _processed(*names: str) -> tuple[str, ...]:
    return tuple(f"{PROCESSED}/{name}" for name in names)


def _figures(name: str) -> tuple[str, ...]:
    return tuple(f"figures/{language}/{name}.{kind}" for language in ("en", "da") for kind in ("svg", "csv"))


def _documents(name: str) -> tuple[str, ...]:
    """Return a page to read, to paste from and to print. It draws no values, so no table of them stands beside it."""
    return tuple(f"figures/{language}/{name}.{kind}" for language in ("en", "da") for kind in ("html", "docx", "pdf"))


def _writes(stem: str, tables: str, figures: str) -> tuple[str, ...]:
    """Return what a stage leaves behind from the endings of its tables and figures; "." is the one without."""
    return (
        *(f"{PROCESSED}/{stem}{ending.strip('.')}.csv" for ending in tables.split()),
        f"{PROCESSED}/{stem}.json",
        *(path for ending in figures.split() for path in _figures(f"{stem}{ending.strip('.')}")),
    )


#: What makes a study this one; read wherever its responses are, and its words wherever there are any.
_STUDY, _WORDS = _raw("study.toml", "questionnaire.csv"), _raw("words.csv")
#: What a report prints, where the study has one: a number is shown as published where it stands as printed.
_PRINTED = _raw("published_claims.csv")
_RESPONSES = (*_STUDY, *_processed("01_clean_responses.csv", "01_clean_responses.json"))
#: What a stage reads that opens the export itself, for the firms' own words, and what it reads to code them.
_EXPORT = (*_STUDY, *_raw("survey_export.xlsx"), *_processed("01_clean_responses.json"))
_OWN_WORDS = (
    *_raw("views.csv", "freetext_dictionary.csv", "freetext_decisions.csv"),
    *_WITH_EXPORT,
    "freetext_decisions.csv",
)
_CODINGS = _raw("report.toml", "interview_codings.csv", "interview_themes.csv")

STAGES = (
    Stage(
        name="01_clean_responses",
        question="Who answered, who counts, and why?",
        reads=(*_STUDY, *_raw("survey_export.xlsx")),
        writes=_writes("01_clean_responses", ". _excluded _problems _missing _rates _sizes", "_funnel _routing"),
        parameters={"wave_cutoff": "", "dont_know": "exclude"},
        may_read=(*_WORDS, *_PRINTED, *_WITH_EXPORT),
    ),
    Stage(
        name="02_classify_firms",
        question="Where does each firm stand with AI?",
        reads=(*_RESPONSES, *_processed("01_clean_responses_excluded.csv")),
        writes=_writes("02_classify_firms", ". _dont_know _waves", "."),
        may_read=(*_WORDS, *_PRINTED),
    ),
    Stage(
        name="03_describe_toe",
        question="What do firms say, by technology, organisation and environment?",
        reads=_EXPORT,
        writes=(
            *_writes(
                "03_describe_toe",
                ". _rankings _combined _overview _mentions _coverage _waves",
                "_technology _organisation _environment _overview",
            ),
            "build/03_describe_toe_proposals.csv",
        ),
        may_read=(*_WORDS, *_PRINTED, *_OWN_WORDS),
        of_scales=(
            *_processed("03_describe_toe_levels.csv", "03_describe_toe_middles.csv"),
            *_figures("03_describe_toe_scales"),
        ),
    ),
    Stage(
        name="04_size_by_status",
        question="Does size go with AI status?",
        reads=_RESPONSES,
        writes=_writes("04_size_by_status", ". _effect _sweep _waves", ". _sweep"),
        may_read=_WORDS,
        of_scales=_processed("04_size_by_status_trends.csv"),
    ),
    Stage(
        name="05_compare_baselines",
        question="Do these firms differ from Danish Industry's and others'?",
        reads=(*_raw("baselines.csv", "report.toml", "published_claims.csv"), *_RESPONSES),
        writes=_writes(
            "05_compare_baselines",
            ". _own _grid _bridge _surface _readings _claims _silence _waves",
            ". _bridge _outcomes _silence _surface",
        ),
        may_read=_WORDS,
    ),
    Stage(
        name="06_code_interviews",
        question="What do the five interviews speak of?",
        reads=(
            *_CODINGS,
            *_raw("interview_categories.csv", "interview_firms.csv", "interview_guide.csv", "published_claims.csv"),
            *_RESPONSES,
        ),
        writes=(
            *_writes(
                "06_code_interviews",
                ". _units _placing _themes _at_interview _agreement _selection _guide",
                ". _placing _themes",
            ),
            "build/06_code_interviews_sheet.csv",
            "build/06_code_interviews_sheet.xlsx",
        ),
        parameters={"coder_b": ""},
        may_read=_WORDS,
    ),
    Stage(
        name="07_triangulate",
        question="Where do survey and interviews agree?",
        reads=(
            *_EXPORT,
            *_CODINGS,
            *_raw("narrative_claims.csv", "triangulation.csv", "triangulation_conclusions.csv"),
        ),
        writes=_writes("07_triangulate", ". _conclusions _claims _sensitivity", "."),
        may_read=(*_WORDS, *_PRINTED, *_OWN_WORDS),
    ),
    Stage(
        name="08_audit_report",
        question="Which printed numbers and sentences can be reproduced?",
        reads=(
            *_raw("published_claims.csv", "claim_checks.csv", "claim_sums.csv"),
            *_raw("narrative_claims.csv", "narrative_checks.csv", "audit_findings.csv", "baselines.csv"),
            *_CODINGS,
            *_RESPONSES,
            *_processed("02_classify_firms.json", "03_describe_toe.json"),
        ),
        writes=_writes("08_audit_report", ". _sums _power _readings _groups _drift _narratives _findings", "."),
        may_read=_WORDS,
    ),
    Stage(
        name="09_plan_next_wave",
        question="How many answers would settle it?",
        reads=(*_raw("baselines.csv"), *_RESPONSES, *_processed("02_classify_firms.csv")),
        writes=_writes(
            "09_plan_next_wave",
            ". _precision _range _users _power _invitations _tipping",
            "_needed _power _range _tipping",
        ),
        may_read=(*_WORDS, *_PRINTED),
    ),
    Stage(
        name="10_findings",
        question="What did the study find, and what is still open?",
        reads=(
            *_STUDY,
            *_raw("report.toml", "baselines.csv", "published_claims.csv", "claim_checks.csv"),
            *_processed(*(f"05_compare_baselines_{table}.csv" for table in ("own", "surface", "bridge", "grid"))),
            *_processed("06_code_interviews.csv", "08_audit_report.csv", "08_audit_report_narratives.csv"),
            *_processed("09_plan_next_wave_range.csv"),
        ),
        writes=(*_writes("10_findings", ".", ""), *_documents("10_findings")),
        may_read=_WORDS,
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


def with_scales(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """Return the stages as they are where the questionnaire has scales or numbers."""
    return tuple(replace(stage, writes=(*stage.writes, *stage.of_scales), of_scales=()) for stage in stages)


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
        pages = any(path.endswith(".docx") for path in stage.writes)
        made = f"{tables} table{'s' * (tables != 1)}, "
        made += "pages (HTML, PDF, Word)" if pages else f"{figures} figure{'s' * (figures != 1)}"
        notebook = PurePosixPath("notebooks") / f"{stage.name}.ipynb"
        rows.append(f"| [`{stage.name}`]({notebook}) | {stage.question} | {made} |")
    return "\n".join(rows)
