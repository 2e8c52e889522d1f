"""The single list of stages. Runner, README, documentation and tests read it; nothing else lists stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from toe_analysis.errors import InputError
from toe_analysis.paths import FURTHER_EXPORTS, KEY_NAME

RAW, PROCESSED = "data/raw", "data/processed"
#: The stages whose results are told of elsewhere: at the end of a run, in the README, on the site.
AUDIT, FINDINGS = "08_audit_report", "10_findings"

#: What goes with an export: the sidecar of a synthetic one, the secret of a real one.
_WITH_EXPORT = (
    f"{RAW}/survey_export.json",
    KEY_NAME,
    *(f"{RAW}/{PurePosixPath(name).with_suffix(ending)}" for name in FURTHER_EXPORTS for ending in (".xlsx", ".json")),
)


@dataclass(frozen=True)
class Stage:
    """One notebook: what it reads and what it must leave behind. What it asks is ``stage.<name>`` in ``words.csv``.

    Parameters
    ----------
    name : str
        The notebook's stem; every output's name starts with it.
    reads, writes : tuple of str
        Paths inside a root.
    parameters : mapping
        What options of a run tell its notebook, with the values of a plain run; a sweep may tell it any other.
    may_read : tuple of str
        Paths inside a root that it reads if they are there.
    of_scales : tuple of str
        What it leaves behind besides, where the questionnaire has scales or numbers.
    """

    name: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    parameters: Mapping[str, object] = field(default_factory=dict)
    may_read: tuple[str, ...] = ()
    of_scales: tuple[str, ...] = ()

    @property
    def notebook(self) -> str:
        """Where its notebook stands in the project."""
        return f"notebooks/{self.name}.ipynb"

    @property
    def executed(self) -> str:
        """Where its notebook with the outputs is kept, inside a root."""
        return f"build/notebooks/{self.name}.ipynb"

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables among the results."""
        return tuple(path for path in self.writes if path.startswith(PROCESSED) and path.endswith(".csv"))

    def figures(self, language: str = "") -> tuple[str, ...]:
        """Return the figures in a language; in both, if none is named."""
        return tuple(path for path in self.writes if path.startswith(f"figures/{language}") and path.endswith(".svg"))


def _raw(*names: str) -> tuple[str, ...]:
    return tuple(f"{RAW}/{name}" for name in names)


def _processed(*names: str) -> tuple[str, ...]:
    return tuple(f"{PROCESSED}/{name}" for name in names)


def _figures(name: str) -> tuple[str, ...]:
    return tuple(f"figures/{language}/{name}.{kind}" for language in ("en", "da") for kind in ("svg", "csv"))


def _documents(name: str) -> tuple[str, ...]:
    """Return a page to read, to paste from and to print. It draws no values, so no table of them stands beside it."""
    return tuple(f"figures/{language}/{name}.{kind}" for language in ("en", "da") for kind in ("html", "docx", "pdf"))


