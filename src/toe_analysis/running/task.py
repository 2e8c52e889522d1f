"""What the runner and a worker process tell each other; light, since the runner must start in no time."""

from dataclasses import dataclass
from math import inf
from pathlib import Path

from toe_analysis.running.stages import Stage

_MOST_REASONS = 3


@dataclass(frozen=True)
class Task:
    """A stage at its place: the folder of notebooks, where it works, a root, and how long it may take."""

    stage: Stage
    notebooks: Path
    root: Path
    seconds: float = inf

    @property
    def notebook(self) -> Path:
        """What it runs."""
        return self.notebooks / f"{self.stage.name}.ipynb"

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

    def line(self, root: Path) -> str:
        """Return what the terminal says of the stage."""
        if not self.error:
            how = f"done in {self.seconds:.1f} s" if self.because else "up to date"
            return f"{self.name:<24} {how}"
        log = root / "build" / "logs" / f"{self.name}.log"
        place = log.relative_to(Path.cwd()) if log.is_relative_to(Path.cwd()) else log
        return f"{self.name:<24} FAILED: {self.error}" + (f" (log: {place})" if log.is_file() else "")

    def explained(self, root: Path) -> str:
        """Return the line with what made the stage run.

        Examples
        --------
        >>> Outcome("04_size", 1.5, because=("its code cells changed", "pandas 3.0 -> 3.1")).explained(Path())
        '04_size                  done in 1.5 s, since its code cells changed; pandas 3.0 -> 3.1'
        """
        if not self.because:
            return self.line(root) + ("" if self.error else ", since nothing that it depends on has changed")
        shown, more = self.because[:_MOST_REASONS], len(self.because) - _MOST_REASONS
        return f"{self.line(root)}, since {'; '.join(shown)}{f'; and {more} more' if more > 0 else ''}"
