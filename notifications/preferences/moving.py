"""Being told at another address: asked for on the page of what one follows, agreed to by the new address."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from adapters import board, limits
from adapters.models import SubscriptionRecord
from adapters.tokens import LIFETIME, ExpiredToken, InvalidToken, Purpose, read_dated, sign_dated
from adapters.web import too_often
from adapters.web.client_address import client_of
from adapters.web.forms import EmailAddressField
from adapters.web.token_page import token_page
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from notifications import announcing, erasure, mails
from notifications.models import AddressChange, Kind
from notifications.preferences import pages


class AddressForm(forms.Form):
    address = EmailAddressField(label=gettext_lazy("Your new e-mail address"))


@token_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """The answer is the same whether or not the new address is known."""
    old = pages.owner(request, token)
    if isinstance(old, HttpResponse):
        return old
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _form_page(request, token, old, form, HTTPStatus.OK)
    if form.is_valid() and form.cleaned_data["address"] == old:
        form.add_error("address", gettext("This is the address that you have now."))
    if not form.is_valid():
        return _form_page(request, token, old, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    new: EmailAddress = form.cleaned_data["address"]
    refused = limits.spend(client=client_of(request), target=new)
    if refused is not None:
        form.add_error(None, too_often.words(refused))
        return too_often.answer(_form_page(request, token, old, form, HTTPStatus.TOO_MANY_REQUESTS), refused)
    _write_to(new, SubscriptionId(read_dated(Purpose.MANAGE, token)))
    context = {"address": new, "back_url": reverse("preferences:manage", args=[token])}
    return render(request, "notifications/preferences/move_sent.html", context)


@token_page
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever can open this has the new address; all that the old one follows is moved by `POST`."""
    try:
        change = AddressChange.objects.filter(pk=read_dated(Purpose.MOVE, token)).first()
    except (InvalidToken, ExpiredToken):
        change = None
    record = None if change is None else SubscriptionRecord.objects.filter(pk=change.subscription_id).first()
    if change is None or record is None or not record.address:
        return pages.invalid(request)
    new = EmailAddress(change.address)
    if request.method != "POST":
        context = {"address": new, "action_url": request.path}
        return render(request, "notifications/preferences/move.html", context)
    _move(EmailAddress(record.address), new)
    theirs = SubscriptionRecord.objects.filter(address_key=new.key).order_by("-added_at").first()
    manage_url = "" if theirs is None else reverse("preferences:manage", args=[sign_dated(Purpose.MANAGE, theirs.pk)])
    return render(request, "notifications/preferences/moved.html", {"address": new, "manage_url": manage_url})


def prune() -> int:
    """Forget what the new address has not agreed to in time, or has long since. Returns how many."""
    return erasure.forget_changes(AddressChange.objects.filter(asked_at__lt=timezone.now() - LIFETIME))


@transaction.atomic
def _move(old: EmailAddress, new: EmailAddress) -> None:
    """The old address is told once, for somebody else may have opened one of its mails."""
    moved = board.change_address(old=old, new=new)
    if moved:
        at = timezone.localtime()
        announcing.tell_owner(moved[0], Kind.MOVED, lambda: mails.moved(at))


@transaction.atomic
def _write_to(new: EmailAddress, subscription_id: SubscriptionId) -> None:
    told = announcing.tell_owner(subscription_id, Kind.MOVE, mails.move, address=new.value)
    AddressChange.objects.create(
        pk=told.pk,
        subscription_id=subscription_id,
        address=new.value,
        address_key=new.key,
        asked_at=timezone.now(),
    )


def _form_page(
    request: HttpRequest, token: str, old: EmailAddress, form: AddressForm, status: HTTPStatus
) -> HttpResponse:
    context = {
        "form": form,
        "address": old,
        "action_url": request.path,
        "back_url": reverse("preferences:manage", args=[token]),
    }
    return render(request, "notifications/preferences/move_form.html", context, status=status)
