"""The form with which a visitor follows a posting."""

from __future__ import annotations

from typing import TYPE_CHECKING, override

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from adapters import words
from jobs_domain.email_address import EmailAddress, Flaw, InvalidEmailAddress
from jobs_domain.identifiers import LanguageCode
from jobs_domain.topics import Frequency, Wishes

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class EmailAddressField(forms.CharField):
    """Gives the core's `EmailAddress`; the core says what is wrong with a text that is none."""

    @override
    def __init__(self, *, label: _StrPromise) -> None:
        super().__init__(label=label, strip=True, error_messages={"required": words.FLAWS[Flaw.EMPTY]})

    @override
    def clean(self, value: object) -> EmailAddress:
        try:
            address = EmailAddress(super().clean(value))
        except InvalidEmailAddress as error:
            raise ValidationError(words.what_is_wrong(error)) from error
        if not address.value.rpartition("@")[0].isascii():
            # it may be one (RFC 6531), but our mails would not arrive: better to say so now than to be silent
            raise ValidationError(
                gettext("We cannot write to addresses with letters like é, ß or ж before the @. Use another one.")
            )
        return address


class FollowForm(forms.Form):
    """`frequency` may be left out: then changes are told at once. `website` is a trap: people do not see it."""

    address = EmailAddressField(label=gettext_lazy("Your e-mail address"))
    frequency = forms.ChoiceField(
        label=gettext_lazy("When something changes, write"),
        choices=[
            (Frequency.IMMEDIATE.value, gettext_lazy("At once")),
            (Frequency.DAILY.value, gettext_lazy("Once a day")),
        ],
        initial=Frequency.IMMEDIATE.value,
        required=False,
    )
    share_address = forms.BooleanField(label=gettext_lazy("Share my address with the company"), required=False)

    website = forms.CharField(required=False)

    @property
    def is_by_a_robot(self) -> bool:
        return bool(self.cleaned_data["website"])

    def wishes(self, language: LanguageCode) -> Wishes:
        """Of a form that is valid."""
        return Wishes(
            language=language,
            frequency=Frequency(self.cleaned_data["frequency"] or Frequency.IMMEDIATE.value),
            share_address=self.cleaned_data["share_address"],
        )
