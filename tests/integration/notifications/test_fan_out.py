"""From one change to a delivery for everybody who followed."""

from datetime import timedelta

import pytest
import time_machine

from adapters import background, board
from jobs_domain.topics import Frequency, PostingTopic
from notifications.fan_out import fan_out, fan_out_due
from notifications.models import Audience, Delivery, Notification
from notifications.sending import send_due
from tests.integration.notifications.world import (
    BETTER_PAID,
    announce,
    ask,
    follow,
    recipients,
    show,
    states,
    take_down,
    work,
)
from tests.unit.examples import ANA, BEN, OTHER_POSTING_ID

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

LATER = timedelta(minutes=1)


def test_everybody_who_follows_gets_one_delivery_and_nobody_else() -> None:
    show()
    show(posting_id=OTHER_POSTING_ID)
    follow(ANA)
    follow(BEN, PostingTopic(OTHER_POSTING_ID))
    show(BETTER_PAID)
    announce()
    assert states() == {ANA.value: "WAITING"}


def test_fanning_out_twice_adds_nothing() -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    announce()
    assert fan_out_due() == 0
    fan_out(Notification.objects.get(audience=Audience.FOLLOWERS))
    assert Delivery.objects.filter(notification__audience=Audience.FOLLOWERS).count() == 1


def test_a_fan_out_that_broke_off_is_completed(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    announce()
    work()
    Notification.objects.filter(audience=Audience.FOLLOWERS).update(fanned_out_at=None)
    Delivery.objects.filter(address=ANA.value).exclude(notification__audience=Audience.FOLLOWERS).delete()
    assert fan_out_due() == 1
    assert states() == {ANA.value: "SENT"}


def test_a_notification_is_fanned_out_when_it_is_released(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    announce()
    of_followers = Notification.objects.filter(audience=Audience.FOLLOWERS)
    Delivery.objects.filter(notification__in=of_followers).delete()
    of_followers.update(fanned_out_at=None, release_at=of_followers.get().created_at + LATER)
    assert fan_out_due() == 0
    clock.shift(LATER)
    assert fan_out_due() == 1
    assert states() == {ANA.value: "WAITING"}


def test_who_confirmed_after_the_change_is_not_told_of_it(clock: time_machine.Traveller) -> None:
    show()
    subscription_id = ask(ANA)
    work()
    show(BETTER_PAID)
    clock.shift(LATER)
    board.confirm_subscription(subscription_id=subscription_id)
    announce()
    assert states() == {}


def test_who_left_before_the_fan_out_is_not_told() -> None:
    show()
    subscription_id = follow(ANA)
    show(BETTER_PAID)
    board.end_subscription(subscription_id=subscription_id)
    announce()
    assert states() == {}


def test_who_left_after_the_fan_out_is_skipped() -> None:
    show()
    subscription_id = follow(ANA)
    show(BETTER_PAID)
    announce()
    board.end_subscription(subscription_id=subscription_id)
    assert send_due() == 1
    assert work() == []
    assert states() == {ANA.value: "SKIPPED"}


def test_who_chose_another_frequency_after_the_fan_out_is_told_all_the_same() -> None:
    show()
    subscription_id = follow(ANA)
    show(BETTER_PAID)
    announce()
    board.change_frequency(subscription_id=subscription_id, frequency=Frequency.WEEKLY)
    assert recipients(work()) == [ANA.for_the_wire]


def test_followers_of_every_frequency_are_told() -> None:
    show()
    board.change_frequency(subscription_id=follow(ANA), frequency=Frequency.WEEKLY)
    take_down()
    assert recipients(work()) == [ANA.for_the_wire]


def test_the_worker_fans_out_and_sends_by_itself() -> None:
    registered = {job.name: job for job in background.jobs()}
    assert registered["fan out mails"].run is fan_out_due
    assert registered["send mails"].run is send_due
