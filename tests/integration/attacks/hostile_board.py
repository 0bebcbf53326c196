"""A board on which every text that somebody can write is a payload, and all that it answers and sends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from typing import Final
from urllib.parse import quote, urlencode

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.mail import EmailMultiAlternatives
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from PIL import Image as PillowImage
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image

from adapters.models import BlockedDomain, SubscriptionRecord
from adapters.tokens import Purpose, sign
from cms.importing import import_postings
from cms.models import BoardInLanguage, Category, CategoryInLanguage, Company, JobIndexPage, JobPage
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.topics import JobSearch
from notifications.models import Delivery, DeliveryAttempt, WhyNot
from notifications.preferences.links import manage_url
from notifications.preferences.signing_in import send_links
from tests.integration.attacks.payloads import MARK, RUN, as_many_as_fit, handfuls
from tests.integration.cms.admin_world import colleague_with_a_second_factor, submitted_job
from tests.integration.cms.factories import live, make_closed_job, make_company, make_editor, make_follower, the_board
from tests.integration.cms.panel import pending
from tests.integration.notifications import rows
from tests.integration.notifications.world import follow, work

FOLLOWER: Final = f"{MARK}'`{{{{7*7}}}}&#|=@example.org"
"""As hostile as an address may be (RFC 5322 §3.2.3)."""
HOSTILE_NAME: Final = f"Jobs <img src=x onerror={RUN}> \" ' </script>"

PAST_THE_EDITOR: Final = range(2, 4)
"""Postings, by number; the first two are closed and taken down."""


@dataclass
class Board:
    """The postings that are open, and one each in the states that others can be in. `editable` are the open ones that editors can open."""

    payloads: Sequence[str]
    names: Mapping[str, object]
    open: list[JobPage]
    editable: list[JobPage]
    closed: JobPage
    gone: str
    follower: SubscriptionId
    mails: list[EmailMultiAlternatives] = field(default_factory=list)


def made(payloads: Sequence[str]) -> Board:
    groups = [*handfuls(payloads), *[(MARK,)] * 2]
    imported = [_imported(number, group) for number, group in enumerate(groups)]
    report = import_postings([json.dumps(each) for each in imported], zone="UTC")
    assert report.problems == []
    _everything_else_is_hostile_too(payloads)
    jobs = [_revised(job, number, payloads) for number, job in enumerate(JobPage.objects.order_by("pk"))]
    mails = work()
    closed, taken_down, *others = jobs
    gone = taken_down.path_on_site
    closed.closed_reason = "FILLED"
    closed.save()
    live(taken_down).unpublish()
    mails += work()
    follower = SubscriptionId(SubscriptionRecord.objects.filter(state="CONFIRMED").order_by("pk")[0].pk)
    names = _names(others[-1])
    opened = [live(job) for job in others]
    return Board(payloads, names, opened, opened[len(PAST_THE_EDITOR) :], live(closed), gone, follower, mails)


def _imported(number: int, payloads: tuple[str, ...]) -> Mapping[str, object]:
    """In the terms of schema.org, all of whose texts are hostile."""
    text = f"{number} {' '.join(payloads)}"
    place = {"@type": "PostalAddress", "addressCountry": "BE", "addressLocality": as_many_as_fit(payloads, 120)}
    address = f"https://bread.example/?{''.join(text.split())}"
    return {
        "@type": "JobPosting",
        "identifier": {"name": as_many_as_fit(payloads, 100), "value": number},
        "title": text,
        "description": "<p>You bake.</p>" + "".join(f"<p>{payload}</p>" for payload in payloads),
        "industry": [payload for payload in payloads if len(payload) <= 100],
        "employmentType": "FULL_TIME",
        "hiringOrganization": {
            "name": text,
            "email": "jobs@bread.example",
            "sameAs": address,
            "description": "".join(f"<p>{payload}</p>" for payload in payloads),
        },
        "jobLocation": {
            "address": place
            | {"streetAddress": text, "addressRegion": place["addressLocality"], "postalCode": f"<{MARK}>"}
        },
        "url": address,
    }


def _everything_else_is_hostile_too(payloads: Sequence[str]) -> None:
    """What only editors write, and what got into the database past every form."""
    title = as_many_as_fit(payloads[::-1], 250)
    JobIndexPage.objects.update(title=title, draft_title=title, intro=as_many_as_fit(payloads, 500))
    translated = {"title": title, "intro": as_many_as_fit(payloads, 500)}
    BoardInLanguage.objects.update_or_create(page=the_board(), language="de", defaults=translated)
    logo = Image.objects.create(title=HOSTILE_NAME, file=_picture())
    Company.objects.update(logo=logo, description="".join(f"<p>{payload}</p>" for payload in payloads))
    for category in Category.objects.all():
        CategoryInLanguage.objects.create(category=category, language="de", name=category.name)
    Document.objects.create(title=title, file=ContentFile(b"%PDF-1.4", name=f"{MARK} <img src=x onerror={RUN}>.pdf"))
    Group.objects.create(name=HOSTILE_NAME)
    Redirect.objects.create(old_path=f"/{MARK}'><img src=x onerror={RUN}>", redirect_link=f"https://{MARK}.example/")


def _picture() -> ContentFile[bytes]:
    drawn = BytesIO()
    PillowImage.new("RGB", (64, 64), "green").save(drawn, "PNG")
    return ContentFile(drawn.getvalue(), name="logo.png")


def _revised(job: JobPage, number: int, payloads: Sequence[str]) -> JobPage:
    """As an editor would, and somebody follows it. The description of some is as it can only be past the editor, which cannot open it."""
    make_follower(job, FOLLOWER)
    page = live(job)
    said = page.title
    page.title, page.change_note = f"{MARK} {said}"[:255], said
    if number in PAST_THE_EDITOR:
        page.description = "".join(f"<p>{payload}</p>" for payload in payloads[number % 2 :: 2])
    page.save_revision().publish()
    return live(page)


def _names(job: JobPage) -> Mapping[str, object]:
    """What the admin's screens are about; news of one posting waits."""
    told = rows.notification(at=timezone.now())
    follower = SubscriptionRecord.objects.filter(state="CONFIRMED").order_by("pk").first()
    assert follower is not None
    rows.delivery(told, SubscriptionId(follower.pk), Delivery.State.FAILED, WhyNot.REFUSED, at=timezone.now())
    failed = Delivery.objects.get(notification=told)
    DeliveryAttempt.objects.create(
        delivery=failed, at=timezone.now(), outcome=DeliveryAttempt.Outcome.REFUSED, answer=f"550 {HOSTILE_NAME}"
    )
    with override_settings(SETTLING_TIME=300):
        page = live(job)
        page.title, page.change_note = f"{page.title[:200]} 2", HOSTILE_NAME
        page.save_revision().publish()
        news = pending(page).notification_id
    submitted = submitted_job()
    colleague = colleague_with_a_second_factor()
    colleague.first_name = colleague.last_name = HOSTILE_NAME
    colleague.save()
    return {
        "job": job.pk,
        "revision": live(job).latest_revision_id,
        "news": news,
        "failed": told.pk,
        "submitted": submitted.object_id,
        "sent_back": _sent_back(),
        "approval": submitted.current_task_state_id,
        "closed": make_closed_job("Miller, closed").pk,
        "board": the_board().pk,
        "company": job.company_id,
        "idle": make_company(f"Mills {HOSTILE_NAME}").pk,
        "category": Category.objects.order_by("pk").values_list("pk", flat=True)[0],
        "colleague": colleague.pk,
        "blocked": BlockedDomain.objects.create(domain=f"{MARK}.example", note=HOSTILE_NAME).pk,
    }


