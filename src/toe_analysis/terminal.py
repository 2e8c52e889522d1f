"""What every command says to the terminal, and how it ends."""

import contextlib
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator

DONE, FAILED, UNUSABLE = 0, 1, 2

#: Said when a command is stopped, by whatever signal.
STOPPED = "Stopped. What was finished is whole; run the same command again to go on.\n"


def tell(text: str) -> None:
    """Print a line at once, so that a person sees each stage when it ends."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def nobody_reads() -> int:
    """Return the code with which a program of Unix ends whose reader has gone, as `head` does, and say no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141


def any_console() -> None:
    """Let what a console cannot show come out as a question mark, whatever its encoding; it is no reason to stop.

    Nor is it one that there is no console at all.
    """
    for number in range(3):  # else the next file that is opened would stand for a stream
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout, sys.stderr = (stream or io.StringIO() for stream in (sys.stdout, sys.stderr))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not if somebody has put another object there
            stream.reconfigure(errors="replace")


class Terminated(KeyboardInterrupt):
    """The system asked this process to end (SIGTERM), as a person does with Ctrl-C."""


def stopped_code(stopped: KeyboardInterrupt) -> int:
    """Return the exit code of a command that was stopped, as shells count: 128 and the number of the signal."""
    return 143 if isinstance(stopped, Terminated) else 130


def stop() -> None:
    """End what is at work as Ctrl-C does.

    Raises
    ------
    Terminated
        Always.
    """
    raise Terminated


@contextlib.contextmanager
def on_sigterm(answer: Callable[[], None]) -> Iterator[None]:
    """Have something done when the system asks this process to end; without it, it would end without a word.

    Ctrl-C is an exception again, if it is heard at all: until here ``run_all.py`` answered both.
    """
    if not hasattr(signal, "SIGTERM") or threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = signal.signal(signal.SIGTERM, lambda *given: answer())
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, kept or signal.SIG_DFL)
