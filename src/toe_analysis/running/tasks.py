"""What the runner and a worker process tell each other; light, since the runner must start in no time."""

from dataclasses import dataclass
from pathlib import Path

from toe_analysis.running.stages import Stage


@dataclass(frozen=True)
class Task:
    """What a worker process needs to run one stage.

    Parameters
    ----------
    stage : Stage
    notebooks : Path
        The folder of notebooks, which is also the working folder.
    root : Path
        Where the stage reads, and where its results go in the end.
    sockets : Path
        A folder of this run, for sockets and settings.
    forked : bool
        Whether the kernel is a fork of the worker, or an ordinary one.
    """

    stage: Stage
    notebooks: Path
    root: Path
    sockets: Path
    forked: bool

    @property
    def staging(self) -> Path:
        """Where the stage writes until it has succeeded."""
        return self.root / "build" / "staging" / self.stage.name

    @property
    def log(self) -> Path:
        """The full log of the stage."""
        return self.root / "build" / "logs" / f"{self.stage.name}.log"

    @property
    def failed(self) -> Path:
        """The notebook as far as it came, if one of its cells failed."""
        return self.log.with_suffix(".failed.ipynb")

    @property
    def executed(self) -> str:
        """The notebook with its outputs, as a path inside the root."""
        return executed_notebook(self.stage)


@dataclass(frozen=True)
class Outcome:
    """How a stage ended.

    Parameters
    ----------
    name : str
        Of the stage.
    seconds : float
        What it took.
    error : str
        One line; empty after a success.
    because : tuple of str
        What has changed since the stage last ran; empty for one that is up to date and was not run.
    """

    name: str
    seconds: float = 0.0
    error: str = ""
    because: tuple[str, ...] = ()


def executed_notebook(stage: Stage) -> str:
    """Return where a stage's notebook with its outputs is kept, as a path inside a root."""
    return f"build/notebooks/{stage.name}.ipynb"
