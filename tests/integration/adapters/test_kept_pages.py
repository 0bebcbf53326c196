"""Which answers are kept, and to whom they are given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Final

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language

from adapters.touched import EVERYTHING, touch
from adapters.web.kept_pages import LARGEST, LONGEST, keep

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

_made: Final = count(1)
SOON: Final = timedelta(minutes=1)


class Page:
    """What the view below says, and when it goes by itself."""

    text = "text"
    status = 200
    until: datetime | None = None
    about = frozenset({"a"})


@pytest.fixture(autouse=True)
def page(settings: LazySettings) -> Iterator[type[Page]]:
    settings.ROOT_URLCONF = __name__
    before = dict(vars(Page))
    yield Page
    for name in ("text", "status", "until", "about"):
        setattr(Page, name, before[name])


def headers_of(answer: HttpResponseBase) -> dict[str, str]:
    """But for that which is another one each time, by intention."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}


def shown(request: HttpRequest) -> HttpResponse:
    return keep(request, subjects=Page.about, until=Page.until, answer=_answer)


def without_query(request: HttpRequest) -> HttpResponse:
    def answer() -> HttpResponse:
        asked = request.META["QUERY_STRING"], request.GET.urlencode(), request.get_full_path()
        return HttpResponse(f"{asked} {next(_made)}", status=Page.status)

    response = keep(request, subjects=Page.about, until=Page.until, answer=answer, reads_query=False)
    response.headers["X-Asked"] = request.get_full_path()
    return response


def _answer() -> HttpResponse:
    return HttpResponse(f"{Page.text} {get_language()} {next(_made)}", status=Page.status)


def asks_again(request: HttpRequest) -> HttpResponse:
    """Reads before it says what it is about; and meanwhile that changes."""
    touch("a")
    return shown(request)


def with_cookie(request: HttpRequest) -> HttpResponse:
    response = shown(request)
    response.set_cookie("who", "you")
    return response


def private(request: HttpRequest) -> HttpResponse:
    response = shown(request)
    response.headers["Cache-Control"] = "private"
    return response


def large(request: HttpRequest) -> HttpResponse:
    return keep(request, subjects={"a"}, until=None, answer=lambda: HttpResponse(f"{next(_made)}" + "x" * LARGEST))


def not_kept(request: HttpRequest) -> HttpResponse:
    return _answer()


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"a"]))


urlpatterns = [
    path("page", shown),
    path("other", shown),
    path("page.atom", shown),
    path("without-query", without_query),
    path("asks-again", asks_again),
    path("with-cookie", with_cookie),
    path("private", private),
    path("large", large),
    path("not-kept", not_kept),
    path("streamed", streamed),
]


def is_kept(client: Client, address: str = "/page") -> bool:
    return client.get(address).content == client.get(address).content


def test_a_page_is_given_again_until_it_is_touched(client: Client) -> None:
    first = client.get("/page").content
    assert client.get("/page").content == first
    touch("b")
    assert client.get("/page").content == first
    touch("a")
    second = client.get("/page").content
    assert second != first
    assert client.get("/page").content == second


def test_a_kept_page_is_one_question_that_django_does_not_see(client: Client) -> None:
    client.get("/page")
    with CaptureQueriesContext(connection) as queries:
        client.get("/page")
    assert len(queries) == 0


def test_everything_touches_every_page(client: Client) -> None:
    first = client.get("/page").content
    touch(EVERYTHING)
    assert client.get("/page").content != first


def test_a_page_goes_at_its_instant_though_nobody_touches_it(client: Client) -> None:
    now = timezone.now()
    Page.until = now + SOON
    with time_machine.travel(now, tick=False) as clock:
        first = client.get("/page").content
        clock.move_to(now + SOON - timedelta(milliseconds=1))
        assert client.get("/page").content == first
        clock.move_to(now + SOON)
        assert client.get("/page").content != first


def test_no_page_is_kept_for_long(client: Client) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False) as clock:
        first = client.get("/page").content
        clock.move_to(now + LONGEST)
        assert client.get("/page").content != first


def test_a_page_whose_instant_has_passed_is_not_kept(client: Client) -> None:
    Page.until = timezone.now()
    assert not is_kept(client)


def test_what_changes_while_a_page_is_made_ends_it(client: Client) -> None:
    """The view has read something before it says what it is about; it may have been something old."""
    assert not is_kept(client, "/asks-again")


@pytest.mark.parametrize("address", ["/with-cookie", "/private", "/large", "/not-kept"])
def test_what_is_not_kept(client: Client, address: str) -> None:
    assert not is_kept(client, address)


def test_a_stream_passes(client: Client) -> None:
    assert client.get("/streamed").getvalue() == b"a"


