"""Gunicorn with several processes, as `docs/operators.md` starts it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

import pytest

from tests.chaos.processes import until
from tests.quality.test_checks import PRODUCTION, ROOT

pytestmark = pytest.mark.integration

REQUESTS: Final = 12
ANSWERED: Final = f'board_requests_total{{method="GET",route="files",status="400"}} {REQUESTS}.0'
TOKEN: Final = "a-token-for-prometheus"
SECRET: Final = "AbCdEfGhIjKlMnOpQrStUv.0123456789-abcdefghijklmnopqrstuvwxyz_ABCDEF"


def test_the_processes_of_one_server_add_up_their_counts_and_log_as_the_board_does(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    given = {"METRICS_TOKEN": TOKEN, "DATA_DIR": str(tmp_path), "TMPDIR": str(tmp_path), "STATIC_ROOT": str(tmp_path)}
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | PRODUCTION | given
    options = [
        "--config",
        "python:config.gunicorn",
        "--workers",
        "2",
        "--bind",
        f"127.0.0.1:{port}",
        "--no-control-socket",
    ]
    command = [sys.executable, "-m", "gunicorn", *options, "config.wsgi"]
    log = tmp_path / "log"
    with log.open("wb") as file, subprocess.Popen(command, cwd=ROOT, env=environment, stderr=file) as server:
        try:
            until(lambda: log.read_text().count("Booting worker") == 2, "Both processes start")
            for number in range(REQUESTS):
                ask(port, f"/static/{number}/{SECRET}")
            until(lambda: ANSWERED in ask(port, "/metrics/web", token=TOKEN), "Each has entered what it counted")
        finally:
            server.terminate()
            assert server.wait(60) == 0
    assert not list(tmp_path.glob("board-metrics-*"))
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["logger"] for line in lines} >= {"gunicorn.error", "django.security.DisallowedHost"}
    assert SECRET not in log.read_text()


def ask(port: int, path: str, token: str = "") -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        error.close()
        return ""
