"""Asks those who have been silent for too long, and lets go of those who did not answer (`interest.py`).

What the records say decides, not what the plans remember, for events may be late. What is done about an address is done while its
subscriptions are locked, so that it is done once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, assert_never
from uuid import UUID

from django.conf import settings
from django.db import transaction

from adapters import board, clock
from adapters.codec import decode_topic
from adapters.models import PostingRecord, SubscriptionRecord
from adapters.searching import SearchInWords, searching
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.interest import Ask, LetGo, Patience, Step, Wait
from jobs_domain.topics import JobSearch, PostingTopic, Topic
from notifications import announcing, interest, mails, postings
from notifications.models import Delivery, DeliveryAttempt, InterestPlan, Kind, Lane, Notification
from notifications.postings import PostingInWords
from notifications.pruning import outcome

ASK: Final = "ask who is still interested"
PLANS: Final = 50
"""In one go, each in a transaction of its own."""
LOOK_AGAIN: Final = timedelta(days=1)
"""After which it is looked whether a question that waits has been sent."""


class NotSent(Enum):
    """Why a question has not reached whom it asks."""

    WAITING = "waiting"
    NEVER = "refused, or came back, or the address gets no mail"


@dataclass(frozen=True, slots=True)
class Silence:
    """All that an address follows, oldest first, since when there was no sign, and the question that was asked since."""

    followed: list[SubscriptionRecord]
    since: datetime
    question: Notification | None

    @property
    def address(self) -> EmailAddress:
        return EmailAddress(self.followed[-1].address)


def ask_due() -> int:
    """Returns with how many plans it dealt."""
    if not settings.INTEREST_AFTER_DAYS:
        return 0
    for done in range(PLANS):
        plan = InterestPlan.objects.filter(due_at__lte=clock.now()).order_by("due_at").first()
        if plan is None:
            return done
        with transaction.atomic():
            _deal_with(plan.subscription_id)
    return PLANS


def _deal_with(subscription_id: UUID) -> None:
    """Of several workers that find the plan due one gets the locks, and the others find afterwards that it is not due any more."""
    now = clock.now()
    record = SubscriptionRecord.objects.filter(pk=subscription_id).first()
    followed = [] if record is None else interest.locked(record.address_key)
    if subscription_id not in {each.pk for each in followed}:
        InterestPlan.objects.filter(pk=subscription_id).delete()
        return
    plans = list(InterestPlan.objects.filter(pk__in=[each.pk for each in followed]))
    if any(plan.pk == subscription_id and plan.due_at <= now for plan in plans):
        _act_on(_silence(followed, plans), now)


def _silence(followed: list[SubscriptionRecord], plans: list[InterestPlan]) -> Silence:
    signs = [sign for each in followed for sign in (each.confirmed_at, each.added_at) if sign is not None]
    since = max(*signs, *(plan.silent_since for plan in plans))
    asked = Notification.objects.filter(pk__in={plan.question for plan in plans if plan.question is not None})
    question = asked.filter(created_at__gte=since).order_by("-created_at").first()
    return Silence(followed, since, question)


def _act_on(silence: Silence, now: datetime) -> None:
    patience = Patience(
        silence=timedelta(days=settings.INTEREST_AFTER_DAYS), answer=timedelta(days=settings.INTEREST_ANSWER_DAYS)
    )
    question = silence.question
    sent_at = None if question is None else _sent_at(question)
    match sent_at:
        case NotSent.WAITING:
            _plan(silence.followed, silence.since, now + LOOK_AGAIN, question)
        case NotSent.NEVER:
            _plan(silence.followed, now, now + patience.silence, None)
        case datetime() | None:
            step = patience.next_step(silent_since=silence.since, asked_at=sent_at, at=now)
            _take(step, silence, now)
        case _:
            assert_never(sent_at)


def _take(step: Step, silence: Silence, now: datetime) -> None:
    question = silence.question
    match step:
        case Wait(until):
            _plan(silence.followed, silence.since, until, question)
        case Ask():
            answer_by = now + timedelta(days=settings.INTEREST_ANSWER_DAYS)
            _plan(silence.followed, silence.since, answer_by, _ask(silence))
        case LetGo():
            until = now if question is None else question.created_at
            board.end_all(address=silence.address, until=until, reason=EndReason.NO_ANSWER)
        case _:
            assert_never(step)


def _plan(
    followed: list[SubscriptionRecord], silent_since: datetime, due_at: datetime, question: Notification | None
) -> None:
    """The same for all that the address follows, so that it is asked about together."""
    InterestPlan.objects.filter(pk__in=[each.pk for each in followed]).update(
        silent_since=silent_since, due_at=due_at, question=None if question is None else question.pk
    )


def _ask(silence: Silence) -> Notification:
    topics = [decode_topic(each.topic) for each in silence.followed]
    return announcing.tell_owner(
        SubscriptionId(silence.followed[-1].pk),
        Kind.INTEREST,
        lambda: mails.still_interested([words for topic in topics if (words := _in_words(topic)) is not None]),
        lane=Lane.DIGEST,
        because=silence.since.isoformat(),
    )


def _in_words(topic: Topic) -> PostingInWords | SearchInWords | None:
    match topic:
        case PostingTopic(posting_id):
            posting = PostingRecord.objects.filter(pk=posting_id).first()
            return None if posting is None else postings.in_words(posting)
        case JobSearch():
            return searching().in_words(topic)
        case _:
            assert_never(topic)


def _sent_at(question: Notification) -> datetime | NotSent:
    """The end of what the ledger keeps is late enough where it no longer knows the instant."""
    delivery = Delivery.objects.filter(notification=question).first()
    if delivery is None:
        if question.pruned_at is not None and outcome(Delivery.State.SENT, "") in question.counts:
            return question.pruned_at
        return NotSent.NEVER
    if delivery.finished_at is None:
        return NotSent.WAITING
    came_back = DeliveryAttempt.objects.filter(delivery=delivery, outcome=DeliveryAttempt.Outcome.BOUNCED)
    if delivery.state != Delivery.State.SENT or came_back.exists():
        return NotSent.NEVER
    return delivery.finished_at
