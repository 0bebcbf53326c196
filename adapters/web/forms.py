"""The form with which a visitor follows a posting."""

from typing import override

from django import forms
from django.core.exceptions import ValidationError

from jobs_domain.email_address import EmailAddress, InvalidEmailAddress


class EmailAddressField(forms.CharField):
    """Gives the core's `EmailAddress`; the core says what is wrong with a text that is none."""

    @override
    def __init__(self, *, label: str) -> None:
        super().__init__(label=label, strip=True, error_messages={"required": "Enter an e-mail address."})

    @override
    def clean(self, value: object) -> EmailAddress:
        try:
            address = EmailAddress(super().clean(value))
        except InvalidEmailAddress as error:
            raise ValidationError(str(error)) from error
        if not address.value.rpartition("@")[0].isascii():
            # it may be one (RFC 6531), but our mails would not arrive: better to say so now than to be silent
            raise ValidationError(
                "We cannot write to addresses with letters like é, ß or ж before the @. Use another one."
            )
        return address


class FollowForm(forms.Form):
    address = EmailAddressField(label="Your e-mail address")
    share_address = forms.BooleanField(label="Share my address with the company", required=False)
