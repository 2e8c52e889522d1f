"""How papermill meets a kernel: a manager that starts this very interpreter, or takes the kernel that waits for it."""

import contextlib
import os
import signal
import sys
import time
from importlib.metadata import EntryPoint
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from traitlets import Type

from toe_analysis.running.kernels import WaitingKernel

_NAME = "toe-analysis-waiting"

#: Seconds of silence after which a kernel is spoken to again. One that is at work answers when it is done.
_PATIENCE = 2.0


class Provisioner(LocalProvisioner):
    """Takes a kernel that has been forked already, where jupyter_client's own starts a new Python."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> dict[str, Any]:
        """Give the waiting kernel the arguments that an interpreter would get after ``-m MODULE``."""
        self.process = self.parent.waiting
        self.process.start(cmd[3:], str(options.get("cwd") or Path.cwd()), options["env"])
        self.pid = self.process.pid
        return self.connection_info


class ShellChannel(AsyncZMQSocketChannel):
    """Speaks up when no answer comes, since a kernel can overlook a request until the next one wakes it.

    ipykernel hands requests and replies from thread to thread over sockets that tell of a message once. A wake-up lost
    in between (https://github.com/ipython/ipykernel/issues/1554 is one way) leaves both sides waiting for ever. Any
    further message makes it look again; what it answers to that one belongs to no cell, and nbclient passes over it.
    """

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message; without a timeout, ask again for as long as there is none."""
        while timeout is None:
            with contextlib.suppress(Empty):
                return await super().get_msg(_PATIENCE)
            self.send(self.session.msg("kernel_info_request"))
        return await super().get_msg(timeout)


class Client(AsyncKernelClient):
    """Is ready as soon as both channels have answered."""

    shell_channel_class = Type(ShellChannel)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return at the first answer; the base class then listens to silence for another 0.2 s."""
        deadline = time.monotonic() + (timeout or 60)
        while time.monotonic() < deadline:
            self.kernel_info()
            with contextlib.suppress(Empty):
                await self.shell_channel.get_msg(timeout=1)
                await self.iopub_channel.get_msg(timeout=0.2)
                return
            if not await self._async_is_alive():
                break
        raise RuntimeError("the kernel did not answer")


class Manager(AsyncKernelManager):
    """Runs this very interpreter as the kernel, whatever a notebook or a user's settings name.

    Parameters
    ----------
    waiting : WaitingKernel or None
        The forked kernel to take; None starts an ordinary one.
    place : Path
        Start of the paths of its connection file and sockets, unique to this kernel.
    """

    def __init__(self, waiting: WaitingKernel | None, place: Path):
        super().__init__(connection_file=f"{place}.json")
        self.waiting = waiting
        self.client_factory = Client
        if os.name != "nt":
            self.transport, self.ip = "ipc", str(place)
        elif hasattr(self, "transport_encryption"):
            self.transport_encryption = "auto"

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of this interpreter."""
        words = [sys.executable, "-m", "toe_analysis.running.kernel_app", "-f", "{connection_file}"]
        metadata: dict[str, Any] = {"supported_encryption": "curve"}
        if self.waiting:
            entry = EntryPoint(_NAME, f"{__name__}:Provisioner", KernelProvisionerFactory.GROUP_NAME)
            KernelProvisionerFactory.instance().provisioners[_NAME] = entry
            metadata["kernel_provisioner"] = {"provisioner_name": _NAME}
        return KernelSpec(argv=words, display_name="this Python", language="python", metadata=metadata)

    def end(self) -> None:
        """Kill the kernel, which has nothing to save, and the group that an ordinary one leads."""
        if not self.has_kernel:
            return
        if self.provisioner.pgid:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.provisioner.pgid, signal.SIGKILL)
        self.provisioner.process.kill()
        self.provisioner.process.wait()