@pytest.mark.parametrize("status", [201, 404, 500])
def test_only_a_whole_answer_is_kept(client: Client, status: int) -> None:
    Page.status = status
    assert not is_kept(client)
    assert "ETag" not in client.get("/page").headers


def test_nobody_gets_an_answer_to_another_question(client: Client) -> None:
    asked = [
        client.get("/page"),
        client.get("/other"),
        client.get("/page?page=2"),
        client.get("/page", headers={"host": "localhost"}),
        client.get("/page", headers={"accept-language": "de"}),
        client.get("/page", secure=True),
    ]
    assert len({answer.content for answer in asked}) == len(asked)


def test_each_language_has_a_page(client: Client) -> None:
    german = client.get("/page", headers={"accept-language": "de-AT,de;q=0.9"})
    assert b" de " in german.content
    assert client.get("/page", headers={"accept-language": "de"}).content == german.content
    assert client.get("/page", headers={"accept-language": "fr, de;q=0.1"}).content == german.content
    client.cookies["django_language"] = "de"
    assert b" en" in client.get("/page", headers={"accept-language": "en"}).content


def test_a_post_is_never_answered_from_what_is_kept(client: Client) -> None:
    first = client.get("/page").content
    assert client.post("/page").content != first
    assert client.get("/page").content == first


def test_who_has_a_session_is_given_a_page_of_his_own(client: Client) -> None:
    public = client.get("/page").content
    editor = Client()
    editor.force_login(User.objects.create_user("editor"))
    own = editor.get("/page")
    assert own.content != public
    assert own.headers["Cache-Control"] == "private, no-cache"
    assert editor.get("/page").content != own.content
    assert client.get("/page").content == public


def test_a_page_of_who_has_a_session_is_not_kept(client: Client) -> None:
    editor = Client()
    editor.force_login(User.objects.create_user("editor"))
    own = editor.get("/page").content
    assert client.get("/page").content != own


@pytest.mark.parametrize("header", ["authorization", "hx-request", "user-agent", "cookie"])
def test_a_header_that_no_page_reads_has_no_page_made_anew(client: Client, header: str) -> None:
    public = client.get("/page").content
    assert client.get("/page", headers={header: "Basic eDp5"}).content == public


def test_a_query_that_the_page_does_not_read_has_no_page_made_anew(client: Client) -> None:
    first = client.get("/without-query?x=1")
    assert first.content.startswith(b"('', '', '/without-query')")
    assert first.headers["X-Asked"] == "/without-query?x=1"
    assert {client.get(f"/without-query{query}").content for query in ("", "?x=2", "?", "?v=%ff")} == {first.content}
    touch("a")
    assert client.get("/without-query?x=1").content != first.content


def test_who_has_a_session_gets_no_answer_to_the_query_either(client: Client) -> None:
    editor = Client()
    editor.force_login(User.objects.create_user("editor"))
    assert editor.get("/without-query?x=1").content.startswith(b"('', '', '/without-query')")


def test_browsers_ask_again_and_are_told_that_nothing_has_changed(client: Client) -> None:
    first = client.get("/page")
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    for _ in range(2):
        again = client.get("/page", headers={"if-none-match": tag})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    touch("a")
    assert client.get("/page", headers={"if-none-match": tag}).status_code == 200


def test_the_first_answer_and_the_next_have_the_same_headers(client: Client) -> None:
    assert headers_of(client.get("/page")) == headers_of(client.get("/page"))
    assert client.get("/page").headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/page").headers["X-Frame-Options"] == "DENY"


def test_head_is_answered_with_the_same_headers_and_what_was_made_for_it_is_kept_whole(client: Client) -> None:
    head = client.head("/page")
    assert head.content == b""
    for _ in range(2):
        whole, again = client.get("/page"), client.head("/page")
        assert whole.content.startswith(b"text en")
        assert again.content == b""
        assert headers_of(again) == headers_of(whole) == headers_of(head)


def test_what_is_made_of_something_that_is_rolled_back_is_never_given_again(client: Client) -> None:
    before = client.get("/page").content
    with transaction.atomic():
        touch("a")
        Page.text = "rolled back"
        assert b"rolled back" in client.get("/page").content
        transaction.set_rollback(True)
    Page.text = "text"
    after = client.get("/page").content
    assert b"rolled back" not in after
    assert after != before  # there is one page for an address: the one before had to go
    touch("a")
    assert b"rolled back" not in client.get("/page").content


def test_only_so_many_are_kept(client: Client, settings: LazySettings) -> None:
    settings.CACHES = {
        "pages": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "few",
            "OPTIONS": {"MAX_ENTRIES": 2},
        }
    }
    first = client.get("/page").content
    assert client.get("/page").content == first
    for number in range(4):
        client.get(f"/page?{number}")
    assert client.get("/page").content != first
