"""Who follows a posting, as far as editors need to know."""

from __future__ import annotations

from adapters.models import SubscriptionRecord
from adapters.repositories import topic_key
from cms.models import JobPage
from jobs_domain.identifiers import PostingId
from jobs_domain.topics import PostingTopic


def number_of_followers(page: JobPage) -> int:
    """How many people have confirmed that they want to hear of the posting."""
    key = topic_key(PostingTopic(PostingId(page.posting_id)))
    return SubscriptionRecord.objects.filter(topic_key=key, state=SubscriptionRecord.State.CONFIRMED).count()
