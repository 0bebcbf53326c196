"""What becomes of a delivery: sent, put off, refused, skipped, taken up again."""

from dataclasses import replace
from datetime import timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from adapters import background, board
from jobs_domain.email_address import EmailAddress
from notifications import pauses, sending
from notifications.answers import MAX_ATTEMPTS, pause_after
from notifications.models import Audience, Batch, Delivery, DeliveryAttempt, Lane, LanePause
from notifications.sending import send_due
from tests.integration.notifications.scripted import Server
from tests.integration.notifications.world import (
    BETTER_PAID,
    announce,
    ask,
    delivery_to,
    follow,
    recipients,
    show,
    states,
    work,
)
from tests.unit.examples import ANA, BEN, NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)
CLEO = EmailAddress("cleo@example.org")


@pytest.fixture(autouse=True)
def _news_for_ana_and_ben(clock: time_machine.Traveller, server: Server) -> None:
    """A change of which both are still to be told."""
    show()
    follow(ANA)
    follow(BEN)
    show(BETTER_PAID)
    announce()
    mail.outbox.clear()
    server.tried.clear()
    server.connections = 0


def refusal(address: EmailAddress, code: int, text: str) -> SMTPRecipientsRefused:
    return SMTPRecipientsRefused({address.for_the_wire: (code, text.encode())})


def test_a_batch_goes_over_one_connection(server: Server) -> None:
    assert send_due() == 2
    assert server.connections == 1
    assert states() == {ANA.value: "SENT", BEN.value: "SENT"}
    assert send_due() == 0


