"""Kernels: forked from one server that has loaded everything where the system can, else started in the usual way.

The processes of a run: the runner asks Python's fork server for a worker process for each stage. A worker forks its
kernel before it does anything else, while it still is a plain copy of the server: without threads, event loop or
sockets, which do not survive a fork. Then it hands its notebook to papermill, and papermill's kernel manager meets the
waiting kernel as if it had just started one.

What a forked kernel shares with its server is the hash seed, since an interpreter cannot change it: it is new in every
run, but all stages of one run have the same. The state of ``random`` and ``numpy.random`` is made anew in each kernel.
"""

import contextlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from multiprocessing import connection, forkserver, resource_tracker, util
from multiprocessing.context import BaseContext
from pathlib import Path

import toe_analysis

#: macOS can fork too, but its own libraries may crash in a forked child, so it gets the ordinary kernels.
CAN_FORK = sys.platform.startswith("linux")

#: Bytes of a socket's path that every Unix takes: macOS has room for 103, Linux for 107.
_LONGEST_SOCKET = 100

#: What the server loads before it serves.
PRELOAD = ["toe_analysis.running.preload"]


def worker_context(forked: bool) -> BaseContext:
    """Return how the worker processes are made: from the server that has everything loaded, or from nothing.

    The server is started at once and loads while the caller goes on. It ends with the process that started it.
    """
    if not forked:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    with _environment_of_children():
        # Ctrl-C reaches every process at the terminal. The runner alone answers, and ends the others: they are born
        # with it held back, and one that comes meanwhile waits here rather than be lost.
        resource_tracker.ensure_running()  # the server would start it, and it lets the signal through again
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            _keep_server_sockets_short()
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    return context


@contextlib.contextmanager
def _environment_of_children() -> Iterator[None]:
    kept = dict(os.environ)
    try:
        set_environment()
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def set_environment() -> None:
    """Let this process and its children find this package first and compute on one core, as the stages share them."""
    os.environ.update(environment_of_children())


def environment_of_children() -> dict[str, str]:
    """Return this process's environment as its children need it."""
    source = str(Path(toe_analysis.__file__).parents[1])
    path = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH")]))
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return threads | os.environ | {"PYTHONPATH": path}


@contextlib.contextmanager
def socket_folder() -> Iterator[Path]:
    """Make a folder for sockets that only this user can enter, with a name short enough for them."""
    folder = Path(tempfile.mkdtemp(prefix="toe-", dir=_short_base()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _short_base() -> str:
    """Return where temporary folders go, or a place with a shorter name if sockets could not lie below it."""
    for base in dict.fromkeys((tempfile.gettempdir(), "/tmp")):
        if len(os.fsencode(base)) + len("/pymp-12345678/listener-12345678") <= _LONGEST_SOCKET and os.access(
            base, os.W_OK
        ):
            break
    return base


def _keep_server_sockets_short() -> None:
    """Let Python's fork server, which asks for a temporary folder once a process, get one with a short name."""
    kept = tempfile.tempdir
    tempfile.tempdir = _short_base()
    try:
        util.get_temp_dir()
    finally:
        tempfile.tempdir = kept


class WaitingKernel:
    """A kernel that has been forked and waits for its orders; then it looks like `subprocess.Popen`.

    Its process is a child of the worker that made it.
    """

    stdin = stdout = stderr = None

    def __init__(self) -> None:
        self._orders, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("fork").Process(target=_be_kernel, args=(theirs,))
        self._process.start()
        theirs.close()
        self.pid = self._process.pid

    def start(self, arguments: list[str], folder: str, environment: dict[str, str]) -> None:
        """Make it a kernel, and return when it listens."""
        self._orders.send((arguments, folder, environment))
        try:
            self._orders.recv()
        except EOFError:
            raise RuntimeError("the kernel ended before it was ready") from None

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """Wait for its end; return the exit code."""
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()


def _be_kernel(orders: connection.Connection) -> None:
    """Wait for orders in a forked process, then be an IPython kernel until killed."""
    try:
        arguments, folder, environment = orders.recv()
    except EOFError:
        return
    from toe_analysis.running.kernel_app import application

    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    end_with_parent()
    os.chdir(folder)
    os.environ.update(environment)
    app = application(arguments, parent_handle=1)  # 1: it has a parent, and need not look after it itself
    # An ordinary kernel names the backend before matplotlib is loaded. Here it has been, without one, and figures would
    # be drawn for nobody.
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
    orders.send(None)
    app.start()


def end_with_parent(*, leave: Path | None = None) -> None:
    """Watch this process's parent, and end this process and its group at once when the parent is gone.

    Parameters
    ----------
    leave : Path, optional
        A folder of the parent to remove on the way, since it could not.
    """

    def watch() -> None:
        connection.wait([multiprocessing.parent_process().sentinel])
        if leave:
            shutil.rmtree(leave, ignore_errors=True)
        if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
