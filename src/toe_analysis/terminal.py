"""What every command says to the terminal, and how it ends."""

import sys

DONE, FAILED, UNUSABLE = 0, 1, 2


def tell(text: str) -> None:
    """Print a line at once, so that a person sees each stage when it ends."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def any_console() -> None:
    """Let what a console cannot show come out as a question mark, whatever its encoding; it is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not if somebody has put another object there
            stream.reconfigure(errors="replace")
