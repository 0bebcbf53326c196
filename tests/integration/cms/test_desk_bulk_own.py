"""Wagtail's own actions on many postings, and on the board, say who is told."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.integration.cms.desk import bulk_url
from tests.integration.cms.factories import (
    make_follower,
    make_job,
    make_publisher,
    the_board,
)
from tests.integration.cms.keyboard import text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_wagtails_own_actions_say_who_is_told(publisher: Client) -> None:
    baker, cook = make_job("Baker"), make_job("Cook")
    make_follower(baker, "ana@example.org")
    make_follower(cook, "ana@example.org")
    make_follower(cook, "ben@example.org")
    for action in ("unpublish", "delete"):
        page = text(publisher, bulk_url(action, baker, cook))
        assert "2 people follow the 2 public postings here and will be told by e-mail." in page
    page = text(publisher, bulk_url("publish", baker))
    assert "1 person follows the public posting among these" in page
    assert "public posting" not in text(publisher, bulk_url("publish", make_job("Draft", published=False)))


def make_publisher_of_all() -> User:
    user = make_publisher()
    user.is_superuser = True
    user.save()
    return user


def test_taking_down_the_board_tells_those_below(client: Client) -> None:
    client.force_login(make_publisher_of_all())
    job, board = make_job(), the_board()
    make_follower(job)
    told = "1 person follows the 1 public posting here and will be told by e-mail."
    ticked = "Nobody will be told by e-mail; 1 if the postings below are taken down, too."
    for address, words in {
        reverse("wagtailadmin_pages:delete", args=[board.pk]): told,
        bulk_url("delete", board): told,
        reverse("wagtailadmin_pages:unpublish", args=[board.pk]): ticked,
        bulk_url("unpublish", board): ticked,
    }.items():
        assert words in " ".join(text(client, address).split()), address


def test_before_deleting_the_notice_is_above_the_buttons(publisher: Client) -> None:
    job = make_job()
    make_follower(job)
    page = text(publisher, reverse("wagtailadmin_pages:delete", args=[job.pk]))
    assert page.index("1 person follows this posting") < page.index("Yes, delete it")
    assert page.count("1 person follows this posting") == 1
