"""The program of every kernel: IPython's own, without its TCP port, and held to what its stage says that it reads."""

import os
import sys
from pathlib import Path

import zmq
from ipykernel import kernelapp
from ipykernel.iostream import IOPubThread
from zmq.eventloop.zmqstream import ZMQStream

from toe_analysis.errors import InputError
from toe_analysis.paths import READS_VARIABLE, ROOT_VARIABLE, Root


class _LocalIOPubThread(IOPubThread):
    """Hears what the kernel's own children print on a local socket; ipykernel's has a TCP port for that."""

    def _setup_pipe_in(self) -> None:
        self._pipe_uuid = os.urandom(16)
        pipe = self.socket.context.socket(zmq.PULL)
        pipe.linger = 0
        pipe.bind(_address())
        self._pipe_in = ZMQStream(pipe, self.io_loop)
        self._pipe_in.on_recv(self._handle_pipe_msg)

    def _setup_pipe_out(self) -> tuple[zmq.Context, zmq.Socket]:
        context = zmq.Context()
        pipe = context.socket(zmq.PUSH)
        pipe.linger = 3000
        pipe.connect(_address())
        return context, pipe


def _address() -> str:
    return f"ipc://{kernelapp.IPKernelApp.instance().ip}-6"  # 1 to 5 are the kernel's other sockets


def application(arguments: list[str], **settings: object) -> kernelapp.IPKernelApp:
    """Return a kernel that listens, and waits to be started."""
    app = kernelapp.IPKernelApp.instance(**settings)
    if os.name != "nt":
        kernelapp.IOPubThread = _LocalIOPubThread
    app.initialize(arguments)
    _refuse_undeclared_reads(os.environ[ROOT_VARIABLE], os.environ[READS_VARIABLE].split(os.pathsep))
    return app


def _refuse_undeclared_reads(root: str, declared: list[str]) -> None:
    """Let a notebook open what its stage lists and no other data: a change of that would go unnoticed."""
    allowed = {str(Root.at(Path(root)).given(path)) for path in declared}
    guarded = tuple(f"{Path(root, folder)}{os.sep}" for folder in ("data", "figures"))

    def look(event: str, details: tuple) -> None:
        if event != "open" or not isinstance(details[0], str) or not details[0].startswith(guarded):
            return
        if details[0] not in allowed:
            path = Path(details[0]).relative_to(root).as_posix()
            raise InputError(f"{path} is opened, but its stage in src/toe_analysis/running/stages.py does not list it")

    sys.addaudithook(look)


if __name__ == "__main__":
    if sys.path[0] in ("", os.getcwd()):  # noqa: PTH109 (as Python wrote it)
        del sys.path[0]  # as ipykernel's own launcher does: IPython puts the working folder there itself
    application(sys.argv[1:]).start()
