"""Whatever happens, in whatever order: no delivery is lost, none is two workers', and none is tried for ever."""

from dataclasses import replace
from datetime import timedelta
from email.utils import parseaddr
from itertools import pairwise
from smtplib import SMTPDataError
from typing import Final, override
from unittest import mock

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, note, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from adapters import board
from adapters.models import OutboxEvent, SubscriptionRecord
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from notifications import batches, fan_out, marks, pauses
from notifications.answers import LONGEST_PAUSE, MAX_ATTEMPTS, Deferred, Refused, pause_after
from notifications.batches import LEASE, Claim
from notifications.mailers import chosen
from notifications.models import Batch, Delivery, Lane, Notification
from notifications.sending import send_due, sweep
from tests.integration.notifications import scripted, world
from tests.unit.examples import DETAILS, NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PEOPLE: Final = tuple(
    EmailAddress(f"{name}@example.org") for name in ("ana", "ben", "cleo", "dan", "eve", "fay", "gil")
)
FIRST_FOLLOWERS: Final = 4
STEP: Final = timedelta(minutes=20)
HORIZON: Final = LONGEST_PAUSE + max(pauses.LONGEST.values()) + LEASE + STEP
"""When the server is well again everything is through within the longest pause, whatever went before."""
STEPS_TO_HORIZON: Final = 500


class Killed(BaseException):
    """As if the process had been killed."""


ANSWERS: Final = strategies.sampled_from(
    [None, None, SMTPDataError(451, b"not now"), SMTPDataError(550, b"never"), SMTPDataError(421, b"closing"), Killed()]
)
"""What the server does with a message; nothing means that it takes it."""
SPANS: Final = strategies.sampled_from(
    [
        timedelta(seconds=1),
        LEASE / 2,
        LEASE,
        pauses.LONGEST[Lane.IMMEDIATE],
        timedelta(hours=1),
        timedelta(hours=6),
        timedelta(days=2),
    ]
)
someone = strategies.sampled_from(PEOPLE)


