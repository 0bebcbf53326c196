"""From one change to a delivery for everybody who followed."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings

from adapters import background, board, outbox
from adapters.models import SubscriptionRecord
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.topics import PostingTopic
from notifications import fan_out
from notifications.fan_out import fan_out_due, fan_out_slice
from notifications.models import Audience, Batch, Delivery, Notification
from notifications.sending import send_due, sweep
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
from tests.unit.examples import ANA, BEN, OTHER_POSTING_ID, wishes

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
    notification = Notification.objects.get(audience=Audience.FOLLOWERS)
    notification.fanned_out_up_to = None
    fan_out_slice(notification)
    assert Delivery.objects.filter(notification__audience=Audience.FOLLOWERS).count() == 1


@pytest.fixture
def followers(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> list[EmailAddress]:
    """Seven of them, and small slices: three followers each, in batches of two and one."""
    monkeypatch.setattr(fan_out, "SLICE", 3)
    settings.MAIL_BATCH = 2
    show()
    addresses = [EmailAddress(f"follower-{number}@example.org") for number in range(7)]
    for address in addresses:
        follow(address)
    show(BETTER_PAID)
    outbox.dispatch_due()
    return addresses


def _fan_out_a_slice() -> None:
    fan_out_slice(Notification.objects.get(audience=Audience.FOLLOWERS))


def test_it_goes_slice_by_slice_and_knows_how_far_it_came(followers: list[EmailAddress]) -> None:
    sizes: list[tuple[int, bool]] = []
    while not sizes or not sizes[-1][1]:
        _fan_out_a_slice()
        notification = Notification.objects.get(audience=Audience.FOLLOWERS)
        sizes.append((notification.deliveries.count(), notification.fanned_out_at is not None))
    assert sizes == [(3, False), (6, False), (7, True)]
    assert recipients(work()) == [address.value for address in followers]


def test_every_delivery_is_in_one_batch(followers: list[EmailAddress]) -> None:
    assert fan_out_due() == 3
    notification = Notification.objects.get(audience=Audience.FOLLOWERS)
    in_order = list(Batch.objects.order_by("first"))
    ends = [end for batch in in_order for end in (batch.first, batch.last)]
    sizes = [
        notification.deliveries.filter(subscription_id__range=(batch.first, batch.last)).count() for batch in in_order
    ]
    assert sizes == [2, 1, 2, 1, 1]
    assert ends == sorted(ends)


def test_a_fan_out_that_was_interrupted_goes_on_where_it_was(followers: list[EmailAddress]) -> None:
    _fan_out_a_slice()
    assert len(work()) == 7
    assert set(states().values()) == {"SENT"}


def test_who_comes_or_goes_between_slices_disturbs_nothing(followers: list[EmailAddress]) -> None:
    _fan_out_a_slice()
    with_delivery = set(states())
    gone = next(address for address in followers if address.value not in with_delivery)
    leaving = SubscriptionRecord.objects.get(address=gone.value)
    board.end_subscription(subscription_id=SubscriptionId(leaving.subscription_id))
    assert recipients(work()) == sorted(address.value for address in followers if address != gone)


def test_a_whole_number_of_slices_ends_as_well(followers: list[EmailAddress]) -> None:
    leaving = SubscriptionRecord.objects.get(address=followers[0].value)
    board.end_subscription(subscription_id=SubscriptionId(leaving.subscription_id))
    assert fan_out_due() == 3
    assert not Notification.objects.filter(fanned_out_at=None).exists()
    assert Delivery.objects.filter(notification__audience=Audience.FOLLOWERS).count() == 6
    assert Batch.objects.count() == 4


def test_a_notification_is_fanned_out_when_it_is_released(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    announce()
    of_followers = Notification.objects.filter(audience=Audience.FOLLOWERS)
    Delivery.objects.filter(notification__in=of_followers).delete()
    Batch.objects.all().delete()
    of_followers.update(fanned_out_at=None, fanned_out_up_to=None, release_at=of_followers.get().created_at + LATER)
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
    board.change_wishes(subscription_id=subscription_id, wishes=wishes(Frequency.WEEKLY))
    assert recipients(work()) == [ANA.for_the_wire]


def test_followers_of_every_frequency_are_told() -> None:
    show()
    board.change_wishes(subscription_id=follow(ANA), wishes=wishes(Frequency.WEEKLY))
    take_down()
    assert recipients(work()) == [ANA.for_the_wire]


def test_the_worker_fans_out_and_sends_by_itself() -> None:
    registered = {job.name: job for job in background.jobs()}
    assert registered["fan out mails"].run is fan_out_due
    assert registered["send mails"].run is sweep
