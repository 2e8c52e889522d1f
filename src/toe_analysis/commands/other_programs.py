"""The commands that hand over to another program in the same environment."""

import argparse
import os
import sys
from pathlib import Path

from toe_analysis.terminal import give_way, tell


def test(project: Path, options: argparse.Namespace) -> int:
    """Run the tests; return pytest's exit code."""
    os.chdir(project)
    return give_way([sys.executable, "-m", "pytest", *options.further], os.environ)


def lab(project: Path, options: argparse.Namespace) -> int:
    """Open JupyterLab on the notebooks."""
    words = [f"--ServerApp.root_dir={project}", "--LabApp.default_url=/lab/tree/notebooks"]
    if getattr(os, "geteuid", lambda: 1)() == 0:  # in a container, say; JupyterLab refuses this without a word from us
        tell("You are root here, so whoever opens this JupyterLab may do anything on this machine.")
        words.append("--allow-root")
    os.chdir(project / "notebooks")
    return give_way([sys.executable, "-m", "jupyterlab", *words, *options.further], os.environ)
