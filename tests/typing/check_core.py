"""Checked by mypy, never run: what the types of the core let through, and what they refuse.

A wrong line carries the error that it must cause. Strict mode reports an ignore that ignores nothing, so a type that gets
laxer fails here.
"""

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import assert_never, assert_type, override
from uuid import UUID, uuid4

from jobs_domain.changes import (
    ApplyTargetChange,
    CategoriesChange,
    Change,
    ChangeNote,
    DescriptionChange,
    EmploymentTypesChange,
    HiringOrganizationChange,
    LocationsChange,
    MinorChange,
    NoteToFollowers,
    SalaryChange,
    TitleChange,
    ValidThroughChange,
    WorkplaceTypeChange,
    apply,
    diff,
)
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import (
    AnyEvent,
    CloseReason,
    EndReason,
    PostingClosed,
    PostingEvent,
    PostingPublished,
    PostingReopened,
    PostingRetired,
    PostingRevised,
    RetirementReason,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionErased,
    SubscriptionEvent,
    SubscriptionRequested,
    SubscriptionSucceeded,
)
from jobs_domain.identifiers import EventId, PostingId, SubscriptionId, event_id, new_subscription_id
from jobs_domain.ports import Clock, EventPublisher, Postings, Records, Subscriptions, UnitOfWork
from jobs_domain.posting import (
    Closed,
    JobPosting,
    NotPublic,
    Observation,
    Open,
    PostingState,
    Publication,
    Retired,
    evolve,
    observe,
)
from jobs_domain.posting_details import (
    ApplyByEmail,
    ApplyTarget,
    Description,
    EmploymentType,
    PostingDetails,
    WorkplaceType,
)
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.subscription import Confirmation, Confirmed, Ended, Pending, Subscription, SubscriptionState
from jobs_domain.topics import JobSearch, PostingTopic, Topic, Wishes
from jobs_domain.use_cases import (
    ChangeWishes,
    ConfirmSubscription,
    EndSubscription,
    ErasePerson,
    ObservePosting,
    RenewRequest,
    RequestSubscription,
)
from jobs_domain.valid_through import ValidThrough

# Ids are of different kinds, though all are UUIDs.


def ids(posting_id: PostingId, subscription_id: SubscriptionId, end: EndSubscription, observe: ObservePosting) -> None:
    assert_type(new_subscription_id(), SubscriptionId)
    assert_type(event_id(stream=posting_id, version=1), EventId)
    end(subscription_id=subscription_id)
    end(subscription_id=posting_id)  # type: ignore[arg-type]
    end(subscription_id=uuid4())  # type: ignore[arg-type]
    end(subscription_id=str(subscription_id))  # type: ignore[arg-type]
    PostingTopic(subscription_id)  # type: ignore[arg-type]
    PostingTopic(UUID(int=1))  # type: ignore[arg-type]
    observe(posting_id=subscription_id, seen=NotPublic(RetirementReason.DELETED))  # type: ignore[arg-type]


# Values say what they are made of, by name.


def values(address: EmailAddress, salary: Salary, closing: ValidThrough) -> None:
    assert_type(salary.minimum, Decimal | None)
    assert_type(closing.last_day, date)
    assert_type(address.for_the_wire, str)
    Salary(minimum=Decimal(1), maximum=None, currency="EUR", unit=SalaryUnit.HOUR)
    Salary(minimum=Decimal(1), maximum=None, currency="EUR", unit=3600)  # type: ignore[arg-type]
    Salary(minimum=Decimal(1), maximum=None, currency="EUR", unit="HOUR")  # type: ignore[arg-type]
    Salary(minimum=1.5, maximum=None, currency="EUR", unit=SalaryUnit.HOUR)  # type: ignore[arg-type]
    Salary(Decimal(1), None, "EUR", SalaryUnit.HOUR)  # type: ignore[call-arg]
    Salary(minimum=Decimal(1), currency="EUR", unit=SalaryUnit.HOUR)  # type: ignore[call-arg]
    salary.minimum = Decimal(2)  # type: ignore[misc]
    ValidThrough(date(2026, 1, 1), "UTC")  # type: ignore[arg-type]
    ValidThrough.at(day=date(2026, 1, 1), zone="UTC")  # type: ignore[call-arg]
    ValidThrough.at(date(2026, 1, 1), None, "UTC")  # type: ignore[call-arg]
    EmailAddress(None)  # type: ignore[arg-type]
    EmailAddress("ana@example.org", "ana@example.org")  # type: ignore[call-arg]
    address.key = "ben@example.org"  # type: ignore[misc]
    ApplyByEmail("ana@example.org")  # type: ignore[arg-type]
    JobSearch("python")  # type: ignore[call-arg]
    JobSearch(workplace_types=frozenset({EmploymentType.INTERN}))  # type: ignore[arg-type]
    JobSearch(categories={"Food"})  # type: ignore[arg-type]
    PostingDetails(title="Baker")  # type: ignore[call-arg]


