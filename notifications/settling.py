"""What followers are told of, and when: changes that follow one another soon are told in one message.

A notification of followers waits for `SETTLING_TIME` from the moment of its change. What happens to the same posting meanwhile takes
its place: the new notification tells the news of both, is released when the first was to be, and the first one is `MERGED` into it. If
nothing is left to tell, the new one is withheld as `CHANGED_BACK`. Once a notification is released it stands, and what comes later is
news of its own.

What counts is when changes happened, not when they are handled: a worker that was down for days tells what it would have told.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, islice
from typing import Final, assert_never

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from adapters.codec import decode_event
from adapters.models import OutboxEvent, PostingRecord
from jobs_domain.events import (
    PostingClosed,
    PostingEvent,
    PostingPublished,
    PostingReopened,
    PostingRetired,
    PostingRevised,
)
from jobs_domain.identifiers import PostingId, event_id
from jobs_domain.news import (
    Newsworthy,
    TellClosing,
    TellNothing,
    TellReopening,
    TellRetirement,
    TellRevision,
    news_of_all,
    state_after,
    tidings,
)
from jobs_domain.posting import PostingState
from notifications import announcing, mails, postings
from notifications.models import Audience, Kind, Notification, WhyNot

logger = logging.getLogger(__name__)

NEIGHBOURS: Final = 50
"""At most so many events are dealt with before, and after, the one that is to be told, so that the posting is not locked for long."""


def tell_followers(event: Newsworthy) -> None:
    """Write down what followers are told of the event, by itself or together with what happened shortly before.

    Events may come in any order. Those next to this one that are not written down yet, because their handlers failed for now or have
    not been called, are told first or next, as if they had come in turn; when their handlers are called at last there is nothing left
    to do. If one of them cannot be told it is left to its own handler, and both are told by themselves. So is an event that comes when
    later ones were told long ago.
    """
    with transaction.atomic():
        # one event of a posting at a time: whoever comes second sees what the first wrote
        posting = PostingRecord.objects.select_for_update().get(pk=event.posting_id)
        if announcing.is_announced(event, Audience.FOLLOWERS):
            return
        for earlier in reversed([*_neighbours(event, step=-1)]):
            _try_to_tell(earlier, posting)
        _tell(event, posting)
        for later in _neighbours(event, step=1):
            _try_to_tell(later, posting)


def _try_to_tell(event: Newsworthy, posting: PostingRecord) -> None:
    try:
        with transaction.atomic():
            _tell(event, posting)
    except Exception:
        logger.exception("Event %s could not be told with its neighbour", event.event_id)


def _tell(event: Newsworthy, posting: PostingRecord) -> None:
    pending = _pending_before(event)
    earlier = () if pending is None else _told_by(pending, before=event)
    news = news_of_all((*earlier, event))
    told = tidings(news, before=_state_before(earlier[0]) if earlier and news.state is not None else None)
    if isinstance(told, TellNothing):
        why = WhyNot.MINOR if news.is_minor else WhyNot.CHANGED_BACK
        notification = announcing.withhold(event, Audience.FOLLOWERS, _kind_of(event), event.posting_id, why)
    else:
        mail = mails.news(postings.in_words(posting), told)
        release_at = pending.release_at if pending is not None and earlier else event.occurred_at + _settling_time()
        notification = announcing.tell_followers(event, _kind(told), mail, release_at=release_at)
    if pending is not None and earlier:
        _merge(pending, into=notification)


def _pending_before(event: Newsworthy) -> Notification | None:
    """The notification of the event right before, if it waits and this one happened before it was to be released. It is locked.

    No deliveries are made of a notification that is locked. One of which deliveries were made, or that is withheld, does not wait.
    """
    return (
        Notification.objects.select_for_update()
        .filter(
            event_id=event_id(stream=event.posting_id, version=event.version - 1),
            audience=Audience.FOLLOWERS,
            fanned_out_up_to=None,
            fanned_out_at=None,
            release_at__gt=event.occurred_at,
        )
        .first()
    )


def _told_by(pending: Notification, *, before: Newsworthy) -> tuple[Newsworthy, ...]:
    """The events that the notification tells, up to the one right before the given one; none if one of them cannot be read.

    They follow one another without a gap, since each was merged with the one right before it.
    """
    merged = Notification.objects.filter(merged_into=pending.pk).count()
    versions = range(before.version - 1 - merged, before.version)
    events = tuple(event for version in versions if (event := _newsworthy(before.posting_id, version)) is not None)
    return events if len(events) == len(versions) else ()


def _merge(earlier: Notification, *, into: Notification) -> None:
    Notification.objects.filter(Q(pk=earlier.pk) | Q(merged_into=earlier.pk)).update(
        withheld=WhyNot.MERGED, merged_into=into.pk, subject="", text="", html="", fanned_out_at=timezone.now()
    )


def _neighbours(event: Newsworthy, *, step: int) -> Iterator[Newsworthy]:
    """The events right before (or after) it that are not written down yet, as long as each happened soon after the other."""
    at = event.occurred_at
    for version in islice(count(event.version + step, step), NEIGHBOURS):
        neighbour = _newsworthy(event.posting_id, version)
        if neighbour is None or abs(neighbour.occurred_at - at) >= _settling_time():
            return
        if announcing.is_announced(neighbour, Audience.FOLLOWERS):
            return
        yield neighbour
        at = neighbour.occurred_at


def _state_before(event: Newsworthy) -> PostingState | None:
    """The posting's state right before the event; nothing if the events that say so cannot be read."""
    for version in range(event.version - 1, 0, -1):
        earlier = _read(event.posting_id, version)
        if earlier is None:
            return None
        if (state := state_after(earlier)) is not None:
            return state
    return None


def _newsworthy(posting_id: PostingId, version: int) -> Newsworthy | None:
    event = _read(posting_id, version)
    return None if isinstance(event, PostingPublished) else event


def _read(posting_id: PostingId, version: int) -> PostingEvent | None:
    stored = OutboxEvent.objects.filter(event_id=event_id(stream=posting_id, version=version)).first()
    if stored is None:
        return None
    try:
        event = decode_event(stored.name, stored.format_version, stored.payload)
    except Exception:  # noqa: BLE001 - a step from an old format may fail in any way; the event's own dispatch says so
        return None
    match event:
        case PostingPublished() | PostingRevised() | PostingClosed() | PostingReopened() | PostingRetired():
            return event
        case _:
            return None


def _settling_time() -> timedelta:
    return timedelta(seconds=settings.SETTLING_TIME)


def _kind(told: TellRevision | TellClosing | TellReopening | TellRetirement) -> Kind:
    match told:
        case TellRevision():
            return Kind.REVISED
        case TellClosing():
            return Kind.CLOSED
        case TellReopening():
            return Kind.REOPENED
        case TellRetirement():
            return Kind.RETIRED
        case _:
            assert_never(told)


def _kind_of(event: Newsworthy) -> Kind:
    match event:
        case PostingRevised():
            return Kind.REVISED
        case PostingClosed():
            return Kind.CLOSED
        case PostingReopened():
            return Kind.REOPENED
        case PostingRetired():
            return Kind.RETIRED
        case _:
            assert_never(event)
