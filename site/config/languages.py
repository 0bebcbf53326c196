"""English and German: which addresses have a language, and how one is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Final, override

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseRedirectBase
from django.urls import get_script_prefix
from django.utils.cache import patch_vary_headers
from wagtail.contrib.redirects.middleware import RedirectMiddleware

from adapters.web import languages

WITHOUT_LANGUAGE: Final = ("anymail", "api", "documents", "inbox")
"""First parts of paths that are the same for everybody; those of files and of the admin come to them."""
FOR_PROGRAMS: Final = (".atom", ".ico", ".json", ".png", ".rss", ".txt", ".xml")
"""Feeds and the like: in the language of their prefix, else the board's own. What they say does not depend on who asks."""

type Answer = HttpResponse | StreamingHttpResponse


class LanguageMiddleware:
    """Answers in the language of the prefix, else in the one that the browser prefers.

    The prefix is taken off the path and becomes the script's prefix, so that `reverse` and Wagtail's `page.url` keep it. Language and
    prefix belong to the thread: they are put back whatever happens, since the thread goes on to the next request, and since Wagtail makes a
    preview by a request inside a request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Answer]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Answer:
        prefix, is_negotiated = get_script_prefix(), False
        chosen = languages.split(request.path_info)
        if not _has_language(request.path_info if chosen is None else chosen[1]):
            code = settings.LANGUAGE_CODE
        elif chosen is not None:
            code, request.path_info = chosen
            prefix = f"{prefix}{languages.short(code)}/"
        elif request.path_info.endswith(FOR_PROGRAMS):
            code = settings.LANGUAGE_CODE
        else:
            code, is_negotiated = languages.negotiated(request.headers.get("Accept-Language", "")), True
        with languages.speaking(code, prefix=prefix):
            response = self.get_response(request)
        return _marked(response, code, prefix=prefix, is_negotiated=is_negotiated)


class LanguageKeepingRedirects(RedirectMiddleware):
    """Wagtail's redirects, for addresses with a language, too: they are looked up without it and lead to the same one."""

    @override
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        bare = copy(request)
        bare.path = request.path_info
        answer: HttpResponse = super().process_response(bare, response)  # type: ignore[no-untyped-call]  # stub gap: no annotations
        if answer is not response and isinstance(answer, HttpResponseRedirectBase) and is_path_of_a_page(answer.url):
            answer.headers["Location"] = languages.kept_in_language(answer.url)
        return answer


def is_path_of_a_page(address: str) -> bool:
    return address.startswith("/") and not address.startswith("//") and _has_language(address)


def _has_language(path: str) -> bool:
    files_and_admin = (settings.STATIC_URL, settings.MEDIA_URL, f"/{settings.ADMIN_PATH}/")
    return (
        not f"{path}/".startswith(files_and_admin) and path.removeprefix("/").partition("/")[0] not in WITHOUT_LANGUAGE
    )


def _marked(response: Answer, code: str, *, prefix: str, is_negotiated: bool) -> Answer:
    response.headers.setdefault("Content-Language", code)
    if is_negotiated and response.headers.get("Content-Type", "").startswith("text/html"):
        patch_vary_headers(response, ["Accept-Language"])
    if isinstance(response, StreamingHttpResponse):
        content = response.streaming_content
        if isinstance(content, Iterator):
            response.streaming_content = _spoken(content, code, prefix=prefix)
    return response


def _spoken(parts: Iterator[bytes], code: str, *, prefix: str) -> Iterator[bytes]:
    """What is streamed is made after the request: each part of it in the language of the answer."""
    while True:
        with languages.speaking(code, prefix=prefix):
            part = next(parts, None)
        if part is None:
            return
        yield part
