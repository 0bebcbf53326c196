"""The board's web server, and how many requests a second it answers."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Final

from tests.benchmarks import clients, cpus, sinks

INSTALL: Final = "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends wrk"
HEADERS: Final = ("Host: board.example.org", "X-Forwarded-Proto: https")
CONNECTIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Server:
    """`pid` is that of the master, whose child answers."""

    port: int
    pid: int


@contextmanager
def running(env: Mapping[str, str]) -> Iterator[int]:
    """Gives the port of the server."""
    with started(env) as server:
        yield server.port


@contextmanager
def started(env: Mapping[str, str]) -> Iterator[Server]:
    """One process of gunicorn as long as the block, on the servers' processor."""
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
        yield Server(port, server.pid)
    finally:
        server.terminate()
        server.wait()


def ask(port: int, path: str, *, times: int) -> None:
    """One request after the other. Raises `Failed` if any answer is not the page."""
    headers = dict(header.split(": ") for header in HEADERS)
    for _ in range(times):
        with closing(HTTPConnection(sinks.HOST, port)) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != HTTPStatus.OK:
                raise clients.Failed(f"{path}: {answer.status}")


def requests_per_second(port: int, path: str, *, seconds: int) -> float:
    """What `wrk` counts. Raises `Failed` if any answer is not the page."""
    command = [sinks.program("wrk", INSTALL), "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s"]
    for header in HEADERS:
        command += ["-H", header]
    with cpus.pinned(cpus.CLIENTS):
        done = subprocess.run(
            [*command, f"http://{sinks.HOST}:{port}{path}"], capture_output=True, text=True, check=True
        )
    rate = re.search(r"^Requests/sec:\s+([\d.]+)", done.stdout, re.MULTILINE)
    if rate is None or "Non-2xx" in done.stdout:
        raise clients.Failed(f"{path} could not be measured:\n{done.stdout}{done.stderr}")
    return float(rate[1])
