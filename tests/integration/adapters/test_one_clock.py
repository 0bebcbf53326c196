"""All hosts go by the database's clock, whatever their own say."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
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


@pytest.mark.needs_postgresql
def test_postgresql_asks_after_silent_hosts() -> None:
    """On a Unix socket, which these tests may use, it keeps no such setting: all hosts of it are alive."""
    sessions.begin(connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT inet_client_addr() IS NULL, current_setting('tcp_keepalives_idle')")
        (is_here, idle) = cursor.fetchone()
    assert idle == ("0" if is_here else sessions.SIGNS_OF_LIFE["tcp_keepalives_idle"])
