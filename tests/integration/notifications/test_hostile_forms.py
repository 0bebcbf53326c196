"""Whatever is sent to the public forms, in whichever field: no error, no foreign header, no other recipient, nothing unescaped."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from adapters import following, links
from adapters.models import SubscriptionRecord
from adapters.repositories import subscription_of
from cms.models import JobPage
from jobs_domain.email_address import EmailAddress, InvalidEmailAddress
from jobs_domain.identifiers import SubscriptionId
from notifications.preferences.links import manage_url
from notifications.preferences.signing_in import send_links
from tests.integration.cms.factories import make_follower, make_job
from tests.integration.notifications.hostile import (
    ADDRESS,
    EVIL,
    PIECES,
    check_answer,
    check_html,
    check_mail,
    forms,
    post,
    texts,
)
from tests.integration.notifications.world import html, work

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

FOLLOW: Final = "/jobs/baker/subscribe/"
SEARCH: Final = "/searches/follow/"
SIGN_IN: Final = "/subscriptions/manage/"
FIELDS: Final = ("frequency", "share_address", "website", "stamp")
QUERY: Final = "q category company place workplace employment salary currency since sort page next return done".split()
many = hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(autouse=True)
def baker(settings: LazySettings) -> JobPage:
    settings.ASKS_PER_CLIENT = settings.ASKS_PER_ADDRESS = 0
    return make_job()


def queries() -> st.SearchStrategy[str]:
    """Of what the list may be asked for, well or ill."""
    sensible = st.sampled_from(["baker", "on-site", "full-time", "100", "EUR", "7", "closing", "changed", "/"])
    pairs = st.lists(st.tuples(st.sampled_from(QUERY), sensible | texts()), max_size=4)
    return pairs.map(lambda drawn: urlencode(drawn, errors="surrogatepass"))


def mailed() -> list[EmailMultiAlternatives]:
    while send_links():
        pass
    return work()


def wire(typed: str) -> str:
    """Where a mail to what was typed goes; the web server has put something else in place of what is no text."""
    text = typed.encode(errors="surrogatepass").decode(errors="replace")
    try:
        return EmailAddress(text).for_the_wire
    except InvalidEmailAddress:
        return ""


@many
@given(form=forms(*FIELDS), query=queries(), path=st.sampled_from([FOLLOW, SEARCH, f"/de{FOLLOW}", SIGN_IN]))
def test_forms_of_strangers(client: Client, form: dict[str, str], query: str, path: str) -> None:
    """And if somebody confirms what they got, the company's mail is no worse."""
    answer = post(client, f"{path}?{query}", form)
    check_answer(answer)
    for message in mailed():
        check_mail(message, wire(form["address"]))
        assert answer.status_code == 303
    for record in SubscriptionRecord.objects.filter(state="PENDING"):
        check_answer(client.post(links.confirm_url(SubscriptionId(record.pk)).removeprefix("http://testserver")))
        check_answer(client.get(manage_url(SubscriptionId(record.pk)).removeprefix("http://testserver")))
        assert subscription_of(record).address.for_the_wire == wire(form["address"])
        for message in mailed():
            check_mail(message, "jobs@bread.example")
    SubscriptionRecord.objects.all().delete()


@many
@given(form=forms(*FIELDS))
def test_asking_for_another_address(client: Client, baker: JobPage, form: dict[str, str]) -> None:
    follower = make_follower(baker, "cleo@example.org")
    mailed()
    check_answer(post(client, f"{manage_url(follower).removeprefix('http://testserver')}address/", form))
    for message in mailed():
        check_mail(message, wire(form["address"]))
    SubscriptionRecord.objects.all().delete()


@many
@given(
    form=forms("change", "end", "end-all", "frequency", "language", "hour", "weekday", "zone", "paused_until"),
    changes=st.booleans(),
)
def test_wishes(client: Client, baker: JobPage, form: dict[str, str], changes: bool) -> None:
    follower = make_follower(baker, "cleo@example.org")
    mailed()
    page = manage_url(follower).removeprefix("http://testserver")
    check_answer(post(client, page, form | ({"change": str(follower)} if changes else {})))
    check_answer(client.get(page))
    assert mailed() == []
    SubscriptionRecord.objects.all().delete()


@many
@given(query=queries(), token=texts())
def test_looking(client: Client, query: str, token: str) -> None:
    segment = quote(token, safe="", errors="surrogatepass")
    for path in ("/jobs/", SEARCH, f"{SEARCH}sent/", FOLLOW, SIGN_IN, f"{SIGN_IN}sent/", "/jobs/baker/"):
        check_answer(client.get(f"{path}?{query}"))
    for path in ("confirm", "renew", "end", "manage", "move"):
        for answer in (
            client.get(f"/subscriptions/{path}/{segment}/"),
            client.post(f"/subscriptions/{path}/{segment}/"),
        ):
            check_answer(answer)
            assert answer.status_code in {301, 303, 404, 405}
    assert mail.outbox == []


