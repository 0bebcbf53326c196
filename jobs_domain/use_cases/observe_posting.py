"""Look at a posting's public state and record what has happened since the last look."""

from dataclasses import dataclass

from jobs_domain.events import PostingEvent
from jobs_domain.identifiers import PostingId
from jobs_domain.ports import Clock, UnitOfWork
from jobs_domain.posting import Observation, evolve, observe


@dataclass(frozen=True, slots=True)
class ObservePosting:
    """Idempotent: call it whenever something may have changed, as often as you like."""

    unit_of_work: UnitOfWork
    clock: Clock

    def __call__(self, *, posting_id: PostingId, seen: Observation) -> tuple[PostingEvent, ...]:
        """Returns what was raised."""
        with self.unit_of_work() as records:
            posting = records.postings.get(posting_id)
            events = observe(posting, seen, posting_id=posting_id, at=self.clock.now())
            for event in events:
                posting = evolve(posting, event)
            if posting is not None and events:
                records.postings.save(posting)
                records.events.publish(*events)
        return events
