"""``run_all.py claims``: the audit of any report, by the environment that is there."""

import argparse
from pathlib import Path

from toe_analysis.topics.audit.__main__ import show_audit


def claims(project: Path, options: argparse.Namespace) -> int:
    """Print the audit of a claims file; return the exit code. The project's own files have no part in it."""
    return show_audit(options)