@many
@given(value=texts())
def test_headers(client: Client, value: str) -> None:
    """As far as web servers let them through: in one line."""
    said = value.encode(errors="replace").decode("latin-1")
    line = re.sub(r"[\x00-\x1f\x7f]", "", said)[:4_000]
    for name in (
        "X-Forwarded-For",
        "Accept-Language",
        "Referer",
        "Origin",
        "Sec-Fetch-Site",
        "User-Agent",
        "HX-Request",
    ):
        check_answer(client.post(FOLLOW, {"address": ADDRESS}, headers={name: line}))
        check_answer(client.get(FOLLOW, headers={name: line}))
    for message in mailed():
        check_mail(message, ADDRESS)
    SubscriptionRecord.objects.all().delete()


@pytest.mark.parametrize("field", ["address", *FIELDS, "next"])
def test_each_piece_in_each_field(client: Client, field: str) -> None:
    for piece in PIECES:
        for path in (FOLLOW, f"{SEARCH}?q=baker", SIGN_IN):
            check_answer(post(client, path, {"address": ADDRESS} | {field: piece}))
            check_answer(post(client, path, {"address": ADDRESS} | {field: f"{ADDRESS}{piece}"}))
    for message in mailed():
        check_mail(message, ADDRESS)


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{EVIL}</p><{EVIL}>",
        f'<input value="" {EVIL}="1">',
        f"<script>{EVIL}</script>",
        '<a href="javascript:alert(1)">',
        f"<!-- {EVIL} -->",
    ],
)
def test_what_breaks_out_is_seen(page: str) -> None:
    with pytest.raises(AssertionError):
        check_html(page)


def test_the_digest_of_a_search_that_was_made_up_of_markup_is_escaped(
    client: Client, clock: time_machine.Traveller
) -> None:
    typed = "<x-evil>baker"
    assert post(client, f"{SEARCH}?{urlencode({'q': typed})}", {"address": ADDRESS}).status_code == 303
    mailed()
    record = SubscriptionRecord.objects.get()
    client.post(links.confirm_url(SubscriptionId(record.pk)).removeprefix("http://testserver"))
    clock.shift(timedelta(minutes=1))
    make_job("The x-evil baker")
    work()
    clock.move_to((datetime.now(UTC) + timedelta(days=1)).replace(hour=8, minute=5))
    (digest,) = work()
    check_mail(digest, ADDRESS)
    assert "<x-evil>" in str(digest.subject)
    assert "&lt;x-evil&gt;" in html(digest)


HARMLESS: Final = {"address": "ben@example.org"}
SPAM: Final = {
    "address": "Buy.pills+at=spam/example@spam.example",
    "share_address": "on",
    "frequency": "DAILY",
    "stamp": "pills at spam.example",
    "next": "https://spam.example/pills",
    "subject": "pills",
}


@pytest.mark.parametrize(
    ("path", "harmless", "spam"),
    [
        (FOLLOW, "", "?q=pills+at+spam.example&next=https://spam.example"),
        (SEARCH, "?q=baker", "?q=pills+at+spam.example"),
        (SEARCH, "?q=baker&category=baking", "?q=pills&category=pills-at-spam-example"),
    ],
)
def test_a_confirmation_has_nothing_in_it_that_its_sender_typed(
    client: Client, path: str, harmless: str, spam: str
) -> None:
    """Whoever asked, and whatever they typed: but for the link, the mail is the same to the letter."""

    def sent(query: str, form: dict[str, str]) -> tuple[str, ...]:
        client.post(f"{path}{query}", form)
        (message,) = mailed()
        whole = message.message()
        headers = [
            f"{name}: {whole[name]}" for name in whole if name not in {"To", "Message-ID", "Date", "Content-Type"}
        ]
        parts = (str(message.subject), str(message.body), html(message), *headers)
        SubscriptionRecord.objects.all().delete()
        return tuple(re.sub(r"/(confirm|manage|end)/[-\w.]+/", r"/\1/…/", part) for part in parts)

    spammed = sent(spam, SPAM)
    assert spammed == sent(harmless, HARMLESS)
    assert not re.search(r"pills|spam", " ".join(spammed), re.IGNORECASE)


def test_requests_that_nobody_has_seen_to_yet_are_forgotten_with_the_person(client: Client, baker: JobPage) -> None:
    follower = make_follower(baker, ADDRESS)
    client.post(FOLLOW, {"address": "ANA@example.org"})
    client.post(f"{manage_url(follower).removeprefix('http://testserver')}erase/")
    assert following.see_to() == 0
    assert not SubscriptionRecord.objects.exists()