def _stage(name: str, *, tables: str, figures: str = "", also: tuple[str, ...] = (), **more) -> Stage:
    """Return a stage from the endings of its tables and figures; "." is the one without."""
    writes = (
        *(f"{PROCESSED}/{name}{ending.strip('.')}.csv" for ending in tables.split()),
        f"{PROCESSED}/{name}.json",
        *(path for ending in figures.split() for path in _figures(f"{name}{ending.strip('.')}")),
        *also,
    )
    return Stage(name, writes=writes, **more)


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
    _stage(
        "01_clean_responses",
        reads=(*_STUDY, *_raw("survey_export.xlsx")),
        tables=". _excluded _problems _missing _rates _sizes",
        figures="_funnel _routing",
        parameters={"wave_cutoff": "", "dont_know": "exclude"},
        may_read=(*_WORDS, *_PRINTED, *_WITH_EXPORT),
    ),
    _stage(
        "02_classify_firms",
        reads=(*_RESPONSES, *_processed("01_clean_responses_excluded.csv")),
        tables=". _waves",
        figures=".",
        may_read=(*_WORDS, *_PRINTED),
    ),
    _stage(
        "03_describe_toe",
        reads=_EXPORT,
        tables=". _rankings _combined _overview _mentions _coverage _waves",
        figures="_technology _organisation _environment _overview",
        also=("build/03_describe_toe_proposals.csv",),
        may_read=(*_WORDS, *_PRINTED, *_OWN_WORDS),
        of_scales=(
            *_processed("03_describe_toe_levels.csv", "03_describe_toe_middles.csv"),
            *_figures("03_describe_toe_scales"),
        ),
    ),
    _stage(
        "04_size_by_status",
        reads=_RESPONSES,
        tables=". _effect _sweep _waves",
        figures=".",
        may_read=_WORDS,
        of_scales=_processed("04_size_by_status_trends.csv"),
    ),
    _stage(
        "05_compare_baselines",
        reads=(*_raw("baselines.csv", "report.toml", "published_claims.csv"), *_RESPONSES),
        tables=". _own _grid _bridge _readings _claims _silence _waves",
        figures=". _bridge _outcomes _silence _surface",
        may_read=_WORDS,
    ),
    _stage(
        "06_code_interviews",
        reads=(
            *_CODINGS,
            *_raw("interview_categories.csv", "interview_firms.csv", "interview_guide.csv", "published_claims.csv"),
            *_RESPONSES,
        ),
        tables=". _units _placing _themes _at_interview _agreement _selection _guide",
        figures=". _placing",
        also=(
            "build/06_code_interviews_sheet.csv",
            "build/06_code_interviews_sheet.xlsx",
        ),
        parameters={"coder_b": ""},
        may_read=_WORDS,
    ),
    _stage(
        "07_triangulate",
        reads=(
            *_EXPORT,
            *_CODINGS,
            *_raw("narrative_claims.csv", "triangulation.csv", "triangulation_conclusions.csv"),
        ),
        tables=". _conclusions _sensitivity",
        figures=".",
        may_read=(*_WORDS, *_PRINTED, *_OWN_WORDS),
    ),
    _stage(
        AUDIT,
        reads=(
            *_raw("published_claims.csv", "claim_checks.csv", "claim_sums.csv"),
            *_raw("narrative_claims.csv", "narrative_checks.csv", "audit_findings.csv", "baselines.csv"),
            *_CODINGS,
            *_RESPONSES,
            *_processed("02_classify_firms.json", "03_describe_toe.json"),
        ),
        tables=". _sums _power _readings _groups _drift _narratives _findings",
        figures=".",
        may_read=_WORDS,
    ),
    _stage(
        "09_plan_next_wave",
        reads=(*_raw("baselines.csv"), *_RESPONSES, *_processed("02_classify_firms.csv")),
        tables=". _precision _range _users _power _invitations _tipping",
        figures="_power _range _tipping",
        may_read=(*_WORDS, *_PRINTED),
    ),
    _stage(
        FINDINGS,
        reads=(
            *_STUDY,
            *_raw("report.toml", "baselines.csv", "published_claims.csv", "claim_checks.csv"),
            *_processed(*(f"05_compare_baselines_{table}.csv" for table in ("own", "readings", "bridge", "grid"))),
            *_processed("06_code_interviews.csv", "06_code_interviews_placing.csv"),
            *_processed("08_audit_report.csv", "08_audit_report_narratives.csv", "09_plan_next_wave_range.csv"),
        ),
        tables=".",
        also=_documents(FINDINGS),
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


def longest_first(stages: Sequence[Stage]) -> list[Stage]:
    """Return the stages in the order in which to start them: what the longest work waits for comes first.

    How much work a stage is, is told from the number of files that it makes: a run takes as long as in an order by the
    seconds of the last one.
    """
    needs = {stage.name: waits_for(stage, stages) for stage in stages}

    def work(stage: Stage) -> int:
        return len(stage.writes) + max((work(other) for other in stages if stage.name in needs[other.name]), default=0)

    return sorted(stages, key=work, reverse=True)


def chosen(words: Sequence[str], stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """Return the stages that `words` name, each by its name or the start of it, with every stage that they need.

    Raises
    ------
    InputError
        If a word means no stage or more than one.
    """
    wanted = {_meant(word, stages) for word in words}
    for stage in reversed(stages):  # a stage stands after those it needs
        if stage.name in wanted:
            wanted |= waits_for(stage, stages)
    return tuple(stage for stage in stages if stage.name in wanted)


def _meant(word: str, stages: Sequence[Stage]) -> str:
    word = PurePosixPath(word).name.removesuffix(".ipynb")
    word = f"{int(word):02d}" if word.isdecimal() else word
    meant = [stage for stage in stages if stage.name == word] or [
        stage for stage in stages if word and stage.name.startswith(word)
    ]
    if len(meant) != 1:
        raise InputError(f"--only: expected one of {', '.join(stage.name for stage in stages)}, found {word!r}")
    return meant[0].name
