"""`python -m tests.load.content POSTINGS FOLLOWERS EDITORS`: a board to be put under load; says where what is, as JSON."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Final

import django

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

    from cms.models import JobPage

MANY: Final = 300
"""So many of the open postings are edited, followed and read."""
ACCOUNTS: Final = 20
"""So many sign in by password."""
PASSWORD: Final = "a long one nobody guesses"
LINKS: Final = 4_000
"""So many can confirm, and so many can leave: one a second for an hour, and some."""


SESSION_COOKIE: Final = "__Host-session"
CSRF_COOKIE: Final = "__Host-csrf"
"""As production calls them."""


def session_of(person: User) -> str:
    """Signs somebody in, as the form does, and gives the cookie's value."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from cms.signin.standing import SIGNED_IN_AT

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "cms.desk.sign_in.EditorBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[SIGNED_IN_AT] = time.time()
    session.save()
    return session.session_key or ""


def make(postings: int, followers: int, editors: int) -> dict[str, list[str]]:
    from django.contrib.auth.models import User
    from django.urls import reverse
    from django.utils import timezone

    from cms import load
    from cms.models import JobPage

    load.generate(postings=postings, followers=followers)
    jobs = list(JobPage.objects.open(at=timezone.now()).order_by("path"))
    accounts = [User.objects.create_superuser(f"colleague-{number}", password=PASSWORD) for number in range(ACCOUNTS)]
    some = jobs[:MANY]
    return {
        "edit": [reverse("wagtailadmin_pages:edit", args=[job.pk]) for job in some],
        "page": [job.get_url() or "" for job in some],
        "session": [
            session_of(User.objects.create_superuser(f"editor-{number}", password=None)) for number in range(editors)
        ],
        "account": [account.username for account in accounts],
        "sign_in": [reverse("wagtailadmin_login")],
        **_links(jobs),
    }


def _links(jobs: Sequence[JobPage]) -> dict[str, list[str]]:
    """Of some who follow an open posting: they are made to have only just asked for it, or to hear of it once a day, or are to leave."""
    from django.conf import settings
    from django.utils import timezone

    from adapters.links import confirm_url, end_url
    from adapters.models import SubscriptionRecord
    from adapters.repositories import topic_key
    from jobs_domain.digests import Frequency
    from jobs_domain.identifiers import PostingId, SubscriptionId
    from jobs_domain.topics import PostingTopic

    keys = [topic_key(PostingTopic(PostingId(job.posting_id))) for job in jobs]
    confirmed = SubscriptionRecord.objects.filter(topic_key__in=keys, state=SubscriptionRecord.State.CONFIRMED)
    chosen = [SubscriptionId(pk) for pk in confirmed.order_by("pk").values_list("pk", flat=True)[: 3 * LINKS]]
    asking, leaving, daily = (chosen[number::3] for number in range(3))
    SubscriptionRecord.objects.filter(pk__in=asking).update(
        state=SubscriptionRecord.State.PENDING, version=1, requested_at=timezone.now(), confirmed_at=None
    )
    SubscriptionRecord.objects.filter(pk__in=daily).update(frequency=Frequency.DAILY.value)
    return {
        "confirm": [confirm_url(each).removeprefix(settings.BOARD_URL) for each in asking],
        "leave": [end_url(each).removeprefix(settings.BOARD_URL) for each in leaving],
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(make(*map(int, sys.argv[1:4]))))