class Deliveries(RuleBasedStateMachine):
    """Against the real functions of the engine. A step is what one worker, editor or follower does."""

    clock: time_machine.Traveller

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.clock.move_to(NOW)
        chosen.close()
        scripted.server = scripted.Server()
        mail.outbox = []
        self.pay = 3000
        self.latest = NOW
        self.kills = 0
        self.seen = 0
        self.sent: dict[int, Delivery] = {}
        self.stalled: list[Claim] = []
        self.owed: set[tuple[object, object]] = set()

    @initialize()
    def some_follow(self) -> None:
        world.show()
        for address in PEOPLE[:FIRST_FOLLOWERS]:
            world.follow(address)

    @rule()
    def the_posting_changes(self) -> None:
        self.pay += 1
        world.show(replace(DETAILS, salary=world.pay(self.pay, self.pay)))
        event = OutboxEvent.objects.latest("pk")
        following = SubscriptionRecord.objects.filter(
            state=SubscriptionRecord.State.CONFIRMED, confirmed_at__lte=event.occurred_at
        )
        self.owed |= {(event.event_id, follower.subscription_id) for follower in following}

    @rule()
    def events_are_dispatched_and_fanned_out(self) -> None:
        world.announce()

    @rule(address=someone)
    def somebody_asks_to_follow(self, address: EmailAddress) -> None:
        world.ask(address)

    @rule(address=someone)
    def somebody_confirms(self, address: EmailAddress) -> None:
        for subscription_id in subscriptions(address, SubscriptionRecord.State.PENDING):
            board.confirm_subscription(subscription_id=subscription_id)

    @rule(address=someone)
    def somebody_leaves(self, address: EmailAddress) -> None:
        for subscription_id in subscriptions(address, SubscriptionRecord.State.CONFIRMED):
            board.end_subscription(subscription_id=subscription_id)

    @rule(address=someone)
    def somebody_is_erased(self, address: EmailAddress) -> None:
        board.erase_person(address=address)

    @rule(answers=strategies.lists(ANSWERS, min_size=len(PEOPLE), max_size=len(PEOPLE)))
    def a_batch_is_sent(self, answers: list[BaseException | None]) -> None:
        scripted.server.answers = {
            person.for_the_wire: [answer] for person, answer in zip(PEOPLE, answers, strict=True) if answer is not None
        }
        self.send()

    @rule()
    def a_worker_dies_before_it_can_mark(self) -> None:
        with mock.patch.object(marks, "sent", side_effect=Killed):
            self.send()

    @rule()
    def the_server_cannot_be_reached(self) -> None:
        scripted.server.closed = ConnectionRefusedError("nobody listens")
        chosen.close()
        self.send()
        scripted.server.closed = None

    @rule(times=strategies.integers(2, MAX_ATTEMPTS + 1))
    def the_server_puts_all_off_again_and_again(self, times: int) -> None:
        world.announce()
        for attempt in range(1, times + 1):
            not_now: list[BaseException] = [SMTPDataError(451, b"not now")] * 100
            scripted.server.answers = {person.for_the_wire: not_now for person in PEOPLE}
            self.send()
            self.clock.shift(pause_after(attempt))
        self.latest = max(self.latest, timezone.now())

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.clock.shift(span)
        self.latest = max(self.latest, timezone.now())

    @rule()
    def the_clock_is_set_back(self) -> None:
        self.clock.shift(timedelta(hours=-1))

    @rule()
    def a_worker_takes_a_batch_and_stalls(self) -> None:
        claim = batches.claim()
        if claim is not None:
            self.stalled.append(claim)

    @precondition(lambda self: self.stalled)
    @rule(data=strategies.data())
    def a_worker_that_stalled_goes_on(self, data: strategies.DataObject) -> None:
        """Late, perhaps: with an answer to what it had handed over before."""
        claim = self.stalled.pop(data.draw(strategies.integers(0, len(self.stalled) - 1)))
        in_hand = claim.unfinished().order_by("pk").first()
        answer = data.draw(strategies.sampled_from(["none", "renewed", "taken", "put off", "refused"]))
        if in_hand is not None:
            match answer:
                case "taken":
                    marks.sent(claim, [in_hand.pk])
                case "put off":
                    marks.failed(claim, in_hand.pk, Deferred("451 not now"), wire_address="")
                case "refused":
                    marks.failed(claim, in_hand.pk, Refused("550 never"), wire_address="")
                case "renewed":
                    batches.renew(claim)
                case _:
                    pass
        if not claim.lost.is_set():
            batches.release(claim)

    @rule()
    def the_sweep_comes_round(self) -> None:
        scripted.server.answers = {}
        sweep()

    @invariant()
    def what_is_unfinished_is_in_one_batch_and_batches_are_apart(self) -> None:
        of: dict[object, list[Batch]] = {}
        for batch in Batch.objects.order_by("first"):
            of.setdefault(batch.notification_id, []).append(batch)
        for those in of.values():
            for one, next_one in pairwise(those):
                assert one.last < next_one.first
        for delivery in Delivery.objects.filter(finished_at=None):
            covering = [
                batch
                for batch in of.get(delivery.notification_id, [])
                if batch.first <= delivery.subscription_id <= batch.last
            ]
            assert len(covering) == 1, f"{delivery} is in {covering}"

    @invariant()
    def nothing_is_tried_for_ever(self) -> None:
        assert not Delivery.objects.filter(attempts__gt=MAX_ATTEMPTS).exists()
        assert not Delivery.objects.filter(attempts__gte=MAX_ATTEMPTS, finished_at=None).exists()

    @invariant()
    def what_was_sent_stays_as_it_was(self) -> None:
        now = {delivery.pk: delivery for delivery in Delivery.objects.filter(state=Delivery.State.SENT)}
        for pk, before in self.sent.items():
            assert pk in now
            assert (now[pk].finished_at, now[pk].attempts) == (before.finished_at, before.attempts)
        self.sent = now

    @invariant()
    def a_message_comes_twice_only_if_somebody_was_killed(self) -> None:
        ids = [message.extra_headers["Message-ID"] for message in mail.outbox]
        assert len(ids) - len(set(ids)) <= self.kills

    @override
    def teardown(self) -> None:
        try:
            if SubscriptionRecord.objects.exists():
                self.all_is_told_in_the_end()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def all_is_told_in_the_end(self) -> None:
        scripted.server.answers = {}
        began = self.latest  # a clock that was set back delays what was put off before
        steps = 0
        while not is_all_done():
            steps += 1
            assert steps < STEPS_TO_HORIZON, f"{list(Batch.objects.values())}"
            world.announce()
            if not sweep():
                self.clock.shift(STEP)
        assert timezone.now() - began <= HORIZON, f"{began} {timezone.now()}"
        self.what_was_sent_stays_as_it_was()
        self.nothing_is_tried_for_ever()
        self.a_message_comes_twice_only_if_somebody_was_killed()
        told = set(Delivery.objects.values_list("notification__event_id", "subscription_id"))
        # changes come together if the clock is set back in between: the second is then within the settling time of the first
        for event, into in Notification.objects.exclude(merged_into=None).values_list("event_id", "merged_into"):
            together = Delivery.objects.filter(notification=into).values_list("subscription_id", flat=True)
            told |= {(event, follower) for follower in together}
        still = set(
            SubscriptionRecord.objects.filter(state=SubscriptionRecord.State.CONFIRMED).values_list(
                "subscription_id", flat=True
            )
        )
        assert {(event, follower) for event, follower in self.owed if follower in still} <= told

    def send(self) -> None:
        """One worker, one batch."""
        followers = {
            record.address for record in SubscriptionRecord.objects.filter(state=SubscriptionRecord.State.CONFIRMED)
        }
        before = len(mail.outbox)
        try:
            send_due()
        except Killed:
            self.kills += 1
            chosen.close()
            note("killed")
        for message in mail.outbox[before:]:
            if "List-Id" in message.extra_headers:
                assert parseaddr(message.to[0])[1] in followers, "news for somebody who does not follow"


def subscriptions(address: EmailAddress, state: SubscriptionRecord.State) -> list[SubscriptionId]:
    found = SubscriptionRecord.objects.filter(address_key=address.key, state=state)
    return [SubscriptionId(record.subscription_id) for record in found]


def is_all_done() -> bool:
    return not (
        OutboxEvent.objects.filter(next_attempt_at__isnull=False).exists()
        or Notification.objects.filter(fanned_out_at=None).exists()
        or Delivery.objects.filter(finished_at=None).exists()
        or Batch.objects.exists()
    )


def test_no_delivery_is_lost_or_tried_for_ever(
    clock: time_machine.Traveller, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL_BATCH = 2
    monkeypatch.setattr(fan_out, "SLICE", 3)
    monkeypatch.setattr(Deliveries, "clock", clock, raising=False)
    run_state_machine_as_test(Deliveries, settings=EXAMPLES)


EXAMPLES: Final = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
