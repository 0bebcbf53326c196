"""The number of messages in trouble leads to those it counts."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from notifications.models import Delivery, DeliveryAttempt, WhyNot
from tests.integration.cms.keyboard import text
from tests.integration.notifications import people, rows

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def link(client: Client) -> str | None:
    """Where the figure leads."""
    found = re.search(r'<a href="([^"]*)"><strong>\d+</strong> messages in trouble', text(client, "/admin/"))
    return found and found[1]


def test_it_leads_to_the_notifications_they_belong_to() -> None:
    told, other = rows.notification(at=timezone.now()), rows.notification(at=timezone.now())
    lost = rows.delivery(told, uuid4(), Delivery.State.FAILED, WhyNot.REFUSED, at=timezone.now())
    lost.answers.create(at=timezone.now(), outcome=DeliveryAttempt.Outcome.REFUSED)
    client = people.publisher()
    url = link(client)
    assert url == "/admin/notifications/?state=TROUBLE"
    page = text(client, url)
    assert str(told.pk) in page
    assert str(other.pk) not in page


def test_who_may_not_see_notifications_is_not_led_to_them() -> None:
    Permission.objects.get(codename="view_notification").group_set.clear()
    client = people.publisher()
    assert "messages in trouble" in text(client, "/admin/")
    assert link(client) is None
