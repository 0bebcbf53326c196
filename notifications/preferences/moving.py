"""Being told at another address: asked for on the page of what one follows, agreed to by the new address."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import override

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from adapters import board, clock
from adapters.models import SubscriptionRecord
from adapters.repositories import holding_subscription
from adapters.tokens import LIFETIME, ExpiredToken, InvalidToken, Purpose, read_dated, sign_dated
from adapters.web import asking
from adapters.web.forms import AskingForm, EmailAddressField
from adapters.web.token_page import token_page
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from notifications import announcing, erasure, interest, mails
from notifications.models import AddressChange, Kind
from notifications.preferences import pages


class AddressForm(AskingForm):
    address = EmailAddressField(label=gettext_lazy("Your new e-mail address"))

    @override
    def __init__(self, data: Mapping[str, str] | None = None, *, old: EmailAddress) -> None:
        super().__init__(data)
        self._old = old

    def clean_address(self) -> EmailAddress:
        new: EmailAddress = self.cleaned_data["address"]
        if new == self._old:
            raise ValidationError(gettext("This is the address that you have now."), code="the same")
        return new


@token_page
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """The answer is the same whether or not the new address is known."""
    old = pages.owner(request, token)
    if isinstance(old, HttpResponse):
        return old
    form = AddressForm(request.POST if request.method == "POST" else None, old=old)
    if request.method != "POST":
        return _form_page(request, token, old, form, HTTPStatus.OK)
    return asking.answer(
        request,
        form,
        page=lambda status: _form_page(request, token, old, form, status),
        act=lambda new: _write_to(new, SubscriptionId(read_dated(Purpose.MANAGE, token))),
        sent=lambda new: _sent(request, token, new),
    )


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
    if request.method == "POST":
        _move(EmailAddress(record.address), new)
    elif not _has_moved(change, new):
        context = {"address": new, "action_url": request.path}
        return render(request, "notifications/preferences/move.html", context)
    theirs = SubscriptionRecord.objects.filter(address_key=new.key).order_by("-added_at").first()
    manage_url = "" if theirs is None else reverse("preferences:manage", args=[sign_dated(Purpose.MANAGE, theirs.pk)])
    return render(request, "notifications/preferences/moved.html", {"address": new, "manage_url": manage_url})


def prune() -> int:
    """Forget what the new address has not agreed to in time, or has long since. Returns how many."""
    return erasure.forget_changes(AddressChange.objects.filter(asked_at__lt=clock.now() - LIFETIME))


def _has_moved(change: AddressChange, new: EmailAddress) -> bool:
    held = holding_subscription(SubscriptionId(change.subscription_id))
    return held is not None and held.address.key == new.key


@transaction.atomic
def _move(old: EmailAddress, new: EmailAddress) -> None:
    """The old address is told once, for somebody else may have opened one of its mails."""
    moved = board.change_address(old=old, new=new)
    interest.note_sign(new.key, at=clock.now())
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
        asked_at=clock.now(),
    )


def _sent(request: HttpRequest, token: str, new: EmailAddress) -> HttpResponse:
    context = {"address": new, "back_url": reverse("preferences:manage", args=[token])}
    return render(request, "notifications/preferences/move_sent.html", context)


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
