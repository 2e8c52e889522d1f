"""Time the runner beside a shell loop of papermill, in one run: python benchmarks/runner_speed.py [PAIRS]."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from toe_analysis.running.runner import run_stages
from toe_analysis.running.stages import STAGES, Stage

PROJECT = Path(__file__).parents[1]
PARTS = ("run_all.py", "pyproject.toml", "requirements.lock", "data", "notebooks", "src", "figures")
TINY = tuple(Stage(f"{number:02d}_tiny", (), (f"data/processed/{number:02d}_tiny.csv",)) for number in range(1, 13))
_CELLS = (
    "from pathlib import Path",
    "import os",
    "folder = Path(os.environ.get('TOE_ANALYSIS_OUTPUT', '..')) / 'data/processed'",
    "folder.mkdir(parents=True, exist_ok=True)",
    "print((folder / '{name}.csv').write_text('a'))",
)


def make_tiny(folder):
    """Make a project of notebooks that do next to nothing."""
    (folder / "notebooks").mkdir(parents=True)
    for stage in TINY:
        cells = [
            {"cell_type": "code", "id": f"c{place}", "metadata": {}, "outputs": [], "execution_count": None}
            | {"source": text.format(name=stage.name)}
            for place, text in enumerate(_CELLS)
        ]
        kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": ""}}
        notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
        (folder / "notebooks" / f"{stage.name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def run_tiny(folder):
    """Run them, in a process of its own."""
    outcome = run_stages(TINY, folder / "notebooks", folder, jobs=os.cpu_count(), report=lambda _: None, force=True)
    sys.exit(not outcome)


def seconds(words, folder):
    """Seconds that a command takes; it must succeed."""
    started = time.monotonic()
    environment = os.environ | {"PYTHONPATH": str(folder / "src" if (folder / "src").is_dir() else PROJECT / "src")}
    ended = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(ended.stdout + ended.stderr)
    return time.monotonic() - started


def loop(stages, folder):
    """Seconds of the plain loop: one papermill after the other, as a shell would run them."""
    taken = 0.0
    for stage in stages:
        words = ["-m", "papermill", f"{stage.name}.ipynb", str(folder / f"{stage.name}.out.ipynb"), "-k", "python3"]
        (folder / "notebooks").mkdir(exist_ok=True)
        command = f"cd notebooks && exec {sys.executable} {' '.join(words)}"
        taken += seconds(["sh", "-c", command], folder)
    return taken


class Memory(threading.Thread):
    """Watches what all our children hold together: a page that they share counts once."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most, self.over = 0, False

    def run(self):
        """Look ten times a second."""
        me = psutil.Process()
        while not self.over:
            held = 0
            for child in me.children(recursive=True):
                try:
                    held += getattr(child.memory_full_info(), "pss", child.memory_info().rss)
                except psutil.Error:
                    continue
            self.most = max(self.most, held)
            time.sleep(0.1)


def line(what, ours, theirs, limit):
    """Print a comparison beside its limit."""
    print(
        f"{what}\n  ours {ours:.1f} s, loop of papermill {theirs:.1f} s: {theirs / ours:.1f} times (at least {limit})"
    )


def main(pairs):
    """Print every figure that the project promises, beside its limit."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{os.cpu_count()} cores, load before {load}; best of {pairs} runs each, taken in turns")
    run = [sys.executable, "run_all.py"]
    with tempfile.TemporaryDirectory() as place:
        study, tiny = Path(place) / "study", Path(place) / "tiny"
        study.mkdir()
        for name in PARTS:
            (shutil.copytree if (PROJECT / name).is_dir() else shutil.copy2)(PROJECT / name, study / name)
        make_tiny(tiny)
        again = [sys.executable, __file__, "--tiny", str(tiny)]

        times = [(seconds([*run, "--force"], study), loop(STAGES, study)) for _ in range(pairs)]
        line(f"the study, {len(STAGES)} notebooks", *map(min, zip(*times, strict=True)), 3)
        times = [(seconds(again, tiny), loop(TINY, tiny)) for _ in range(pairs)]
        line(f"{len(TINY)} near-empty notebooks", *map(min, zip(*times, strict=True)), 5)

        memory = Memory()
        memory.start()
        seconds([*run, "--force"], study)
        memory.over = True
        print(f"memory of all processes together\n  {memory.most / 2**30:.2f} GiB (below 2)")

        taken = min(seconds(run, study) for _ in range(5))
        print(f"nothing to do, the whole command\n  {taken:.2f} s (below 0.5 s)")

        notebook = study / "notebooks/04_size_by_status.ipynb"
        text = notebook.read_text(encoding="utf-8")
        edited = text.replace("root = Root.current()", "root = Root.current()  # edited")
        if edited == text:
            sys.exit("04_size_by_status.ipynb has no line that this benchmark can edit")
        notebook.write_text(edited, encoding="utf-8")
        taken = seconds(run, study)
        print(f"one figure's notebook edited\n  {taken:.1f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--tiny"]:
        run_tiny(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 3)
