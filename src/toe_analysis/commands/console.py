"""The command ``toe-analysis``: what can be used away from this repository, wherever the package is installed."""

import argparse
import sys
from importlib import metadata


def main(arguments: list[str] | None = None) -> int:
    """Carry out a command; return the exit code, 2 for input that cannot be used."""
    parser = argparse.ArgumentParser(
        prog="toe-analysis", description="Audit the numbers of a report.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=metadata.version("toe-analysis"))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    commands.add_parser("claims", help="audit the printed numbers of a report", add_help=False)
    words = sys.argv[1:] if arguments is None else arguments
    parser.parse_args(words[:1])
    from toe_analysis.topics.audit.__main__ import main as audit  # loads what takes a second

    return audit(words[1:], program="toe-analysis claims")
