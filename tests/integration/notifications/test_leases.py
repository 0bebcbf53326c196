"""Several workers, some of which die: nothing is lost, and each delivery is one worker's at a time."""

import pytest
import time_machine

from notifications import sending
from notifications.answers import Accepted, Answer, Refused
from notifications.models import Delivery, Lane
from notifications.sending import LEASE, send_due
from tests.integration.notifications.scripted import Server
from tests.integration.notifications.world import BETTER_PAID, announce, follow, show, states
from tests.unit.examples import ANA, BEN

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


def test_each_message_is_marked_before_the_next_is_handed_over(server: Server) -> None:
    server.answers = {
        delivery.address: [Killed()] for delivery in Delivery.objects.filter(state="WAITING").order_by("pk")[1:]
    }
    with pytest.raises(Killed):
        send_due()
    assert sorted(states().values()) == ["SENDING", "SENT"]


def test_a_message_that_may_have_been_on_the_wire_is_sent_again_under_the_same_message_id(
    server: Server, clock: time_machine.Traveller
) -> None:
    for address in (ANA, BEN):
        server.answers[address.for_the_wire] = [Killed()]
    server.tried.clear()
    with pytest.raises(Killed):
        send_due()
    (interrupted,) = server.tried
    clock.shift(LEASE)
    server.answers.clear()
    assert send_due() == 2
    assert server.tried.count(interrupted) == 2
    assert len(server.tried) == 3


def test_what_a_dead_worker_held_is_sent_by_another_when_the_lease_is_over(
    server: Server, clock: time_machine.Traveller
) -> None:
    claim = sending._claim(Lane.IMMEDIATE)
    assert set(states().values()) == {"SENDING"}
    assert send_due() == 0
    clock.shift(LEASE)
    assert send_due() == 2
    assert set(states().values()) == {"SENT"}
    assert len(claim.deliveries) == 2


def test_a_worker_that_lost_its_lease_can_still_say_that_it_sent_but_nothing_else(
    server: Server, clock: time_machine.Traveller
) -> None:
    slow = sending._claim(Lane.IMMEDIATE)
    clock.shift(LEASE)
    sending._claim(Lane.IMMEDIATE)
    first, second = slow.deliveries
    sending._record(slow, first, Accepted())
    sending._record(slow, second, Refused("550 no"))
    assert [Delivery.objects.get(pk=delivery.pk).state for delivery in (first, second)] == ["SENT", "SENDING"]


def test_a_worker_that_is_too_slow_puts_back_what_it_has_not_begun(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_over = sending._hand_over

    def slowly(*arguments: object) -> Answer:
        clock.shift(sending.SAFE_TO_BEGIN)
        return hand_over(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "_hand_over", slowly)
    assert send_due() == 1
    assert sorted(states().values()) == ["SENT", "WAITING"]
    assert send_due() == 1
