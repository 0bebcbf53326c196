"""Requests that are larger than any that the board needs are refused before they are read (RFC 9110 §15.5.14)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.defaults import bad_request as djangos_bad_request

from config.admin_path import is_of_the_admin


class LargestBody:
    """Believes `Content-Length`: Django reads no more than that, and nothing without it.

    Webhooks come in batches; they, and forms of the admin without their files, have Django's own limit (`DATA_UPLOAD_MAX_MEMORY_SIZE`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _length(request) > _largest(request.path_info):
            return too_large(request)
        return self.get_response(request)


def too_large(request: HttpRequest) -> HttpResponse:
    return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django finds to be too much while it reads a form is answered in the same way."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return djangos_bad_request(request, exception)


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def _largest(path: str) -> int:
    if is_of_the_admin(path):
        return settings.LARGEST_BODY_OF_ADMIN
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE if path.startswith("/anymail/") else settings.LARGEST_BODY
