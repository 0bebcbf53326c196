"""Companies, postings, people with a role, and what an editor's form sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Final, TypedDict, Unpack
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group, User
from django.utils import timezone
from wagtail.models import Page

from adapters import board, following
from adapters.codec import decode_event
from adapters.models import OutboxEvent, SubscriptionRecord
from cms.actions import CloseJobAction
from cms.models import Category, CategoryInLanguage, Company, JobIndexPage, JobLocation, JobPage
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import AnyEvent, PostingRetired, RetirementReason
from jobs_domain.identifiers import PostingId, SubscriptionId
from jobs_domain.posting_details import EmploymentType, WorkplaceType
from jobs_domain.topics import PostingTopic
from tests.unit.examples import wishes

_numbers: Final = count(1)

PLACE: Final = ZoneInfo("Europe/Brussels")
"""Where the postings made here close."""


class JobFields(TypedDict, total=False):
    """What a test may want to say about a posting; all else is given a likely value."""

    company: Company
    language: str
    description: str
    employment_types: list[str]
    workplace_type: str
    salary_minimum: Decimal | None
    salary_maximum: Decimal | None
    salary_currency: str
    salary_unit: str
    apply_url: str
    apply_email: str
    closing_date: date | None
    closing_time: time | None
    time_zone: str
    slug: str
    identifier: str


def make_company(name: str | None = None, *, contact_address: str = "jobs@bread.example") -> Company:
    company, _ = Company.objects.get_or_create(
        name=name or f"Company {next(_numbers)}", defaults={"contact_address": contact_address}
    )
    return company


def make_category(name: str | None = None, **others: str) -> Category:
    """`others` are its names in other languages, by their codes."""
    category = Category.objects.create(name=name or f"Category {next(_numbers)}")
    for language, other in others.items():
        CategoryInLanguage.objects.create(category=category, language=language, name=other)
    return category


def the_board() -> JobIndexPage:
    """The board that the migrations have made."""
    return JobIndexPage.objects.get(slug="jobs")


def make_job(
    title: str = "Baker",
    *,
    published: bool = True,
    town: str | None = "Ghent",
    categories: tuple[Category, ...] = (),
    parent: JobIndexPage | None = None,
    **fields: Unpack[JobFields],
) -> JobPage:
    """A posting, published through a revision as an editor would, or never published."""
    job = JobPage(title=title, live=False, **_with_likely_values(fields))
    job.locations.set([JobLocation(locality=town, country="BE")] if town else [])
    job.categories.set(categories)
    (parent or the_board()).add_child(instance=job)
    revision = job.save_revision()
    if published:
        revision.publish()
    return JobPage.objects.get(pk=job.pk)


def make_closed_job(title: str = "Baker", **fields: Unpack[JobFields]) -> JobPage:
    job = make_job(title, **fields)
    CloseJobAction(page=job, reason=JobPage.ClosedReason.FILLED).execute()
    return live(job)


def _with_likely_values(fields: JobFields) -> JobFields:
    likely: JobFields = {
        "company": fields["company"] if "company" in fields else make_company("Bread & Sons"),
        "description": "<p>You bake.</p>",
        "employment_types": [EmploymentType.FULL_TIME.value],
        "workplace_type": WorkplaceType.ON_SITE.value,
        "salary_minimum": Decimal(3000),
        "salary_maximum": Decimal(3400),
        "salary_currency": "EUR",
        "salary_unit": "MONTH",
        "apply_url": "https://bread.example/apply",
        "closing_date": today() + timedelta(days=30),
        "time_zone": PLACE.key,
    }
    return likely | fields


def today() -> date:
    """At the place of the postings made here. Another day than in UTC for an hour or two every night."""
    return timezone.localdate(timezone=PLACE)


def make_user(*roles: str, name: str | None = None) -> User:
    user = User.objects.create_user(name or f"user{next(_numbers)}", password="password")
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def make_publisher() -> User:
    return make_user("Publishers")


def make_editor() -> User:
    return make_user("Editors")


def make_follower(job: JobPage, address: str = "ana@example.org") -> SubscriptionId:
    """Somebody who has confirmed."""
    topic = PostingTopic(PostingId(job.posting_id))
    board.request_subscription(address=EmailAddress(address), topic=topic, wishes=wishes())
    record = SubscriptionRecord.objects.order_by("requested_at").last()
    assert record is not None
    subscription_id = SubscriptionId(record.subscription_id)
    board.confirm_subscription(subscription_id=subscription_id)
    return subscription_id


def live(page: Page) -> JobPage:
    """The page as it is in the database."""
    return JobPage.objects.get(pk=page.pk)


class Heard:
    """The events that came into the outbox since the last look, when a worker has seen to what was asked."""

    def __init__(self) -> None:
        self._seen = self._last()

    def __call__(self) -> list[AnyEvent]:
        following.see_to()
        rows = OutboxEvent.objects.filter(pk__gt=self._seen).order_by("pk")
        events = [decode_event(row.name, row.format_version, row.payload) for row in rows]
        self._seen = self._last()
        return events

    def names(self) -> list[str]:
        return [type(event).__name__ for event in self()]

    @staticmethod
    def _last() -> int:
        return OutboxEvent.objects.order_by("pk").values_list("pk", flat=True).last() or 0


def assert_retired(heard: Heard, reason: RetirementReason) -> None:
    match heard():
        case [PostingRetired(reason=given)]:
            assert given is reason
        case others:
            raise AssertionError(others)


@contextmanager
def nothing_heard() -> Iterator[None]:
    heard = Heard()
    yield
    assert heard.names() == []
