"""Addresses of these pages, for mails."""

from uuid import UUID

from adapters import links
from adapters.tokens import Purpose, sign, sign_dated
from jobs_domain.identifiers import SubscriptionId

VIEW = "preferences:manage"


def manage_url(subscription_id: SubscriptionId, language: str = "") -> str:
    """Good for `adapters.tokens.LIFETIME` from now on. Without a language the page is in that of the browser."""
    return links.with_token(VIEW, sign_dated(Purpose.MANAGE, subscription_id), language)


def move_url(change_id: UUID, language: str = "") -> str:
    """On which the new address agrees to get what the old one got."""
    return links.with_token("preferences:move", sign_dated(Purpose.MOVE, change_id), language)


def keep_url(question_id: UUID, language: str = "") -> str:
    """On which somebody says that they still want what they follow. `question_id` is that of the notification that asks."""
    return links.with_token("preferences:keep", sign(Purpose.KEEP, question_id), language)


def leave_all_url(question_id: UUID, language: str = "") -> str:
    """On which somebody leaves all that they were asked about."""
    return links.with_token("preferences:leave_all", sign(Purpose.END_ALL, question_id), language)


def sign_in_url() -> str:
    """Where anybody may have such a link sent to their own address."""
    return links.without_token(VIEW)
