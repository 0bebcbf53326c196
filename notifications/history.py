"""What happened to a posting, read again from its events."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched
from typing import Final
from uuid import UUID

from adapters.codec import decode_event
from adapters.models import OutboxEvent
from jobs_domain.events import (
    PostingClosed,
    PostingEvent,
    PostingPublished,
    PostingReopened,
    PostingRetired,
    PostingRevised,
)
from jobs_domain.identifiers import PostingId, event_id
from jobs_domain.news import Newsworthy, Tidings, news_of_all, state_after, tidings
from jobs_domain.posting import Closed, Open, PostingState, Retired
from notifications.models import Notification

STEP: Final = 20
"""Events that are read at a time on the way back to the one that says how the posting stood."""


def tidings_of(events: tuple[Newsworthy, ...]) -> Tidings:
    """What followers are told of the events, which are those of one posting, in order and without a gap."""
    news = news_of_all(events)
    return tidings(news, before=_state_before(events[0]) if len(events) > 1 and news.state is not None else None)


def told_by(notification: Notification, posting_id: PostingId, *, last: int) -> tuple[Newsworthy, ...]:
    """The events that the notification tells, up to version `last`, which is its own; none if one of them cannot be read.

    They follow one another without a gap, since each was merged with the one right before it.
    """
    merged = Notification.objects.filter(merged_into=notification.pk).count()
    versions = range(last - merged, last + 1)
    found = _read(posting_id, versions)
    events = tuple(
        event
        for version in versions
        if (event := found.get(version)) is not None and not isinstance(event, PostingPublished)
    )
    return events if len(events) == len(versions) else ()


def newsworthy(posting_id: PostingId, version: int) -> Newsworthy | None:
    """Nothing if there is no such event, it cannot be read, or it is not for followers."""
    event = _read(posting_id, (version,)).get(version)
    return None if isinstance(event, PostingPublished) else event


def event_of(notification: Notification) -> Newsworthy | None:
    """Its own event, the last one that it tells; nothing if it cannot be read."""
    stored = OutboxEvent.objects.filter(event_id=notification.event_id).first()
    event = None if stored is None else _decoded(stored)
    return None if isinstance(event, PostingPublished) else event


def readable(stored: Iterable[OutboxEvent]) -> Iterator[Newsworthy]:
    """Those that can be read and are for followers."""
    for each in stored:
        event = _decoded(each)
        if event is not None and not isinstance(event, PostingPublished):
            yield event


def gone_at(event: PostingReopened) -> datetime | None:
    """When the posting had gone off the list before it came back, as far as its events can be read."""
    gone: datetime | None = None
    for earlier in _before(event):
        match state_after(earlier):
            case None:
                continue
            case Open():
                break
            case Closed() | Retired():
                gone = earlier.occurred_at
    return gone


def _state_before(event: Newsworthy) -> PostingState | None:
    """The posting's state right before the event; nothing if the events that say so cannot be read."""
    return next((state for earlier in _before(event) if (state := state_after(earlier)) is not None), None)


def _before(event: Newsworthy) -> Iterator[PostingEvent]:
    """The events before it, the last first, up to one that cannot be read."""
    for versions in batched(range(event.version - 1, 0, -1), STEP, strict=False):
        found = _read(event.posting_id, versions)
        for version in versions:
            if (earlier := found.get(version)) is None:
                return
            yield earlier


def _read(posting_id: PostingId, versions: Iterable[int]) -> Mapping[int, PostingEvent]:
    """Those events of the posting that can be read, by version; in one query."""
    by_id: dict[UUID, int] = {event_id(stream=posting_id, version=version): version for version in versions}
    found = {by_id[stored.event_id]: _decoded(stored) for stored in OutboxEvent.objects.filter(event_id__in=by_id)}
    return {version: event for version, event in found.items() if event is not None}


def _decoded(stored: OutboxEvent) -> PostingEvent | None:
    try:
        event = decode_event(stored.name, stored.format_version, stored.payload)
    except Exception:  # noqa: BLE001 - a step from an old format may fail in any way; the event's own dispatch says so
        return None
    match event:
        case PostingPublished() | PostingRevised() | PostingClosed() | PostingReopened() | PostingRetired():
            return event
        case _:
            return None
