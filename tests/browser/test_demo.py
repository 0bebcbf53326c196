"""The demo as its user starts and ends it."""

import os
import socket
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.browser import demo
from tests.browser.fetch import fetch

pytestmark = pytest.mark.browser


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=demo.ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_second_start_keeps_the_data_and_ctrl_c_ends_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_board = tmp_path / "other.sqlite3"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{other_board}")
    with demo.running(tmp_path) as first:
        assert not other_board.exists()
        assert fetch(f"{first}/jobs/slate-roofer/").status == HTTPStatus.OK
        with pytest.raises(HTTPError) as missing:
            fetch(f"{first}/jobs/nowhere/")
        assert "Followable Jobs" in missing.value.read().decode()
        mails_before = fetch(f"{first}/inbox/").text
    with pytest.raises(OSError, match="refused"):
        fetch(f"{first}/jobs/")
    with demo.running(tmp_path) as second:
        board = fetch(f"{second}/jobs/").text
        assert "38 open jobs" in board
        assert fetch(f"{second}/inbox/").text.count("New follower") >= mails_before.count("New follower")


def test_a_demo_that_is_killed_leaves_nothing_running(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "demo", "--port", "0", "--data", str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with subprocess.Popen(
        command, cwd=demo.ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        address = demo._address(started)
        assert fetch(f"{address}/jobs/").status == HTTPStatus.OK
        started.kill()
        # its web server and its worker have its standard error, which is at its end when all three are
        _, errors = started.communicate(timeout=demo.STOP_SECONDS)
    # the worker may say that its mail server went away; nothing else is said
    assert "Traceback" not in errors
    with pytest.raises(OSError, match="refused"):
        fetch(f"{address}/jobs/")


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = manage("demo", "--port", port, "--data", str(tmp_path), DJANGO_SETTINGS_MODULE="config.settings.dev")
    assert result.returncode != 0
    assert f"Port {port} cannot be used" in result.stderr
    assert "--port" in result.stderr


def test_the_demo_does_not_run_with_production_settings(tmp_path: Path) -> None:
    production = {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "only for this test",
        "ALLOWED_HOSTS": "jobs.example.org",
        "MAIL_FROM": "jobs@example.org",
    }
    result = manage("demo", "--data", str(tmp_path), **production)
    assert result.returncode != 0
    assert "Unknown command: 'demo'" in result.stderr


def test_the_demo_does_not_run_without_debug(tmp_path: Path) -> None:
    result = manage("demo", "--data", str(tmp_path), DJANGO_SETTINGS_MODULE="config.settings.test")
    assert result.returncode != 0
    assert "development settings only" in result.stderr
