"""People in each state towards a posting, as the benchmarks ask for them. To be imported when Django is set up."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from uuid import UUID, uuid5

from django.utils import timezone

from adapters import board
from cms.models import JobPage
from jobs_domain.digests import Frequency
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import LanguageCode, PostingId, SubscriptionId
from jobs_domain.topics import PostingTopic, Wishes
from notifications import suppression
from notifications.models import Suppression
from tests.benchmarks.alike import State, address_of

WISHES: Final = Wishes(language=LanguageCode("en"), frequency=Frequency.IMMEDIATE)
NAMESPACE: Final = UUID("9c2b4f1e-0d6a-4a3e-8f57-2b1c6d9e4a70")


def make(number: int) -> dict[str, str]:
    """So many in each state. Gives where they ask to follow."""
    page = JobPage.objects.open(at=timezone.now()).order_by("path")[0]
    for state, bring in _ways(PostingTopic(PostingId(page.posting_id))).items():
        for each in range(number):
            bring(EmailAddress(address_of(state, each)))
    return {"form": f"{page.get_url()}subscribe/"}


def _ways(topic: PostingTopic) -> Mapping[State, Callable[[EmailAddress], object]]:
    """How they came to be in it. Of those who are unknown nobody has heard."""
    return {
        State.PENDING: partial(_ask, topic),
        State.CONFIRMED: partial(_follow, topic),
        State.LEFT: lambda who: board.end_subscription(subscription_id=_follow(topic, who)),
        State.SUPPRESSED: lambda who: suppression.suppress(who.key, Suppression.Reason.BY_HAND, "", timezone.now()),
    }


def _ask(topic: PostingTopic, who: EmailAddress) -> SubscriptionId:
    subscription_id = SubscriptionId(uuid5(NAMESPACE, who.key))
    board.request_subscription(address=who, topic=topic, wishes=WISHES, subscription_id=subscription_id)
    return subscription_id


def _follow(topic: PostingTopic, who: EmailAddress) -> SubscriptionId:
    subscription_id = _ask(topic, who)
    board.confirm_subscription(subscription_id=subscription_id)
    return subscription_id
