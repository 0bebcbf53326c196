"""All subscriptions of an address, as their owner sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, assert_never
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from adapters import clock
from adapters.models import SubscriptionRecord
from adapters.repositories import subscription_of
from adapters.web import languages
from adapters.web.subscriptions import TopicInWords, in_words
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason
from jobs_domain.subscription import Confirmed, Ended, Pending, Subscription, SubscriptionState
from notifications import reach
from notifications.models import Audience, Delivery, Notification
from notifications.preferences.forms import WishesForm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

RECENT: Final = 500
"""Messages among which the last one about each topic is looked for."""
WHY_ENDED: Final[dict[EndReason, _StrPromise]] = {
    EndReason.UNSUBSCRIBED: gettext_lazy("You stopped following it."),
    EndReason.NEVER_CONFIRMED: gettext_lazy("It was never confirmed."),
    EndReason.REPLACED: gettext_lazy("Another one took its place."),
    EndReason.TOPIC_GONE: gettext_lazy("The posting was taken down."),
    EndReason.NO_ANSWER: gettext_lazy("We asked whether you still want it, and got no answer."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMessage:
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One subscription. `since` is when it was confirmed, asked for or ended, whatever it is now; `why_ended` is empty unless it has."""

    subscription: Subscription
    topic: TopicInWords
    form: WishesForm
    since: datetime
    is_pending: bool
    why_ended: _StrPromise | str
    last_message: LastMessage | None

    @property
    def is_active(self) -> bool:
        return not (self.why_ended or self.is_pending)

    @property
    def paused_until(self) -> datetime | None:
        """When mails come again; `None` for those that come now."""
        wishes = self.subscription.wishes
        return wishes.paused_until if wishes.is_paused(at=clock.now()) else None


def lines(address: EmailAddress, *, wrong: WishesForm | None = None) -> Sequence[Line]:
    """The newest first. Of subscriptions that took each other's place only the last is shown.

    `wrong` is the form of one of them that was sent and has to be filled in otherwise.
    """
    records = list(SubscriptionRecord.objects.filter(address_key=address.key).order_by("-requested_at", "-pk"))
    last_messages = _last_messages(records, address)
    known = {record.pk for record in records}
    return [
        _line(subscription_of(record), last_messages.get(record.pk), wrong)
        for record in records
        if record.successor_id not in known
    ]


def sent_to(address: EmailAddress) -> QuerySet[Delivery]:
    """What the mail server took for the address; the last first."""
    theirs = reach.to_address(address.key).filter(state=Delivery.State.SENT)
    return theirs.select_related("notification").order_by("-finished_at", "-pk")


def subject(notification: Notification, language: str) -> str:
    said = notification.translations.get(language)
    return notification.subject if said is None else said["subject"]


def _line(subscription: Subscription, last_message: LastMessage | None, wrong: WishesForm | None) -> Line:
    is_wrong = wrong is not None and wrong.subscription_id == subscription.subscription_id
    form = wrong if wrong is not None and is_wrong else WishesForm(subscription)
    since, why_ended = _since(subscription.state)
    return Line(
        subscription=subscription,
        topic=in_words(subscription.topic),
        form=form,
        since=since,
        is_pending=isinstance(subscription.state, Pending),
        why_ended=why_ended,
        last_message=last_message,
    )


def _since(state: SubscriptionState) -> tuple[datetime, _StrPromise | str]:
    match state:
        case Pending(instant) | Confirmed(instant):
            return instant, ""
        case Ended(instant, reason):
            return instant, WHY_ENDED[reason]
        case _:
            assert_never(state)


def _last_messages(records: Sequence[SubscriptionRecord], address: EmailAddress) -> Mapping[UUID, LastMessage]:
    """By the subscription that holds now, whichever it replaced was told."""
    successors = {record.pk: record.successor_id for record in records if record.successor_id is not None}
    found: dict[UUID, LastMessage] = {}
    news = sent_to(address).filter(notification__audience=Audience.FOLLOWERS)
    for delivery in news.defer("notification__text", "notification__html")[:RECENT]:
        if delivery.finished_at is None:
            continue
        last = LastMessage(subject=subject(delivery.notification, languages.active()), at=delivery.finished_at)
        for told in (delivery.subscription_id, *map(UUID, delivery.notification.also_for)):
            found.setdefault(_holding(told, successors), last)
    return found


def _holding(subscription_id: UUID, successors: Mapping[UUID, UUID]) -> UUID:
    """The one that took its place in the end, or itself."""
    while subscription_id in successors:
        subscription_id = successors[subscription_id]
    return subscription_id
