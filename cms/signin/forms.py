"""django-allauth's forms for codes: tried only so often, and no code twice."""

from __future__ import annotations

from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.contrib.auth.base_user import AbstractBaseUser

from adapters import limits
from cms.signin import throttle


class _TriedSoOften:
    """Raises `ImmediateHttpResponse` for who tries too often, which django-allauth's middleware answers with."""

    user: AbstractBaseUser

    def clean_code(self) -> str:
        tries = throttle.codes(context.request, self.user)
        if refused := limits.take(tries):
            raise ImmediateHttpResponse(throttle.page(context.request, refused))
        code: str = super().clean_code()  # type: ignore[misc]  # of the form beside it
        if limits.take(throttle.this_code(self.user, code)):
            raise get_adapter().validation_error("incorrect_code")
        limits.give_back(tries)
        return code


class CodeForm(_TriedSoOften, AuthenticateForm):
    """After the password."""


class ConfirmingCodeForm(_TriedSoOften, ReauthenticateForm):
    """Of who is signed in, before something that matters."""


class FirstCodeForm(_TriedSoOften, ActivateTOTPForm):
    """Shows that the app has the key."""
