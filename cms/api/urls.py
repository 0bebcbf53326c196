"""Addresses of the API. Whatever goes wrong below them is answered as a problem, and any site may read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, re_path, reverse
from django.views.decorators.csrf import csrf_exempt

from adapters.web.open_to_all import open_to_all
from cms.api.endpoints import api
from cms.api.problems import problem

METHODS: Final = "GET, HEAD, OPTIONS"
MAY_BE_ASKED: Final = "Accept-Language, If-Modified-Since, If-None-Match"
"""Headers that a script of another site may send."""

type View = Callable[..., HttpResponse]


def to_read(view: View) -> View:
    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        elif request.method in {"GET", "HEAD"}:
            request.method = "GET"  # the server leaves out the body
            response = view(request, *args, **values)
        else:
            response = problem(HTTPStatus.METHOD_NOT_ALLOWED, "The API is to read only.")
        if response.status_code in {HTTPStatus.NO_CONTENT, HTTPStatus.METHOD_NOT_ALLOWED}:
            response["Allow"] = response["Access-Control-Allow-Methods"] = METHODS
            response["Access-Control-Allow-Headers"] = MAY_BE_ASKED
        return open_to_all(response)

    return answer


def begin(_request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("public:api:openapi-json"))


def unknown(_request: HttpRequest) -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, "The API has no such address.")


def _patterns() -> list[URLPattern]:
    return [
        URLPattern(each.pattern, to_read(each.callback), each.default_args, each.name)
        for each in api.urls[0]
        if isinstance(each, URLPattern) and each.name != "api-root"
    ]


app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", to_read(begin), name="begin"),
    *_patterns(),
    re_path("", to_read(unknown), name="unknown"),
]
