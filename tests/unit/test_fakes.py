"""The fakes keep what the ports promise; a fake that is kinder than the real thing hides what goes wrong."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason, SubscriptionErased
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.ports import AlreadyActive
from jobs_domain.posting import JobPosting, Open
from jobs_domain.subscription import Confirmed, Ended, Pending, Subscription
from tests.unit.examples import (
    ANA,
    BEN,
    DETAILS,
    NOW,
    POSTING_ID,
    REMOTE_PYTHON,
    SUBSCRIPTION_ID,
    SUCCESSOR_ID,
    THE_POSTING,
    wishes,
)
from tests.unit.fakes import FakeClock, InMemorySubscriptions, InMemoryUnitOfWork

pytestmark = pytest.mark.unit

OTHER_SUBSCRIPTION_ID = SubscriptionId(UUID(int=31))
POSTING = JobPosting(posting_id=POSTING_ID, details=DETAILS, state=Open(), version=1)
PENDING = Subscription(
    subscription_id=SUBSCRIPTION_ID,
    address=ANA,
    topic=THE_POSTING,
    wishes=wishes(Frequency.DAILY, share_address=True),
    state=Pending(NOW),
    version=1,
)
CONFIRMED = replace(PENDING, state=Confirmed(NOW))
ENDED = replace(PENDING, state=Ended(NOW, EndReason.UNSUBSCRIBED))
ANOTHER = replace(PENDING, subscription_id=SUCCESSOR_ID)
EVENT = SubscriptionErased(subscription_id=SUBSCRIPTION_ID, version=1, occurred_at=NOW)


def _holding(*subscriptions: Subscription) -> InMemorySubscriptions:
    fake = InMemorySubscriptions()
    for subscription in subscriptions:
        fake.add(subscription)
    return fake


def test_the_clock_moves_only_when_told() -> None:
    clock = FakeClock(NOW)
    assert clock.now() == clock.now() == NOW
    clock.advance(timedelta(days=1))
    assert clock.now() == NOW + timedelta(days=1)
    clock.set(NOW)
    assert clock.now() == NOW


@pytest.mark.parametrize("first", [PENDING, CONFIRMED])
def test_a_second_active_subscription_to_the_same_topic_is_refused(first: Subscription) -> None:
    fake = _holding(first)
    with pytest.raises(AlreadyActive):
        fake.add(replace(ANOTHER, address=EmailAddress("ANA@example.ORG")))
    assert fake.of(ANA) == (first,)


def test_another_address_another_topic_and_an_ended_subscription_stand_in_nobodys_way() -> None:
    assert _holding(PENDING, replace(ANOTHER, address=BEN)).of(BEN) == (replace(ANOTHER, address=BEN),)
    assert len(_holding(PENDING, replace(ANOTHER, topic=REMOTE_PYTHON)).of(ANA)) == 2
    fake = _holding(PENDING)
    fake.save(ENDED)
    fake.add(ANOTHER)
    assert fake.of(ANA) == (ENDED, ANOTHER)
    assert fake.active(address=ANA, topic=THE_POSTING) == ANOTHER


def test_only_a_known_subscription_can_be_saved() -> None:
    with pytest.raises(LookupError):
        _holding(PENDING).save(ANOTHER)


def test_erasing_forgets_what_is_named_and_nothing_else() -> None:
    fake = _holding(PENDING, replace(ANOTHER, address=BEN))
    fake.erase([SUBSCRIPTION_ID, OTHER_SUBSCRIPTION_ID])
    assert fake.get(SUBSCRIPTION_ID) is None
    assert fake.of(ANA) == ()
    assert fake.get(SUCCESSOR_ID) == replace(ANOTHER, address=BEN)


def test_what_was_replaced_is_found_by_what_took_its_place() -> None:
    moved = replace(PENDING, state=Ended(NOW, EndReason.REPLACED, SUCCESSOR_ID))
    fake = _holding(moved, replace(ANOTHER, address=BEN))
    assert fake.replaced_by(ANOTHER) == (moved,)
    assert fake.replaced_by(moved) == ()


def test_leaving_the_block_commits_it() -> None:
    unit_of_work = InMemoryUnitOfWork()
    with unit_of_work() as records:
        records.postings.save(POSTING)
        records.subscriptions.add(PENDING)
        records.events.publish(EVENT)
        assert not unit_of_work.published
    assert unit_of_work.postings.get(POSTING_ID) == POSTING
    assert unit_of_work.subscriptions.get(SUBSCRIPTION_ID) == PENDING
    assert unit_of_work.published == (EVENT,)


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, AlreadyActive])
def test_an_exception_undoes_the_block_and_nothing_before_it(error: type[BaseException]) -> None:
    unit_of_work = InMemoryUnitOfWork()
    with unit_of_work() as records:
        records.postings.save(POSTING)
        records.subscriptions.add(PENDING)
        records.events.publish(EVENT)

    def fail() -> None:
        with unit_of_work() as records:
            records.postings.save(replace(POSTING, version=2))
            records.subscriptions.save(ENDED)
            records.subscriptions.add(ANOTHER)
            records.events.publish(replace(EVENT, version=2))
            raise error

    with pytest.raises(error):
        fail()
    assert unit_of_work.postings.get(POSTING_ID) == POSTING
    assert unit_of_work.subscriptions.of(ANA) == (PENDING,)
    assert unit_of_work.published == (EVENT,)


def test_an_exception_brings_back_what_was_erased() -> None:
    unit_of_work = InMemoryUnitOfWork()
    with unit_of_work() as records:
        records.subscriptions.add(PENDING)

    def fail() -> None:
        with unit_of_work() as records:
            records.subscriptions.erase([SUBSCRIPTION_ID])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert unit_of_work.subscriptions.of(ANA) == (PENDING,)