def _sent_back() -> object:
    """A posting that was not approved, with what its publisher said to that."""
    state = submitted_job()
    task = state.current_task_state
    assert task is not None
    task.reject(make_editor(), comment=HOSTILE_NAME)
    return state.object_id


def public_addresses(board: Board) -> Iterator[str]:
    for job in (*board.open, board.closed):
        path = job.path_on_site
        yield from (path, f"/de{path}", f"{path}subscribe/", f"{path}subscribe/sent/")
        yield reverse("public:company", args=[job.company.slug])
    yield from (f"/companies/{job.company.slug}/?page=2&sort={quote(RUN)}" for job in board.open[:1])
    for category in Category.objects.all():
        yield reverse("public:category", args=[category.slug])
        yield f"/de{reverse('public:category', args=[category.slug])}"
    yield from ("/", "/jobs/", "/de/jobs/", "/jobs/?page=2", "/design/", board.gone, f"/de{board.gone}")
    for payloads in handfuls(board.payloads):
        query = urlencode(
            {name: " ".join(payloads) for name in ("q", "category", "place", "salary", "sort", "page", "next")}
        )
        yield from (f"/jobs/?{query}", f"/searches/follow/?{query}", f"/searches/follow/sent/?{query}")
        yield f"{board.closed.path_on_site}subscribe/?{query}"
        yield f"/subscriptions/manage/sent/?{query}"
        unknown = quote(" ".join(payloads).replace("/", "\u2215"), safe="")
        yield from (f"/{unknown}/", f"/jobs/{unknown}/", f"/companies/{unknown}/", f"/subscriptions/end/{unknown}/")
    follower = board.follower
    for purpose, path in (
        (Purpose.CONFIRM, "confirm"),
        (Purpose.END, "end"),
        (Purpose.KEEP, "keep"),
        (Purpose.END_ALL, "leave-all"),
    ):
        yield f"/subscriptions/{path}/{sign(purpose, follower)}/"
    manage = manage_url(follower).removeprefix("http://testserver")
    yield from (manage, f"{manage}address/", f"{manage}erase/")


def answers_to_forms(board: Board) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Where to send what."""
    manage = manage_url(board.follower).removeprefix("http://testserver")
    subscribe = f"{board.open[0].path_on_site}subscribe/"
    names = "frequency share_address website stamp language hour weekday zone paused_until change end next".split()
    for payloads in handfuls(board.payloads):
        form = dict.fromkeys(names, " ".join(payloads))
        for path in (subscribe, "/searches/follow/?q=baker", "/subscriptions/manage/", manage, f"{manage}address/"):
            yield path, form | {"address": " ".join(payloads)}


def mails_of_a_search(board: Board, client: Client) -> list[EmailMultiAlternatives]:
    """Somebody follows a search made of payloads; somebody asks where they are signed up."""
    for payloads in handfuls(board.payloads):
        follow(EmailAddress("search@example.org"), JobSearch(text=" ".join(" ".join(payloads).split())))
    client.post("/subscriptions/manage/", {"address": FOLLOWER})
    while send_links():
        pass
    return work()


def parsed(message: EmailMultiAlternatives) -> EmailMessage:
    """As whoever receives it reads it."""
    found = message_from_bytes(message.message().as_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found
