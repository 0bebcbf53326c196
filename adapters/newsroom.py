"""What editors may know, and decide, about the mails to followers before and after they are sent.

Events go one way, from the postings to whoever listens. This is the way back: a port that the notifications app serves and the
editors' screens use, neither of which knows the other (docs/adr/0009).
"""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from adapters.words import ChangeInWords
from jobs_domain.changes import NoteToFollowers
from jobs_domain.identifiers import PostingId
from jobs_domain.news import Newsworthy, Tidings
from jobs_domain.posting_details import PostingDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """News that waits for its settling time. At `release_at` it goes to `followers` people, and is then out of the editors' hands.

    `changes` are in words, as followers will read them; `note` is what editors say to it, empty if nothing.
    """

    notification_id: UUID
    subject: str
    changes: tuple[ChangeInWords, ...]
    note: str
    followers: int
    release_at: datetime


@dataclass(frozen=True, slots=True)
class Preparing:
    """Something happened a moment ago that followers may be told of; the worker is writing it down."""


type Awaited = Pending | Preparing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """What followers would be told of something that has not happened: `told`, at the instant `at`.

    `waiting` is what they would be told then without it. If that is anything, both are one message.
    """

    told: Tidings
    waiting: Tidings
    at: datetime


class TooLate(Exception):
    """The time to tell the news has come, or it was merged with what came later, or recalled: nothing of it can be changed."""


class UnreadableNews(Exception):
    """The events that the news is about can no longer be read, so that it cannot be written anew: it is told as it is, or recalled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPreview:
    """A mail as a follower would get it, with a link to leave that leads nowhere."""

    subject: str
    text: str
    html: str


class Newsroom(Protocol):
    @abstractmethod
    def settling_time(self) -> timedelta:
        """How long after a change its followers are told; nothing if at once."""

    @abstractmethod
    def awaited(self, posting_id: PostingId) -> Awaited:
        """What followers of the posting are about to be told."""

    @abstractmethod
    def foretell(self, events: Sequence[Newsworthy], *, awaited: Awaited) -> tuple[Foretold, ...]:
        """What followers would be told of each of the events if they came next, in this order; by the rules by which it is done.

        `awaited` is what followers of the posting are about to be told, as it was just asked for.
        """

    @abstractmethod
    def tell_now(self, notification_id: UUID) -> Pending:
        """End the settling time. Returns what is told. Raises `TooLate`."""

    @abstractmethod
    def tell_nobody(self, notification_id: UUID) -> Pending:
        """Recall the news: nobody hears of it, and the ledger says that an editor decided so. Returns it. Raises `TooLate`."""

    @abstractmethod
    def change_note(self, notification_id: UUID, note: NoteToFollowers) -> Pending:
        """Say something else, or nothing, to the news; when it is released stays as it was. Returns it as it is now.

        Raises `TooLate` and `UnreadableNews`.
        """

    @abstractmethod
    def revision_mail(
        self, *, before: PostingDetails, after: PostingDetails, note: NoteToFollowers, path: str, is_closed: bool
    ) -> MailPreview | None:
        """The mail that followers would get about this change; `None` if there is nothing to tell. `path` is the posting's address."""

    @abstractmethod
    def last_told(self, posting_ids: Collection[PostingId]) -> Mapping[PostingId, datetime]:
        """When news of the posting was last released to its followers; postings of which none was are left out."""

    @abstractmethod
    def in_trouble(self) -> int:
        """Messages of the last 7 days that could not be delivered, or wait although they should have left more than an hour ago."""


class NoNewsroom(RuntimeError):
    """No app serves the port: `notifications` is not installed, or Django is not set up yet."""


_serving: Final[list[Newsroom]] = []


def serve(newsroom: Newsroom) -> None:
    """To be called once, by the app that sends the mails, when Django starts."""
    _serving[:] = [newsroom]


def newsroom() -> Newsroom:
    """Raises `NoNewsroom`."""
    if not _serving:
        raise NoNewsroom("No app that serves the newsroom is installed.")
    return _serving[0]
