"""`python -m tests.load.content POSTINGS FOLLOWERS EDITORS`: a board to be put under load; says where what is, as JSON."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Final

import django

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MANY: Final = 300
"""So many of the open postings are edited, followed and read."""


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
    some = list(JobPage.objects.open(at=timezone.now()).order_by("path")[:MANY])
    return {
        "edit": [reverse("wagtailadmin_pages:edit", args=[job.pk]) for job in some],
        "page": [job.get_url() or "" for job in some],
        "session": [
            session_of(User.objects.create_superuser(f"editor-{number}", password=None)) for number in range(editors)
        ],
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(make(*map(int, sys.argv[1:4]))))
