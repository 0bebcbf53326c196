"""What the core knows, in the reader's words: for pages, mails and the editor's screens."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, assert_never

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, get_currency_symbol
from django.utils.translation import get_language, to_locale

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

WORKPLACE_TYPES: Final = {
    WorkplaceType.ON_SITE: "On site",
    WorkplaceType.HYBRID: "Hybrid",
    WorkplaceType.REMOTE: "Remote",
}
EMPLOYMENT_TYPES: Final = {
    EmploymentType.FULL_TIME: "Full-time",
    EmploymentType.PART_TIME: "Part-time",
    EmploymentType.CONTRACTOR: "Contractor",
    EmploymentType.TEMPORARY: "Temporary",
    EmploymentType.INTERN: "Internship",
    EmploymentType.VOLUNTEER: "Volunteer",
    EmploymentType.PER_DIEM: "Per diem",
    EmploymentType.OTHER: "Other",
}
SALARY_UNITS: Final = {
    SalaryUnit.HOUR: "an hour",
    SalaryUnit.DAY: "a day",
    SalaryUnit.WEEK: "a week",
    SalaryUnit.MONTH: "a month",
    SalaryUnit.YEAR: "a year",
}
CLOSE_REASONS: Final = {
    CloseReason.FILLED: "Filled",
    CloseReason.WITHDRAWN: "Withdrawn",
    CloseReason.EXPIRED: "Closing date passed",
}
NOT_STATED: Final = "not stated"


@dataclass(frozen=True, slots=True)
class ChangeInWords:
    """One line of a table of changes."""

    label: str
    old: str
    new: str


def change(difference: Change) -> ChangeInWords:
    match difference:
        case TitleChange(old, new):
            return ChangeInWords("Title", old, new)
        case HiringOrganizationChange(old, new):
            return ChangeInWords("Company", old, new)
        case SalaryChange(old, new):
            return ChangeInWords("Salary", salary(old), salary(new))
        case ValidThroughChange(old, new):
            return ChangeInWords("Closing date", closing(old), closing(new))
        case LocationsChange(old, new):
            return ChangeInWords("Location", locations(old), locations(new))
        case WorkplaceTypeChange(old, new):
            return ChangeInWords("Workplace", WORKPLACE_TYPES[old], WORKPLACE_TYPES[new])
        case EmploymentTypesChange(old, new):
            return ChangeInWords("Employment", employment(old), employment(new))
        case ApplyTargetChange(old, new):
            return ChangeInWords("How to apply", apply_target(old), apply_target(new))
        case CategoriesChange(old, new):
            return ChangeInWords("Category", categories(old), categories(new))
        case DescriptionChange(old, new):
            return ChangeInWords("Description", old.summary, new.summary)
        case _:
            assert_never(difference)


def salary(value: Salary | None) -> str:
    """`€60,000–75,000 a year`, `from £14.50 an hour`, `up to CHF 90,000 a year`."""
    if value is None:
        return NOT_STATED
    low, high = value.minimum, value.maximum
    if low is not None and high is not None and low != high:
        amount = f"{_money(low, value.currency)}–{_money(high, value.currency, symbol=False)}"
    elif low is not None and high is not None:
        amount = _money(low, value.currency)
    elif low is not None:
        amount = f"from {_money(low, value.currency)}"
    elif high is not None:
        amount = f"up to {_money(high, value.currency)}"
    else:
        raise AssertionError("A salary has a minimum, a maximum or both.")
    return f"{amount} {SALARY_UNITS[value.unit]}"


def closing(value: ValidThrough | None) -> str:
    """`3 December 2026, end of day (Europe/Berlin)`, or with the time if it is another."""
    if value is None:
        return NOT_STATED
    if ends_with_the_day(value):
        return f"{closing_day(value)}, end of day ({value.zone})"
    return f"{closing_day(value)}, {format_time(value.local, 'short', locale=_locale())} ({value.zone})"


def closing_day(value: ValidThrough) -> str:
    return format_date(value.last_day if ends_with_the_day(value) else value.local, "long", locale=_locale())


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
    return "; ".join(address(value) for value in values) or NOT_STATED


def employment(values: frozenset[EmploymentType]) -> str:
    return ", ".join(words for kind, words in EMPLOYMENT_TYPES.items() if kind in values) or NOT_STATED


def categories(values: frozenset[str]) -> str:
    return ", ".join(sorted(values)) or NOT_STATED


def apply_target(value: ApplyTarget | None) -> str:
    match value:
        case ApplyOnline(url):
            return url
        case ApplyByEmail(address):
            return str(address)
        case None:
            return NOT_STATED
        case _:
            assert_never(value)


def _money(amount: Decimal, currency: str, *, symbol: bool = True) -> str:
    locale = _locale()
    whole = amount == amount.to_integral_value()
    figure = format_currency(
        amount, currency, format="#,##0" if whole else "#,##0.00", locale=locale, currency_digits=False
    )
    if not symbol:
        return figure
    sign = get_currency_symbol(currency, locale=locale)
    return f"{sign} {figure}" if sign[-1].isalpha() else f"{sign}{figure}"


def _locale() -> Locale:
    return Locale.parse(to_locale(get_language() or "en-gb"))
