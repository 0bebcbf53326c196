"""Public pages in English and German: chosen by the browser or by the address, and kept on every way on from there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language, gettext
from pytest_django import DjangoCaptureOnCommitCallbacks
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from adapters import links
from adapters.web.languages import negotiated
from cms.models import JobPage
from config.languages import LanguageMiddleware
from jobs_domain.identifiers import SubscriptionId
from tests.integration.cms import keyboard
from tests.integration.cms.factories import make_category, make_job
from tests.integration.cms.keyboard import PUBLISH
from tests.unit.examples import POSTING_ID

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

GERMAN = "de-AT,de;q=0.9,en;q=0.5"
ENGLISH = "en-US,en;q=0.9"


def read(client: Client, url: str, *, accept: str = "", status: int = 200) -> str:
    answer = client.get(url, headers={"accept-language": accept} if accept else {})
    assert answer.status_code == status
    return answer.content.decode()


def language(page: str) -> str:
    found = re.search(r'<html[^>]* lang="([^"]*)"', page)
    assert found is not None
    return found[1]


def paths(page: str) -> set[str]:
    """Where links and forms lead to on this site, but for files, feeds and other languages."""
    found = re.findall(r'<(?:a|form|link rel="(?:prev|next)")\b([^>]*)', page)
    targets = (re.search(r'(?:href|action)="(/[^"]*)"', tag) for tag in found if "hreflang" not in tag)
    return {target[1] for target in targets if target is not None}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "en-gb"),
        ("de", "de"),
        ("de-CH", "de"),
        (GERMAN, "de"),
        (ENGLISH, "en-gb"),
        ("fr,de;q=0.2", "de"),
        ("fr", "en-gb"),
        ("*", "en-gb"),
        ("en;q=0.3,de;q=0.8", "de"),
        ("DE", "de"),
        ("de;q=0", "en-gb"),
        ("de;q=nonsense,,;;", "en-gb"),
        ("x" * 10_000, "en-gb"),
    ],
)
def test_the_language_that_the_browser_prefers(header: str, expected: str) -> None:
    assert negotiated(header) == expected


def test_the_browser_chooses_unless_the_address_does(client: Client) -> None:
    make_job()
    assert language(read(client, "/jobs/baker/", accept=GERMAN)) == "de"
    assert language(read(client, "/jobs/baker/", accept=ENGLISH)) == "en-gb"
    assert language(read(client, "/jobs/baker/")) == "en-gb"
    assert language(read(client, "/de/jobs/baker/", accept=ENGLISH)) == "de"
    assert language(read(client, "/en/jobs/baker/", accept=GERMAN)) == "en-gb"


def test_caches_are_told_what_the_answer_depends_on(client: Client) -> None:
    make_job()
    negotiable, chosen = client.get("/jobs/baker/", headers={"accept-language": "de"}), client.get("/de/jobs/baker/")
    assert negotiable.headers["Content-Language"] == chosen.headers["Content-Language"] == "de"
    assert "Accept-Language" in negotiable.headers["Vary"]
    assert "Accept-Language" not in chosen.headers.get("Vary", "")
    assert client.get("/en/jobs/baker/").headers["Content-Language"] == "en-gb"
    assert "Accept-Language" in client.get("/nothing/").headers["Vary"]


def test_a_kept_page_is_given_in_the_language_of_whoever_asks(client: Client) -> None:
    make_job()
    client.cookies["django_language"] = "de"
    for accept, expected in ((GERMAN, "de"), (ENGLISH, "en-gb"), (GERMAN, "de")):
        assert language(read(client, "/jobs/baker/", accept=accept)) == expected


def test_no_cookie_is_set_or_read(client: Client) -> None:
    make_job()
    for url in ("/jobs/", "/de/jobs/baker/", "/de/nothing/"):
        assert not client.get(url, headers={"accept-language": GERMAN}).cookies
    client.cookies["django_language"] = "de"
    assert language(read(client, "/jobs/baker/", accept=ENGLISH)) == "en-gb"


def test_what_has_no_language_is_at_one_address(client: Client) -> None:
    for url in ("/admin/login/", reverse("public:feed", args=["atom"])):
        answer = client.get(url, headers={"accept-language": GERMAN})
        assert answer.status_code == 200
        assert answer.headers["Content-Language"] == "en-gb"
        assert "Accept-Language" not in answer.headers.get("Vary", "")
    assert client.get("/de/admin/login/").status_code == 404


def test_a_feed_in_german_has_an_address_of_its_own(client: Client) -> None:
    make_job()
    feed = read(client, f"/de{reverse('public:feed', args=['atom'])}", accept=ENGLISH)
    assert "http://testserver/de/jobs/baker/" in feed


def test_the_editors_screens_do_not_take_the_language_of_the_browser(publisher: Client) -> None:
    page = read(publisher, "/admin/", accept=GERMAN)
    assert language(page).startswith("en")


def test_a_path_that_only_begins_like_a_prefix(client: Client) -> None:
    read(client, "/dentists/", status=404)
    assert client.get("/de").headers["Location"] == "/de/"
    assert client.get("/de/").headers["Location"] == "/de/jobs/"


def test_a_german_page_leads_to_german_pages_only(client: Client, publisher: Client) -> None:
    make_job("Miller")
    taken_down = make_job("Smith")
    read(client, "/jobs/smith/")
    keyboard.press(publisher, "unpublish", taken_down)
    job = make_job(categories=(make_category("Food"),))
    pages = {
        "/de/jobs/": 200,
        "/de/jobs/?q=baker": 200,
        "/de/jobs/?q=nothing+of+the+kind": 200,
        "/de/jobs/baker/": 200,
        "/de/jobs/baker/subscribe/": 200,
        "/de/jobs/baker/subscribe/sent/": 200,
        f"/de/companies/{job.company.slug}/": 200,
        "/de/categories/food/": 200,
        "/de/nothing/": 404,
        "/de/jobs/smith/": 410,
        "/de/subscriptions/confirm/nonsense/": 404,
    }
    for url, status in pages.items():
        page = read(client, url, status=status)
        assert language(page) == "de", url
        leads_to = paths(page)
        assert leads_to, url
        assert {path for path in leads_to if not path.startswith("/de/")} == set(), url
        for path in leads_to:
            assert client.get(path, follow=True).status_code in {200, 405, 410}, (url, path)


def test_the_switch_keeps_page_and_query(client: Client) -> None:
    make_job("Bäcker", slug="bäcker")
    page = read(client, "/de/jobs/?q=b%C3%A4cker&sort=closing")
    assert 'href="/en/jobs/?q=b%C3%A4cker&amp;sort=closing" lang="en-gb" hreflang="en-gb">English</a>' in page
    assert 'href="/de/jobs/?q=b%C3%A4cker&amp;sort=closing" lang="de" hreflang="de" aria-current="true">' in page
    assert 'href="/de/jobs/b%C3%A4cker/" lang="de"' in read(client, "/jobs/b%C3%A4cker/", accept=ENGLISH)


def test_each_language_has_one_address(client: Client) -> None:
    make_job()
    for url, accept in (("/de/jobs/baker/", ENGLISH), ("/jobs/baker/", GERMAN)):
        page = read(client, url, accept=accept)
        assert '<link rel="canonical" href="http://testserver/de/jobs/baker/">' in page
        assert '<link rel="alternate" hreflang="en" href="http://testserver/jobs/baker/">' in page
        assert '<link rel="alternate" hreflang="de" href="http://testserver/de/jobs/baker/">' in page
    assert '<link rel="canonical" href="http://testserver/jobs/baker/">' in read(client, "/en/jobs/baker/")


def test_redirects_keep_the_language(
    client: Client, publisher: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job = make_job()
    with django_capture_on_commit_callbacks(execute=True):
        keyboard.edit(publisher, job, PUBLISH, slug="head-baker")
    site = Site.objects.get()
    Redirect.objects.create(site=site, old_path="/bread", redirect_link="/jobs/head-baker/")
    Redirect.objects.create(site=site, old_path="/office", redirect_link="/admin/")
    Redirect.objects.create(site=site, old_path="/elsewhere", redirect_link="https://example.org/jobs/")
    for old, new in {
        "/de/jobs/baker/": "/de/jobs/head-baker/",
        "/en/jobs/baker/": "/en/jobs/head-baker/",
        "/jobs/baker/": "/jobs/head-baker/",
        "/de/jobs/baker/?from=mail": "/de/jobs/head-baker/",
        "/de/bread/": "/de/jobs/head-baker/",
        "/de/office/": "/admin/",
        "/de/elsewhere/": "https://example.org/jobs/",
        "/de/jobs/head-baker": "/de/jobs/head-baker/",
    }.items():
        assert client.get(old).headers["Location"] == new, old
    form = client.post("/de/jobs/baker/subscribe/", {"address": "ana@example.org"})
    assert (form.status_code, form.headers["Location"]) == (308, "/de/jobs/head-baker/subscribe/")


def test_a_form_is_answered_in_its_language(client: Client) -> None:
    make_job()
    wrong = client.post("/de/jobs/baker/subscribe/", {"address": "ana"})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert language(page) == "de"
    assert "Eine E-Mail-Adresse hat ein @" in page
    right = client.post("/de/jobs/baker/subscribe/", {"address": "ana@example.org"})
    assert right.headers["Location"] == "/de/jobs/baker/subscribe/sent/"


def test_a_posting_in_german(client: Client) -> None:
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        make_job(
            salary_minimum=Decimal("14.5"),
            salary_maximum=Decimal(20_000),
            closing_date=date(2026, 5, 9),
            time_zone="Europe/Berlin",
        )
        page = read(client, "/de/jobs/baker/").replace("\N{NO-BREAK SPACE}", " ")
    assert "14,50–20.000,00 € pro Monat" in page
    assert "9. Mai 2026" in page
    assert "Ghent, Belgien" in page
    assert "Dieser Stelle folgen" in page
    assert "noch 9 Wochen" in page


def test_errors_in_german(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Unter dieser Adresse gibt es keine Seite" in read(client, "/de/nothing/", status=404)

    def break_down(*_: object, **__: object) -> HttpResponse:
        raise RuntimeError("The roof has come down.")

    make_job()
    monkeypatch.setattr(JobPage, "serve", break_down)
    client.raise_request_exception = False
    page = read(client, "/de/jobs/baker/", status=500)
    assert "Bei uns ist etwas schiefgegangen" in page
    assert (get_language(), get_script_prefix()) == (settings.LANGUAGE_CODE, "/")


def test_a_request_leaves_no_language_behind() -> None:
    def speak(request: HttpRequest) -> HttpResponse:
        assert request.path_info == "/jobs/"
        return HttpResponse(f"{gettext('Page not found')} {reverse('wagtail_serve', args=['jobs/'])}")

    def fail(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    def ask_within(request: HttpRequest) -> HttpResponse:
        LanguageMiddleware(speak)(RequestFactory().get("/en/jobs/"))
        return speak(request)

    for view in (speak, ask_within):
        answer = LanguageMiddleware(view)(RequestFactory().get("/de/jobs/"))
        assert isinstance(answer, HttpResponse)
        assert answer.content.decode() == "Seite nicht gefunden /de/jobs/"
        assert (get_language(), get_script_prefix()) == (settings.LANGUAGE_CODE, "/")
    with pytest.raises(RuntimeError):
        LanguageMiddleware(fail)(RequestFactory().get("/de/jobs/"))
    assert (get_language(), get_script_prefix()) == (settings.LANGUAGE_CODE, "/")


def test_what_is_streamed_speaks_the_language_of_the_request() -> None:
    def parts() -> Iterator[str]:
        yield gettext("Page not found")
        yield reverse("wagtail_serve", args=["jobs/"])

    answer = LanguageMiddleware(lambda _: StreamingHttpResponse(parts()))(RequestFactory().get("/de/feeds/all.xml"))
    assert isinstance(answer, StreamingHttpResponse)
    content = iter(answer)
    assert next(content) == b"Seite nicht gefunden"
    assert (get_language(), get_script_prefix()) == (settings.LANGUAGE_CODE, "/")
    assert next(content) == b"/de/jobs/"


def test_links_in_mails_have_no_prefix(client: Client) -> None:
    links._around_token.cache_clear()
    subscription = SubscriptionId(POSTING_ID)

    def ask(request: HttpRequest) -> HttpResponse:
        return HttpResponse(links.end_url(subscription))

    answer = LanguageMiddleware(ask)(RequestFactory().get("/de/jobs/"))
    assert isinstance(answer, HttpResponse)
    assert answer.content.decode().startswith("http://testserver/subscriptions/end/")


def test_the_editors_bar_leads_to_the_editors_screens(publisher: Client) -> None:
    job = make_job()
    page = read(publisher, "/de/jobs/baker/")
    assert f'href="//testserver/admin/pages/{job.pk}/edit/"' in page
    assert "/de/admin/" not in page
