"""Time how a run grows with answers and a sweep with its items: python benchmarks/growth_speed.py [MOST_ITEMS]."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from export_speed import write_workbook

PROJECT = Path(__file__).parents[1]
PARTS = ("run_all.py", "pyproject.toml", "requirements.lock", "data", "notebooks", "src", "figures")
ANSWERS = (51, 480, 4_800, 100_000)
ITEMS = (6, 60, 600)
#: Seconds after which a run is told to have no end in sight.
PATIENCE = 1_800


def seconds(project, *words):
    """Return how long the command takes, or nothing if it does not end in time; it must succeed."""
    started = time.monotonic()
    try:
        ended = subprocess.run(
            [sys.executable, "run_all.py", *words], cwd=project, capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return None
    if ended.returncode:
        sys.exit(ended.stdout + ended.stderr)
    return time.monotonic() - started


def told(taken):
    """Say how long something took."""
    return f"more than {PATIENCE} s" if taken is None else f"{taken:.1f} s"


def grow_answers(project):
    """Print how long a private run takes, by its answers."""
    for count in ANSWERS:
        export = project / f"answers_{count}.xlsx"
        write_workbook(export, count)
        print(f"{count:>7,} answers  {told(seconds(project, '--responses', str(export)))}", flush=True)
        shutil.rmtree(project / "private")


def grow_items(project, most):
    """Print how long a sweep of notebook 4's level takes, by items, on one worker, on two and on a Dask cluster."""
    seconds(project)  # what the items share is made once, by a plain run
    with _cluster() as address:
        for count in (count for count in ITEMS if count <= most):
            rows = "".join(f"i{item},{0.01 + item / 10_000:.4f}\n" for item in range(count))
            (project / "sweep.csv").write_text(f"name,04.alpha\n{rows}", encoding="utf-8")
            ways = {"1 worker": ("--jobs", "1"), "2 workers": ("--jobs", "2"), "Dask": ("--scheduler", address)}
            for name, words in ways.items():
                print(
                    f"{count:>4} items, {name:<9}  {told(seconds(project, '--sweep', 'sweep.csv', *words))}", flush=True
                )


@contextlib.contextmanager
def _cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def main():
    """Print both tables."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{os.cpu_count()} cores, load before {load}")
    os.environ["PYTHONPATH"] = str(PROJECT / "src")
    with tempfile.TemporaryDirectory() as place:
        project = Path(place)
        for name in PARTS:
            (shutil.copytree if (PROJECT / name).is_dir() else shutil.copy2)(PROJECT / name, project / name)
        grow_answers(project)
        grow_items(project, int(sys.argv[1]) if sys.argv[1:] else 60)


if __name__ == "__main__":
    main()
