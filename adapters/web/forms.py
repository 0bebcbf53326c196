"""The form with which a visitor follows a posting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, override

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from adapters import words
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress, Flaw, InvalidEmailAddress
from jobs_domain.identifiers import LanguageCode
from jobs_domain.topics import JobSearch, Topic, Wishes

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


OFTEN: Final[dict[Frequency, _StrPromise]] = {
    Frequency.IMMEDIATE: gettext_lazy("At once"),
    Frequency.DAILY: gettext_lazy("Once a day"),
    Frequency.WEEKLY: gettext_lazy("Once a week"),
}
POSTING: Final = (Frequency.IMMEDIATE, Frequency.DAILY)
SEARCH: Final = (Frequency.DAILY, Frequency.IMMEDIATE, Frequency.WEEKLY)
"""How often one may hear of new postings; of a posting's changes. The first is what one gets who does not choose."""


def choices_of(topic: Topic) -> list[tuple[str, _StrPromise]]:
    """How often one may be told of it; the first is what one gets who does not choose."""
    often = SEARCH if isinstance(topic, JobSearch) else POSTING
    return [(frequency.value, OFTEN[frequency]) for frequency in often]


class FollowForm(forms.Form):
    """`frequency` may be left out: then it is the first that there is to choose. `website` is a trap: people do not see it."""

    address = EmailAddressField(label=gettext_lazy("Your e-mail address"))
    share_address = forms.BooleanField(label=gettext_lazy("Share my address with the company"), required=False)

    website = forms.CharField(required=False)

    @override
    def __init__(self, data: Mapping[str, str] | None = None, *, topic: Topic) -> None:
        super().__init__(data)
        self._often = choices_of(topic)
        self.fields["frequency"] = forms.ChoiceField(choices=self._often, required=False)

    @property
    def is_by_a_robot(self) -> bool:
        return bool(self.cleaned_data["website"])

    def wishes(self, language: LanguageCode) -> Wishes:
        """Of a form that is valid."""
        return Wishes(
            language=language,
            frequency=Frequency(self.cleaned_data["frequency"] or self._often[0][0]),
            share_address=self.cleaned_data["share_address"],
        )
