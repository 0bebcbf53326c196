"""Postings in the terms of the API."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse

from adapters.links import absolute
from cms import rich_text
from cms.api.schemas import NamedLink, Pay, Place, Posting, WholePosting
from cms.feeds import plain
from cms.feeds.postings import PublicPosting
from cms.finding.address import code
from cms.models import JobPage
from jobs_domain.posting_details import ApplyByEmail, ApplyOnline, EmploymentType, Location
from jobs_domain.salary import Salary


def posting(public: PublicPosting) -> Posting:
    page = public.page
    apply_to, closing = page.apply_to, page.closing
    return Posting(
        id=page.posting_id,
        url=public.url,
        title=page.title,
        language=page.language,
        summary=rich_text.summary(page.description),
        company=named_link("company", page.company.slug, page.company.name),
        categories=_categories(page),
        workplace=code(page.workplace),
        employment=[code(kind) for kind in EmploymentType if kind in page.employment],
        places=[_place(place) for place in page.places],
        salary=_pay(page.salary),
        apply_url=apply_to.url if isinstance(apply_to, ApplyOnline) else None,
        apply_email=apply_to.address.value if isinstance(apply_to, ApplyByEmail) else None,
        posted_at=public.posted_at,
        changed_at=public.changed_at,
        closes_at=None if closing is None else closing.local,
        time_zone=None if closing is None else closing.zone,
    )


def whole_posting(public: PublicPosting) -> WholePosting:
    return WholePosting(**dict(posting(public)), description=plain.rich_text(public.page.description))


def named_link(kind: str, slug: str, name: str) -> NamedLink:
    """`kind` is the name of the address: of a company or a category."""
    return NamedLink(slug=slug, name=name, url=page_of(kind, slug))


def page_of(kind: str, slug: str) -> str:
    return absolute(reverse(f"public:{kind}", args=[slug]))


def _categories(page: JobPage) -> list[NamedLink]:
    found = sorted(page.categories.all(), key=lambda category: category.slug)
    return [named_link("category", category.slug, category.name) for category in found]


def _place(place: Location) -> Place:
    return Place(
        street=place.street,
        postal_code=place.postal_code,
        locality=place.locality,
        region=place.region,
        country=place.country,
    )


def _pay(salary: Salary | None) -> Pay | None:
    if salary is None:
        return None
    return Pay(
        minimum=_number(salary.minimum),
        maximum=_number(salary.maximum),
        currency=salary.currency,
        unit=code(salary.unit),
    )


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
