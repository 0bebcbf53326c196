"""How somebody wishes to be told from now on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, override
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext, gettext_lazy

from adapters import clock
from adapters.web import languages
from adapters.web.forms import UNKNOWN, choices_of
from jobs_domain.digests import HOURS, DigestTime, Frequency, Weekday
from jobs_domain.identifiers import LanguageCode
from jobs_domain.subscription import Subscription
from jobs_domain.topics import Wishes
from notifications.digests import the_boards_digest_time

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LONGEST_PAUSE: Final = timedelta(days=366)
NO_PLACES: Final = frozenset({"Factory", "localtime"})
"""Names of the IANA data base for no clock in particular."""


class WishesForm(forms.Form):
    """`hour`, `weekday` and `zone` left empty are the board's. `paused_until` is the day on which mails come again."""

    zone = forms.CharField(label=gettext_lazy("Time zone"), required=False, max_length=64)
    paused_until = forms.DateField(
        label=gettext_lazy("No mail before"),
        required=False,
        error_messages={"invalid": gettext_lazy("That is no day. Write it like 2030-12-31.")},
    )

    @override
    def __init__(self, subscription: Subscription, data: Mapping[str, str] | None = None) -> None:
        wishes = subscription.wishes
        super().__init__(data, initial=_initial(wishes), auto_id=f"{subscription.subscription_id}-%s")
        self.subscription_id = subscription.subscription_id
        self._wishes = wishes
        boards = the_boards_digest_time()
        spoken = [(code, _name(code)) for code in languages.codes()]
        hours = [("", gettext("as usual: %(hour)s") % {"hour": _hour(boards.hour)})]
        days: list[tuple[str, str | _StrPromise]] = [
            ("", gettext("as usual: %(day)s") % {"day": WEEKDAYS[boards.weekday.value]})
        ]
        self.fields |= {
            "frequency": _choice(gettext_lazy("Write to me"), choices_of(subscription.topic), required=True),
            "language": _choice(gettext_lazy("Language"), spoken, required=True),
            "hour": _choice(gettext_lazy("Hour"), [*hours, *((str(hour), _hour(hour)) for hour in HOURS)]),
            "weekday": _choice(
                gettext_lazy("Day of the week"), [*days, *((str(day.value), WEEKDAYS[day.value]) for day in Weekday)]
            ),
        }
        self.has_weekly = Frequency.WEEKLY.value in dict(choices_of(subscription.topic))
        if not self.has_weekly:
            del self.fields["weekday"]
        self.boards_zone = boards.zone

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"].strip().replace(" ", "_")
        if zone and zone not in available_timezones() - NO_PLACES:
            raise ValidationError(
                gettext("There is no time zone “%(zone)s”. Write it like Europe/Berlin.") % {"zone": zone}
            )
        return zone

    def clean_paused_until(self) -> date | None:
        day: date | None = self.cleaned_data["paused_until"]
        today = timezone.localdate()
        if day is not None and not today < day <= today + LONGEST_PAUSE:
            raise ValidationError(
                gettext("Choose a day from %(first)s to %(last)s.")
                % {
                    "first": date_format(today + timedelta(days=1)),
                    "last": date_format(today + LONGEST_PAUSE),
                }
            )
        return day

    def wishes(self) -> Wishes:
        """Of a form that is valid."""
        return replace(
            self._wishes,
            frequency=Frequency(self.cleaned_data["frequency"]),
            language=LanguageCode(self.cleaned_data["language"]),
            digest_time=self._digest_time(),
            paused_until=self._paused_until(),
        )

    def _digest_time(self) -> DigestTime | None:
        hour, weekday, zone = (self.cleaned_data.get(name, "") for name in ("hour", "weekday", "zone"))
        if not (hour or weekday or zone):
            return None
        boards = the_boards_digest_time()
        return DigestTime(
            hour=int(hour) if hour else boards.hour,
            weekday=Weekday(int(weekday)) if weekday else boards.weekday,
            zone=zone or boards.zone,
        )

    def _paused_until(self) -> datetime | None:
        """The beginning of that day on the clocks of the board."""
        day: date | None = self.cleaned_data["paused_until"]
        return None if day is None else timezone.make_aware(datetime.combine(day, time())).astimezone(UTC)


def _choice(
    label: _StrPromise, choices: Sequence[tuple[str, str | _StrPromise]], *, required: bool = False
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=required,
        error_messages={"invalid_choice": UNKNOWN, "required": UNKNOWN},
    )


def _initial(wishes: Wishes) -> dict[str, str]:
    time, pause = wishes.digest_time, wishes.paused_until
    return {
        "frequency": wishes.frequency.value,
        "language": languages.short(wishes.language),
        "hour": "" if time is None else str(time.hour),
        "weekday": "" if time is None else str(time.weekday.value),
        "zone": "" if time is None else time.zone,
        "paused_until": timezone.localdate(pause).isoformat() if pause and pause > clock.now() else "",
    }


def _hour(hour: int) -> str:
    return f"{hour:02}:00"


def _name(code: str) -> str:
    own: str = get_language_info(code)["name_local"]
    return capfirst(own)
