"""What followers would be told if the form, as it is, were published; in words for the editor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from adapters import clock, words
from adapters.models import PostingRecord
from adapters.newsroom import Awaited, newsroom
from adapters.repositories import posting_of
from adapters.words import ChangeInWords
from cms.editor.course import course
from cms.editor.prospect import Prospect, foretold
from cms.editor.typed import UNTOLD, Typed, readable
from cms.followers import followers_of_each
from jobs_domain.changes import DescriptionChange, diff
from jobs_domain.events import CloseReason
from jobs_domain.identifiers import PostingId
from jobs_domain.posting import Closed, JobPosting, Open, Retired
from jobs_domain.valid_through import ValidThrough


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """`prospect` says whether publishing tells anybody, how many and when. `changes` lead from what is public to what is in the form.

    `why_nobody` says why it tells nobody. `unreadable` are the parts of the form that have mistakes and are not compared. `closing_here`
    is the closing date as clocks in the editor's time zone show it, empty if that is the posting's own zone. `asks_for_note` if people
    would be told of a change without a word from the editor.
    """

    standing: str
    followers: int
    prospect: str
    why_nobody: str
    is_scheduled: bool
    asks_for_note: bool
    changes: tuple[ChangeInWords, ...]
    description_changed: bool
    unreadable: tuple[str, ...]
    closing: str
    closing_here: str
    awaited: Awaited


def outlook(typed: Typed, *, may_publish: bool) -> Outlook:
    now, page = clock.now(), typed.page
    records = PostingRecord.objects.annotate(followers=followers_of_each())
    record = None if page.pk is None else records.filter(pk=page.posting_id).first()
    public = None if record is None else posting_of(record)
    before = UNTOLD if public is None else public.details
    seen = readable(typed, before=before)
    awaited = None if public is None else newsroom().awaited(PostingId(page.posting_id))
    followers = 0 if record is None else record.followers
    ahead = course(typed, seen, public, now=now)
    prospect = Prospect(
        course=ahead,
        public=public,
        note=typed.note,
        followers=followers,
        awaited=awaited,
        now=now,
        foretold=foretold(ahead, awaited),
    )
    changes = () if public is None else diff(before, seen.details)
    return Outlook(
        standing=_standing(public, now),
        followers=followers,
        prospect=prospect.words(may_publish=may_publish),
        why_nobody=prospect.why_nobody,
        is_scheduled=prospect.is_scheduled,
        asks_for_note=prospect.is_quiet,
        changes=tuple(words.change(change) for change in changes if not isinstance(change, DescriptionChange)),
        description_changed=any(isinstance(change, DescriptionChange) for change in changes),
        unreadable=() if public is None else seen.unreadable,
        closing="" if seen.details.valid_through is None else words.closing(seen.details.valid_through),
        closing_here=_in_the_editors_zone(seen.details.valid_through),
        awaited=awaited,
    )


def _standing(public: JobPosting | None, now: datetime) -> str:
    if public is None:
        return "Not published yet."
    closing = public.details.valid_through
    match public.state:
        case Retired():
            return "Taken down: nobody can read it."
        case Closed(reason):
            return f"Closed: {words.CLOSE_REASONS[reason].lower()}."
        case Open():
            return _open_until(closing, now)


def _open_until(closing: ValidThrough | None, now: datetime) -> str:
    """The worker notes a little later than it happens that a closing date has passed."""
    if closing is None:
        return "Open until somebody closes it."
    if closing.has_passed(at=now):
        return f"Closed: {words.CLOSE_REASONS[CloseReason.EXPIRED].lower()}."
    return f"Open until {words.closing(closing)}."


def _in_the_editors_zone(closing: ValidThrough | None) -> str:
    here = timezone.get_current_timezone_name()
    if closing is None or closing.zone == here:
        return ""
    return f"{date_format(timezone.localtime(closing.instant), 'j F Y, H:i')} ({here})"
