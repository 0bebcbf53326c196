"""How long one stays signed in, and how one gets out."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import clear_url_caches, reverse
from django.utils import timezone
from environs import ValidationError

from cms.models import JobPage
from cms.signin import tidying
from config import urls
from config.settings.signin import is_free_path
from tests.integration.cms.factories import make_job
from tests.integration.signin.people import (
    BY_PASSKEY,
    CARL,
    HOME,
    LOGIN,
    MALLORY,
    PASSWORD,
    asked_of_passkeys,
    at,
    is_in,
    password,
    person,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ACCOUNT = "/admin/account/"
NEW = "another long one for me"


def public_url(job: JobPage) -> str:
    assert job.url is not None
    return job.url


def test_a_new_key_is_given_to_who_signs_in() -> None:
    """Else whoever has planted a session in the browser would be signed in by it, too."""
    person()
    client = at()
    client.get("/admin/login/passkey/", headers={"Accept": "application/json"})
    before = client.cookies["sessionid"].value
    password(client)
    assert client.cookies["sessionid"].value != before
    assert not Session.objects.filter(pk=before).exists()


def test_after_half_a_day_one_signs_in_again_even_if_one_was_busy_all_the_time() -> None:
    person()
    client, start = at(), timezone.now()
    password(client, remember="on")
    for hours in range(2, 12, 3):
        with time_machine.travel(start + timedelta(hours=hours)):
            session = client.session
            session["busy"] = hours
            session.save()
            assert is_in(client)
    with time_machine.travel(start + timedelta(hours=12, minutes=1)):
        assert not is_in(client)


def test_whoever_does_not_want_to_be_remembered_is_not() -> None:
    person()
    forgotten, remembered = at(), at()
    password(forgotten)
    password(remembered, remember="on")
    assert forgotten.cookies["sessionid"]["max-age"] == ""
    assert remembered.cookies["sessionid"]["max-age"] == 12 * 3600


def test_a_new_password_ends_all_other_sessions() -> None:
    person()
    here, there = at(), at()
    password(here)
    password(there)
    changed = {
        "password-old_password": PASSWORD,
        "password-new_password1": NEW,
        "password-new_password2": NEW,
        "name_email-first_name": "Carl",
        "name_email-last_name": "C",
        "name_email-email": "carl@board.example.org",
        "locale-preferred_language": "",
        "locale-current_time_zone": "UTC",
        "theme-theme": "system",
        "theme-density": "default",
        "theme-contrast": "system",
        "theme-keyboard_shortcuts": "on",
    }
    assert here.post(ACCOUNT, changed).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert password(at()).status_code == 200
    assert password(at(), said=NEW).status_code == 302


def test_one_signs_out_by_a_form_only() -> None:
    person()
    client = at()
    password(client)
    assert client.get("/admin/logout/").status_code == 405
    assert is_in(client)
    client.post("/admin/logout/")
    assert not is_in(client)
    assert not Session.objects.exists()


def test_sessions_that_have_ended_are_forgotten() -> None:
    person()
    password(at(), remember="on")
    assert tidying.forget() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert tidying.forget() == 1
    assert not Session.objects.exists()


def test_all_of_them_at_once_however_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "PORTION", 2)
    for _ in range(5):
        asked_of_passkeys(at())
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert tidying.forget() == 5


def test_a_client_may_ask_for_passkeys_only_so_often_and_shuts_nobody_out(settings: LazySettings) -> None:
    """Each begins a session of nobody."""
    settings.SIGN_IN_TRIES_PER_CLIENT = 1
    person()
    json = {"Accept": "application/json"}
    answers = [at(MALLORY).get(BY_PASSKEY, headers=json).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    assert Session.objects.count() == 10
    assert at(MALLORY).post(BY_PASSKEY, {"credential": "{}"}).status_code == 429
    assert password(at(MALLORY)).status_code == 302
    assert at(CARL).get(BY_PASSKEY, headers=json).status_code == 200


def test_public_pages_set_no_cookie_for_anybody() -> None:
    job = make_job()
    person()
    editor = at()
    password(editor)
    for client in (Client(), editor):
        for address in ("/jobs/", public_url(job), "/robots.txt", "/subscriptions/sign-in/", "/nothing-here/"):
            answer = client.get(address)
            assert not answer.cookies, address
            assert not answer.has_header("Set-Cookie")


@pytest.fixture
def office(settings: LazySettings) -> Iterator[None]:
    """A board whose admin is elsewhere."""
    settings.ADMIN_PATH = "the/office"
    importlib.reload(urls)
    clear_url_caches()
    yield
    settings.ADMIN_PATH = "admin"
    importlib.reload(urls)
    clear_url_caches()


@pytest.mark.usefixtures("office")
def test_the_admin_may_be_elsewhere() -> None:
    person()
    client = at()
    assert client.get(HOME).status_code == 404
    assert client.get("/the/office/").headers["Location"] == "/the/office/login/?next=/the/office/"
    form = client.get("/the/office/login/").content.decode()
    assert 'action="/the/office/login/"' in form
    assert 'href="/the/office/password_reset/"' in form
    signed_in = client.post("/the/office/login/", {"username": "carl", "password": PASSWORD})
    assert signed_in.headers["Location"] == "/the/office/"
    for address in ("/the/office/", reverse("mfa_index"), reverse("wagtailadmin_account")):
        assert client.get(address).status_code == 200
    assert client.get("/the/office").status_code in (301, 302)
    assert client.get("/de/the/office/").status_code == 404, "it has the language of who works there"


@pytest.mark.usefixtures("office")
def test_nothing_public_says_where_the_admin_is() -> None:
    job = make_job()
    for address in ("/robots.txt", "/sitemap.xml", "/jobs/", public_url(job), "/nothing-here/"):
        assert "office" not in Client().get(address).content.decode(), address


def test_robots_are_not_told_either() -> None:
    assert "admin" not in Client().get("/robots.txt").content.decode()
    assert 'name="robots" content="noindex"' in Client().get(LOGIN).content.decode()


@pytest.mark.parametrize("path", ["", "/", "jobs", "de/office", "a b", "../x", "documents", "static/admin"])
def test_the_path_of_the_admin_is_none_of_something_else(path: str) -> None:
    with pytest.raises(ValidationError):
        is_free_path(path)


@pytest.mark.parametrize("path", ["admin", "office", "/the/office/", "x-7_y"])
def test_any_other_will_do(path: str) -> None:
    is_free_path(path)
