"""The foot of every mail says in words why one gets it, and leads to where one leaves or sees what one follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest
import time_machine
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from adapters.web import languages
from jobs_domain.identifiers import LanguageCode
from notifications.models import Kind, Notification
from tests.integration.notifications.every_mail import KINDS, LONG_CHANGED, SHARES, Case, every_mail
from tests.integration.notifications.links_in_mails import links_of_html, links_of_text
from tests.integration.notifications.test_mail_content import Reader
from tests.integration.notifications.world import html

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

BAKER: Final = "Night Baker at Halfmoon Bakery Cooperative", "Night Baker bei Halfmoon Bakery Cooperative"
LEADER: Final = (
    f"{LONG_CHANGED.title} at {LONG_CHANGED.hiring_organization}",
    f"{LONG_CHANGED.title} bei {LONG_CHANGED.hiring_organization}",
)
FERRIES: Final = "Jobs at Tidewrack Ferries and Harbour Services", "Stellen bei Tidewrack Ferries and Harbour Services"
ENTERED: Final = (
    "because somebody entered your address on {board}",
    "weil jemand Ihre Adresse auf {board} eingetragen hat",
)
CONTACT: Final = (
    f"yours is the contact address for {BAKER[0]}",
    f"Ihre Adresse auf {{board}} die Kontaktadresse für {BAKER[1]}",
)


def _follow(name: tuple[str, str]) -> tuple[str, str]:
    return f"because you follow {name[0]} on {{board}}", f"weil Sie auf {{board}} dieser Stelle folgen: {name[1]}"


FOLLOWED: Final = (
    f"because you followed {BAKER[0]} on {{board}}",
    f"weil Sie auf {{board}} dieser Stelle gefolgt sind: {BAKER[1]}",
)
SEARCH: Final = (
    f"because you follow a search on {{board}}: {FERRIES[0]}",
    f"weil Sie auf {{board}} einer Suche folgen: {FERRIES[1]}",
)
SEARCHES: Final = (
    f"because you follow searches on {{board}}: {FERRIES[0]}; Jobs with “pharmacist”",
    f"weil Sie auf {{board}} Suchen folgen: {FERRIES[1]}; Stellen mit „pharmacist“",
)
WHY: Final[Mapping[Case, tuple[str, str]]] = {
    Case.CONFIRM_A_POSTING: ENTERED,
    Case.CONFIRM_A_SEARCH: ENTERED,
    Case.NEW_FOLLOWER: CONTACT,
    Case.NEW_FOLLOWER_WITH_ADDRESS: CONTACT,
    Case.REVISED: _follow(LEADER),
    Case.CLOSED_AS_FILLED: _follow(BAKER),
    Case.CLOSED_AS_WITHDRAWN: _follow(BAKER),
    Case.CLOSED_AS_EXPIRED: _follow(BAKER),
    Case.REOPENED: _follow(BAKER),
    Case.UNPUBLISHED: FOLLOWED,
    Case.DELETED: FOLLOWED,
    Case.DIGEST_OF_A_POSTING: _follow(BAKER),
    Case.ONE_NEW_JOB: SEARCH,
    Case.MANY_NEW_JOBS: SEARCH,
    Case.SEVERAL_SEARCHES: SEARCHES,
    Case.SIGN_IN: ("because somebody asked on {board} what", "weil jemand auf {board} gefragt hat, was"),
    Case.MOVE: (
        "because somebody who follows jobs on {board} gave",
        "weil jemand, der auf {board} Stellen folgt, Ihre",
    ),
    Case.MOVED: (
        "because you followed jobs on {board} with this address",
        "weil Sie auf {board} mit dieser Adresse Stellen",
    ),
    Case.STILL_INTERESTED: (
        "because you follow what it names on {board}",
        "weil Sie auf {board} abonniert haben, was sie nennt",
    ),
}
"""In English and German."""
SEES_AND_LEAVES: Final = frozenset({"manage", "end"})
LEADS_TO: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.CONFIRMATION: frozenset({"manage"}),
    Kind.NEW_FOLLOWER: frozenset(),  # companies follow nothing
    Kind.REVISED: SEES_AND_LEAVES,
    Kind.CLOSED: SEES_AND_LEAVES,
    Kind.REOPENED: SEES_AND_LEAVES,
    Kind.RETIRED: frozenset({"manage"}),  # there is nothing left to leave
    Kind.DIGEST: SEES_AND_LEAVES,
    Kind.SIGN_IN: frozenset(),  # the link is what it is about
    Kind.MOVE: frozenset(),  # it may reach a stranger
    Kind.MOVED: frozenset({"manage"}),
    Kind.INTEREST: frozenset({"manage", "leave-all"}),
}


def test_no_kind_of_mail_is_forgotten_here() -> None:
    assert {*KINDS.values()} == {*LEADS_TO} == {*Kind}
    assert {*KINDS} == {*WHY} == {*Case}


@pytest.mark.parametrize("language", languages.codes())
def test_the_foot_of_every_mail_says_why_one_gets_it_and_how_to_get_no_more(
    clock: time_machine.Traveller, language: LanguageCode
) -> None:
    sent = every_mail(language, clock)
    assert {*Notification.objects.values_list("kind", flat=True)} == {*Kind.values}
    for case in Case:
        message = sent[case]
        assert f'<html lang="{language}' in html(message), case
        why = WHY[case][[*languages.codes()].index(language)].format(board=settings.BOARD_NAME)
        for words, found in (_text_foot(message), _html_foot(message)):
            assert why in words, case
            assert _pages(found) == LEADS_TO[KINDS[case]], case
            assert "@" not in words, case
        assert _text_foot(message)[1] == _html_foot(message)[1], case


@pytest.mark.parametrize("language", languages.codes())
def test_no_mail_names_an_address_but_the_one_that_a_follower_shares(
    clock: time_machine.Traveller, language: LanguageCode
) -> None:
    for case, message in every_mail(language, clock).items():
        for part in (str(message.body), html(message), str(message.subject)):
            assert ("mail.example.org" in part) is False, case
            assert (SHARES.value in part) is (case is Case.NEW_FOLLOWER_WITH_ADDRESS and part != message.subject), case


def _text_foot(message: EmailMultiAlternatives) -> tuple[str, list[str]]:
    _, line, foot = str(message.body).partition("\n____")
    assert line
    return " ".join(foot.split()), [link for link in links_of_text(message) if link in foot]


def _html_foot(message: EmailMultiAlternatives) -> tuple[str, list[str]]:
    _, cell, foot = html(message).partition('<td class="foot"')
    assert cell
    return Reader(f"<td{foot}").text, [link for link in links_of_html(message) if link in foot]


def _pages(found: list[str]) -> frozenset[str]:
    return frozenset(link.partition("/subscriptions/")[2].partition("/")[0] for link in found)
