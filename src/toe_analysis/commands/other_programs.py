"""The commands that hand over to another program in the same environment."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from toe_analysis.terminal import tell


def test(project: Path, options: argparse.Namespace) -> int:
    """Run the tests; return pytest's exit code."""
    return subprocess.call([sys.executable, "-m", "pytest", *options.further], cwd=project)


def lab(project: Path, options: argparse.Namespace) -> int:
    """Open JupyterLab on the notebooks."""
    words = [f"--ServerApp.root_dir={project}", "--LabApp.default_url=/lab/tree/notebooks"]
    if getattr(os, "geteuid", lambda: 1)() == 0:  # in a container, say; JupyterLab refuses this without a word from us
        tell("You are root here, so whoever opens this JupyterLab may do anything on this machine.")
        words.append("--allow-root")
    return subprocess.call([sys.executable, "-m", "jupyterlab", *words, *options.further], cwd=project / "notebooks")
