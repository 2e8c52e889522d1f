"""The command ``run``: rebuild everything, and say how it went."""

import argparse
import os
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import Root
from toe_analysis.workflow import runner
from toe_analysis.workflow.command import DONE, FAILED, tell
from toe_analysis.workflow.execute import Outcome
from toe_analysis.workflow.prepare import check_inputs, private_root
from toe_analysis.workflow.stages import STAGES, with_parameters
from toe_analysis.workflow.summary import closing_summary, stage_line


def rebuild(project: Path, options: argparse.Namespace) -> int:
    """Run every stage in the project, or for an export of one's own in its private folder; return the exit code."""
    root = Root.at(project)
    if options.wave_cutoff and not options.responses:
        raise InputError("--wave-cutoff goes with --responses; the bundled export knows its own")
    if options.responses:
        root = private_root(project, options.responses, options.wave_cutoff)
    check_inputs(root, options.wave_cutoff)
    stages = with_parameters(STAGES, {"wave_cutoff": options.wave_cutoff} if options.wave_cutoff else {})

    def report(outcome: Outcome) -> None:
        tell(stage_line(outcome, root.path))

    jobs = options.jobs or os.cpu_count() or 1
    succeeded = runner.run_stages(stages, project / "notebooks", root.path, jobs=jobs, report=report)
    if succeeded and (left := runner.undeclared_files(stages, root.path)):
        succeeded = False
        tell(f"No stage makes {', '.join(left)}: delete it, or declare it in src/toe_analysis/workflow/stages.py.")
    if succeeded:
        tell(closing_summary(stages, project, root))
    return DONE if succeeded else FAILED
