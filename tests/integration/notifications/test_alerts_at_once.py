"""Several workers that prepare the mails of one person at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from notifications.digests import prepare_due
from notifications.models import DigestPlan
from tests.integration.cms.factories import make_job
from tests.integration.notifications.seekers import a_follower
from tests.integration.notifications.world import elsewhere, work

pytestmark = [
    pytest.mark.integration,
    pytest.mark.needs_postgresql,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SETTLING = timedelta(minutes=5)
WORDS = ("bread", "oven", "night", "flour")


def test_they_make_one_mail(client: Client, clock: time_machine.Traveller, settings: LazySettings) -> None:
    settings.SETTLING_TIME = SETTLING.total_seconds()
    for word in WORDS:
        a_follower(client, clock, f"q={word}", frequency="IMMEDIATE")
    clock.shift(SETTLING)
    work()
    for number in range(5):
        make_job(f"Baker {number}", description=f"<p>{' '.join(WORDS)}</p>")
        work()
        clock.shift(SETTLING)
        with ThreadPoolExecutor(3) as workers:
            list(workers.map(lambda _: elsewhere(prepare_due)(), range(3)))
        told = work()
        assert [message.subject.partition(":")[0] for message in told] == ["1 new job"]
        assert DigestPlan.objects.filter(due_at=None).count() == len(WORDS)
