"""The command ``toe-analysis``: what can be used away from this repository, wherever the package is installed."""

import argparse
import sys
from pathlib import Path

from toe_analysis import __version__
from toe_analysis.commands.line import claims_options
from toe_analysis.errors import InputError
from toe_analysis.terminal import UNUSABLE, any_console


def main(arguments: list[str] | None = None) -> int:
    """Carry out a command; return the exit code, 2 for input that cannot be used."""
    parser = argparse.ArgumentParser(
        prog="toe-analysis", description="Audit the numbers of a report.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    about = "audit the printed numbers of a report"
    claims_options(commands.add_parser("claims", help=about, description=f"{about.capitalize()}."))
    options = parser.parse_args(arguments)
    any_console()
    from toe_analysis.commands.claims import claims  # loads what takes a second

    try:
        return claims(Path.cwd(), options)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE
