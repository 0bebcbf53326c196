"""What an operator plugs in to keep robots out: the example of the documents works as printed, on all forms."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from django.conf import LazySettings
from django.core import checks
from django.core.management import call_command
from django.test import Client

from adapters.hourly import Counted
from adapters.models import Allowance, FollowRequest, HourlyCount
from adapters.web.challenge import Challenge
from notifications.models import AddressChange, SignInRequest
from notifications.preferences.links import manage_url
from tests.integration.cms.factories import make_follower, make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

DOCUMENT: Final = Path(__file__).parents[3] / "docs" / "challenge.md"
FORMS: Final = ("/jobs/baker/subscribe/", "/searches/follow/?q=baker", "/subscriptions/manage/")
NUMBERS: Final = "one two three four five six seven eight nine".split()


class Refuses:
    """Is met by nobody."""

    def html(self) -> str:
        return ""


@pytest.fixture
def _a_sum(settings: LazySettings) -> Iterator[None]:
    """The example, as a module of the operator's."""
    found = re.search(
        r"<!-- checked by tests/integration/adapters/test_challenge.py -->\n```python\n(.*?)```",
        DOCUMENT.read_text(),
        re.DOTALL,
    )
    assert found
    module = ModuleType("sums")
    exec(compile(found[1], str(DOCUMENT), "exec"), module.__dict__)  # noqa: S102 - the document is ours
    sys.modules["sums"] = module
    settings.CHALLENGE = "sums.Sum"
    yield
    del sys.modules["sums"]


def asked(page: str) -> tuple[dict[str, str], int]:
    """What goes back with the answer, and the answer."""
    question = re.search(r"How much is (\w+) and (\w+)\?", page)
    hidden = re.search(r'name="sum_asked" value="([^"]+)"', page)
    assert question
    assert hidden
    return {"sum_asked": unescape(hidden[1])}, sum(NUMBERS.index(word) + 1 for word in question.groups())


def requests() -> int:
    return FollowRequest.objects.count() + SignInRequest.objects.count() + AddressChange.objects.count()


@pytest.mark.usefixtures("_a_sum")
@pytest.mark.parametrize("form", FORMS)
def test_who_answers_rightly_is_heard(client: Client, form: str) -> None:
    make_job()
    sent, answer = asked(client.get(form).content.decode())
    assert client.post(form, sent | {"address": "ana@example.org", "sum": str(answer)}).status_code == 303
    assert requests() == 1


@pytest.mark.usefixtures("_a_sum")
def test_another_address_is_asked_for_with_it_too(client: Client) -> None:
    page = f"{manage_url(make_follower(make_job(), 'cleo@example.org')).removeprefix('http://testserver')}address/"
    sent, answer = asked(client.get(page).content.decode())
    assert client.post(page, {"address": "ana@example.org"}).status_code == 422
    assert client.post(page, sent | {"address": "ana@example.org", "sum": str(answer)}).status_code == 200
    assert requests() == 1


@pytest.mark.usefixtures("_a_sum")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wrong", ["", "0", "x", "१", "9" * 5000])
def test_who_does_not_is_asked_anew_and_nothing_typed_is_lost(client: Client, form: str, wrong: str) -> None:
    make_job()
    sent, _ = asked(client.get(form).content.decode())
    refused = client.post(form, sent | {"address": "ana@example.org", "sum": wrong})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "was not answered rightly, so nothing was sent yet" in page
    assert 'value="ana@example.org"' in page
    again, answer = asked(page)
    assert requests() == Allowance.objects.count() == 0
    assert HourlyCount.objects.get().what == Counted.CHALLENGE.value
    assert client.post(form, again | {"address": "ana@example.org", "sum": str(answer)}).status_code == 303


@pytest.mark.usefixtures("_a_sum")
def test_it_is_asked_on_the_page_of_a_posting_which_is_kept_for_many(client: Client) -> None:
    make_job()
    pages = [client.get("/jobs/baker/").content.decode() for _ in range(2)]
    (sent, answer), others = asked(pages[0]), asked(pages[1])
    assert (sent, answer) == others
    for name in ("ana", "ben"):
        data = sent | {"address": f"{name}@example.org", "sum": str(answer)}
        assert client.post("/jobs/baker/subscribe/", data).status_code == 303


@pytest.mark.usefixtures("_a_sum")
def test_it_is_asked_in_the_language_of_the_page(client: Client) -> None:
    make_job()
    assert "Wie viel ist" in client.get("/de/jobs/baker/subscribe/").content.decode()


@pytest.mark.usefixtures("_a_sum")
def test_the_example_is_a_challenge() -> None:
    assert isinstance(sys.modules["sums"].Sum(), Challenge)
    call_command("check")


@pytest.mark.parametrize("name", ["sums.Sums", "nowhere", "os.path.join", f"{__name__}.Refuses", f"{__name__}.FORMS"])
def test_a_setting_that_names_no_challenge_is_named(settings: LazySettings, name: str) -> None:
    settings.CHALLENGE = name
    (error,) = [each for each in checks.run_checks() if each.id == "adapters.E001"]
    assert name in error.msg


def test_without_one_nothing_is_asked(client: Client) -> None:
    make_job()
    assert client.post(FORMS[0], {"address": "ana@example.org"}).status_code == 303