def comparisons(address: EmailAddress, search: JobSearch, topic: PostingTopic, reasons: frozenset[CloseReason]) -> None:
    # a mix-up that would be false for ever
    print(address == "ana@example.org")  # type: ignore[comparison-overlap]
    print(search == topic)  # type: ignore[comparison-overlap]
    print(WorkplaceType.REMOTE == "REMOTE")  # type: ignore[comparison-overlap]
    print(WorkplaceType.REMOTE == EmploymentType.OTHER)  # type: ignore[comparison-overlap]
    print(RetirementReason.DELETED in reasons)  # type: ignore[comparison-overlap]


# Changes keep old and new value of one type.


def changes(details: PostingDetails, change: Change) -> None:
    assert_type(diff(details, details), tuple[Change, ...])
    assert_type(apply(details, [change]), PostingDetails)
    assert_type(TitleChange("Baker", "Chef").new, str)
    assert_type(SalaryChange(None, details.salary).new, Salary | None)
    TitleChange("Baker", None)  # type: ignore[arg-type]
    SalaryChange(None, Decimal(1))  # type: ignore[arg-type]
    EmploymentTypesChange(frozenset(), frozenset({WorkplaceType.REMOTE}))  # type: ignore[arg-type]
    apply(details, change)  # type: ignore[arg-type]
    diff(details, None)  # type: ignore[arg-type]


def every_change_is_handled(change: Change) -> str:
    match change:
        case TitleChange() | HiringOrganizationChange():
            return assert_type(change.new, str)
        case SalaryChange() | ValidThroughChange() | ApplyTargetChange():
            assert_type(change.old, Salary | ValidThrough | ApplyTarget | None)
            return ""
        case LocationsChange() | WorkplaceTypeChange() | EmploymentTypesChange() | CategoriesChange():
            return ""
        case DescriptionChange():
            return assert_type(change.new, Description).summary
        case _:
            assert_never(change)


def a_forgotten_change_is_found(change: Change) -> str:
    match change:
        case TitleChange() | HiringOrganizationChange():
            return change.new
        case SalaryChange() | ValidThroughChange() | ApplyTargetChange() | DescriptionChange():
            return ""
        case LocationsChange() | WorkplaceTypeChange() | EmploymentTypesChange():
            return ""
        case _:
            assert_never(change)  # type: ignore[arg-type]


def a_note_is_for_followers_or_the_change_is_minor(note: ChangeNote) -> str:
    if isinstance(note, MinorChange):
        return note.words  # type: ignore[attr-defined, no-any-return]
    return assert_type(note, NoteToFollowers).words


# Events: whoever handles them handles all.


def every_event_is_handled(event: AnyEvent) -> PostingId | SubscriptionId:
    match event:
        case PostingPublished() | PostingRevised() | PostingClosed() | PostingReopened() | PostingRetired():
            assert_type(event.event_id, EventId)
            return assert_type(event.posting_id, PostingId)
        case SubscriptionRequested() | SubscriptionConfirmed() | SubscriptionSucceeded():
            assert_type(event.topic, Topic)
            return assert_type(event.subscription_id, SubscriptionId)
        case SubscriptionEnded():
            assert_type(event.reason, EndReason)
            return event.subscription_id
        case SubscriptionErased():
            return event.subscription_id
        case _:
            assert_never(event)


def a_forgotten_event_is_found(event: AnyEvent) -> PostingId | SubscriptionId:
    match event:
        case PostingPublished() | PostingRevised() | PostingClosed() | PostingReopened() | PostingRetired():
            return event.posting_id
        case SubscriptionRequested() | SubscriptionConfirmed() | SubscriptionSucceeded() | SubscriptionEnded():
            return event.subscription_id
        case _:
            assert_never(event)  # type: ignore[arg-type]


