"""The page with all that somebody follows."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from adapters import board
from adapters.repositories import holding_subscription
from adapters.web.token_page import token_page
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.subscription import Ended, NotAFollower, Subscription
from jobs_domain.valid_through import zones
from notifications import interest
from notifications.preferences import pages
from notifications.preferences.export import held_about
from notifications.preferences.forms import WishesForm
from notifications.preferences.overview import lines

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Done(Enum):
    CHANGED = "changed"
    ENDED = "ended"
    ALL_ENDED = "all-ended"
    KEPT = "kept"
    NOTHING = "nothing"


WORDS: Final[dict[Done, _StrPromise]] = {
    Done.CHANGED: gettext_lazy("Changed. It holds from the next mail on."),
    Done.ENDED: gettext_lazy("You no longer follow it."),
    Done.ALL_ENDED: gettext_lazy("You follow nothing any more. We write to you about nothing, unless you ask again."),
    Done.KEPT: gettext_lazy("Thank you. All that you follow goes on."),
    Done.NOTHING: gettext_lazy("Nothing was changed: it had been changed or ended already. This is how it stands."),
}


@token_page
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """`POST` does the one thing that its button names, and leads back to the page, which says so."""
    address = pages.owner(request, token)
    if isinstance(address, HttpResponse):
        return address
    if request.method == "POST":
        done = _act(request.POST, address)
        if not isinstance(done, Done):
            return _page(request, token, address, HTTPStatus.UNPROCESSABLE_ENTITY, wrong=done)
        response = redirect(f"{request.path}?done={done.value}")
        response.status_code = HTTPStatus.SEE_OTHER
        return response
    return _page(request, token, address, HTTPStatus.OK)


@token_page
@require_safe
def download(request: HttpRequest, token: str) -> HttpResponse:
    """All that is held about the address, as a file."""
    address = pages.owner(request, token)
    if isinstance(address, HttpResponse):
        return address
    response = JsonResponse(held_about(address), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="followed.json"'
    return response


def _act(sent: QueryDict, address: EmailAddress) -> Done | WishesForm | None:
    """A form that has to be filled in otherwise, if it was that; `None` if what was sent makes no sense."""
    if "keep" in sent:  # that it was sent is all (`pages.owner`)
        return Done.KEPT
    if "end-all" in sent:
        for each in lines(address):
            board.end_subscription(subscription_id=each.subscription.subscription_id)
        return Done.ALL_ENDED
    if "end" in sent:
        subscription = _theirs(sent.get("end", ""), address)
        if subscription is None or isinstance(subscription.state, Ended):
            return Done.NOTHING
        board.end_subscription(subscription_id=subscription.subscription_id)
        return Done.ENDED
    if "change" in sent:
        subscription = _theirs(sent.get("change", ""), address)
        return Done.NOTHING if subscription is None else _change(subscription, sent)
    return None


def _change(subscription: Subscription, sent: QueryDict) -> Done | WishesForm:
    form = WishesForm(subscription, sent)
    if not form.is_valid():
        return form
    try:
        board.change_wishes(subscription_id=subscription.subscription_id, wishes=form.wishes())
    except NotAFollower:
        return Done.NOTHING
    return Done.CHANGED


def _theirs(sent: str, address: EmailAddress) -> Subscription | None:
    """The subscription that holds now in place of the one that is named, if it is this person's."""
    try:
        subscription = holding_subscription(SubscriptionId(UUID(sent)))
    except ValueError:
        return None
    return subscription if subscription is not None and subscription.address == address else None


def _page(
    request: HttpRequest, token: str, address: EmailAddress, status: HTTPStatus, *, wrong: WishesForm | None = None
) -> HttpResponse:
    found = lines(address, wrong=wrong)
    context = {
        "address": address,
        "lines": [line for line in found if not line.why_ended],
        "ended": [line for line in found if line.why_ended],
        "question": interest.question_to(address),
        "zones": zones(),
        "said": _said(request, status),
        "is_error": status is not HTTPStatus.OK,
        "action_url": request.path,
        "download_url": reverse("preferences:download", args=[token]),
        "address_url": reverse("preferences:ask_to_move", args=[token]),
        "erase_url": reverse("preferences:erase", args=[token]),
    }
    return render(request, "notifications/preferences/manage.html", context, status=status)


def _said(request: HttpRequest, status: HTTPStatus) -> _StrPromise | str:
    if status is not HTTPStatus.OK:
        return gettext("Nothing was changed, for something in it is not right. Look below, and choose again.")
    try:
        return WORDS[Done(request.GET.get("done"))]
    except ValueError:
        return ""
