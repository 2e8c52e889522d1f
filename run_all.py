"""Rebuild the study: ``python run_all.py``. See ``python run_all.py --help``.

This file must start on any Python, even one that is too old, so it uses nothing newer than what it has to say.
"""

import os
import signal
import sys


def end_at_once(number, frame):
    """Say in a sentence that somebody asked for the end, as at any later moment: here nothing is at work yet."""
    try:
        # Written past sys.stderr, which may be at work itself; an exception could get lost in an import.
        os.write(2, b"Stopped. Nothing is half done; run the same command again.\n")
    finally:
        os._exit(128 + number)


if __name__ == "__main__" and hasattr(signal, "SIGTERM"):
    signal.signal(signal.SIGTERM, end_at_once)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, end_at_once)
    if hasattr(signal, "pthread_sigmask"):  # what came while one Python handed over to another has waited until here
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM, signal.SIGINT])

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    sys.exit(
        "This project needs Python %d.%d or newer, and this is Python %d.%d. Install a newer one, or run this file "
        "with it: python3.%d run_all.py" % (OLDEST + sys.version_info[:2] + OLDEST[1:])
    )

PROJECT = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(PROJECT, "src"))

if __name__ == "__main__":
    from toe_analysis.commands.setup import enter

    sys.exit(enter(PROJECT, sys.argv[1:]))
