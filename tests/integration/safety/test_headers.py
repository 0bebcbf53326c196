"""What every answer tells browsers, whatever it is an answer to."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from cms.models import JobPage
from config.settings.safety import STRICT_POLICY, with_more
from tests.integration.cms.factories import make_category, make_job
from tests.integration.notifications import people

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

STRICT: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken")


handler400 = "config.too_large.bad_request"
urlpatterns = [path("breaks/", breaks), path("", include("config.urls"))]


@pytest.fixture
def job() -> JobPage:
    return make_job(categories=(make_category("Baking"),))


@pytest.fixture
def public(job: JobPage) -> list[str]:
    """Every kind of public address, what is not there included."""
    return [
        "/jobs/",
        "/de/jobs/",
        "/jobs/?q=baker",
        job.path_on_site,
        f"{job.path_on_site}subscribe/",
        f"/companies/{job.company.slug}/",
        "/categories/baking/",
        "/searches/follow/?q=baker",
        "/searches/follow/sent/?q=baker",
        "/subscriptions/manage/",
        "/subscriptions/confirm/nothing/",
        "/subscriptions/end/nothing/",
        "/nothing/",
        "/static/board/board.css",
        "/static/nothing.css",
        "/api/openapi.json",
        "/api/postings",
        f"/api/postings/{job.posting_id}",
        "/api/nothing",
        "/feeds/jobs.atom",
        "/feeds/jobs.rss",
        "/feeds/jobs.json",
        "/feeds/indeed.xml",
        "/robots.txt",
        "/sitemap.xml",
        f"/cards/{job.posting_id}.png",
        "/documents/1/nothing.pdf",
        *(f"/nothing.{ending}" for ending in ("xml", "rss", "atom")),
    ]


def policy_of(answer: Answer) -> dict[str, str]:
    parts = (part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    return {name: " ".join(sources) for name, *sources in parts}


def test_no_public_address_sets_a_cookie_or_allows_anything_inline(public: list[str]) -> None:
    for address in public:
        answer = Client().get(address)
        assert not answer.cookies, address
        policy = policy_of(answer)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            assert policy == STRICT, address
        assert policy["default-src"] == "'none'", address
        assert policy["frame-ancestors"] == "'none'", address
        assert "unsafe" not in policy.get("script-src", ""), address


def test_feeds_and_sitemaps_may_be_shown_as_browsers_show_them(job: JobPage) -> None:
    client = Client()
    for address in ("/feeds/jobs.atom", "/feeds/jobs.rss", "/feeds/indeed.xml", "/sitemap.xml"):
        first = client.get(address)
        assert policy_of(first)["style-src"] == "'unsafe-inline'", address
        again = client.get(address, headers={"If-None-Match": first.headers.get("ETag", "none")})
        assert policy_of(again) == policy_of(first), address


def test_no_public_form_sets_a_cookie(job: JobPage) -> None:
    client = Client()
    for address, form in {
        f"{job.path_on_site}subscribe/": {"address": "ana@example.org"},
        "/searches/follow/?q=baker": {"address": "ana@example.org"},
        "/subscriptions/manage/": {"address": "ana@example.org"},
    }.items():
        for sent in (form, {"address": "nobody"}):
            client.post(address, sent)
    assert not client.cookies


def test_every_answer_has_the_other_headers(public: list[str]) -> None:
    for address in [*public, "/admin/login/"]:
        headers = Client().get(address).headers
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, address
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", address
        assert "camera=()" in headers["Permissions-Policy"], address


def test_other_sites_may_show_pictures_and_read_feeds_and_nothing_else(job: JobPage) -> None:
    for address, readers in {
        job.path_on_site: "same-origin",
        "/admin/login/": "same-origin",
        "/feeds/jobs.atom": "cross-origin",
        "/api/postings": "cross-origin",
        f"/cards/{job.posting_id}.png": "cross-origin",
    }.items():
        assert Client().get(address).headers["Cross-Origin-Resource-Policy"] == readers, address


def test_a_page_that_is_kept_has_the_headers_each_time(job: JobPage) -> None:
    client = Client()
    first, second = (client.get(job.path_on_site) for _ in range(2))
    assert policy_of(first) == policy_of(second) == STRICT
    again = client.get(job.path_on_site, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert policy_of(again) == STRICT


def test_an_error_page_has_the_headers(settings: LazySettings) -> None:
    settings.ROOT_URLCONF = __name__
    answer = Client(raise_request_exception=False).get("/breaks/")
    assert answer.status_code == 500
    assert policy_of(answer) == STRICT
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_refusals_have_the_headers_too(job: JobPage, settings: LazySettings) -> None:
    settings.ASKS_PER_CLIENT = 1
    form = f"{job.path_on_site}subscribe/"
    client = Client()
    mistyped = client.post(form, {"address": "nobody"})
    client.post(form, {"address": "ana@example.org"})
    too_often = client.post(form, {"address": "ben@example.org"})
    from_elsewhere = client.post(form, {"address": "ana@example.org"}, headers={"Sec-Fetch-Site": "cross-site"})
    job.unpublish()
    gone = client.get(job.path_on_site)
    answers = (mistyped, too_often, from_elsewhere, gone)
    assert [answer.status_code for answer in answers] == [422, 429, 403, 410]
    for answer in answers:
        assert policy_of(answer) == STRICT
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not answer.cookies


def hash_of(script: str) -> str:
    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"


def test_scripts_of_the_admin_are_as_strict() -> None:
    for answer in (
        Client().get("/admin/login/"),
        people.administrator().get("/admin/"),
        Client().get("/admin/nothing/"),
    ):
        policy = policy_of(answer)
        assert policy["script-src"] == "'self'"
        assert policy["script-src-attr"] == f"'unsafe-hashes' '{hash_of('return;')}'"
        assert "script-src-elem" not in policy
        assert policy["frame-ancestors"] == "'none'"
        assert policy["base-uri"] == policy["object-src"] == "'none'"


def test_an_editor_sees_public_pages_under_the_same_policy(job: JobPage) -> None:
    assert policy_of(people.administrator().get(job.path_on_site)) == STRICT


def test_a_preview_may_be_framed_by_the_admin_only(job: JobPage) -> None:
    answer = people.administrator().get(f"/admin/pages/{job.pk}/view_draft/")
    assert answer.status_code == 200
    assert policy_of(answer) == STRICT | {"frame-ancestors": "'self'"}


def test_cookies_of_the_admin_are_out_of_reach_of_scripts_and_other_sites(settings: LazySettings) -> None:
    settings.SESSION_SAVE_EVERY_REQUEST = True
    cookies = people.administrator().get("/admin/account/").cookies
    assert set(cookies) == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert all(cookie["samesite"] == "Lax" for cookie in cookies.values())
    assert cookies[settings.SESSION_COOKIE_NAME]["httponly"]


def test_an_operator_can_allow_more() -> None:
    policy = with_more(STRICT_POLICY, "script-src https://challenge.example; frame-src https://challenge.example")
    assert policy["script-src"] == ["'self'", "https://challenge.example"]
    assert policy["frame-src"] == ["https://challenge.example"]
    assert STRICT_POLICY["script-src"] == ["'self'"]


@pytest.mark.parametrize(
    "more",
    [
        *("script-src 'unsafe-inline'", "script-src *", "form-action https://a.example", "script-src"),
        *("script-src data:", "script-src https:", "script-src http:", "script-src blob:", "script-src https://*"),
        *("script-src 'nonce-abc'", "script-src 'strict-dynamic'", "script-src https://*.com", "script-src a.example"),
        *("frame-src data:", "script-src http://a.example", "script-src https://a.example,https://b.example"),
    ],
)
def test_but_not_everything(more: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="ALSO_ALLOWED_SOURCES"):
        with_more(STRICT_POLICY, more)
