"""People who follow a search."""

from datetime import UTC, datetime, timedelta
from typing import Final

import time_machine
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from adapters import links
from adapters.models import SubscriptionRecord
from jobs_domain.identifiers import SubscriptionId
from tests.integration.notifications.world import work

FOLLOW: Final = "/searches/follow/"
MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)


def a_follower(
    client: Client, clock: time_machine.Traveller, query: str, *, address: str = "ana@example.org", **more: str
) -> None:
    """By the form, the mail and its button."""
    answer = client.post(f"{FOLLOW}?{query}", {"address": address} | more)
    assert answer.status_code == 303, answer.content.decode()
    assert len(work()) == 1
    record = SubscriptionRecord.objects.get(address=address, state="PENDING")
    client.post(links.confirm_url(SubscriptionId(record.pk)).removeprefix("http://testserver"))
    work()
    clock.shift(MINUTE)


def next_morning(clock: time_machine.Traveller) -> list[EmailMultiAlternatives]:
    now = datetime.now(UTC)
    day = now + DAY if now.hour >= 8 else now
    clock.move_to(day.replace(hour=8, minute=5, second=0, microsecond=0))
    return work()
