"""The pages on which one confirms and leaves. `GET` never changes anything (mail scanners open links); the one button on each does."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from adapters import board, clock, limits
from adapters.models import PostingRecord, SubscriptionRecord
from adapters.repositories import forgotten_topic, holding_subscription, topic_key
from adapters.searching import searching
from adapters.tokens import InvalidToken, Purpose, read, read_all
from adapters.web import too_often
from adapters.web.client_address import client_of
from adapters.web.forms import OFTEN
from adapters.web.languages import kept_in_language
from adapters.web.token_page import token_page
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.subscription import Confirmation, Confirmed, Ended, Pending, Subscription
from jobs_domain.topics import JobSearch, PostingTopic, Topic
from jobs_domain.use_cases import CannotFollow


@dataclass(frozen=True, slots=True)
class TopicInWords:
    """`is_gone` if the posting has been taken down: nobody can follow it any more."""

    words: str
    url: str
    is_search: bool = False
    is_gone: bool = False

    def context(self) -> dict[str, object]:
        return {
            "topic_words": self.words,
            "topic_url": self.url,
            "is_search": self.is_search,
            "is_gone": self.is_gone,
            "board_url": kept_in_language("/"),
        }


@token_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    subscription_id = _to_confirm(token)
    subscription = None if subscription_id is None else holding_subscription(subscription_id)
    if subscription is None:
        return _over_or_invalid(request, subscription_id)
    if request.method == "POST":
        outcome = board.confirm_subscription(
            subscription_id=subscription.subscription_id, share_address="share_address" in request.POST
        )
    else:
        outcome = _foreseen(subscription)
    topic = in_words(subscription.topic)
    match outcome:
        case Confirmation.CONFIRMED if request.method != "POST":
            wishes = subscription.wishes
            asked = {"often": OFTEN[wishes.frequency], "share_address": wishes.share_address}
            return render(request, "adapters/confirm.html", topic.context() | asked | {"action_url": request.path})
        case Confirmation.CONFIRMED | Confirmation.ALREADY_CONFIRMED:
            already = outcome is Confirmation.ALREADY_CONFIRMED
            return render(request, "adapters/confirmed.html", topic.context() | {"already": already})
        case Confirmation.TOO_LATE:
            context = {"action_url": reverse("subscriptions:renew", args=[token])}
            return render(request, "adapters/link_expired.html", context, status=HTTPStatus.GONE)
        case Confirmation.OVER:
            return _over(request, topic)


@token_page
@require_POST
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """Send a new confirmation mail in place of one that is too old."""
    subscription_id = _to_confirm(token)
    subscription = None if subscription_id is None else holding_subscription(subscription_id)
    if subscription is None:
        return _over_or_invalid(request, subscription_id)
    refused = limits.spend(client=client_of(request), target=subscription.address)
    if refused is not None:
        return too_often.page(request, refused)
    topic = in_words(subscription.topic)
    try:
        board.renew_request(subscription_id=subscription.subscription_id)
    except CannotFollow:
        return _invalid(request)
    context = {
        "back_url": topic.url,
        "followed_title": topic.words,
        "followed_language": "",
        "is_search": topic.is_search,
    }
    return render(request, "adapters/follow_sent.html", context)


@token_page
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """Leave; also the address of one-click unsubscribing (RFC 8058), whose `POST` comes from the mail provider."""
    try:
        ids = [SubscriptionId(each) for each in read_all(Purpose.END, token)]
    except InvalidToken:
        return _invalid(request)
    context = _together([_followed(each) for each in ids]).context()
    known = [found for each in ids if (found := holding_subscription(each)) is not None]
    if request.method == "POST":
        for subscription in known:
            board.end_subscription(subscription_id=subscription.subscription_id)
    elif any(map(_goes_on, known)):
        return render(request, "adapters/end.html", context | {"action_url": request.path})
    return render(request, "adapters/ended.html", context)


def _to_confirm(token: str) -> SubscriptionId | None:
    try:
        return SubscriptionId(read(Purpose.CONFIRM, token))
    except InvalidToken:
        return None


def _followed(subscription_id: SubscriptionId) -> TopicInWords:
    """What it is or was about, as far as that is known: of one that was erased, nothing is."""
    subscription = holding_subscription(subscription_id)
    topic = forgotten_topic(subscription_id) if subscription is None else subscription.topic
    return _unknown_posting() if topic is None else in_words(topic)


def _foreseen(subscription: Subscription) -> Confirmation:
    """What would come of confirming now."""
    match subscription.state:
        case Pending() as pending:
            return Confirmation.TOO_LATE if pending.has_lapsed(at=clock.now()) else Confirmation.CONFIRMED
        case Confirmed():
            return Confirmation.ALREADY_CONFIRMED
        case Ended():
            return Confirmation.ALREADY_CONFIRMED if _goes_on(subscription) else Confirmation.OVER


def _goes_on(subscription: Subscription) -> bool:
    """Whether its follower follows the same, by this subscription or by a later one."""
    if not isinstance(subscription.state, Ended):
        return True
    return SubscriptionRecord.objects.filter(
        address_key=subscription.address.key,
        topic_key=topic_key(subscription.topic),
        state=SubscriptionRecord.State.CONFIRMED,
    ).exists()


def in_words(topic: Topic) -> TopicInWords:
    match topic:
        case PostingTopic(posting_id):
            posting = PostingRecord.objects.filter(pk=posting_id).first()
            if posting is None:
                return _unknown_posting()
            is_gone = posting.state == PostingRecord.State.RETIRED
            return TopicInWords(posting.title, kept_in_language(posting.path), is_gone=is_gone)
        case JobSearch():
            search = searching().in_words(topic)
            return TopicInWords(search.name, kept_in_language(search.path), is_search=True)


def _together(topics: Sequence[TopicInWords]) -> TopicInWords:
    """Of several, which are searches, only the words: there is no one page of them."""
    if len(topics) == 1:
        return topics[0]
    return TopicInWords("; ".join(topic.words for topic in topics), url="", is_search=True)


def _unknown_posting() -> TopicInWords:
    return TopicInWords(gettext("this posting"), kept_in_language("/"))


def _over(request: HttpRequest, topic: TopicInWords) -> HttpResponse:
    return render(request, "adapters/link_over.html", topic.context(), status=HTTPStatus.GONE)


def _over_or_invalid(request: HttpRequest, subscription_id: SubscriptionId | None) -> HttpResponse:
    """The former for what ended so long ago that nothing else of it is kept."""
    topic = None if subscription_id is None else forgotten_topic(subscription_id)
    return _invalid(request) if topic is None else _over(request, in_words(topic))


def _invalid(request: HttpRequest) -> HttpResponse:
    return render(
        request, "adapters/link_invalid.html", {"board_url": kept_in_language("/")}, status=HTTPStatus.NOT_FOUND
    )
