"""What was done, in the history of the page it was done to."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser
from wagtail.log_actions import log

from cms.models import JobPage


def write_down(page: JobPage, action: str, *, user: AbstractBaseUser | None, data: Mapping[str, object]) -> None:
    """Of entries of the same kind that share a request Wagtail shows only the last, on whatever page: each has a key of its own here."""
    log(instance=page, action=action, user=user, data=dict(data), uuid=uuid4())
