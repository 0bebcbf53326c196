"""From an address to its page: most of what is asked of the board is about one posting."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from cms.models import HomePage, JobPage
from tests.integration.cms.factories import make_job, the_board

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def routed(path: str) -> tuple[Page | None, int]:
    """Which page it is, and how many queries that took."""
    request = RequestFactory().get(path)
    Page.route_for_request(request, "/")  # knows the site, and Wagtail's types of pages, from now on
    with CaptureQueriesContext(connection) as queries:
        found = Page.route_for_request(RequestFactory().get(path), path)
    return None if found is None else found.page, len(queries)


@pytest.mark.parametrize("below", ["", "subscribe/", "subscribe/sent/"])
def test_a_posting_is_found_at_once_whatever_is_above_it(below: str) -> None:
    """The site, the page at its top, and the posting: a query each."""
    job = make_job()
    assert routed(f"{job.path_on_site}{below}") == (job, 3)


def test_one_that_is_a_draft_is_not_found() -> None:
    job = make_job(published=False)
    with pytest.raises(Http404):
        HomePage.objects.get().route(RequestFactory().get("/"), ["jobs", job.slug])


def test_nor_is_one_under_another_board() -> None:
    job = make_job()
    with pytest.raises(Http404):
        HomePage.objects.get().route(RequestFactory().get("/"), ["other", job.slug])


def test_a_posting_moves_with_its_board(client: Client) -> None:
    job, board = make_job(), the_board()
    board.slug = "careers"
    board.save_revision().publish()
    moved = JobPage.objects.get(pk=job.pk)
    assert client.get(f"/careers/{job.slug}/").status_code == 200
    assert routed(moved.path_on_site)[0] == job
