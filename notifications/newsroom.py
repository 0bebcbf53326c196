"""What editors may know and decide about the mails to followers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, override
from uuid import UUID, uuid4

from django.db.models import Exists, Max, OuterRef

from adapters.models import OutboxEvent, PostingRecord
from adapters.newsroom import Awaited, Foretold, MailPreview, Newsroom, Pending, Preparing
from jobs_domain.changes import NoteToFollowers, diff
from jobs_domain.events import PostingClosed, PostingReopened, PostingRetired, PostingRevised
from jobs_domain.identifiers import PostingId, event_id
from jobs_domain.news import Newsworthy, news_of
from jobs_domain.posting_details import PostingDetails
from notifications import foretelling, history, mails, pending, personal, postings, timing, trouble
from notifications.models import Audience, Notification
from notifications.rendering import render, the_boards_language

NEWSWORTHY: Final = frozenset(
    event.__name__ for event in (PostingRevised, PostingClosed, PostingReopened, PostingRetired)
)
LATEST: Final = 10
"""Events of a posting that are looked at: more have hardly happened before the worker comes to the first."""


class DjangoNewsroom(Newsroom):
    @override
    def settling_time(self) -> timedelta:
        return timing.settling_time()

    @override
    def awaited(self, posting_id: PostingId) -> Awaited:
        with the_boards_language():
            found = pending.of(posting_id)
        if found is None and _is_being_prepared(posting_id):
            return Preparing()
        return found

    @override
    def foretell(self, events: Sequence[Newsworthy], *, awaited: Awaited) -> tuple[Foretold, ...]:
        return tuple(foretelling.foretell(events, something_waits=awaited is not None))

    @override
    def tell_now(self, notification_id: UUID) -> Pending:
        with the_boards_language():
            return pending.tell_now(notification_id)

    @override
    def tell_nobody(self, notification_id: UUID) -> Pending:
        with the_boards_language():
            return pending.tell_nobody(notification_id)

    @override
    def change_note(self, notification_id: UUID, note: NoteToFollowers) -> Pending:
        with the_boards_language():
            return pending.change_note(notification_id, note)

    @override
    def revision_mail(
        self, *, before: PostingDetails, after: PostingDetails, note: NoteToFollowers, path: str, is_closed: bool
    ) -> MailPreview | None:
        changes = diff(before, after)
        if not changes:
            return None
        nobodys = uuid4()
        with the_boards_language():
            posting = postings.details_in_words(after, path=path, is_closed=is_closed)
            rendered = render(mails.revised(posting, changes, note), nobodys)
        return MailPreview(
            subject=rendered.subject,
            text=personal.fill_text(rendered.text, nobodys, personal.EXAMPLES),
            html=personal.fill_html(rendered.html, nobodys, personal.EXAMPLES),
        )

    @override
    def last_told(self, posting_ids: Collection[PostingId]) -> Mapping[PostingId, datetime]:
        told = Notification.objects.filter(
            posting_id__in=posting_ids, audience=Audience.FOLLOWERS, withheld="", fanned_out_up_to__isnull=False
        )
        latest = told.values("posting_id").annotate(at=Max("release_at")).order_by()
        return {PostingId(row["posting_id"]): row["at"] for row in latest if row["posting_id"] is not None}

    @override
    def in_trouble(self) -> int:
        return trouble.undelivered() + trouble.overdue()


def _is_being_prepared(posting_id: PostingId) -> bool:
    """Whether followers may be told of an event that the worker has not come to yet."""
    newest = PostingRecord.objects.filter(pk=posting_id).values_list("version", flat=True).first()
    if newest is None:
        return False
    versions = {event_id(stream=posting_id, version=at): at for at in range(newest, max(newest - LATEST, 0), -1)}
    written_down = Notification.objects.filter(event_id=OuterRef("event_id"), audience=Audience.FOLLOWERS)
    waiting = OutboxEvent.objects.filter(
        ~Exists(written_down), event_id__in=versions, next_attempt_at__isnull=False, name__in=NEWSWORTHY
    )
    return any(not news_of(event).is_minor for event in history.readable(waiting))
