"""What machines ask that look after the board."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client import Metric

from adapters.models import Handling, JobRun, OutboxEvent
from adapters.observing import beats, exposition, health, standing
from adapters.observing.health import FINE, Check, Finding
from notifications import hold
from notifications.models import Batch, Lane, LanePause
from tests.unit.examples import NOW

pytestmark = pytest.mark.integration

TOKEN = "a-token-for-prometheus"
SEES = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def _nothing_is_known(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Checks are made where the test is, which commits nothing."""
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(health, "_is_in_memory", lambda: True)
    health.forget()
    exposition.forget()
    yield
    health.forget()
    exposition.forget()


def found(client: Client) -> dict[str, dict[str, object]]:
    health.forget()
    return {check["name"]: check for check in client.get("/readyz", headers=SEES).json()["checks"]}


def test_whoever_lives_says_so_without_the_database_by_any_name_and_without_https(
    client: Client, settings: LazySettings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, {"state": "alive"})
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_what_probes_are_answered_tells_browsers_as_much_as_any_other_answer(
    client: Client, settings: LazySettings
) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    for path in ("/healthz", "/readyz", "/metrics", "/metrics/web"):
        headers = client.get(path, headers=SEES, secure=True).headers
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000"), path
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert headers["Permissions-Policy"] == settings.PERMISSIONS_POLICY, path
        assert "Strict-Transport-Security" not in client.get(path, headers=SEES).headers, path


@pytest.mark.django_db
def test_a_board_without_workers_is_ready_and_tells_only_who_may_know_what_is_amiss(
    client: Client, settings: LazySettings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/readyz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, {"state": "ready"})
    workers = found(client)["workers"]
    assert (workers["state"], workers["vital"]) == ("warning", False)
    assert workers["do"] == "Start one: manage.py worker"
    assert {name: check["state"] for name, check in found(client).items() if name != "workers"} == dict.fromkeys(
        ("database", "migrations", "outbox", "jobs", "mail", "delivery"), "ok"
    )


def test_without_a_database_a_host_is_not_ready_and_the_rest_is_not_asked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Finding:
        raise OperationalError("password for ana@example.org")

    monkeypatch.setitem(health._checks, "database", Check("database", away, is_vital=True))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"state": "not ready"})
    checks = found(client)
    assert checks["database"]["says"] == "OperationalError: password for …"
    assert {check["state"] for name, check in checks.items() if name != "database"} == {"unknown"}


@pytest.mark.django_db
def test_a_host_whose_database_lacks_a_migration_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'notifications' AND name LIKE '0018%'")
    monkeypatch.setattr(standing._Needed, "migrations", frozenset())
    assert client.get("/readyz").status_code == 503
    assert found(client)["migrations"]["says"] == "1 are missing, first of all notifications.0018_causes."


@pytest.mark.django_db
def test_what_is_amiss_with_mail_warns_and_takes_no_host_out_of_rotation(client: Client) -> None:
    now = timezone.now()
    LanePause.objects.create(
        lane=Lane.IMMEDIATE,
        since=NOW,
        until=now + timedelta(minutes=1),
        times=3,
        answer="421 too many, ana@example.org",
    )
    event = OutboxEvent.objects.create(
        name="PostingClosed", format_version=1, payload={}, occurred_at=now, next_attempt_at=now - timedelta(minutes=6)
    )
    Handling.objects.create(event=event, handler="one", state=Handling.State.DEAD)
    JobRun.objects.create(name="reconcile", due_at=now, last_error="KeyError: 'x'")
    Batch.objects.create(
        notification_id=event.event_id,
        lane=0,
        first=event.event_id,
        last=event.event_id,
        due_at=now - timedelta(minutes=6),
    )
    checks = found(client)
    assert client.get("/readyz").status_code == 200
    assert {name for name, check in checks.items() if check["state"] == "warning"} == {
        "workers", "outbox", "jobs", "mail", "delivery",
    }  # fmt: skip
    assert str(checks["mail"]["says"]).endswith("421 too many, …")
    assert "TRANSACTIONAL" in str(checks["delivery"]["says"])
    OutboxEvent.objects.update(next_attempt_at=None)
    assert found(client)["outbox"]["says"] == "Listeners gave up 1 times."


@pytest.mark.django_db
def test_sending_that_is_held_is_not_taken_for_a_mail_server_that_refuses(client: Client) -> None:
    hold.begin()
    mail = found(client)["mail"]
    assert (mail["state"], "held since" in str(mail["says"]), "server" in str(mail["says"])) == ("warning", True, False)
    assert "--release" in str(mail["do"])


@pytest.mark.django_db
def test_however_many_ask_the_database_is_asked_once(client: Client) -> None:
    client.get("/readyz")
    with CaptureQueriesContext(connection) as queries:
        for _ in range(50):
            client.get("/readyz")
    assert not queries.captured_queries


@pytest.mark.django_db(transaction=True)
def test_a_check_that_hangs_keeps_nobody_waiting_for_long_and_is_begun_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, begun = threading.Event(), list[int]()

    def hangs() -> Finding:
        begun.append(1)
        go_on.wait(30)
        return FINE

    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(health, "_is_in_memory", lambda: False)
    monkeypatch.setattr(health, "_checks", {"database": Check("database", hangs, is_vital=True)})
    answers = [client.get("/readyz", headers=SEES) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503] * 3
    assert answers[0].json()["checks"][0]["says"].startswith("No answer within")
    (look,) = health._looks
    go_on.set()
    assert look.over.wait(30)
    assert client.get("/readyz").status_code == 200
    assert begun == [1]


@pytest.mark.django_db
@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
@pytest.mark.parametrize("path", ["/metrics", "/metrics/web"])
def test_for_whom_does_not_show_the_token_there_are_no_metrics(client: Client, shown: str, path: str) -> None:
    answer = client.get(path, headers={"Authorization": shown})
    assert answer.status_code in {301, 404}
    assert client.get(f"{path}/", headers={"Authorization": shown}).status_code == 404
    assert b"board_" not in answer.content


@pytest.mark.django_db
def test_without_a_token_in_the_settings_nobody_sees_them(client: Client, settings: LazySettings) -> None:
    settings.METRICS_TOKEN = ""
    for shown in ("", "Bearer ", "Bearer"):
        assert client.get("/metrics", headers={"Authorization": shown}).status_code != 200
        assert "checks" not in client.get("/readyz", headers={"Authorization": shown}).json()


@pytest.mark.django_db
def test_metrics_come_by_any_name_at_the_path_that_the_settings_name(client: Client, settings: LazySettings) -> None:
    settings.METRICS_PATH = "/inner/figures"
    answer = client.get("/inner/figures", headers=SEES | {"host": "10.0.0.7"})
    assert answer.status_code == 200
    assert "# TYPE board_outbox_age_seconds gauge" in answer.content.decode()
    assert client.get("/inner/figures/web", headers=SEES).status_code == 200
    assert client.get("/inner/figures/other/", headers=SEES).status_code == 404


def test_without_a_database_there_are_no_metrics_of_the_board(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> list[Metric]:
        raise OperationalError

    monkeypatch.setattr(beats, "counted_by_workers", away)
    monkeypatch.setattr(exposition, "_bounded", threading.Lock)
    assert client.get("/metrics", headers=SEES).status_code == 503
    assert client.get("/metrics/web", headers=SEES).status_code == 200
