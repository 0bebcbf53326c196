"""The answer to somebody who asks for more mails than they may."""

from http import HTTPStatus
from math import ceil

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from adapters.limits import TooOften
from adapters.web.languages import kept_in_language


def words(refused: TooOften) -> str:
    minutes = ceil(refused.retry_after.total_seconds() / 60)
    when = (
        ngettext("in a minute", "in %(minutes)d minutes", minutes) % {"minutes": minutes}
        if minutes <= 90
        else gettext("in %(hours)d hours") % {"hours": ceil(minutes / 60)}
    )
    return gettext("This was asked too often, so we have sent nothing. Try again %(when)s.") % {"when": when}


def answer(response: HttpResponse, refused: TooOften) -> HttpResponse:
    """The response with what it needs for programs (RFC 6585 §4)."""
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response.headers["Retry-After"] = str(ceil(refused.retry_after.total_seconds()))
    return response


def page(request: HttpRequest, refused: TooOften) -> HttpResponse:
    context = {"words": words(refused), "board_url": kept_in_language("/")}
    return answer(render(request, "adapters/too_often.html", context), refused)
