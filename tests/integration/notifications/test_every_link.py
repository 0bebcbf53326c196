"""Mail scanners open every link of every mail: nothing may come of that."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import CloseReason
from jobs_domain.topics import JobSearch
from notifications.models import Kind, Notification
from notifications.preferences.links import manage_url
from notifications.preferences.signing_in import send_links
from tests.integration.cms.factories import make_job
from tests.integration.notifications.links_in_mails import links, path_of
from tests.integration.notifications.rows import every_row
from tests.integration.notifications.world import BETTER_PAID, ask, follow, show, take_down, work
from tests.unit.examples import ANA, BEN, GERMAN

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

BAKERS = JobSearch(text="baker")


@pytest.fixture
def mails(client: Client, clock: time_machine.Traveller, settings: LazySettings) -> list[EmailMultiAlternatives]:
    """One of each kind, and of those in two languages."""
    settings.TIME_ZONE, settings.DIGEST_HOUR = "UTC", 8
    settings.INTEREST_AFTER_DAYS = 7
    settings.LEAVE_ADDRESS = "leave@board.example.org"
    show()
    ask(BEN, language=GERMAN)
    ask(BEN, BAKERS, frequency=Frequency.DAILY)
    sent = work()
    reader = follow(ANA, language=GERMAN)
    follow(ANA, BAKERS, frequency=Frequency.WEEKLY)
    follow(EmailAddress("daily@example.org"), frequency=Frequency.DAILY)
    clock.shift(timedelta(minutes=1))
    make_job("Night Baker")
    show(BETTER_PAID)
    sent += work()
    clock.shift(timedelta(days=7))
    sent += work()
    show(BETTER_PAID, closed=CloseReason.FILLED)
    sent += work()
    show(BETTER_PAID)
    sent += work()
    client.post("/subscriptions/manage/", {"address": ANA.value})
    client.post(path_of(f"{manage_url(reader)}address/"), {"address": "new@example.org"})
    send_links()
    sent += work()
    take_down()
    sent += work()
    move = next(link for message in sent for link in links(message) if "/subscriptions/move/" in link)
    client.post(path_of(move))
    return sent + work()


def test_opening_every_link_of_every_mail_changes_nothing(client: Client, mails: list[EmailMultiAlternatives]) -> None:
    assert {*Notification.objects.values_list("kind", flat=True)} == {*Kind.values}
    found = {link for message in mails for link in links(message)}
    kinds = {re.sub(r"/[^/]{40,}/", "/…/", path_of(link)) for link in found}
    assert {"/subscriptions/confirm/…/", "/subscriptions/end/…/", "/subscriptions/manage/…/"} <= kinds
    assert {"/de/subscriptions/move/…/", "/subscriptions/keep/…/", "/subscriptions/leave-all/…/"} <= kinds
    before = every_row()
    for link in sorted(found):
        for answer in (client.get(path_of(link), follow=True), client.head(path_of(link), follow=True)):
            assert answer.status_code in {200, 404, 410}
            assert not answer.cookies
    assert every_row() == before


def test_one_click_of_the_mail_provider_ends_what_the_mail_is_about(
    client: Client, mails: list[EmailMultiAlternatives]
) -> None:
    """RFC 8058 §3.2: a `POST` with this body, without cookies, referrer or origin."""
    listed = [message for message in mails if "List-Unsubscribe" in message.extra_headers]
    assert len(listed) > 4
    for message in listed:
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        url, by_mail = (link.strip("<>") for link in message.extra_headers["List-Unsubscribe"].split(", "))
        assert by_mail.startswith("mailto:leave+")
        assert client.post(path_of(url), {"List-Unsubscribe": "One-Click"}).status_code == 200
    show(BETTER_PAID)
    make_job("Morning Baker")
    assert [message.to for message in work() if message.to != ["jobs@bread.example"]] == []
