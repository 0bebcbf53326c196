"""The main ways of followers, with every line of every level written: nobody is named in any of them."""

from __future__ import annotations

import logging
import re
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Final

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.utils import timezone

from adapters import board, outbox, signals
from jobs_domain.events import SubscriptionConfirmed
from notifications import bounces
from notifications.models import Delivery, DeliveryAttempt, LanePause
from notifications.preferences.signing_in import send_links
from tests.integration.notifications import scripted
from tests.integration.notifications.world import BETTER_PAID, announce, ask, follow, show, take_down, work
from tests.integration.observing.lines import Lines, written
from tests.unit.examples import ANA, BEN

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

LINK: Final = re.compile(r"http://testserver(/\S*/subscriptions/\S+/|/subscriptions/\S+/)")
CLIENT: Final = "198.51.100.23"
WORDS: Final = "whispered"


@pytest.fixture(autouse=True)
def _server(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = f"{scripted.__name__}.{scripted.ScriptedBackend.__name__}"
    mail.outbox = []
    scripted.server = scripted.Server()


def links_in(message: EmailMultiAlternatives) -> list[str]:
    return [f"/subscriptions/{found.partition('/subscriptions/')[2]}" for found in LINK.findall(str(message.body))]


def secrets_of(messages: list[EmailMultiAlternatives]) -> set[str]:
    """The tokens in their links."""
    return {part for message in messages for link in links_in(message) for part in link.split("/") if len(part) > 30}


def check(lines: Lines, *more: str) -> None:
    sent = [message for message in mail.outbox if isinstance(message, EmailMultiAlternatives)]
    told = lines.text
    names = [person.value.partition("@")[0] for person in (ANA, BEN)]
    for secret in (*secrets_of(sent), *(f"{name}@" for name in names), "@example", CLIENT, WORDS, *more):
        assert secret.lower() not in told.lower(), [line for line in told.splitlines() if secret in line][:2]
    assert len(lines.all()) > 3


def test_following_confirming_looking_and_leaving(client: Client) -> None:
    client.defaults["REMOTE_ADDR"] = CLIENT
    with written(logging.DEBUG) as lines:
        show()
        ask(ANA)
        (please_confirm, *_) = work()
        for link in links_in(please_confirm):
            client.get(f"{link}?q={WORDS}")
            client.post(f"{link}?q={WORDS}", {"address": ANA.value})
            client.get(f"{link[:-2]}x/")
        work()
        client.post("/subscriptions/manage/", {"address": ANA.value, "note": WORDS})
        client.post(f"/subscriptions/manage/?address={ANA.value}", {"address": "no address of ana@"})
        while send_links():
            pass
        for message in work():
            for link in links_in(message):
                client.get(link)
                client.post(f"{link}erase/", {"address": ANA.value})
        follow(BEN)
        show(BETTER_PAID)
        for message in work():
            for link in links_in(message):
                client.post(link, {"List-Unsubscribe": "One-Click"})
        take_down()
        board.erase_person(address=BEN)
        work()
    check(lines)


def test_what_mail_servers_say(settings: LazySettings) -> None:
    settings.MAIL_RATE = 0
    show()
    follow(ANA)
    follow(BEN)
    with written(logging.DEBUG) as lines:
        scripted.server.answers = {
            ANA.value: [SMTPResponseException(451, b"4.7.1 <ana@example.org>: greylisted, ask ana@example.org")],
            BEN.value: [SMTPRecipientsRefused({BEN.value: (550, b"5.1.1 <ben@example.org> BEN@EXAMPLE.ORG unknown")})],
        }
        show(BETTER_PAID)
        announce()
        work()
        scripted.server.closed = SMTPResponseException(421, b"4.7.0 ana@example.org too often")
        take_down()
        work()
        sent = Delivery.objects.filter(state="SENT").first()
        assert sent is not None
        at = timezone.now()
        bounces.came_back(sent, ANA.key, DeliveryAttempt.Outcome.BOUNCED, "550 <ana@example.org>", at)
        bounces.take_in(f"To: {ANA.value}\nContent-Type: multipart/report\n\n{WORDS} \xff".encode(), at)
    assert LanePause.objects.exists()
    assert {line["outcome"] for line in lines.all("message not sent")} == {"failed", "deferred"}
    check(lines)


def test_what_listeners_and_databases_say_when_they_fail() -> None:
    def fails(event: SubscriptionConfirmed) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ana_example_org FROM nowhere WHERE address = %s", [ANA.value])

    def fails_too(event: SubscriptionConfirmed) -> None:
        raise ValueError(f"{ANA.value} cannot be told by {event!r}", ANA)

    show()
    signals.subscription_confirmed.connect(fails, uid="tests.fails", why="to test")
    signals.subscription_confirmed.connect(fails_too, uid="tests.fails_too", why="to test")
    try:
        subscription_id = ask(ANA)
        with written(logging.DEBUG) as lines:
            board.confirm_subscription(subscription_id=subscription_id)
            outbox.dispatch_due()
    finally:
        for uid in ("tests.fails", "tests.fails_too"):
            signals.subscription_confirmed.disconnect(uid=uid)
    failed = [line for line in lines.all() if "exception" in line]
    assert len(failed) == 2
    assert all(line["event_id"] for line in failed)
    check(lines)
