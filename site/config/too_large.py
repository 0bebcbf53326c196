"""Requests that are larger than any that the board needs are refused before they are read (RFC 9110 §15.5.14)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.defaults import bad_request as djangos_bad_request

from config.admin_path import is_of_the_admin


class LargestBody:
    """Believes `Content-Length`: Django reads no more than that, and nothing without it.

    Nobody but who is signed in may send the admin more than visitors may send a public page: a proxy takes in a few megabytes before it
    asks the board, and who sends more, slowly, would keep a process waiting.

    Webhooks come in batches; they, and forms of the admin without their files, have Django's own limit (`DATA_UPLOAD_MAX_MEMORY_SIZE`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = _length(request)
        if length > _largest(request.path_info):
            return too_large(request)
        if length > settings.LARGEST_BODY and is_of_the_admin(request.path_info) and not _is_somebody(request):
            return redirect("wagtailadmin_login")
        return self.get_response(request)


def too_large(request: HttpRequest) -> HttpResponse:
    return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django finds to be too much while it reads a form is answered in the same way."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return djangos_bad_request(request, exception)


def _is_somebody(request: HttpRequest) -> bool:
    """Whether a session that somebody has signed in to belongs to it; whether that is still good, others ask later."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return key is not None and SESSION_KEY in import_module(settings.SESSION_ENGINE).SessionStore(key)


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def _largest(path: str) -> int:
    if is_of_the_admin(path):
        return settings.LARGEST_BODY_OF_ADMIN
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE if path.startswith("/anymail/") else settings.LARGEST_BODY
