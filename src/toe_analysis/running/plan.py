"""What a run is to do, decided from the command line before its first step."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.running.stages import STAGES, Stage, chosen, with_parameters


@dataclass(frozen=True)
class Plan:
    """A run.

    Parameters
    ----------
    project : Path
        Its folder, with the notebooks.
    stages : tuple of Stage
        With the parameters of this run.
    exports : tuple of Path
        Exports of one's own, which are analysed in a private folder; empty for the bundled one.
    wave_cutoff, coder_b : str
        First day of wave 2, and a second coder's file; empty where nothing is said.
    shown : str
        Which answers that identify firms are asked for, like ``q04,q07``.
    is_whole : bool
        Whether all stages are meant, and not some alone.
    force, explain, quiet : bool
    jobs : int
        Stages at the same time.
    """

    project: Path
    stages: tuple[Stage, ...]
    exports: tuple[Path, ...]
    wave_cutoff: str
    coder_b: str
    shown: str
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
        """What is given to every run."""
        return self.project / "data" / "raw"


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
    told = {name: value for name in ("wave_cutoff", "coder_b") if (value := getattr(options, name))}
    stages = with_parameters(STAGES, told)
    return Plan(
        project=project,
        stages=chosen(options.only, stages) if options.only else stages,
        exports=tuple(options.responses or ()),
        wave_cutoff=options.wave_cutoff,
        coder_b=options.coder_b,
        shown=options.show_private,
        is_whole=not options.only,
        force=options.force,
        explain=options.explain,
        quiet=options.quiet,
        jobs=options.jobs or os.cpu_count() or 1,
    )
