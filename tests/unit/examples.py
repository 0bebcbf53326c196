"""Things to test with: one of each, as plain as can be."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from jobs_domain.digests import DigestTime, Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import LanguageCode, PostingId, SubscriptionId
from jobs_domain.posting_details import (
    ApplyOnline,
    Description,
    EmploymentType,
    Location,
    PostingDetails,
    WorkplaceType,
)
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.topics import JobSearch, PostingTopic, Wishes
from jobs_domain.valid_through import ValidThrough

NOW: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CLOSING: Final = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)

POSTING_ID: Final = PostingId(UUID("11111111-1111-4111-8111-111111111111"))
OTHER_POSTING_ID: Final = PostingId(UUID("22222222-2222-4222-8222-222222222222"))
SUBSCRIPTION_ID: Final = SubscriptionId(UUID("33333333-3333-4333-8333-333333333333"))
SUCCESSOR_ID: Final = SubscriptionId(UUID("44444444-4444-4444-8444-444444444444"))

ENGLISH: Final = LanguageCode("en")
GERMAN: Final = LanguageCode("de")

ANA: Final = EmailAddress("Ana@Example.org")
BEN: Final = EmailAddress("ben@example.org")

THE_POSTING: Final = PostingTopic(POSTING_ID)
REMOTE_PYTHON: Final = JobSearch(text="python", workplace_types=frozenset({WorkplaceType.REMOTE}))

DETAILS: Final = PostingDetails(
    title="Baker",
    hiring_organization="Bread & Co",
    description=Description.of(html="<p>Bake bread.</p>", summary="Bake bread."),
    workplace_type=WorkplaceType.ON_SITE,
    employment_types=frozenset({EmploymentType.FULL_TIME}),
    locations=(Location(country="DE", locality="Berlin"),),
    salary=Salary(minimum=Decimal(3000), maximum=Decimal(3500), currency="EUR", unit=SalaryUnit.MONTH),
    apply_to=ApplyOnline("https://bread.example/apply"),
    valid_through=ValidThrough(CLOSING, "Europe/Berlin"),
    categories=frozenset({"Food"}),
)


def wishes(
    frequency: Frequency = Frequency.IMMEDIATE,
    *,
    share_address: bool = False,
    language: LanguageCode = ENGLISH,
    digest_time: DigestTime | None = None,
    paused_until: datetime | None = None,
) -> Wishes:
    return Wishes(
        language=language,
        frequency=frequency,
        share_address=share_address,
        digest_time=digest_time,
        paused_until=paused_until,
    )
