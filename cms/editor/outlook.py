"""What followers would be told if the form, as it is, were published; in words for the editor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format

from adapters import words
from adapters.models import PostingRecord
from adapters.newsroom import Awaited, Pending, newsroom
from adapters.repositories import posting_of
from adapters.words import ChangeInWords
from cms.editor.typed import UNTOLD, Readable, Typed, readable
from cms.followers import followers_of_each
from jobs_domain.changes import Change, DescriptionChange, MinorChange, NoteToFollowers, diff
from jobs_domain.events import (
    CloseReason,
    PostingClosed,
    PostingEvent,
    PostingPublished,
    PostingReopened,
    PostingRevised,
)
from jobs_domain.identifiers import PostingId
from jobs_domain.posting import Closed, JobPosting, Open, Publication, Retired, observe
from jobs_domain.valid_through import ValidThrough

FIRST: Final = "nobody is told of a first publication"
NOBODY_FOLLOWS: Final = "nobody follows this posting"
MINOR: Final = "it is marked as a minor change"
SAME: Final = "nothing that the public can see is different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """`prospect` says whether publishing tells anybody, how many and when. `changes` lead from what is public to what is in the form.

    `unreadable` are the parts of the form that have mistakes and are not compared. `closing_here` is the closing date as clocks in the
    editor's time zone show it, empty if that is the posting's own zone. `asks_for_note` if people would be told of a change without a
    word from the editor.
    """

    standing: str
    followers: int
    prospect: str
    tells: bool
    asks_for_note: bool
    changes: tuple[ChangeInWords, ...]
    description_changed: bool
    unreadable: tuple[str, ...]
    closing: str
    closing_here: str
    awaited: Awaited


def outlook(typed: Typed, *, may_publish: bool) -> Outlook:
    now, page = timezone.now(), typed.page
    records = PostingRecord.objects.annotate(followers=followers_of_each())
    record = None if page.pk is None else records.filter(pk=page.posting_id).first()
    public = None if record is None else posting_of(record)
    before = UNTOLD if public is None else public.details
    seen = readable(typed, before=before)
    awaited = None if public is None else newsroom().awaited(PostingId(page.posting_id))
    followers = 0 if record is None else record.followers
    publishing = _Publishing(typed=typed, seen=seen, public=public, followers=followers, awaited=awaited, now=now)
    changes = () if public is None else diff(before, seen.details)
    return Outlook(
        standing=_standing(public, now),
        followers=followers,
        prospect=publishing.words(may_publish=may_publish),
        tells=publishing.tells,
        asks_for_note=publishing.tells and _is_quiet_change(typed, changes) and not publishing.is_scheduled,
        changes=tuple(words.change(change) for change in changes if not isinstance(change, DescriptionChange)),
        description_changed=any(isinstance(change, DescriptionChange) for change in changes),
        unreadable=() if public is None else seen.unreadable,
        closing="" if seen.details.valid_through is None else words.closing(seen.details.valid_through),
        closing_here=_in_the_editors_zone(seen.details.valid_through),
        awaited=awaited,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Publishing:
    """The form, published as it is, now or at the time that is set in it."""

    typed: Typed
    seen: Readable
    public: JobPosting | None
    followers: int
    awaited: Awaited
    now: datetime

    @property
    def at(self) -> datetime:
        go_live_at = self.typed.page.go_live_at
        return self.now if go_live_at is None else max(self.now, go_live_at)

    @property
    def is_scheduled(self) -> bool:
        return self.at > self.now

    @property
    def event(self) -> PostingEvent | None:
        """What the core would make of it: the first event, for a second one only follows the first publication."""
        reason = self.typed.page.closed_reason
        publication = Publication(
            details=self.seen.details,
            closed_by_editor=CloseReason(reason) if reason else None,
            note=self.typed.note,
        )
        posting_id = PostingId(self.typed.page.posting_id)
        return next(iter(observe(self.public, publication, posting_id=posting_id, at=self.at)), None)

    @property
    def why_nobody(self) -> str:
        """Empty if somebody is told."""
        match self.event:
            case None:
                return SAME
            case PostingPublished():
                return FIRST
            case PostingRevised(note=MinorChange()):
                return MINOR
            case _:
                return "" if self.followers else NOBODY_FOLLOWS

    @property
    def tells(self) -> bool:
        return not self.why_nobody

    def words(self, *, may_publish: bool) -> str:
        if self.is_scheduled:
            return f"It is published on {_instant(self.at, self.now)}. {self._then()}"
        if may_publish:
            return self._now()
        return f"Submitting it tells nobody. Once it is published: {self._then(capital=False)}"

    def _now(self) -> str:
        if self.why_nobody:
            return f"Publishing tells nobody: {self.why_nobody}.{self._with_what_waits()}"
        told = f"Publishing tells {people(self.followers)}{self._of_what()}, {self._when()}, {self._with_which_note()}."
        return f"{told}{self._unless_taken_back()}"

    def _then(self, *, capital: bool = True) -> str:
        if self.why_nobody:
            return f"{'Nobody' if capital else 'nobody'} is told: {self.why_nobody}."
        are = "is" if self.followers == 1 else "are"
        return f"{people(self.followers)} {are} told{self._of_what()}, {self._when()}, {self._with_which_note()}."

    def _of_what(self) -> str:
        match self.event:
            case PostingClosed(reason=reason):
                return f" that the posting is closed ({words.CLOSE_REASONS[reason].lower()})"
            case PostingReopened():
                return " that the posting is open again"
            case _:
                return ""

    def _when(self) -> str:
        settling = newsroom().settling_time()
        if isinstance(self.awaited, Pending) and self.at < self.awaited.release_at:
            return f"in one message with the news that waits, at {_instant(self.awaited.release_at, self.now)}"
        if not settling:
            return "at once"
        if self.is_scheduled:
            return f"{duration(settling)} after that"
        return f"in {duration(settling)}"

    def _with_which_note(self) -> str:
        match self.typed.note:
            case NoteToFollowers(words=said) if said:
                return "with your note"
            case _:
                return "without a note"

    def _with_what_waits(self) -> str:
        """A minor change is told nobody by itself; a message about the same posting that is yet to go tells it like it then is."""
        if isinstance(self.awaited, Pending) and self.why_nobody == MINOR:
            return " The news that waits is brought up to date."
        return ""

    def _unless_taken_back(self) -> str:
        """News that waits is not told where the posting says the same again; whether it has other news in it is not known here."""
        if self.public is None or not isinstance(self.awaited, Pending):
            return ""
        before = {change.label: change.old for change in self.awaited.changes}
        after = {row.label: row.new for row in map(words.change, diff(self.public.details, self.seen.details))}
        return " If this only takes back what waits, nobody is told." if before == after else ""


def _is_quiet_change(typed: Typed, changes: tuple[Change, ...]) -> bool:
    return typed.page.live and bool(changes) and typed.note == NoteToFollowers()


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


def _instant(at: datetime, now: datetime) -> str:
    """`14:05`, with the day if it is another; in the editor's time zone."""
    local = timezone.localtime(at)
    return date_format(local, "H:i" if local.date() == timezone.localtime(now).date() else "j F Y, H:i")


def instant(at: datetime) -> str:
    return _instant(at, timezone.now())


def people(number: int) -> str:
    return f"{number:,} follower{'' if number == 1 else 's'}"


def duration(time: timedelta) -> str:
    """`5 minutes`, `90 seconds`, `1 hour`."""
    seconds = round(time.total_seconds())
    for unit, length in (("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds % length == 0:
            number = seconds // length
            return f"{number} {unit}{'' if number == 1 else 's'}"
    raise AssertionError("A whole number of seconds is divisible by one.")
