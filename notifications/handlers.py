"""What is done when something happens. Each may be called any number of times for the same event: the first call counts."""

from typing import assert_never

from adapters import board
from adapters.models import PostingRecord, SubscriptionRecord
from adapters.repositories import topic_key
from adapters.searching import SearchInWords, searching
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import (
    PostingClosed,
    PostingReopened,
    PostingRetired,
    PostingRevised,
    SubscriptionConfirmed,
    SubscriptionErased,
    SubscriptionRequested,
)
from jobs_domain.identifiers import PostingId
from jobs_domain.news import Newsworthy
from jobs_domain.topics import JobSearch, PostingTopic, Topic
from notifications import announcing, erasure, mails, postings, settling, suppression
from notifications.models import Audience, Kind, WhyNot
from notifications.postings import PostingInWords
from notifications.rendering import Mail


def ask_to_confirm(event: SubscriptionRequested) -> None:
    """Send the mail with which the owner of the address confirms."""
    if announcing.is_announced(event, Audience.REQUESTER):
        return
    posting_id = _posting_id(event.topic)
    subscription = SubscriptionRecord.objects.filter(pk=event.subscription_id).first()
    if subscription is None:
        announcing.withhold(event, Audience.REQUESTER, Kind.CONFIRMATION, posting_id, WhyNot.ERASED)
        return
    if suppression.is_never_to_be_written_to(subscription.address_key):
        # of whom nothing but a hash is to be kept, nothing is, whoever enters the address
        announcing.withhold(event, Audience.REQUESTER, Kind.CONFIRMATION, posting_id, WhyNot.SUPPRESSED)
        board.erase_person(address=EmailAddress(subscription.address))
        return
    announcing.tell_requester(event, posting_id, lambda: mails.confirmation(_topic_in_words(event.topic)))


def tell_company_of_follower(event: SubscriptionConfirmed) -> None:
    """Tell the company that hires; who follows it learns only if the follower shares the address."""
    posting_id = _posting_id(event.topic)
    if posting_id is None or announcing.is_announced(event, Audience.COMPANY):
        return
    posting = PostingRecord.objects.get(pk=posting_id)
    subscription = SubscriptionRecord.objects.filter(pk=event.subscription_id).first()
    if subscription is None:
        announcing.withhold(event, Audience.COMPANY, Kind.NEW_FOLLOWER, posting_id, WhyNot.ERASED)
        return
    if not posting.contact_address:
        announcing.withhold(event, Audience.COMPANY, Kind.NEW_FOLLOWER, posting_id, WhyNot.NO_CONTACT)
        return
    followers = SubscriptionRecord.objects.filter(
        topic_key=topic_key(event.topic), state=SubscriptionRecord.State.CONFIRMED
    )
    number, shares_address = followers.count(), subscription.share_address

    def author() -> Mail:
        return mails.new_follower(postings.in_words(posting), followers=number, shares_address=shares_address)

    announcing.tell_company(event, posting_id, author, address=posting.contact_address)


def tell_followers_of_revision(event: PostingRevised) -> None:
    """A minor change is told nobody, unless it follows soon after another one that is."""
    _tell_followers(event)


def tell_followers_of_closing(event: PostingClosed) -> None:
    _tell_followers(event)


def tell_followers_of_reopening(event: PostingReopened) -> None:
    _tell_followers(event)


def tell_followers_of_retirement(event: PostingRetired) -> None:
    _tell_followers(event)


def forget(event: SubscriptionErased) -> None:
    """Forget the addresses that the ledger holds because of the subscription."""
    erasure.erase(event.subscription_id)


def _tell_followers(event: Newsworthy) -> None:
    settling.tell_followers(event)


def _posting_id(topic: Topic) -> PostingId | None:
    match topic:
        case PostingTopic(posting_id):
            return posting_id
        case JobSearch():
            return None
        case _:
            assert_never(topic)


def _topic_in_words(topic: Topic) -> PostingInWords | SearchInWords:
    match topic:
        case PostingTopic(posting_id):
            return postings.find(posting_id)
        case JobSearch():
            return searching().in_words(topic, only_known=True)
        case _:
            assert_never(topic)
