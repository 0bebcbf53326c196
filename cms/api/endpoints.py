"""The API's questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, override
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from ninja import Field, NinjaAPI, Query, Schema
from ninja.decorators import decorate_view
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema

from adapters import clock, touched
from adapters.links import absolute
from adapters.models import PostingRecord
from adapters.web.kept_pages import keep
from cms import finding
from cms.api import mapping
from cms.api.problems import CONTENT_TYPE, Complaint, Problem, Refused, problem
from cms.api.schemas import (
    Categories,
    CategoryWithPostings,
    Companies,
    CompanyWithPostings,
    Postings,
    WholePosting,
)
from cms.feeds import plain
from cms.feeds.newest import Place, newest
from cms.feeds.postings import public_postings
from cms.finding import address
from cms.models import JobPage
from cms.public import keeping

MOST: Final = 100
CURSOR: Final = "^(-?[0-9]{1,17}[.][0-9]{1,18})?$"
"""The microsecond in which the last posting was posted, and the number of its page."""

DESCRIPTION: Final = """
The open postings of this board, to read. No key is needed; every site may ask from a browser.

Postings come newest first, in parts: follow `next` until it is empty. Postings that come or go meanwhile move none of the others.
A filter may be repeated: several values of one mean *or*, filters among each other *and*.
Values that mean nothing are ignored, as on the site.
Answers have an `ETag`: ask with `If-None-Match` to be told by 304 that nothing has changed.
"""

type Operation = Callable[..., HttpResponse]


class _API(NinjaAPI):
    """Errors have a content type of their own, which the library's document does not tell."""

    @override
    def get_openapi_schema(self, **_: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=reverse("public:api:begin"))
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= HTTPStatus.BAD_REQUEST:
                        response["description"] = HTTPStatus(int(status)).phrase
                        response["content"] = {CONTENT_TYPE: response["content"].pop("application/json")}
        return schema


api: Final = _API(
    title=settings.BOARD_NAME,
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    servers=[{"url": settings.BOARD_URL}],
)


class Filters(Schema):
    """The same as those of the list."""

    q: str = Field("", description="Words, or a “phrase” in quotation marks, in title, company, description or place.")
    category: list[str] = Field([], description="Slugs of categories.")
    company: list[str] = Field([], description="Slugs of companies.")
    place: list[str] = Field([], description="Slugs of places, as the list has them in its addresses.")
    workplace: list[str] = Field([], description="on-site, hybrid, remote.")
    employment: list[str] = Field([], description="full-time, part-time, contractor, temporary, intern, volunteer, …")
    salary: str = Field(
        "", description="At least this whole amount a year, with `currency`; other units are converted."
    )
    currency: str = Field("", description="ISO 4217.")
    since: str = Field("", description="Posted in the last 1, 7 or 30 days.")


class Part(Schema):
    """Which part of a list."""

    limit: int = Field(20, ge=1, le=MOST, description="Items at most.")
    cursor: str = Field("", description="Where to go on: comes with the address in `next`.")


class PartOfPostings(Part):
    """Which part of the postings."""

    cursor: str = Field("", pattern=CURSOR, description="Where to go on: comes with the address in `next`.")


def kept(*, reads_query: bool) -> Callable[[Operation], Operation]:
    """The same answer is given until something on the board changes."""

    def decorated(operation: Operation) -> Operation:
        @wraps(operation)
        def answer(request: HttpRequest, **values: Any) -> HttpResponse:
            return keep(
                request,
                subjects={touched.BOARD},
                until=keeping.until(at=clock.now()),
                answer=lambda: operation(request, **values),
                reads_query=reads_query,
            )

        return answer

    return decorated


