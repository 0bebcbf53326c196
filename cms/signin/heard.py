"""Notes what Django, django-axes, django-allauth and the database say about accounts."""

from __future__ import annotations

import time
from collections.abc import Mapping, Set

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import authentication_step_completed
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from axes.signals import user_locked_out
from django.contrib.auth import signals as auth
from django.contrib.auth.models import Group, User
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest

from cms.signin import stamps
from cms.signin.records import Happened, note
from cms.signin.rules import FACTORS
from cms.signin.standing import BY_SECOND_FACTOR, SIGNED_IN_AT


def connect() -> None:
    """Called once, when the app is ready."""
    uid = "cms.signin.{}".format
    auth.user_logged_in.connect(signed_in, dispatch_uid=uid("signed_in"))
    auth.user_logged_out.connect(signed_out, dispatch_uid=uid("signed_out"))
    auth.user_login_failed.connect(failed, dispatch_uid=uid("failed"))
    authentication_step_completed.connect(shown, dispatch_uid=uid("shown"))
    user_locked_out.connect(locked_out, dispatch_uid=uid("locked_out"))
    mfa.authenticator_added.connect(added, dispatch_uid=uid("added"))
    mfa.authenticator_removed.connect(removed, dispatch_uid=uid("removed"))
    mfa.authenticator_reset.connect(codes_made, dispatch_uid=uid("codes_made"))
    mfa.authentication_failed.connect(code_failed, dispatch_uid=uid("code_failed"))
    m2m_changed.connect(roles_changed, sender=User.groups.through, dispatch_uid=uid("roles_changed"))
    post_save.connect(user_made, sender=User, dispatch_uid=uid("user_made"))
    post_delete.connect(user_removed, sender=User, dispatch_uid=uid("user_removed"))
    post_save.connect(stamps.authenticator_saved, sender=Authenticator, dispatch_uid=uid("authenticator_saved"))
    post_delete.connect(stamps.authenticator_deleted, sender=Authenticator, dispatch_uid=uid("authenticator_deleted"))


def signed_in(request: HttpRequest, user: User, **_: object) -> None:
    request.session[SIGNED_IN_AT] = time.time()
    stamps.carry(request.session, user)
    by = dict.fromkeys(record.get("type", record["method"]) for record in get_authentication_records(request, user))
    note(Happened.SIGNED_IN, user, by=user, details={"by": " ".join(by)} if by else {})


def shown(request: HttpRequest, reauthenticated: bool = False, **_: object) -> None:
    """A new key also for who is signed in and has confirmed it (OWASP ASVS 7.2.4)."""
    if reauthenticated:
        request.session.cycle_key()


def signed_out(user: User | None, **_: object) -> None:
    if user is not None:
        note(Happened.SIGNED_OUT, user, by=user)


def failed(credentials: Mapping[str, str], **_: object) -> None:
    note(Happened.SIGN_IN_FAILED, _named(credentials.get("username")))


def locked_out(request: HttpRequest, **_: object) -> None:
    """By django-axes, which knows the account by a hash only."""
    credentials: Mapping[str, str] = getattr(request, "axes_credentials", None) or {}
    note(Happened.LOCKED_OUT, _named(credentials.get("username") or request.POST.get("username")))


def added(request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    _stay(request, user)
    if authenticator.type in FACTORS:
        request.session[BY_SECOND_FACTOR] = True
        note(Happened.SECOND_FACTOR_ADDED, user, by=user, details={"kind": authenticator.type})


def removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    _stay(request, user)
    if authenticator.type in FACTORS:
        request.session[BY_SECOND_FACTOR] = Authenticator.objects.filter(user=user, type__in=FACTORS).exists()
        note(Happened.SECOND_FACTOR_REMOVED, user, by=user, details={"kind": authenticator.type})


def codes_made(request: HttpRequest, user: User, **_: object) -> None:
    _stay(request, user)
    note(Happened.RECOVERY_CODES_MADE, user, by=user)


def code_failed(user: User, **_: object) -> None:
    note(Happened.SECOND_FACTOR_FAILED, user)


def roles_changed(instance: User | Group, action: str, pk_set: Set[int] | None, **_: object) -> None:
    """From either side: the roles of somebody, or the members of a role."""
    if action not in ("post_add", "post_remove", "pre_clear") or (pk_set is not None and not pk_set):
        return
    how = {"post_add": "added", "post_remove": "removed", "pre_clear": "removed"}[action]
    if isinstance(instance, User):
        roles = instance.groups.all() if pk_set is None else Group.objects.filter(pk__in=pk_set)
        pairs = [(instance, ", ".join(sorted(role.name for role in roles)))]
    else:
        members = User.objects.filter(groups=instance) if pk_set is None else User.objects.filter(pk__in=pk_set)
        pairs = [(member, instance.name) for member in members]
    for user, names in pairs:
        if names:
            note(Happened.ROLES_CHANGED, user, details={how: names})


def user_made(instance: User, created: bool, raw: bool, **_: object) -> None:
    if created and not raw:
        note(Happened.USER_MADE, instance)


def user_removed(instance: User, **_: object) -> None:
    note(Happened.USER_REMOVED, instance)


def _stay(request: HttpRequest, user: User) -> None:
    """In the browser in which it was done; by a new key there, too."""
    request.session.cycle_key()
    stamps.carry(request.session, user)


def _named(username: str | None) -> User | None:
    return User.objects.filter(username=username).first() if username else None
