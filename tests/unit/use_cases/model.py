"""What editors and followers would say of the board, told apart from how the core says it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from jobs_domain.changes import ChangeNote
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import (
    CloseReason,
    PostingClosed,
    PostingEvent,
    PostingPublished,
    PostingReopened,
    PostingRetired,
    PostingRevised,
    RetirementReason,
)
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.posting import NotPublic, Observation, Publication
from jobs_domain.posting_details import PostingDetails
from jobs_domain.topics import Topic, Wishes

type Face = Literal["open", "closed", "retired"]


@dataclass
class Page:
    """What the editors have made of a posting's page, and what followers were told of it last."""

    details: PostingDetails
    closed: CloseReason | None = None
    down: RetirementReason | None = None
    told: tuple[Face, PostingDetails] | None = None

    def face(self, now: datetime) -> Face:
        closing = self.details.valid_through
        if self.down is not None:
            return "retired"
        return "closed" if self.closed is not None or (closing is not None and now >= closing.instant) else "open"

    def seen(self, note: ChangeNote) -> Observation:
        if self.down is not None:
            return NotPublic(self.down)
        return Publication(details=self.details, closed_by_editor=self.closed, note=note)

    def news(self, now: datetime) -> list[type[PostingEvent]]:
        """What must be told if somebody looks now."""
        face = self.face(now)
        if self.told is None:
            news: dict[Face, list[type[PostingEvent]]] = {
                "open": [PostingPublished],
                "closed": [PostingPublished, PostingClosed],
                "retired": [],
            }
            return news[face]
        if face != self.told[0]:
            turn: dict[Face, type[PostingEvent]] = {
                "open": PostingReopened,
                "closed": PostingClosed,
                "retired": PostingRetired,
            }
            return [turn[face]]
        return [PostingRevised] if face != "retired" and self.details != self.told[1] else []


@dataclass
class Follow:
    """What a person would say about one subscription."""

    address: EmailAddress
    topic: Topic
    wishes: Wishes
    since: datetime
    state: Literal["pending", "confirmed", "ended", "lapsed"] = "pending"
    successor: SubscriptionId | None = None
    ended_at: datetime | None = None

    def is_over(self, now: datetime, *, lapsed: bool = False, successor: SubscriptionId | None = None) -> None:
        self.state, self.successor, self.ended_at = "lapsed" if lapsed else "ended", successor, now

    @property
    def was_never_confirmed(self) -> bool:
        return self.state in {"pending", "lapsed"}

    def has_lapsed(self, now: datetime) -> bool:
        return self.state == "pending" and now >= self.since + timedelta(days=7)
