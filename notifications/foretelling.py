"""What followers would be told if something happened: what `settling` would make of it, written down nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adapters.newsroom import Foretold
from jobs_domain.identifiers import event_id
from jobs_domain.news import Newsworthy, TellNothing, Tidings
from notifications import announcing, history
from notifications.models import Audience
from notifications.timing import settling_time

LOOK_BACK: Final = 10
"""Events of a posting that the worker may not have come to yet: more have hardly happened before it comes to the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    """The events that it tells are those of one posting, in order and without a gap."""

    events: tuple[Newsworthy, ...]
    told: Tidings
    release_at: datetime

    def takes_in(self, event: Newsworthy) -> bool:
        """Whether it still waits when the event happens."""
        return event.occurred_at < self.release_at and not isinstance(self.told, TellNothing)


def foretell(events: Sequence[Newsworthy], *, something_waits: bool) -> Iterator[Foretold]:
    """For each of the events, which come right after one another and after all that has happened to the posting."""
    settling = settling_time()
    message = _last_message(events[0], settling) if events and something_waits else None
    for event in events:
        waiting = message if message is not None and message.takes_in(event) else None
        message = _with(waiting, event, settling)
        before = TellNothing() if waiting is None else waiting.told
        yield Foretold(told=message.told, waiting=before, at=message.release_at)


def _with(waiting: _Message | None, event: Newsworthy, settling: timedelta) -> _Message:
    events = (event,) if waiting is None else (*waiting.events, event)
    release_at = event.occurred_at + settling if waiting is None else waiting.release_at
    return _Message(events=events, told=history.tidings_of(events), release_at=release_at)


def _last_message(event: Newsworthy, settling: timedelta, *, look_back: int = LOOK_BACK) -> _Message | None:
    """The one that tells what happened right before the event, if it waits or the worker has not come to it yet."""
    before = event_id(stream=event.posting_id, version=event.version - 1)
    waiting = announcing.pending().filter(event_id=before).first()
    if waiting is not None:
        told = history.told_by(waiting, event.posting_id, last=event.version - 1)
        return _Message(events=told, told=history.tidings_of(told), release_at=waiting.release_at) if told else None
    earlier = history.newsworthy(event.posting_id, event.version - 1)
    if earlier is None or earlier.occurred_at + settling <= event.occurred_at:
        return None
    if not look_back or announcing.is_announced(earlier, Audience.FOLLOWERS):
        return None
    last = _last_message(earlier, settling, look_back=look_back - 1)
    return _with(last if last is not None and last.takes_in(earlier) else None, earlier, settling)
