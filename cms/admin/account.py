"""Accounts have no picture: unlike all others, Wagtail takes it in any format and size; and nobody serves it (docs/operators.md)."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.views.account import AvatarSettingsPanel


def _is_not_offered(_panel: AvatarSettingsPanel) -> bool:
    return False


def take_no_pictures() -> None:
    """A panel that is not active is neither shown nor read, whichever view asks. Wagtail has no setting for it."""
    setattr(AvatarSettingsPanel, "is_active", _is_not_offered)  # noqa: B010 - as types see it a method cannot be replaced


def picture_of(_user: AbstractBaseUser, _size: int) -> str:
    """The same for everybody, who uploaded one to an earlier release included."""
    address: str = versioned_static("wagtailadmin/images/default-user-avatar.png")
    return address