def a_forgotten_event_is_found_without_assert_never(event: PostingEvent) -> None:
    match event:  # type: ignore[exhaustive-match]
        case PostingPublished() | PostingRevised() | PostingClosed():
            pass
        case PostingReopened():
            pass


def events(posting_id: PostingId, subscription_id: SubscriptionId, at: datetime, revised: PostingRevised) -> None:
    PostingRetired(posting_id=posting_id, version=1, occurred_at=at, reason=RetirementReason.DELETED)
    PostingRetired(posting_id=posting_id, version=1, occurred_at=at, reason=CloseReason.FILLED)  # type: ignore[arg-type]
    PostingRetired(posting_id=subscription_id, version=1, occurred_at=at, reason=RetirementReason.DELETED)  # type: ignore[arg-type]
    PostingRetired(posting_id, 1, at, RetirementReason.DELETED)  # type: ignore[call-arg]
    PostingRetired(posting_id=posting_id, version=1, reason=RetirementReason.DELETED)  # type: ignore[call-arg]
    PostingClosed(posting_id=posting_id, version=1, occurred_at=at, reason=CloseReason.FILLED, note=MinorChange())  # type: ignore[arg-type]
    SubscriptionErased(subscription_id=subscription_id, version=1, occurred_at=at, topic=PostingTopic(posting_id))  # type: ignore[call-arg]
    revised.version = 2  # type: ignore[misc]
    assert_type(revised.changes, tuple[Change, ...])
    assert_type(revised.note, ChangeNote)
    print(revised.reason)  # type: ignore[attr-defined]


# Aggregates.


def postings(posting: JobPosting, seen: Observation, posting_id: PostingId, at: datetime) -> None:
    events = observe(posting, seen, posting_id=posting_id, at=at)
    assert_type(events, tuple[PostingEvent, ...])
    assert_type(evolve(None, events[0]), JobPosting)
    assert_type(posting.state, PostingState)
    observe(posting, seen)  # type: ignore[call-arg]
    observe(posting, seen, posting_id, at)  # type: ignore[call-arg]
    observe(posting, posting.details, posting_id=posting_id, at=at)  # type: ignore[arg-type]
    observe(posting, seen, posting_id=posting_id, at=date(2026, 1, 1))  # type: ignore[arg-type]
    Publication(details=posting.details, closed_by_editor=RetirementReason.DELETED)  # type: ignore[arg-type]
    NotPublic()  # type: ignore[call-arg]
    print(posting.state.reason)  # type: ignore[union-attr]
    posting.state = Open()  # type: ignore[misc]


def every_state_of_a_posting_is_handled(state: PostingState) -> str:
    match state:
        case Open():
            return "open"
        case Closed(reason):
            return assert_type(reason, CloseReason).name
        case Retired(reason):
            return assert_type(reason, RetirementReason).name


def a_forgotten_state_of_a_posting_is_found(state: PostingState) -> str:  # type: ignore[return]
    match state:  # type: ignore[exhaustive-match]
        case Open():
            return "open"
        case Closed(reason):
            return reason.name


def subscriptions(subscription: Subscription, successor_id: SubscriptionId, at: datetime) -> None:
    confirmed, outcome, events = subscription.confirm(at=at)
    assert_type(confirmed, Subscription)
    assert_type(outcome, Confirmation)
    assert_type(events, tuple[SubscriptionEvent, ...])
    assert_type(subscription.state, SubscriptionState)
    subscription.confirm()  # type: ignore[call-arg]
    subscription.confirm(at)  # type: ignore[call-arg]
    subscription.end(reason="UNSUBSCRIBED", at=at)  # type: ignore[arg-type]
    subscription.end(at=at)  # type: ignore[call-arg]
    subscription.succeed(successor_id=successor_id, wishes=Frequency.DAILY, at=at)  # type: ignore[arg-type]
    print(subscription.state.confirmed_at)  # type: ignore[union-attr]
    if isinstance(subscription.state, Ended):
        assert_type(subscription.state.successor_id, SubscriptionId | None)
    if outcome:  # type: ignore[truthy-bool]
        print("always true")


def every_state_of_a_subscription_is_handled(state: SubscriptionState) -> datetime:
    match state:
        case Pending():
            return state.requested_at
        case Confirmed():
            return state.confirmed_at
        case Ended():
            return state.ended_at


