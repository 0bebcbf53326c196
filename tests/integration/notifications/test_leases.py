"""Several workers, some of which die: nothing is lost, and each delivery is one worker's at a time."""

import time
from datetime import timedelta

import pytest
import time_machine

from notifications import batches, marks
from notifications.answers import Deferred, Refused
from notifications.batches import LEASE, SAFE, Claim
from notifications.models import Batch, Delivery, Lane
from notifications.sending import send_due, sweep
from tests.integration.notifications.scripted import Server
from tests.integration.notifications.world import BETTER_PAID, announce, delivery_to, follow, show, states
from tests.unit.examples import ANA, BEN, NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _news_for_ana_and_ben(clock: time_machine.Traveller, server: Server) -> None:
    show()
    follow(ANA)
    follow(BEN)
    show(BETTER_PAID)
    announce()


class Killed(BaseException):
    """As if the process had been killed: nothing in the program handles it."""


def claim() -> Claim:
    claim = batches.claim()
    assert claim is not None
    return claim


def by_sending_order() -> list[Delivery]:
    return list(Delivery.objects.filter(notification__kind="REVISED").order_by("subscription_id"))


def test_each_message_is_marked_before_the_next_is_handed_over(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.tried.clear()

    def meet(server: Server, address: str, message_id: str) -> None:
        server.tried.append(message_id)
        if len(server.tried) == 2:
            raise Killed

    monkeypatch.setattr(Server, "meet", meet)
    with pytest.raises(Killed):
        send_due()
    assert [delivery.state for delivery in by_sending_order()] == ["SENT", "WAITING"]


def test_a_message_that_may_have_been_on_the_wire_is_sent_again_under_the_same_message_id(
    server: Server, clock: time_machine.Traveller
) -> None:
    for address in (ANA, BEN):
        server.answers[address.for_the_wire] = [Killed()]
    server.tried.clear()
    with pytest.raises(Killed):
        send_due()
    (interrupted,) = server.tried
    assert send_due() == 0
    clock.shift(LEASE)
    server.answers.clear()
    assert send_due() == 2
    assert server.tried.count(interrupted) == 2
    assert len(server.tried) == 3


def test_what_a_dead_worker_held_is_sent_by_another_when_the_lease_is_over(clock: time_machine.Traveller) -> None:
    claim()
    assert send_due() == 0
    clock.shift(LEASE)
    assert send_due() == 2
    assert set(states().values()) == {"SENT"}


def test_a_worker_that_lost_its_lease_can_still_say_that_it_sent_but_nothing_else(
    clock: time_machine.Traveller,
) -> None:
    slow = claim()
    clock.shift(LEASE)
    claim()
    first, second = by_sending_order()
    marks.sent(slow, [first.pk])
    assert slow.lost.is_set()
    slow.lost.clear()
    assert marks.failed(slow, second.pk, Refused("550 no"), wire_address="x@example.org") is None
    assert slow.lost.is_set()
    assert [delivery.state for delivery in by_sending_order()] == ["SENT", "WAITING"]


def test_what_another_has_sent_is_not_put_off_by_a_worker_that_lost_its_lease(clock: time_machine.Traveller) -> None:
    slow = claim()
    clock.shift(LEASE)
    assert send_due() == 2
    marks.failed(slow, delivery_to(ANA).pk, Deferred("451 not now"), wire_address=ANA.for_the_wire)
    batches.release(slow)
    assert set(states().values()) == {"SENT"}
    assert not Batch.objects.exists()


def test_a_lease_is_renewed_while_a_message_takes_its_time(clock: time_machine.Traveller) -> None:
    held = claim()
    for _ in range(5):
        clock.shift(LEASE * 0.9)
        batches.renew(held)
        assert batches.claim() is None
    assert Batch.objects.get().due_at == NOW + 5 * LEASE * 0.9 + LEASE


def test_a_lease_that_was_taken_over_is_not_renewed(clock: time_machine.Traveller) -> None:
    slow = claim()
    clock.shift(LEASE)
    quick = claim()
    batches.renew(slow)
    assert slow.lost.is_set()
    assert not slow.is_safe
    assert quick.is_safe


def test_no_message_is_begun_when_the_lease_could_not_be_renewed_for_long(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the machine was suspended, or the database out of reach."""
    take_next = batches._take_next

    def long_ago(lane: Lane) -> Claim | None:
        taken = take_next(lane)
        assert taken is not None
        taken.renewed = time.monotonic() - SAFE.total_seconds()
        return taken

    monkeypatch.setattr(batches, "_take_next", long_ago)
    server.tried.clear()
    assert send_due() == 0
    assert server.tried == []
    monkeypatch.undo()
    assert send_due() == 2


def test_a_clock_that_is_set_forward_makes_no_message_twice_but_the_one_in_hand(
    clock: time_machine.Traveller, server: Server
) -> None:
    """Its lease seems over, and another worker takes the batch: the first one notices at its next mark and stops."""
    first = claim()
    clock.shift(timedelta(hours=1))
    server.tried.clear()
    assert send_due() == 2
    marks.sent(first, [by_sending_order()[0].pk])
    assert not first.is_safe
    assert len(server.tried) == 2


def test_a_lease_from_before_the_clock_was_set_back_does_not_block_for_long(clock: time_machine.Traveller) -> None:
    claim()
    clock.move_to(NOW - timedelta(hours=1))
    Batch.objects.update(due_at=NOW + LEASE)
    assert send_due() == 0
    Delivery.objects.update(next_attempt_at=None)
    assert sweep() == 2


def test_a_lease_begun_by_a_clock_a_little_ahead_is_left_alone(clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(seconds=30))
    claim()
    clock.move_to(NOW)
    assert sweep() == 0
    assert batches.claim() is None
