"""What a posting says in public, in the terms of schema.org/JobPosting."""

from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Self, override

from jobs_domain.email_address import EmailAddress
from jobs_domain.salary import Salary
from jobs_domain.valid_through import ValidThrough


class InvalidPostingDetails(ValueError):
    """Something that every posting must say is missing or malformed; the message says what."""


class WorkplaceType(Enum):
    """Where the work is done (schema.org/jobLocationType knows TELECOMMUTE only)."""

    ON_SITE = "ON_SITE"
    HYBRID = "HYBRID"
    REMOTE = "REMOTE"


class EmploymentType(Enum):
    """The kind of contract (schema.org/employmentType, the values Google accepts)."""

    FULL_TIME = "FULL_TIME"
    PART_TIME = "PART_TIME"
    CONTRACTOR = "CONTRACTOR"
    TEMPORARY = "TEMPORARY"
    INTERN = "INTERN"
    VOLUNTEER = "VOLUNTEER"
    PER_DIEM = "PER_DIEM"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place of work (schema.org/PostalAddress). Only the country must be known, as its ISO 3166-1 alpha-2 code."""

    country: str
    region: str = ""
    locality: str = ""
    postal_code: str = ""
    street: str = ""

    def __post_init__(self) -> None:
        if not (
            len(self.country) == 2 and self.country.isascii() and self.country.isalpha() and self.country.isupper()
        ):
            raise InvalidPostingDetails(f"“{self.country}” is not a country code of two capital letters, such as DE.")

    @override
    def __str__(self) -> str:
        """The place in one line, as far as it is known: `Brooklyn, NY, US`."""
        return ", ".join(part for part in (self.locality, self.region, self.country) if part)


@dataclass(frozen=True, slots=True)
class Description:
    """A long text by its fingerprint and its beginning: enough to know that it changed, and to say what it is about."""

    digest: str
    summary: str

    @classmethod
    def of(cls, *, html: str, summary: str) -> Self:
        return cls(digest=sha256(html.encode()).hexdigest(), summary=summary)


@dataclass(frozen=True, slots=True)
class ApplyOnline:
    """Apply on a web page. Raises `InvalidPostingDetails` unless `url` is http or https."""

    url: str

    def __post_init__(self) -> None:
        if not self.url.startswith(("https://", "http://")):
            raise InvalidPostingDetails("The address to apply at must begin with https:// or http://.")


@dataclass(frozen=True, slots=True)
class ApplyByEmail:
    """Apply by writing to an address."""

    address: EmailAddress


type ApplyTarget = ApplyOnline | ApplyByEmail


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingDetails:
    """All that a reader of the public page can compare: a difference here is news for followers, anything else is not.

    `categories` are names as shown. `apply_to` and `salary` may be unknown; a posting without `valid_through` stays open until it is
    closed. Raises `InvalidPostingDetails` without a title or a hiring organization.
    """

    title: str
    hiring_organization: str
    description: Description
    workplace_type: WorkplaceType
    employment_types: frozenset[EmploymentType]
    locations: tuple[Location, ...] = ()
    salary: Salary | None = None
    apply_to: ApplyTarget | None = None
    valid_through: ValidThrough | None = None
    categories: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise InvalidPostingDetails("A posting needs a title.")
        if not self.hiring_organization.strip():
            raise InvalidPostingDetails("A posting needs a hiring organization.")
