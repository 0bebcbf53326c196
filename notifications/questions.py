"""Whom a question was about that asks whether somebody is still interested (`asking.py`), for those who answer it much later."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from adapters import board
from adapters.repositories import holding_subscription
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason
from jobs_domain.identifiers import SubscriptionId
from notifications.models import Kind, Notification


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked, `None` if that is no longer known, and when: about what they followed then."""

    address: EmailAddress | None
    at: datetime

    def leave(self) -> None:
        """Ends all that was asked about. What was begun after the question stays."""
        if self.address is not None:
            board.end_all(address=self.address, until=self.at, reason=EndReason.UNSUBSCRIBED)


def find(question_id: UUID) -> Asked | None:
    """`None` if there is no such question."""
    question = Notification.objects.filter(pk=question_id, kind=Kind.INTEREST).first()
    if question is None or question.subscription_id is None:
        return None
    subscription = holding_subscription(SubscriptionId(question.subscription_id))
    return Asked(None if subscription is None else subscription.address, question.created_at)
