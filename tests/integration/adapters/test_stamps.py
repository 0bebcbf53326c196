"""A form that is sent back sooner than a person can fill it in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Final

import pytest
import time_machine
from django.conf import LazySettings
from django.core.signing import TimestampSigner
from django.test import Client

from adapters.hourly import Counted
from adapters.models import Allowance, FollowRequest, HourlyCount, SubscriptionRecord
from notifications.models import AddressChange, SignInRequest
from notifications.preferences.links import manage_url
from tests.integration.cms.factories import make_follower, make_job
from tests.unit.examples import NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

FORMS: Final = ("/jobs/baker/subscribe/", "/searches/follow/?q=baker", "/subscriptions/manage/", "another address")
SECONDS: Final = 2


@pytest.fixture(autouse=True)
def clock(settings: LazySettings) -> Iterator[time_machine.Traveller]:
    settings.MINIMUM_FILL_TIME = SECONDS
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    """Each of the forms that have a mail sent."""
    follower = make_follower(make_job(), "cleo@example.org")
    if request.param != "another address":
        return str(request.param)
    return f"{manage_url(follower).removeprefix('http://testserver')}address/"


def stamp_in(page: bytes) -> str:
    (found,) = re.findall(r'<input type="hidden" name="stamp" value="([^"]+)">', page.decode())
    return unescape(found)


def requests() -> int:
    return FollowRequest.objects.count() + SignInRequest.objects.count() + AddressChange.objects.count()


def counted() -> dict[str, int]:
    return dict(HourlyCount.objects.values_list("what", "number"))


def test_who_takes_a_moment_is_heard(client: Client, form: str, clock: time_machine.Traveller) -> None:
    stamp = stamp_in(client.get(form).content)
    clock.shift(timedelta(seconds=SECONDS, milliseconds=1))
    assert client.post(form, {"address": "ana@example.org", "stamp": stamp}).status_code in {200, 303}
    assert requests() == 1
    assert counted() == {}


def test_who_is_too_quick_loses_nothing_and_presses_once_more(
    client: Client, form: str, clock: time_machine.Traveller
) -> None:
    stamp = stamp_in(client.get(form).content)
    clock.shift(timedelta(seconds=1))
    sent = {"address": "ana@example.org", "stamp": stamp}
    refused = client.post(form, sent)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "press the button again" in page
    assert 'value="ana@example.org"' in page
    assert stamp_in(refused.content) == stamp
    assert requests() == Allowance.objects.count() == 0
    assert counted() == {Counted.TOO_QUICK.value: 1}
    clock.shift(timedelta(seconds=1, milliseconds=1))
    assert client.post(form, sent).status_code in {200, 303}
    assert requests() == 1


FORGED: Final = {
    "none": "",
    "rubbish": "x",
    "by another key": TimestampSigner(salt="board.stamps", key="another key").sign("form"),
    "for something else": TimestampSigner(salt="other").sign("form"),
    "long": ":" * 10_000,
    "broken": "\0\r\n<b>",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_stamp_that_is_not_ours_is_replaced_by_a_fresh_one(
    client: Client, form: str, clock: time_machine.Traveller, forged: str
) -> None:
    sent = {"address": "ana@example.org"} | ({"stamp": forged} if forged else {})
    refused = client.post(form, sent)
    assert refused.status_code == 422
    assert "press the button again" in refused.content.decode()
    assert counted() == {Counted.NO_STAMP.value: 1}
    clock.shift(timedelta(seconds=SECONDS, milliseconds=1))
    again = sent | {"stamp": stamp_in(refused.content)}
    assert client.post(form, again).status_code in {200, 303}
    assert requests() == 1


def test_to_mend_a_mistake_takes_as_long_as_one_likes(client: Client, form: str, clock: time_machine.Traveller) -> None:
    stamp = stamp_in(client.get(form).content)
    clock.shift(timedelta(seconds=SECONDS, milliseconds=1))
    mistyped = client.post(form, {"address": "ana", "stamp": stamp})
    assert mistyped.status_code == 422
    assert client.post(form, {"address": "ana@example.org", "stamp": stamp_in(mistyped.content)}).status_code in {
        200,
        303,
    }


def test_the_form_on_a_page_that_is_kept_has_a_stamp_too_and_an_old_one_is_good(
    client: Client, clock: time_machine.Traveller
) -> None:
    make_job()
    stamp = stamp_in(client.get("/jobs/baker/").content)
    clock.shift(timedelta(seconds=30))
    kept = stamp_in(client.get("/jobs/baker/").content)
    assert kept == stamp
    clock.shift(timedelta(days=30))
    assert client.post(FORMS[0], {"address": "ana@example.org", "stamp": kept}).status_code == 303


def test_known_and_unknown_addresses_are_told_the_same(client: Client) -> None:
    make_follower(make_job(), "ana@example.org")
    stamp = stamp_in(client.get(FORMS[0]).content)
    pages = {
        name: client.post(FORMS[0], {"address": f"{name}@example.org", "stamp": stamp}).content.replace(
            f"{name}@example.org".encode(), b"somebody"
        )
        for name in ("ana", "ben")
    }
    assert pages["ana"] == pages["ben"]
    assert SubscriptionRecord.objects.count() == 1


def test_a_key_that_was_replaced_is_known_for_a_while(
    client: Client, settings: LazySettings, clock: time_machine.Traveller
) -> None:
    make_job()
    stamp = stamp_in(client.get(FORMS[0]).content)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    clock.shift(timedelta(seconds=3))
    assert client.post(FORMS[0], {"address": "ana@example.org", "stamp": stamp}).status_code == 303


def test_with_no_time_set_there_is_no_stamp(client: Client, settings: LazySettings, form: str) -> None:
    settings.MINIMUM_FILL_TIME = 0
    assert b'name="stamp"' not in client.get(form).content
    assert b'name="stamp"' not in client.post(form, {"address": "ana", "stamp": "x"}).content
    assert client.post(form, {"address": "ana@example.org"}).status_code in {200, 303}


def test_the_trap_is_set_on_all_forms(client: Client, form: str) -> None:
    assert client.post(form, {"address": "ana@example.org", "website": "x"}).status_code in {200, 303}
    assert requests() == 0
    assert counted() == {Counted.TRAPPED.value: 1}
