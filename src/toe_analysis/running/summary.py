"""What the terminal says of each stage."""

from pathlib import Path

from toe_analysis.running.tasks import Outcome

_MOST_REASONS = 3


def stage_line(outcome: Outcome, root: Path) -> str:
    """Return the line for a stage that has ended."""
    if not outcome.error:
        how = f"done in {outcome.seconds:.1f} s" if outcome.because else "up to date"
        return f"{outcome.name:<24} {how}"
    log = root / "build" / "logs" / f"{outcome.name}.log"
    where = f" (log: {log.relative_to(Path.cwd()) if log.is_relative_to(Path.cwd()) else log})" if log.is_file() else ""
    return f"{outcome.name:<24} FAILED: {outcome.error}{where}"


def explained(outcome: Outcome, root: Path) -> str:
    """Return the line with what made the stage run.

    Examples
    --------
    >>> explained(Outcome("04_size", 1.5, because=("its code cells changed", "pandas 3.0 -> 3.1")), Path())
    '04_size                  done in 1.5 s, since its code cells changed; pandas 3.0 -> 3.1'
    """
    line = stage_line(outcome, root)
    if not outcome.because:
        return line if outcome.error else f"{line}, since nothing that it depends on has changed"
    shown, more = outcome.because[:_MOST_REASONS], len(outcome.because) - _MOST_REASONS
    return f"{line}, since {'; '.join(shown)}{f'; and {more} more' if more > 0 else ''}"
