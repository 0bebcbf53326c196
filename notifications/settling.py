"""What followers are told of, and when: changes that follow one another soon are told in one message.

A notification of followers waits for the settling time (`timing.py`) from the moment of its change. What happens to the same posting
meanwhile takes its place: the new notification tells the news of both, is released when the first was to be, and the first one is
`MERGED` into it. If nothing is left to tell, the new one is withheld as `CHANGED_BACK`. Once a notification is released it stands, and
what comes later is news of its own.

What counts is when changes happened, not when they are handled: a worker that was down for days tells what it would have told.
"""

import logging
from collections.abc import Iterator
from itertools import count, islice
from typing import Final, assert_never

from django.db import transaction
from django.db.models import Q

from adapters import clock
from adapters.models import PostingRecord
from jobs_domain.events import PostingClosed, PostingReopened, PostingRetired, PostingRevised
from jobs_domain.identifiers import event_id
from jobs_domain.news import (
    Newsworthy,
    TellClosing,
    TellNothing,
    TellReopening,
    TellRetirement,
    TellRevision,
    news_of,
    news_of_all,
)
from notifications import announcing, history, mails, postings
from notifications.models import Audience, Kind, Notification, WhyNot
from notifications.timing import settling_time

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
    pending, earlier = _told_before(event)
    told = history.tidings_of((*earlier, event))
    if isinstance(told, TellNothing):
        why = WhyNot.MINOR if news_of_all((*earlier, event)).is_minor else WhyNot.CHANGED_BACK
        notification = announcing.withhold(event, Audience.FOLLOWERS, _kind_of(event), event.posting_id, why)
    else:
        note = None if pending is None else _note_after(pending, event)
        release_at = event.occurred_at + settling_time() if pending is None else pending.release_at
        notification = announcing.tell_followers(
            event,
            _kind(told),
            lambda: mails.news(postings.in_words(posting), told, note=note),
            # a clock that was set back must not leave out who followed in time for the first of them
            occurred_at=event.occurred_at if pending is None else max(event.occurred_at, pending.occurred_at),
            release_at=release_at,
            note=note,
        )
    if pending is not None:
        _merge(pending, into=notification)


def _told_before(event: Newsworthy) -> tuple[Notification | None, tuple[Newsworthy, ...]]:
    """The notification that is to be merged into that of the event, and the events that it tells. It is locked.

    It is the one of the event right before, if it waits, this one happened before it was to be released, and its events can be read. No
    deliveries are made of a notification that is locked. One of which deliveries were made, or that is withheld, does not wait.
    """
    before = event_id(stream=event.posting_id, version=event.version - 1)
    waiting = announcing.pending().filter(event_id=before, release_at__gt=event.occurred_at)
    pending = waiting.select_for_update().first()
    earlier = () if pending is None else history.told_by(pending, event.posting_id, last=event.version - 1)
    return (pending, earlier) if earlier else (None, ())


def _note_after(pending: Notification, event: Newsworthy) -> str | None:
    """What an editor wrote in place of the notes of `pending`, if one did, and then what was said to the event."""
    if pending.note is None:
        return None
    said = [note.words.strip() for note in news_of(event).notes]
    return "\n\n".join([*([pending.note] if pending.note else []), *(words for words in said if words != pending.note)])


def _merge(earlier: Notification, *, into: Notification) -> None:
    Notification.objects.filter(Q(pk=earlier.pk) | Q(merged_into=earlier.pk)).update(
        withheld=WhyNot.MERGED,
        merged_into=into.pk,
        note=None,
        **announcing.NO_WORDS,
        fanned_out_at=clock.now(),
    )


def _neighbours(event: Newsworthy, *, step: int) -> Iterator[Newsworthy]:
    """The events right before (or after) it that are not written down yet, as long as each happened soon after the other."""
    at, soon = event.occurred_at, settling_time()
    for version in islice(count(event.version + step, step), NEIGHBOURS):
        neighbour = history.newsworthy(event.posting_id, version)
        if neighbour is None or abs(neighbour.occurred_at - at) >= soon:
            return
        if announcing.is_announced(neighbour, Audience.FOLLOWERS):
            return
        yield neighbour
        at = neighbour.occurred_at


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
