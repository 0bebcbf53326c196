"""The pages on which one asks for a link to all that one follows."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adapters import limits
from adapters.limits import Mails
from adapters.models import SubscriptionRecord
from adapters.tokens import ExpiredToken, InvalidToken, Purpose, read_dated
from adapters.web import asking, too_often
from adapters.web.client_address import client_of
from adapters.web.forms import AskingForm, EmailAddressField
from adapters.web.same_origin import comes_from_elsewhere, forbidden
from adapters.web.token_page import token_page
from jobs_domain.address_rules import Objection
from jobs_domain.email_address import EmailAddress
from notifications.preferences import pages, signing_in


class SignInForm(AskingForm):
    """Whatever somebody was once allowed to follow with is good enough to see and end it."""

    address = EmailAddressField(
        label=gettext_lazy("Your e-mail address"), heeds={Objection.NOT_ASCII, Objection.BLOCKED_DOMAIN}
    )


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form has no token, for that would need a cookie: where it comes from is looked at instead."""
    if request.method != "POST":
        return _form_page(request, SignInForm(), HTTPStatus.OK)
    if comes_from_elsewhere(request):
        return forbidden(request)
    form = SignInForm(request.POST)
    return asking.answer(
        request,
        form,
        page=lambda status: _form_page(request, form, status),
        act=signing_in.ask,
        mails=Mails.LINKS,
        sent=lambda _: _see("preferences:sign_in_sent"),
    )


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "notifications/preferences/sent.html")


@token_page
@require_POST
def again(request: HttpRequest, token: str) -> HttpResponse:
    """A new link in place of one that is too old, to the address that the old one was sent to."""
    try:
        subscription_id = read_dated(Purpose.MANAGE, token)
    except ExpiredToken as expired:
        subscription_id = expired.of
    except InvalidToken:
        return pages.invalid(request)
    record = SubscriptionRecord.objects.filter(pk=subscription_id).exclude(address="").first()
    if record is None:
        return pages.invalid(request)
    address = EmailAddress(record.address)
    refused = limits.spend(client=client_of(request), target=address, mails=Mails.LINKS)
    if refused is not None:
        return too_often.page(request, refused)
    signing_in.ask(address)
    return _see("preferences:sign_in_sent")


def _form_page(request: HttpRequest, form: SignInForm, status: HTTPStatus) -> HttpResponse:
    return render(request, "notifications/preferences/sign_in.html", {"form": form}, status=status)


def _see(view: str) -> HttpResponse:
    response = redirect(view)
    response.status_code = HTTPStatus.SEE_OTHER
    return response
