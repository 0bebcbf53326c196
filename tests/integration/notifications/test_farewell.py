"""Who followed a posting that was taken down hears so, and follows no more."""

import pytest
import time_machine
from django.conf import LazySettings, settings
from django.test import Client

from adapters import board, links, outbox
from adapters.models import SubscriptionRecord
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason
from notifications import fan_out, farewell
from notifications.models import Farewell
from notifications.sending import send_due
from tests.integration.notifications import world
from tests.integration.notifications.world import (
    BETTER_PAID,
    announce,
    ask,
    event,
    follow,
    html,
    recipients,
    show,
    states,
    subjects,
    take_down,
    work,
)
from tests.unit.examples import ANA, BEN

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def ends() -> dict[str, str]:
    return dict(SubscriptionRecord.objects.values_list("address", "end_reason"))


def test_the_last_message_says_so_and_the_subscription_is_over() -> None:
    show()
    follow(ANA)
    take_down()
    (message,) = work()
    assert message.subject == "Taken down: Baker at Bread & Co"
    for part in (str(message.body), html(message)):
        words = " ".join(part.split())
        assert "With that you no longer follow it: this is our last mail about it." in words
        assert "because you followed" in words
        assert "Stop following" not in words
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert ends() == {ANA.value: EndReason.TOPIC_GONE.value}
    show()
    assert work() == []


def test_what_waits_when_the_subscription_ends_is_sent_all_the_same() -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    announce()
    take_down()
    announce()
    assert ends() == {ANA.value: EndReason.TOPIC_GONE.value}
    while send_due():
        pass
    assert states() == {ANA.value: "SENT"}


def test_who_left_before_hears_nothing_more() -> None:
    show()
    board.end_subscription(subscription_id=follow(ANA))
    follow(BEN)
    take_down()
    assert recipients(work()) == [BEN.for_the_wire]
    assert ends() == {ANA.value: EndReason.UNSUBSCRIBED.value, BEN.value: EndReason.TOPIC_GONE.value}


def test_a_request_that_waits_is_over_as_well_and_hears_nothing() -> None:
    show()
    asked = ask(ANA)
    work()
    take_down()
    assert work() == []
    assert ends() == {ANA.value: EndReason.TOPIC_GONE.value}
    assert board.confirm_subscription(subscription_id=asked).value == "OVER"


def test_a_posting_that_is_back_before_anybody_was_told_keeps_its_followers(
    settings: LazySettings, clock: time_machine.Traveller
) -> None:
    world.an_open_posting_that_ana_follows(settings)
    take_down()
    announce()
    show()
    announce()
    clock.shift(world.SETTLING)
    assert work() == []
    assert ends() == {ANA.value: ""}


def test_they_are_let_go_when_all_have_their_delivery_and_a_slice_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "SLICE", 2)
    monkeypatch.setattr(farewell, "SLICE", 2)
    show()
    followers = [EmailAddress(f"follower-{number}@example.org") for number in range(5)]
    for address in followers:
        follow(address)
    taken_down = event(take_down())
    outbox.dispatch_due()
    fan_out.fan_out_slice(world.news())
    assert not Farewell.objects.exists()
    while fan_out.fan_out_due():
        pass
    assert Farewell.objects.get().posting_id == taken_down.posting_id
    assert [farewell.let_go_due() for _ in range(4)] == [2, 2, 2, 0]
    assert set(ends().values()) == {EndReason.TOPIC_GONE.value}
    assert recipients(work()) == sorted(address.value for address in followers)


def test_who_follows_anew_after_it_came_back_is_told_again(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA)
    take_down()
    work()
    show()
    work()
    clock.shift(1)
    follow(ANA)
    show(BETTER_PAID)
    assert subjects(work()) == ["Pay raised"]


def test_the_link_to_leave_of_the_last_message_answers_as_ever(client: Client) -> None:
    show()
    link = links.end_url(follow(ANA)).removeprefix(settings.BOARD_URL)
    take_down()
    work()
    one_click = client.post(link, {"List-Unsubscribe": "One-Click"})
    assert (client.get(link).status_code, one_click.status_code) == (200, 200)
    assert ends() == {ANA.value: EndReason.TOPIC_GONE.value}
