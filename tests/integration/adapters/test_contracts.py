"""What the core may expect of its ports: the same tests for the fakes and for Django's repositories."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from jobs_domain.digests import DigestTime, Frequency, Weekday
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import CloseReason, EndReason, PostingRetired, RetirementReason
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.ports import AlreadyActive, UnitOfWork
from jobs_domain.posting import Closed, JobPosting, Open, PostingState, Retired
from jobs_domain.subscription import Confirmed, Ended, Pending, Subscription, SubscriptionState
from jobs_domain.topics import JobSearch, PostingTopic, Topic, Wishes
from tests.unit.examples import (
    ANA,
    BEN,
    DETAILS,
    GERMAN,
    NOW,
    OTHER_POSTING_ID,
    POSTING_ID,
    REMOTE_PYTHON,
    SUBSCRIPTION_ID,
    SUCCESSOR_ID,
    THE_POSTING,
    wishes,
)

pytestmark = pytest.mark.integration

OTHER_SUBSCRIPTION_ID = SubscriptionId(UUID(int=31))
FOURTH_SUBSCRIPTION_ID = SubscriptionId(UUID(int=41))
ENDED = Ended(NOW, EndReason.UNSUBSCRIBED)


def posting(state: PostingState = Open()) -> JobPosting:  # noqa: B008 - immutable
    return JobPosting(posting_id=POSTING_ID, details=DETAILS, state=state, version=3)


def subscription(
    state: SubscriptionState = Pending(NOW),  # noqa: B008 - immutable
    *,
    address: EmailAddress = ANA,
    topic: Topic = THE_POSTING,
) -> Subscription:
    return Subscription(
        subscription_id=SUBSCRIPTION_ID,
        address=address,
        topic=topic,
        wishes=wishes(Frequency.IMMEDIATE, share_address=True),
        state=state,
        version=1,
    )


def another(
    state: SubscriptionState = Pending(NOW),  # noqa: B008 - immutable
    *,
    address: EmailAddress = ANA,
    topic: Topic = THE_POSTING,
) -> Subscription:
    return replace(subscription(state, address=address, topic=topic), subscription_id=SUCCESSOR_ID)


@pytest.mark.parametrize(
    "state",
    [Open(), *(Closed(reason) for reason in CloseReason), *(Retired(reason) for reason in RetirementReason)],
    ids=str,
)
def test_a_posting_is_read_as_it_was_saved(unit_of_work: UnitOfWork, state: PostingState) -> None:
    with unit_of_work() as records:
        records.postings.save(posting(state))
    with unit_of_work() as records:
        assert records.postings.get(POSTING_ID) == posting(state)


def test_saving_a_posting_again_replaces_it(unit_of_work: UnitOfWork) -> None:
    newer = replace(posting(Closed(CloseReason.FILLED)), version=4, details=replace(DETAILS, title="Night Baker"))
    with unit_of_work() as records:
        records.postings.save(posting())
        records.postings.save(newer)
    with unit_of_work() as records:
        assert records.postings.get(POSTING_ID) == newer


def test_a_posting_that_was_never_saved_is_none(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as records:
        records.postings.save(posting())
        assert records.postings.get(OTHER_POSTING_ID) is None


@pytest.mark.parametrize("topic", [THE_POSTING, REMOTE_PYTHON], ids=["posting", "search"])
@pytest.mark.parametrize(
    "state",
    [Pending(NOW), ENDED, Ended(NOW + timedelta(days=1), EndReason.REPLACED, SUCCESSOR_ID)],
    ids=["pending", "ended", "replaced"],
)
def test_a_subscription_is_read_as_it_was_added(
    unit_of_work: UnitOfWork, topic: Topic, state: SubscriptionState
) -> None:
    with unit_of_work() as records:
        records.subscriptions.add(subscription(state, topic=topic))
    with unit_of_work() as records:
        stored = records.subscriptions.get(SUBSCRIPTION_ID)
    assert stored == subscription(state, topic=topic)
    assert stored is not None
    assert stored.address.value == ANA.value


@pytest.mark.parametrize(
    "wished",
    [
        wishes(Frequency.WEEKLY, digest_time=DigestTime(hour=0, weekday=Weekday.MONDAY, zone="Pacific/Apia")),
        wishes(paused_until=NOW, language=GERMAN),
    ],
    ids=["digest time", "pause"],
)
def test_all_that_a_follower_wishes_is_kept(unit_of_work: UnitOfWork, wished: Wishes) -> None:
    added = replace(subscription(), wishes=wished)
    with unit_of_work() as records:
        records.subscriptions.add(added)
    with unit_of_work() as records:
        assert records.subscriptions.get(SUBSCRIPTION_ID) == added


def test_a_subscription_is_saved_through_its_whole_life(unit_of_work: UnitOfWork) -> None:
    life: tuple[SubscriptionState, ...] = (Confirmed(NOW + timedelta(hours=1)), ENDED)
    with unit_of_work() as records:
        records.subscriptions.add(subscription())
    for version, state in enumerate(life, start=2):
        later = replace(
            subscription(state), version=version, wishes=wishes(Frequency.DAILY, share_address=version == 2)
        )
        with unit_of_work() as records:
            records.subscriptions.save(later)
        with unit_of_work() as records:
            assert records.subscriptions.get(SUBSCRIPTION_ID) == later


@pytest.mark.parametrize("state", [Pending(NOW), Confirmed(NOW)], ids=["pending", "confirmed"])
def test_an_active_subscription_is_found_by_address_and_topic(
    unit_of_work: UnitOfWork, state: SubscriptionState
) -> None:
    with unit_of_work() as records:
        records.subscriptions.add(subscription(state))
        found = records.subscriptions.active(address=EmailAddress("ANA@EXAMPLE.ORG"), topic=THE_POSTING)
        assert found == subscription(state)
        assert records.subscriptions.active(address=BEN, topic=THE_POSTING) is None
        assert records.subscriptions.active(address=ANA, topic=PostingTopic(OTHER_POSTING_ID)) is None


def test_an_ended_subscription_is_not_active(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as records:
        records.subscriptions.add(subscription(ENDED))
        assert records.subscriptions.active(address=ANA, topic=THE_POSTING) is None


def test_the_same_search_is_the_same_topic_in_whatever_order_its_criteria_were_given(unit_of_work: UnitOfWork) -> None:
    one = JobSearch(text="bread", categories=frozenset(["Food", "Crafts", "Night work"]))
    same = JobSearch(text=" bread ", categories=frozenset(["Night work", "Crafts", "Food"]))
    with unit_of_work() as records:
        records.subscriptions.add(subscription(topic=one))
        assert records.subscriptions.active(address=ANA, topic=same) is not None


@pytest.mark.parametrize("first", [Pending(NOW), Confirmed(NOW)], ids=["pending", "confirmed"])
@pytest.mark.parametrize("second", [Pending(NOW), Confirmed(NOW)], ids=["pending", "confirmed"])
def test_a_second_active_subscription_is_refused_and_the_work_can_go_on(
    unit_of_work: UnitOfWork, first: SubscriptionState, second: SubscriptionState
) -> None:
    with unit_of_work() as records:
        records.subscriptions.add(subscription(first))
        with pytest.raises(AlreadyActive):
            records.subscriptions.add(another(second, address=EmailAddress("aNa@example.ORG")))
        assert records.subscriptions.of(ANA) == (subscription(first),)


def test_a_new_subscription_can_follow_an_ended_one(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as records:
        records.subscriptions.add(subscription(ENDED))
        records.subscriptions.add(another(Pending(NOW + timedelta(days=1))))
        assert len(records.subscriptions.of(ANA)) == 2


def test_all_subscriptions_of_an_address_come_oldest_first_and_nobody_elses(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as records:
        records.subscriptions.add(subscription(Pending(NOW)))
        records.subscriptions.add(another(Pending(NOW + timedelta(days=1)), topic=REMOTE_PYTHON))
        assert [one.subscription_id for one in records.subscriptions.of(ANA)] == [SUBSCRIPTION_ID, SUCCESSOR_ID]
        assert records.subscriptions.of(BEN) == ()


def test_what_was_replaced_is_found_by_what_took_its_place_under_whichever_address(unit_of_work: UnitOfWork) -> None:
    replaced = Ended(NOW, EndReason.REPLACED, SUCCESSOR_ID)
    anas, bens = subscription(replaced), replace(another(replaced, address=BEN), subscription_id=OTHER_SUBSCRIPTION_ID)
    over = replace(another(ENDED), subscription_id=FOURTH_SUBSCRIPTION_ID)
    successor = another(Confirmed(NOW), address=EmailAddress("new@example.org"))
    with unit_of_work() as records:
        for each in (anas, bens, over, successor):
            records.subscriptions.add(each)
    with unit_of_work() as records:
        assert records.subscriptions.replaced_by(successor) == (anas, bens)
        assert records.subscriptions.replaced_by(anas) == ()


def test_erasing_forgets_the_subscriptions_that_are_named_and_no_others(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as records:
        records.subscriptions.add(subscription())
        records.subscriptions.add(another(address=BEN))
        records.subscriptions.erase([SUBSCRIPTION_ID, OTHER_SUBSCRIPTION_ID])
        assert records.subscriptions.of(ANA) == ()
        assert records.subscriptions.get(SUBSCRIPTION_ID) is None
        assert records.subscriptions.of(BEN) == (another(address=BEN),)


def test_an_exception_undoes_the_whole_block(unit_of_work: UnitOfWork) -> None:
    class Interruption(Exception):
        pass

    def interrupted() -> None:
        with unit_of_work() as records:
            records.postings.save(posting())
            records.subscriptions.add(subscription())
            records.events.publish(
                PostingRetired(posting_id=POSTING_ID, version=4, occurred_at=NOW, reason=RetirementReason.DELETED)
            )
            raise Interruption

    with pytest.raises(Interruption):
        interrupted()
    with unit_of_work() as records:
        assert records.postings.get(POSTING_ID) is None
        assert records.subscriptions.get(SUBSCRIPTION_ID) is None


def test_who_waits_or_follows_is_active_on_a_topic_and_only_so_many_are_given(unit_of_work: UnitOfWork) -> None:
    bens, over = another(Confirmed(NOW), address=BEN), replace(another(ENDED), subscription_id=OTHER_SUBSCRIPTION_ID)
    elsewhere = replace(subscription(topic=REMOTE_PYTHON), subscription_id=FOURTH_SUBSCRIPTION_ID)
    with unit_of_work() as records:
        for each in (over, subscription(), bens, elsewhere):
            records.subscriptions.add(each)
    with unit_of_work() as records:
        active = records.subscriptions.active_on(THE_POSTING, at_most=10)
        assert {each.subscription_id for each in active} == {SUBSCRIPTION_ID, SUCCESSOR_ID}
        assert len(records.subscriptions.active_on(THE_POSTING, at_most=1)) == 1
        assert records.subscriptions.active_on(PostingTopic(OTHER_POSTING_ID), at_most=10) == ()
