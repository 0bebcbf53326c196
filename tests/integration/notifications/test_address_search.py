"""“Was this person told?”: the ledger is asked by address, and who asks is noted (A32)."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from adapters import background, board
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from notifications import lookups, persons, suppression
from notifications.models import (
    AddressLookup,
    Audience,
    Delivery,
    DeliveryAttempt,
    Notification,
    Suppression,
    WhyNot,
)
from notifications.pending import tell_nobody
from notifications.persons import MOST
from tests.integration.notifications import rows
from tests.integration.notifications.people import administrator, browser, editor, publisher, see, trusted, words
from tests.integration.notifications.scripted import Server
from tests.integration.notifications.world import BETTER_PAID, announce, ask, follow, show, work
from tests.unit.examples import ANA, BEN, DETAILS, NOW, REMOTE_PYTHON, wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

URL = "/admin/notifications/person/"
LOOKUPS = "/admin/notifications/lookups/"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _an_open_posting(clock: time_machine.Traveller) -> None:
    show()


def search(address: str = ANA.value, client: Client | None = None) -> str:
    """What follows the form."""
    return words((client or trusted()).post(URL, {"address": address})).partition("Search ")[2]


def test_its_place() -> None:
    assert reverse("notifications_admin:person") == URL


@pytest.mark.parametrize("who", [editor, publisher])
def test_who_may_not_see_addresses_cannot_search(who: Callable[[], Client]) -> None:
    client = who()
    assert client.get(URL).headers["Location"] == "/admin/"
    assert client.post(URL, {"address": ANA.value}).headers["Location"] == "/admin/"
    assert "Was this person told?" not in see(client, reverse("notifications_admin:index"))
    assert not AddressLookup.objects.exists()


def test_who_is_not_logged_in_cannot_search() -> None:
    assert Client().post(URL, {"address": ANA.value}).headers["Location"].startswith("/admin/login/")
    assert not AddressLookup.objects.exists()


@pytest.mark.parametrize("who", [trusted, administrator])
def test_who_may_see_addresses_finds_the_search_beside_the_list(who: Callable[[], Client]) -> None:
    client = who()
    assert "Was this person told?" in see(client, reverse("notifications_admin:index"))
    assert client.get(URL).status_code == 200


def test_an_address_is_not_read_from_the_url() -> None:
    follow(ANA)
    assert "Asked to follow" not in see(trusted(), f"{URL}?address={ANA.value}")
    assert not AddressLookup.objects.exists()


@pytest.mark.parametrize(("typed", "complaint"), [("", "This field is required."), ("ana", "has an @ between")])
def test_what_is_no_address_is_refused_with_a_reason(typed: str, complaint: str) -> None:
    assert complaint in words(trusted().post(URL, {"address": typed}), 400)
    assert not AddressLookup.objects.exists()


def test_every_notification_is_listed_with_what_became_of_it(clock: time_machine.Traveller, server: Server) -> None:
    follow(ANA)
    clock.shift(MINUTE)
    show(BETTER_PAID)
    work()
    clock.shift(MINUTE)
    server.refuse(ANA.for_the_wire)
    show(DETAILS)
    work()
    found = search()
    assert "Baker Asked to follow on 2 Mar 2026, 09:30, confirmed on 2 Mar 2026, 09:30." in found
    newest, told, asked = (
        f"Pay lowered: Baker at Bread & Co Not told 2 Mar 2026, 09:32 {WhyNot.REFUSED.label}. 550 5.1.1 No such user",
        "Pay raised: Baker at Bread & Co Told 2 Mar 2026, 09:31",
        "Confirm: follow Baker at Bread & Co Told 2 Mar 2026, 09:30",
    )
    assert found.index(newest) < found.index(told) < found.index(asked)


def test_what_is_still_to_be_told_and_what_was_recalled_say_so(
    settings: LazySettings, clock: time_machine.Traveller
) -> None:
    follow(ANA)
    settings.SETTLING_TIME = 300
    show(BETTER_PAID)
    announce()
    assert "Pay raised: Baker at Bread & Co To be told 2 Mar 2026, 09:35" in search()
    tell_nobody(Notification.objects.get(audience=Audience.FOLLOWERS, withheld="").pk)
    assert "the posting changed Not told an editor decided to tell nobody" in search()


def test_what_happened_before_they_followed_or_after_they_left_is_explained(clock: time_machine.Traveller) -> None:
    show(BETTER_PAID)
    work()
    clock.shift(MINUTE)
    follower = follow(ANA)
    assert WhyNot.BEFORE_FOLLOWING.label in search()
    clock.shift(MINUTE)
    board.end_subscription(subscription_id=follower)
    show(DETAILS)
    work()
    found = search()
    assert WhyNot.LEFT.label in found
    assert "ended on 2 Mar 2026, 09:32" in found


def test_the_address_is_found_however_it_is_written_and_nobody_elses_is() -> None:
    follow(ANA)
    follow(EmailAddress("ana@elsewhere.example"))
    assert search("  ANA@example.ORG ").count("Asked to follow") == 1


def test_every_subscription_is_listed_and_one_that_was_replaced_only_once() -> None:
    board.change_wishes(subscription_id=follow(ANA), wishes=wishes(Frequency.DAILY))
    ask(ANA, REMOTE_PYTHON)
    found = search()
    assert found.count("Asked to follow") == 2
    assert "jobs with “python”, remote Asked to follow on 2 Mar 2026, 09:30, never confirmed." in found


def test_the_older_of_very_many_notifications_are_left_out() -> None:
    follow(ANA)
    for _ in range(MOST):
        rows.notification()
    found = search()
    assert "Older ones are not listed." in found
    assert "Confirm: follow" in found or "Baker: pay" in found


def test_the_ledger_is_asked_once_however_many_notifications_there_are(
    django_assert_num_queries: DjangoAssertNumQueries, clock: time_machine.Traveller
) -> None:
    def hear(state: Delivery.State, reason: WhyNot | None = None) -> None:
        clock.shift(MINUTE)
        told = rows.notification(at=timezone.now())
        delivery = rows.delivery(told, follower, state, reason)
        delivery.answers.create(at=NOW, outcome=DeliveryAttempt.Outcome.DEFERRED, answer="451 later")
        if state is Delivery.State.WAITING:
            rows.batch(told, follower, follower)

    def merge() -> None:
        merged, into = rows.notification(withheld=WhyNot.MERGED), rows.notification()
        Notification.objects.filter(pk=merged.pk).update(merged_into=into.pk)

    follower = follow(ANA)
    states: tuple[tuple[Delivery.State, WhyNot | None], ...] = (
        (Delivery.State.SENT, None),
        (Delivery.State.FAILED, WhyNot.REFUSED),
        (Delivery.State.WAITING, None),
    )
    for times in (1, 12):
        for state, reason in states * times:
            hear(state, reason)
        merge()
        with django_assert_num_queries(11):
            (found,) = persons.subscriptions_of(ANA)
            assert len(found.entries) > 3 * times


def test_an_address_that_is_not_known_is_said_to_be_none_and_the_search_is_noted_all_the_same() -> None:
    assert "Nobody follows anything with this address" in search(BEN.value)
    assert AddressLookup.objects.get().addresses == 0


def test_that_the_address_gets_no_mail_is_said() -> None:
    suppression.suppress(ANA.key, Suppression.Reason.COMPLAINED, "", NOW)
    assert "It gets no mail since 2 Mar 2026: its owner reported a message as spam." in search()


def test_each_search_is_noted_without_the_address() -> None:
    follow(ANA)
    client = trusted()
    search(client=client)
    search(client=client)
    first, _ = AddressLookup.objects.order_by("pk")
    assert (first.purpose, first.addresses, first.at, first.notification_id) == ("SEARCH", 1, NOW, None)
    assert first.address_hash == suppression.hash_of(ANA.key)
    assert str(first.user) == first.username
    assert ANA.key not in str(AddressLookup.objects.values().first())


def test_notes_are_kept_for_a_while_and_then_pruned_a_part_at_a_time(
    settings: LazySettings, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "SLICE", 2)
    for _ in range(3):
        search()
    clock.shift(timedelta(days=settings.KEEP_LOOKUPS_DAYS))
    search()
    assert lookups.prune() == 0
    clock.shift(1)
    assert [lookups.prune(), lookups.prune(), lookups.prune()] == [2, 1, 0]
    assert AddressLookup.objects.get().at > NOW
    settings.KEEP_LOOKUPS_DAYS = 1
    clock.shift(timedelta(days=1))
    assert lookups.prune() == 1


def test_the_worker_prunes_notes() -> None:
    assert lookups.prune in {job.run for job in background.jobs()}


def test_what_is_noted_outlives_the_account() -> None:
    search()
    User.objects.all().delete()
    assert AddressLookup.objects.filter(user=None, username__startswith="person").exists()


@pytest.mark.parametrize("who", [editor, publisher, trusted])
def test_only_administrators_see_who_looked_up_what(who: Callable[[], Client]) -> None:
    assert who().get(LOOKUPS).headers["Location"] == "/admin/"
    assert who().get(f"{LOOKUPS}results/").headers["Location"] == "/admin/"
    assert "looked up an address" not in see(administrator(), LOOKUPS)
    search()
    who_searched = AddressLookup.objects.get().username
    assert f"{who_searched} looked up an address 0" in see(administrator(), LOOKUPS)
    answer = administrator().get(f"{LOOKUPS}?export=csv")
    (row,) = csv.DictReader(StringIO(answer.getvalue().decode()))
    assert (row["Who"], row["What"]) == (who_searched, "looked up an address")


def test_the_right_to_see_look_ups_can_be_given() -> None:
    auditor = browser("Editors", permissions=("view_addresslookup",))
    assert auditor.get(LOOKUPS).status_code == 200