@api.get("/postings", response={200: Postings, 422: Problem}, summary="Open postings", operation_id="postings")
@decorate_view(kept(reads_query=True))
def postings(request: HttpRequest, filters: Query[Filters], part: Query[PartOfPostings]) -> Postings:  # noqa: ARG001 - read as the list reads them
    at = clock.now()
    asked = address.read(request.GET)
    wanted = replace(asked, page=1)
    found = newest(wanted, at=at, limit=part.limit, after=_place(part.cursor))
    search = finding.current(asked.search)
    if search != asked.search:
        wanted = replace(wanted, search=search)
        found = newest(wanted, at=at, limit=part.limit, after=_place(part.cursor))
    query = address.pairs(replace(wanted, sort=address.usual_sort(wanted.search)))
    return Postings(
        postings=[mapping.posting(public) for public in found.postings],
        next=_next("postings", query, part.limit, None if found.next is None else _cursor(found.next)),
    )


@api.get(
    "/postings/{posting_id}",
    response={200: WholePosting, 404: Problem, 410: Problem, 422: Problem},
    summary="One open posting",
    operation_id="posting",
)
@decorate_view(kept(reads_query=False))
def posting(request: HttpRequest, posting_id: UUID) -> WholePosting:  # noqa: ARG001 - the library gives it
    """404 if there was never one, 410 if it is closed or taken down."""
    pages = JobPage.objects.originals().filter(posting_id=posting_id)
    found = public_postings(pages.values_list("pk", flat=True), at=clock.now())
    if found:
        return mapping.whole_posting(found[0])
    if PostingRecord.objects.filter(pk=posting_id).exists():
        raise Refused(HTTPStatus.GONE, "The posting is closed or was taken down.")
    raise Refused(HTTPStatus.NOT_FOUND, "There is no such posting.")


@api.get(
    "/companies",
    response={200: Companies, 422: Problem},
    summary="Companies with open postings",
    operation_id="companies",
)
@decorate_view(kept(reads_query=True))
def companies(request: HttpRequest, part: Query[Part]) -> Companies:  # noqa: ARG001 - the library gives it
    hiring = JobPage.objects.open(at=clock.now()).filter(company__slug__gt=plain.legible(part.cursor))
    counted = hiring.values_list("company__slug", "company__name", "company__website").annotate(Count("pk"))
    found = list(counted.order_by("company__slug")[: part.limit + 1])
    shown = [
        CompanyWithPostings(
            slug=slug, name=name, url=mapping.page_of("company", slug), website=website, open_postings=number
        )
        for slug, name, website, number in found[: part.limit]
    ]
    return Companies(
        companies=shown, next=_next("companies", (), part.limit, shown[-1].slug if len(found) > len(shown) else None)
    )


@api.get("/categories", response={200: Categories}, summary="Categories with open postings", operation_id="categories")
@decorate_view(kept(reads_query=False))
def categories(request: HttpRequest) -> Categories:  # noqa: ARG001 - the library gives it
    open_now = JobPage.objects.open(at=clock.now()).exclude(categories=None)
    counted = open_now.values_list("categories__slug", "categories__name").annotate(Count("pk"))
    return Categories(
        categories=[
            CategoryWithPostings(slug=slug, name=name, url=mapping.page_of("category", slug), open_postings=number)
            for slug, name, number in counted.order_by("categories__slug")
        ]
    )


@api.exception_handler(Refused)
def refused(_request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(error.status, error.detail)


@api.exception_handler(ValidationError)
def invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    complaints = [Complaint(parameter=str(each["loc"][-1]), detail=str(each["msg"])) for each in error.errors]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "A parameter has no such value.", complaints)


def _cursor(place: Place) -> str:
    return f"{-place.before_1970}.{-place.minus_page}"


def _place(cursor: str) -> Place | None:
    """`cursor` is empty or one as `_cursor` makes it."""
    posted, _, page = cursor.partition(".")
    return Place(-int(posted), -int(page)) if page else None


def _next(name: str, query: Iterable[tuple[str, str]], limit: int, after: str | None) -> str | None:
    if after is None:
        return None
    path = reverse(f"public:api:{name}")
    return absolute(f"{path}?{urlencode([*query, ('limit', limit), ('cursor', after)])}")
