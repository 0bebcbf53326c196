"""Where one comes from to the second factor: one's own from *Account*, others' from the list of users."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import Button

from cms.signin.views import may_reset


def account_item(_request: HttpRequest) -> dict[str, object]:
    return {
        "url": reverse("mfa_index"),
        "label": _("Second factor"),
        "help_text": _("Passkeys, and an app that makes codes, to sign in with besides your password."),
    }


def listing_buttons(user: User, request_user: User) -> Iterator[Button]:
    if may_reset(request_user, user):
        url = reverse("signin:reset", args=[user.pk])
        yield Button(_("Reset second factor"), url=url, icon_name="lock", priority=30)
