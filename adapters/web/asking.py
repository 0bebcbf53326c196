"""The course of every form that has a mail sent to an address that anybody may type.

Nothing here depends on whether the address is known: neither what is answered nor how long it takes.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from adapters import hourly, limits
from adapters.hourly import Counted
from adapters.limits import Mails
from adapters.web import challenge, stamps, too_often
from adapters.web.client_address import client_of
from adapters.web.forms import AskingForm
from jobs_domain.email_address import EmailAddress

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WORDS: Final[dict[Counted, _StrPromise]] = {
    Counted.TOO_QUICK: gettext_lazy(
        "That was quicker than we expect of a person, so nothing was sent yet. What you typed is still here: press the button again."
    ),
    Counted.NO_STAMP: gettext_lazy(
        "We could not see when this form was opened, so nothing was sent yet. What you typed is still here: wait a moment, then press the "
        "button again."
    ),
    Counted.CHALLENGE: gettext_lazy(
        "The question that keeps robots out was not answered rightly, so nothing was sent yet. Try once more."
    ),
}


def answer(
    request: HttpRequest,
    form: AskingForm,
    *,
    page: Callable[[HTTPStatus], HttpResponse],
    act: Callable[[EmailAddress], None],
    sent: Callable[[EmailAddress], HttpResponse],
    mails: Mails = Mails.REQUESTS,
) -> HttpResponse:
    """To a `POST`. `page` shows the form again, with what is wrong; `act` has the mail sent, which is one of `mails`, and `sent` says so.

    A robot that fills in what people do not see is told that it was sent.
    """
    if not form.is_valid():
        if form.flaw is not None:
            hourly.count(form.flaw)
        return page(HTTPStatus.UNPROCESSABLE_ENTITY)
    address: EmailAddress = form.cleaned_data["address"]
    if form.is_by_a_robot:
        hourly.count(Counted.TRAPPED)
        return sent(address)
    if (objection := _objection_to(request, form)) is not None:
        hourly.count(objection)
        form.add_error(None, str(WORDS[objection]))
        return page(HTTPStatus.UNPROCESSABLE_ENTITY)
    refused = limits.spend(client=client_of(request), target=address, mails=mails)
    if refused is not None:
        form.add_error(None, too_often.words(refused))
        return too_often.answer(page(HTTPStatus.TOO_MANY_REQUESTS), refused)
    act(address)
    return sent(address)


def _objection_to(request: HttpRequest, form: AskingForm) -> Counted | None:
    if (objection := stamps.objection_to(form.sent_stamp)) is not None:
        return objection
    asked = challenge.chosen()
    return Counted.CHALLENGE if asked is not None and not asked.is_met(request) else None
