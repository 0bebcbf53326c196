"""How many mails were sent, and could not be delivered, on each day."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings

from adapters import background, daily
from adapters.daily import Counted
from notifications.daily import count_mails
from notifications.models import Delivery, DeliveryAttempt, WhyNot
from notifications.pruning import prune_deliveries
from tests.integration.notifications import rows
from tests.unit.examples import NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


def sent_on(day: date) -> int:
    return daily.counts(day, day).get((day, Counted.MAILS_SENT), 0)


def failed_on(day: date) -> int:
    return daily.counts(day, day).get((day, Counted.MAILS_FAILED), 0)


def failure(at: datetime, *answered_at: datetime) -> Delivery:
    failed = rows.delivery(rows.notification(at=at), uuid4(), Delivery.State.FAILED, WhyNot.GAVE_UP, at=at)
    for instant in answered_at or (at,):
        failed.answers.create(at=instant, outcome=DeliveryAttempt.Outcome.DEFERRED)
    return failed


def test_the_worker_counts_them_every_ten_minutes() -> None:
    (job,) = [job for job in background.jobs() if job.name == "count mails"]
    assert (job.every, job.run) == (timedelta(minutes=10), count_mails)


def test_each_message_counts_once_on_the_day_on_which_it_was_sent() -> None:
    for at in (NOW, NOW, NOW - timedelta(days=1), NOW - timedelta(days=2)):
        rows.delivery(rows.notification(at=at), uuid4(), at=at)
    rows.delivery(rows.notification(), uuid4(), Delivery.State.WAITING)
    rows.delivery(rows.notification(), uuid4(), Delivery.State.SKIPPED, WhyNot.LEFT)
    for _ in range(2):
        count_mails()
        assert (sent_on(TODAY), sent_on(YESTERDAY), sent_on(YESTERDAY - timedelta(days=1))) == (2, 1, 1)


def test_a_message_that_was_put_off_for_days_counts_when_it_left() -> None:
    rows.delivery(rows.notification(at=NOW - timedelta(days=3)), uuid4(), at=NOW)
    count_mails()
    assert sent_on(TODAY) == 1


def test_a_message_that_was_given_up_counts_once_on_the_day_of_that() -> None:
    failure(NOW, NOW - timedelta(days=1), NOW - timedelta(hours=1), NOW)
    count_mails()
    assert (failed_on(TODAY), failed_on(YESTERDAY)) == (1, 0)


def test_a_message_that_came_back_counts_on_the_day_of_that_and_a_complaint_does_not() -> None:
    sent = rows.delivery(rows.notification(at=NOW - timedelta(days=1)), uuid4(), at=NOW - timedelta(days=1))
    sent.answers.create(at=NOW, outcome=DeliveryAttempt.Outcome.BOUNCED)
    sent.answers.create(at=NOW, outcome=DeliveryAttempt.Outcome.COMPLAINED)
    count_mails()
    assert (failed_on(TODAY), failed_on(YESTERDAY)) == (1, 0)


def test_what_failed_and_is_tried_again_is_counted_no_more() -> None:
    failed = failure(NOW)
    count_mails()
    assert failed_on(TODAY) == 1
    Delivery.objects.filter(pk=failed.pk).update(state=Delivery.State.WAITING, reason="", finished_at=None)
    count_mails()
    assert failed_on(TODAY) == 0


def test_days_begin_where_the_board_is(settings: LazySettings, clock: time_machine.Traveller) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"
    late = datetime(2026, 3, 1, 11, 30, tzinfo=UTC)  # half past midnight on the 2nd
    clock.move_to(late)
    rows.delivery(rows.notification(at=late), uuid4(), at=late)
    failure(late)
    count_mails()
    assert (sent_on(date(2026, 3, 2)), failed_on(date(2026, 3, 2))) == (1, 1)
    assert (sent_on(date(2026, 3, 1)), failed_on(date(2026, 3, 1))) == (0, 0)


def test_the_first_count_goes_back_a_month_and_later_ones_a_day() -> None:
    long_ago = NOW - timedelta(days=20)
    rows.delivery(rows.notification(at=long_ago), uuid4(), at=long_ago)
    count_mails()
    assert sent_on(long_ago.date()) == 1
    rows.delivery(rows.notification(at=long_ago), uuid4(), at=long_ago)
    count_mails()
    assert sent_on(long_ago.date()) == 1


def test_what_was_sent_stays_counted_when_the_deliveries_are_forgotten(
    settings: LazySettings, clock: time_machine.Traveller
) -> None:
    settings.KEEP_DELIVERIES_DAYS = 1
    rows.delivery(rows.notification(), uuid4())
    count_mails()
    clock.shift(timedelta(days=1, seconds=1))
    assert prune_deliveries()
    assert not Delivery.objects.exists()
    count_mails()
    assert sent_on(TODAY) == 1
