"""Who is meant by deliveries, and whether they still want the message."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from adapters import clock
from adapters.models import SubscriptionRecord
from adapters.web import languages
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason
from jobs_domain.subscription import Pending
from notifications.barred import barred
from notifications.models import Audience, InterestPlan, Kind, Notification, WhyNot


@dataclass(frozen=True, slots=True)
class Wanted:
    """`address_key` is the recipient's (`EmailAddress.key`), `wire_address` the same as SMTP wants it, `language` the recipient's.
    `follower` is the follower's address if a company is to learn it, else empty.
    """

    address_key: str
    wire_address: str
    language: str
    follower: str = ""

    @property
    def domain(self) -> str:
        return self.address_key.rpartition("@")[2]


type Decision = Wanted | WhyNot
type _Row = tuple[UUID, str, str, bool, str, str, str, datetime, UUID | None]

_COLUMNS: Final = (
    "subscription_id",
    "address",
    "address_key",
    "share_address",
    "language",
    "state",
    "end_reason",
    "requested_at",
    "successor_id",
)


def check(notification: Notification, subscription_ids: Collection[UUID]) -> Mapping[UUID, Decision]:
    """For each subscription whom to write to, or why not. A handful of queries however many they are."""
    also_for = [UUID(other) for other in notification.also_for]
    asked_for = [*subscription_ids, *also_for]
    # an address that was left is told so itself, not the one that took its place
    rows = _rows(asked_for) if notification.kind == Kind.MOVED else _holding(asked_for)

    def decide(asked: UUID) -> Decision:
        row = rows.get(asked)
        return WhyNot.ERASED if row is None else _decide(notification, row)

    decisions = {asked: decide(asked) for asked in subscription_ids}
    if also_for:
        still_wanted = [wanted for other in also_for if isinstance(wanted := decide(other), Wanted)]
        decisions = {
            asked: still_wanted[0] if still_wanted and isinstance(decision, WhyNot) else decision
            for asked, decision in decisions.items()
        }
    unwritten = barred({decision.address_key for decision in decisions.values() if isinstance(decision, Wanted)})
    if not unwritten:
        return decisions
    return {
        asked: unwritten.get(decision.address_key, decision) if isinstance(decision, Wanted) else decision
        for asked, decision in decisions.items()
    }


def _holding(subscription_ids: Collection[UUID]) -> Mapping[UUID, _Row]:
    """The row of each subscription or, where it was replaced, of the one that holds now."""
    rows = _rows(subscription_ids)
    while moved := {asked: row[-1] for asked, row in rows.items() if row[-1] is not None}:
        successors = _rows(set(moved.values()))
        for asked, successor in moved.items():
            if successor in successors:
                rows[asked] = successors[successor]
            else:
                del rows[asked]
    return rows


def _rows(subscription_ids: Collection[UUID]) -> dict[UUID, _Row]:
    found = SubscriptionRecord.objects.filter(pk__in=subscription_ids).values_list(*_COLUMNS)
    return {row[0]: row for row in found}


def _decide(notification: Notification, row: _Row) -> Decision:
    _, address, address_key, share_address, language, state, end_reason, requested_at, _ = row
    themselves = Wanted(address_key, _for_the_wire(address, address_key), language)
    if notification.audience == Audience.OWNER:
        return _decide_about_owner(notification, row, themselves)
    is_asked = notification.audience == Audience.REQUESTER
    match SubscriptionRecord.State(state):
        case SubscriptionRecord.State.ENDED if end_reason != EndReason.TOPIC_GONE.value or is_asked:
            return WhyNot.LEFT
        case _ if not address:
            return WhyNot.ERASED
        case SubscriptionRecord.State.PENDING if is_asked:
            return WhyNot.LAPSED if Pending(requested_at).has_lapsed(at=clock.now()) else themselves
        case SubscriptionRecord.State.PENDING:
            return WhyNot.NEVER_CONFIRMED
        case SubscriptionRecord.State.CONFIRMED if is_asked:
            return WhyNot.ALREADY_CONFIRMED
        case SubscriptionRecord.State.CONFIRMED | SubscriptionRecord.State.ENDED:
            if notification.audience == Audience.COMPANY:
                return _contact(notification, languages.own(), follower=address if share_address else "")
            return themselves


def _decide_about_owner(notification: Notification, row: _Row, themselves: Wanted) -> Decision:
    if notification.kind == Kind.MOVE:
        return _contact(notification, themselves.language)
    if not themselves.address_key:
        return WhyNot.ERASED
    if notification.kind == Kind.INTEREST:
        is_open = InterestPlan.objects.filter(pk=row[0], question=notification.pk).exists()
        return themselves if is_open and row[5] == SubscriptionRecord.State.CONFIRMED else WhyNot.ANSWERED
    return themselves


def _contact(notification: Notification, language: str, *, follower: str = "") -> Decision:
    """Another address than those of the subscriptions."""
    if not notification.contact_address:
        return WhyNot.ERASED
    contact = EmailAddress(notification.contact_address)
    return Wanted(contact.key, contact.for_the_wire, language, follower)


def _for_the_wire(address: str, address_key: str) -> str:
    """What `EmailAddress.for_the_wire` gives, without checking again what was checked when the address was stored."""
    return f"{address.rpartition('@')[0]}@{address_key.rpartition('@')[2]}"
