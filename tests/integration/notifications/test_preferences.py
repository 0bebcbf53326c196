"""Everything that somebody follows, in their own hands."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from adapters import board, following
from adapters.models import SubscriptionRecord
from adapters.tokens import LIFETIME, Purpose, sign, sign_dated
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from notifications import suppression
from notifications.models import Delivery, SignInRequest, Suppression
from notifications.preferences.links import manage_url
from notifications.preferences.signing_in import send_links
from tests.integration.cms.factories import make_job
from tests.integration.notifications.rows import every_row
from tests.integration.notifications.world import BETTER_PAID, ask, follow, html, recipients, show, take_down, work
from tests.unit.examples import ANA, BEN, GERMAN, REMOTE_PYTHON, THE_POSTING, wishes

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

SIGN_IN = "/subscriptions/manage/"


@pytest.fixture(autouse=True)
def a_posting() -> None:
    show()


def path_of(subscription_id: SubscriptionId) -> str:
    return manage_url(subscription_id).removeprefix("http://testserver")


def words(response: _MonkeyPatchedWSGIResponse) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return " ".join(text.split())


def links_mailed() -> list[EmailMultiAlternatives]:
    while send_links():
        pass
    return work()


def link_in(message: EmailMultiAlternatives) -> str:
    (found,) = re.findall(r"http://testserver(\S*/subscriptions/manage/\S+/)", str(message.body))
    return str(found)


def test_a_link_is_mailed_to_the_address_and_shows_all_that_it_follows(client: Client) -> None:
    follow(ANA), follow(ANA, REMOTE_PYTHON, frequency=Frequency.WEEKLY)
    show(BETTER_PAID)
    work()
    answer = client.post(SIGN_IN, {"address": "ana@EXAMPLE.org"}, follow=True)
    assert "Check your inbox" in words(answer)
    (message,) = links_mailed()
    assert message.subject == "What you follow"
    assert message.to == [ANA.for_the_wire]
    assert "List-Unsubscribe" not in message.extra_headers
    assert link_in(message) in html(message)
    page = client.get(link_in(message))
    assert "Baker" in words(page)
    assert "Last mail: “Pay raised: Baker at Bread &amp; Co”, 2 Mar 2026." in words(page)
    assert "jobs with “python”, remote" in words(page)
    assert "No mail about it so far." in words(page)
    assert page.content.decode().count(" selected") == 4 + 3


def test_an_address_that_nobody_knows_is_answered_alike_and_gets_nothing(client: Client) -> None:
    follow(ANA)
    answers = [client.post(SIGN_IN, {"address": address}) for address in ("ana@example.org", "ben@example.org")]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(303, f"{SIGN_IN}sent/")}
    assert recipients(links_mailed()) == [ANA.for_the_wire]
    assert not SignInRequest.objects.exists()


def test_nobody_is_looked_up_while_the_visitor_waits(client: Client) -> None:
    follow(ANA)
    client.post(SIGN_IN, {"address": "ana@example.org"})
    assert SignInRequest.objects.count() == 1
    assert not Delivery.objects.filter(notification__kind="SIGN_IN").exists()


def test_a_request_that_waited_for_a_worker_for_a_day_is_forgotten(
    client: Client, clock: time_machine.Traveller
) -> None:
    follow(ANA)
    client.post(SIGN_IN, {"address": "ana@example.org"})
    clock.shift(timedelta(days=1))
    assert links_mailed() == []
    assert not SignInRequest.objects.exists()


@pytest.mark.parametrize("typed", ["", "ana", "ana@", "ana@example.org\r\nBcc: ben@example.org"])
def test_what_is_no_address_is_explained_and_kept_in_the_form(client: Client, typed: str) -> None:
    answer = client.post(SIGN_IN, {"address": typed})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not SignInRequest.objects.exists()


@pytest.mark.parametrize("form", [SIGN_IN, "/jobs/night-baker/subscribe/", "/searches/follow/?q=baker"])
def test_robots_and_other_sites_are_answered_and_nothing_is_sent(client: Client, form: str) -> None:
    """By every form that takes an address. Older browsers send no `Sec-Fetch-Site`."""
    make_job("Night Baker")
    follow(ANA)
    sent = {"address": ANA.value}
    assert client.post(form, sent | {"website": "x"}).status_code == 303
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ):
        assert client.post(form, sent, headers=headers).status_code == 403, headers
    assert links_mailed() == []
    assert client.post(form, sent, headers={"origin": "http://testserver"}).status_code == 303
    assert recipients(links_mailed()) == [ANA.for_the_wire]


def test_links_are_limited(client: Client, settings: LazySettings) -> None:
    settings.ASKS_PER_ADDRESS = 2
    token = path_of(follow(ANA))
    assert client.post(SIGN_IN, {"address": "ana@example.org"}).status_code == 303
    assert client.post(f"{token}again/").status_code == 303
    for refused in (client.post(SIGN_IN, {"address": "ana@example.org"}), client.post(f"{token}again/")):
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) > 0
    assert len(links_mailed()) == 2


def test_requests_to_follow_in_somebodys_name_keep_nobody_from_their_link(
    client: Client, settings: LazySettings
) -> None:
    settings.ASKS_PER_ADDRESS = 2
    follow(ANA)
    form = {"address": "ana@example.org"}
    assert [client.post(f"/searches/follow/?q=word{n}", form).status_code for n in range(3)] == [303, 303, 429]
    work()
    assert client.post(SIGN_IN, form).status_code == 303
    assert len(links_mailed()) == 1


def test_every_mail_to_a_follower_leads_there_and_no_mail_to_a_company(client: Client) -> None:
    ask(ANA, language=GERMAN)
    asked = work()
    board.confirm_subscription(subscription_id=SubscriptionId(SubscriptionRecord.objects.get().pk))
    company = work()
    show(BETTER_PAID)
    told = work()
    take_down()
    last = work()
    for message in (*asked, *told, *last):
        assert link_in(message).startswith("/de/subscriptions/manage/")
        assert link_in(message) in html(message)
        assert client.get(link_in(message)).status_code == 200
    assert [message.to for message in company] == [["jobs@bread.example"]]
    assert "/subscriptions/manage/" not in str(company[0].body) + html(company[0])


def test_who_reads_in_the_ledger_what_was_sent_gets_no_such_link(client: Client) -> None:
    from notifications import ledger

    subscription_id = follow(ANA)
    event_id = show(BETTER_PAID)
    work()
    account = ledger.told(subscription_id, event_id)
    assert isinstance(account, ledger.Told)
    assert re.findall(r"/subscriptions/manage/\S*", account.text) == ["/subscriptions/manage/"]


def test_looking_changes_nothing(client: Client) -> None:
    page = path_of(follow(ANA))
    before = every_row()
    for address in (page, f"{page}data.json", f"{page}erase/", f"{page}?end-all=yes"):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    assert client.get(f"{page}again/").status_code == 405
    assert every_row() == before


def test_what_was_asked_and_not_seen_to_yet_is_part_of_what_is_held(client: Client) -> None:
    page = path_of(follow(ANA))
    following.ask(address=ANA, topic=REMOTE_PYTHON, wishes=wishes(Frequency.DAILY))
    held = client.get(f"{page}data.json").json()
    assert [each["topic"] for each in held["requests"]] == ["jobs with “python”, remote"]


def test_how_often_and_in_which_language_is_changed(client: Client) -> None:
    subscription_id = follow(ANA)
    page = path_of(subscription_id)
    sent = {"change": str(subscription_id), "frequency": "DAILY", "language": "de"}
    answer = client.post(page, sent, follow=True)
    assert "Changed. It holds from the next mail on." in words(answer)
    record = SubscriptionRecord.objects.get(state="CONFIRMED")
    assert (record.frequency, record.language) == ("DAILY", "de")
    # from a page that was open all the while
    client.post(page, sent | {"frequency": "IMMEDIATE"})
    assert SubscriptionRecord.objects.get(state="CONFIRMED").frequency == "IMMEDIATE"


def test_hour_day_and_clocks_are_chosen_and_given_back_to_the_board(client: Client) -> None:
    subscription_id = follow(ANA, REMOTE_PYTHON, frequency=Frequency.DAILY)
    page = path_of(subscription_id)
    sent = {"change": str(subscription_id), "frequency": "WEEKLY", "language": "en"}
    client.post(page, sent | {"hour": "21", "weekday": "6", "zone": "America/New York"})
    record = SubscriptionRecord.objects.get(state="CONFIRMED")
    assert (record.digest_hour, record.digest_weekday, record.digest_zone) == (21, 6, "America/New_York")
    shown = client.get(page).content.decode()
    assert '<option value="21" selected>21:00</option>' in shown
    assert '<option value="6" selected>Sunday</option>' in shown
    assert 'value="America/New_York" list="zones"' in shown
    client.post(page, sent | {"hour": "", "weekday": "", "zone": ""})
    record = SubscriptionRecord.objects.get(state="CONFIRMED")
    assert (record.digest_hour, record.digest_weekday, record.digest_zone) == (None, None, "")


def test_a_pause_lasts_until_the_day_begins_on_the_clocks_of_the_board(client: Client, settings: LazySettings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    subscription_id = follow(ANA)
    page = path_of(subscription_id)
    sent = {"change": str(subscription_id), "frequency": "IMMEDIATE", "language": "en", "paused_until": "2026-04-01"}
    assert "Paused until 1 Apr 2026." in words(client.post(page, sent, follow=True))
    assert SubscriptionRecord.objects.get(state="CONFIRMED").paused_until == datetime(2026, 3, 31, 22, tzinfo=UTC)
    show(BETTER_PAID)
    assert work() == []
    assert "Paused" not in words(client.post(page, sent | {"paused_until": ""}, follow=True))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"paused_until": "2026-03-02"}, "Choose a day from 3 Mar 2026 to 3 Mar 2027."),
        ({"paused_until": "2027-03-04"}, "Choose a day from 3 Mar 2026 to 3 Mar 2027."),
        ({"paused_until": "Easter"}, "That is no day. Write it like 2030-12-31."),
        ({"zone": "Mars/Base"}, "There is no time zone “Mars/Base”. Write it like Europe/Berlin."),
        ({"hour": "24"}, "Choose one of what there is to choose."),
        ({"weekday": "Monday"}, "Choose one of what there is to choose."),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_it_and_what_was_typed_is_kept(
    client: Client, wrong: dict[str, str], why: str
) -> None:
    follow(ANA)
    subscription_id = follow(ANA, REMOTE_PYTHON, frequency=Frequency.WEEKLY)
    before = every_row()
    sent = {"change": str(subscription_id), "frequency": "DAILY", "language": "de", "hour": "7"} | wrong
    answer = client.post(path_of(subscription_id), sent)
    assert answer.status_code == 422
    assert words(answer).count(why) == 1
    shown = answer.content.decode()
    assert shown.count('aria-invalid="true"') == 1
    assert '<option value="DAILY" selected>' in shown
    for typed in wrong.values():
        assert typed in shown or typed.isdigit() or typed == "Monday"
    assert every_row() == before


@pytest.mark.parametrize(
    "wrong", [{"frequency": "HOURLY"}, {"frequency": "WEEKLY"}, {"language": "xx"}, {"language": ""}]
)
def test_what_one_cannot_choose_is_refused_and_changes_nothing(client: Client, wrong: dict[str, str]) -> None:
    subscription_id = follow(ANA)
    before = every_row()
    sent = {"change": str(subscription_id), "frequency": "DAILY", "language": "de"} | wrong
    answer = client.post(path_of(subscription_id), sent)
    assert answer.status_code == 422
    assert "Nothing was changed" in words(answer)
    assert client.post(path_of(subscription_id), {"dance": "yes"}).status_code == 422
    assert every_row() == before


def test_one_is_ended_and_then_all(client: Client) -> None:
    posting, search = follow(ANA), follow(ANA, REMOTE_PYTHON, frequency=Frequency.DAILY)
    follow(BEN)
    page = path_of(posting)
    assert "You no longer follow it." in words(client.post(page, {"end": str(posting)}, follow=True))
    assert SubscriptionRecord.objects.get(pk=posting).end_reason == "UNSUBSCRIBED"
    assert SubscriptionRecord.objects.get(pk=search).state == "CONFIRMED"
    shown = words(client.get(page))
    assert "1 that you followed before" in shown
    assert "You stopped following it." in shown
    assert "Nothing was changed" in words(client.post(page, {"end": str(posting)}, follow=True))
    assert "You follow nothing any more." in words(client.post(page, {"end-all": "yes"}, follow=True))
    assert [str(record.address) for record in SubscriptionRecord.objects.filter(state="CONFIRMED")] == [BEN.value]
    show(BETTER_PAID)
    assert recipients(work()) == [BEN.for_the_wire]


@pytest.mark.parametrize("sent", [{"end": "{}"}, {"change": "{}", "frequency": "DAILY", "language": "de"}])
def test_nobody_touches_what_others_follow(client: Client, sent: dict[str, str]) -> None:
    mine, theirs = follow(ANA), follow(BEN)
    before = every_row()
    answer = client.post(path_of(mine), {name: value.format(theirs) for name, value in sent.items()}, follow=True)
    assert "Nothing was changed" in words(answer)
    assert client.post(path_of(mine), {"end": "no id"}).status_code == 303
    assert every_row() == before


def test_an_unconfirmed_request_is_withdrawn(client: Client) -> None:
    subscription_id = ask(ANA)
    page = path_of(subscription_id)
    assert "waiting until you confirm it" in words(client.get(page))
    client.post(page, {"end": str(subscription_id)})
    assert SubscriptionRecord.objects.get().state == "ENDED"


def test_a_link_that_is_too_old_offers_a_new_one(client: Client, clock: time_machine.Traveller) -> None:
    page = path_of(follow(ANA))
    clock.shift(LIFETIME)
    assert client.get(page).status_code == 200
    clock.shift(timedelta(seconds=2))
    before = every_row()
    for address in (page, f"{page}data.json", f"{page}erase/"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert "Send me a new link" in words(answer)
        assert ANA.value not in answer.content.decode()
    assert client.post(page, {"end-all": "yes"}).status_code == 410
    assert client.post(f"{page}erase/").status_code == 410
    assert every_row() == before
    client.post(f"{page}again/")
    (message,) = links_mailed()
    assert client.get(link_in(message)).status_code == 200


def test_only_a_link_made_for_it_opens_the_page(client: Client) -> None:
    subscription_id = follow(ANA)
    tokens = (
        sign(Purpose.END, subscription_id),
        sign(Purpose.MANAGE, subscription_id),
        sign_dated(Purpose.CONFIRM, subscription_id),
        f"{sign_dated(Purpose.MANAGE, subscription_id)}x",
        "nothing",
    )
    for token in tokens:
        answer = client.get(f"/subscriptions/manage/{token}/")
        assert answer.status_code == 404
        assert ANA.value not in answer.content.decode()


def test_links_go_on_when_the_key_is_changed(client: Client, settings: LazySettings) -> None:
    page = path_of(follow(ANA))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert client.get(page).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(page).status_code == 404


def test_the_pages_are_not_kept_not_indexed_and_tell_nobody_where_they_are(client: Client) -> None:
    page = path_of(follow(ANA))
    for address in (page, f"{page}data.json", f"{page}erase/"):
        answer = client.get(address)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex"
        assert "no-store" in answer["Cache-Control"]
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//(?!testserver)", answer.content.decode())
    assert not re.search("example|@|%40", page)


def test_all_that_is_held_is_taken_away_as_data(client: Client) -> None:
    subscription_id = follow(ANA, share_address=True)
    follow(BEN)
    show(BETTER_PAID)
    work()
    answer = client.get(f"{path_of(subscription_id)}data.json")
    assert answer["Content-Disposition"] == 'attachment; filename="followed.json"'
    held = json.loads(answer.content)
    assert held["address"] == ANA.value
    (followed,) = held["subscriptions"]
    assert (followed["topic"], followed["state"], followed["share_address"]) == ("Baker", "CONFIRMED", True)
    assert followed["confirmed_at"] == "2026-03-02T09:30:00Z"
    assert [(message["kind"], message["state"]) for message in held["messages"]] == [
        ("CONFIRMATION", "SENT"),
        ("REVISED", "SENT"),
    ]
    assert held["gets_no_mail"] is None
    assert "ben" not in answer.content.decode().lower()


def test_everything_is_erased(client: Client) -> None:
    page = path_of(follow(ANA))
    follow(ANA, REMOTE_PYTHON, frequency=Frequency.DAILY), follow(BEN)
    answer = client.post(f"{page}erase/")
    assert "Everything is erased" in words(answer)
    work()
    assert not SubscriptionRecord.objects.filter(address_key=ANA.key).exists()
    assert SubscriptionRecord.objects.filter(address_key=BEN.key).exists()
    assert not Suppression.objects.exists()
    everything = " ".join(str(row) for rows in every_row().values() for row in rows)
    assert ANA.key.lower() not in everything.lower()
    for gone in (client.get(page), client.post(f"{page}erase/")):
        assert gone.status_code == 404
    follow(ANA)
    show(BETTER_PAID)
    assert recipients(work()) == [ANA.for_the_wire, BEN.for_the_wire]


def test_who_wishes_is_never_written_to_again(client: Client) -> None:
    page = path_of(follow(ANA))
    answer = client.post(f"{page}erase/", {"never_again": "on"})
    assert "keeps us from ever writing to it" in words(answer)
    work()
    entry = suppression.find(ANA.key)
    assert entry is not None
    assert (entry.reason, entry.detail) == ("BY_OWNER", "")
    ask(EmailAddress("ana@example.org"), THE_POSTING)
    assert work() == []
    assert not SubscriptionRecord.objects.filter(address_key=ANA.key).exists()
