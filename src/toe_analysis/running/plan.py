"""What a run is to do, decided from the command line before its first step."""

import argparse
import os
from dataclasses import dataclass, replace
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.running.facts import STUDY_NAME, has_scales, left_out
from toe_analysis.running.stages import STAGES, Stage, chosen, with_parameters, with_scales


@dataclass(frozen=True)
class Plan:
    """A run.

    Parameters
    ----------
    project : Path
        Its folder, with the notebooks.
    stages : tuple of Stage
        With the parameters of this run.
    study : Path
        The folder of a study: its facts are in ``data/raw`` of the project, of a folder under ``private/``, or in a
        folder of their own under ``data/studies``.
    exports : tuple of Path
        Exports of one's own, which are analysed in a private folder; empty for the study's own.
    left_out : dict of str to str
        The stages that the study has no facts for, each with the reason.
    wave_cutoff, coder_b : str
        First day of wave 2, and a second coder's file; empty where nothing is said.
    shown : str
        Which answers that identify firms are asked for, like ``q04,q07``.
    name : str
        Folder under ``private/`` for them; empty to name it after the files.
    replaces : bool
        Whether they may take the place of others in that folder.
    is_whole : bool
        Whether all stages are meant, and not some alone.
    force, explain, quiet : bool
    jobs : int
        Stages at the same time.
    """

    project: Path
    stages: tuple[Stage, ...]
    study: Path
    exports: tuple[Path, ...]
    left_out: dict[str, str]
    wave_cutoff: str
    coder_b: str
    shown: str
    name: str
    replaces: bool
    is_whole: bool
    force: bool
    explain: bool
    quiet: bool
    jobs: int

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
        raise InputError("--wave-cutoff goes with --responses; the bundled export knows its own")
    if options.show_private and (not options.responses or options.only):
        raise InputError("--show-private goes with a whole run on --responses")
    if (options.name or options.replace) and not options.responses:
        raise InputError("--name and --replace go with --responses; a study of your own has its folder's name")
    study = find_study(project, options.study)
    told = {name: value for name in ("wave_cutoff", "coder_b") if (value := getattr(options, name))}
    raw = _facts_of(study)
    every = with_scales(STAGES) if has_scales(raw) else STAGES
    stages = with_parameters(every, told)
    plan = Plan(
        project=project,
        stages=chosen(options.only, stages) if options.only else stages,
        study=study,
        exports=tuple(options.responses or ()),
        left_out={},
        wave_cutoff=options.wave_cutoff,
        coder_b=options.coder_b,
        shown=options.show_private,
        name=options.name,
        replaces=options.replace,
        is_whole=not options.only,
        force=options.force,
        explain=options.explain,
        quiet=options.quiet,
        jobs=options.jobs or os.cpu_count() or 1,
    )
    without = left_out(STAGES, raw)
    if options.only and (wanted := plan.stages[-1].name) in without:
        raise InputError(f"--only: {wanted} cannot be run, since {without[wanted]}")
    run = tuple(stage for stage in plan.stages if stage.name not in without)
    if options.coder_b and not any("coder_b" in stage.parameters for stage in run):
        raise InputError("--coder-b goes with notebook 6, which is no part of this run")
    return replace(plan, left_out=without, stages=run)


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
    for folder in (project / "private" / name, project / "data" / "studies" / name):
        if (folder / "data" / "raw" / STUDY_NAME).is_file() or (folder / STUDY_NAME).is_file():
            return folder
    known = sorted(
        path.name
        for folder in (project / "private", project / "data" / "studies")
        if folder.is_dir()
        for path in folder.iterdir()
        if path.is_dir()
    )
    raise InputError(
        f"--study: expected a folder with {STUDY_NAME} under private/ or data/studies/ ({', '.join(known) or 'none'}), "
        f"found {name!r}; make one: python run_all.py new-study EXPORT --name {name}"
    )
