"""For those who do not want to hear at once: once a day or once a week, what changed since they were told last.

Each has a plan: up to when they were told, and when they hear next. The stretch between is theirs alone, from the last digest to this one,
whenever that was prepared; so it has neither gap nor overlap, also when no worker ran for days. Closing, reopening and taking down are
not for digests: they are told at once (`fan_out.py`). What is told of searches, also at once, is for `alerts.telling` to say.
"""

import logging
from datetime import datetime, timedelta
from typing import Final, assert_never
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from adapters import background, clock, locks
from adapters.models import PostingRecord, SubscriptionRecord
from adapters.repositories import holding_subscription, topic_key
from jobs_domain.changes import NoteToFollowers
from jobs_domain.digests import DigestTime, Frequency, Weekday
from jobs_domain.events import (
    EndReason,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionErased,
    SubscriptionSucceeded,
)
from jobs_domain.identifiers import PostingId, SubscriptionId
from jobs_domain.news import Newsworthy, TellRevision, news_of_all
from jobs_domain.subscription import Confirmed, Subscription
from jobs_domain.topics import JobSearch, PostingTopic, Topic, Wishes
from notifications import announcing, history, mails, postings
from notifications.alerts import TURN, followed, telling
from notifications.alerts.telling import PREPARE
from notifications.models import Audience, Delivery, DigestPlan, Kind, Notification

logger = logging.getLogger(__name__)

PLANS: Final = 50
"""In one go, each in a transaction of its own."""
MARGIN: Final = timedelta(minutes=2)
"""A digest ends so long before it is prepared: what other workers write down at this moment is for the next one."""
OVERLAP: Final = MARGIN
"""How far back is looked for what was not told those who heard at once until they changed their mind. No digest reaches further."""


def begin(event: SubscriptionConfirmed) -> None:
    """Who wants to hear by digests, or of what a search finds, hears of what happens from now on."""
    subscription = holding_subscription(event.subscription_id)
    if subscription is not None and subscription.subscription_id == event.subscription_id:
        is_search = _register(subscription.topic, event.occurred_at)
        _plan(subscription, told_until=event.occurred_at, is_owed=is_search)


def go_on(event: SubscriptionSucceeded) -> None:
    """Wishes have changed: what the predecessor was not told yet is told by the successor's first digest."""
    predecessor = SubscriptionRecord.objects.filter(pk=event.predecessor_id).first()
    subscription = holding_subscription(event.subscription_id)
    if predecessor is None or predecessor.confirmed_at is None or subscription is None:
        return
    with transaction.atomic():
        is_search = _register(subscription.topic, predecessor.confirmed_at)
        earlier = DigestPlan.objects.select_for_update().filter(pk=event.predecessor_id).first()
        if earlier is not None:
            _plan(subscription, told_until=earlier.told_until, told_match=earlier.told_match, is_owed=True)
            earlier.delete()
        elif predecessor.frequency == Frequency.IMMEDIATE.value and not is_search:
            _plan(subscription, told_until=event.occurred_at - OVERLAP)
        else:  # its own first plan is not made yet
            since = max(predecessor.confirmed_at, predecessor.added_at - OVERLAP)
            _plan(subscription, told_until=since, is_owed=True)


def give_up(event: SubscriptionEnded | SubscriptionErased) -> None:
    """Who left is told nothing more. The plan of a subscription that was replaced is its successor's (`go_on`).

    A search that nobody else follows is forgotten as well, at once if its follower is erased: its text may tell of a person.
    """
    if isinstance(event, SubscriptionErased) or event.reason is not EndReason.REPLACED:
        DigestPlan.objects.filter(pk=event.subscription_id).delete()
    if isinstance(event, SubscriptionErased):
        background.wake(followed.PRUNE)


def prepare_due() -> int:
    """Prepare digests that are due. Returns with how many it dealt, those of which there was nothing to tell among them."""
    due = DigestPlan.objects.filter(due_at__lte=clock.now()).order_by("due_at", "pk")
    left_to_others = set[UUID]()
    for done in range(PLANS):
        # asked first to spare an idle worker the lock that a transaction takes on SQLite
        if not done and not due.exists():
            return 0
        with transaction.atomic():
            locks.take_turns(TURN, beside_others=True)
            plan = due.exclude(pk__in=left_to_others).select_for_update(skip_locked=True).first()
            if plan is None:
                return done - len(left_to_others)
            if not _prepare(plan):
                left_to_others.add(plan.pk)
    return PLANS


def _register(topic: Topic, since: datetime) -> bool:
    """Whether it is a search. Then what was not told before may be owed already."""
    match topic:
        case PostingTopic():
            return False
        case JobSearch():
            followed.register(topic, since=since)
            return True
        case _:
            assert_never(topic)


def _plan(subscription: Subscription, *, told_until: datetime, told_match: int = 0, is_owed: bool = False) -> None:
    """`is_owed` if there may be something left to tell although they want to hear at once from now on.

    If there is a plan already, its stretch begins where the earlier of both does; but not before a match that it has told.
    """
    now = clock.now()
    due_at = _next(subscription.wishes, now)
    if due_at is None and not is_owed:
        return
    due_at = due_at or now + MARGIN
    plan, is_new = DigestPlan.objects.get_or_create(
        pk=subscription.subscription_id,
        defaults={"told_until": told_until, "told_match": told_match, "due_at": due_at},
    )
    if not is_new and told_until < plan.told_until:
        DigestPlan.objects.filter(pk=plan.pk).update(told_until=told_until)
    background.wake(PREPARE, at=due_at)


