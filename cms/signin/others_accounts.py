"""What Wagtail lets those do who may change accounts, and the board does not: to take over administrators, or become one."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse


def before_making(request: HttpRequest) -> None:
    """Raises `PermissionDenied` for who would make an administrator without being one."""
    if "is_superuser" in request.POST and not _is_administrator(request):
        raise PermissionDenied


def before_changing(request: HttpRequest, person: User) -> HttpResponseRedirect | None:
    """One's own account is changed where one is asked for the password. Raises `PermissionDenied`."""
    if person == request.user:
        return HttpResponseRedirect(reverse("wagtailadmin_account"))
    before_making(request)
    before_doing(request, [person])
    return None


def before_doing(request: HttpRequest, people: Iterable[object]) -> None:
    """Raises `PermissionDenied` for who would do it to an administrator, or to themselves, without being one."""
    if not _is_administrator(request) and any(
        isinstance(person, User) and (person.is_superuser or person == request.user) for person in people
    ):
        raise PermissionDenied


def _is_administrator(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
