"""What the API answers."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from ninja import Field, Schema
from pydantic import JsonValue

from cms.finding.address import code
from jobs_domain.posting_details import EmploymentType, WorkplaceType
from jobs_domain.salary import SalaryUnit

WORKPLACES: Final[list[JsonValue]] = [code(kind) for kind in WorkplaceType]
EMPLOYMENTS: Final[list[JsonValue]] = [code(kind) for kind in EmploymentType]
UNITS: Final[list[JsonValue]] = [code(unit) for unit in SalaryUnit]


class NamedLink(Schema):
    """A company or a category."""

    slug: str = Field(description="How it is called in addresses and filters.")
    name: str
    url: str = Field(description="Its page.", json_schema_extra={"format": "uri"})


class Place(Schema):
    """A place of work; for remote work, where one may live. What is not known is empty."""

    street: str
    postal_code: str
    locality: str
    region: str
    country: str = Field(description="ISO 3166-1 alpha-2.", pattern="^[A-Z]{2}$")


class Pay(Schema):
    """Gross. One end of the range may be open."""

    minimum: float | None
    maximum: float | None
    currency: str = Field(description="ISO 4217.", pattern="^[A-Z]{3}$")
    unit: str = Field(description="The time it pays for.", json_schema_extra={"enum": UNITS})


class Posting(Schema):
    """An open posting."""

    id: UUID = Field(description="Stays the same as long as the posting exists, even if its address changes.")
    url: str = Field(json_schema_extra={"format": "uri"})
    title: str
    language: str = Field(
        description="Of title, summary and description: ISO 639-1, such as “en”.", pattern="^[a-z]{2,3}$"
    )
    summary: str = Field(description="The beginning of the description, as plain text.")
    company: NamedLink
    categories: list[NamedLink]
    workplace: str = Field(json_schema_extra={"enum": WORKPLACES})
    employment: list[str] = Field(json_schema_extra={"items": {"type": "string", "enum": EMPLOYMENTS}})
    places: list[Place]
    salary: Pay | None
    apply_url: str | None = Field(description="A page to apply on.")
    apply_email: str | None = Field(description="An address to apply to, where there is no page.")
    posted_at: datetime
    changed_at: datetime = Field(description="When something that the public sees of it changed last.")
    closes_at: datetime | None = Field(description="At this instant it is no longer open; empty if no date is set.")
    time_zone: str | None = Field(description="The IANA zone in which people read the closing date.")


class WholePosting(Posting):
    """An open posting with its whole text."""

    description: str = Field(description="HTML with p, br, hr, h3, h4, b, i, ul, ol, li and a; addresses are absolute.")


class Postings(Schema):
    """A part of the postings, newest first."""

    postings: list[Posting]
    next: str | None = Field(description="The address of the next part; empty at the end.")


class CompanyWithPostings(NamedLink):
    """A company with open postings."""

    website: str = Field(description="Empty if it is not known.")
    open_postings: int = Field(ge=1)


class Companies(Schema):
    """A part of the companies that have open postings, by slug."""

    companies: list[CompanyWithPostings]
    next: str | None = Field(description="The address of the next part; empty at the end.")


class CategoryWithPostings(NamedLink):
    """A category with open postings."""

    open_postings: int = Field(ge=1)


class Categories(Schema):
    """All categories with open postings, by slug."""

    categories: list[CategoryWithPostings]
