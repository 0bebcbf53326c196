"""Links of mails about a posting that has been taken down since: what they say is true, and what they offer can be done."""

from __future__ import annotations

import pytest
from django.test import Client

from adapters import board, links
from adapters.board import Whereabouts
from jobs_domain.events import RetirementReason
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.posting import NotPublic
from tests.integration.adapters.test_subscription_pages import asked, page, path
from tests.unit.examples import POSTING_ID

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def taken_down() -> None:
    """And its followers have been let go, as workers do."""
    seen = NotPublic(RetirementReason.DELETED)
    board.observe_posting(posting_id=POSTING_ID, seen=seen, whereabouts=Whereabouts("/jobs/gone/", None))
    assert board.end_followers_of_retired(posting_id=POSTING_ID, at_most=10)


@pytest.fixture
def subscription_id() -> SubscriptionId:
    return asked()


def test_a_request_that_was_not_confirmed_in_time_is_over_because_of_that(
    client: Client, subscription_id: SubscriptionId
) -> None:
    taken_down()
    address = path(links.confirm_url(subscription_id))
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 410
        assert "has been taken down since" in page(answer)
        assert "a newer mail took its place" not in page(answer)
        assert "Follow it again" not in page(answer)
        assert ">See all open jobs<" in page(answer)


def test_who_was_let_go_is_not_asked_whether_they_want_to_go(client: Client, subscription_id: SubscriptionId) -> None:
    board.confirm_subscription(subscription_id=subscription_id)
    taken_down()
    address = path(links.end_url(subscription_id))
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 200
        assert "You no longer follow this" in page(answer)
        assert "<button" not in page(answer)
        assert "The posting has been taken down." in page(answer)
        assert "Follow it again" not in page(answer)


def test_who_has_left_and_come_back_is_asked_by_an_old_link(client: Client, subscription_id: SubscriptionId) -> None:
    board.confirm_subscription(subscription_id=subscription_id)
    board.end_subscription(subscription_id=subscription_id)
    old = path(links.end_url(subscription_id))
    assert "You no longer follow this" in page(client.get(old))
    assert "Follow it again" in page(client.get(old))
    again = asked()
    board.confirm_subscription(subscription_id=again)
    assert "<button" in page(client.get(old))
