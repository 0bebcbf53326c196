"""Links to all that somebody follows, sent to the address that was asked for, if there is anything.

Whoever asks gets the same answer in the same time: only the worker looks whether the address is known.
"""

from datetime import timedelta
from typing import Final

from django.db import transaction

from adapters import background, clock
from adapters.models import SubscriptionRecord
from adapters.observing import ids, tracing
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import SubscriptionId
from notifications import announcing, mails
from notifications.models import Kind, SignInRequest

SEND_LINKS: Final = "send sign-in links"
AT_ONCE: Final = 100
TOO_LATE: Final = timedelta(days=1)
"""Nobody waits for a link any more."""


def ask(address: EmailAddress) -> None:
    SignInRequest.objects.create(address_key=address.key, asked_at=clock.now(), **tracing.cause())
    background.wake(SEND_LINKS)


def send_links() -> int:
    """Returns with how many requests it dealt."""
    done = 0
    for pk in list(SignInRequest.objects.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            request = SignInRequest.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if request is None:
                continue
            if clock.now() - request.asked_at < TOO_LATE:
                with (
                    ids.bound(request_id=request.request_id),
                    tracing.span("send a link", {}, after=request.traceparent),
                ):
                    _send_link(request)
            request.delete()
            done += 1
    return done


def _send_link(request: SignInRequest) -> None:
    newest = SubscriptionRecord.objects.filter(address_key=request.address_key).order_by("-added_at", "-pk").first()
    if newest is not None:
        because = f"{request.pk} {request.asked_at.isoformat()}"
        announcing.tell_owner(SubscriptionId(newest.pk), Kind.SIGN_IN, mails.sign_in, because=because)
