"""Following a posting from its page (A1 to A6, A18)."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from adapters import following
from adapters.models import FollowRequest, PostingRecord, SubscriptionRecord
from jobs_domain.events import SubscriptionRequested
from jobs_domain.identifiers import PostingId
from jobs_domain.topics import PostingTopic, Wishes
from tests.integration.cms.factories import Heard, make_closed_job, make_follower, make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ADDRESS = "/jobs/baker/subscribe/"


def ask(client: Client, address: str = "Ana@Example.org", **more: str) -> int:
    return client.post(ADDRESS, {"address": address} | more).status_code


def followed() -> list[SubscriptionRecord]:
    """All subscriptions, when a worker has seen to what was asked."""
    following.see_to()
    return list(SubscriptionRecord.objects.all())


def test_the_form_is_taken(client: Client, heard: Heard) -> None:
    job = make_job()
    heard()
    answer = client.post(ADDRESS, {"address": "Ana@Example.org", "share_address": "on"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ADDRESS}sent/")
    assert not answer.cookies
    match heard():
        case [SubscriptionRequested(topic=topic, wishes=Wishes(language="en", share_address=True))]:
            assert topic == PostingTopic(PostingId(job.posting_id))
        case others:
            pytest.fail(f"{others}")
    sent = client.get(answer.headers["Location"])
    assert "Check your inbox" in sent.content.decode()


def test_who_follows_chooses_how_often_to_hear(client: Client) -> None:
    make_job()
    assert "Once a day" in client.get(ADDRESS).content.decode()
    assert ask(client, frequency="DAILY") == 303
    assert [record.frequency for record in followed()] == ["DAILY"]
    refused = client.post(ADDRESS, {"address": "ben@example.org", "frequency": "HOURLY"})
    assert refused.status_code == 422
    assert "Choose one of what there is to choose." in refused.content.decode()
    assert "HOURLY" not in refused.content.decode()
    assert "ben@example.org" in refused.content.decode()


@pytest.mark.parametrize(
    ("prefix", "preferred", "language"),
    [("", "en", "en"), ("", "de-AT, en;q=0.5", "de"), ("/de", "en", "de"), ("/en", "de", "en"), ("", "fr", "en")],
)
def test_the_language_of_the_page_is_that_of_the_mails(
    client: Client, prefix: str, preferred: str, language: str
) -> None:
    make_job()
    client.post(f"{prefix}{ADDRESS}", {"address": "ana@example.org"}, headers={"Accept-Language": preferred})
    assert [record.language for record in followed()] == [language]


def test_a2_one_address_follows_many_postings(client: Client) -> None:
    make_job("Baker"), make_job("Miller")
    for slug in ("baker", "miller"):
        assert client.post(f"/jobs/{slug}/subscribe/", {"address": "ana@example.org"}).status_code == 303
    assert len(followed()) == 2


def test_a3_a18_twice_is_once(client: Client, heard: Heard) -> None:
    make_job()
    heard()
    assert [ask(client), ask(client, "ana@example.ORG"), ask(client, "ana@example.org")] == [303, 303, 303]
    assert heard.names() == ["SubscriptionRequested"]
    assert len(followed()) == 1


def test_known_and_unknown_addresses_get_the_same_answer(client: Client) -> None:
    make_follower(make_job(), "ana@example.org")
    known, unknown = (client.post(ADDRESS, {"address": f"{name}@example.org"}) for name in ("ana", "ben"))
    for answer in (known, unknown):
        del answer.headers["X-Request-ID"]  # of each its own
    assert (known.status_code, known.headers, known.content) == (unknown.status_code, unknown.headers, unknown.content)


@pytest.mark.parametrize(
    "data",
    [
        {"address": "not an email"},
        {"address": ""},
        {},
        {"address": "a" * 10_240},
        {"address": f"{'a' * 10_240}@example.org"},
        {"address": "ana@example.org\nBcc: all@example.org"},
        {"address": "ana@example.org\r\n"},
        {"address": "a\0b@example.org"},
    ],
    ids=["text", "empty", "missing", "10 kB", "10 kB and a domain", "line break", "trailing line break", "null"],
)
def test_a4_a_bad_address(client: Client, heard: Heard, data: dict[str, str]) -> None:
    make_job()
    heard()
    answer = client.post(ADDRESS, data)
    if data == {"address": "ana@example.org\r\n"}:
        assert answer.status_code == 303  # white space around an address is cut off
        return
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert heard.names() == []
    assert followed() == []


def test_what_was_typed_is_escaped(client: Client) -> None:
    make_job()
    answer = client.post(ADDRESS, {"address": '"><script>alert(1)</script>'})
    assert "<script>" not in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "head"])
def test_a5_looking_shows_the_form_and_changes_nothing(client: Client, heard: Heard, method: str) -> None:
    make_job()
    heard()
    answer = getattr(client, method)(ADDRESS)
    assert answer.status_code == 200
    assert heard.names() == []


def test_other_methods_are_refused(client: Client) -> None:
    make_job()
    assert client.put(ADDRESS, {"address": "ana@example.org"}).status_code == 405


def test_a6_an_unknown_posting(client: Client) -> None:
    assert client.post("/jobs/nothing/subscribe/", {"address": "ana@example.org"}).status_code == 404


def test_a_posting_that_is_not_recorded_yet_cannot_be_followed(client: Client) -> None:
    make_job()
    PostingRecord.objects.all().delete()
    assert ask(client) == 410
    assert not FollowRequest.objects.exists()


def test_a_closed_posting_can_be_followed(client: Client) -> None:
    job = make_job()
    job.closed_reason = "FILLED"
    job.save()
    assert ask(client) == 303


@pytest.mark.parametrize("path", [ADDRESS, "/jobs/baker/", "/jobs/"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_forms_of_other_sites_are_refused(client: Client, heard: Heard, headers: dict[str, str], path: str) -> None:
    make_job()
    heard()
    answer = client.post(path, {"address": "ana@example.org"}, headers=headers)
    assert answer.status_code == 403
    assert heard.names() == []


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://testserver"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
    ids=str,
)
def test_our_own_form_needs_no_token(headers: dict[str, str]) -> None:
    make_job()
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(ADDRESS, {"address": "ana@example.org"}, headers=headers).status_code == 303


@pytest.mark.parametrize("origin", ["http://[::1", "null", "https://evil.example", "http://testserver.evil.example"])
def test_a_form_that_comes_from_anywhere_else_is_refused_however_it_says_so(client: Client, origin: str) -> None:
    make_job()
    answer = client.post(ADDRESS, {"address": "ana@example.org"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert followed() == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/jobs/", "/jobs/baker/", "/jobs/baker/subscribe/sent/"])
def test_pages_to_read_take_nothing(client: Client, method: str, address: str) -> None:
    make_job()
    assert getattr(client, method)(address).status_code == 405


def test_the_form_moves_with_the_posting(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job = make_job()
    job.slug = "night-baker"
    with django_capture_on_commit_callbacks(execute=True):
        job.save_revision().publish()
    for address in (ADDRESS, f"{ADDRESS}sent/"):
        moved = client.get(address)
        assert moved.status_code == 308
        assert client.get(moved.headers["Location"]).status_code == 200
    asked = client.post(ADDRESS, {"address": "ana@example.org"}, follow=True)
    assert asked.redirect_chain[0] == ("/jobs/night-baker/subscribe/", 308)
    assert "Check your inbox" in asked.content.decode()
    assert len(followed()) == 1


def test_an_unknown_form_is_not_found(client: Client) -> None:
    assert client.get("/jobs/nowhere/subscribe/").status_code == 404


def test_the_form_of_a_closed_posting_offers_to_hear_if_it_reopens(client: Client) -> None:
    make_closed_job()
    for address in ("/jobs/baker/", ADDRESS):
        assert "Hear if it reopens" in client.get(address).content.decode()