def test_what_was_sent_is_marked_with_its_time_and_attempt(clock: time_machine.Traveller) -> None:
    clock.shift(MINUTE)
    work()
    delivery = delivery_to(ANA)
    assert (delivery.attempts, delivery.finished_at) == (1, NOW + MINUTE)
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    "failure",
    [
        refusal(ANA, 451, "Try again later"),
        SMTPDataError(452, b"Insufficient system storage"),
        SMTPServerDisconnected("Connection unexpectedly closed: timed out"),
        TimeoutError("timed out"),
        ConnectionResetError("reset by peer"),
        RuntimeError("a defect of ours"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_a_failure_for_now_is_tried_again_later(
    failure: Exception, server: Server, clock: time_machine.Traveller
) -> None:
    server.answers = {ANA.for_the_wire: [failure]}
    assert recipients(work()) == [BEN.for_the_wire]
    assert states() == {ANA.value: "WAITING", BEN.value: "SENT"}
    assert send_due() == 0
    clock.shift(pause_after(1))
    assert recipients(work()) == [ANA.for_the_wire]
    assert delivery_to(ANA).attempts == 2


def test_a_second_attempt_bears_the_same_message_id(server: Server, clock: time_machine.Traveller) -> None:
    server.answers = {ANA.for_the_wire: [TimeoutError()], BEN.for_the_wire: [TimeoutError()]}
    work()
    clock.shift(pause_after(1))
    work()
    assert len(server.tried) == 4
    assert sorted(server.tried[:2]) == sorted(server.tried[2:])
    assert len(set(server.tried)) == 2


def test_pauses_grow_until_the_message_is_given_up_after_about_two_days(
    server: Server, clock: time_machine.Traveller
) -> None:
    server.answers = {ANA.for_the_wire: [refusal(ANA, 451, "not now")] * MAX_ATTEMPTS}
    spent = timedelta()
    pauses: list[timedelta] = []
    for attempt in range(1, MAX_ATTEMPTS):
        work()
        assert delivery_to(ANA).state == "WAITING"
        pauses.append(pause_after(attempt))
        spent += pauses[-1]
        clock.shift(pauses[-1])
    work()
    delivery = delivery_to(ANA)
    assert (delivery.state, delivery.reason, delivery.attempts) == ("FAILED", "GAVE_UP", MAX_ATTEMPTS)
    assert pauses == sorted(pauses)
    assert timedelta(hours=48) < spent < timedelta(hours=54)


@pytest.mark.parametrize(
    "failure",
    [
        refusal(ANA, 550, "No such user"),
        SMTPDataError(554, b"Looks like spam"),
        SMTPSenderRefused(552, b"Too big", "x"),
    ],
    ids=["recipient", "content", "size"],
)
def test_a_refusal_for_good_fails_at_once_and_stops_no_other(failure: Exception, server: Server) -> None:
    server.answers = {ANA.for_the_wire: [failure]}
    assert recipients(work()) == [BEN.for_the_wire]
    delivery = delivery_to(ANA)
    assert (delivery.state, delivery.reason, delivery.attempts) == ("FAILED", "REFUSED", 1)
    assert server.connections == 1


@pytest.mark.parametrize(
    "failure",
    [
        ConnectionRefusedError("nobody listens"),
        TimeoutError("timed out"),
        SMTPConnectError(421, b"Too busy"),
        SMTPAuthenticationError(535, b"Wrong password"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_a_server_that_cannot_be_reached_costs_nobody_an_attempt(
    failure: Exception, server: Server, clock: time_machine.Traveller
) -> None:
    server.closed = failure
    for _ in range(2 * MAX_ATTEMPTS):
        assert send_due() == 0
        clock.shift(pauses.LONGEST[Lane.IMMEDIATE])
    assert states() == {ANA.value: "WAITING", BEN.value: "WAITING"}
    assert delivery_to(ANA).attempts == 0
    server.closed = None
    assert recipients(work()) == [ANA.for_the_wire, BEN.for_the_wire]


def test_a_server_that_refuses_our_address_ends_the_batch_and_costs_no_attempt(
    server: Server, clock: time_machine.Traveller
) -> None:
    failure = SMTPSenderRefused(553, b"Sender not allowed", "x")
    server.answers = {ANA.for_the_wire: [failure], BEN.for_the_wire: [failure]}
    assert work() == []
    assert len(server.tried) == 1
    assert delivery_to(ANA).attempts == delivery_to(BEN).attempts == 0
    clock.shift(pauses.FIRST)
    server.answers.clear()
    assert len(work()) == 2


FOR_ALL = [
    refusal(ANA, 421, "Shutting down"),
    SMTPDataError(421, b"Shutting down"),
    refusal(ANA, 530, "Authentication required"),
]


@pytest.mark.parametrize("failure", FOR_ALL, ids=["421 to the recipient", "421 to the content", "login"])
def test_what_sounds_as_if_it_were_for_all_is_believed_when_the_next_message_hears_it_too(
    failure: Exception, server: Server, clock: time_machine.Traveller
) -> None:
    """It costs these two an attempt each, and nobody else."""
    server.answers = {ANA.for_the_wire: [failure], BEN.for_the_wire: [failure]}
    assert work() == []
    assert len(server.tried) == 2
    assert (delivery_to(ANA).attempts, delivery_to(BEN).attempts) == (1, 1)
    assert LanePause.objects.exists()
    clock.shift(pause_after(1))
    assert len(work()) == 2


@pytest.mark.parametrize("failure", FOR_ALL, ids=["421 to the recipient", "421 to the content", "login"])
def test_one_message_that_gets_such_an_answer_stops_no_other(
    failure: Exception, server: Server, clock: time_machine.Traveller
) -> None:
    """Some servers close the connection on a recipient that they do not like."""
    server.answers = {ANA.for_the_wire: [failure] * MAX_ATTEMPTS}
    assert recipients(work()) == [BEN.for_the_wire]
    assert not LanePause.objects.exists()
    for attempt in range(1, MAX_ATTEMPTS):
        clock.shift(pause_after(attempt))
        work()
    assert (delivery_to(ANA).state, delivery_to(ANA).reason) == ("FAILED", "GAVE_UP")


def test_workers_that_meet_the_same_refusal_make_the_pause_no_longer(clock: time_machine.Traveller) -> None:
    until = pauses.begin(Lane.IMMEDIATE, "nobody listens")
    clock.shift(timedelta(seconds=1))
    assert pauses.begin(Lane.IMMEDIATE, "nobody listens") == until
    assert LanePause.objects.get().times == 1


def test_a_server_that_takes_a_message_is_there_for_all_lanes(server: Server, clock: time_machine.Traveller) -> None:
    server.closed = ConnectionRefusedError("nobody listens")
    for _ in range(4):
        send_due()
        clock.move_to(LanePause.objects.get().until)
    send_due()
    server.closed = None
    ask(CLEO)
    assert len(work()) == 3
    assert not LanePause.objects.exists()


def test_a_message_that_somebody_waits_for_goes_first() -> None:
    ask(EmailAddress("cleo@example.org"))
    announce()
    assert send_due() == 1
    assert [message.to for message in mail.outbox] == [["cleo@example.org"]]
    assert send_due() == 2


def test_a_confirmation_is_not_sent_to_who_confirmed_or_left_or_waited_too_long(clock: time_machine.Traveller) -> None:
    work()
    gone, done, late = (ask(EmailAddress(f"{name}@example.org")) for name in ("gone", "done", "late"))
    announce()
    board.end_subscription(subscription_id=gone)
    board.confirm_subscription(subscription_id=done)
    clock.shift(timedelta(days=7))
    assert work()[0].subject == "New follower: Baker"
    asked = Delivery.objects.filter(notification__audience=Audience.REQUESTER, state="SKIPPED")
    assert {delivery.subscription_id: delivery.reason for delivery in asked} == {
        gone: "LEFT",
        done: "ALREADY_CONFIRMED",
        late: "LAPSED",
    }


def test_a_mailbox_with_an_international_name_is_refused_rather_than_mangled() -> None:
    subscription_id = ask(EmailAddress("jörg@example.org"))
    assert recipients(work()) == [ANA.for_the_wire, BEN.for_the_wire]
    delivery = Delivery.objects.get(subscription_id=subscription_id)
    assert (delivery.state, delivery.reason) == ("FAILED", "REFUSED")
    assert "SMTPUTF8" in delivery.answers.get().answer


def test_the_servers_answer_is_kept_without_the_address(server: Server) -> None:
    server.answers = {ANA.for_the_wire: [refusal(ANA, 550, f"5.1.1 <{ANA.for_the_wire.lower()}>: no such\r\nuser")]}
    work()
    attempt = DeliveryAttempt.objects.get(outcome="REFUSED")
    assert attempt.answer == "550 5.1.1 <…>: no such user"


def test_a_pause_is_visible_grows_and_ends_with_the_first_message_taken(
    server: Server, clock: time_machine.Traveller
) -> None:
    server.closed = ConnectionRefusedError("nobody listens")
    lasted: list[timedelta] = []
    for _ in range(7):
        send_due()
        pause = LanePause.objects.get()
        assert (pause.lane, pause.since, "nobody listens" in pause.answer) == (Lane.IMMEDIATE, NOW, True)
        lasted.append(pause.until - timezone.now())
        clock.move_to(pause.until)
    assert lasted == [timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 240, 300, 300)]
    server.closed = None
    assert len(work()) == 2
    assert not LanePause.objects.exists()


def test_what_is_urgent_goes_before_the_rest_of_a_long_batch(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch of Ana and Ben is interrupted as soon as the worker looks up."""
    monkeypatch.setattr(sending, "FRESH_SECONDS", 0.0)
    hand_over = Server.meet

    def meet(server: Server, address: str, message_id: str) -> None:
        hand_over(server, address, message_id)
        if len(server.tried) == 1:
            ask(CLEO)
            announce()

    monkeypatch.setattr(Server, "meet", meet)
    assert [send_due() for _ in range(4)] == [1, 1, 1, 0]
    assert mail.outbox[1].to == [CLEO.value]


def test_who_leaves_while_a_batch_is_being_sent_is_not_written_to(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "FRESH_SECONDS", 0.0)
    hand_over = Server.meet

    def meet(server: Server, address: str, message_id: str) -> None:
        hand_over(server, address, message_id)
        board.erase_person(address=BEN if address == ANA.for_the_wire else ANA)

    monkeypatch.setattr(Server, "meet", meet)
    assert len(work()) == 1
    (told,) = (
        delivery for delivery in Delivery.objects.filter(notification__kind="REVISED") if delivery.state == "SENT"
    )
    skipped = Delivery.objects.get(notification__kind="REVISED", state="SKIPPED")
    assert (skipped.reason, told.pk != skipped.pk) == ("ERASED", True)


def test_a_worker_that_is_asked_to_end_finishes_the_message_in_hand(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "is_stopping", lambda: len(server.tried) >= 1)
    assert send_due() == 1
    assert sorted(states().values()) == ["SENT", "WAITING"]
    monkeypatch.undo()
    assert send_due() == 1


def test_one_refused_for_now_and_the_rest_of_its_batch_go_their_own_ways(
    server: Server, clock: time_machine.Traveller
) -> None:
    server.answers = {ANA.for_the_wire: [refusal(ANA, 451, "not now")] * 2}
    work()
    assert Batch.objects.get().holder is None
    assert Batch.objects.get().due_at == delivery_to(ANA).next_attempt_at
    clock.shift(pause_after(1))
    work()
    assert (delivery_to(ANA).attempts, delivery_to(BEN).attempts) == (2, 1)


def test_pauses_between_attempts_are_shortened_by_chance(server: Server) -> None:
    for number in range(20):
        follow(EmailAddress(f"follower-{number}@example.org"))
    show(replace(BETTER_PAID, title="Senior baker"))
    announce()
    deferred = SMTPDataError(451, b"not now")
    server.answers = {f"follower-{number}@example.org": [deferred] for number in range(20)}
    work()
    again = {delivery.next_attempt_at for delivery in Delivery.objects.exclude(next_attempt_at=None)}
    assert len(again) > 10
    shortest = NOW + pause_after(1) * 0.8
    assert all(instant is not None and shortest <= instant <= NOW + pause_after(1) for instant in again)
