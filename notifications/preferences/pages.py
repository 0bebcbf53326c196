"""Who is meant by a token, and what is answered if nobody is."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from adapters import clock
from adapters.models import SubscriptionRecord
from adapters.tokens import ExpiredToken, InvalidToken, Purpose, read_dated
from adapters.web.languages import kept_in_language
from jobs_domain.email_address import EmailAddress
from notifications import interest


def owner(request: HttpRequest, token: str) -> EmailAddress | HttpResponse:
    """The address, or the page that says why there is none. Whatever comes by `POST` shows that its owner is still interested."""
    try:
        subscription_id = read_dated(Purpose.MANAGE, token)
    except ExpiredToken:
        context = {"action_url": reverse("preferences:sign_in_again", args=[token])}
        return render(request, "notifications/preferences/expired.html", context, status=HTTPStatus.GONE)
    except InvalidToken:
        return invalid(request)
    address = SubscriptionRecord.objects.filter(pk=subscription_id).values_list("address", flat=True).first()
    if not address:
        return invalid(request)
    owner = EmailAddress(address)
    if request.method == "POST":
        interest.note_sign(owner.key, at=clock.now())
    return owner


def invalid(request: HttpRequest) -> HttpResponse:
    context = {"board_url": kept_in_language("/")}
    return render(request, "notifications/preferences/invalid.html", context, status=HTTPStatus.NOT_FOUND)
