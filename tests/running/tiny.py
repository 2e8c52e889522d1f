"""Throw-away projects with tiny notebooks, run in this process or from a script as the command line would."""

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from functools import cache, cached_property
from pathlib import Path

import nbformat
import psutil

from toe_analysis.running.foreman import Foreman
from toe_analysis.running.runner import run_stages
from toe_analysis.running.stages import Stage

SOURCE = Path(__file__).parents[2] / "src"
WRITE = "from toe_analysis.paths import Root\nRoot.current().to_process('01_made.csv').write_text('a\\n1\\n')"
FOLDER = "import os\nfrom toe_analysis.paths import Root\nRoot.current().to_process('x').parent.mkdir(parents=True)"
OUTPUT = "data/processed/01_made.csv"

#: The whole command on tiny stages.
SCRIPT = """
import sys, types
from pathlib import Path
if __name__ == "__main__":  # the foreman reads this file again, and has no use for the rest
    from toe_analysis.commands import line, run
    from toe_analysis.running import plan, runner
    from toe_analysis.running.stages import Stage
    sys.modules["toe_analysis.running.inputs"] = types.SimpleNamespace(check_inputs=lambda *given: None)
    sys.modules["toe_analysis.commands.closing"] = types.SimpleNamespace(closing_summary=lambda *given: "All is well.")
    plan.stages_left_out, plan.has_scales = lambda *given: {{}}, lambda given: False
    run.STAGES = plan.STAGES = [Stage(*stage) for stage in {stages!r}]
    {before}
    sys.exit(line.main(Path({root!r}), {words!r}))
"""


@cache
def foreman():
    """One for all runs in this process: it has loaded what draws, and ends with the process."""
    found = Foreman()
    found.load(["toe_analysis.showing.figures"])
    atexit.register(found.end)
    return found


class Project:
    """A throw-away root with tiny notebooks."""

    def __init__(self, path: Path):
        self.root = path / "root"
        self.notebooks = self.root / "notebooks"
        self.notebooks.mkdir(parents=True)
        (self.root / "data/raw").mkdir(parents=True)
        self.stages, self.outcomes, self.because = [], {}, {}

    def add(self, name, *cells, parameters="", writes=(OUTPUT,), reads=(), given=None, kernel="python3", prose=()):
        notebook = nbformat.v4.new_notebook(
            metadata={"kernelspec": {"name": kernel, "display_name": "", "language": "python"}}
        )
        if parameters:
            notebook.cells.append(nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
        notebook.cells += [nbformat.v4.new_markdown_cell(text) for text in prose]
        notebook.cells += [nbformat.v4.new_code_cell(cell) for cell in cells]
        for place, cell in enumerate(notebook.cells):
            cell.id = f"cell-{place:02d}"  # nbformat draws them
        nbformat.write(notebook, self.notebooks / f"{name}.ipynb")
        self.stages.append(Stage(name, tuple(reads), tuple(writes), given or {}))

    def run(self, **options):
        self.outcomes, self.because = {}, {}

        def report(outcome):
            self.outcomes[outcome.name] = outcome.error
            self.because[outcome.name] = outcome.because

        options = {"jobs": 2, "report": report, "foreman": foreman()} | options
        return run_stages(self.stages, self.notebooks, self.root, **options)

    def ran(self):
        return sorted(name for name, because in self.because.items() if because)

    def log(self, name):
        return (self.root / f"build/logs/{name}.log").read_text(encoding="utf-8")

    def executed(self, name):
        return (self.root / f"build/notebooks/{name}.ipynb").read_bytes()

    def outputs(self, name):
        cells = json.loads(self.executed(name))["cells"]
        return [output for cell in cells for output in cell.get("outputs", ())]

    def start(self, *words, before="pass", **options):
        """Start the command in a process group of its own, as a shell does."""
        stages = [(stage.name, stage.reads, stage.writes) for stage in self.stages]
        script = SCRIPT.format(stages=stages, root=str(self.root), words=list(words), before=before)
        (self.root.parent / "script.py").write_text(script, encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": str(SOURCE), "TMPDIR": str(self.temporary)}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(
            [sys.executable, str(self.root.parent / "script.py")],
            **(pipes | {"env": environment, "cwd": self.root, "start_new_session": True} | options),
        )

    def command(self, *words, **options):
        """Run the command to its end; return its exit code, output and errors."""
        process = self.start(*words, **options)
        out, errors = process.communicate(timeout=60)
        return process.returncode, out, errors

    @cached_property
    def temporary(self):
        """A folder for what the commands put aside."""
        folder = self.root.parent / "temporary"
        folder.mkdir(exist_ok=True)
        return folder

    def processes(self):
        """Every process that this project's commands have started and that still lives."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("TMPDIR") == str(self.temporary) and process.status() != "zombie":
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def leaves_nothing(self):
        """Whether, within seconds, no process and nothing in the temporary folder is left."""
        return wait_until(lambda: not self.processes() and not list(self.temporary.iterdir()))


def wait_until(holds, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def interrupt(process):
    """Press Ctrl-C: the whole group in the foreground gets the signal."""
    os.killpg(process.pid, signal.SIGINT)
