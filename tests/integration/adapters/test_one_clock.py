"""All hosts go by the database's clock, whatever their own say."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from adapters import clock, sessions

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NEARLY = timedelta(seconds=5)
"""What a busy machine takes."""


@pytest.fixture(autouse=True)
def one_clock(settings: LazySettings) -> Iterator[None]:
    settings.ONE_CLOCK = True
    yield
    clock._database.ahead = timedelta()


@pytest.mark.needs_postgresql
@pytest.mark.parametrize("wrong", [timedelta(minutes=2), timedelta(minutes=-2), timedelta(days=3)])
def test_a_host_whose_clock_is_wrong_goes_by_that_of_the_database(
    wrong: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    truth = datetime.now(UTC)
    with time_machine.travel(truth + wrong), caplog.at_level(logging.WARNING, logger=clock.__name__):
        sessions.begin(connection)
        assert abs(clock.now() - truth) < NEARLY
        assert abs(timezone.now() - truth - wrong) < NEARLY, "Django and the log still have the machine's"
        sessions.begin(connection)
    assert len(caplog.records) == 1, "said once, not at each connection"
    assert "mend it" in caplog.text


@pytest.mark.needs_postgresql
def test_a_clock_that_was_mended_is_noticed() -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
        clock.compare(connection)
    clock.compare(connection)
    assert abs(clock.now() - datetime.now(UTC)) < NEARLY


def test_a_clock_that_is_right_is_left_alone() -> None:
    sessions.begin(connection)
    assert clock._database.ahead == timedelta()


@pytest.fixture
def another() -> Iterator[BaseDatabaseWrapper]:
    """A connection to the same database, which is still to be made."""
    made = connection.copy()
    yield made
    made.close()


def is_missed_soon(said: Mapping[str, str], prefix: str) -> bool:
    """Whether half a minute is enough: without an answer, and with something sent that nobody acknowledges."""
    idle, interval, count = (int(said[f"{prefix}keepalives_{name}"]) for name in ("idle", "interval", "count"))
    return (
        min(idle, interval, count) > 0 and idle + interval * count <= 30 and 0 < int(said["tcp_user_timeout"]) <= 30_000
    )


@pytest.mark.needs_postgresql
def test_postgresql_asks_after_silent_hosts(another: BaseDatabaseWrapper) -> None:
    """On a Unix socket, which these tests may use, it takes the settings and shows "0": so what it is told counts as well."""
    told: dict[str, str] = {}

    def overhear(execute: Callable[..., object], sql: str, params: Sequence[str], *more: object) -> object:
        if "set_config" in sql:
            told.update(zip(params[::2], params[1::2], strict=True))
        return execute(sql, params, *more)

    with another.execute_wrapper(overhear):
        another.ensure_connection()
    assert is_missed_soon(told, "tcp_")
    with another.cursor() as cursor:
        cursor.execute("SELECT inet_client_addr() IS NULL")
        (is_here,) = cursor.fetchone()
        cursor.execute("SELECT name, setting FROM pg_settings WHERE source = 'session' AND name LIKE 'tcp_%'")
        assert dict(cursor.fetchall()) == (dict.fromkeys(told, "0") if is_here else told)


@pytest.mark.needs_postgresql
def test_hosts_ask_after_a_silent_postgresql(another: BaseDatabaseWrapper) -> None:
    another.ensure_connection()
    used = another.connection.info.get_parameters()
    assert used.get("keepalives") != "0"
    assert is_missed_soon(used, "")
