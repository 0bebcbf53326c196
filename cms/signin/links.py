"""Mails with a link by which a password is set anew: asked for by a form, sent by a worker."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from wagtail.admin.views.account import PasswordResetView, get_password_reset_form

from adapters import background
from cms.models import PasswordAsked
from cms.signin.records import Happened, note

JOB: Final = "send password links"
PORTION: Final = 20


def ask(address: str) -> None:
    PasswordAsked.objects.create(address=address)
    background.wake(JOB)


def send() -> int:
    """To all active accounts of each address that was asked for, if it has any. Returns how many were asked for."""
    board = urlsplit(settings.BOARD_URL)
    waiting = PasswordAsked.objects.order_by("pk")[:PORTION]
    for asked in waiting:
        form = get_password_reset_form()({"email": asked.address})  # type: ignore[no-untyped-call]  # stub gap: no annotations
        if form.is_valid():
            for user in list(form.get_users(asked.address)) or [None]:
                note(Happened.PASSWORD_ASKED, user)
            form.save(
                domain_override=board.netloc,
                use_https=board.scheme == "https",
                subject_template_name=PasswordResetView.subject_template_name,
                email_template_name=PasswordResetView.email_template_name,
            )
        asked.delete()
    return len(waiting)
