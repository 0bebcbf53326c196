"""The page on which somebody has everything forgotten that is held about their address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from adapters import board, clock, following
from adapters.web.languages import kept_in_language
from adapters.web.token_page import token_page
from notifications import erasure, suppression
from notifications.models import AddressChange, Suppression
from notifications.preferences import pages


@token_page
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, token: str) -> HttpResponse:
    """With `never_again` a hash of the address stays on the suppression list, so that nothing is ever sent to it."""
    address = pages.owner(request, token)
    if isinstance(address, HttpResponse):
        return address
    if request.method != "POST":
        context = {
            "address": address,
            "action_url": request.path,
            "back_url": reverse("preferences:manage", args=[token]),
        }
        return render(request, "notifications/preferences/erase.html", context)
    never_again = "never_again" in request.POST
    if never_again:
        suppression.suppress(address.key, Suppression.Reason.BY_OWNER, "", clock.now())
    erasure.forget_changes(AddressChange.objects.filter(address_key=address.key))
    following.forget(address)
    board.erase_person(address=address)
    context = {"never_again": never_again, "board_url": kept_in_language("/")}
    return render(request, "notifications/preferences/erased.html", context)
