"""What django-allauth asks the board."""

from __future__ import annotations

import base64
import hashlib
import logging
import time
from typing import override

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _

from adapters.web.client_address import client_of
from cms.signin.standing import BY_SECOND_FACTOR, SIGNED_IN_AT

logger = logging.getLogger("board.security")

FRESH_SECONDS = 300
"""Who has signed in so shortly ago is not asked for the password once more."""


class AccountAdapter(DefaultAccountAdapter):
    @override
    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        by_second_factor = any(record["method"] == "mfa" for record in get_authentication_records(request, user))
        super().login(request, user)
        request.session[BY_SECOND_FACTOR] = by_second_factor

    @override
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    @override
    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        signed_in_at: float = context.request.session.get(SIGNED_IN_AT, 0)
        return time.time() - signed_in_at > FRESH_SECONDS

    @override
    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        messages.error(request, _("This account is closed."))
        return HttpResponseRedirect(reverse("account_login"))

    @override
    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: object, **kwargs: object
    ) -> None:
        """Only what is wrong is said: what was done is to be seen."""
        if message_template is None:
            super().add_message(request, level, message_template, *args, **kwargs)

    @override
    def get_client_ip(self, request: HttpRequest) -> str:
        return client_of(request)

    @override
    def send_notification_mail(self, *_args: object, **_kwargs: object) -> None:
        """Nothing is sent: it is in the log."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """What is secret is stored encrypted, by keys that are made of `SECRET_KEY`: a copy of the database makes no codes."""

    @override
    def get_totp_issuer(self) -> str:
        return str(settings.BOARD_NAME)

    @override
    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    @override
    def decrypt(self, encrypted_text: str) -> str:
        """After a change of all keys: something that nobody knows, so that every code is a wrong one."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.error("The key of an app, or recovery codes, cannot be read by SECRET_KEY or SECRET_KEY_FALLBACKS.")
            nobodys: str = generate_totp_secret()
            return nobodys


def _cipher() -> MultiFernet:
    """Encrypts by the first key, reads what any of them has encrypted. Raises `InvalidToken` if none has."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = (hashlib.sha256(b"board.signin:" + force_bytes(secret)).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
