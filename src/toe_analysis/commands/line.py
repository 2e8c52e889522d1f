"""The command line. Parsing needs the standard library alone; what a command needs is imported when it runs."""

import argparse
import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from toe_analysis import __version__
from toe_analysis.releasing import FLOOR, MINIMUM
from toe_analysis.terminal import DIFFERENT, DONE, FAILED, UNUSABLE, any_console, carried_out

_EPILOG = f"""\
Another wave of this questionnaire: run_all.py --responses EXPORT. Another survey: run_all.py new-study EXPORT --name
NAME, then run_all.py --study NAME. Each command has a --help of its own.

The first use sets up .venv beside this file. Inside a conda or virtual environment that has everything, that one is
used and nothing is installed. Exit codes: {DONE} done, {FAILED} a stage or a check failed, {UNUSABLE} wrong usage or
unreadable input, {DIFFERENT} from verify alone: a value differs.
"""


@dataclass(frozen=True)
class Command:
    """A word that ``run_all.py`` understands.

    Parameters
    ----------
    help : str
        One line.
    function : str
        ``module.function`` in `toe_analysis`, called with the project's folder and the options; returns the
        exit code. Raises `InputError` for what the user must put right, before anything is written.
    options : callable
        Adds the command's own options to its parser.
    passes_on : str
        The program that gets every word that is no option of ours; empty if there is none.
    extras : tuple of str
        What of ``pyproject.toml`` it needs beyond a run; added to the environment when it is first asked for.
    """

    help: str
    function: str
    options: Callable[[argparse.ArgumentParser], None] = lambda parser: None
    passes_on: str = ""
    extras: tuple[str, ...] = ()


def _run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--responses",
        type=Path,
        action="append",
        metavar="PATH",
        help="analyse this Forms export, under private/ only; more than once for several waves",
    )
    parser.add_argument("--name", default="", metavar="NAME", help="of the folder under private/ for --responses")
    parser.add_argument("--replace", action="store_true", help="let --responses take the place of that folder's export")
    parser.add_argument("--study", default="", metavar="NAME", help="a study under private/ or data/studies/")
    parser.add_argument("--wave-cutoff", default="", metavar="DATE", help="first day of wave 2, like 2025-04-01")
    parser.add_argument(
        "--coder-b", default="", metavar="NAME", help="a second coder's file in data/raw, for notebook 6"
    )
    parser.add_argument(
        "--show-private", default="", metavar="QUESTIONS", help="list answers that may identify somebody, like q04,q07"
    )
    parser.add_argument(
        "--only",
        action="append",
        metavar="STAGE",
        help="this stage and what it needs, by its name or number (like 04); more than once for several",
    )
    parser.add_argument("--force", action="store_true", help="run every stage, also those that are up to date")
    parser.add_argument("--explain", action="store_true", help="say for each stage what has changed")
    parser.add_argument("--sweep", type=Path, metavar="FILE", help="many runs, see docs/many-runs.md")
    parser.add_argument("--scheduler", default="", metavar="ADDRESS", help="work the sweep out on this Dask cluster")
    parser.add_argument("--quiet", action="store_true", help="say nothing unless something is wrong")
    _jobs_option(parser)


def _new_study_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("export", type=Path, metavar="EXPORT", help="a Forms export: .xlsx, .csv or .parquet")
    parser.add_argument("--name", required=True, metavar="NAME", help="of its folder under private/, like north")


def _claims_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "claims", type=Path, metavar="CLAIMS.csv", help="a row a printed number, see data/raw/README.md"
    )
    parser.add_argument("--sums", type=Path, metavar="SUMS.csv", help="equations that should hold between claims")
    parser.add_argument("--data", type=Path, metavar="DATA.csv", help="a row an answer, to count the claims again")


def _jobs_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--jobs",
        type=partial(_at_least, 1, ""),
        metavar="N",
        default=os.cpu_count() or 1,
        help="notebooks, runs of a sweep or hand-ins at the same time (default: one a core)",
    )


def _release_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--run", default="", metavar="NAME", help="folder under private/ (default: the only one)")
    told = f"smallest count shown (default {MINIMUM}, floor {FLOOR})"
    minimum = partial(_at_least, FLOOR, ": smaller ones tell who answered")
    parser.add_argument("--minimum", type=minimum, default=MINIMUM, metavar="N", help=told)
    parser.add_argument(
        "--public",
        action="append",
        default=[],
        choices=("status",),
        help="counts that the report prints, so that everybody knows them",
    )
    before = parser.add_argument_group("if some of these answers were released before (see docs/data-protection.md)")
    choices = before.add_mutually_exclusive_group()
    choices.add_argument("--shared", action="store_true", help="publish what holds for both, as ranges")
    choices.add_argument("--withdraw", action="store_true", help="delete the earlier release, which has reached nobody")
    choices.add_argument("--replace", action="store_true", help="release all the same, after a warning")


def _forget_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="folder under private/")


def _grade_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="as Canvas, Moodle or itslearning delivers it")
    parser.add_argument("--run", action="store_true", help="run the students' code, instead of reading saved outputs")
    _jobs_option(parser)


