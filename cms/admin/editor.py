"""Who sits at the desk."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def editor_of(request: HttpRequest) -> AbstractBaseUser:
    """Wagtail lets only editors come to its screens. Raises `PermissionDenied` for anybody else."""
    user = request.user
    if not user.is_authenticated:
        raise PermissionDenied
    return user
