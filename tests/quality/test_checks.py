"""What a machine can judge of the code: each check is the command that a developer would run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.quality

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "k" * 30 + "0123456789 a key that is long and only for this test",
    "ALLOWED_HOSTS": "jobs.example.org",
    "MAIL_FROM": "jobs@example.org",
}


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    return subprocess.run(command, cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False)


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test"} | environment
    return run(sys.executable, "manage.py", *arguments, **settings)


@pytest.mark.parametrize(
    "command",
    [
        "mypy",
        "basedpyright",
        "lint-imports",
        "ruff check",
        "ruff format --check",
    ],
)
def test_the_code_passes(command: str) -> None:
    program, *arguments = command.split()
    result = run(str(Path(sys.executable).with_name(program)), *arguments)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_migration_is_missing() -> None:
    result = manage("makemigrations", "--check", "--dry-run")
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_text_is_in_german() -> None:
    result = manage("translations", "--check")
    assert result.returncode == 0, result.stdout + result.stderr


def test_djangos_checks_have_nothing_to_say() -> None:
    result = manage("check", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_production_settings_pass_the_deployment_checks(tmp_path: Path) -> None:
    board = {"DATA_DIR": str(tmp_path), "STATIC_ROOT": str(tmp_path / "static"), "TRUSTED_PROXIES": "127.0.0.1"}
    collected = manage("collectstatic", "--no-input", **PRODUCTION | board)
    assert collected.returncode == 0, collected.stderr
    result = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION | board)
    assert result.returncode == 0, result.stdout + result.stderr


def test_cookies_in_production_stay_with_the_board_and_go_by_https_only() -> None:
    shown = manage("diffsettings", **PRODUCTION).stdout
    for cookie in ("SESSION", "CSRF"):
        assert f"{cookie}_COOKIE_SECURE = True" in shown
        assert f"{cookie}_COOKIE_NAME = '__Host-" in shown


@pytest.mark.parametrize(("name", "value"), [("ALLOWED_HOSTS", ","), ("MAIL_FROM", "jobs"), ("SECRET_KEY", "  ")])
def test_production_refuses_what_is_none(name: str, value: str) -> None:
    result = manage("check", **PRODUCTION | {name: value})
    assert result.returncode != 0
    assert f"  {name}: " in result.stderr
    if value.strip():
        assert f"(“{value}” is none)" in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "example"),
    [
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING"),
        ("DATABASE_URL", "mysql://board:secret@host/name", "postgres://user:password@host/name"),
        ("TASKS_BACKEND", "rq", "django_tasks_rq.RQBackend"),
    ],
)
def test_a_setting_that_is_none_is_named_with_what_it_may_be(name: str, value: str, example: str) -> None:
    result = manage("check", **PRODUCTION | {name: value})
    assert result.returncode != 0
    last = result.stderr.strip().splitlines()[-1]
    assert name in last
    assert example in last
    assert "secret" not in last


def test_an_address_of_the_mail_server_that_is_none_is_named_with_an_example() -> None:
    result = manage("check", **PRODUCTION | {"EMAIL_URL": "mail.example.org"})
    assert result.returncode != 0
    assert "EMAIL_URL looks like smtp://" in result.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "MAIL_FROM"])
def test_production_refuses_to_start_and_names_what_is_missing(missing: str) -> None:
    result = manage("check", **{name: value for name, value in PRODUCTION.items() if name != missing})
    assert result.returncode != 0
    assert missing in result.stderr
    assert "ImproperlyConfigured" in result.stderr


def test_the_catalogue_of_events_is_current() -> None:
    result = manage("events", "--check", "docs/events.md")
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_stale_catalogue_is_noticed(tmp_path: Path) -> None:
    stale = tmp_path / "events.md"
    stale.write_text((ROOT / "docs" / "events.md").read_text().replace("PostingClosed", "PostingShut"))
    result = manage("events", "--check", str(stale))
    assert result.returncode != 0
    assert "stale" in result.stderr
