"""The board's use cases, ready to call: the one place where ports meet their adapters."""

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from adapters.clock import SystemClock
from adapters.models import PostingRecord
from adapters.repositories import django_unit_of_work
from jobs_domain import use_cases
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import PostingEvent
from jobs_domain.identifiers import PostingId
from jobs_domain.posting import Observation

_clock: Final = SystemClock()

_observe: Final = use_cases.ObservePosting(django_unit_of_work, _clock)
request_subscription: Final = use_cases.RequestSubscription(django_unit_of_work, _clock)
renew_request: Final = use_cases.RenewRequest(django_unit_of_work, request_subscription)
confirm_subscription: Final = use_cases.ConfirmSubscription(django_unit_of_work, _clock)
end_subscription: Final = use_cases.EndSubscription(django_unit_of_work, _clock)
end_all: Final = use_cases.EndAll(django_unit_of_work, _clock)
end_followers_of_retired: Final = use_cases.EndFollowersOfRetired(django_unit_of_work, _clock)
change_address: Final = use_cases.ChangeAddress(django_unit_of_work, _clock)
change_wishes: Final = use_cases.ChangeWishes(django_unit_of_work, _clock)
read_person: Final = use_cases.ReadPerson(django_unit_of_work)
erase_person: Final = use_cases.ErasePerson(django_unit_of_work, _clock)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a posting is read and who hears about its followers. A difference here is nobody's news.

    `path` begins with a slash and is relative to the board's address.
    """

    path: str
    contact_address: EmailAddress | None


def observe_posting(
    *, posting_id: PostingId, seen: Observation, whereabouts: Whereabouts | None
) -> tuple[PostingEvent, ...]:
    """Record what is public of a posting now, in the caller's transaction, and raise what has happened since the last look.

    `whereabouts` is `None` when they are no longer known; the last ones are kept then.
    """
    with transaction.atomic():
        events = _observe(posting_id=posting_id, seen=seen)
        if whereabouts is not None:
            here = {
                "path": whereabouts.path,
                "contact_address": "" if whereabouts.contact_address is None else whereabouts.contact_address.value,
            }
            PostingRecord.objects.filter(pk=posting_id).exclude(**here).update(**here)
    return events
