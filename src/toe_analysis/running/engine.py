"""papermill's own door for how a notebook is executed: an engine that runs the cells in this very process.

There is no kernel, no socket and no message that could be lost. What a cell shows is collected where IPython hands it
over, so the executed notebook is the one that an ordinary kernel leaves. A process executes one notebook and ends.
"""

import base64
import contextlib
import io
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from papermill.engines import Engine, papermill_engines
from traitlets import Dict
from traitlets.config import Config

ENGINE = "toe-in-process"

#: What a kernel of Python says of itself, and an executed notebook keeps.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": ".".join(map(str, sys.version_info[:3])),
}

#: Where a notebook keeps the sliders of its cells, so that they are there when it is opened.
WIDGETS = "application/vnd.jupyter.widget-state+json"


class InProcess(Engine):
    """Runs the cells one after the other, and stops at the first that fails."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, profile: Path, **options: Any) -> None:
        """Execute the notebook that papermill's manager holds, which is told when a cell starts, fails and ends.

        This interpreter runs the cells, whatever kernel a notebook names. The folder `profile` is IPython's own, so
        that a user's start-up files play no part.
        """
        shell = _Shell.instance(ipython_dir=str(profile), config=_SETTINGS)
        nb_man.nb.metadata["language_info"] = LANGUAGE
        for index, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, index)
            if cell.cell_type == "code" and cell.source.strip():
                error = shell.execute(cell)
                if error is not None:
                    nb_man.cell_exception(cell, index, exception=error)
                    break
            nb_man.cell_complete(cell, index)
        widgets = sys.modules.get("ipywidgets")
        if widgets and (state := widgets.Widget.get_manager_state())["state"]:
            nb_man.nb.metadata["widgets"] = {WIDGETS: state}


papermill_engines.register(ENGINE, InProcess)

#: No history on disk, and no tracebacks in colours that a log cannot show.
_SETTINGS = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}})


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


class _Stream(io.TextIOBase):
    """Standard output or error, as long as a cell is executed."""

    encoding, errors = "utf-8", "strict"

    def __init__(self, name: str, shown: list[dict[str, Any]]) -> None:
        self._name, self._shown = name, shown

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        last = self._shown[-1] if self._shown else {}
        if last.get("name") == self._name:
            last["text"] += text
        elif text:
            self._shown.append({"name": self._name, "text": text})
        return len(text)


class _Hook(DisplayHook):
    """Takes the value of a cell's last line."""

    def write_output_prompt(self) -> None:
        """Show no prompt."""

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        result = {"data": format_dict, "metadata": md_dict, "execution_count": self.prompt_count}
        self.shell.display_pub.outputs.append(result)

    def finish_displayhook(self) -> None:
        """Print nothing."""


class _Shell(InteractiveShell):
    """IPython, whose only reader is a notebook."""

    display_pub_class = CapturingDisplayPublisher
    displayhook_class = _Hook
    named = Dict()  # what is shown under a name, so that it can be put where it stands already

    def execute(self, cell: nbformat.NotebookNode) -> BaseException | None:
        """Run a cell, keep in it what it shows, and return what ended it, if it failed."""
        shown = self.display_pub.outputs
        shown.clear()
        out, errors = (_Stream(name, shown) for name in ("stdout", "stderr"))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            result = self.run_cell(cell.source, store_history=True)
        cell.outputs = list(self._as_kept(shown))
        cell.execution_count = result.execution_count
        error = result.error_before_exec or result.error_in_exec
        if error is None and self.exit_now:
            error = SystemExit(0)
        if error is not None:
            # Not IPython's own, which takes a template among the callers for Python, and breaks down over it.
            lines = "".join(traceback.format_exception(error)).splitlines()
            told = {"ename": type(error).__name__, "evalue": str(error), "traceback": lines}
            cell.outputs.append(nbformat.v4.new_output("error", **told))
        return error

    def _as_kept(self, shown: list[dict[str, Any]]) -> Iterator[nbformat.NotebookNode]:
        """Yield what a cell has shown as a notebook keeps it."""
        for one in shown:
            if "text" in one:
                yield nbformat.v4.new_output("stream", **one)
                continue
            data = {kind: _plain(value) for kind, value in one["data"].items()}
            kept = {"data": nbformat.from_dict(data), "metadata": one["metadata"] or {}}
            name = (one.get("transient") or {}).get("display_id")
            if "execution_count" in one:
                yield nbformat.v4.new_output("execute_result", **kept, execution_count=one["execution_count"])
            elif not one["update"]:
                self.named[name] = nbformat.v4.new_output("display_data", **kept)
                yield self.named[name]
            elif name in self.named:
                self.named[name].update(kept)

    def showtraceback(self, *_: Any, **__: Any) -> None:
        """Print nothing: `execute` keeps the error."""

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        """Print nothing: `execute` keeps the error."""
