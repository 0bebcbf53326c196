"""News that waits is decided about on its own page, too: the posting's may be gone."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from adapters.models import OutboxEvent
from jobs_domain.events import RetirementReason
from notifications.models import Audience, Notification, WhyNot
from tests.integration.notifications import world
from tests.integration.notifications.people import administrator, browser, editor, logged, publisher, see, words
from tests.integration.notifications.world import (
    BETTER_PAID,
    SETTLING,
    announce,
    news,
    recipients,
    show,
    subjects,
    work,
)
from tests.unit.examples import ANA

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

VERBS = ("tell_now", "tell_nobody", "change_note")


@pytest.fixture
def deleted(settings: LazySettings, clock: time_machine.Traveller) -> Notification:
    """News that waits, of a posting whose page has been deleted."""
    world.an_open_posting_that_ana_follows(settings)
    world.take_down(RetirementReason.DELETED)
    announce()
    return news()


def at(verb: str, told: Notification) -> str:
    return reverse(f"notifications_admin:{verb}", args=[told.pk])


def decide(verb: str, told: Notification, client: Client, note: str = "") -> str:
    return words(client.post(at(verb, told), {"note": note}, follow=True))


def test_who_may_publish_is_offered_to_decide_and_an_editor_reads_that_it_waits(deleted: Notification) -> None:
    for who in (editor, publisher, administrator):
        content = who().get(at("one", deleted)).content.decode()
        assert "1 follower will be told at 2 Mar 2026, 09:35." in content
        assert {verb for verb in VERBS if at(verb, deleted) in content} == (set() if who is editor else set(VERBS))


def test_it_can_be_told_nobody(deleted: Notification, clock: time_machine.Traveller) -> None:
    client = publisher()
    assert "Do you want to tell nobody?" in see(client, at("tell_nobody", deleted))
    said = decide("tell_nobody", deleted, client)
    assert "Nobody is told of what has changed." in said
    assert "Told nobody, in place of 1 follower: “Taken down: Baker at Bread & Co”" in said
    clock.shift(SETTLING)
    assert work() == []
    deleted.refresh_from_db()
    assert deleted.withheld == WhyNot.RECALLED
    assert logged().get().action == "notifications.tell_nobody"


def test_it_can_be_told_now(deleted: Notification) -> None:
    assert "1 follower is being told." in decide("tell_now", deleted, publisher())
    messages = work()
    assert (subjects(messages), recipients(messages)) == (["Taken down"], [ANA.for_the_wire])
    assert "Told 1 follower without waiting: “Taken down: Baker at Bread & Co”" in see(editor(), at("one", deleted))


def test_it_can_be_given_another_note(deleted: Notification, clock: time_machine.Traveller) -> None:
    client = publisher()
    said = decide("change_note", deleted, client, "The bakery has closed.")
    assert "The note is changed. It goes to 1 follower." in said
    assert "The bakery has closed.</textarea>" in client.get(at("change_note", deleted)).content.decode()
    assert "The bakery has closed." in see(client, at("tell_now", deleted))
    assert work() == []
    clock.shift(SETTLING)
    (message,) = work()
    assert "> The bakery has closed." in str(message.body)
    assert logged().get().data["note"] == "The bakery has closed."


def test_a_note_that_is_too_long_is_refused(deleted: Notification) -> None:
    assert "at most 1000 characters" in decide("change_note", deleted, publisher(), "x" * 1001)
    assert not logged().exists()


def test_of_a_posting_that_has_a_page_it_works_as_well(settings: LazySettings) -> None:
    world.an_open_posting_that_ana_follows(settings)
    show(BETTER_PAID)
    announce()
    page = see(publisher(), at("tell_nobody", news()))
    assert "Pay €3,000–3,500 a month becomes → €3,200–3,600 a month" in page


@pytest.mark.parametrize("verb", VERBS)
def test_looking_changes_nothing(verb: str, deleted: Notification) -> None:
    before = Notification.objects.filter(pk=deleted.pk).values().get()
    client = publisher()
    assert client.get(at(verb, deleted)).status_code == 200
    assert client.head(at(verb, deleted)).status_code == 200
    assert Notification.objects.filter(pk=deleted.pk).values().get() == before
    assert not logged().exists()


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_not_decide_cannot(verb: str, deleted: Notification) -> None:
    before = Notification.objects.filter(pk=deleted.pk).values().get()
    assert Client().post(at(verb, deleted)).headers["Location"].startswith("/admin/login/")
    for who in (editor, lambda: browser("Editors", permissions=("retry_deliveries",))):
        assert who().get(at(verb, deleted)).headers["Location"] == "/admin/"
        assert who().post(at(verb, deleted), {"note": "Mine."}).headers["Location"] == "/admin/"
    assert Notification.objects.filter(pk=deleted.pk).values().get() == before


@pytest.mark.parametrize("verb", VERBS)
def test_the_right_to_decide_can_be_given(verb: str, deleted: Notification) -> None:
    client = browser("Editors", permissions=("decide_news",))
    assert client.post(at(verb, deleted), {"note": "Ours."}).headers["Location"] == at("one", deleted)
    assert logged().get().action == f"notifications.{verb}"


def later(deleted: Notification, clock: time_machine.Traveller) -> Notification:
    clock.shift(SETTLING)
    return deleted


def sent(deleted: Notification, clock: time_machine.Traveller) -> Notification:
    later(deleted, clock)
    work()
    return deleted


def recalled(deleted: Notification, clock: time_machine.Traveller) -> Notification:
    decide("tell_nobody", deleted, publisher())
    ModelLogEntry.objects.all().delete()
    return deleted


def to_the_company(deleted: Notification, clock: time_machine.Traveller) -> Notification:
    return Notification.objects.filter(audience=Audience.COMPANY).latest("created_at")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", [later, sent, recalled, to_the_company])
def test_what_does_not_wait_any_more_is_not_decided_about(
    verb: str,
    state: Callable[[Notification, time_machine.Traveller], Notification],
    deleted: Notification,
    clock: time_machine.Traveller,
) -> None:
    told, client = state(deleted, clock), publisher()
    before = Notification.objects.filter(pk=told.pk).values().get()
    assert at(verb, told) not in client.get(at("one", told)).content.decode()
    assert "It is too late" in words(client.get(at(verb, told), follow=True))
    assert "It is too late" in decide(verb, told, client, "Late.")
    assert Notification.objects.filter(pk=told.pk).values().get() == before
    assert not logged().exists()


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_not_there_is_not_found(verb: str) -> None:
    url = reverse(f"notifications_admin:{verb}", args=[uuid4()])
    assert (publisher().get(url).status_code, publisher().post(url).status_code) == (404, 404)


def test_news_that_cannot_be_written_anew_keeps_its_note_and_that_is_said(deleted: Notification) -> None:
    OutboxEvent.objects.update(format_version=99)
    assert "cannot be written anew" in decide("change_note", deleted, publisher(), "Never mind.")
    assert not logged().exists()
    assert "Nobody is told" in decide("tell_nobody", deleted, publisher())


def test_a_decision_is_reported_in_the_sites_history(deleted: Notification, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=1))
    decide("tell_now", deleted, publisher())
    shown = see(administrator(), reverse("wagtailadmin_reports:site_history"))
    assert "Told 1 follower without waiting" in shown
