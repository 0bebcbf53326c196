"""Several hosts in one machine: network namespaces, joined by a switch.

None has a name, so there is nothing to clean up: the kernel forgets a namespace, its cables and the switch with the last process and
the last open file in it, whatever became of the test. A host shares everything but the network with this machine.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

NETWORK: Final = "198.18.0"
"""RFC 2544 keeps it for tests. Every network of a test is closed to the outside, so all may use the same."""
ROOT: Final = Path(__file__).parents[2]
MORTAL: Final = ("setpriv", "--pdeathsig", "KILL")
"""What is started so ends with the test, also if somebody kills that."""
HERE: Final = "/proc/thread-self/ns/net"


class NotAllowed(Exception):
    """Making networks takes root's rights (CAP_SYS_ADMIN, CAP_NET_ADMIN) and Debian's `iproute2`."""


@dataclass(slots=True, eq=False)
class Host:
    """`port` is the switch's end of its cable. What was started on it is killed with it."""

    name: str
    address: str
    port: str
    namespace: int
    switch: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """What this thread starts and opens within the block is the host's: sockets and processes."""
        with _inside(self.namespace):
            yield

    def start(
        self, *command: str, env: Mapping[str, str], log: Path, output: int | None = None
    ) -> subprocess.Popen[bytes]:
        with self.inside(), log.open("ab") as errors:
            process = subprocess.Popen(
                [*MORTAL, *command],
                env=env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=errors if output is None else output,
                stderr=errors,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def kill(self) -> None:
        """All at once, as if the power failed."""
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, 9)
        for process in self.processes:
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self.processes.clear()

    def cut_off(self) -> None:
        """Pull the cable: nobody is told, packets just do not come any more."""
        self._switch("down")

    def reconnect(self) -> None:
        self._switch("up")

    def connect(self, other: str, port: int, *, seconds: float) -> HTTPConnection:
        connection = HTTPConnection(other, port, timeout=seconds)
        with self.inside():
            connection.connect()
        return connection

    def _switch(self, state: str) -> None:
        with _inside(self.switch):
            _ip("link", "set", self.port, state)


@contextmanager
def hosts(*names: str) -> Iterator[Mapping[str, Host]]:
    """A network with hosts of these names. Raises `NotAllowed`."""
    with ExitStack() as stack:
        switch = _namespace(stack)
        with _inside(switch):
            _ip("link", "add", "switch", "type", "bridge")
            _ip("link", "set", "switch", "up")
        made = {name: _host(stack, name, number, switch) for number, name in enumerate(names, start=1)}
        for host in made.values():
            stack.callback(host.kill)
        yield made


def _host(stack: ExitStack, name: str, number: int, switch: int) -> Host:
    port, address = f"port{number}", f"{NETWORK}.{number}"
    namespace = _namespace(stack)
    with _inside(switch):
        theirs = f"/proc/{os.getpid()}/fd/{namespace}"
        _ip("link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", theirs)
        _ip("link", "set", port, "master", "switch", "up")
    with _inside(namespace):
        _ip("addr", "add", f"{address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            _ip("link", "set", device, "up")
    return Host(name, address, port, namespace, switch)


def _namespace(stack: ExitStack) -> int:
    """A new one, as an open file."""
    home = os.open(HERE, os.O_RDONLY)
    try:
        os.unshare(os.CLONE_NEWNET)
        made = os.open(HERE, os.O_RDONLY)
        stack.callback(os.close, made)
        os.setns(home, os.CLONE_NEWNET)
    except PermissionError as error:
        raise NotAllowed(str(error)) from error
    finally:
        os.close(home)
    return made


@contextmanager
def _inside(namespace: int) -> Iterator[None]:
    """Of this thread only."""
    home = os.open(HERE, os.O_RDONLY)
    try:
        os.setns(namespace, os.CLONE_NEWNET)
        yield
    finally:
        os.setns(home, os.CLONE_NEWNET)
        os.close(home)


def _ip(*order: str) -> None:
    command: Sequence[str] = ("ip", *order)
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise NotAllowed("`ip` is missing. On Debian: apt-get install iproute2") from error
    except subprocess.CalledProcessError as error:
        raise NotAllowed(f"{' '.join(command)}: {error.stderr}") from error
