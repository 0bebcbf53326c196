"""One stamp per account, which every session that has signed in to it carries: with another stamp, all others have ended for good.

It changes with whatever is done about the second factor, from whichever screen, command or shell: what was set up, removed or reset, and
recovery codes that are worthless now. So what a session was begun with does not matter, nor what the account has later: nothing that has
ended comes back. The browser in which its owner does it takes the new stamp. Accounts that never had a second factor have no stamp.
"""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase

from cms.models import SessionStamp
from cms.signin.rules import FACTORS

STAMP: Final = "stamp"
"""Key of the session."""


def renew(account: int) -> None:
    """All of its sessions end."""
    SessionStamp.objects.update_or_create(user_id=account, defaults={"value": uuid4()})


def carry(session: SessionBase, user: AbstractBaseUser) -> None:
    """This one goes on."""
    value = SessionStamp.objects.filter(user_id=user.pk).values_list("value", flat=True).first()
    session[STAMP] = value and str(value)


def is_carried(session: SessionBase, user: AbstractBaseUser) -> bool:
    """Asks nothing of the database: the stamp comes with the account (`how_they_sign_in`)."""
    value = getattr(user, "stamp", None)
    return session.get(STAMP) == (value and str(value))


def authenticator_saved(instance: Authenticator, created: bool, raw: bool, **_: object) -> None:
    if created and not raw and instance.type in FACTORS:
        renew(instance.user_id)


def authenticator_deleted(instance: Authenticator, origin: object, **_: object) -> None:
    """Of any type; with the whole account there is nothing left to end."""
    if getattr(origin, "model", type(origin)) is not User:
        renew(instance.user_id)
