"""Let go of those who follow what is gone."""

from dataclasses import dataclass

from jobs_domain.events import EndReason
from jobs_domain.identifiers import PostingId
from jobs_domain.ports import Clock, UnitOfWork
from jobs_domain.posting import Retired
from jobs_domain.topics import PostingTopic


@dataclass(frozen=True, slots=True)
class EndFollowersOfRetired:
    """Ends subscriptions to a posting that was taken down, confirmed or not, `at_most` so many at a time.

    Returns how many it ended: fewer than asked for when nobody is left. A posting that is back, or was never public, keeps its followers.
    """

    unit_of_work: UnitOfWork
    clock: Clock

    def __call__(self, *, posting_id: PostingId, at_most: int) -> int:
        with self.unit_of_work() as records:
            posting = records.postings.get(posting_id)
            if posting is None or not isinstance(posting.state, Retired):
                return 0
            followers = records.subscriptions.active_on(PostingTopic(posting_id), at_most=at_most)
            for follower in followers:
                ended, events = follower.end(reason=EndReason.TOPIC_GONE, at=self.clock.now())
                records.subscriptions.save(ended)
                records.events.publish(*events)
            return len(followers)
