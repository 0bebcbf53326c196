"""What readers see: in text and in HTML alike, and whatever editors have typed."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Final, override
from urllib.parse import unquote

import pytest
import time_machine
from django.conf import LazySettings
from django.utils import translation

from adapters import board, links
from adapters.web import languages
from jobs_domain.changes import NoteToFollowers
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import CloseReason
from jobs_domain.identifiers import LanguageCode
from jobs_domain.posting_details import ApplyOnline, Description, Location
from jobs_domain.valid_through import ValidThrough
from notifications.models import Kind, Notification
from notifications.personal import Personal, mark
from tests.integration.notifications.every_mail import LONG, LONG_CHANGED, Case, every_mail
from tests.integration.notifications.links_in_mails import BOARD
from tests.integration.notifications.world import BETTER_PAID, ask, follow, html, show, work
from tests.unit.examples import ANA, DETAILS

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

POSTING_URL = "http://testserver/jobs/baker/"
HOW_TO_APPLY: Final = {
    details.apply_to.url for details in (LONG, LONG_CHANGED) if isinstance(details.apply_to, ApplyOnline)
}
"""Elsewhere. A mail that tells of a change shows where it was and is, as text."""
LOADING: Final = frozenset("audio base embed form iframe img input link object picture script source svg video".split())
ADDRESSES: Final = frozenset(
    "action background cite codebase data formaction http-equiv longdesc ping poster src srcset xlink:href".split()
)
"""Names of attributes that have one, besides `href`."""
HOSTILE = "<script>alert(1)</script>\r\nBcc: everybody@example.org"


class Reader(HTMLParser):
    """Reads a mail as its reader does: the text that shows, the links, the tags."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self._styling = False
        self.feed(markup)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self._styling = tag == "style"
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    @override
    def handle_endtag(self, tag: str) -> None:
        self._styling = False

    @override
    def handle_data(self, data: str) -> None:
        if not self._styling:
            self.text = " ".join(f"{self.text} {data}".split())


def test_a_revision_shows_old_and_new_in_words_with_the_note_and_the_link() -> None:
    show()
    follow(ANA)
    december = ValidThrough.at(day=date(2026, 12, 3), clock=None, zone="Europe/Berlin")
    places = (Location(country="DE", locality="Leipzig"),)
    show(
        replace(BETTER_PAID, valid_through=december, locations=places),
        note=NoteToFollowers("We pay more.\n\nCome & see."),
    )
    (message,) = work()
    assert message.subject == "3 changes: Baker at Bread & Co"
    text, reader = str(message.body), Reader(html(message))
    for words in (
        "€3,000–3,500 a month",
        "€3,200–3,600 a month",
        "31 March 2026, end of day (Berlin time)",
        "3 December 2026, end of day (Berlin time)",
        "Berlin, Germany",
        "Leipzig, Germany",
        "We pay more.",
        "Come & see.",
        "Bread & Co",
    ):
        assert words in text
        assert words in reader.text
    assert "    before  €3,000–3,500 a month\n    now     €3,200–3,600 a month\n" in text
    assert "was €3,000–3,500 a month → €3,200–3,600 a month" in reader.text
    assert "> We pay more.\n>\n> Come & see.\n" in text
    assert POSTING_URL in text
    assert POSTING_URL in reader.links


def test_a_changed_description_is_mentioned_and_linked_but_not_printed() -> None:
    show()
    follow(ANA)
    show(replace(DETAILS, description=Description.of(html="<p>Secret sauce</p>", summary="Secret sauce")))
    (message,) = work()
    text, reader = str(message.body), Reader(html(message))
    for shown in (text, reader.text):
        assert "has been rewritten" in shown.lower()
        assert "Secret sauce" not in shown
        assert "Bake bread" not in shown
    assert f"has been rewritten: {POSTING_URL}" in text
    assert POSTING_URL in reader.links


@pytest.mark.parametrize("reason", CloseReason)
def test_a_closed_posting_can_still_be_read(reason: CloseReason) -> None:
    show()
    follow(ANA)
    show(closed=reason)
    (message,) = work()
    for shown in (str(message.body), Reader(html(message)).text):
        words = " ".join(shown.split())
        assert "no more applications" in words
        assert "You can still read it." in words
    assert POSTING_URL in Reader(html(message)).links


def test_a_change_that_comes_with_closing_or_reopening_is_in_the_same_mail() -> None:
    show()
    follow(ANA)
    show(closed=CloseReason.FILLED)
    work()
    show(BETTER_PAID, note=NoteToFollowers("Second round."))
    (message,) = work()
    assert message.subject.startswith("Open again")
    for shown in (str(message.body), Reader(html(message)).text):
        assert "€3,200–3,600 a month" in shown
        assert "Second round." in shown


def test_a_confirmation_has_its_link_in_both_parts() -> None:
    show()
    subscription_id = ask(ANA)
    (message,) = work()
    confirm_url = links.confirm_url(subscription_id)
    assert confirm_url in str(message.body)
    assert confirm_url in Reader(html(message)).links
    for shown in (str(message.body), Reader(html(message)).text):
        assert "works for 7 days" in shown
        assert "somebody entered your address" in " ".join(shown.split())


