"""Postings and followers in great number, to measure how a board bears them: plausible in shape, the same in every run, and about nobody.

Everything is written as it would look after years of use, but past the core: no event is raised and nobody is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import batched
from random import Random
from typing import Final
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from wagtail.models import Page

from adapters import clock
from adapters.codec import encode_details, encode_topic
from adapters.models import PostingRecord, SubscriptionRecord
from adapters.repositories import topic_key
from adapters.touched import BOARD, EVERYTHING, touch
from cms import mapping
from cms.editor.likeness import text_prints
from cms.finding.texts import searched_text
from cms.models import Category, Company, JobIndexPage, JobLocation, JobPage, SearchedText, TextPrint
from jobs_domain.digests import Frequency
from jobs_domain.events import EndReason
from jobs_domain.identifiers import PostingId
from jobs_domain.posting_details import EmploymentType, WorkplaceType
from jobs_domain.salary import SalaryUnit
from jobs_domain.topics import PostingTopic

LEVELS: Final = ("", "Senior ", "Junior ", "Lead ", "Assistant ")
ROLES: Final = (
    "Baker",
    "Gardener",
    "Nurse",
    "Electrician",
    "Librarian",
    "Data engineer",
    "Bus driver",
    "Cook",
    "Welder",
)
TOWNS: Final = (("Ghent", "BE"), ("Lyon", "FR"), ("Turin", "IT"), ("Leeds", "GB"), ("Porto", "PT"), ("Graz", "AT"))
FIELDS: Final = ("Crafts", "Health", "Transport", "Education", "Technology")
WORDS: Final = (
    "work team plan build learn help day shift tools people care safe early late week pay skill trust".split()
)
POSTINGS_PER_COMPANY: Final = 20
OLDEST: Final = timedelta(days=365)
HISTORY: Final = timedelta(days=3 * 365)
"""Followers came over so long a time."""
EXPIRED_SHARE: Final = 0.2
CLOSED_SHARE: Final = 0.3
"""Of all postings, those that expired among them."""
DRAFT_SHARE: Final = 0.05
DATED_SHARE: Final = 0.7
"""Of the open ones, those that have a closing date."""
LEFT_SHARE: Final = 0.1
CHUNK: Final = 5_000
DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STEP_LENGTH: Final = 4

type Progress = Callable[[int], None]


class NotEmpty(Exception):
    """There are postings already: what is generated cannot be told from them afterwards."""


def generate(*, postings: int, followers: int, progress: Progress = lambda _: None) -> None:
    """Fill an empty board. `progress` hears how many postings and followers were written since it was called last.

    Followers are spread unevenly, as they are in life: a tenth of them follow the most popular hundredth of the postings. Raises
    `NotEmpty`.
    """
    if JobPage.objects.exists() or PostingRecord.objects.exists():
        raise NotEmpty("The board has postings already; this is for an empty database of its own.")
    dice = Random(postings)  # noqa: S311 - the same in every run
    now = clock.now()
    with transaction.atomic():
        ids = _write_postings(postings, dice, now, progress)
    for chunk in batched(_followers(ids, followers, dice, now), CHUNK, strict=False):
        SubscriptionRecord.objects.bulk_create(chunk)
        progress(len(chunk))
    _settle()


def _write_postings(number: int, dice: Random, now: datetime, progress: Progress) -> list[UUID]:
    board = JobIndexPage.objects.order_by("path")[0]
    kinds = ContentType.objects.get_for_model(JobPage)
    companies = Company.objects.bulk_create(
        Company(name=f"Company {n}", slug=f"company-{n}", contact_address=f"jobs@company-{n}.example.org")
        for n in range(1, 2 + number // POSTINGS_PER_COMPANY)
    )
    categories = Category.objects.bulk_create(Category(name=name, slug=name.lower()) for name in FIELDS)
    in_category = JobPage.categories.through
    ids: list[UUID] = []
    for chunk in batched(range(board.numchild, board.numchild + number), CHUNK, strict=False):
        jobs = [_job(n, board, dice, now) for n in chunk]
        for job in jobs:
            job.content_type = kinds
            job.company = dice.choice(companies)
            job.categories.set([dice.choice(categories)])
        for job, page in zip(jobs, Page.objects.bulk_create([_as_page(job) for job in jobs]), strict=True):
            job.pk = job.page_ptr_id = page.pk
            job.save_base(raw=True)  # the columns of its own table
        for job in jobs:
            job.locations.all()[0].page = job
        JobLocation.objects.bulk_create(job.locations.all()[0] for job in jobs)
        TextPrint.objects.bulk_create(text_prints(jobs))
        SearchedText.objects.bulk_create(searched_text(job) for job in jobs if job.live)
        in_category.objects.bulk_create(
            in_category(jobpage_id=job.pk, category_id=category.pk) for job in jobs for category in job.categories.all()
        )
        PostingRecord.objects.bulk_create(_record(job) for job in jobs if job.live)
        ids += [job.posting_id for job in jobs if job.live]
        progress(len(jobs))
    Page.objects.filter(pk=board.pk).update(numchild=board.numchild + number)
    touch(BOARD, EVERYTHING)
    return ids


def _job(number: int, board: JobIndexPage, dice: Random, now: datetime) -> JobPage:
    """Not saved. Most are open, some closed, a few still drafts."""
    title = f"{dice.choice(LEVELS)}{dice.choice(ROLES)}"
    town, country = dice.choice(TOWNS)
    posted = now - OLDEST * dice.random()
    pay = Decimal(dice.randrange(2_000, 6_000, 100))
    fate = dice.random()
    closes = now + timedelta(days=dice.randrange(-60, -1) if fate < EXPIRED_SHARE else dice.randrange(1, 120))
    is_live = fate < 1 - DRAFT_SHARE
    job = JobPage(
        path=board.path + _step(number + 1),
        depth=board.depth + 1,
        title=title,
        draft_title=title,
        slug=f"posting-{number + 1}",
        url_path=f"{board.url_path}posting-{number + 1}/",
        live=is_live,
        has_unpublished_changes=not is_live,
        locale_id=board.locale_id,
        first_published_at=posted if is_live else None,
        last_published_at=posted if is_live else None,
        latest_revision_created_at=posted,
        posting_id=UUID(int=dice.getrandbits(128), version=4),
        description=f"<h3>The work</h3><p>Number {number + 1}: {' '.join(dice.choices(WORDS, k=120))}.</p>",
        workplace_type=dice.choice(list(WorkplaceType)).value,
        employment_types=[dice.choice(list(EmploymentType)).value],
        salary_minimum=pay,
        salary_maximum=pay + 500,
        salary_currency="EUR",
        salary_unit=SalaryUnit.MONTH.value,
        apply_email="apply@example.org",
        closing_date=closes.date() if fate < EXPIRED_SHARE or dice.random() < DATED_SHARE else None,
        time_zone="UTC",
        closed_reason=JobPage.ClosedReason.FILLED.value if EXPIRED_SHARE <= fate < CLOSED_SHARE else "",
    )
    job.derive_valid_through()
    job.locations.set([JobLocation(locality=town, country=country)])
    return job


def _step(number: int) -> str:
    """How Wagtail's tree numbers the children of a page: four digits of base 36."""
    digits = ""
    for _ in range(STEP_LENGTH):
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits


def _as_page(job: JobPage) -> Page:
    return Page(**{field.attname: getattr(job, field.attname) for field in Page._meta.concrete_fields})


def _record(job: JobPage) -> PostingRecord:
    details, reason = mapping.details(job), job.closed_because
    return PostingRecord(
        posting_id=job.posting_id,
        version=1 if reason is None else 2,
        state=PostingRecord.State.OPEN if reason is None else PostingRecord.State.CLOSED,
        reason="" if reason is None else reason.value,
        title=job.title,
        details=encode_details(details),
        closes_at=job.valid_through,
        path=job.path_on_site,
        contact_address=job.company.contact_address,
    )


def _followers(postings: Sequence[UUID], number: int, dice: Random, now: datetime) -> Iterator[SubscriptionRecord]:
    for n in range(number):
        topic = PostingTopic(PostingId(postings[int(len(postings) * dice.random() ** 2)]))
        confirmed = now - HISTORY * dice.random()
        has_left = dice.random() < LEFT_SHARE
        yield SubscriptionRecord(
            subscription_id=UUID(int=dice.getrandbits(128), version=4),
            version=3 if has_left else 2,
            address=f"follower-{n + 1}@example.org",
            address_key=f"follower-{n + 1}@example.org",
            topic_key=topic_key(topic),
            topic=encode_topic(topic),
            frequency=Frequency.IMMEDIATE.value,
            state=SubscriptionRecord.State.ENDED if has_left else SubscriptionRecord.State.CONFIRMED,
            requested_at=confirmed,
            confirmed_at=confirmed,
            ended_at=confirmed + (now - confirmed) * dice.random() if has_left else None,
            end_reason=EndReason.UNSUBSCRIBED.value if has_left else "",
        )


def _settle() -> None:
    """What a database does by itself after a while."""
    with connection.cursor() as cursor:
        # PostgreSQL's VACUUM cannot be part of a transaction
        may_vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
        cursor.execute("VACUUM ANALYZE" if may_vacuum else "ANALYZE")
