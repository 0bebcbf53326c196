"""How often somebody may try to sign in, and what they are told then.

Passwords are counted by django-axes, for each client and account together: whoever guesses shuts out only the client that guesses, never
the account's owner elsewhere. On top of that one client may fail only so often in all, whatever the accounts. Codes of a second factor
are counted for the client and the account, and for the account alone: somebody who has the password may come from many addresses.

All is kept in the database and counts for all processes and hosts. No address and no name is kept, but keyed hashes of them.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from ipaddress import IPv6Address
from math import ceil
from typing import Final

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from adapters import clock
from adapters.limits import DAY, HOUR, Limit, TooOften, key
from adapters.web.client_address import client_of

REPLAY: Final = timedelta(seconds=120)
"""Longer than a code can be right: its 30 seconds and those before and after (RFC 6238 §5.2)."""
PASSKEYS_FOR_EACH_TRY: Final = 10
"""How often one client may ask for a passkey or show one, for each time that it may fail: it takes two for one to sign in."""
RESETS_PER_CLIENT, RESETS_PER_ADDRESS = 10, 3
"""Mails with which a password is set anew: in an hour, and in a day; so many at once (see `adapters/limits.py`)."""


def passwords(request: HttpRequest) -> list[Limit]:
    return [Limit(key("sign in: client", client_of(request)), settings.SIGN_IN_TRIES_PER_CLIENT, HOUR)]


def passkeys(request: HttpRequest) -> list[Limit]:
    """An allowance of its own: whoever uses it up shuts nobody out who sits in the same network and has a password."""
    times = PASSKEYS_FOR_EACH_TRY * settings.SIGN_IN_TRIES_PER_CLIENT
    return [Limit(key("passkey: client", client_of(request)), times, HOUR)]


def codes(request: HttpRequest, user: AbstractBaseUser) -> list[Limit]:
    client = client_of(request)
    return [
        *passwords(request),
        Limit(
            key("code: client and account", f"{client} {user.pk}"),
            settings.SIGN_IN_TRIES,
            timedelta(minutes=settings.SIGN_IN_COOL_OFF),
        ),
        Limit(key("code: account", str(user.pk)), settings.CODE_TRIES_PER_ACCOUNT, DAY),
    ]


def resets(request: HttpRequest, address: str) -> list[Limit]:
    return [
        Limit(key("reset: client", client_of(request)), RESETS_PER_CLIENT, HOUR),
        Limit(key("reset: address", address.casefold()), RESETS_PER_ADDRESS, DAY),
    ]


def this_code(user: AbstractBaseUser, code: str) -> list[Limit]:
    """A code is good once (RFC 6238 §5.2)."""
    return [Limit(key("code used", f"{user.pk} {''.join(filter(str.isalnum, code))}"), 1, REPLAY)]


def page(request: HttpRequest, refused: TooOften) -> HttpResponse:
    """What is answered to who has tried too often. It says nothing about the account."""
    minutes = max(1, ceil(refused.retry_after.total_seconds() / 60))
    response = render(request, "cms/signin/too_often.html", {"minutes": minutes}, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(max(1, ceil(refused.retry_after.total_seconds())))
    return response


def locked_out(
    request: HttpRequest, _response: HttpResponse | None, credentials: dict[str, str] | None
) -> HttpResponse:
    """Called by django-axes in place of the answer."""
    attempts = AccessAttempt.objects.filter(
        username=account_hash(request, credentials), ip_address=client_hash(request)
    ).order_by("-attempt_time")
    last = attempts.values_list("attempt_time", flat=True).first() or clock.now()
    return page(request, TooOften(last + settings.AXES_COOLOFF_TIME - clock.now()))


def client_hash(request: HttpRequest) -> str:
    """The client, for django-axes, which wants an IP address."""
    return str(IPv6Address(salted_hmac("board.signin.client", client_of(request), algorithm="sha256").digest()[:16]))


def account_hash(request: HttpRequest, credentials: dict[str, str] | None) -> str:
    """The account that somebody wants to sign in to, whether it exists or not."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    return salted_hmac("board.signin.account", name, algorithm="sha256").hexdigest()


def nobody(*_: object) -> str:
    """What django-axes calls a client in the log."""
    return "somebody"


def forget_old_attempts() -> int:
    """Those that no longer count. Returns how many."""
    old = AccessAttempt.objects.filter(attempt_time__lt=clock.now() - settings.AXES_COOLOFF_TIME)
    forgotten: int = old.delete()[0]
    return forgotten
