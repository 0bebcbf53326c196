"""Several workers ask at the same time, and the table of plans is large."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from adapters.models import SubscriptionRecord
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason
from jobs_domain.identifiers import PostingId
from jobs_domain.topics import PostingTopic
from notifications.asking import ask_due
from notifications.models import Delivery, InterestPlan, Kind, Notification
from tests.integration.notifications.rows import follower
from tests.integration.notifications.world import elsewhere, show, work
from tests.unit.examples import NOW, OTHER_POSTING_ID, POSTING_ID

YEAR: Final = timedelta(days=365)
MONTH: Final = timedelta(days=30)
WORKERS: Final = 4
FOLLOWERS: Final = 12


def all_at_once() -> int:
    """How many plans several workers dealt with."""
    with ThreadPoolExecutor(WORKERS) as workers:
        return sum(each.result() for each in [workers.submit(elsewhere(ask_due)) for _ in range(WORKERS)])


@pytest.mark.integration
@pytest.mark.needs_postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_several_workers_ask_each_follower_once_and_let_them_go_once(clock: time_machine.Traveller) -> None:
    show()
    show(posting_id=OTHER_POSTING_ID)
    for number in range(FOLLOWERS):
        for posting_id in (POSTING_ID, OTHER_POSTING_ID):
            record = follower(EmailAddress(f"follower-{number}@example.org"), PostingTopic(PostingId(posting_id)))
            InterestPlan.objects.create(pk=record.pk, silent_since=NOW, due_at=NOW + YEAR)
    clock.shift(YEAR)
    assert all_at_once() >= FOLLOWERS
    assert Notification.objects.filter(kind=Kind.INTEREST).count() == FOLLOWERS
    assert len([message for message in work() if message.subject.startswith("Are you still")]) == FOLLOWERS
    assert Delivery.objects.filter(notification__kind=Kind.INTEREST, state="SENT").count() == FOLLOWERS
    clock.shift(MONTH)
    all_at_once()
    assert [*SubscriptionRecord.objects.values_list("end_reason", flat=True)] == [EndReason.NO_ANSWER.value] * (
        2 * FOLLOWERS
    )
    assert {*SubscriptionRecord.objects.values_list("version", flat=True)} == {3}
    work()
    assert not InterestPlan.objects.exists()


@pytest.mark.integration
@pytest.mark.django_db
def test_who_is_due_is_found_by_an_index() -> None:
    InterestPlan.objects.bulk_create(
        InterestPlan(subscription_id=uuid4(), silent_since=NOW, due_at=NOW + timedelta(minutes=number))
        for number in range(2_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = InterestPlan.objects.filter(due_at__lte=timezone.now()).order_by("due_at")[:1].explain()
    assert "interest_due" in found
    assert "SCAN notifications_interestplan" not in found.replace("Index Scan", "")
    assert "Sort" not in found