#: The first one is meant when no command is given.
COMMANDS = {
    "run": Command(
        "bring all tables and figures up to date, running what has changed", "commands.run.rebuild", _run_options
    ),
    "new-study": Command(
        "begin a study of your own from its export, in a private folder",
        "commands.new_study.new_study",
        _new_study_options,
    ),
    "verify": Command(
        "rebuild everything elsewhere, compare every value, and certify it", "publishing.verify.verify", _jobs_option
    ),
    "check": Command("look for what a run cannot see: notebooks, names, words, README", "commands.check.check"),
    "claims": Command(
        "audit the printed numbers of any report, written down in a CSV file", "commands.claims.claims", _claims_options
    ),
    "site": Command(
        "make build/site/index.html: figures, audit and notebooks to read offline", "publishing.site.make_site"
    ),
    "release": Command(
        "make the publishable part of a private run, small counts hidden",
        "releasing.release.release",
        _release_options,
    ),
    "forget": Command(
        "delete all that a private run has kept, and say what is beyond its reach",
        "commands.forget.forget",
        _forget_options,
    ),
    "export": Command(
        "write the study in other people's formats, and what is made of its results and kept in git",
        "publishing.outgoing.write_outgoing",
    ),
    "test": Command(
        "run the tests, for example: python run_all.py test -k routing",
        "commands.other_programs.test",
        passes_on="pytest",
        extras=("test", "checks", "cluster", "parquet", "lite", "lab"),  # all that can be tried
    ),
    "teach": Command(
        "make the exercises: students' copies in a zip, solutions, teacher's pages",
        "teaching.teach.teach",
        _jobs_option,
    ),
    "grade": Command(
        "see how far a class is, from a folder of handed-in notebooks", "teaching.grade.grade", _grade_options
    ),
    "lite": Command(
        "make build/lite/site: the notebooks as a web page, with a Python in the browser",
        "publishing.lite.make_lite",
        _jobs_option,
        extras=("lite",),
    ),
    "lab": Command(
        "open JupyterLab on the notebooks", "commands.other_programs.lab", passes_on="JupyterLab", extras=("lab",)
    ),
}


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the command and its options; end the program on wrong usage.

    Words that are meant for pytest or JupyterLab are in ``further``.
    """
    arguments = list(arguments)
    if not arguments or (arguments[0] not in COMMANDS and arguments[0] not in ("-h", "--help")):
        if arguments and not arguments[0].startswith("-"):
            _parser().error(f"unknown command {arguments[0]!r}; there are: {', '.join(COMMANDS)}")
        arguments.insert(0, next(iter(COMMANDS)))
    options, further = _parser().parse_known_args(arguments)
    if further and not COMMANDS[options.command].passes_on:
        _parser().error(f"unknown: {' '.join(further)}; see: python run_all.py {options.command} --help")
    options.further = further
    return options


def extras_of(options: argparse.Namespace) -> set[str]:
    """Return what of ``pyproject.toml`` a command needs beyond what a run needs."""
    extras = set(COMMANDS[options.command].extras)
    if getattr(options, "scheduler", "") and options.sweep:  # without one it is refused
        extras.add("cluster")
    given = [*(getattr(options, "responses", None) or ()), *filter(None, [getattr(options, "export", None)])]
    if any(path.suffix.lower() == ".parquet" for path in given):
        extras.add("parquet")
    return extras


def main(project: Path, arguments: list[str]) -> int:
    """Carry out a command in an environment that is ready; return the exit code."""
    options = parse(arguments)
    importlib.import_module("toe_analysis.running.foreman").set_environment()
    module, _, function = COMMANDS[options.command].function.rpartition(".")
    try:
        command = getattr(importlib.import_module(f"toe_analysis.{module}"), function)
        return carried_out(partial(command, project, options))  # until here run_all.py ends what is stopped
    except ImportError as error:
        if (error.name or "toe_analysis").startswith("toe_analysis"):
            raise
        told = str(error).splitlines()[0]
        sys.stderr.write(
            f"A package is missing or damaged ({told}): delete the folder .venv and run the same command again.\n"
        )
        return UNUSABLE
    except OSError as error:
        place, why = error.filename2 or error.filename or "a file", error.strerror or error
        sys.stderr.write(f"The run had to stop, since {place} could not be written or read: {why}.\n")
        return FAILED


def main_anywhere(arguments: list[str] | None = None) -> int:
    """Carry out ``toe-analysis``, which can be used away from this repository, wherever the package is installed."""
    parser = argparse.ArgumentParser(
        prog="toe-analysis", description="Audit the numbers of a report.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    about = "audit the printed numbers of a report"
    _claims_options(commands.add_parser("claims", help=about, description=f"{about.capitalize()}."))
    options = parser.parse_args(arguments)
    any_console()
    claims = importlib.import_module("toe_analysis.commands.claims").claims  # loads what takes a second
    return carried_out(partial(claims, Path.cwd(), options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run_all.py",
        description="Rebuild the study: clean the survey, classify the firms, draw every table and figure.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands (run, when none is given)")
    for name, command in COMMANDS.items():
        passed = f" Further words go to {command.passes_on}." if command.passes_on else ""
        part = commands.add_parser(
            name,
            help=command.help,
            description=f"{command.help[0].upper()}{command.help[1:]}.{passed}",
            allow_abbrev=False,
        )
        command.options(part)
    return parser


def _at_least(least: int, why: str, text: str) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"expected a number of at least {least}, found {text!r}{why}")
    return int(text)
