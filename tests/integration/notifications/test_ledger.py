"""For any follower and any change: told or not, when, with which text, and if not why not (A32)."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings

from adapters import board, outbox
from adapters.models import SubscriptionRecord
from jobs_domain.changes import MinorChange
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import EventId, event_id, new_subscription_id
from jobs_domain.topics import PostingTopic
from notifications import batches
from notifications.answers import MAX_ATTEMPTS, pause_after
from notifications.ledger import NoLongerKnown, NotTold, ToBeTold, Told, UnknownChange, company_told, told
from notifications.models import WhyNot
from notifications.pruning import prune_deliveries
from tests.integration.notifications.scripted import Server
from tests.integration.notifications.world import (
    BETTER_PAID,
    CONTACT,
    announce,
    as_in_the_ledger,
    ask,
    confirmed,
    follow,
    html,
    requested,
    show,
    work,
)
from tests.unit.examples import ANA, NOW, OTHER_POSTING_ID, wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def published() -> EventId:
    return show()


def refusal(code: int) -> SMTPRecipientsRefused:
    return SMTPRecipientsRefused({ANA.for_the_wire: (code, b"because")})


def test_told_says_when_and_with_which_text(clock: time_machine.Traveller) -> None:
    follower = follow(ANA)
    change = show(BETTER_PAID)
    clock.shift(MINUTE)
    (message,) = work()
    assert told(follower, change) == Told(
        at=NOW + MINUTE,
        address=ANA.value,
        subject=str(message.subject),
        text=as_in_the_ledger(str(message.body)),
        html=as_in_the_ledger(html(message)),
        message_id=message.extra_headers["Message-ID"],
    )


def test_a_change_that_is_not_yet_handled_fanned_out_or_sent_is_to_be_told() -> None:
    follower = follow(ANA)
    change = show(BETTER_PAID)
    assert told(follower, change) == ToBeTold(next_attempt_at=NOW)
    outbox.dispatch_due()
    assert told(follower, change) == ToBeTold(next_attempt_at=NOW)
    announce()
    assert told(follower, change) == ToBeTold(next_attempt_at=NOW)


def test_a_message_that_a_worker_is_about_to_send_is_due_again_if_that_worker_dies() -> None:
    follower = follow(ANA)
    change = show(BETTER_PAID)
    announce()
    assert batches.claim() is not None
    assert told(follower, change) == ToBeTold(next_attempt_at=NOW + batches.LEASE)


def test_a_message_that_was_put_off_says_what_the_server_answered(server: Server) -> None:
    follower = follow(ANA)
    change = show(BETTER_PAID)
    server.answers = {ANA.for_the_wire: [refusal(451)]}
    work()
    account = told(follower, change)
    assert isinstance(account, ToBeTold)
    assert (account.attempts, account.last_answer) == (1, "451 because")
    assert account.next_attempt_at is not None
    assert NOW + pause_after(1) / 2 < account.next_attempt_at <= NOW + pause_after(1)


def test_a_refused_message_says_why(server: Server) -> None:
    follower = follow(ANA)
    change = show(BETTER_PAID)
    server.answers = {ANA.for_the_wire: [refusal(550)]}
    work()
    assert told(follower, change) == NotTold(why=WhyNot.REFUSED, at=NOW, last_answer="550 because")


def test_a_message_that_was_given_up_says_so(server: Server, clock: time_machine.Traveller) -> None:
    follower = follow(ANA)
    change = show(BETTER_PAID)
    server.answers = {ANA.for_the_wire: [refusal(450)] * MAX_ATTEMPTS}
    for attempt in range(1, MAX_ATTEMPTS + 1):
        work()
        clock.shift(pause_after(attempt))
    account = told(follower, change)
    assert isinstance(account, NotTold)
    assert (account.why, account.last_answer) == (WhyNot.GAVE_UP, "450 because")


def test_a_minor_change_is_told_nobody() -> None:
    follower = follow(ANA)
    change = show(BETTER_PAID, note=MinorChange())
    work()
    assert told(follower, change) == NotTold(why=WhyNot.MINOR)


def test_a_publication_is_no_news(published: EventId) -> None:
    assert told(follow(ANA), published) == NotTold(why=WhyNot.NOT_NEWS)


def test_a_change_from_before_somebody_followed(clock: time_machine.Traveller) -> None:
    change = show(BETTER_PAID)
    work()
    clock.shift(MINUTE)
    assert told(follow(ANA), change) == NotTold(why=WhyNot.BEFORE_FOLLOWING)


def test_somebody_who_has_not_confirmed() -> None:
    follower = ask(ANA)
    change = show(BETTER_PAID)
    work()
    assert told(follower, change) == NotTold(why=WhyNot.NEVER_CONFIRMED)
    board.end_subscription(subscription_id=follower)
    assert told(follower, change) == NotTold(why=WhyNot.NEVER_CONFIRMED)


def test_somebody_who_left_before_or_after_the_fan_out(clock: time_machine.Traveller) -> None:
    early, late = follow(ANA), follow(CONTACT)
    change = show(BETTER_PAID)
    board.end_subscription(subscription_id=early)
    announce()
    clock.shift(MINUTE)
    board.end_subscription(subscription_id=late)
    assert work() == []
    assert told(early, change) == NotTold(why=WhyNot.LEFT, at=NOW)
    assert told(late, change) == NotTold(why=WhyNot.LEFT, at=NOW + MINUTE)


def test_somebody_who_follows_something_else() -> None:
    show(posting_id=OTHER_POSTING_ID)
    other = follow(ANA, PostingTopic(OTHER_POSTING_ID))
    follower = follow(ANA)
    change = show(BETTER_PAID)
    work()
    assert told(other, change) == NotTold(why=WhyNot.OTHER_TOPIC)
    assert told(other, requested(follower)) == NotTold(why=WhyNot.OTHER_TOPIC)


def test_somebody_who_was_erased_or_never_existed() -> None:
    follower = follow(ANA)
    change = show(BETTER_PAID)
    announce()
    board.erase_person(address=ANA)
    work()
    assert told(follower, change) == NotTold(why=WhyNot.ERASED, at=NOW)
    assert told(new_subscription_id(), change) == NotTold(why=WhyNot.ERASED)


def test_a_follower_with_another_frequency_is_the_same_person() -> None:
    earlier = follow(ANA)
    change = show(BETTER_PAID)
    work()
    later = board.change_wishes(subscription_id=earlier, wishes=wishes(Frequency.WEEKLY))
    assert isinstance(told(earlier, change), Told)
    assert told(later, change) == told(earlier, change)


def test_the_confirmation_mail_is_in_the_ledger_too() -> None:
    follower = ask(ANA)
    work()
    account = told(follower, requested(follower))
    assert isinstance(account, Told)
    assert account.subject == "Confirm: follow Baker at Bread & Co"


def test_what_a_company_was_told_is_in_the_ledger(published: EventId) -> None:
    unnamed = follow(CONTACT)
    named = follow(ANA, share_address=True)
    account = company_told(confirmed(named))
    assert isinstance(account, Told)
    assert account.address == CONTACT.value
    assert ANA.value in account.text
    assert told(named, confirmed(named)) == NotTold(why=WhyNot.NOT_NEWS)
    assert isinstance(company_told(confirmed(unnamed)), Told)
    assert company_told(published) == NotTold(why=WhyNot.NOT_NEWS)


def test_a_company_without_contact_address_was_not_told() -> None:
    show(contact=None, details=BETTER_PAID)
    assert company_told(confirmed(follow(ANA))) == NotTold(why=WhyNot.NO_CONTACT)


def test_a_company_that_is_to_be_told() -> None:
    follower = ask(ANA)
    work()
    board.confirm_subscription(subscription_id=follower)
    assert company_told(confirmed(follower)) == ToBeTold(next_attempt_at=NOW)


def test_what_happened_too_long_ago_is_no_longer_known(
    clock: time_machine.Traveller, settings: LazySettings, server: Server
) -> None:
    follower = follow(ANA, share_address=True)
    change = show(BETTER_PAID)
    work()
    minor = show(note=MinorChange())
    work()
    clock.shift(timedelta(days=settings.KEEP_DELIVERIES_DAYS) + MINUTE)
    prune_deliveries()
    assert told(follower, change) == told(follower, requested(follower)) == NoLongerKnown()
    assert told(new_subscription_id(), change) == NoLongerKnown()
    assert company_told(confirmed(follower)) == NoLongerKnown()
    assert told(follower, minor) == NotTold(why=WhyNot.MINOR)


def test_the_address_to_which_the_company_was_written_is_the_one_of_that_time() -> None:
    follower = follow(ANA)
    show(contact=EmailAddress("new@bread.example"), details=BETTER_PAID)
    account = company_told(confirmed(follower))
    assert isinstance(account, Told)
    assert account.address == CONTACT.value


def test_a_follower_whose_subscription_lost_its_address_was_told_all_the_same() -> None:
    follower = follow(ANA)
    change = show(BETTER_PAID)
    work()
    SubscriptionRecord.objects.filter(pk=follower).delete()
    account = told(follower, change)
    assert isinstance(account, Told)
    assert account.address == ""


@pytest.mark.parametrize("question", [company_told, lambda change: told(new_subscription_id(), change)])
def test_a_change_that_never_was(question: object) -> None:
    assert callable(question)
    with pytest.raises(UnknownChange):
        question(event_id(stream=uuid4(), version=1))
