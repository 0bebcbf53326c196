"""Still interested? Who gives no sign for a year is asked once about all that the address follows; without an answer it ends a month later.

A sign is what only the owner of the address can do, and what no mail scanner does that opens links: a new subscription is confirmed, wishes
or the address are changed, or anything is done by `POST` on the page of what one follows or on that of the question.

Each subscription has a plan, which says when to look at its follower, so that nobody is searched for. What is done then is in `asking.py`.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from adapters.models import SubscriptionRecord
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import SubscriptionConfirmed, SubscriptionEnded, SubscriptionErased, SubscriptionSucceeded
from notifications.models import InterestPlan


def begin(event: SubscriptionConfirmed | SubscriptionSucceeded) -> None:
    """What is followed from now on is asked about some day; and that it is followed is a sign."""
    at = event.occurred_at
    record = SubscriptionRecord.objects.filter(
        pk=event.subscription_id, state=SubscriptionRecord.State.CONFIRMED
    ).first()
    if record is not None:
        InterestPlan.objects.get_or_create(
            pk=record.pk, defaults={"silent_since": at, "due_at": at + timedelta(days=settings.INTEREST_AFTER_DAYS)}
        )
        note_sign(record.address_key, at=at)


def forget(event: SubscriptionEnded | SubscriptionErased) -> None:
    """Nobody is asked about what is over."""
    InterestPlan.objects.filter(pk=event.subscription_id).delete()


def note_sign(address_key: str, *, at: datetime) -> None:
    """The owner of the address has done something: all that it follows goes on, and a question is answered."""
    with transaction.atomic():
        followed = [record.pk for record in locked(address_key)]
        earlier = InterestPlan.objects.filter(pk__in=followed, silent_since__lt=at)
        earlier.update(silent_since=at, due_at=at + timedelta(days=settings.INTEREST_AFTER_DAYS), question=None)


def followed_by(address_key: str) -> QuerySet[SubscriptionRecord]:
    return SubscriptionRecord.objects.filter(address_key=address_key, state=SubscriptionRecord.State.CONFIRMED)


def locked(address_key: str) -> list[SubscriptionRecord]:
    """The same, oldest first, kept from others until the transaction ends; all who lock them do so in this order, as the core does."""
    return list(followed_by(address_key).order_by("added_at", "subscription_id").select_for_update())


def question_to(address: EmailAddress) -> InterestPlan | None:
    """A plan that says when all that was asked about ends unless there is an answer; `None` if nothing was asked."""
    asked = InterestPlan.objects.filter(pk__in=followed_by(address.key).values("pk"), question__isnull=False)
    return asked.order_by("due_at").first()
