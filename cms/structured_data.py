"""A posting as structured data (schema.org/JobPosting), and what Google asks of it.

The rules are those of https://developers.google.com/search/docs/appearance/structured-data/job-posting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from jobs_domain.posting_details import Location, PostingDetails, WorkplaceType
from jobs_domain.salary import Salary

type Json = dict[str, object]

REQUIRED: Final = {
    "title": "a title",
    "description": "a description",
    "datePosted": "the day it was posted",
    "hiringOrganization": "a company",
}
RECOMMENDED: Final = {
    "baseSalary": "a salary",
    "validThrough": "a closing date",
    "employmentType": "the kind of employment",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """In words. Without what is required Google does not list the posting as a job."""

    required: tuple[str, ...]
    recommended: tuple[str, ...]


def job_posting(
    details: PostingDetails,
    *,
    description: str,
    posted_on: date | None,
    identifier: str,
    company_website: str = "",
    company_logo: str = "",
    url: str = "",
) -> Json:
    """`description` is HTML; addresses are absolute. What is not known is left out.

    Whether one can apply at once (`directApply`) is not known: applications go to a page or an address of the company's.
    """
    remote = details.workplace_type is WorkplaceType.REMOTE
    closing = details.valid_through
    data: Json = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": details.title,
        "description": description,
        "datePosted": None if posted_on is None else posted_on.isoformat(),
        "hiringOrganization": _organization(details.hiring_organization, company_website, company_logo),
        "identifier": {"@type": "PropertyValue", "name": details.hiring_organization, "value": identifier},
        "jobLocationType": "TELECOMMUTE" if remote else None,
        "applicantLocationRequirements": _countries(details.locations) if remote else None,
        "jobLocation": None if remote else [_place(place) for place in details.locations],
        "employmentType": sorted(kind.value for kind in details.employment_types),
        "baseSalary": None if details.salary is None else _salary(details.salary),
        "validThrough": None if closing is None else closing.local.isoformat(),
        "industry": sorted(details.categories),
        "url": url,
    }
    return {name: value for name, value in data.items() if value is not None and value not in ("", [])}


def missing(data: Json) -> Missing:
    required = [words for name, words in REQUIRED.items() if name not in data]
    if data.get("jobLocationType") == "TELECOMMUTE":
        if "applicantLocationRequirements" not in data:
            required.append("the countries where applicants may live")
    elif "jobLocation" not in data:
        required.append("a place of work")
    recommended = tuple(words for name, words in RECOMMENDED.items() if name not in data)
    return Missing(required=tuple(required), recommended=recommended)


def _organization(name: str, website: str, logo: str) -> Json | None:
    if not name:
        return None
    organization: Json = {"@type": "Organization", "name": name}
    return organization | ({"sameAs": website} if website else {}) | ({"logo": logo} if logo else {})


def _countries(places: Iterable[Location]) -> list[Json]:
    """Each once, in the order of the places."""
    return [{"@type": "Country", "name": country} for country in dict.fromkeys(place.country for place in places)]


def _place(place: Location) -> Json:
    address = {
        "streetAddress": place.street,
        "postalCode": place.postal_code,
        "addressLocality": place.locality,
        "addressRegion": place.region,
        "addressCountry": place.country,
    }
    known: Json = {name: value for name, value in address.items() if value}
    return {"@type": "Place", "address": {"@type": "PostalAddress"} | known}


def _salary(salary: Salary) -> Json:
    value: Json = {"@type": "QuantitativeValue", "unitText": salary.unit.value}
    if salary.minimum is not None and salary.minimum == salary.maximum:
        value["value"] = float(salary.minimum)
    else:
        bounds = {"minValue": salary.minimum, "maxValue": salary.maximum}
        value |= {name: float(amount) for name, amount in bounds.items() if amount is not None}
    return {"@type": "MonetaryAmount", "currency": salary.currency, "value": value}
