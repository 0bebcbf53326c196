"""New postings find the searches that are followed; who wants to hears at once, in one mail for all searches."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.test import Client

from adapters import board
from adapters.codec import decode_event
from adapters.models import OutboxEvent, SubscriptionRecord
from cms.actions import CloseJobAction, ReopenJobAction
from cms.models import JobPage
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import PostingPublished
from jobs_domain.identifiers import SubscriptionId
from notifications.alerts import followed, matching
from notifications.digests import prepare_due
from notifications.models import DigestPlan, FollowedSearch, NewPosting, Notification, SearchAnchor, SearchMatch
from tests.integration.cms.factories import live, make_category, make_closed_job, make_company, make_job
from tests.integration.importing.test_import_postings import posting
from tests.integration.notifications.seekers import DAY, MINUTE, a_follower, next_morning
from tests.integration.notifications.world import announce, html, recipients, work
from tests.unit.examples import wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTLING = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def noon(settings: LazySettings, clock: time_machine.Traveller) -> None:
    settings.TIME_ZONE, settings.DIGEST_HOUR, settings.SETTLING_TIME = "UTC", 8, SETTLING.total_seconds()
    clock.move_to(NOON)


def at_once(client: Client, clock: time_machine.Traveller, query: str, address: str = "ana@example.org") -> None:
    a_follower(client, clock, query, address=address, frequency="IMMEDIATE")
    clock.shift(SETTLING)
    assert work() == []


def settled(clock: time_machine.Traveller) -> list[EmailMultiAlternatives]:
    """The mails after the settling time, none of them before."""
    assert work() == []
    clock.shift(SETTLING)
    return work()


def take_down(job: JobPage) -> None:
    live(job).unpublish()
    work()


def publish_again(job: JobPage) -> None:
    page = JobPage.objects.get(pk=job.pk)
    page.save_revision().publish()


def test_who_wants_to_hear_at_once_hears_when_the_posting_has_settled(
    client: Client, clock: time_machine.Traveller
) -> None:
    at_once(client, clock, "q=baker")
    make_job("Night Baker"), make_job("Chef")
    (told,) = settled(clock)
    assert told.subject == "1 new job: jobs with “baker”"
    assert "Night Baker" in str(told.body)
    assert "Chef" not in str(told.body)
    assert next_morning(clock) == []


def test_who_has_just_confirmed_waits_no_longer(client: Client, clock: time_machine.Traveller) -> None:
    a_follower(client, clock, "q=baker", frequency="IMMEDIATE")
    make_job("Night Baker")
    DigestPlan.objects.update(due_at=datetime.now(UTC) + DAY)
    assert len(settled(clock)) == 1


def test_an_import_is_told_though_the_list_was_read_before(
    client: Client, clock: time_machine.Traveller, tmp_path: Path
) -> None:
    make_job("Baker", company=make_company("Bread & Co"))
    at_once(client, clock, "q=rigger")
    assert client.get("/jobs/").status_code == 200
    file = tmp_path / "postings.json"
    file.write_text(json.dumps([posting(number, title=f"Rigger {number}") for number in range(3)]))
    call_command("import_postings", str(file), stdout=StringIO())
    (told,) = settled(clock)
    assert told.subject.startswith("3 new jobs")
    assert "Rigger 2" in client.get("/jobs/?q=rigger").content.decode()


def test_what_is_published_while_it_settles_is_in_the_same_mail(client: Client, clock: time_machine.Traveller) -> None:
    at_once(client, clock, "q=baker")
    make_job("Night Baker")
    work()
    clock.shift(MINUTE)
    make_job("Day Baker")
    work()
    clock.shift(SETTLING - MINUTE)
    (told,) = work()
    assert told.subject.startswith("2 new jobs")
    make_job("Baker of Cakes")
    (second,) = settled(clock)
    assert "Night Baker" not in str(second.body)


def test_what_is_taken_down_or_closed_before_it_has_settled_is_not_told(
    client: Client, clock: time_machine.Traveller
) -> None:
    at_once(client, clock, "q=baker")
    take_down(make_job())
    CloseJobAction(page=make_job(), reason=JobPage.ClosedReason.FILLED).execute()
    assert settled(clock) == []


def test_several_searches_of_one_person_make_one_mail_that_names_them(
    client: Client, clock: time_machine.Traveller
) -> None:
    crafts = make_category("Crafts")
    at_once(client, clock, "q=baker")
    at_once(client, clock, "category=crafts")
    at_once(client, clock, "q=chef")
    at_once(client, clock, "q=plumber")
    at_once(client, clock, "q=baker", address="ben@example.org")
    make_job("Night Baker", categories=(crafts,)), make_job("Chef"), make_job("Carpenter", categories=(crafts,))
    to_ana, to_ben = sorted(settled(clock), key=recipients_of)
    assert recipients([to_ana, to_ben]) == ["ana@example.org", "ben@example.org"]
    assert str(to_ana.subject).startswith("3 new jobs: ")
    for name in ("jobs with “baker”", "Crafts jobs", "jobs with “chef”"):
        assert name in str(to_ana.subject)
        for part in (str(to_ana.body), html(to_ana)):
            assert f"{name[:1].upper()}{name[1:]}" in part
    assert "plumber" not in str(to_ana.body)
    for title in ("Night Baker", "Chef", "Carpenter"):
        assert str(to_ana.body).count(f"{title}\n") == 1
    assert to_ben.subject == "1 new job: jobs with “baker”"


def recipients_of(message: EmailMultiAlternatives) -> str:
    return message.to[0]


def test_digests_that_are_due_at_the_same_hour_are_one_mail(client: Client, clock: time_machine.Traveller) -> None:
    a_follower(client, clock, "q=baker", frequency="WEEKLY")
    a_follower(client, clock, "q=chef", frequency="DAILY")
    clock.shift(6 * DAY)
    work()
    make_job("Baker"), make_job("Chef")
    (told,) = next_morning(clock)
    assert told.subject == "2 new jobs: jobs with “baker”; jobs with “chef”"


def test_leaving_a_mail_about_several_searches_ends_those_and_no_others(
    client: Client, clock: time_machine.Traveller
) -> None:
    for word in ("baker", "bread", "chef"):
        at_once(client, clock, f"q={word}")
    make_job("Baker", description="<p>You make bread.</p>")
    (told,) = settled(clock)
    url = str(told.extra_headers["List-Unsubscribe"]).strip("<>").removeprefix("http://testserver")
    page = client.get(url).content.decode()
    assert "jobs with “bread”" in page
    assert "jobs with “baker”" in page
    assert confirmed() == {"baker", "bread", "chef"}
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert confirmed() == {"chef"}
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert url in str(told.body)


def confirmed() -> set[str]:
    topics = SubscriptionRecord.objects.filter(state="CONFIRMED").values_list("topic", flat=True)
    return {str(topic["text"]) for topic in topics}


def test_who_ends_one_of_several_searches_before_the_mail_is_sent_still_hears_of_the_others(
    client: Client, clock: time_machine.Traveller
) -> None:
    at_once(client, clock, "q=baker")
    at_once(client, clock, "q=bread")
    make_job("Baker", description="<p>You make bread.</p>")
    assert work() == []
    clock.shift(SETTLING)
    announce()
    first = Notification.objects.latest("created_at").subscription_id
    assert first is not None
    board.end_subscription(subscription_id=SubscriptionId(first))
    assert recipients(work()) == ["ana@example.org"]


def test_very_many_searches_make_as_few_mails_as_their_links_allow(
    client: Client, clock: time_machine.Traveller, settings: LazySettings
) -> None:
    settings.ASKS_PER_ADDRESS = settings.ASKS_PER_CLIENT = 0
    for amount in range(21):
        a_follower(client, clock, f"q=baker&salary={amount + 1}&currency=EUR", frequency="IMMEDIATE")
    clock.shift(SETTLING)
    work()
    make_job("Baker")
    first, second = settled(clock)
    for message in (first, second):
        url = str(message.extra_headers["List-Unsubscribe"]).strip("<>").removeprefix("http://testserver")
        assert client.post(url).status_code == 200
    assert not SubscriptionRecord.objects.filter(state="CONFIRMED").exists()


def test_a_pause_holds_back_what_is_found_and_then_it_comes(client: Client, clock: time_machine.Traveller) -> None:
    at_once(client, clock, "q=baker")
    SubscriptionRecord.objects.update(paused_until=NOON + 3 * DAY)
    DigestPlan.objects.update(due_at=NOON + 3 * DAY)
    make_job()
    assert settled(clock) == []
    clock.move_to(NOON + 3 * DAY + SETTLING)
    assert len(work()) == 1


class TestComingBack:
    def test_within_thirty_days_it_is_not_new(self, client: Client, clock: time_machine.Traveller) -> None:
        at_once(client, clock, "q=baker")
        job = make_job()
        assert len(settled(clock)) == 1
        clock.shift(40 * DAY)
        take_down(job)
        clock.shift(29 * DAY)
        publish_again(job)
        assert settled(clock) == []

    def test_after_thirty_days_it_is_new_again(self, client: Client, clock: time_machine.Traveller) -> None:
        at_once(client, clock, "q=baker")
        job = make_job(closing_date=None)
        assert len(settled(clock)) == 1
        CloseJobAction(page=live(job), reason=JobPage.ClosedReason.FILLED).execute()
        work()
        clock.shift(20 * DAY)
        take_down(job)
        clock.shift(10 * DAY)
        page = JobPage.objects.get(pk=job.pk)
        page.closed_reason = ""
        page.save_revision().publish()
        assert len(settled(clock)) == 1

    def test_one_that_was_published_closed_is_new_when_it_opens(
        self, client: Client, clock: time_machine.Traveller
    ) -> None:
        at_once(client, clock, "q=baker")
        job = make_closed_job()
        assert settled(clock) == []
        ReopenJobAction(page=live(job)).execute()
        assert len(settled(clock)) == 1


def test_a_posting_that_is_put_right_on_its_first_day_finds_its_searches(
    client: Client, clock: time_machine.Traveller
) -> None:
    crafts = make_category("Crafts")
    at_once(client, clock, "category=crafts")
    early, late = make_job("Baker"), make_job("Carpenter")
    assert settled(clock) == []
    early.categories.set([crafts])
    early.save_revision().publish()
    (told,) = settled(clock)
    assert "Baker" in str(told.body)
    clock.shift(2 * DAY)
    late.categories.set([crafts])
    late.save_revision().publish()
    assert settled(clock) == []


def test_who_follows_after_it_was_published_does_not_hear_of_it(client: Client, clock: time_machine.Traveller) -> None:
    at_once(client, clock, "q=baker")
    make_job("Night Baker")
    work()
    clock.shift(MINUTE)
    a_follower(client, clock, "q=baker", address="ben@example.org", frequency="IMMEDIATE")
    clock.shift(SETTLING)
    assert recipients(work()) == ["ana@example.org"]


def test_what_is_published_between_a_confirmation_and_its_handling_is_told(
    client: Client, clock: time_machine.Traveller
) -> None:
    client.post("/searches/follow/?q=baker", {"address": "ana@example.org", "frequency": "IMMEDIATE"})
    work()
    board.confirm_subscription(subscription_id=SubscriptionId(SubscriptionRecord.objects.get().pk))
    clock.shift(MINUTE)
    make_job()
    matching.match_published(published())
    assert not SearchMatch.objects.exists()
    assert work() == []
    clock.shift(SETTLING)
    assert len(work()) == 1


def published() -> PostingPublished:
    stored = OutboxEvent.objects.get(name="PostingPublished")
    event = decode_event(stored.name, stored.format_version, stored.payload)
    assert isinstance(event, PostingPublished)
    return event


def test_the_same_event_again_finds_nothing_more(client: Client, clock: time_machine.Traveller) -> None:
    at_once(client, clock, "q=baker")
    make_job()
    work()
    matching.match_published(published())
    assert SearchMatch.objects.count() == NewPosting.objects.count() == 1
    clock.shift(SETTLING)
    assert len(work()) == 1


def test_wishes_change_while_something_waits(client: Client, clock: time_machine.Traveller) -> None:
    """It is told once, by the new wishes."""
    at_once(client, clock, "q=baker")
    make_job()
    assert work() == []
    record = SubscriptionRecord.objects.get()
    from jobs_domain.digests import Frequency
    from tests.unit.examples import wishes

    board.change_wishes(subscription_id=SubscriptionId(record.pk), wishes=wishes(Frequency.DAILY))
    assert settled(clock) == []
    assert len(next_morning(clock)) == 1
    assert next_morning(clock) == []


def test_wishes_that_change_when_a_mail_is_due_repeat_nothing(client: Client, clock: time_machine.Traveller) -> None:
    """The plan is handed on before anybody hears that the wishes have changed."""
    at_once(client, clock, "q=baker")
    make_job("Night Baker")
    assert len(settled(clock)) == 1
    make_job("Day Baker")
    work()
    clock.shift(SETTLING)
    record = SubscriptionRecord.objects.get()
    board.change_wishes(subscription_id=SubscriptionId(record.pk), wishes=wishes(Frequency.DAILY))
    prepare_due()
    (told,) = next_morning(clock)
    assert told.subject.startswith("1 new job:")


def test_a_search_that_two_addresses_followed_repeats_nothing_when_one_moves_to_the_other(
    client: Client, clock: time_machine.Traveller
) -> None:
    at_once(client, clock, "q=baker")
    make_job("Night Baker")
    assert recipients(settled(clock)) == ["ana@example.org"]
    DigestPlan.objects.update(told_match=0)  # as if its worker had been slow
    at_once(client, clock, "q=baker", address="ben@example.org")
    make_job("Day Baker")
    assert "ben@example.org" in recipients(settled(clock))
    DigestPlan.objects.filter(told_match__gt=0).exclude(
        pk=SubscriptionRecord.objects.get(address="ben@example.org").pk
    ).update(told_match=0, due_at=datetime.now(UTC))
    board.change_address(old=EmailAddress("ana@example.org"), new=EmailAddress("ben@example.org"))
    assert work() == []
    make_job("Baker of Cakes")
    (told,) = settled(clock)
    assert told.subject.startswith("1 new job:")


class TestSearches:
    def test_equal_ones_are_kept_once_and_forgotten_when_nobody_follows_them(
        self, client: Client, clock: time_machine.Traveller
    ) -> None:
        at_once(client, clock, "q=baker")
        at_once(client, clock, "q=baker", address="ben@example.org")
        make_job()
        work()
        assert (FollowedSearch.objects.count(), SearchAnchor.objects.count()) == (1, 1)
        for record in SubscriptionRecord.objects.all():
            assert followed.prune() == 0
            board.end_subscription(subscription_id=SubscriptionId(record.pk))
        assert followed.prune() == 1
        assert not SearchAnchor.objects.exists()
        assert not SearchMatch.objects.exists()

    def test_those_without_anchors_get_some_and_miss_nothing(
        self, client: Client, clock: time_machine.Traveller
    ) -> None:
        at_once(client, clock, "q=baker")
        SearchAnchor.objects.all().delete()
        FollowedSearch.objects.update(anchors_version=0)
        make_job()
        assert work() == []
        assert followed.index_due() == 1
        assert followed.index_due() == 0
        assert SearchAnchor.objects.count() == 1
        DigestPlan.objects.update(due_at=datetime.now(UTC))
        assert len(work()) == 1


def test_matches_are_forgotten_after_the_longest_pause(client: Client, clock: time_machine.Traveller) -> None:
    at_once(client, clock, "q=baker")
    make_job()
    work()
    assert matching.prune() == 0
    clock.shift(401 * DAY)
    assert matching.prune() == 1
