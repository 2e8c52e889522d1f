"""Rebuild the study: ``python run_all.py``. See ``python run_all.py --help``.

This file must start on any Python, even one that is too old, so it uses nothing newer than what it has to say.
"""

import os
import signal
import sys

if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is at work yet: Ctrl-C ends this without a traceback

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
