"""Absolute addresses of the board's pages, for mails and headers."""

from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.urls import get_urlconf, reverse

from adapters.tokens import Purpose, sign
from adapters.web import languages
from jobs_domain.identifiers import SubscriptionId


def absolute(path: str) -> str:
    return f"{settings.BOARD_URL}{path}"


def in_language(path: str) -> str:
    """The page in the language that is active."""
    return absolute(f"{languages.prefix_for(languages.active())}{path}")


def confirm_url(subscription_id: SubscriptionId, language: str = "") -> str:
    return with_token("subscriptions:confirm", sign(Purpose.CONFIRM, subscription_id), language)


def end_url(subscription_id: SubscriptionId, language: str = "", *, also: Iterable[SubscriptionId] = ()) -> str:
    """`also` are others of the same follower that end with it."""
    return with_token("subscriptions:end", sign(Purpose.END, subscription_id, *also), language)


def with_token(view: str, token: str, language: str) -> str:
    """Without a language the page is in that of the browser."""
    before, after = _around_token(view, get_urlconf())
    return f"{settings.BOARD_URL}{languages.prefix_for(language)}{before}{token}{after}"


def without_token(view: str) -> str:
    """The address above those of all tokens."""
    before, _ = _around_token(view, get_urlconf())
    return absolute(before)


@cache
def _around_token(view: str, _urlconf: str | None) -> tuple[str, str]:
    """The view's path before and after its token; asked once, for looking it up takes longer than all else in a link."""
    with languages.without_prefix():
        before, _, after = reverse(view, args=["TOKEN"]).partition("TOKEN")
    return before, after
