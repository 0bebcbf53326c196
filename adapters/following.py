"""Requests to follow: written down while the visitor waits, seen to by a worker.

So whoever asks gets the same answer in the same time, whether the address is unknown, was asked to confirm, or follows already.
"""

from typing import Final

from django.db import transaction

from adapters import background, board, clock
from adapters.codec import decode_topic, encode_topic
from adapters.derived import derived_id
from adapters.models import FollowRequest
from adapters.observing import ids, tracing
from adapters.repositories import django_unit_of_work
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import LanguageCode, SubscriptionId
from jobs_domain.topics import Topic, Wishes
from jobs_domain.use_cases import CannotFollow, check_can_be_followed

SEE_TO: Final = "see to requests to follow"
AT_ONCE: Final = 100


def ask(*, address: EmailAddress, topic: Topic, wishes: Wishes) -> None:
    """Nothing is looked up but the topic. Raises `CannotFollow`."""
    with django_unit_of_work() as records:
        check_can_be_followed(records, topic)
        FollowRequest.objects.create(
            address=address.value,
            address_key=address.key,
            topic=encode_topic(topic),
            language=wishes.language,
            frequency=wishes.frequency.value,
            share_address=wishes.share_address,
            asked_at=clock.now(),
            **tracing.cause(),
        )
        background.wake(SEE_TO)


def forget(address: EmailAddress) -> None:
    """Whatever the address asked for and nobody has seen to yet."""
    FollowRequest.objects.filter(address_key=address.key).delete()


def see_to() -> int:
    """Begin the subscriptions that were asked for, where there are none yet. Returns with how many requests it dealt."""
    done = 0
    for pk in list(FollowRequest.objects.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            request = FollowRequest.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if request is None:
                continue
            with (
                ids.bound(request_id=request.request_id),
                tracing.span("see to a request to follow", {}, after=request.traceparent),
            ):
                _begin(request)
            request.delete()
            done += 1
    return done


def _begin(request: FollowRequest) -> None:
    try:
        board.request_subscription(
            address=EmailAddress(request.address),
            topic=decode_topic(request.topic),
            wishes=Wishes(
                language=LanguageCode(request.language),
                frequency=Frequency(request.frequency),
                share_address=request.share_address,
            ),
            subscription_id=_id_for(request),
        )
    except CannotFollow:  # it was taken down meanwhile
        return


def _id_for(request: FollowRequest) -> SubscriptionId:
    """The same when the request is seen to again in a database that was restored: the link that was sent is good there, too."""
    parts = (str(request.pk), request.asked_at.isoformat(), request.address_key)
    return SubscriptionId(derived_id("subscription", *parts))
