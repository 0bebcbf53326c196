"""How far somebody has come with signing in. Until they are through they are nobody, except on the screens that lead on.

Asked of every request in which somebody wants to know who it comes from, and without a query of its own: what the account has and needs
comes with the account (`cms/desk/sign_in.py`), what the browser has shown is in its session. So a new rule, a factor that was added,
removed or reset counts from the next request on, in every browser; what has ended by it stays so (`cms/signin/stamps.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from cms.signin import stamps

SIGNED_IN_AT: Final = "signed_in_at"
"""Key of the session: when, in seconds since 1970."""
BY_SECOND_FACTOR: Final = "signed_in_by_second_factor"
"""Key of the session: whether the browser has shown one, or set it up."""


class Standing(Enum):
    NOBODY = "nobody"
    """Not signed in, or not with all that the account asks for by now, or too long ago."""
    MUST_SET_UP = "must set up"
    """Signed in with all there is, but a role needs a second factor and there is none."""
    THROUGH = "through"


def standing_of(request: HttpRequest) -> Standing:
    user = get_user(request)
    if not user.is_authenticated:
        return Standing.NOBODY
    session = request.session
    if time.time() - session.get(SIGNED_IN_AT, 0) > settings.SESSION_HOURS * 3600:
        return Standing.NOBODY
    if not stamps.is_carried(session, user):
        return Standing.NOBODY
    has_one = bool(getattr(user, "has_second_factor", False))
    if bool(session.get(BY_SECOND_FACTOR)) != has_one:
        return Standing.NOBODY
    if getattr(user, "needs_second_factor", False) and not has_one:
        return Standing.MUST_SET_UP
    return Standing.THROUGH


class StandingMiddleware:
    """After Django's `AuthenticationMiddleware`, whose `request.user` it replaces."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _show_user(request, Standing.THROUGH)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: object, _kwargs: object
    ) -> None:
        if getattr(view, "leads_on", False):
            _show_user(request, Standing.THROUGH, Standing.MUST_SET_UP)


def _show_user(request: HttpRequest, *to: Standing) -> None:
    user = partial(_user, request, to)
    request.user = SimpleLazyObject(user)  # type: ignore[assignment]  # stands in for them, as Django's own does
    request.auser = sync_to_async(user)  # nobody gets past the above by it


def _user(request: HttpRequest, to: tuple[Standing, ...]) -> User | AnonymousUser:
    return get_user(request) if standing_of(request) in to else AnonymousUser()
