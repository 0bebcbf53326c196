"""Mail servers on the loopback that take everything and forget it at once; each counts what it took."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks import cpus

HOST: Final = "127.0.0.1"
INSTALL: Final = "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postfix"
START_SECONDS: Final = 60
TAIL: Final = 200


class MissingProgram(Exception):
    """A program that is not Python's has to be installed; the message says how."""


@dataclass(frozen=True, slots=True)
class Sink:
    port: int
    pid: int
    counter: Path
    """What the sink printed: after each message how many there were, `mesg=…`."""

    def messages(self) -> int:
        with self.counter.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL))
            counts: list[bytes] = re.findall(rb"mesg=(\d+)\r", file.read())
        return int(counts[-1]) if counts else 0


@contextmanager
def fast() -> Iterator[Sink]:
    """Postfix's `smtp-sink`, a plain program in C. It offers PIPELINING."""
    program = smtp_sink()
    port = free_port()
    user = ("-u", "nobody") if os.geteuid() == 0 else ()
    with _running([program, *user, "-c", f"{HOST}:{port}", "256"], port) as sink:
        yield sink


@contextmanager
def slow() -> Iterator[Sink]:
    """A provider far away: each reply comes 20 ms after its command. `smtp-sink` knows only whole seconds."""
    port = free_port()
    with _running([sys.executable, "-m", "tests.benchmarks.slow_sink", str(port)], port) as sink:
        yield sink


def smtp_sink() -> str:
    """Raises `MissingProgram`."""
    return program("smtp-sink", INSTALL)


def program(name: str, install: str) -> str:
    """Debian keeps some programs where only root looks. Raises `MissingProgram`."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if path is None:
        raise MissingProgram(f"`{name}` is not installed. On Debian: {install}")
    return path


@contextmanager
def _running(command: list[str], port: int) -> Iterator[Sink]:
    with tempfile.TemporaryDirectory(prefix="board-sink-") as folder:
        counter = Path(folder) / "counter"
        with counter.open("wb") as output, cpus.pinned(cpus.SERVERS):
            process = subprocess.Popen(command, stdout=output)
        try:
            wait_for(port, process)
            yield Sink(port, process.pid, counter)
        finally:
            process.terminate()
            process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"The server did not start: {process.args!r}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
