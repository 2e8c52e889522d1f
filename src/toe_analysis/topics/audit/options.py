"""What the audit of any report is told on a command line, whichever command it is; the standard library is enough."""

from argparse import ArgumentParser
from pathlib import Path


def add_options(parser: ArgumentParser) -> None:
    """Add the files that an audit reads to a command's parser."""
    parser.add_argument(
        "claims", type=Path, metavar="CLAIMS.csv", help="a row a printed number, see data/raw/README.md"
    )
    parser.add_argument("--sums", type=Path, metavar="SUMS.csv", help="equations that should hold between claims")
    parser.add_argument("--data", type=Path, metavar="DATA.csv", help="a row an answer, to count the claims again")
