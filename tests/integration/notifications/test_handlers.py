"""Who is told when something happens."""

from dataclasses import replace

import pytest
import time_machine

from adapters import board, outbox, signals
from jobs_domain.changes import MinorChange, NoteToFollowers, SalaryChange
from jobs_domain.digests import Frequency
from jobs_domain.events import (
    CloseReason,
    PostingRevised,
    RetirementReason,
    SubscriptionConfirmed,
    SubscriptionRequested,
)
from notifications import handlers
from notifications.models import Batch, Delivery, Lane, Notification
from tests.integration.notifications.world import (
    BETTER_PAID,
    CONTACT,
    ask,
    follow,
    recipients,
    show,
    take_down,
    work,
)
from tests.unit.examples import ANA, BEN, DETAILS, NOW, POSTING_ID, REMOTE_PYTHON, THE_POSTING, wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_request_to_follow_sends_one_mail_to_confirm_and_no_other() -> None:
    show()
    ask(ANA)
    (message,) = work()
    assert message.to == [ANA.for_the_wire]
    assert message.subject == "Confirm: follow Baker at Bread & Co"
    show(BETTER_PAID)
    assert work() == []


def test_a_request_to_follow_a_search_is_to_be_confirmed_as_well() -> None:
    subscription_id = ask(ANA, REMOTE_PYTHON)
    (message,) = work()
    assert message.subject == "Confirm: follow jobs with words of your own, remote"
    board.confirm_subscription(subscription_id=subscription_id)
    assert work() == []


def test_a_confirmed_follower_is_news_for_the_company_and_stays_unnamed() -> None:
    show()
    subscription_id = ask(ANA)
    work()
    board.confirm_subscription(subscription_id=subscription_id)
    (message,) = work()
    assert message.to == [CONTACT.for_the_wire]
    assert message.subject == "New follower: Baker"
    assert "first follower" in str(message.body)
    assert ANA.value not in message.message().as_string()


def test_a_message_to_one_person_is_one_delivery_that_a_worker_can_take_at_once() -> None:
    show()
    follower = ask(ANA)
    outbox.dispatch_due()
    asked = Notification.objects.get()
    work()
    board.confirm_subscription(subscription_id=follower)
    outbox.dispatch_due()
    told = Notification.objects.exclude(pk=asked.pk).get()
    assert (asked.lane, asked.contact_address) == (Lane.TRANSACTIONAL, "")
    assert (told.lane, told.contact_address) == (Lane.IMMEDIATE, CONTACT.value)
    for notification in (asked, told):
        assert notification.release_at == notification.fanned_out_at == NOW
    delivery = Delivery.objects.get(notification=told)
    assert (delivery.subscription_id, delivery.state, delivery.next_attempt_at) == (follower, "WAITING", None)
    batch = Batch.objects.get()
    assert (batch.notification, batch.lane, batch.due_at) == (told, Lane.IMMEDIATE, NOW)
    assert (batch.first, batch.last) == (follower, follower)


def test_a_follower_who_shares_the_address_is_named() -> None:
    show()
    follow(BEN)
    subscription_id = ask(ANA, share_address=True)
    work()
    board.confirm_subscription(subscription_id=subscription_id)
    (message,) = work()
    assert ANA.value in str(message.body)
    assert "2 in all" in str(message.body)


def test_a_company_without_contact_address_is_not_written_to() -> None:
    show(contact=None)
    subscription_id = ask(ANA)
    work()
    board.confirm_subscription(subscription_id=subscription_id)
    assert work() == []


def test_a_revision_is_told_to_every_follower() -> None:
    show()
    follow(ANA)
    follow(BEN)
    show(BETTER_PAID, note=NoteToFollowers("Flour is cheap."))
    messages = work()
    assert recipients(messages) == [ANA.for_the_wire, BEN.for_the_wire]
    assert {message.subject for message in messages} == {"Pay raised: Baker at Bread & Co"}


