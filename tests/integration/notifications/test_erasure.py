"""When a person asks to be forgotten, the ledger forgets the address and sends nothing more."""

from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from django.db import models

from adapters import board
from adapters.models import SubscriptionRecord
from notifications import batches, marks
from notifications.answers import Deferred, pause_after
from notifications.batches import Claim
from notifications.ledger import NotTold, Told, company_told, told
from notifications.models import Delivery, DeliveryAttempt, Notification, WhyNot
from notifications.personal import NOT_KEPT
from tests.integration.notifications.scripted import Server
from tests.integration.notifications.world import (
    BETTER_PAID,
    CONTACT,
    announce,
    ask,
    confirmed,
    delivery_to,
    follow,
    recipients,
    requested,
    show,
    work,
)
from tests.unit.examples import ANA, BEN, NOW, REMOTE_PYTHON, wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def everything_stored() -> str:
    tables: tuple[type[models.Model], ...] = (Notification, Delivery, DeliveryAttempt, SubscriptionRecord)
    return repr([list(table._default_manager.values_list()) for table in tables])


def test_no_trace_of_the_address_is_left_and_others_are_untouched(server: Server) -> None:
    show()
    server.answers = {
        ANA.for_the_wire: [SMTPRecipientsRefused({ANA.for_the_wire: (550, b"user Ana at Example.org unknown")})]
    }
    ask(ANA)
    work()
    follow(BEN)
    follow(ANA, share_address=True)
    board.request_subscription(address=ANA, topic=REMOTE_PYTHON, wishes=wishes())
    show(BETTER_PAID)
    work()
    assert "Ana" in everything_stored()
    board.erase_person(address=ANA)
    work()
    assert "Ana" not in everything_stored()
    assert "python" not in everything_stored()
    assert BEN.value in everything_stored()
    assert CONTACT.value in everything_stored()


def test_what_was_not_sent_yet_is_not_sent() -> None:
    show()
    follow(ANA)
    follow(BEN)
    show(BETTER_PAID)
    announce()
    board.erase_person(address=ANA)
    assert recipients(work()) == [BEN.for_the_wire]


def test_a_request_that_is_erased_before_its_mail_was_written_gets_none() -> None:
    show()
    follower = ask(ANA)
    board.erase_person(address=ANA)
    assert work() == []
    assert Notification.objects.get(event_id=requested(follower)).withheld == "ERASED"


def test_a_company_is_not_told_of_a_follower_who_was_erased() -> None:
    show()
    follower = ask(ANA)
    work()
    board.confirm_subscription(subscription_id=follower)
    board.erase_person(address=ANA)
    assert work() == []
    assert Notification.objects.get(event_id=confirmed(follower)).withheld == "ERASED"


def test_a_company_mail_that_waits_is_not_sent_when_its_follower_is_erased() -> None:
    show()
    follower = ask(ANA, share_address=True)
    work()
    board.confirm_subscription(subscription_id=follower)
    announce()
    board.erase_person(address=ANA)
    assert work() == []


def test_the_ledger_still_says_that_somebody_was_told() -> None:
    show()
    follower = follow(ANA, share_address=True)
    change = show(BETTER_PAID)
    work()
    board.erase_person(address=ANA)
    work()
    account, of_company = told(follower, change), company_told(confirmed(follower))
    assert isinstance(account, Told)
    assert isinstance(of_company, Told)
    assert account.address == ""
    assert NOT_KEPT in of_company.text


def claim() -> Claim:
    claim = batches.claim()
    assert claim is not None
    return claim


def test_a_message_that_is_under_way_during_the_erasure_is_marked_as_what_it_becomes() -> None:
    show()
    follower = follow(ANA)
    follow(BEN)
    change = show(BETTER_PAID)
    announce()
    under_way, delivery = claim(), delivery_to(ANA)
    board.erase_person(address=ANA)
    announce()
    marks.sent(under_way, [delivery.pk])
    account = told(follower, change)
    assert isinstance(account, Told)
    assert account.address == ""


def test_a_message_that_failed_for_now_during_the_erasure_is_not_tried_again(clock: time_machine.Traveller) -> None:
    show()
    follower = follow(ANA)
    change = show(BETTER_PAID)
    announce()
    under_way, delivery = claim(), delivery_to(ANA)
    board.erase_person(address=ANA)
    announce()
    marks.failed(under_way, delivery.pk, Deferred(f"451 {ANA.value} not now"), wire_address=ANA.for_the_wire)
    clock.shift(batches.LEASE)
    assert work() == []
    assert told(follower, change) == NotTold(why=WhyNot.ERASED, at=NOW)
    assert "Ana" not in everything_stored()


def test_a_message_that_was_put_off_is_not_sent_after_the_erasure(
    clock: time_machine.Traveller, server: Server
) -> None:
    show()
    follower = follow(ANA)
    change = show(BETTER_PAID)
    server.answers = {ANA.for_the_wire: [SMTPRecipientsRefused({ANA.for_the_wire: (451, b"Ana is away")})]}
    assert work() == []
    board.erase_person(address=ANA)
    clock.shift(pause_after(1))
    assert work() == []
    assert told(follower, change) == NotTold(why=WhyNot.ERASED, at=NOW + pause_after(1))
    assert "Ana" not in everything_stored()
