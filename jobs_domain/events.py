"""Everything that can happen on the board. The union is closed: whoever handles `AnyEvent` handles all of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from jobs_domain.changes import Change, ChangeNote, NoteToFollowers
from jobs_domain.identifiers import EventId, PostingId, SubscriptionId, event_id
from jobs_domain.posting_details import PostingDetails
from jobs_domain.topics import Topic, Wishes


class CloseReason(Enum):
    """Why a posting takes no more applications."""

    FILLED = "FILLED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class RetirementReason(Enum):
    """Why a posting is no longer public."""

    UNPUBLISHED = "UNPUBLISHED"
    DELETED = "DELETED"


class EndReason(Enum):
    """Why a subscription is over."""

    UNSUBSCRIBED = "UNSUBSCRIBED"
    """The follower left."""
    NEVER_CONFIRMED = "NEVER_CONFIRMED"
    """The time to confirm ran out, and the address asked again."""
    REPLACED = "REPLACED"
    """A successor with other wishes, or under another address, has begun, or was there already."""
    TOPIC_GONE = "TOPIC_GONE"
    """The posting was taken down, and its followers were told."""
    NO_ANSWER = "NO_ANSWER"
    """The follower was asked whether it is still wanted, and did not answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _PostingEvent:
    posting_id: PostingId
    version: int
    occurred_at: datetime

    @property
    def event_id(self) -> EventId:
        return event_id(stream=self.posting_id, version=self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingPublished(_PostingEvent):
    """A posting became public for the first time.

    Raised by: the first observation of a page that is live.
    Not sent: when a posting returns after it was taken down (that is `PostingReopened`), for drafts, for scheduled pages before
    their time, for aliases.
    """

    details: PostingDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRevised(_PostingEvent):
    """A public posting says something else than before.

    Raised by: an observation that finds public fields different from those recorded last.
    Not sent: when a page is published again without a public difference, for drafts, moves, changed slugs; when the posting closes or
    reopens at the same moment (the changes are then part of that event).
    """

    changes: tuple[Change, ...]
    note: ChangeNote


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingClosed(_PostingEvent):
    """A posting takes no more applications, but can still be read.

    Raised by: an editor who closes it, or its closing date.
    Not sent: when a closed posting is closed for another reason; when a page becomes private or is deleted (that is `PostingRetired`).
    """

    reason: CloseReason
    changes: tuple[Change, ...] = ()
    note: NoteToFollowers = NoteToFollowers()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingReopened(_PostingEvent):
    """A posting that was closed or taken down takes applications again.

    Raised by: an editor who reopens it, a closing date moved into the future, a page published again.
    Not sent: when a posting that was taken down comes back closed (that is `PostingClosed`).
    """

    changes: tuple[Change, ...] = ()
    note: NoteToFollowers = NoteToFollowers()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRetired(_PostingEvent):
    """A posting was taken down: its page is no longer public.

    Raised by: unpublishing or deleting the page or a page above it.
    Not sent: when a page that is already down is deleted; for pages that were never public.
    """

    reason: RetirementReason


@dataclass(frozen=True, slots=True, kw_only=True)
class _SubscriptionEvent:
    subscription_id: SubscriptionId
    version: int
    occurred_at: datetime

    @property
    def event_id(self) -> EventId:
        return event_id(stream=self.subscription_id, version=self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRequested(_SubscriptionEvent):
    """Somebody gave an address to follow a posting or a search; the address has not confirmed yet.

    Raised by: the form on a posting's page.
    Not sent: while an earlier request for the same address and topic still waits for its confirmation, or is confirmed.
    """

    topic: Topic
    wishes: Wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionConfirmed(_SubscriptionEvent):
    """The owner of the address confirmed: from now on they are a follower.

    Raised by: the button on the page that the confirmation mail links to.
    Not sent: for the second press of the button, or after the time to confirm.
    """

    topic: Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionSucceeded(_SubscriptionEvent):
    """A subscription took the place of an earlier one of the same follower, with other wishes or under another address.

    Raised by: a follower who changes how often, when or in which language to be told, or at which address.
    Not sent: when all wishes stay the same; when the other address follows the topic already.
    """

    predecessor_id: SubscriptionId
    topic: Topic
    wishes: Wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionEnded(_SubscriptionEvent):
    """A subscription is over.

    Raised by: the follower who leaves or wishes otherwise; a request renewed after its time to confirm; a posting taken down, once its
    followers were told; a question after a long silence that nobody answers.
    Not sent: when it had already ended, and for erasure (that is `SubscriptionErased`).
    """

    topic: Topic
    reason: EndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionErased(_SubscriptionEvent):
    """All that is held about a subscription, ended or not, is to be forgotten.

    Raised by: a person who asks that all data held about the address be erased; once for each subscription the address ever had.
    Not sent: when a follower merely leaves.
    """


type PostingEvent = PostingPublished | PostingRevised | PostingClosed | PostingReopened | PostingRetired
type SubscriptionEvent = (
    SubscriptionRequested | SubscriptionConfirmed | SubscriptionSucceeded | SubscriptionEnded | SubscriptionErased
)
type AnyEvent = PostingEvent | SubscriptionEvent