def test_a_minor_edit_tells_nobody() -> None:
    show()
    follow(ANA)
    show(replace(DETAILS, title="Bakers"), note=MinorChange())
    assert work() == []


@pytest.mark.parametrize(
    ("reason", "subject"),
    [
        (CloseReason.FILLED, "Closed (filled): Baker at Bread & Co"),
        (CloseReason.WITHDRAWN, "Closed (withdrawn): Baker at Bread & Co"),
        (CloseReason.EXPIRED, "Closed (closing date passed): Baker at Bread & Co"),
    ],
)
def test_closing_is_told_with_its_reason(reason: CloseReason, subject: str) -> None:
    show()
    follow(ANA)
    show(closed=reason)
    (message,) = work()
    assert (message.to, message.subject) == ([ANA.for_the_wire], subject)


def test_reopening_is_told() -> None:
    show()
    follow(ANA)
    show(closed=CloseReason.FILLED)
    work()
    show()
    (message,) = work()
    assert message.subject == "Open again: Baker at Bread & Co"


@pytest.mark.parametrize("reason", RetirementReason)
def test_taking_down_is_told_once_and_leads_to_the_board_not_to_the_dead_page(reason: RetirementReason) -> None:
    show()
    follow(ANA)
    take_down(reason)
    (message,) = work()
    assert message.subject == "Taken down: Baker at Bread & Co"
    whole = f"{message.body}{message.alternatives}"
    assert "http://testserver/jobs/baker/" not in whole
    assert "http://testserver/jobs/" in whole


def test_publishing_tells_nobody() -> None:
    show()
    assert work() == []
    assert not Notification.objects.exists()


def test_handling_an_event_again_tells_nobody_again() -> None:
    show()
    subscription_id = follow(ANA)
    show(BETTER_PAID)
    work()
    before = Delivery.objects.count(), Notification.objects.count()
    handlers.ask_to_confirm(
        SubscriptionRequested(
            subscription_id=subscription_id,
            version=1,
            occurred_at=NOW,
            topic=THE_POSTING,
            wishes=wishes(Frequency.IMMEDIATE, share_address=False),
        )
    )
    handlers.tell_company_of_follower(
        SubscriptionConfirmed(subscription_id=subscription_id, version=2, occurred_at=NOW, topic=THE_POSTING)
    )
    for note in (NoteToFollowers(), MinorChange()):
        handlers.tell_followers_of_revision(
            PostingRevised(
                posting_id=POSTING_ID,
                version=2,
                occurred_at=NOW,
                changes=(SalaryChange(DETAILS.salary, BETTER_PAID.salary),),
                note=note,
            )
        )
    assert work() == []
    assert (Delivery.objects.count(), Notification.objects.count()) == before


def test_a_posting_that_was_taken_down_before_its_change_was_announced_is_not_linked(
    clock: time_machine.Traveller,
) -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    clock.shift(1)
    take_down()
    raised, gone = work()
    assert raised.subject.startswith("Pay raised")
    assert gone.subject.startswith("Taken down")
    assert "/jobs/baker/" not in str(raised.body)


def test_every_event_that_someone_hears_of_has_its_listener() -> None:
    listening = {
        uid
        for signal in vars(signals).values()
        if isinstance(signal, signals.EventSignal)
        for uid in signal.listeners
        if uid.startswith("notifications.")
    }
    assert listening == {
        "notifications.ask_to_confirm",
        "notifications.plan_question",
        "notifications.plan_question_anew",
        "notifications.forget_question",
        "notifications.forget_question_of_erased",
        "notifications.tell_company_of_follower",
        "notifications.tell_followers_of_revision",
        "notifications.tell_followers_of_closing",
        "notifications.tell_followers_of_reopening",
        "notifications.tell_followers_of_retirement",
        "notifications.plan_digest",
        "notifications.plan_digest_anew",
        "notifications.give_up_digest",
        "notifications.give_up_digest_of_erased",
        "notifications.forget",
        "notifications.match_new_posting",
        "notifications.match_reopened_posting",
        "notifications.match_corrected_posting",
    }
