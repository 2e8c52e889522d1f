"""What every command says to the terminal, and how it ends."""

import sys

DONE, FAILED, UNUSABLE = 0, 1, 2


def tell(text: str) -> None:
    """Print a line at once, so that a person sees each stage when it ends."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
