"""What every command says to the terminal, and how it and what it has started end."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from toe_analysis.errors import InputError

#: How a command ends; the last is of ``verify`` alone.
DONE, FAILED, UNUSABLE, DIFFERENT = 0, 1, 2, 3

#: Said when a command is stopped, by whatever signal.
STOPPED = "Stopped. What was finished is whole; run the same command again to go on.\n"


def tell(text: str) -> None:
    """Print a line at once, so that a person sees each stage when it ends."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def any_console() -> None:
    """Let what a console cannot show come out as a question mark, whatever its encoding; it is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not if somebody has put another object there
            stream.reconfigure(errors="replace")


class Terminated(KeyboardInterrupt):
    """The system asked this process to end (SIGTERM), as a person does with Ctrl-C."""


def carried_out(command: Callable[[], int], *, refused: int = UNUSABLE, stopped: str = STOPPED) -> int:
    """Carry out a command; what a person has to know of its end is said in a sentence, without a traceback.

    Parameters
    ----------
    command : callable
        Returns the exit code.
    refused : int
        The exit code where it raises `InputError`.
    stopped : str
        What is said when Ctrl-C or the system ends it.

    Returns
    -------
    int
        The exit code. As shells count, it is 128 and the number of the signal for a command that was stopped, and for
        one whose reader has gone, as `head` goes.
    """
    try:
        with _terminable():
            return command()
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return refused
    except KeyboardInterrupt as asked:
        sys.stderr.write(stopped)
        return 143 if isinstance(asked, Terminated) else 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to say would fail again
        return 141


def give_way(command: list[str], environment: Mapping[str, str]) -> int:
    """Let a program do the rest, and answer Ctrl-C as it likes: JupyterLab asks back, pytest tells what has failed.

    On Unix it takes the place of this process. On Windows it is a process of its own, and this one ends as it ends.
    """
    if os.name != "nt":
        os.execve(command[0], command, environment)
    with subprocess.Popen(command, env=environment) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the process has it too, and says so
                pass


def end_with_all(process: Any) -> None:
    """End a process of subprocess or multiprocessing, and all in the group that it leads; on Windows it alone."""
    if os.name != "nt":
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended, or leads no group yet
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """Let the system end what is at work as Ctrl-C does; without it, it would end without a word.

    Ctrl-C is an exception again, if it is heard at all: until here it ended ``run_all.py`` without a word.
    """

    def stop(*given: object) -> None:
        raise Terminated

    kept = signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, kept or signal.SIG_DFL)
