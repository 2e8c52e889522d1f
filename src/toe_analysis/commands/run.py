"""The command ``run``: rebuild what is out of date, and say how it went."""

import argparse
import importlib
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import EXPORT_ENDINGS, EXPORT_NAME, ROOT_VARIABLE, Root, write_atomically
from toe_analysis.running.plan import Plan, plan_run
from toe_analysis.running.runner import run_stages, undeclared_files
from toe_analysis.running.stages import STAGES, with_scales
from toe_analysis.running.task import Outcome
from toe_analysis.terminal import DONE, FAILED, tell

#: The closing lines of the last complete run, so that a run with nothing to do need not load what makes them. They are
#: gone as soon as something is not as they say.
_SUMMARY_FILE = "build/summary.txt"


def rebuild(project: Path, options: argparse.Namespace) -> int:
    """Bring every stage up to date, or run many times for a sweep; return the exit code."""
    if options.sweep or options.scheduler:
        from toe_analysis.sweeping.sweep import sweep

        return sweep(project, options)
    plan = plan_run(project, options)
    if plan.options.responses:
        return _private_run(plan)
    return _run(plan, Root.at(project)) if plan.study == project else _run_of_study(plan)


def _run_of_study(plan: Plan) -> int:
    """Run on a study's own export: in its folder if that is private, else in one that can be deleted."""
    from toe_analysis.privacy.root import keep_key

    if plan.given != plan.study:
        root = Root.at(plan.study)
        _check_one_export(root)
        return _run_for_owner(plan, root, partial(keep_key, root))
    root = Root.at(plan.project / "build" / "studies" / plan.study.name)
    root.path.mkdir(parents=True, exist_ok=True)

    def copy() -> None:
        for path in plan.given.iterdir():
            if path.is_file():  # an editor may keep a link to nowhere beside a file that it has open
                write_atomically(root.raw / path.name, path.read_bytes())

    return _run(plan, root, prepare=copy)


def _check_one_export(root: Root) -> None:
    """Refuse a second export that somebody has put beside the first one, since only one of them would be read."""
    kept = [path.name for path in map((root.raw / EXPORT_NAME).with_suffix, EXPORT_ENDINGS) if path.is_file()]
    if len(kept) > 1:
        raise InputError(
            f"private/{root.path.name}/data/raw: expected one export, found {' and '.join(kept)}; take out what is not "
            "to be analysed"
        )


def _private_run(plan: Plan) -> int:
    """Run on exports of one's own: they are read before anything is written, and looked at once."""
    from toe_analysis.privacy.root import asked_questions, fill_root, is_exposed, private_root, read_own

    options = plan.options
    asked = asked_questions(options.show_private, plan.given) if options.show_private else []
    exports = read_own(options.responses)
    for path in options.responses:
        if is_exposed(path, plan.project):
            tell(f"Note: {path.name} lies in this project, not under private/: move it out, before git takes it up.")
    root = private_root(
        plan.project, plan.given, exports, options.wave_cutoff, name=options.name, replaces=options.replace
    )
    return _run_for_owner(plan, root, partial(fill_root, root, plan.given, exports), asked)


def _run_for_owner(plan: Plan, root: Root, prepare: Callable[[], None], asked: Sequence[str] = ()) -> int:
    """Run where nobody else may look in, show what is asked for, and say what has become of an earlier release."""
    from toe_analysis.privacy.root import owner_only, show_private, tell_wider_rights

    if said := tell_wider_rights(root.path):
        tell(said)
    with owner_only():
        code = _run(plan, root, prepare)
        if code == DONE and asked:
            tell(show_private(root, asked))
        if code == DONE and (root.path / "release").is_dir():
            from toe_analysis.releasing.release import mark_release

            if said := mark_release(root):
                tell(said)
    return code


def _run(plan: Plan, root: Root, prepare: Callable[[], None] = lambda: None) -> int:
    """Run the stages and close the run."""
    options = plan.options
    is_summed_up = not (options.only or options.quiet)
    if root.path != plan.project:
        os.environ[ROOT_VARIABLE] = str(root.path)  # the words of a study stand beside its facts

    def report(outcome: Outcome) -> None:
        if outcome.because:  # what is said at the end of a run is not of these results any more
            (root.path / _SUMMARY_FILE).unlink(missing_ok=True)
        if outcome.error or not options.quiet:
            tell(outcome.explained(root.path) if options.explain else outcome.line(root.path))

    def check() -> None:
        if not options.responses:
            from toe_analysis.running.inputs import check_inputs

            check_inputs(root, options.wave_cutoff, plan.stages)
        if is_summed_up:  # needed at the end, but meanwhile the foreman loads what the stages need
            importlib.import_module("toe_analysis.commands.closing")

    succeeded = run_stages(
        plan.stages,
        plan.notebooks,
        root.path,
        jobs=options.jobs,
        report=report,
        force=options.force,
        prepare=partial(_prepare, plan, root, prepare),
        check=check,
    )
    if not succeeded:
        return FAILED
    if left := undeclared_files(with_scales(STAGES), root.path):
        tell(f"No stage makes {', '.join(left)}: delete it, or declare it in src/toe_analysis/running/stages.py.")
        return FAILED
    if options.coder_b:
        tell("Notebook 6's tables now hold the second coder's codes; a run without --coder-b makes the others again.")
    if is_summed_up:
        tell(_closing(plan, root))
    return DONE


def _prepare(plan: Plan, root: Root, prepare: Callable[[], None]) -> None:
    """Make the root ready; what an earlier run left there of a stage that is left out now is of other facts."""
    prepare()
    if plan.options.coder_b:  # before it is asked what has changed, so that it is told even where nothing has
        from toe_analysis.exchange.second_coder import read_second_coder
        from toe_analysis.interviews import read_codings

        read_second_coder(root, plan.options.coder_b, read_codings(root.raw))
    stale = [stage for stage in with_scales(STAGES) if stage.name in plan.left_out]
    for path in (root.path / path for stage in stale for path in (*stage.writes, stage.executed)):
        if path.exists():
            path.unlink()
            (root.path / _SUMMARY_FILE).unlink(missing_ok=True)  # it may speak of that


def _closing(plan: Plan, root: Root) -> str:
    kept = root.path / _SUMMARY_FILE
    if kept.is_file():
        return kept.read_text(encoding="utf-8").rstrip("\n")
    from toe_analysis.commands.closing import closing_summary

    text = closing_summary(plan.stages, plan.project, root, plan.left_out)
    write_atomically(kept, (text + "\n").encode())
    return text