def test_the_foot_says_why_one_gets_the_mail_and_how_to_leave() -> None:
    show()
    subscription_id = follow(ANA)
    show(BETTER_PAID)
    (message,) = work()
    leave_url = links.end_url(subscription_id)
    assert f"Stop following this job: {leave_url}" in str(message.body)
    assert leave_url in Reader(html(message)).links
    for shown in (str(message.body), Reader(html(message)).text):
        assert "because you follow Baker at Bread & Co" in " ".join(shown.split())


def test_each_follower_has_a_leave_link_of_their_own() -> None:
    show()
    theirs = {links.end_url(follow(EmailAddress(f"{name}@example.org"))) for name in ("ana", "ben")}
    show(BETTER_PAID)
    assert {link for message in work() for link in Reader(html(message)).links if link in theirs} == theirs


def test_what_editors_type_is_shown_and_never_obeyed() -> None:
    show(replace(DETAILS, title=HOSTILE, hiring_organization='"><img src=x>'))
    follow(EmailAddress("o'brien&co@example.org"), share_address=True)
    show(
        replace(
            DETAILS,
            title=HOSTILE,
            hiring_organization='"><img src=x>',
            apply_to=ApplyOnline("https://x.example/?a=1&b=<b>"),
            categories=frozenset({"</style><script>x</script>"}),
        ),
        note=NoteToFollowers("</blockquote><script>alert(2)</script>\r\nSecond {{ line }} {% now %}"),
    )
    (message,) = work()
    assert message.subject == ('2 changes: <script>alert(1)</script> Bcc: everybody@example.org at "><img src=x>')
    markup, reader = html(message), Reader(html(message))
    assert reader.tags.isdisjoint({"script", "img", "iframe", "form", "link"})
    assert "<script>alert(1)</script> Bcc: everybody@example.org" in reader.text
    assert "</blockquote><script>alert(2)</script>" in reader.text
    assert "Second {{ line }} {% now %}" in reader.text
    assert "https://x.example/?a=1&b=<b>" in reader.text
    assert "> </blockquote><script>alert(2)</script>\n> Second {{ line }} {% now %}\n" in str(message.body)
    assert message.message()["Bcc"] is None
    assert "x onerror" not in markup


def test_an_address_is_escaped_in_the_company_mail() -> None:
    show()
    subscription_id = ask(EmailAddress("o'brien&co@example.org"), share_address=True)
    work()
    board.confirm_subscription(subscription_id=subscription_id)
    (message,) = work()
    assert "o'brien&co@example.org" in str(message.body)
    assert "o&#x27;brien&amp;co@example.org" in html(message)


def test_a_note_cannot_smuggle_in_somebodys_link() -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    work()
    known = mark(Personal.LEAVE_URL, Notification.objects.get(kind=Kind.REVISED).pk)
    show(DETAILS, note=NoteToFollowers(known))
    (message,) = work()
    assert f"> {known}" in str(message.body)
    assert known in html(message)


@pytest.mark.parametrize("language", languages.codes())
def test_mails_load_nothing_and_suit_narrow_and_dark_screens(
    clock: time_machine.Traveller, settings: LazySettings, language: LanguageCode
) -> None:
    """One of every kind. What is linked is the board's, and the address that leaves by mail; who reads it is in no link."""
    settings.LEAVE_ADDRESS = "leave@board.example.org"
    sent = every_mail(language, clock)
    assert {*sent} == {*Case}
    for case, message in sent.items():
        markup, reader = html(message), Reader(html(message))
        assert '<meta name="color-scheme" content="light dark">' in markup, case
        assert "@media (prefers-color-scheme: dark)" in markup, case
        assert "@media (max-width: 480px)" in markup, case
        assert "max-width: 600px" in markup, case
        assert reader.tags.isdisjoint(LOADING), case
        assert {name for _, name in reader.attributes}.isdisjoint(ADDRESSES), case
        assert {tag for tag, name in reader.attributes if name == "href"} == {"a"}, case
        assert not re.search(r"url\(|image-set\(|@import", markup, re.IGNORECASE), case
        written = set(re.findall(r"\w+:[^\s<>]*[/@][^\s<>]*", str(message.body)))
        to_leave = {link.strip("<>") for link in message.extra_headers.get("List-Unsubscribe", "").split(", ")} - {""}
        by_mail = {link for link in to_leave if link.startswith("mailto:")}
        linked = {*reader.links, *to_leave} - by_mail
        assert linked, case
        for link in linked | written - (HOW_TO_APPLY if case is Case.REVISED else set()):
            assert link.startswith(f"{BOARD}/"), case
            assert "@" not in unquote(link), case
        for link in by_mail:
            assert re.fullmatch(r"mailto:leave\+[\w-]+@board\.example\.org\?subject=unsubscribe", link), case


def test_mails_speak_the_boards_language_whoever_sends_them() -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    with translation.override("de"):
        (message,) = work()
    assert "€3,200–3,600 a month" in str(message.body)
    assert "Berlin, Germany" in str(message.body)


def test_a_change_of_a_closed_posting_says_that_it_is_closed() -> None:
    show()
    follow(ANA)
    show(closed=CloseReason.FILLED)
    work()
    show(BETTER_PAID, closed=CloseReason.FILLED)
    (message,) = work()
    assert message.subject.startswith("Pay raised")
    assert "The job is closed" in str(message.body)
    show(DETAILS)
    show(BETTER_PAID)
    assert all("The job is closed" not in str(message.body) for message in work())
