"""papermill's own door for how a notebook is executed: an engine that runs the cells in this very process.

There is no kernel, no socket and no message that could be lost. What a cell shows is collected where IPython hands it
over, so the executed notebook is the one that an ordinary kernel leaves. A process executes one notebook and ends.
"""

import base64
import contextlib
import io
import sys
import traceback
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from papermill.engines import Engine, papermill_engines
from traitlets import Any as AnyTrait
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
        shell = _Shell.instance(ipython_dir=str(profile), config=_SETTINGS, collected=_Collected())
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


class _Collected:
    """What the cell that is being executed has shown so far."""

    def __init__(self) -> None:
        self.outputs: list[nbformat.NotebookNode] = []
        self._named: dict[str, nbformat.NotebookNode] = {}

    def begin(self) -> list[nbformat.NotebookNode]:
        self.outputs = []
        return self.outputs

    def add(self, kind: str, data: dict, metadata: dict | None, **values: Any) -> nbformat.NotebookNode:
        plain = {name: _plain(value) for name, value in data.items()}
        self.outputs.append(nbformat.v4.new_output(kind, plain, metadata=metadata or {}, **values))
        return self.outputs[-1]

    def show(self, data: dict, metadata: dict | None, name: str | None, update: bool) -> None:
        """Show something, or put it where something of this name stands already."""
        if update and name in self._named:
            fresh = nbformat.v4.new_output("display_data", {key: _plain(value) for key, value in data.items()})
            self._named[name].update(data=fresh.data, metadata=metadata or {})
        elif not update:
            shown = self.add("display_data", data, metadata)
            if name:
                self._named[name] = shown

    def print(self, stream: str, text: str) -> None:
        last = self.outputs[-1] if self.outputs else {}
        if last.get("name") == stream:
            last["text"] += text
        elif text:
            self.outputs.append(nbformat.v4.new_output("stream", name=stream, text=text))


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


class _Stream(io.TextIOBase):
    """Standard output or error, as long as cells are executed."""

    encoding, errors = "utf-8", "strict"

    def __init__(self, name: str, collected: _Collected) -> None:
        self._name, self._collected = name, collected

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._collected.print(self._name, text)
        return len(text)


class _Publisher(DisplayPublisher):
    """Takes what ``display`` is given."""

    def publish(
        self, data: dict, metadata: dict | None = None, *_: Any, transient=None, update=False, **__: Any
    ) -> None:
        self.shell.collected.show(data, metadata, (transient or {}).get("display_id"), update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.collected.outputs.clear()


class _Hook(DisplayHook):
    """Takes the value of a cell's last line."""

    def write_output_prompt(self) -> None:
        """Show no prompt."""

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self.shell.collected.add("execute_result", format_dict, md_dict, execution_count=self.prompt_count)

    def finish_displayhook(self) -> None:
        """Print nothing."""


class _Shell(InteractiveShell):
    """IPython, whose only reader is a notebook."""

    display_pub_class = _Publisher
    displayhook_class = _Hook
    collected = AnyTrait()

    def execute(self, cell: nbformat.NotebookNode) -> BaseException | None:
        """Run a cell, keep in it what it shows, and return what ended it, if it failed."""
        cell.outputs = self.collected.begin()
        out, errors = (_Stream(name, self.collected) for name in ("stdout", "stderr"))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            result = self.run_cell(cell.source, store_history=True)
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

    def showtraceback(self, *_: Any, **__: Any) -> None:
        """Print nothing: `execute` keeps the error."""

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        """Print nothing: `execute` keeps the error."""
