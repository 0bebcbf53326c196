"""The pages on which somebody says, asked by a mail, whether they still want all that they follow.

The links work for as long as the mail is kept, as those to leave do: all that the one can do is to let things be.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from adapters import board
from adapters.repositories import holding_subscription
from adapters.tokens import InvalidToken, Purpose, read
from adapters.web.languages import kept_in_language
from adapters.web.token_page import token_page
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import EndReason
from jobs_domain.identifiers import SubscriptionId
from notifications import interest
from notifications.models import Kind, Notification
from notifications.preferences import pages


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked, `None` if that is no longer known, and when: about what they followed then."""

    address: EmailAddress | None
    at: datetime


@token_page
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, token: str) -> HttpResponse:
    asked = _asked(Purpose.KEEP, token)
    if asked is None:
        return pages.invalid(request)
    if request.method == "POST" and asked.address is not None:
        interest.note_sign(asked.address.key, at=timezone.now())
    goes_on = asked.address is not None and interest.followed_by(asked.address.key).exists()
    context = {"action_url": request.path, "board_url": kept_in_language("/")}
    if not goes_on:
        return render(request, "notifications/preferences/nothing_left.html", context, status=HTTPStatus.GONE)
    page = "kept" if request.method == "POST" else "keep"
    return render(request, f"notifications/preferences/{page}.html", context)


@token_page
@require_http_methods(["GET", "HEAD", "POST"])
def leave_all(request: HttpRequest, token: str) -> HttpResponse:
    """Also the address of one-click unsubscribing (RFC 8058). What was begun after the question stays."""
    asked = _asked(Purpose.END_ALL, token)
    if asked is None:
        return pages.invalid(request)
    context = {"action_url": request.path, "board_url": kept_in_language("/")}
    if request.method != "POST":
        return render(request, "notifications/preferences/leave_all.html", context)
    if asked.address is not None:
        board.end_all(address=asked.address, until=asked.at, reason=EndReason.UNSUBSCRIBED)
    return render(request, "notifications/preferences/left_all.html", context)


def _asked(purpose: Purpose, token: str) -> Asked | None:
    try:
        question = Notification.objects.filter(pk=read(purpose, token), kind=Kind.INTEREST).first()
    except InvalidToken:
        return None
    if question is None or question.subscription_id is None:
        return None
    subscription = holding_subscription(SubscriptionId(question.subscription_id))
    return Asked(None if subscription is None else subscription.address, question.created_at)
