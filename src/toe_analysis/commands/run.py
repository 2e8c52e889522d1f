"""The command ``run``: rebuild what is out of date, and say how it went."""

import argparse
import importlib
import os
from functools import partial
from pathlib import Path

from toe_analysis.commands.line import DONE, FAILED, tell
from toe_analysis.errors import InputError
from toe_analysis.paths import Root, write_atomically
from toe_analysis.running import runner
from toe_analysis.running.stages import STAGES, chosen, with_parameters
from toe_analysis.running.summary import explained, stage_line
from toe_analysis.running.tasks import Outcome

#: The closing lines of the last complete run, so that a run with nothing to do need not load what makes them.
_SUMMARY_FILE = "build/summary.txt"


def rebuild(project: Path, options: argparse.Namespace) -> int:
    """Bring every stage up to date, here or for an export of one's own in its private folder; return the exit code.

    A sweep does so many times, each in a folder of its own.
    """
    if options.sweep or options.scheduler:
        from toe_analysis.sweeping.sweep import sweep

        return sweep(project, options)
    root, checked, fill = Root.at(project), False, lambda: None
    if options.wave_cutoff and not options.responses:
        raise InputError("--wave-cutoff goes with --responses; the bundled export knows its own")
    if options.show_private and (not options.responses or options.only):
        raise InputError("--show-private goes with a whole run on --responses")
    told = {name: value for name in ("wave_cutoff", "coder_b") if (value := getattr(options, name))}
    stages = with_parameters(STAGES, told)
    if options.only:
        stages = chosen(options.only, stages)
    if options.responses:
        from toe_analysis.privacy.prepare import fill_root, private_root

        if options.show_private:
            from toe_analysis.privacy.asked_for import asked_questions, show_private

            asked = asked_questions(options.show_private, root.raw / "questionnaire.csv")
        root, checked = private_root(project, options.responses, options.wave_cutoff), True
        fill = partial(fill_root, root, project / "data" / "raw", options.responses)
    outcomes: list[Outcome] = []

    def report(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if outcome.because:  # what is said at the end of a run is not of these results any more
            (root.path / _SUMMARY_FILE).unlink(missing_ok=True)
        if outcome.error or not options.quiet:
            tell(explained(outcome, root.path) if options.explain else stage_line(outcome, root.path))

    def check() -> None:
        if not checked:
            from toe_analysis.privacy.prepare import check_inputs

            check_inputs(root, options.wave_cutoff, stages, options.coder_b)
        if not options.quiet and not options.only:  # needed at the end, but now is when this process has to wait
            importlib.import_module("toe_analysis.commands.closing")

    succeeded = runner.run_stages(
        stages,
        project / "notebooks",
        root.path,
        jobs=options.jobs or os.cpu_count() or 1,
        report=report,
        force=options.force,
        prepare=fill,
        check=check,
        note=tell,
    )
    if succeeded and (left := runner.undeclared_files(STAGES, root.path)):
        succeeded = False
        tell(f"No stage makes {', '.join(left)}: delete it, or declare it in src/toe_analysis/running/stages.py.")
    if succeeded and options.show_private:
        tell(show_private(root, asked))
    if succeeded and options.coder_b:
        tell("Notebook 6's tables now hold the second coder's codes; a run without --coder-b makes the others again.")
    if succeeded and not options.quiet and not options.only:
        tell(_closing(project, root, any(outcome.because for outcome in outcomes)))
    return DONE if succeeded else FAILED


def _closing(project: Path, root: Root, anything_ran: bool) -> str:
    kept = root.path / _SUMMARY_FILE
    if not anything_ran and kept.is_file():
        return kept.read_text(encoding="utf-8").rstrip("\n")
    from toe_analysis.commands.closing import closing_summary

    text = closing_summary(STAGES, project, root)
    write_atomically(kept, (text + "\n").encode())
    return text
