"""What editors know of news before and after it is told, and what they may still do about it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.db import transaction
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from adapters import background, board, outbox
from adapters import newsroom as port
from adapters.models import OutboxEvent
from adapters.newsroom import Pending, Preparing, TooLate, UnreadableNews
from adapters.words import ChangeInWords
from jobs_domain.changes import MinorChange, NoteToFollowers
from jobs_domain.events import CloseReason
from jobs_domain.identifiers import PostingId
from jobs_domain.posting_details import Description
from notifications import settling
from notifications.announcing import FAN_OUT
from notifications.fan_out import fan_out_due
from notifications.ledger import NotTold, told
from notifications.models import Audience, Delivery, DeliveryAttempt, Notification, WhyNot
from notifications.newsroom import DjangoNewsroom
from notifications.pruning import prune_deliveries
from tests.integration.notifications import rows, world
from tests.integration.notifications.world import (
    BETTER_PAID,
    MINUTE,
    SETTLING,
    announce,
    ask,
    elsewhere,
    event,
    follow,
    html,
    pay,
    recipients,
    show,
    subjects,
    take_down,
    work,
)
from tests.unit.examples import ANA, BEN, DETAILS, NOW, OTHER_POSTING_ID, POSTING_ID

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

several_writers = pytest.mark.needs_postgresql  # SQLite has one writer at a time
CHEF: Final = replace(BETTER_PAID, title="Chef")
WRITTEN: Final = NoteToFollowers("The union agreed.")


@pytest.fixture(autouse=True)
def _an_open_posting_that_ana_follows(settings: LazySettings, clock: time_machine.Traveller) -> None:
    world.an_open_posting_that_ana_follows(settings)


@pytest.fixture
def newsroom() -> DjangoNewsroom:
    return DjangoNewsroom()


def awaited(posting_id: PostingId = POSTING_ID) -> Pending:
    found = port.newsroom().awaited(posting_id)
    assert isinstance(found, Pending)
    return found


def the_notification() -> Notification:
    return Notification.objects.get(pk=awaited().notification_id)


def test_the_notifications_serve_the_port() -> None:
    assert isinstance(port.newsroom(), DjangoNewsroom)


def test_nothing_is_awaited_where_nothing_has_happened(newsroom: DjangoNewsroom) -> None:
    assert newsroom.awaited(POSTING_ID) is None
    assert newsroom.awaited(OTHER_POSTING_ID) is None


def test_a_change_is_first_prepared_then_pending_then_out_of_the_editors_hands(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller
) -> None:
    show(BETTER_PAID, note=WRITTEN)
    assert newsroom.awaited(POSTING_ID) == Preparing()
    outbox.dispatch_due()
    pending = awaited()
    assert pending == Pending(
        notification_id=pending.notification_id,
        subject="Pay raised: Baker at Bread & Co",
        changes=(ChangeInWords("Pay", "€3,000–3,500 a month", "€3,200–3,600 a month"),),
        note="The union agreed.",
        followers=1,
        release_at=NOW + SETTLING,
    )
    clock.shift(2 * SETTLING)
    assert awaited() == pending
    fan_out_due()
    assert newsroom.awaited(POSTING_ID) is None
    assert newsroom.awaited(OTHER_POSTING_ID) is None


def test_a_first_publication_and_a_minor_change_are_not_prepared_for_anybody(newsroom: DjangoNewsroom) -> None:
    show(posting_id=OTHER_POSTING_ID)
    assert newsroom.awaited(OTHER_POSTING_ID) is None
    show(BETTER_PAID, note=MinorChange())
    assert newsroom.awaited(POSTING_ID) is None
    show(CHEF)
    show(replace(CHEF, title="Cook"), note=MinorChange())
    assert newsroom.awaited(POSTING_ID) == Preparing()


def test_an_event_whose_handler_is_to_be_tried_again_is_being_prepared_and_one_that_was_given_up_is_not(
    newsroom: DjangoNewsroom,
) -> None:
    change = show(BETTER_PAID)
    waiting = OutboxEvent.objects.filter(event_id=change)
    waiting.update(next_attempt_at=NOW + MINUTE)
    assert newsroom.awaited(POSTING_ID) == Preparing()
    waiting.update(next_attempt_at=None)
    assert newsroom.awaited(POSTING_ID) is None


def test_another_listener_that_still_waits_does_not_keep_the_news_in_preparation(newsroom: DjangoNewsroom) -> None:
    show(BETTER_PAID)
    outbox.dispatch_due()
    newsroom.tell_nobody(awaited().notification_id)
    OutboxEvent.objects.filter(name="PostingRevised").update(next_attempt_at=NOW)
    assert newsroom.awaited(POSTING_ID) is None


def test_the_followers_are_those_who_would_get_it(clock: time_machine.Traveller) -> None:
    asked = ask(BEN)
    work()
    show(BETTER_PAID)
    announce()
    clock.shift(MINUTE)
    assert awaited().followers == 1

    board.confirm_subscription(subscription_id=asked)
    assert awaited().followers == 1
    board.end_subscription(subscription_id=follow(ANA))
    assert awaited().followers == 0


def test_what_was_merged_is_pending_as_one(clock: time_machine.Traveller) -> None:
    show(BETTER_PAID, note=NoteToFollowers("More pay."))
    announce()
    clock.shift(MINUTE)
    rewritten = replace(CHEF, description=Description.of(html="<p>Cook.</p>", summary="Cook."))
    show(rewritten, note=NoteToFollowers("And a new title."))
    announce()
    pending = awaited()
    assert [change.label for change in pending.changes] == ["Title", "Pay", "Description"]
    assert pending.note == "More pay.\n\nAnd a new title."
    assert pending.release_at == NOW + SETTLING


def test_a_closing_and_a_retirement_are_pending_like_a_revision() -> None:
    show(closed=CloseReason.FILLED)
    announce()
    assert (awaited().subject, awaited().changes) == ("Closed (filled): Baker at Bread & Co", ())
    take_down()
    announce()
    assert awaited().subject == "Taken down: Baker at Bread & Co"


def test_what_is_pending_is_in_the_boards_language_whoever_asks() -> None:
    show(replace(DETAILS, salary=None))
    announce()
    with translation.override("de"):
        assert awaited().changes == (ChangeInWords("Pay", "€3,000–3,500 a month", "not stated"),)


@pytest.mark.parametrize("changes", [1, 12])
def test_asking_takes_few_queries_however_many_changes_were_merged(
    newsroom: DjangoNewsroom, django_assert_max_num_queries: DjangoAssertNumQueries, changes: int
) -> None:
    for step in range(1, changes + 1):
        show(replace(DETAILS, salary=pay(3000 + step, 9000)))
        announce()
    with django_assert_max_num_queries(6):
        assert len(awaited().changes) == 1


def test_news_whose_events_cannot_be_read_any_more_is_pending_without_its_changes(newsroom: DjangoNewsroom) -> None:
    change = show(BETTER_PAID)
    announce()
    OutboxEvent.objects.filter(event_id=change).update(format_version=99)
    pending = awaited()
    assert (pending.subject, pending.changes, pending.note) == ("Pay raised: Baker at Bread & Co", (), "")
    with pytest.raises(UnreadableNews):
        newsroom.change_note(pending.notification_id, WRITTEN)
    assert newsroom.tell_nobody(pending.notification_id) == pending


def test_tell_now_ends_the_settling_time(newsroom: DjangoNewsroom, clock: time_machine.Traveller) -> None:
    show(BETTER_PAID)
    announce()
    clock.shift(MINUTE)
    pending = newsroom.tell_now(awaited().notification_id)
    assert pending.release_at == NOW + MINUTE
    assert subjects(work()) == ["Pay raised"]
    assert newsroom.awaited(POSTING_ID) is None


def test_the_worker_is_asked_to_come_at_once(newsroom: DjangoNewsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    show(BETTER_PAID)
    announce()
    asked: list[tuple[str, datetime | None]] = []
    monkeypatch.setattr(background, "wake", lambda name, at=None: asked.append((name, at)))
    newsroom.tell_now(awaited().notification_id)
    assert asked == [(FAN_OUT, None)]


def test_what_happens_after_tell_now_is_news_of_its_own(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller
) -> None:
    show(BETTER_PAID)
    announce()
    clock.shift(MINUTE)
    newsroom.tell_now(awaited().notification_id)
    show(CHEF)
    outbox.dispatch_due()
    assert subjects(work()) == ["Pay raised"]
    clock.shift(SETTLING)
    assert subjects(work()) == ["Title changed"]


@pytest.mark.parametrize("verb", ["tell_now", "tell_nobody", "change_note"])
def test_once_the_time_has_come_nothing_can_be_changed_though_the_worker_is_late(
    verb: str, newsroom: DjangoNewsroom, clock: time_machine.Traveller
) -> None:
    show(BETTER_PAID)
    announce()
    pending = awaited()
    if verb == "tell_nobody":
        newsroom.tell_now(pending.notification_id)
    else:
        clock.shift(SETTLING)
    acts: dict[str, Callable[[UUID], Pending]] = {
        "tell_now": newsroom.tell_now,
        "tell_nobody": newsroom.tell_nobody,
        "change_note": lambda news: newsroom.change_note(news, WRITTEN),
    }
    with pytest.raises(TooLate):
        acts[verb](pending.notification_id)
    assert awaited() == replace(pending, release_at=awaited().release_at)


def test_tell_nobody_recalls_the_news_and_the_ledger_says_so(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller
) -> None:
    changes = [show(BETTER_PAID), show(CHEF)]
    announce()
    pending = awaited()
    assert newsroom.tell_nobody(pending.notification_id) == pending
    clock.shift(2 * SETTLING)
    assert work() == []
    assert newsroom.awaited(POSTING_ID) is None
    follower = ask(ANA)
    assert [told(follower, change) for change in changes] == [NotTold(why=WhyNot.RECALLED)] * 2
    recalled = Notification.objects.get(pk=pending.notification_id)
    assert (recalled.subject, recalled.text, recalled.html) == ("", "", "")


def test_what_happens_after_tell_nobody_is_news_of_its_own(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller
) -> None:
    show(BETTER_PAID)
    announce()
    newsroom.tell_nobody(awaited().notification_id)
    show(CHEF)
    announce()
    assert awaited().subject.startswith("Title changed")
    assert awaited().release_at == NOW + SETTLING


def test_the_note_is_changed_in_the_mail_and_nothing_else_is(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller
) -> None:
    show(BETTER_PAID, note=NoteToFollowers("Teh union agreed."))
    announce()
    before = awaited()
    assert newsroom.change_note(before.notification_id, WRITTEN) == replace(before, note="The union agreed.")
    assert awaited() == replace(before, note="The union agreed.")
    clock.shift(SETTLING)
    (message,) = work()
    assert recipients([message]) == [ANA.for_the_wire]
    for shown in (str(message.body), html(message)):
        assert "The union agreed." in shown
        assert "Teh" not in shown
        assert "€3,200" in shown


def test_a_note_can_be_taken_away_and_set_where_there_was_none(newsroom: DjangoNewsroom) -> None:
    show(BETTER_PAID, note=WRITTEN)
    announce()
    assert newsroom.change_note(awaited().notification_id, NoteToFollowers(" ")).note == ""
    assert "From the editor" not in the_notification().text
    assert newsroom.change_note(awaited().notification_id, WRITTEN).note == "The union agreed."
    assert "From the editor" in the_notification().text


def test_what_is_merged_later_keeps_the_edited_note_and_adds_its_own(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller
) -> None:
    show(BETTER_PAID, note=NoteToFollowers("Wrong."))
    announce()
    newsroom.change_note(awaited().notification_id, WRITTEN)
    show(CHEF, note=NoteToFollowers("A new title."))
    announce()
    assert awaited().note == "The union agreed.\n\nA new title."
    show(replace(CHEF, title="Cook"), note=NoteToFollowers("A new title."))
    announce()
    newsroom.change_note(awaited().notification_id, NoteToFollowers())
    show(replace(CHEF, title="Pastry cook"))
    announce()
    assert awaited().note == ""
    clock.shift(SETTLING)
    (message,) = work()
    assert "From the editor" not in str(message.body)
    assert "Wrong." not in str(message.body)


def nothing(newsroom: DjangoNewsroom, notification_id: UUID) -> None:
    """Each way to change what is pending is refused."""
    before = list(Notification.objects.order_by("pk").values())
    with pytest.raises(TooLate):
        newsroom.tell_now(notification_id)
    with pytest.raises(TooLate):
        newsroom.tell_nobody(notification_id)
    with pytest.raises(TooLate):
        newsroom.change_note(notification_id, WRITTEN)
    assert list(Notification.objects.order_by("pk").values()) == before


def test_it_is_too_late_once_the_first_delivery_is_made(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller
) -> None:
    show(BETTER_PAID)
    announce()
    notification_id = awaited().notification_id
    clock.shift(SETTLING)
    fan_out_due()
    nothing(newsroom, notification_id)


def test_it_is_too_late_for_what_was_merged_recalled_or_never_was(newsroom: DjangoNewsroom) -> None:
    show(BETTER_PAID)
    announce()
    merged = awaited().notification_id
    show(CHEF)
    announce()
    nothing(newsroom, merged)
    recalled = awaited().notification_id
    newsroom.tell_nobody(recalled)
    nothing(newsroom, recalled)
    nothing(newsroom, uuid4())


def test_messages_to_a_company_are_not_the_editors_to_recall(newsroom: DjangoNewsroom) -> None:
    nothing(newsroom, Notification.objects.filter(audience=Audience.COMPANY).latest("created_at").pk)


@several_writers
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [DjangoNewsroom.tell_now, DjangoNewsroom.tell_nobody])
def test_who_comes_while_it_is_merged_is_too_late(
    newsroom: DjangoNewsroom, act: Callable[[DjangoNewsroom, UUID], Pending]
) -> None:
    show(BETTER_PAID)
    announce()
    notification_id = awaited().notification_id
    second = event(show(CHEF))
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            settling.tell_followers(second)
            acting = other.submit(elsewhere(lambda: act(newsroom, notification_id)))
            assert wait([acting], timeout=0.5).not_done
        with pytest.raises(TooLate):
            acting.result()


@several_writers
@pytest.mark.django_db(transaction=True)
def test_who_comes_while_deliveries_are_made_is_too_late(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller
) -> None:
    show(BETTER_PAID)
    announce()
    notification_id = awaited().notification_id
    clock.shift(SETTLING)
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        assert fan_out_due() == 1
        with pytest.raises(TooLate):
            other.submit(elsewhere(lambda: newsroom.tell_nobody(notification_id))).result()


@several_writers
@pytest.mark.django_db(transaction=True)
def test_no_deliveries_are_made_of_what_is_being_recalled(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller
) -> None:
    show(BETTER_PAID)
    announce()
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        newsroom.tell_nobody(awaited().notification_id)
        clock.shift(SETTLING)
        assert other.submit(elsewhere(fan_out_due)).result() == 0
    assert fan_out_due() == 0
    assert work() == []


def test_the_mail_about_a_revision_is_the_one_that_followers_would_get(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller
) -> None:
    preview = newsroom.revision_mail(before=DETAILS, after=CHEF, note=WRITTEN, path="/jobs/baker/", is_closed=False)
    assert preview is not None
    show(CHEF, note=WRITTEN)
    announce()
    clock.shift(SETTLING)
    (message,) = work()
    assert preview.subject == message.subject
    ours, theirs = preview.text.splitlines(), str(message.body).splitlines()
    assert [line for line in ours if line not in theirs] == ["Stop following this job: #", "All that you follow: #"]
    assert 'href="#"' in preview.html
    assert "subscriptions/" not in preview.html + preview.text


def test_the_mail_about_a_revision_of_a_closed_posting_says_that_it_is_closed(newsroom: DjangoNewsroom) -> None:
    preview = newsroom.revision_mail(
        before=DETAILS, after=BETTER_PAID, note=NoteToFollowers(), path="/jobs/baker/", is_closed=True
    )
    assert preview is not None
    assert "The job is closed" in preview.text
    assert "http://testserver/jobs/baker/" in preview.text


def test_there_is_no_mail_about_no_change_and_asking_writes_nothing(newsroom: DjangoNewsroom) -> None:
    before = Notification.objects.count()
    same = newsroom.revision_mail(before=DETAILS, after=DETAILS, note=WRITTEN, path="/jobs/baker/", is_closed=False)
    assert same is None
    newsroom.revision_mail(before=DETAILS, after=CHEF, note=WRITTEN, path="/jobs/baker/", is_closed=False)
    assert Notification.objects.count() == before


def test_last_told_is_when_news_was_last_released(
    newsroom: DjangoNewsroom,
    clock: time_machine.Traveller,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    assert newsroom.last_told([POSTING_ID]) == {}
    show(BETTER_PAID)
    announce()
    assert newsroom.last_told([POSTING_ID]) == {}
    clock.shift(SETTLING)
    work()
    clock.shift(timedelta(days=1))
    show(CHEF)
    announce()
    newsroom.tell_nobody(awaited().notification_id)
    with django_assert_num_queries(1):
        assert newsroom.last_told([POSTING_ID, OTHER_POSTING_ID]) == {POSTING_ID: NOW + SETTLING}


def test_last_told_outlives_the_deliveries(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller, settings: LazySettings
) -> None:
    show(BETTER_PAID)
    announce()
    clock.shift(SETTLING)
    work()
    clock.shift(timedelta(days=settings.KEEP_DELIVERIES_DAYS + 1))
    assert prune_deliveries()
    assert newsroom.last_told([POSTING_ID]) == {POSTING_ID: NOW + SETTLING}


def test_what_was_refused_is_in_trouble_for_a_week(newsroom: DjangoNewsroom, clock: time_machine.Traveller) -> None:
    assert newsroom.in_trouble() == 0
    told_of = rows.notification()
    for outcome, state, reason in (
        (DeliveryAttempt.Outcome.REFUSED, Delivery.State.FAILED, WhyNot.REFUSED),
        (DeliveryAttempt.Outcome.DEFERRED, Delivery.State.FAILED, WhyNot.GAVE_UP),
        (DeliveryAttempt.Outcome.BOUNCED, Delivery.State.SENT, None),
        (DeliveryAttempt.Outcome.COMPLAINED, Delivery.State.SENT, None),
        (DeliveryAttempt.Outcome.DEFERRED, Delivery.State.SENT, None),
    ):
        delivery = rows.delivery(told_of, uuid4(), state, reason)
        for _ in range(2):
            DeliveryAttempt.objects.create(delivery=delivery, at=NOW, outcome=outcome, answer="no")
    assert newsroom.in_trouble() == 3
    clock.shift(timedelta(days=7, seconds=1))
    assert newsroom.in_trouble() == 0


def test_what_waits_for_more_than_an_hour_is_in_trouble(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller
) -> None:
    told_of = rows.notification()
    waiting, sent = sorted([uuid4(), uuid4()])
    rows.delivery(told_of, waiting, Delivery.State.WAITING)
    rows.delivery(told_of, sent)
    rows.batch(told_of, waiting, sent)
    clock.shift(timedelta(hours=1))
    assert newsroom.in_trouble() == 0
    clock.shift(1)
    assert newsroom.in_trouble() == 1


def test_what_no_worker_has_come_to_is_in_trouble(newsroom: DjangoNewsroom, clock: time_machine.Traveller) -> None:
    follow(BEN)
    show(BETTER_PAID)
    announce()
    clock.shift(SETTLING + timedelta(hours=1))
    assert newsroom.in_trouble() == 0
    clock.shift(1)
    assert newsroom.in_trouble() == 2


def test_of_very_many_batches_the_rest_count_as_full(
    newsroom: DjangoNewsroom, clock: time_machine.Traveller, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.trouble.BATCHES", 1)
    settings.MAIL_BATCH = 10
    told_of = rows.notification()
    for _ in range(3):
        waiting = rows.delivery(told_of, uuid4(), Delivery.State.WAITING).subscription_id
        rows.batch(told_of, waiting, waiting)
    clock.shift(timedelta(hours=2))
    assert newsroom.in_trouble() == 1 + 2 * 10
