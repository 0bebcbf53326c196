"""django-allauth's forms for passkeys: what cannot be read is a wrong one, and what is wrong is noted."""

from __future__ import annotations

import struct
from typing import ClassVar, Final, override

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext_lazy as _

from cms.signin.records import Happened, note

UNREADABLE: Final = (
    *(AssertionError, AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError),
    *(struct.error, InvalidSignature, UnsupportedAlgorithm),
)
"""What `fido2` and `json` raise about what no browser sends."""


class CredentialField(forms.JSONField):
    """What a browser says about a passkey."""

    widget = forms.HiddenInput

    @override
    def to_python(self, value: object) -> str | None:
        try:
            read: str | None = super().to_python(value)
        except UNREADABLE as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        return read

    @override
    def validate(self, value: object) -> None:
        """Django-allauth takes 0 for a passkey that it need not look at."""
        super().validate(value)
        if not isinstance(value, dict):
            raise ValidationError(self.error_messages["invalid"], code="invalid")

    @override
    def bound_data(self, data: str, initial: object) -> str:
        return InvalidJSONInput(data)


class _Shown:
    """Of who wants to sign in, or is asked once more."""

    user: AbstractBaseUser | None

    def clean_credential(self) -> Authenticator:
        try:
            shown: Authenticator = super().clean_credential()  # type: ignore[misc]  # of the form beside it
        except UNREADABLE as error:
            note(Happened.PASSKEY_FAILED, self.user)
            raise get_adapter().validation_error("incorrect_code") from error
        except ValidationError:
            note(Happened.PASSKEY_FAILED, self.user)
            raise
        return shown


class InPlaceOfCodeForm(_Shown, AuthenticateWebAuthnForm):
    """After the password."""

    credential = CredentialField()


class InPlaceOfPasswordForm(_Shown, LoginWebAuthnForm):
    """Before anybody has said who they are."""

    credential = CredentialField()


class ConfirmingPasskeyForm(_Shown, ReauthenticateWebAuthnForm):
    """Of who is signed in, before something that matters."""

    credential = CredentialField()


class PasskeyForm(AddWebAuthnForm):
    """A new one."""

    credential = CredentialField()
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without the password"),
        help_text=_("It then asks for your fingerprint, your face or a PIN. Not all security keys can."),
        required=False,
        initial=True,
    )
    field_order: ClassVar = ("name", "passwordless")

    @override
    def clean(self) -> dict[str, object]:
        try:
            cleaned: dict[str, object] = super().clean()
        except UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned
