"""Reads schema.org/JobPosting objects, as JSON, into the terms of the core.

What is understood follows schema.org and Google's guide to job postings; what is not understood and not needed is left alone. Whatever
is wrong raises `InvalidJobPosting` with a message for the person who made the file.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from cms import choices
from cms.importing.json_values import InvalidJobPosting, Object, limited, objects_of, text_of, texts_of
from cms.importing.places import country_code, zone_of_country
from cms.importing.rich_text import rich_text
from jobs_domain.email_address import EmailAddress
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

MAX_IDENTIFIER: Final = 120
MAX_NAME: Final = 200
MAX_PLACE: Final = 120
MAX_CATEGORY: Final = 100
MAX_DESCRIPTION: Final = 100_000
MAX_URL: Final = 2000
MAX_AMOUNT: Final = Decimal(10) ** 10 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCompany:
    name: str
    website: str
    description: str
    contact_address: EmailAddress | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPosting:
    """One posting of a file. `description` is clean rich text; `closing_time` is empty for the end of the day."""

    identifier: str
    title: str
    company: ImportedCompany
    categories: frozenset[str]
    description: str
    locations: tuple[Location, ...]
    workplace_type: WorkplaceType
    employment_types: frozenset[EmploymentType]
    salary: Salary | None
    apply_to: ApplyTarget | None
    date_posted: datetime | None
    closing_date: date | None
    closing_time: time | None
    zone: str
    language: str


def read(posting: object, *, zone: str) -> ImportedPosting:
    """`zone` is for postings whose country does not tell their time zone. Raises `InvalidJobPosting`."""
    if not isinstance(posting, dict):
        raise InvalidJobPosting("This is not a JSON object.")
    if posting.get("@type", "JobPosting") != "JobPosting":
        raise InvalidJobPosting(f"“@type” is {posting['@type']!r}, not “JobPosting”.")
    try:
        return _read(posting, zone)
    except InvalidJobPosting:
        raise
    except ValueError as error:
        raise InvalidJobPosting(str(error)) from error
    except ArithmeticError as error:
        raise InvalidJobPosting(f"A number or date is out of every range ({error}).") from error


def _read(posting: Object, default_zone: str) -> ImportedPosting:
    locations = _locations(posting)
    countries = {location.country for location in locations}
    zone = (zone_of_country(countries.pop()) if len(countries) == 1 else None) or default_zone
    closing_date, closing_time = _closing(posting, zone)
    return ImportedPosting(
        identifier=_identifier(posting.get("identifier")),
        title=text_of(posting, "title", required=True),
        company=_company(posting.get("hiringOrganization")),
        categories=_categories(posting),
        description=_description(posting),
        locations=locations,
        workplace_type=_workplace_type(posting),
        employment_types=_employment_types(posting),
        salary=_salary(posting.get("baseSalary")),
        apply_to=_apply_to(posting),
        date_posted=_date_posted(posting, zone),
        closing_date=closing_date,
        closing_time=closing_time,
        zone=zone,
        language=_language(posting),
    )


def _categories(posting: Object) -> frozenset[str]:
    names = ("industry", "occupationalCategory")
    return frozenset(text for name in names for text in texts_of(posting, name, longest=MAX_CATEGORY))


def _description(posting: Object) -> str:
    """Nothing is left of one that was nothing but scripts."""
    clean = rich_text(text_of(posting, "description", required=True, longest=MAX_DESCRIPTION))
    if not clean.strip():
        raise InvalidJobPosting("“description” has nothing in it that can be shown.")
    return clean


def _identifier(value: object) -> str:
    """The value of a PropertyValue behind its name, so that two sources can number alike."""
    if isinstance(value, dict):
        name, number = text_of(value, "name"), text_of(value, "value", required=True)
        return limited(f"{name}: {number}" if name else number, "identifier", longest=MAX_IDENTIFIER)
    if isinstance(value, str | int) and str(value).strip():
        return limited(str(value).strip(), "identifier", longest=MAX_IDENTIFIER)
    raise InvalidJobPosting("“identifier” is missing: without it the posting cannot be recognised next time.")


def _company(value: object) -> ImportedCompany:
    if isinstance(value, str):
        value = {"name": value}
    if not isinstance(value, dict):
        raise InvalidJobPosting("“hiringOrganization” is missing.")
    email = text_of(value, "email")
    website = text_of(value, "sameAs", longest=MAX_URL) or text_of(value, "url", longest=MAX_URL)
    return ImportedCompany(
        name=text_of(value, "name", required=True, longest=MAX_NAME),
        website=website if website.startswith(("https://", "http://")) else "",
        description=rich_text(text_of(value, "description", longest=10_000)),
        contact_address=EmailAddress(email) if email else None,
    )


def _workplace_type(posting: Object) -> WorkplaceType:
    """A place of work besides TELECOMMUTE means that both are possible (Google's guide to job postings)."""
    if posting.get("jobLocationType") != "TELECOMMUTE":
        return WorkplaceType.ON_SITE
    return WorkplaceType.HYBRID if posting.get("jobLocation") else WorkplaceType.REMOTE


def _locations(posting: Object) -> tuple[Location, ...]:
    places = [_location(place) for place in objects_of(posting, "jobLocation")]
    if not places:
        areas = objects_of(posting, "applicantLocationRequirements")
        places = [Location(country=country_code(text_of(area, "name", required=True))) for area in areas]
    return tuple(dict.fromkeys(places))


def _location(place: Object) -> Location:
    address = place.get("address", place)
    if not isinstance(address, dict):
        raise InvalidJobPosting("“jobLocation.address” must be a PostalAddress.")
    country = address.get("addressCountry")
    name = text_of(country, "name") if isinstance(country, dict) else text_of(address, "addressCountry")
    if not name:
        raise InvalidJobPosting("“jobLocation.address.addressCountry” is missing.")
    return Location(
        country=country_code(name),
        region=text_of(address, "addressRegion", longest=MAX_PLACE),
        locality=text_of(address, "addressLocality", longest=MAX_PLACE),
        postal_code=text_of(address, "postalCode", longest=20),
        street=text_of(address, "streetAddress", longest=MAX_NAME),
    )


def _employment_types(posting: Object) -> frozenset[EmploymentType]:
    types = set()
    for word in texts_of(posting, "employmentType"):
        code = word.upper().replace("-", "_").replace(" ", "_")
        if code not in EmploymentType.__members__:
            known = ", ".join(EmploymentType.__members__)
            raise InvalidJobPosting(f"“employmentType” is {word!r}; known are {known}.")
        types.add(EmploymentType[code])
    return frozenset(types)


def _salary(value: object) -> Salary | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise InvalidJobPosting("“baseSalary” must be a MonetaryAmount.")
    quantity = value.get("value", value)
    if not isinstance(quantity, dict):
        quantity = {"value": quantity, "unitText": value.get("unitText")}
    exact = _amount(quantity, "value")
    minimum = _amount(quantity, "minValue") if exact is None else exact
    maximum = _amount(quantity, "maxValue") if exact is None else exact
    if minimum == 0 and maximum:
        minimum = None  # sources write 0 for "not stated"
    if not minimum and not maximum:
        return None
    unit = (text_of(quantity, "unitText") or text_of(value, "unitText")).upper()
    if unit not in SalaryUnit.__members__:
        raise InvalidJobPosting(f"“baseSalary.unitText” is {unit!r}; known are {', '.join(SalaryUnit.__members__)}.")
    return Salary(minimum=minimum, maximum=maximum, currency=text_of(value, "currency").upper(), unit=SalaryUnit[unit])


def _amount(quantity: Object, name: str) -> Decimal | None:
    value = quantity.get(name)
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise InvalidJobPosting(f"“baseSalary.{name}” is {value!r}, not a number.") from None
    if not amount.is_finite() or amount > MAX_AMOUNT:
        raise InvalidJobPosting(f"“baseSalary.{name}” is {value!r}: no salary is that high.")
    return amount


def _apply_to(posting: Object) -> ApplyTarget | None:
    for contact in objects_of(posting, "applicationContact"):
        if email := text_of(contact, "email"):
            return ApplyByEmail(EmailAddress(email))
    url = text_of(posting, "url", longest=MAX_URL)
    return ApplyOnline(url) if url else None


def _date_posted(posting: Object, zone: str) -> datetime | None:
    text = text_of(posting, "datePosted")
    if not text:
        return None
    posted = _moment(text, "datePosted")
    return (posted if posted.tzinfo else posted.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _closing(posting: Object, zone: str) -> tuple[date | None, time | None]:
    """Date and time on the clocks of `zone`. A date without a time means the end of that day."""
    text = text_of(posting, "validThrough")
    if not text:
        return None, None
    moment = _moment(text, "validThrough")
    if moment.tzinfo:
        moment = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    closing_time = moment.time() if len(text) > len("2026-12-31") else None
    ValidThrough.at(day=moment.date(), clock=closing_time, zone=zone)
    return moment.date(), closing_time


def _language(posting: Object) -> str:
    """Empty if it is not told. The property is that of schema.org/CreativeWork: job postings have none, but some sources tell it."""
    text = text_of(posting, "inLanguage")
    code = text.replace("_", "-").partition("-")[0].lower()
    if code and code not in dict(choices.languages()):
        raise InvalidJobPosting(
            f"“inLanguage” is {text!r}, not the code of a language that the board knows, such as en or de-AT."
        )
    return code


def _moment(text: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidJobPosting(f"“{name}” is {text!r}, not a date such as 2026-12-31 or 2026-12-31T18:00.") from None
