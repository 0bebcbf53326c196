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
            return EmailAddress(super().clean(value))
        except InvalidEmailAddress as error:
            raise ValidationError(str(error)) from error


class FollowForm(forms.Form):
    address = EmailAddressField(label="Your e-mail address")
    share_address = forms.BooleanField(label="Share my address with the company", required=False)
