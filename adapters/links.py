"""Absolute addresses of the board's pages, for mails and headers."""

from django.conf import settings
from django.urls import reverse

from adapters.tokens import Purpose, sign
from jobs_domain.identifiers import SubscriptionId


def absolute(path: str) -> str:
    return f"{settings.BOARD_URL}{path}"


def confirm_url(subscription_id: SubscriptionId) -> str:
    return absolute(reverse("subscriptions:confirm", args=[sign(Purpose.CONFIRM, subscription_id)]))


def end_url(subscription_id: SubscriptionId) -> str:
    return absolute(reverse("subscriptions:end", args=[sign(Purpose.END, subscription_id)]))
