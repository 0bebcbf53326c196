"""News that waits for its settling time, and what an editor may still do about it.

Who changes it locks the posting first and the notification then, as settling does: so it cannot be merged, and no deliveries of it can be
made, at the same time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from adapters import background, clock
from adapters.models import PostingRecord
from adapters.newsroom import Pending, TooLate, UnreadableNews
from adapters.words import ChangeInWords
from jobs_domain.changes import NoteToFollowers
from jobs_domain.identifiers import PostingId
from jobs_domain.news import TellNothing
from notifications import announcing, history, mails, postings
from notifications.announcing import FAN_OUT
from notifications.fan_out import followers_of
from notifications.models import Notification, WhyNot
from notifications.rendering import Mail


def of(posting_id: PostingId) -> Pending | None:
    """What is released next."""
    waiting = announcing.pending().filter(posting_id=posting_id).order_by("release_at", "occurred_at", "pk")
    notification = waiting.first()
    if notification is None:
        return None
    return _in_words(notification, _mail(notification, PostingRecord.objects.get(pk=posting_id)))


def tell_now(notification_id: UUID) -> Pending:
    """What happens from now on is news of its own."""
    with _held(notification_id) as (notification, posting):
        notification.release_at = min(notification.release_at, clock.now())
        notification.save(update_fields=["release_at"])
        background.wake(FAN_OUT)
        return _in_words(notification, _mail(notification, posting))


def tell_nobody(notification_id: UUID) -> Pending:
    """What happens from now on is news of its own."""
    with _held(notification_id) as (notification, posting):
        recalled = _in_words(notification, _mail(notification, posting))
        Notification.objects.filter(pk=notification.pk).update(
            withheld=WhyNot.RECALLED, note=None, fanned_out_at=clock.now(), **announcing.NO_WORDS
        )
        return recalled


def change_note(notification_id: UUID, note: NoteToFollowers) -> Pending:
    """Raises `UnreadableNews`."""
    with _held(notification_id) as (notification, posting):
        notification.note = note.words.strip()
        mail = _mail(notification, posting)
        if mail is None:
            raise UnreadableNews(f"The events of notification {notification.pk} cannot be read.")
        announcing.rewrite(notification, lambda: _mail(notification, posting) or mail)
        return _in_words(notification, mail)


@contextmanager
def _held(notification_id: UUID) -> Iterator[tuple[Notification, PostingRecord]]:
    with transaction.atomic():
        wanted = announcing.pending().filter(pk=notification_id, release_at__gt=clock.now())
        posting_id = wanted.values_list("posting_id", flat=True).first()
        if posting_id is None:
            raise TooLate
        posting = PostingRecord.objects.select_for_update().get(pk=posting_id)
        # looked at again: it may have been merged, or been released, while this waited for its turn
        notification = wanted.select_for_update().first()
        if notification is None:
            raise TooLate
        yield notification, posting


def _mail(notification: Notification, posting: PostingRecord) -> Mail | None:
    """What the mail says, from the events that it tells; nothing if they cannot be read."""
    last = history.event_of(notification)
    events = () if last is None else history.told_by(notification, last.posting_id, last=last.version)
    told = history.tidings_of(events) if events else TellNothing()
    if isinstance(told, TellNothing):
        return None
    return mails.news(postings.in_words(posting), told, note=notification.note)


def _in_words(notification: Notification, mail: Mail | None) -> Pending:
    told = Pending(
        notification_id=notification.pk,
        subject=notification.subject,
        changes=(),
        note=notification.note or "",
        followers=followers_of(notification).count(),
        release_at=notification.release_at,
    )
    if mail is None:
        return told
    rewritten = (ChangeInWords("Description", "", "has been rewritten"),) if mail.description_changed else ()
    return replace(told, changes=(*mail.changes, *rewritten), note=mail.note)
