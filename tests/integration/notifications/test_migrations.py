"""A board that has mails to send while it is upgraded loses none of them."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from adapters.models import SubscriptionRecord
from jobs_domain.email_address import EmailAddress
from notifications.models import Batch, Delivery, InterestPlan
from tests.integration.notifications.rows import follower
from tests.unit.examples import ANA, BEN, NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def _migrate_to(*names: str) -> Apps:
    executor = MigrationExecutor(connection)
    executor.migrate([("notifications", name) for name in names])
    return executor.loader.project_state([("notifications", name) for name in names]).apps


@pytest.fixture
def newest() -> str:
    name: str = MigrationExecutor(connection).loader.graph.leaf_nodes("notifications")[0][1]
    return name


@pytest.fixture
def before(newest: str) -> Iterator[Apps]:
    Delivery.objects.all().delete()
    Batch.objects.all().delete()
    yield _migrate_to("0001_initial")
    _migrate_to(newest)


def test_what_waits_before_an_upgrade_is_sent_after_it(before: Apps) -> None:
    now = timezone.now()
    later = now + timedelta(hours=1)
    old_notification = before.get_model("notifications", "Notification")
    old_delivery = before.get_model("notifications", "Delivery")
    notification = old_notification.objects.create(
        event_id=uuid4(),
        occurred_at=now,
        audience="COMPANY",
        kind="NEW_FOLLOWER",
        lane=1,
        subject="New follower",
        text="…",
        html="…",
        created_at=now,
        release_at=now,
        fanned_out_at=now,
    )
    common = {"notification": notification, "address": "jobs@bread.example", "lane": 1, "attempts": 2}
    waiting, sending, sent = uuid4(), uuid4(), uuid4()
    old_delivery.objects.create(subscription_id=waiting, state="WAITING", next_attempt_at=later, **common)
    old_delivery.objects.create(subscription_id=sending, state="SENDING", next_attempt_at=now, **common)
    done = old_delivery.objects.create(
        subscription_id=sent, state="SENT", next_attempt_at=now, finished_at=now, **common
    )
    done.answers.create(at=now, outcome="ACCEPTED")

    after = _migrate_to("0004_persons_and_pruning")

    assert after.get_model("notifications", "Notification").objects.get().contact_address == "jobs@bread.example"
    assert dict(Delivery.objects.values_list("subscription_id", "state")) == {
        waiting: "WAITING",
        sending: "WAITING",
        sent: "SENT",
    }
    assert set(Batch.objects.values_list("first", "last", "due_at", "lane")) == {
        (waiting, waiting, later, 1),
        (sending, sending, now, 1),
    }
    assert not Delivery.objects.get(subscription_id=sent).answers.exists()


def test_who_follows_when_the_board_is_upgraded_is_asked_a_year_after_the_last_sign(newest: str) -> None:
    changed, untouched = follower(ANA), follower(BEN)
    follower(EmailAddress("left@example.org"), ended_at=NOW)
    lately = NOW + timedelta(days=100)
    SubscriptionRecord.objects.filter(pk=changed.pk).update(added_at=lately)
    SubscriptionRecord.objects.filter(pk=untouched.pk).update(added_at=NOW - timedelta(days=1))
    _migrate_to("0013_preferences")
    _migrate_to(newest)
    year = timedelta(days=365)
    assert set(InterestPlan.objects.values_list("pk", "silent_since", "due_at", "question")) == {
        (changed.pk, lately, lately + year, None),
        (untouched.pk, NOW, NOW + year, None),
    }
