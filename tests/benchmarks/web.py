"""The board's web server, and how many requests a second it answers."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from tests.benchmarks import clients, cpus, sinks

INSTALL: Final = "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends wrk"
HEADERS: Final = ("Host: board.example.org", "X-Forwarded-Proto: https")
PASSING_BY: Final = "Authorization: none"
"""Whoever brings it is neither given a kept page nor asked for in the database."""
CONNECTIONS: Final = 4


@contextmanager
def running(env: Mapping[str, str]) -> Iterator[int]:
    """One process of gunicorn as long as the block, on the servers' processor; gives its port."""
    port = sinks.free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:config.gunicorn",
        "config.wsgi",
        "--workers",
        "1",
        "--bind",
        f"{sinks.HOST}:{port}",
    ]
    with cpus.pinned(cpus.SERVERS):
        server = subprocess.Popen(command, cwd=clients.ROOT, env=env, stderr=subprocess.DEVNULL)
    try:
        sinks.wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait()


def requests_per_second(port: int, path: str, *, seconds: int, headers: Sequence[str] = ()) -> float:
    """What `wrk` counts. Raises `Failed` if any answer is not the page."""
    command = [sinks.program("wrk", INSTALL), "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s"]
    for header in (*HEADERS, *headers):
        command += ["-H", header]
    with cpus.pinned(cpus.CLIENTS):
        done = subprocess.run(
            [*command, f"http://{sinks.HOST}:{port}{path}"], capture_output=True, text=True, check=True
        )
    rate = re.search(r"^Requests/sec:\s+([\d.]+)", done.stdout, re.MULTILINE)
    if rate is None or "Non-2xx" in done.stdout:
        raise clients.Failed(f"{path} could not be measured:\n{done.stdout}{done.stderr}")
    return float(rate[1])
