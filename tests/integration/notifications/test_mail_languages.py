"""Everybody reads the language in which they follow, whoever sets a mail off."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from adapters import board, links
from jobs_domain.changes import NoteToFollowers
from jobs_domain.events import CloseReason
from jobs_domain.subscription import Confirmation
from jobs_domain.valid_through import ValidThrough
from notifications.models import Audience, Notification
from tests.integration.notifications.world import BETTER_PAID, ask, follow, html, show, take_down, work
from tests.unit.examples import ANA, BEN, ENGLISH, GERMAN, wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

POSTING_URL = "http://testserver/de/jobs/baker/"


def one_for(address: str, messages: list[EmailMultiAlternatives]) -> EmailMultiAlternatives:
    (message,) = (each for each in messages if each.to == [address])
    return message


def test_each_follower_reads_the_news_in_their_language() -> None:
    show()
    in_german, in_english = follow(ANA, language=GERMAN), follow(BEN, language=ENGLISH)
    december = ValidThrough.at(day=date(2026, 12, 3), clock=None, zone="Europe/Berlin")
    show(replace(BETTER_PAID, valid_through=december), note=NoteToFollowers("We pay more."))
    messages = work()
    german, english = one_for("Ana@example.org", messages), one_for("ben@example.org", messages)
    assert german.subject == "2 Änderungen: Baker bei Bread & Co"
    assert english.subject == "2 changes: Baker at Bread & Co"
    text = str(german.body)
    assert "Gehalt\n    bisher  3.000–3.500 € pro Monat\n    jetzt   3.200–3.600 € pro Monat\n" in text
    assert "bisher  31. März 2026, Ende des Tages (Ortszeit Berlin)" in text
    assert "Hinweis der Redaktion:\n\n> We pay more." in text
    assert '<html lang="de">' in html(german)
    for part in (text, html(german)):
        assert POSTING_URL in part
        assert f"http://testserver/de{links.end_url(in_german).removeprefix('http://testserver')}" in part
        assert not {"You get", "changes", "Read", "was ", "From"} & set(part.split())
    assert german.extra_headers["List-Unsubscribe"] == f"<{links.end_url(in_german, 'de')}>"
    assert links.end_url(in_english) in str(english.body)


@pytest.mark.parametrize(
    ("reason", "subject", "said"),
    [
        (CloseReason.FILLED, "Geschlossen (besetzt)", "Die Stelle ist besetzt"),
        (CloseReason.WITHDRAWN, "Geschlossen (zurückgezogen)", "Das Unternehmen hat die Stelle zurückgezogen"),
    ],
)
def test_a_closing_in_german(reason: CloseReason, subject: str, said: str) -> None:
    show()
    follow(ANA, language=GERMAN)
    show(closed=reason)
    (message,) = work()
    assert message.subject == f"{subject}: Baker bei Bread & Co"
    for part in (str(message.body), html(message)):
        assert said in part


def test_what_was_taken_down_in_german() -> None:
    show()
    follow(ANA, language=GERMAN)
    take_down()
    (message,) = work()
    for part in (str(message.body), html(message)):
        assert "Damit folgen Sie ihr nicht mehr: Dies ist unsere letzte E-Mail dazu." in " ".join(part.split())
        assert "http://testserver/de/jobs/" in part


def test_who_asks_in_german_confirms_in_german() -> None:
    show()
    asked = ask(ANA, language=GERMAN)
    (message,) = work()
    assert message.subject == "Bitte bestätigen: Baker bei Bread & Co folgen"
    for part in (str(message.body), html(message)):
        assert links.confirm_url(asked, "de") in part
        assert "7 Tage" in part


@pytest.mark.parametrize("active", ["en-gb", "de"])
def test_it_does_not_matter_which_language_is_active_when_something_happens(active: str) -> None:
    show()
    follow(ANA, language=GERMAN)
    follow(BEN, language=ENGLISH)
    with translation.override(active):
        show(BETTER_PAID)
        messages = work()
    assert sorted(message.subject for message in messages) == [
        "Gehalt erhöht: Baker bei Bread & Co",
        "Pay raised: Baker at Bread & Co",
    ]


def test_who_changes_the_language_before_it_is_sent_reads_the_new_one() -> None:
    show()
    subscription_id = follow(ANA, language=ENGLISH)
    show(BETTER_PAID)
    board.change_wishes(subscription_id=subscription_id, wishes=wishes(language=GERMAN))
    (message,) = work()
    assert message.subject == "Gehalt erhöht: Baker bei Bread & Co"


def test_companies_read_the_boards_own_language() -> None:
    show()
    asked = ask(ANA, language=GERMAN)
    work()
    assert board.confirm_subscription(subscription_id=asked) is Confirmation.CONFIRMED
    (message,) = work()
    assert message.subject == "New follower: Baker"
    assert Notification.objects.get(audience=Audience.COMPANY).translations == {}


def queries_to_tell() -> int:
    with CaptureQueriesContext(connection) as told:
        assert len(work()) == 2
    return len(told)


def test_another_language_takes_no_query() -> None:
    show()
    follow(ANA, language=ENGLISH)
    subscription_id = follow(BEN, language=ENGLISH)
    show(BETTER_PAID)
    in_one = queries_to_tell()
    board.change_wishes(subscription_id=subscription_id, wishes=wishes(language=GERMAN))
    work()
    show()
    assert queries_to_tell() == in_one
