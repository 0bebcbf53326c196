"""`python -m tests.machines.content FOLLOWERS`: one posting with so many followers, and an editor who is signed in; says where, as JSON."""

import json
import sys
from datetime import timedelta
from uuid import uuid4

import django

EDITOR = "editor"


def make(followers: int) -> dict[str, str]:
    from django.contrib.auth.models import User
    from django.urls import reverse
    from django.utils import timezone

    from adapters.codec import encode_topic
    from adapters.models import SubscriptionRecord
    from adapters.repositories import topic_key
    from jobs_domain.identifiers import PostingId
    from jobs_domain.topics import PostingTopic
    from tests.integration.cms.factories import make_job
    from tests.load.content import session_of

    job = make_job()
    topic = PostingTopic(PostingId(job.posting_id))
    since = timezone.now() - timedelta(days=1)
    SubscriptionRecord.objects.bulk_create(
        SubscriptionRecord(
            subscription_id=uuid4(),
            version=2,
            address=f"follower-{number}@example.org",
            address_key=f"follower-{number}@example.org",
            topic_key=topic_key(topic),
            topic=encode_topic(topic),
            frequency="IMMEDIATE",
            state=SubscriptionRecord.State.CONFIRMED,
            requested_at=since,
            confirmed_at=since,
        )
        for number in range(followers)
    )
    return {
        "edit": reverse("wagtailadmin_pages:edit", args=[job.pk]),
        "page": job.get_url() or "",
        "session": session_of(User.objects.create_superuser(EDITOR, password=None)),
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(make(int(sys.argv[1]))))
