"""The board's addresses, and a few under which the tests publish and follow without Wagtail's forms."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from adapters import board
from adapters.web.follow import Followed, follow
from config.urls import urlpatterns as addresses_of_the_board
from jobs_domain.email_address import EmailAddress
from jobs_domain.posting import Publication
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.topics import PostingTopic
from tests.unit.examples import DETAILS, POSTING_ID

CONTACT: Final = EmailAddress("jobs@bread.example")
HERE: Final = board.Whereabouts("/jobs/baker/", CONTACT)
FOLLOWED: Final = Followed(
    topic=PostingTopic(POSTING_ID),
    title=DETAILS.title,
    language="en",
    is_open=True,
    back_url="/jobs/baker/",
    follow_url="/chaos/follow/",
    sent_url="/jobs/baker/",
)


class Spoilt(Exception):
    """Something goes wrong after all was written."""


def show(pay: int) -> None:
    """The posting is now public with this pay."""
    salary = Salary(minimum=Decimal(pay), maximum=Decimal(pay), currency="EUR", unit=SalaryUnit.MONTH)
    details = replace(DETAILS, salary=salary, valid_through=None)
    board.observe_posting(posting_id=POSTING_ID, seen=Publication(details=details), whereabouts=HERE)


@csrf_exempt
@require_POST
def publish(_request: HttpRequest, pay: int) -> HttpResponse:
    show(pay)
    return HttpResponse()


@csrf_exempt
@require_POST
def spoil(_request: HttpRequest, pay: int) -> HttpResponse:
    """The change is written and taken back."""
    try:
        with transaction.atomic():
            show(pay)
            raise Spoilt
    except Spoilt:
        return HttpResponse()


@csrf_exempt
def ask(request: HttpRequest) -> HttpResponse:
    return follow(request, FOLLOWED)


urlpatterns: list[URLPattern | URLResolver] = [
    path("chaos/publish/<int:pay>/", publish),
    path("chaos/spoil/<int:pay>/", spoil),
    path("chaos/follow/", ask),
    *addresses_of_the_board,
]
