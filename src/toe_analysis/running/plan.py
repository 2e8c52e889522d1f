"""What a run is to do, decided from the command line and a study's facts before its first step.

Only the standard library is used, since a run with nothing to do decides this too.
"""

import argparse
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from toe_analysis.csv_rows import read_csv_rows
from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_NAME, QUESTIONNAIRE_NAME, REPORT_NAME, STUDY_NAME
from toe_analysis.running.stages import RAW, STAGES, Stage, chosen, waits_for, with_parameters, with_scales
from toe_analysis.toml_facts import Facts, read_facts

#: What every study has.
_ALWAYS = {STUDY_NAME, QUESTIONNAIRE_NAME, EXPORT_NAME}


@dataclass(frozen=True)
class Plan:
    """A run.

    Parameters
    ----------
    project : Path
    options : argparse.Namespace
    study : Path
        The folder of a study: its facts are in ``data/raw`` of the project, of a folder under ``private/``, or in a
        folder of their own under ``data/studies``.
    stages : tuple of Stage
        With the parameters of this run.
    left_out : dict of str to str
        The stages that the study has no facts for, each with the reason.
    """

    project: Path
    options: argparse.Namespace
    study: Path
    stages: tuple[Stage, ...]
    left_out: dict[str, str]

    @property
    def notebooks(self) -> Path:
        """The folder of notebooks."""
        return self.project / "notebooks"

    @property
    def given(self) -> Path:
        """The facts of the study, and an export if it has one of its own."""
        return _facts_of(self.study)


def plan_run(project: Path, options: argparse.Namespace) -> Plan:
    """Return the run that the command line asks for.

    Raises
    ------
    InputError
        If options do not go together, or name a stage that there is not.
    """
    if options.wave_cutoff and not options.responses:
        raise InputError(
            "--wave-cutoff goes with --responses EXPORT, and not with an export that lies in its study's folder"
        )
    if options.show_private and (not options.responses or options.only):
        raise InputError("--show-private goes with a whole run on --responses")
    if (options.name or options.replace) and not options.responses:
        raise InputError("--name and --replace go with --responses; a study of your own has its folder's name")
    study = find_study(project, options.study)
    told = {name: value for name in ("wave_cutoff", "coder_b") if (value := getattr(options, name))}
    raw = _facts_of(study)
    stages = with_parameters(with_scales(STAGES) if has_scales(raw) else STAGES, told)
    if options.only:
        stages = chosen(options.only, stages)
    without = stages_left_out(STAGES, raw)
    if options.only and (lost := [stage.name for stage in stages if stage.name in without]):
        raise InputError(f"--only: {lost[-1]} cannot be run, since {without[lost[-1]]}")  # it needs the others
    stages = tuple(stage for stage in stages if stage.name not in without)
    if options.coder_b and not any("coder_b" in stage.parameters for stage in stages):
        raise InputError("--coder-b goes with notebook 6, which is no part of this run")
    return Plan(project, options, study, stages, without)


def _facts_of(study: Path) -> Path:
    raw = study / "data" / "raw"
    return raw if raw.is_dir() else study


def find_study(project: Path, name: str) -> Path:
    """Return the folder of a study: the project's own, one's own under ``private/``, or one under ``data/studies``.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if not name:
        return project
    homes = (project / "private", project / "data" / "studies")
    is_name = name == Path(name).name and name != ".."  # a path would lead out of what git leaves alone
    for folder in (home / name for home in homes if is_name):
        if (folder / "data" / "raw" / STUDY_NAME).is_file() or (folder / STUDY_NAME).is_file():
            return folder
    known = sorted(folder.name for home in homes for folder in home.glob("*/"))
    raise InputError(
        f"--study: expected a folder with {STUDY_NAME} under private/ or data/studies/ ({', '.join(known) or 'none'}), "
        f"found {name!r}; make one: python run_all.py new-study EXPORT --name NAME"
    )


def stages_left_out(stages: Sequence[Stage], raw: Path) -> dict[str, str]:
    """Return the stages that a study has no facts for, each with the reason as half a sentence.

    A study names its facts in ``study.toml``, under ``facts``. Those of a report stand in ``report.toml``, with the id
    of the study that they belong to: a study with another id, or with other questions under that id, is not held
    against it. Each stage stands after those it needs.

    Raises
    ------
    InputError
        If ``study.toml`` or ``report.toml`` is missing or no TOML file, or says what is asked here in another form.
    """
    study = read_facts(raw / STUDY_NAME)
    named = _ALWAYS | set(study.texts("facts"))
    read = {PurePosixPath(path).name for stage in stages for path in (*stage.reads, *stage.may_read)}
    Facts(dict.fromkeys(study.texts("facts")), f"{STUDY_NAME}, facts").only(*sorted(read))
    foreign = _foreign(raw, study, named)
    reasons: dict[str, str] = {}
    for stage in stages:
        files = [PurePosixPath(path).name for path in stage.reads if path.startswith(f"{RAW}/")]
        if missing := [name for name in files if name not in named]:
            reasons[stage.name] = f"{STUDY_NAME} names no {missing[0]}"
        elif strange := [name for name in files if name in foreign]:
            reasons[stage.name] = f"{strange[0]} {foreign[strange[0]]}"
        elif needed := sorted(waits_for(stage, stages) & set(reasons)):
            reasons[stage.name] = f"it reads from {needed[0]}, which is left out"
    return reasons


def has_scales(raw: Path) -> bool:
    """Return whether the questionnaire has a question whose answers have an order, and may be shown."""
    rows = _rows(raw / QUESTIONNAIRE_NAME)
    return any(row.get("type") in ("scale", "number") and not row.get("privacy") for row in rows)


def compared_study(raw: Path) -> str:
    """Return the id of the other study whose report the responses are held against; nothing if there is none."""
    study = read_facts(raw / STUDY_NAME)
    other = study.text("compares_with", "")
    return other if REPORT_NAME in study.texts("facts") and other != study.text("id", "") else ""


def _foreign(raw: Path, study: Facts, named: set[str]) -> dict[str, str]:
    """Return the files that belong to another study's report, each with why."""
    if REPORT_NAME not in named:
        return {}
    report = read_facts(raw / REPORT_NAME)
    files, owner, own = report.texts("files"), report.text("study", ""), study.text("id", "")
    if owner not in (own, study.text("compares_with", "")):
        return dict.fromkeys(files, f"belongs to the study {owner}, and this one is {own}")
    titles = _titles(raw / QUESTIONNAIRE_NAME)
    for role, title in report.table("asks").values.items():
        if role in titles and title not in titles[role]:
            why = (
                f"belongs to {owner}, whose question with the role {role} is {title!r} and not {titles[role][0]!r}: "
                f"give the study an id of its own in {STUDY_NAME}, or add the title under aliases"
            )
            return dict.fromkeys(files, why)
    return {}


def _titles(path: Path) -> dict[str, list[str]]:
    """Return by role the titles under which a question is found."""
    return {
        row["role"]: [row.get("header", ""), *(part.strip() for part in row.get("aliases", "").split("|"))]
        for row in _rows(path)
        if row.get("role")
    }


def _rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a questionnaire; none of one that cannot be read, which is told elsewhere."""
    with contextlib.suppress(InputError):
        heading, *rows = read_csv_rows(path)
        return [dict(zip(heading, map(str.strip, row), strict=True)) for row in rows]
    return []
