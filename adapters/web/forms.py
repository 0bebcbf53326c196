"""The forms with which visitors have the board write to an address."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Final, override

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from adapters import words
from adapters.addresses import objection_to
from adapters.hourly import Counted
from adapters.web import challenge, stamps
from jobs_domain.address_rules import Objection
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress, Flaw, InvalidEmailAddress
from jobs_domain.identifiers import LanguageCode
from jobs_domain.topics import JobSearch, Topic, Wishes

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


OBJECTIONS: Final[dict[Objection, tuple[_StrPromise, Counted]]] = {
    Objection.NOT_ASCII: (
        gettext_lazy("We cannot write to addresses with letters like é, ß or ж before the @. Use another one."),
        Counted.NOT_ASCII,
    ),
    Objection.ROLE: (
        gettext_lazy("Nobody reads mail to this address in person. Use your own, or one that your team reads."),
        Counted.ROLE,
    ),
    Objection.DISPOSABLE: (
        gettext_lazy("{} gives out addresses that soon stop working. Use one that you keep."),
        Counted.DISPOSABLE,
    ),
    Objection.BLOCKED_DOMAIN: (
        gettext_lazy("This board does not write to addresses at {}. Use another one."),
        Counted.BLOCKED_DOMAIN,
    ),
}
"""What the core says in English; and as what it is counted."""


class EmailAddressField(forms.CharField):
    """Gives the core's `EmailAddress`; the core says what is wrong with a text that is none, or with the address.

    The code of an error is the value of what it is counted as.
    """

    @override
    def __init__(self, *, label: _StrPromise, heeds: Container[Objection] = frozenset(Objection)) -> None:
        self._heeds = heeds
        super().__init__(label=label, strip=True, error_messages={"required": words.FLAWS[Flaw.EMPTY]})

    @override
    def clean(self, value: object) -> EmailAddress:
        try:
            address = EmailAddress(super().clean(value))
        except InvalidEmailAddress as error:
            raise ValidationError(words.what_is_wrong(error), code=Counted.MALFORMED.value) from error
        objection = objection_to(address)
        if objection is not None and objection in self._heeds:
            said, counted = OBJECTIONS[objection]
            raise ValidationError(said.format(address.value.rpartition("@")[2]), code=counted.value)
        return address


UNKNOWN: Final = gettext_lazy("Choose one of what there is to choose.")
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


FLAWS: Final = (Counted.MALFORMED, *(counted for _, counted in OBJECTIONS.values()))


class AskingForm(forms.Form):
    """Has a mail sent to an address that anybody may type (`asking.py`).

    `website` is a trap: people do not see it. `stamp` says when the form was made. Nobody types into either, so neither has mistakes to be
    shown.
    """

    address = EmailAddressField(label=gettext_lazy("Your e-mail address"))
    website = forms.Field(required=False)
    stamp = forms.Field(required=False)

    @property
    def is_by_a_robot(self) -> bool:
        return bool(self.cleaned_data["website"])

    @property
    def sent_stamp(self) -> str:
        return str(self.data.get("stamp", ""))

    @property
    def flaw(self) -> Counted | None:
        """What is wrong with the address, if it is worth counting."""
        codes = {error.code for error in self.errors.as_data().get("address", [])}
        return next((flaw for flaw in FLAWS if flaw.value in codes), None)

    @property
    def next_stamp(self) -> str:
        """To be sent with it: the one that came, so that who is told to try again need not wait anew; or a fresh one."""
        return stamps.again(self.sent_stamp)

    @property
    def challenge(self) -> SafeString | str:
        asked = challenge.chosen()
        return "" if asked is None else asked.html()


class FollowForm(AskingForm):
    """`frequency` may be left out: then it is the first that there is to choose."""

    share_address = forms.BooleanField(label=gettext_lazy("Share my address with the company"), required=False)

    @override
    def __init__(self, data: Mapping[str, str] | None = None, *, topic: Topic) -> None:
        super().__init__(data)
        self._often = choices_of(topic)
        self.fields["frequency"] = forms.ChoiceField(
            choices=self._often, required=False, error_messages={"invalid_choice": UNKNOWN}
        )

    def wishes(self, language: LanguageCode) -> Wishes:
        """Of a form that is valid."""
        return Wishes(
            language=language,
            frequency=Frequency(self.cleaned_data["frequency"] or self._often[0][0]),
            share_address=self.cleaned_data["share_address"],
        )
