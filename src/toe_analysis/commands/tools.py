"""The commands that hand over to another program in the same environment."""

import argparse
import subprocess
import sys
from pathlib import Path


def test(project: Path, options: argparse.Namespace) -> int:
    """Run the tests; return pytest's exit code."""
    return subprocess.call([sys.executable, "-m", "pytest", *options.further], cwd=project)


def lab(project: Path, options: argparse.Namespace) -> int:
    """Open JupyterLab on the notebooks."""
    words = [f"--ServerApp.root_dir={project}", "--LabApp.default_url=/lab/tree/notebooks"]
    return subprocess.call([sys.executable, "-m", "jupyterlab", *words, *options.further], cwd=project / "notebooks")
