"""One of every mail that the board sends, from what happens on the board: to test what they have in common, and to picture them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

import time_machine
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.test import Client, override_settings

from adapters import board
from adapters.web import languages
from cms.models import Company
from jobs_domain.changes import NoteToFollowers
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import CloseReason, RetirementReason
from jobs_domain.identifiers import LanguageCode, PostingId
from jobs_domain.posting_details import (
    ApplyOnline,
    Description,
    EmploymentType,
    Location,
    PostingDetails,
    WorkplaceType,
)
from jobs_domain.salary import Salary, SalaryFloor, SalaryUnit
from jobs_domain.topics import JobSearch, PostingTopic, Topic
from jobs_domain.valid_through import ValidThrough
from notifications.models import Kind
from notifications.preferences.links import manage_url
from notifications.preferences.signing_in import send_links
from tests.integration.cms.factories import make_category, make_company, make_job
from tests.integration.notifications.links_in_mails import link_to, path_of
from tests.integration.notifications.world import CONTACT, ask, follow, pay, show, take_down, work
from tests.unit.examples import DETAILS, NOW, THE_POSTING


class Case(StrEnum):
    """The name of its picture."""

    CONFIRM_A_POSTING = "confirm-a-posting"
    CONFIRM_A_SEARCH = "confirm-a-search"
    NEW_FOLLOWER = "new-follower"
    NEW_FOLLOWER_WITH_ADDRESS = "new-follower-with-address"
    REVISED = "revised"
    CLOSED_AS_FILLED = "closed-as-filled"
    CLOSED_AS_WITHDRAWN = "closed-as-withdrawn"
    CLOSED_AS_EXPIRED = "closed-as-expired"
    REOPENED = "reopened"
    UNPUBLISHED = "unpublished"
    DELETED = "deleted"
    DIGEST_OF_A_POSTING = "digest-of-a-posting"
    ONE_NEW_JOB = "one-new-job"
    MANY_NEW_JOBS = "many-new-jobs"
    SEVERAL_SEARCHES = "several-searches"
    SIGN_IN = "sign-in"
    MOVE = "move"
    MOVED = "moved"
    STILL_INTERESTED = "still-interested"


KINDS: Final[Mapping[Case, Kind]] = {
    Case.CONFIRM_A_POSTING: Kind.CONFIRMATION,
    Case.CONFIRM_A_SEARCH: Kind.CONFIRMATION,
    Case.NEW_FOLLOWER: Kind.NEW_FOLLOWER,
    Case.NEW_FOLLOWER_WITH_ADDRESS: Kind.NEW_FOLLOWER,
    Case.REVISED: Kind.REVISED,
    Case.CLOSED_AS_FILLED: Kind.CLOSED,
    Case.CLOSED_AS_WITHDRAWN: Kind.CLOSED,
    Case.CLOSED_AS_EXPIRED: Kind.CLOSED,
    Case.REOPENED: Kind.REOPENED,
    Case.UNPUBLISHED: Kind.RETIRED,
    Case.DELETED: Kind.RETIRED,
    Case.DIGEST_OF_A_POSTING: Kind.DIGEST,
    Case.ONE_NEW_JOB: Kind.DIGEST,
    Case.MANY_NEW_JOBS: Kind.DIGEST,
    Case.SEVERAL_SEARCHES: Kind.DIGEST,
    Case.SIGN_IN: Kind.SIGN_IN,
    Case.MOVE: Kind.MOVE,
    Case.MOVED: Kind.MOVED,
    Case.STILL_INTERESTED: Kind.INTEREST,
}

READER: Final = EmailAddress("reader@mail.example.org")
SHARES: Final = EmailAddress("a.reader.with.a.long.address.of.her.own@post.lighthouse-keepers.example.org")
DAILY: Final = EmailAddress("daily@mail.example.org")
NEW: Final = EmailAddress("new@mail.example.org")
NEWS_ID: Final = PostingId(UUID(int=81))
LONG_ID: Final = PostingId(UUID(int=82))
DAILY_ID: Final = PostingId(UUID(int=83))

NIGHT_BAKER: Final = replace(DETAILS, title="Night Baker", hiring_organization="Halfmoon Bakery Cooperative")
LONG: Final = replace(
    DETAILS,
    title="Sachbearbeiterin Kraftfahrzeughaftpflichtversicherung (Schwerpunkt Binnenschifffahrt)",
    hiring_organization="Rechtsschutzversicherungsgesellschaft Nord",
    valid_through=ValidThrough.at(day=date(2026, 4, 30), clock=None, zone="Europe/Berlin"),
    categories=frozenset({"Insurance"}),
)
LONG_CHANGED: Final = PostingDetails(
    title="Leiterin Kraftfahrzeughaftpflichtversicherung (Schwerpunkt Donaudampfschifffahrtsgesellschaften)",
    hiring_organization="Rechtsschutzversicherungsgesellschaften Nord und Süd",
    description=Description.of(html="<p>You lead.</p>", summary="You lead."),
    workplace_type=WorkplaceType.HYBRID,
    employment_types=frozenset({EmploymentType.PART_TIME, EmploymentType.TEMPORARY}),
    locations=(
        Location(country="DE", locality="Hamburg", postal_code="20457", street="Am Sandtorkai 12"),
        Location(country="AT", locality="Wien"),
    ),
    salary=Salary(minimum=Decimal(62_000), maximum=Decimal(78_500), currency="EUR", unit=SalaryUnit.YEAR),
    apply_to=ApplyOnline(
        "https://careers.insurance.example/openings/2026/kraftfahrzeughaftpflicht?source=board&lang=de"
    ),
    valid_through=ValidThrough.at(day=date(2026, 6, 15), clock=None, zone="Europe/Vienna"),
    categories=frozenset({"Insurance", "Law", "Ships and harbours"}),
)
NOTE: Final = NoteToFollowers(
    "The team has grown, and so has the work: you lead four people from the first day.\n\n"
    "Who has applied already need not do so again."
)
TITLES: Final = (
    "Accessibility Researcher",
    "Fachkraft für Veranstaltungstechnik",
    "Hospital Pharmacist",
    "Lokomotivführerin im Güterverkehr, Rangierbahnhof Maschen",
    "School Librarian",
    "Second Engineer, MV Sandpiper",
)


def every_mail(language: LanguageCode, clock: time_machine.Traveller) -> Mapping[Case, EmailMultiAlternatives]:
    """Companies read the language, too. Made on an empty board."""
    clock.move_to(NOW)
    with override_settings(TIME_ZONE="Europe/Berlin", DIGEST_HOUR=8, DIGEST_WEEKDAY="MONDAY", SETTLING_TIME=0):
        return {
            **_following(language),
            **_news(language),
            **_digests(language, clock),
            **_about_the_address(language),
            **_after_a_silence(clock),
        }


def _following(language: LanguageCode) -> Mapping[Case, EmailMultiAlternatives]:
    show(NIGHT_BAKER)
    make_category("Crafts", de="Handwerk")
    search = JobSearch(
        text="night",
        categories=frozenset({"crafts"}),
        workplace_types=frozenset({WorkplaceType.HYBRID, WorkplaceType.REMOTE}),
        salary=SalaryFloor(amount=Decimal(36_000), currency="EUR"),
    )
    return {
        Case.CONFIRM_A_POSTING: _asked(READER, language),
        Case.CONFIRM_A_SEARCH: _asked(READER, language, search),
        Case.NEW_FOLLOWER: _company_told(EmailAddress("other@mail.example.org"), language, shares_address=False),
        Case.NEW_FOLLOWER_WITH_ADDRESS: _company_told(SHARES, language, shares_address=True),
    }


def _news(language: LanguageCode) -> Mapping[Case, EmailMultiAlternatives]:
    sent: dict[Case, EmailMultiAlternatives] = {}
    _show_and_follow(NIGHT_BAKER, NEWS_ID, language)
    for case, reason in (
        (Case.CLOSED_AS_FILLED, CloseReason.FILLED),
        (Case.CLOSED_AS_WITHDRAWN, CloseReason.WITHDRAWN),
        (Case.CLOSED_AS_EXPIRED, CloseReason.EXPIRED),
    ):
        show(NIGHT_BAKER, closed=reason, posting_id=NEWS_ID)
        sent[case] = _to(READER)
        show(replace(NIGHT_BAKER, salary=pay(3300, 3900)), posting_id=NEWS_ID)
        sent[Case.REOPENED] = _to(READER)
        show(NIGHT_BAKER, posting_id=NEWS_ID)
        work()
    for case, why in (
        (Case.UNPUBLISHED, RetirementReason.UNPUBLISHED),
        (Case.DELETED, RetirementReason.DELETED),
    ):
        take_down(why, posting_id=NEWS_ID)
        sent[case] = _to(READER)
        _show_and_follow(NIGHT_BAKER, NEWS_ID, language)
    _show_and_follow(LONG, LONG_ID, language)
    show(LONG_CHANGED, note=NOTE, posting_id=LONG_ID)
    sent[Case.REVISED] = _to(READER)
    return sent


def _digests(language: LanguageCode, clock: time_machine.Traveller) -> Mapping[Case, EmailMultiAlternatives]:
    sent: dict[Case, EmailMultiAlternatives] = {}
    _show_and_follow(NIGHT_BAKER, DAILY_ID, language, DAILY, Frequency.DAILY)
    clock.shift(timedelta(minutes=1))
    moved = replace(NIGHT_BAKER, locations=(Location(country="BE", locality="Ghent"),), salary=pay(3300, 3900))
    show(moved, note=NoteToFollowers("We have moved to larger ovens."), posting_id=DAILY_ID)
    work()
    clock.shift(timedelta(days=1))
    sent[Case.DIGEST_OF_A_POSTING] = _to(DAILY)
    follow(DAILY, JobSearch(companies=frozenset({_company().slug})), language=language, frequency=Frequency.DAILY)
    clock.shift(timedelta(minutes=1))
    for case, number in ((Case.ONE_NEW_JOB, 1), (Case.MANY_NEW_JOBS, 26)):
        for each in range(number):
            make_job(TITLES[each % len(TITLES)], company=_company())
        work()
        clock.shift(timedelta(days=1))
        sent[case] = _to(DAILY)
    follow(DAILY, JobSearch(text="pharmacist"), language=language, frequency=Frequency.DAILY)
    clock.shift(timedelta(minutes=1))
    for title in TITLES:
        make_job(title, company=_company())
    work()
    clock.shift(timedelta(days=1))
    sent[Case.SEVERAL_SEARCHES] = _to(DAILY)
    return sent


def _about_the_address(language: LanguageCode) -> Mapping[Case, EmailMultiAlternatives]:
    reader, client = follow(READER, JobSearch(text="lighthouse"), language=language), Client()
    client.post("/subscriptions/manage/", {"address": READER.value})
    send_links()
    sent = {Case.SIGN_IN: _to(READER)}
    client.post(path_of(f"{manage_url(reader)}address/"), {"address": NEW.value})
    sent[Case.MOVE] = _to(NEW)
    client.post(path_of(link_to("move", sent[Case.MOVE])))
    sent[Case.MOVED] = _to(READER)
    return sent


def _after_a_silence(clock: time_machine.Traveller) -> Mapping[Case, EmailMultiAlternatives]:
    clock.shift(timedelta(days=settings.INTEREST_AFTER_DAYS))
    return {Case.STILL_INTERESTED: _to(DAILY)}


def _company() -> Company:
    return make_company("Tidewrack Ferries and Harbour Services")


def _asked(address: EmailAddress, language: LanguageCode, topic: Topic = THE_POSTING) -> EmailMultiAlternatives:
    ask(address, topic, language=language, frequency=Frequency.DAILY)
    return _to(address)


def _company_told(address: EmailAddress, language: LanguageCode, *, shares_address: bool) -> EmailMultiAlternatives:
    subscription_id = ask(address, language=language, share_address=shares_address)
    work()
    with override_settings(LANGUAGE_CODE=languages.codes()[language]):
        board.confirm_subscription(subscription_id=subscription_id)
        return _to(CONTACT)


def _show_and_follow(
    details: PostingDetails,
    posting_id: PostingId,
    language: LanguageCode,
    address: EmailAddress = READER,
    frequency: Frequency = Frequency.IMMEDIATE,
) -> None:
    show(details, posting_id=posting_id)
    follow(address, PostingTopic(posting_id), language=language, frequency=frequency)


def _to(address: EmailAddress) -> EmailMultiAlternatives:
    """The one that is sent to the address now."""
    (message,) = (message for message in work() if message.to == [address.for_the_wire])
    return message
