"""Whom publishing tells, when and of what, in a few sentences for the editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from adapters import words
from adapters.newsroom import Awaited, Foretold, newsroom
from cms.editor.course import Course
from cms.editor.phrases import duration, instant, people, people_are
from jobs_domain.changes import Change, ChangeNote, MinorChange, NoteToFollowers
from jobs_domain.events import PostingEvent, PostingPublished, PostingRevised
from jobs_domain.news import TellClosing, TellNothing, TellReopening, TellRetirement, TellRevision, Tidings
from jobs_domain.posting import JobPosting

FIRST: Final = "nobody is told of a first publication"
NOBODY_FOLLOWS: Final = "nobody follows this posting"
MINOR: Final = "it is marked as a minor change"
SAME: Final = "nothing that the public can see is different"
TAKES_BACK: Final = "it takes back what waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """`foretold` is what followers would be told of each event of the course that is worth telling."""

    course: Course
    public: JobPosting | None
    note: ChangeNote
    followers: int
    awaited: Awaited
    now: datetime
    foretold: Mapping[PostingEvent, Foretold]

    @property
    def is_scheduled(self) -> bool:
        return self.course.at > self.now

    @property
    def why_nobody(self) -> str:
        """Empty if somebody is told."""
        match self.course.published:
            case None:
                return SAME
            case PostingPublished():
                return FIRST
            case PostingRevised(note=MinorChange()):
                return MINOR
            case _ if isinstance(self._told, TellNothing):
                return TAKES_BACK
            case _:
                return "" if self.followers else NOBODY_FOLLOWS

    @property
    def is_quiet(self) -> bool:
        """Whether people are told of a change without a word about it."""
        added = [change for change in _changes(self._told) if change not in _changes(self._waiting)]
        return not self.why_nobody and bool(added) and self.note == NoteToFollowers()

    def words(self, *, may_publish: bool) -> str:
        return " ".join(sentence for sentence in (self._publication(may_publish), self._end()) if sentence)

    def _publication(self, may_publish: bool) -> str:
        if self.is_scheduled:
            return f"It is published on {instant(self.course.at)}. {self._before()}{self._then()}"
        if may_publish:
            return self._at_once()
        return f"Submitting it tells nobody. Once it is published: {self._then(capital=False)}"

    def _at_once(self) -> str:
        if self.why_nobody:
            return f"Publishing tells nobody: {self.why_nobody}.{self._of_what_waits()}"
        return f"Publishing tells {people(self.followers)}{self._of_what()}, {self._when()}, {self._with_which_note()}."

    def _then(self, *, capital: bool = True) -> str:
        if self.why_nobody:
            return f"{'Nobody' if capital else 'nobody'} is told: {self.why_nobody}.{self._of_what_waits()}"
        return f"{people_are(self.followers)} told{self._of_what()}, {self._when()}, {self._with_which_note()}."

    def _before(self) -> str:
        if self.course.closed is None or self.public is None:
            return ""
        passes = f"The closing date, {words.closing(self.public.details.valid_through)}, passes before that"
        if not self.followers or isinstance(self._waiting, TellClosing):
            return f"{passes}. "
        return f"{passes}: {people_are(self.followers)} told that it is closed. "

    def _end(self) -> str:
        if self.course.ends_at is None:
            return ""
        down = f"It is taken down on {instant(self.course.ends_at)}"
        last = self.foretold.get(self.course.events[-1])
        if last is not None and isinstance(last.told, TellNothing):
            return f"{down}; nobody is told of either."
        return f"{down}; who follows it then is told."

    def _of_what(self) -> str:
        match self._told:
            case TellClosing(reason=reason):
                return f" that the posting is closed ({words.CLOSE_REASONS[reason].lower()})"
            case TellReopening():
                return " that the posting is open again"
            case TellRetirement():
                return " that the posting was taken down"
            case TellRevision() | TellNothing():
                return ""
            case _:
                assert_never(self._told)

    def _when(self) -> str:
        news = self._news
        if news is None or news.at == self.course.at:
            return "at once"
        if not isinstance(news.waiting, TellNothing):
            return f"in one message with the news that waits, at {instant(news.at)}"
        wait = duration(news.at - self.course.at)
        return f"{wait} after that" if self.is_scheduled else f"in {wait}"

    def _with_which_note(self) -> str:
        match self.note:
            case NoteToFollowers(words=said) if said:
                return "with your note"
            case _:
                return "without a note" if isinstance(self._waiting, TellNothing) else "without a note of its own"

    def _of_what_waits(self) -> str:
        """A minor change adds nothing to news that waits: it only brings up to date the kinds of change that are told anyway."""
        if self.course.published is None:
            return " The news that waits is told as it is." if self.awaited is not None else ""
        if self.why_nobody != MINOR or isinstance(self._waiting, TellNothing):
            return ""
        if isinstance(self._told, TellNothing):
            return " It takes back the news that waits."
        if self._told == self._waiting:
            return " The news that waits is told as it is."
        return " The news that waits is brought up to date."

    @property
    def _news(self) -> Foretold | None:
        return None if self.course.published is None else self.foretold.get(self.course.published)

    @property
    def _told(self) -> Tidings:
        return TellNothing() if self._news is None else self._news.told

    @property
    def _waiting(self) -> Tidings:
        return TellNothing() if self._news is None else self._news.waiting


def foretold(course: Course, awaited: Awaited) -> Mapping[PostingEvent, Foretold]:
    """Nothing is asked where nothing happens, or nobody can know the posting yet."""
    events = course.newsworthy
    if not events or isinstance(course.published, PostingPublished):
        return {}
    return dict(zip(events, newsroom().foretell(events, awaited=awaited), strict=True))


def _changes(tidings: Tidings) -> tuple[Change, ...]:
    return () if isinstance(tidings, TellNothing) else tidings.changes
