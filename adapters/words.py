"""What the core knows, in the reader's words and language: for pages, mails and the editor's screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, assert_never

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.numbers import format_currency, get_currency_symbol
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext, to_locale

from jobs_domain.changes import (
    ApplyTargetChange,
    CategoriesChange,
    Change,
    DescriptionChange,
    EmploymentTypesChange,
    HiringOrganizationChange,
    LocationsChange,
    SalaryChange,
    TitleChange,
    ValidThroughChange,
    WorkplaceTypeChange,
)
from jobs_domain.email_address import Flaw, InvalidEmailAddress
from jobs_domain.events import CloseReason
from jobs_domain.posting_details import (
    ApplyByEmail,
    ApplyOnline,
    ApplyTarget,
    EmploymentType,
    Location,
    WorkplaceType,
)
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.valid_through import ValidThrough

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WORKPLACE_TYPES: Final[dict[WorkplaceType, _StrPromise]] = {
    WorkplaceType.ON_SITE: gettext_lazy("On site"),
    WorkplaceType.HYBRID: gettext_lazy("Hybrid"),
    WorkplaceType.REMOTE: gettext_lazy("Remote"),
}
EMPLOYMENT_TYPES: Final[dict[EmploymentType, _StrPromise]] = {
    EmploymentType.FULL_TIME: gettext_lazy("Full-time"),
    EmploymentType.PART_TIME: gettext_lazy("Part-time"),
    EmploymentType.CONTRACTOR: gettext_lazy("Contractor"),
    EmploymentType.TEMPORARY: gettext_lazy("Temporary"),
    EmploymentType.INTERN: gettext_lazy("Internship"),
    EmploymentType.VOLUNTEER: gettext_lazy("Volunteer"),
    EmploymentType.PER_DIEM: gettext_lazy("Per diem"),
    EmploymentType.OTHER: gettext_lazy("Other"),
}
SALARY_UNITS: Final[dict[SalaryUnit, _StrPromise]] = {
    SalaryUnit.HOUR: gettext_lazy("an hour"),
    SalaryUnit.DAY: gettext_lazy("a day"),
    SalaryUnit.WEEK: gettext_lazy("a week"),
    SalaryUnit.MONTH: gettext_lazy("a month"),
    SalaryUnit.YEAR: gettext_lazy("a year"),
}
CLOSE_REASONS: Final[dict[CloseReason, _StrPromise]] = {
    CloseReason.FILLED: gettext_lazy("Filled"),
    CloseReason.WITHDRAWN: gettext_lazy("Withdrawn"),
    CloseReason.EXPIRED: gettext_lazy("Closing date passed"),
}
FLAWS: Final[dict[Flaw, _StrPromise]] = {
    Flaw.EMPTY: gettext_lazy("Enter an e-mail address."),
    Flaw.TOO_LONG: gettext_lazy("An e-mail address has at most {} characters; letters like ä count as two or more."),
    Flaw.NO_AT: gettext_lazy("An e-mail address has an @ between name and domain, like ana@example.org."),
    Flaw.NO_FULL_DOMAIN: gettext_lazy("The part after the @ needs a full domain, like example.org."),
    Flaw.IP_ADDRESS: gettext_lazy("The part after the @ must be a domain name, not an IP address."),
    Flaw.NO_LOCAL_PART: gettext_lazy("Something is missing before the @."),
    Flaw.LOCAL_DOT: gettext_lazy("The part before the @ has a dot where none can be."),
    Flaw.LOCAL_CHARACTER: gettext_lazy("The part before the @ cannot contain “{}”."),
    Flaw.LOCAL_INVISIBLE: gettext_lazy(
        "The part before the @ cannot contain a space, a line break or another invisible character."
    ),
    Flaw.LOCAL_TOO_LONG: gettext_lazy(
        "The part before the @ has at most {} characters; letters like ä count as two or more."
    ),
    Flaw.DOMAIN_DOT: gettext_lazy("The domain has a dot where none can be."),
    Flaw.DOMAIN_HYPHEN: gettext_lazy("No part of the domain begins or ends with a hyphen."),
    Flaw.DOMAIN_CHARACTER: gettext_lazy("The domain cannot contain “{}”."),
    Flaw.DOMAIN_INVISIBLE: gettext_lazy(
        "The domain cannot contain a space, a line break or another invisible character."
    ),
    Flaw.DOMAIN_NOT_INTERNATIONAL: gettext_lazy("“{}” in the domain is not a valid international name."),
    Flaw.DOMAIN_TOO_LONG: gettext_lazy("No part of the domain is longer than {} characters."),
}
"""What the core says in English."""


@dataclass(frozen=True, slots=True)
class ChangeInWords:
    """One line of a table of changes. `is_own` if old and new are words of the posting itself, in its language."""

    label: str
    old: str
    new: str
    is_own: bool = False


def change(difference: Change) -> ChangeInWords:
    match difference:
        case TitleChange(old, new):
            return ChangeInWords(gettext("Title"), old, new, is_own=True)
        case HiringOrganizationChange(old, new):
            return ChangeInWords(gettext("Company"), old, new)
        case SalaryChange(old, new):
            return ChangeInWords(gettext("Pay"), salary(old), salary(new))
        case ValidThroughChange(old, new):
            return ChangeInWords(gettext("Closing date"), closing(old), closing(new))
        case LocationsChange(old, new):
            return ChangeInWords(gettext("Place"), locations(old), locations(new))
        case WorkplaceTypeChange(old, new):
            return ChangeInWords(gettext("Workplace"), str(WORKPLACE_TYPES[old]), str(WORKPLACE_TYPES[new]))
        case EmploymentTypesChange(old, new):
            return ChangeInWords(gettext("Employment"), employment(old), employment(new))
        case ApplyTargetChange(old, new):
            return ChangeInWords(gettext("How to apply"), apply_target(old), apply_target(new))
        case CategoriesChange(old, new):
            return ChangeInWords(gettext("Category"), categories(old), categories(new))
        case DescriptionChange(old, new):
            return ChangeInWords(gettext("Description"), old.summary, new.summary, is_own=True)
        case _:
            assert_never(difference)


def not_stated() -> str:
    return gettext("not stated")


def closed_because(reason: CloseReason) -> str:
    """The reason within a sentence: `Closed: filled`."""
    match reason:
        case CloseReason.FILLED:
            return pgettext("after “Closed:”", "filled")
        case CloseReason.WITHDRAWN:
            return pgettext("after “Closed:”", "withdrawn")
        case CloseReason.EXPIRED:
            return pgettext("after “Closed:”", "closing date passed")
        case _:
            assert_never(reason)


def what_is_wrong(error: InvalidEmailAddress) -> str:
    return FLAWS[error.flaw].format(error.part)


def salary(value: Salary | None) -> str:
    """`€60,000–75,000 a year`, `from £14.50 an hour`, `up to CHF 90,000 a year`; in German `60.000–75.000 € pro Jahr`."""
    if value is None:
        return not_stated()
    low, high = value.minimum, value.maximum
    if low is not None and high is not None:
        amount = _money(value.currency, *((low,) if low == high else (low, high)))
    elif low is not None:
        amount = gettext("from %(amount)s") % {"amount": _money(value.currency, low)}
    elif high is not None:
        amount = gettext("up to %(amount)s") % {"amount": _money(value.currency, high)}
    else:
        raise AssertionError("A salary has a minimum, a maximum or both.")
    return f"{amount} {SALARY_UNITS[value.unit]}"


def closing(value: ValidThrough | None) -> str:
    """`3 December 2026, end of day (Berlin time)`, or with the time if it is another."""
    if value is None:
        return not_stated()
    when = {"day": closing_day(value), "zone": zone(value.zone)}
    if ends_with_the_day(value):
        return gettext("%(day)s, end of day (%(zone)s)") % when
    return gettext("%(day)s, %(time)s (%(zone)s)") % (when | {"time": _clock(value.local)})


def closing_time(value: ValidThrough) -> str:
    """`18:00 (Berlin time)`; empty for the end of a day."""
    if ends_with_the_day(value):
        return ""
    return gettext("%(time)s (%(zone)s)") % {"time": _clock(value.local), "zone": zone(value.zone)}


def closing_day(value: ValidThrough) -> str:
    return day(value.last_day if ends_with_the_day(value) else value.local)


def day(value: date) -> str:
    """`3 December 2026`; of an instant the day in its own zone."""
    return format_date(value, "long", locale=_locale())


def moment(value: datetime) -> str:
    """`3 December 2026, 18:00`, on the clocks of its own zone."""
    return gettext("%(day)s, %(time)s") % {"day": day(value), "time": _clock(value)}


def zone(name: str) -> str:
    """`Berlin time`, for a zone of the IANA data base that is named for a place; others, such as `UTC`, by their name."""
    if "/" not in name:
        return name
    city = get_timezone_location(name, locale=_locale(), return_city=True)
    return gettext("%(city)s time") % {"city": city.rpartition("/")[2]}


def ends_with_the_day(value: ValidThrough) -> bool:
    return value.last_day != value.local.date()


def place(location: Location) -> str:
    """`Brooklyn, NY, United States`."""
    country = _locale().territories.get(location.country, location.country)
    return ", ".join(part for part in (location.locality, location.region, country) if part)


def address(location: Location) -> str:
    """The place with street and postal code, as far as they are known: `12 Main St, 11201 Brooklyn, NY, United States`."""
    town = " ".join(part for part in (location.postal_code, place(location)) if part)
    return ", ".join(part for part in (location.street, town) if part)


def locations(values: tuple[Location, ...]) -> str:
    return "; ".join(address(value) for value in values) or not_stated()


def employment(values: frozenset[EmploymentType]) -> str:
    return ", ".join(str(words) for kind, words in EMPLOYMENT_TYPES.items() if kind in values) or not_stated()


def categories(values: frozenset[str]) -> str:
    return ", ".join(sorted(values)) or not_stated()


def apply_target(value: ApplyTarget | None) -> str:
    match value:
        case ApplyOnline(url):
            return url
        case ApplyByEmail(address):
            return str(address)
        case None:
            return not_stated()
        case _:
            assert_never(value)


def _clock(value: datetime) -> str:
    return format_time(value, "short", locale=_locale())


def _money(currency: str, *amounts: Decimal) -> str:
    """An amount, or a range of two, with the sign where the language has it."""
    locale = _locale()
    whole = all(amount == amount.to_integral_value() for amount in amounts)
    figures = "–".join(_figure(amount, currency, locale, whole=whole) for amount in amounts)
    sign = get_currency_symbol(currency, locale=locale)
    if not locale.currency_formats["standard"].pattern.startswith("¤"):
        return f"{figures}\N{NO-BREAK SPACE}{sign}"
    return f"{sign} {figures}" if sign[-1].isalpha() else f"{sign}{figures}"


def _figure(amount: Decimal, currency: str, locale: Locale, *, whole: bool) -> str:
    pattern = "#,##0" if whole else "#,##0.00"
    return format_currency(amount, currency, format=pattern, locale=locale, currency_digits=False)


def _locale() -> Locale:
    return Locale.parse(to_locale(get_language() or "en-gb"))
