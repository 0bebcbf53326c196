"""Redis for the peers that need it: Debian's `redis-server`, run as a plain program on the servers' processor, on no disk."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.benchmarks import cpus, sinks

INSTALL: Final = "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server"


@contextmanager
def redis() -> Iterator[str]:
    """Gives its URL. Raises `MissingProgram`."""
    program = sinks.program("redis-server", INSTALL)
    port = sinks.free_port()
    with tempfile.TemporaryDirectory(prefix="board-redis-") as folder:
        command = [program, "--port", str(port), "--bind", sinks.HOST, "--save", "", "--dir", folder]
        with cpus.pinned(cpus.SERVERS):
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            sinks.wait_for(port, process)
            yield f"redis://{sinks.HOST}:{port}/0"
        finally:
            process.terminate()
            process.wait()
