"""Public pages that are kept and given again until something that they show has changed.

A view says what its page is about with `keep`, and whether it reads the query; the middleware `KeptPages` stores the finished answer in the
cache named `pages`. Before an answer is given again, the database is asked whether anything of it was touched (see `adapters.touched`): so
no process tells any other what to forget, and whoever asks after a commit sees what was committed. Who has a session is never given a kept
page, and his are never kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import parse_http_date_safe

from adapters import clock, touched
from adapters.observing import figures, routes
from adapters.web import languages, open_to_all

CACHE: Final = "pages"
LONGEST: Final = timedelta(minutes=5)
"""Kept at most: for what nobody touches, such as a row that was changed by hand."""
LARGEST: Final = 500_000
"""Bytes of a page that is kept."""
VERSION: Final = "3"
"""Of `_Kept`, as a cache that several hosts share may have it from the program before."""
TURN: Final = "board.kept_pages.turn"
ASK_AGAIN: Final = "public, max-age=0, must-revalidate"
"""Browsers and proxies may keep the page, too, but ask each time whether it is still the same."""


@dataclass(slots=True)
class _Turn:
    """One answer that is being made, and whether it may be kept. `began` is the stamp of the board before anything was read."""

    began: int
    about: tuple[str, ...] = ()
    stamp: int = 0
    until: datetime | None = None
    reads_query: bool = True


@dataclass(frozen=True, slots=True)
class _Kept:
    about: tuple[str, ...]
    stamp: int
    until: datetime
    headers: tuple[tuple[str, str], ...]
    content: bytes
    route: str

    def is_good(self) -> bool:
        return clock.now() < self.until and touched.has_stamp(self.about, self.stamp)

    def response(self) -> HttpResponse:
        return HttpResponse(self.content, headers=dict(self.headers))


def keep(
    request: HttpRequest,
    *,
    subjects: Iterable[str],
    until: datetime | None,
    answer: Callable[[], HttpResponse],
    reads_query: bool = True,
) -> HttpResponse:
    """Have the answer kept as long as none of the subjects is touched, and until the next instant at which it would differ by itself.

    `answer` gives a response that nobody has to be told from others for. Subjects and what is shown may have been read since the request
    came in: if anything at all was touched between then and this call, the answer is given, but not kept.

    Where no query is read, `answer` is asked as if there were none, and one answer does for the path with whatever query.
    """
    turn = request.META.get(TURN)
    if isinstance(turn, _Turn):
        about = (*sorted(set(subjects)), touched.EVERYTHING)
        stamp, board = touched.stamps(about)
        if board == turn.began:
            latest = clock.now() + LONGEST
            turn.about, turn.stamp, turn.until = about, stamp, latest if until is None else min(until, latest)
            turn.reads_query = reads_query
    with nullcontext() if reads_query else _without_query(request):
        response = answer()
        if isinstance(response, SimpleTemplateResponse):
            response.render()
    if _is_personal(request):
        patch_cache_control(response, private=True, no_cache=True)
    return response


class KeptPages:
    """Stands before all middleware that opens sessions or chooses languages, and behind what adds headers for security.

    When a page is no longer good, several processes may make it anew at the same time, each once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_for_anybody(request):
            return self.get_response(request)
        keys = {reads_query: _key(request, reads_query=reads_query) for reads_query in (False, True)}
        kept = _good_one_of(keys.values())
        if kept is not None:
            figures.given_again.add(("hit",))
            routes.name(request, kept.route)
            return _given(request, kept.response())
        turn = _Turn(began=touched.stamp([touched.BOARD]))
        request.META[TURN] = turn
        response = self.get_response(request)
        if not (isinstance(response, HttpResponse) and turn.about and _is_for_everybody(response)):
            return response
        _complete(response)
        if response.content:  # not the bare headers of an answer to HEAD
            _store(keys[turn.reads_query], turn, response, route=routes.route_of(request))
        return _given(request, response)


def _is_for_anybody(request: HttpRequest) -> bool:
    """No file, and no preview of Wagtail's, which comes with the address of the page that is previewed."""
    is_file = request.path_info.startswith((settings.STATIC_URL, settings.MEDIA_URL))
    is_preview = getattr(request, "is_dummy", False)
    return request.method in {"GET", "HEAD"} and not (is_file or is_preview or _is_personal(request))


def _is_personal(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES


@contextmanager
def _without_query(request: HttpRequest) -> Iterator[None]:
    query, asked = request.META.get("QUERY_STRING", ""), request.GET
    request.META["QUERY_STRING"], request.GET = "", QueryDict()
    try:
        yield
    finally:
        request.META["QUERY_STRING"], request.GET = query, asked


def _good_one_of(keys: Iterable[str]) -> _Kept | None:
    kept = caches[CACHE].get_many(keys).values()
    return next((each for each in kept if isinstance(each, _Kept) and each.is_good()), None)


def _key(request: HttpRequest, *, reads_query: bool) -> str:
    """All of a request that a public page may depend on, and nothing else: whoever adds that gets no page of their own by it."""
    parts = (
        VERSION,
        str(reads_query),
        request.scheme or "",
        request.get_host(),
        request.get_full_path() if reads_query else request.path,
        languages.negotiated(request.headers.get("Accept-Language", "")),
    )
    return sha256("\n".join(parts).encode()).hexdigest()


def _is_for_everybody(response: HttpResponse) -> bool:
    control = response.headers.get("Cache-Control", "")
    return response.status_code == 200 and not response.cookies and not ("private" in control or "no-store" in control)


def _complete(response: HttpResponse) -> None:
    response.headers.setdefault("ETag", f'"{sha256(response.content).hexdigest()[:32]}"')
    response.headers.setdefault("Cache-Control", ASK_AGAIN)
    response.headers.setdefault("Content-Length", str(len(response.content)))


def _store(key: str, turn: _Turn, response: HttpResponse, *, route: str) -> None:
    now = clock.now()
    if turn.until is None or turn.until <= now or len(response.content) > LARGEST:
        figures.KEPT_PAGES.labels("not_kept").inc()
        return
    figures.KEPT_PAGES.labels("miss").inc()
    kept = _Kept(turn.about, turn.stamp, turn.until, tuple(response.headers.items()), response.content, route)
    caches[CACHE].set(key, kept, timeout=(turn.until - now).total_seconds())


def _given(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """As the request wants it: whole, its headers only, or nothing because the browser has it already."""
    changed = response.headers.get("Last-Modified")
    given = get_conditional_response(
        request,
        etag=response.headers["ETag"],
        last_modified=None if changed is None else parse_http_date_safe(changed),
        response=response,
    )
    if given is not None and given is not response:
        for name, value in response.headers.items():
            if name.startswith(open_to_all.PREFIX):
                given.headers[name] = value
    if request.method == "HEAD" and isinstance(given, HttpResponse):
        given.content = b""
    return response if given is None else given
