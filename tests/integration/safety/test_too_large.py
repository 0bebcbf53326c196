"""What is larger than anything that the board needs is refused before it is read, with a page that says so."""

from __future__ import annotations

from typing import Final

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory

from cms.models import JobPage
from config.too_large import LargestBody
from tests.integration.cms.factories import make_job
from tests.integration.notifications import people

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

WORDS: Final = "That was too much to read"


@pytest.fixture
def job() -> JobPage:
    return make_job()


def test_a_form_of_a_public_page_is_refused_with_a_page(job: JobPage, settings: LazySettings) -> None:
    answer = Client().post(f"{job.path_on_site}subscribe/", {"address": "a" * settings.LARGEST_BODY})
    assert answer.status_code == 413
    assert WORDS in answer.content.decode()
    assert not answer.cookies


def test_the_page_is_in_the_language_of_the_address(job: JobPage, settings: LazySettings) -> None:
    answer = Client().post(f"/de{job.path_on_site}subscribe/", {"address": "a" * settings.LARGEST_BODY})
    assert answer.status_code == 413
    assert "Das war zu viel zum Lesen" in answer.content.decode()


@pytest.mark.parametrize("address", ["/subscriptions/end/nothing/", "/api/postings", "/jobs/", "/nothing/"])
def test_so_is_anything_else_that_comes_from_outside(address: str, settings: LazySettings) -> None:
    answer = Client().post(address, bytes(settings.LARGEST_BODY + 1), content_type="application/octet-stream")
    assert answer.status_code == 413


def test_what_is_just_small_enough_is_read(job: JobPage, settings: LazySettings) -> None:
    answer = Client().post(f"{job.path_on_site}subscribe/", {"address": "a" * (settings.LARGEST_BODY - 1000)})
    assert answer.status_code == 422


def test_an_upload_to_the_admin_is_refused_before_anybody_signs_in(settings: LazySettings) -> None:
    request = RequestFactory().post("/admin/login/")
    request.META["CONTENT_LENGTH"] = str(settings.LARGEST_BODY_OF_ADMIN + 1)
    assert LargestBody(lambda _request: pytest.fail("It was read."))(request).status_code == 413


@pytest.mark.parametrize("cookie", [None, "", "0" * 32, "\x00"])
def test_nobody_sends_the_admin_more_than_a_public_page_before_they_sign_in(
    settings: LazySettings, cookie: str | None
) -> None:
    """However slowly it comes, nobody waits for it."""
    request = RequestFactory().post("/admin/images/add/")
    request.META["CONTENT_LENGTH"] = str(settings.LARGEST_BODY + 1)
    if cookie is not None:
        request.COOKIES[settings.SESSION_COOKIE_NAME] = cookie
    answer = LargestBody(lambda _request: pytest.fail("It was read."))(request)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/login/")


def test_a_form_of_the_admin_that_is_too_large_for_django_is_answered_likewise(settings: LazySettings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
    text = "a" * 100_001
    answer = people.administrator().post("/admin/snippets/cms/category/add/", {"name": text})
    assert answer.status_code == 413
    assert WORDS in answer.content.decode()
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    answer = people.administrator().post("/admin/snippets/cms/category/add/", {str(number): "" for number in range(11)})
    assert answer.status_code == 413