def a_forgotten_state_of_a_subscription_is_found(state: SubscriptionState) -> datetime:  # type: ignore[return]
    match state:  # type: ignore[exhaustive-match]
        case Pending():
            return state.requested_at
        case Confirmed():
            return state.confirmed_at


# Use cases take everything by name.


def use_cases(
    unit_of_work: UnitOfWork,
    clock: Clock,
    address: EmailAddress,
    subscription_id: SubscriptionId,
    topic: Topic,
    wishes: Wishes,
) -> None:
    request = RequestSubscription(unit_of_work, clock)
    request(address=address, topic=topic, wishes=wishes)
    request(address, topic, wishes)  # type: ignore[call-arg]
    request(address="ana@example.org", topic=topic, wishes=wishes)  # type: ignore[arg-type]
    request(address=address, topic=topic)  # type: ignore[call-arg]
    request(address=address, topic=topic, wishes=Wishes(language="en"))  # type: ignore[arg-type]
    request(address=address, topic=topic, wishes=Wishes(frequency=Frequency.DAILY))  # type: ignore[call-arg]
    print(request(address=address, topic=topic, wishes=wishes))  # type: ignore[func-returns-value]
    assert_type(ConfirmSubscription(unit_of_work, clock)(subscription_id=subscription_id), Confirmation)
    ConfirmSubscription(unit_of_work, clock)(subscription_id)  # type: ignore[call-arg]
    change = ChangeWishes(unit_of_work, clock)
    assert_type(change(subscription_id=subscription_id, wishes=wishes), SubscriptionId)
    change(subscription_id=subscription_id)  # type: ignore[call-arg]
    ErasePerson(unit_of_work, clock)(address=str(address))  # type: ignore[arg-type]
    ErasePerson(unit_of_work)  # type: ignore[call-arg]
    ErasePerson(clock, unit_of_work)  # type: ignore[arg-type]
    RenewRequest(unit_of_work, clock)  # type: ignore[arg-type]


# Ports: an adapter that is not one does not pass for one.


class Midnight(Clock):
    @override
    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)


class Timeless(Clock):
    pass


class Dated(Clock):
    @override
    def now(self) -> date:  # type: ignore[override]
        return date(2026, 1, 1)


class Unmarked(Clock):
    def now(self) -> datetime:  # type: ignore[explicit-override]
        return datetime(2026, 1, 1, tzinfo=UTC)


class Mistyped(Clock):
    @override
    def today(self) -> datetime:  # type: ignore[misc]
        return datetime(2026, 1, 1, tzinfo=UTC)


class Forgetful(Postings):
    @override
    def get(self, posting_id: PostingId) -> JobPosting | None:
        return None


class Muddled(Subscriptions):
    @override
    def get(self, subscription_id: PostingId) -> Subscription | None:  # type: ignore[override]
        return None


class Choosy(EventPublisher):
    @override
    def publish(self, *events: PostingEvent) -> None: ...  # type: ignore[override]


class Eager(UnitOfWork):
    @override
    def __call__(self) -> Records:  # type: ignore[override]
        raise NotImplementedError


class Ticking:
    """A clock without saying so: that is enough."""

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)


class Silent:
    def publish(self, *events: AnyEvent) -> None: ...


def ports(unit_of_work: UnitOfWork, posting: JobPosting, postings: Postings) -> None:
    EndSubscription(unit_of_work, Midnight())
    EndSubscription(unit_of_work, Ticking())
    EndSubscription(unit_of_work, Timeless())  # type: ignore[abstract]
    EndSubscription(unit_of_work, Silent())  # type: ignore[arg-type]
    EndSubscription(unit_of_work, datetime.now)  # type: ignore[arg-type]
    Forgetful()  # type: ignore[abstract]
    assert_type(unit_of_work(), AbstractContextManager[Records])
    with unit_of_work() as records:
        assert_type(records.postings.get(posting.posting_id), JobPosting | None)
        print(records.postings.get(posting.posting_id).details)  # type: ignore[union-attr]
        records.postings = postings  # type: ignore[misc]
        records.postings.save(posting.details)  # type: ignore[arg-type]
        records.events.publish([])  # type: ignore[arg-type]
        records.events.publish(posting)  # type: ignore[arg-type]
    print(unit_of_work().postings)  # type: ignore[attr-defined]
