"""The pages that links in mails open: GET changes nothing, one button does, once or twice alike (A12 to A18)."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from adapters import board, links, tokens
from adapters.board import Whereabouts
from adapters.models import OutboxEvent, SubscriptionRecord
from adapters.tokens import Purpose
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason, RetirementReason
from jobs_domain.identifiers import PostingId, SubscriptionId
from jobs_domain.posting import NotPublic, Publication
from jobs_domain.subscription import CONFIRMATION_LIFETIME
from jobs_domain.topics import PostingTopic
from tests.unit.examples import ANA, DETAILS, NOW, OTHER_POSTING_ID, POSTING_ID, wishes

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def asked(posting_id: PostingId = POSTING_ID, address: EmailAddress = ANA) -> SubscriptionId:
    """A pending subscription to a public posting."""
    here = Whereabouts(f"/jobs/{posting_id}/", None)
    board.observe_posting(posting_id=posting_id, seen=Publication(details=DETAILS), whereabouts=here)
    before = set(SubscriptionRecord.objects.values_list("pk", flat=True))
    board.request_subscription(address=address, topic=PostingTopic(posting_id), wishes=wishes())
    (new,) = set(SubscriptionRecord.objects.values_list("pk", flat=True)) - before
    return SubscriptionId(new)


def path(url: str) -> str:
    assert url.startswith(settings.BOARD_URL)
    return url.removeprefix(settings.BOARD_URL)


def state(subscription_id: SubscriptionId) -> str:
    return SubscriptionRecord.objects.get(pk=subscription_id).state


def events() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


def page(response: _MonkeyPatchedWSGIResponse) -> str:
    return response.content.decode()


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_a_link_changes_nothing(client: Client, method: str) -> None:
    subscription_id = asked()
    before = events()
    for url in (links.confirm_url(subscription_id), links.end_url(subscription_id)):
        assert getattr(client, method)(path(url)).status_code == HTTPStatus.OK
    assert state(subscription_id) == "PENDING"
    assert events() == before


def test_the_page_has_one_button_and_no_script(client: Client) -> None:
    body = page(client.get(path(links.confirm_url(asked()))))
    assert body.count("<button") == 1
    assert "<script" not in body
    assert "Baker" in body


def test_confirming_makes_a_follower_once_or_twice_alike(client: Client) -> None:
    subscription_id = asked()
    url = path(links.confirm_url(subscription_id))
    first, second = client.post(url), client.post(url)
    assert (first.status_code, second.status_code) == (HTTPStatus.OK, HTTPStatus.OK)
    assert "already follow" not in page(first)
    assert "already follow" in page(second)
    assert state(subscription_id) == "CONFIRMED"
    assert events().count("SubscriptionConfirmed") == 1


def test_a_link_that_is_too_old_changes_nothing_and_offers_a_new_one(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        old = asked()
        clock.shift(CONFIRMATION_LIFETIME)
        url = path(links.confirm_url(old))
        for response in (client.get(url), client.post(url)):
            assert response.status_code == HTTPStatus.GONE
            assert f'action="/subscriptions/renew/{tokens.sign(Purpose.CONFIRM, old)}/"' in page(response)
        assert state(old) == "PENDING"
        client.post(f"/subscriptions/renew/{tokens.sign(Purpose.CONFIRM, old)}/")
        renewed = SubscriptionRecord.objects.get(state="PENDING")
        assert renewed.pk != old
        assert SubscriptionRecord.objects.get(pk=old).end_reason == EndReason.NEVER_CONFIRMED.value
        client.post(path(links.confirm_url(SubscriptionId(renewed.pk))))
        assert state(SubscriptionId(renewed.pk)) == "CONFIRMED"


def test_a_new_link_cannot_be_had_by_opening_an_address(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        old = asked()
        clock.shift(CONFIRMATION_LIFETIME)
        response = client.get(f"/subscriptions/renew/{tokens.sign(Purpose.CONFIRM, old)}/")
        assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        assert SubscriptionRecord.objects.count() == 1


def test_a_new_link_for_a_posting_that_was_taken_down_is_not_sent(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        old = asked()
        board.observe_posting(posting_id=POSTING_ID, seen=NotPublic(RetirementReason.DELETED), whereabouts=None)
        clock.shift(CONFIRMATION_LIFETIME)
        response = client.post(f"/subscriptions/renew/{tokens.sign(Purpose.CONFIRM, old)}/")
        assert response.status_code == HTTPStatus.NOT_FOUND
        assert state(old) == "PENDING"


@pytest.mark.parametrize("kind", ["confirm", "end", "renew"])
@pytest.mark.parametrize("damage", ["forged", "altered", "cut", "of an unknown subscription", "of another purpose"])
def test_a_damaged_link_changes_nothing_and_leads_on(client: Client, kind: str, damage: str) -> None:
    subscription_id = asked()
    purpose = Purpose.END if kind == "end" else Purpose.CONFIRM
    other = Purpose.CONFIRM if purpose is Purpose.END else Purpose.END
    good = tokens.sign(purpose, subscription_id)
    token = {
        "forged": "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "altered": ("B" if good[0] == "A" else "A") + good[1:],
        "cut": good[:-5],
        "of an unknown subscription": tokens.sign(purpose, SubscriptionId(uuid4())),
        "of another purpose": tokens.sign(other, subscription_id),
    }[damage]
    response = client.post(f"/subscriptions/{kind}/{token}/")
    if (kind, damage) == ("end", "of an unknown subscription"):  # the link is good: its owner was erased
        assert response.status_code == HTTPStatus.OK
        assert "no longer follow" in response.content.decode()
        return
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert 'href="/' in page(response)
    assert state(subscription_id) == "PENDING"


def test_a_link_for_one_posting_does_nothing_to_another(client: Client) -> None:
    one, other = asked(), asked(OTHER_POSTING_ID)
    client.post(path(links.confirm_url(one)))
    assert (state(one), state(other)) == ("CONFIRMED", "PENDING")
    client.post(path(links.end_url(one)))
    assert (state(one), state(other)) == ("ENDED", "PENDING")


def test_leaving_ends_the_subscription_once_or_twice_alike(client: Client) -> None:
    subscription_id = asked()
    client.post(path(links.confirm_url(subscription_id)))
    url = path(links.end_url(subscription_id))
    first, second = client.post(url), client.post(url)
    assert (first.status_code, second.status_code) == (HTTPStatus.OK, HTTPStatus.OK)
    assert page(first) == page(second)
    assert state(subscription_id) == "ENDED"
    assert events().count("SubscriptionEnded") == 1


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_mail_program_unsubscribes_with_one_click(encoding: str, language: str) -> None:
    subscription_id = asked()
    body = {
        "application/x-www-form-urlencoded": b"List-Unsubscribe=One-Click",
        "multipart/form-data; boundary=x": (
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
        ),
    }[encoding]
    provider = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site"})
    for _ in range(2):
        response = provider.post(path(links.end_url(subscription_id, language)), body, content_type=encoding)
        assert response.status_code == HTTPStatus.OK
    assert state(subscription_id) == "ENDED"


def test_links_lead_to_pages_in_the_language_of_the_mail(client: Client) -> None:
    subscription_id = asked()
    browser = {"Accept-Language": "en"}
    for url, said in (
        (links.confirm_url(subscription_id, "de"), "Möchten Sie"),
        (links.end_url(subscription_id, "de"), "nicht mehr folgen"),
    ):
        shown = page(client.get(path(url), headers=browser))
        assert '<html lang="de"' in shown
        assert said in shown


def test_a_year_old_link_to_leave_works(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        subscription_id = asked()
        client.post(path(links.confirm_url(subscription_id)))
        url = path(links.end_url(subscription_id))
        clock.shift(timedelta(days=366))
        client.post(url)
    assert state(subscription_id) == "ENDED"


def test_the_link_of_a_replaced_subscription_ends_its_successor(client: Client) -> None:
    first = asked()
    client.post(path(links.confirm_url(first)))
    second = board.change_wishes(subscription_id=first, wishes=wishes(Frequency.DAILY))
    third = board.change_wishes(subscription_id=second, wishes=wishes(Frequency.WEEKLY))
    client.post(path(links.end_url(first)))
    assert state(third) == "ENDED"


def test_links_work_after_the_key_was_rotated(client: Client, settings: Settings) -> None:
    subscription_id = asked()
    url = path(links.confirm_url(subscription_id))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key"
    client.post(url)
    assert state(subscription_id) == "CONFIRMED"


def test_the_pages_leak_nothing(client: Client) -> None:
    subscription_id = asked()
    for url in (links.confirm_url(subscription_id), links.end_url(subscription_id)):
        assert ANA.value not in url
        response = client.get(path(url))
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert "no-store" in response.headers["Cache-Control"]
        assert not response.cookies
        assert "http://" not in page(response).replace("http://www.w3.org", "")
        assert ANA.value.lower() not in page(response).lower()


def test_an_address_in_other_capitals_is_the_same_follower() -> None:
    asked(address=EmailAddress("Ana@Example.org"))
    board.request_subscription(address=EmailAddress("ana@example.ORG"), topic=PostingTopic(POSTING_ID), wishes=wishes())
    assert SubscriptionRecord.objects.count() == 1
    assert events().count("SubscriptionRequested") == 1


def test_the_confirmation_link_of_a_replaced_subscription_answers_that_one_follows_already(client: Client) -> None:
    first = asked()
    url = path(links.confirm_url(first))
    client.post(url)
    board.change_wishes(subscription_id=first, wishes=wishes(Frequency.DAILY))
    for response in (client.get(url), client.post(url)):
        assert response.status_code == HTTPStatus.OK
        assert "already follow" in page(response)


def test_an_old_link_after_a_renewed_request_says_so_and_then_that_one_follows(client: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        old = asked()
        clock.shift(CONFIRMATION_LIFETIME)
        board.renew_request(subscription_id=old)
        url = path(links.confirm_url(old))
        for response in (client.get(url), client.post(url)):
            assert response.status_code == HTTPStatus.GONE
            assert "newer mail" in page(response)
            assert "altered" not in page(response)
        renewed = SubscriptionRecord.objects.get(state="PENDING")
        client.post(path(links.confirm_url(SubscriptionId(renewed.pk))))
        for response in (client.get(url), client.post(url)):
            assert response.status_code == HTTPStatus.OK
            assert "already follow" in page(response)


def test_the_confirmation_link_of_somebody_who_left_offers_to_follow_again(client: Client) -> None:
    subscription_id = asked()
    client.post(path(links.confirm_url(subscription_id)))
    client.post(path(links.end_url(subscription_id)))
    response = client.post(path(links.confirm_url(subscription_id)))
    assert response.status_code == HTTPStatus.GONE
    assert f'href="/jobs/{POSTING_ID}/"' in page(response)
    assert state(subscription_id) == "ENDED"


def ask_again(*, frequency: Frequency = Frequency.IMMEDIATE, share_address: bool) -> None:
    wished = wishes(frequency, share_address=share_address)
    board.request_subscription(address=ANA, topic=PostingTopic(POSTING_ID), wishes=wished)


def test_who_confirms_sees_what_was_asked_for_and_decides_about_the_address(client: Client) -> None:
    """A stranger may have ticked the box, and asked for other mails."""
    subscription_id = asked()
    url = path(links.confirm_url(subscription_id))
    ask_again(frequency=Frequency.DAILY, share_address=True)
    strangers = page(client.get(url))
    assert "Share my address with the company" in strangers
    assert "Once a day" in strangers
    ask_again(share_address=False)
    own = page(client.get(url))
    assert "Share my address with the company" not in own
    assert "At once" in own
    ask_again(share_address=True)
    assert client.post(url).status_code == HTTPStatus.OK
    record = SubscriptionRecord.objects.get(pk=subscription_id)
    assert (record.state, record.share_address, record.frequency) == ("CONFIRMED", False, "IMMEDIATE")


def test_who_leaves_the_box_ticked_shares_the_address(client: Client) -> None:
    subscription_id = asked()
    ask_again(share_address=True)
    assert client.post(path(links.confirm_url(subscription_id)), {"share_address": "on"}).status_code == HTTPStatus.OK
    assert SubscriptionRecord.objects.get(pk=subscription_id).share_address
