"""`manage.py check --deploy` names what an operator may have got wrong, each by an id that docs/deploy.md explains."""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.conf import LazySettings
from django.core.checks import CheckMessage

from config import checks
from config.settings.databases import database
from notifications import checks as mail_checks
from tests.quality.test_checks import PRODUCTION, ROOT, manage

pytestmark = pytest.mark.quality

type Check = Callable[[], Iterable[CheckMessage]]

TABLE: Final = ROOT / "docs" / "deploy.md"
WRONG: Final[list[tuple[str, Check, dict[str, Any]]]] = [
    ("config.E001", checks.hosts, {"ALLOWED_HOSTS": ["jobs.example.org", "*"]}),
    ("config.E002", checks.board_url, {"BOARD_URL": "http://jobs.example.org"}),
    ("config.E003", checks.board_url, {"BOARD_URL": "https://jobs.example.org/board"}),
    ("config.E003", checks.board_url, {"BOARD_URL": "jobs.example.org"}),
    ("config.E004", checks.board_url, {"BOARD_URL": "https://www.example.org"}),
    ("config.E005", checks.proxies, {"TRUSTED_PROXIES": ["0.0.0.0/0"]}),
    ("config.E005", checks.proxies, {"TRUSTED_PROXIES": ["unix", "10.0.0.0/0"]}),
    ("config.E005", checks.proxies, {"TRUSTED_PROXIES": ["0.0.0.0/1", "128.0.0.0/1"]}),
    ("config.E005", checks.proxies, {"TRUSTED_PROXIES": ["2000::/3"]}),
    ("config.W001", checks.proxies, {"TRUSTED_PROXIES": []}),
    ("config.E006", checks.folders, {"DATA_DIR": Path("var")}),
    ("config.E006", checks.folders, {"STATIC_ROOT": Path("static")}),
    ("config.W002", checks.folders, {"DATA_DIR": ROOT / "var"}),
    ("config.E008", checks.folders, {"MEDIA_ROOT": "/srv/board/static/media", "STATIC_ROOT": "/srv/board/static"}),
    ("config.E010", checks.sqlite, {"DATABASE_URL": "sqlite:///board.sqlite3"}),
    (
        "config.E011",
        checks.sqlite,
        {"DATABASE_URL": "sqlite:////srv/media/b.sqlite3", "MEDIA_ROOT": "/srv/media"},
    ),
    ("config.W004", checks.postgresql, {"DATABASE_URL": "postgres://board:x@db.example.org/board"}),
    ("config.W004", checks.postgresql, {"DATABASE_URL": "postgres://board:x@db.example.org/board?sslmode=disable"}),
    ("config.W004", checks.postgresql, {"DATABASE_URL": "postgres://board:x@db.example.org/board?sslmode=allow"}),
    ("config.E014", checks.bucket, {"S3_BUCKET": "uploads"}),
    ("config.E014", checks.bucket, {"S3_BUCKET": "uploads", "S3_URL": "http://media.example.org"}),
    ("config.E014", checks.bucket, {"S3_BUCKET": "uploads", "S3_URL": "https://jobs.example.org/media"}),
    ("config.W005", checks.secrets, {"METRICS_TOKEN": "hunter2"}),
    (
        "notifications.E002",
        mail_checks.mail_server,
        {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
    ),
    ("notifications.E003", mail_checks.mail_server, {"EMAIL_HOST_USER": "board"}),
    ("notifications.W001", mail_checks.mail_server, {}),
    ("notifications.W002", mail_checks.sender, {"DEFAULT_FROM_EMAIL": "Jobs <jobs@localhost>"}),
    ("notifications.W003", mail_checks.lease, {"MAIL_LEASE": 30}),
    ("notifications.W004", mail_checks.lease, {"EMAIL_TIMEOUT": 60, "MAIL_LEASE": 480}),
    ("notifications.E004", mail_checks.bounces, {"BOUNCES_MAILDIR": "/srv/board/nowhere"}),
]
EVERY: Final = (
    checks.hosts,
    checks.board_url,
    checks.proxies,
    checks.folders,
    checks.bucket,
    checks.secrets,
    checks.style_sheets,
    checks.sqlite,
    checks.postgresql,
    mail_checks.mail_server,
    mail_checks.sender,
    mail_checks.lease,
    mail_checks.bounces,
)


@pytest.fixture
def use_database(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Without connecting to it."""
    return lambda url: monkeypatch.setattr(checks, "connection", SimpleNamespace(settings_dict=database(url)))


@pytest.fixture(autouse=True)
def _a_good_board(settings: LazySettings, tmp_path: Path, use_database: Callable[[str], None]) -> None:
    """Of which only what a test says is wrong; but its mail server is elsewhere, and is spoken to in clear."""
    settings.ALLOWED_HOSTS = ["jobs.example.org"]
    settings.BOARD_URL = "https://jobs.example.org"
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.DATA_DIR = tmp_path
    settings.S3_BUCKET = settings.S3_URL = settings.METRICS_TOKEN = ""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.MEDIA_ROOT = str(tmp_path / "media")
    use_database(f"sqlite:///{tmp_path / 'board.sqlite3'}")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER = "mail.example.org", ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT, settings.MAIL_LEASE = 20, 160


def found(*of: Check) -> list[str]:
    return [str(message.id) for check in of for message in check()]


@pytest.mark.parametrize(("wrong", "check", "given"), WRONG)
def test_what_is_wrong_is_named(
    settings: LazySettings, use_database: Callable[[str], None], wrong: str, check: Check, given: dict[str, Any]
) -> None:
    for name, value in given.items():
        if name == "DATABASE_URL":
            use_database(value)
        else:
            setattr(settings, name, value)
    assert wrong in found(check)
    assert all(message.hint for message in check())


def test_nothing_else_is_said_of_a_good_board(
    settings: LazySettings, use_database: Callable[[str], None], tmp_path: Path
) -> None:
    settings.EMAIL_USE_TLS = True
    assert found(*EVERY) == []
    settings.TRUSTED_PROXIES = ["unix", "10.0.0.0/8", "fc00::/7"]
    settings.S3_BUCKET, settings.S3_URL = "uploads", "https://media.example.org"
    settings.METRICS_TOKEN = "a-long-random-word-of-43-letters"
    assert found(*EVERY) == []
    use_database("postgres://board:x@db.example.org/board?sslmode=verify-full")
    assert found(*EVERY) == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_mail_server_on_this_machine_needs_no_tls(settings: LazySettings, host: str) -> None:
    settings.EMAIL_HOST = host
    assert found(mail_checks.mail_server) == []


def test_a_folder_that_others_own_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Root may write everywhere: whether one may is played."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert found(checks.folders, checks.sqlite) == ["config.E007", "config.E012"]


def test_a_database_that_every_user_may_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "board.sqlite3").touch(0o604)
    (tmp_path / "board.sqlite3").chmod(0o604)
    assert found(checks.sqlite) == ["config.W003"]


def test_settings_that_every_user_may_read_are_named(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    file = tmp_path / "environment"
    file.touch()
    file.chmod(0o640)
    assert found(checks.secrets) == []
    file.chmod(0o644)
    assert found(checks.secrets) == ["config.W006"]


def test_a_database_on_a_network_drive_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\nnas:/board /srv/board nfs4 rw 0 0\n")
    assert checks.file_system_of(Path("/srv/board/board.sqlite3"), mounts) == "nfs4"
    assert checks.file_system_of(Path("/srv/boards/board.sqlite3"), mounts) == "ext4"
    assert checks.file_system_of(Path("/srv"), tmp_path / "no mounts") == ""
    monkeypatch.setattr(checks, "file_system_of", lambda _: "nfs4")
    assert found(checks.sqlite) == ["config.E013"]


def test_an_operator_who_has_done_nothing_hears_of_all_of_it(tmp_path: Path) -> None:
    """Whatever Django or the board has to say, in one go."""
    wrong = {
        "SECRET_KEY": "short",
        "ALLOWED_HOSTS": "*",
        "EMAIL_URL": "console:",
        "SECURE_SSL_REDIRECT": "false",
        "SECURE_HSTS_SECONDS": "0",
        "DATA_DIR": str(tmp_path),
        "STATIC_ROOT": str(tmp_path / "static"),
    }
    said = manage("check", "--deploy", **PRODUCTION | wrong)
    ids = set(re.findall(r"\((\w+\.[EW]\d+)\)", said.stderr))
    assert ids >= {
        "security.W004",
        "security.W008",
        "security.W009",
        "config.E001",
        "config.W001",
        "config.E009",
        "notifications.E002",
    }
    assert said.returncode != 0


@pytest.mark.parametrize(
    ("given", "extra"),
    [({"MEDIA_S3_BUCKET": "uploads"}, "s3"), ({"TASKS_BACKEND": "django_tasks_rq.RQBackend"}, "rq")],
)
def test_an_extra_that_is_missing_is_named_with_the_command_that_installs_it(
    tmp_path: Path, given: dict[str, str], extra: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules.update(dict.fromkeys(['storages', 'django_rq']))\n"  # as if they were not there
    )
    said = manage("check", **PRODUCTION | given | {"PYTHONPATH": str(tmp_path)})
    assert f"uv sync --no-dev --extra {extra}" in said.stderr


def test_every_check_is_explained_to_operators() -> None:
    explained = set(re.findall(r"^\| `(\w+\.[EW]\d+)`", TABLE.read_text(), re.MULTILINE))
    sources = [ROOT / app / "checks.py" for app in ("site/config", "adapters", "notifications")]
    raised = {name for source in sources for name in re.findall(r'id="(\w+\.[EW]\d+)"', source.read_text())}
    assert raised <= explained
    assert {name for name in explained if not name.startswith("security.")} == raised