def _prepare(plan: DigestPlan) -> bool:
    """Whether the plan was dealt with, and is not left to whoever has another one of the same person."""
    now = clock.now()
    subscription = holding_subscription(SubscriptionId(plan.subscription_id))
    if subscription is None or not isinstance(subscription.state, Confirmed):
        plan.delete()
        return True
    if subscription.subscription_id != plan.subscription_id:
        _plan(subscription, told_until=plan.told_until, told_match=plan.told_match, is_owed=True)
        plan.delete()
        return True
    until = now - MARGIN
    match subscription.topic:
        case PostingTopic(posting_id):
            _tell_of_posting(plan, posting_id, subscription, subscription.state, until)
            due_at = _next(subscription.wishes, now)
            if due_at is None and _is_still_told(posting_id, until):
                due_at = now + MARGIN
            if due_at is None:
                plan.delete()
            else:
                _go_on_from(plan, until, due_at)
            return True
        case JobSearch():
            together = telling.together_with(plan, subscription, at=now)
            telling.tell(together, at=now)
            for due in together:
                _go_on_from(due.plan, until, _next(due.subscription.wishes, now))
            return bool(together)
        case _:
            assert_never(subscription.topic)


def _go_on_from(plan: DigestPlan, until: datetime, due_at: datetime | None) -> None:
    plan.told_until, plan.due_at = max(plan.told_until, until), due_at
    plan.save()
    if due_at is not None:
        background.wake(PREPARE, at=due_at)


def _next(wishes: Wishes, after: datetime) -> datetime | None:
    """`None` for those who hear at once. Nothing is due before a pause is over."""
    pause = wishes.paused_until if wishes.is_paused(at=after) else None
    match wishes.frequency:
        case Frequency.IMMEDIATE:
            return None if pause is None else pause + MARGIN
        case Frequency.DAILY | Frequency.WEEKLY:
            time = wishes.digest_time or the_boards_digest_time()
            return time.next_after(pause or after, wishes.frequency)
        case _:
            assert_never(wishes.frequency)


def the_boards_digest_time() -> DigestTime:
    return DigestTime(hour=settings.DIGEST_HOUR, weekday=Weekday[settings.DIGEST_WEEKDAY], zone=settings.TIME_ZONE)


def _is_still_told(posting_id: PostingId, until: datetime) -> bool:
    """Whether others are being told a change from which its fan-out left out who paused then: it is for one more digest."""
    changes = Notification.objects.filter(
        posting_id=posting_id,
        audience=Audience.FOLLOWERS,
        kind=Kind.REVISED,
        withheld="",
        release_at__lte=until,
    )
    return changes.filter(Q(fanned_out_at=None) | Q(fanned_out_at__gt=until)).exists()


def _tell_of_posting(
    plan: DigestPlan, posting_id: PostingId, subscription: Subscription, state: Confirmed, until: datetime
) -> None:
    news = list(_untold(plan, posting_id, subscription, until).filter(occurred_at__gte=state.confirmed_at))
    told = _together(news)
    if told is None:
        return
    posting = PostingRecord.objects.get(pk=posting_id)
    announcing.tell_in_digest(
        uuid5(posting_id, ",".join(str(each.pk) for each in news)),
        posting_id,
        lambda: mails.news(postings.in_words(posting), told),
        occurred_at=news[-1].occurred_at,
        to=subscription.subscription_id,
    )


def _untold(
    plan: DigestPlan, posting_id: PostingId, subscription: Subscription, until: datetime
) -> QuerySet[Notification]:
    """Changes that others were told at once from the end of the last digest to the end of this one, in their order.

    A change counts from when all others have a delivery, which may be long after it happened if no worker ran. From then on it is
    certain who was told at once: whoever has been, under this subscription or one that it replaced, is not told again.
    """
    theirs = SubscriptionRecord.objects.filter(
        Q(address_key=subscription.address.key) | Q(successor_id=subscription.subscription_id),
        topic_key=topic_key(subscription.topic),
    )
    told = Delivery.objects.filter(
        notification=OuterRef("pk"), subscription_id__in=list(theirs.values_list("pk", flat=True))
    )
    changes = Notification.objects.filter(
        posting_id=posting_id, audience=Audience.FOLLOWERS, kind=Kind.REVISED, withheld="", pruned_at=None
    )
    released = changes.filter(fanned_out_at__gt=plan.told_until, fanned_out_at__lte=until)
    return released.exclude(Exists(told)).order_by("occurred_at", "pk")


def _together(news: list[Notification]) -> TellRevision | None:
    """The changes from before the first to after the last; nothing if they cancel each other out."""
    events: list[Newsworthy] = []
    notes: dict[NoteToFollowers, None] = {}
    for notification in news:
        last = history.event_of(notification)
        told = () if last is None else history.told_by(notification, last.posting_id, last=last.version)
        if not told:
            logger.error("The events of notification %s cannot be read: a digest goes without them", notification.pk)
        events.extend(told)
        said = news_of_all(told).notes if notification.note is None else (NoteToFollowers(notification.note),)
        notes |= dict.fromkeys(note for note in said if note.words.strip())
    changes = news_of_all(events).changes
    return TellRevision(changes=changes, notes=tuple(notes)) if changes else None
