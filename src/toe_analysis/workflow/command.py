"""The command line. Parsing needs the standard library alone; what a command needs is imported when it runs."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from toe_analysis.errors import InputError
from toe_analysis.paths import Root

DONE, FAILED, UNUSABLE = 0, 1, 2

_DESCRIPTION = """\
Rebuild the study: clean the survey, classify the firms, draw every table and figure.

commands:
  run    run every notebook and rebuild all tables and figures (when no command is given)
  test   run the tests; further words go to pytest, for example: python run_all.py test -k routing
  lab    open JupyterLab on the notebooks; further words go to JupyterLab
"""
_EPILOG = """\
The first use sets up .venv beside this file. Inside a conda or virtual environment that has everything, that one is
used and nothing is installed. Exit codes: 0 done, 1 a stage failed, 2 wrong usage or unreadable input.
"""


def parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Return the options, and the words that are meant for pytest or JupyterLab; end the program on wrong usage."""
    parser = argparse.ArgumentParser(
        prog="run_all.py",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("command", nargs="?", choices=("run", "test", "lab"), default="run", metavar="COMMAND")
    parser.add_argument("--responses", type=Path, metavar="PATH", help="analyse this Forms export, under private/ only")
    parser.add_argument("--wave-cutoff", default="", metavar="DATE", help="first day of wave 2, like 2025-04-01")
    parser.add_argument("--jobs", type=_jobs, metavar="N", help="stages at the same time (default: one a core)")
    options, further = parser.parse_known_args(arguments)
    if further and options.command == "run":
        parser.error(f"unknown: {' '.join(further)}")
    if options.wave_cutoff and not options.responses:
        parser.error("--wave-cutoff goes with --responses; the bundled export knows its own")
    return options, further


def main(project: Path, arguments: list[str]) -> int:
    """Carry out a command in an environment that is ready; return the exit code."""
    options, further = parse(arguments)
    # Children find the package the same way, whether or not it is installed.
    source = str(project / "src")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH")]))
    try:
        if options.command == "test":
            return subprocess.call([sys.executable, "-m", "pytest", *further], cwd=project)
        if options.command == "lab":
            words = [f"--ServerApp.root_dir={project}", "--LabApp.default_url=/lab/tree/notebooks"]
            return subprocess.call([sys.executable, "-m", "jupyterlab", *words, *further], cwd=project / "notebooks")
        return _run(project, options)
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. The results of finished stages are whole; run the same command again to go on.\n")
        return 130


def _run(project: Path, options: argparse.Namespace) -> int:
    from toe_analysis.workflow import runner
    from toe_analysis.workflow.prepare import check_inputs, private_root
    from toe_analysis.workflow.stages import STAGES, with_parameters
    from toe_analysis.workflow.summary import closing_summary, stage_line

    try:
        root = Root.at(project)
        if options.responses:
            root = private_root(project, options.responses, options.wave_cutoff)
        check_inputs(root, options.wave_cutoff)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE
    stages = with_parameters(STAGES, {"wave_cutoff": options.wave_cutoff} if options.wave_cutoff else {})
    ended = []

    def report(outcome: object) -> None:
        ended.append(outcome)
        _say(stage_line(outcome, root.path))

    jobs = options.jobs or os.cpu_count() or 1
    succeeded = runner.run_stages(stages, project / "notebooks", root.path, jobs=jobs, report=report)
    if succeeded and (left := runner.undeclared_files(stages, root.path)):
        succeeded = False
        _say(f"No stage makes {', '.join(left)}: delete it, or declare it in src/toe_analysis/workflow/stages.py.")
    if succeeded:
        _say(closing_summary(stages, project, root))
    return DONE if succeeded else FAILED


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, found {text!r}")
    return int(text)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
