"""The pages on which one confirms and leaves. `GET` never changes anything (mail scanners open links); the one button on each does."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from adapters import board, limits
from adapters.models import PostingRecord, SubscriptionRecord
from adapters.repositories import forgotten_topic, holding_subscription, topic_key
from adapters.searching import searching
from adapters.tokens import InvalidToken, Purpose, read
from adapters.web import too_often
from adapters.web.client_address import client_of
from adapters.web.languages import kept_in_language
from adapters.web.token_page import token_page
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.subscription import Confirmation, Confirmed, Ended, Pending, Subscription
from jobs_domain.topics import JobSearch, PostingTopic, Topic
from jobs_domain.use_cases import CannotFollow


@dataclass(frozen=True, slots=True)
class TopicInWords:
    words: str
    url: str
    is_search: bool = False

    def context(self) -> dict[str, object]:
        return {"topic_words": self.words, "topic_url": self.url, "is_search": self.is_search}


@token_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    subscription = _subscription(Purpose.CONFIRM, token)
    if subscription is None:
        return _over_or_invalid(request, token)
    if request.method == "POST":
        outcome = board.confirm_subscription(subscription_id=subscription.subscription_id)
    else:
        outcome = _foreseen(subscription)
    topic = in_words(subscription.topic)
    match outcome:
        case Confirmation.CONFIRMED if request.method != "POST":
            return render(request, "adapters/confirm.html", topic.context() | {"action_url": request.path})
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
    subscription = _subscription(Purpose.CONFIRM, token)
    if subscription is None:
        return _over_or_invalid(request, token)
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
    subscription = _subscription(Purpose.END, token)
    if subscription is None:
        forgotten = _forgotten(Purpose.END, token)
        if forgotten is None and _is_ours(Purpose.END, token):  # erased: nobody is written to
            forgotten = _unknown_posting()
        return _invalid(request) if forgotten is None else _ended(request, forgotten)
    topic = in_words(subscription.topic)
    if request.method != "POST":
        return render(request, "adapters/end.html", topic.context() | {"action_url": request.path})
    board.end_subscription(subscription_id=subscription.subscription_id)
    return _ended(request, topic)


def _subscription(purpose: Purpose, token: str) -> Subscription | None:
    """The one that the token names or, if it was replaced since, the one that holds now."""
    try:
        return holding_subscription(SubscriptionId(read(purpose, token)))
    except InvalidToken:
        return None


def _is_ours(purpose: Purpose, token: str) -> bool:
    try:
        read(purpose, token)
    except InvalidToken:
        return False
    return True


def _forgotten(purpose: Purpose, token: str) -> TopicInWords | None:
    """What a subscription was about that ended so long ago that nothing else of it is kept; `None` for any other."""
    try:
        topic = forgotten_topic(SubscriptionId(read(purpose, token)))
    except InvalidToken:
        return None
    return None if topic is None else in_words(topic)


def _foreseen(subscription: Subscription) -> Confirmation:
    """What would come of confirming now."""
    match subscription.state:
        case Pending() as pending:
            return Confirmation.TOO_LATE if pending.has_lapsed(at=timezone.now()) else Confirmation.CONFIRMED
        case Confirmed():
            return Confirmation.ALREADY_CONFIRMED
        case Ended():
            holding = SubscriptionRecord.objects.filter(
                address_key=subscription.address.key,
                topic_key=topic_key(subscription.topic),
                state=SubscriptionRecord.State.CONFIRMED,
            )
            return Confirmation.ALREADY_CONFIRMED if holding.exists() else Confirmation.OVER


def in_words(topic: Topic) -> TopicInWords:
    match topic:
        case PostingTopic(posting_id):
            posting = PostingRecord.objects.filter(pk=posting_id).first()
            if posting is None:
                return _unknown_posting()
            return TopicInWords(posting.title, kept_in_language(posting.path))
        case JobSearch():
            search = searching().in_words(topic)
            return TopicInWords(search.name, kept_in_language(search.path), is_search=True)


def _unknown_posting() -> TopicInWords:
    return TopicInWords(gettext("this posting"), kept_in_language("/"))


def _ended(request: HttpRequest, topic: TopicInWords) -> HttpResponse:
    return render(request, "adapters/ended.html", topic.context())


def _over(request: HttpRequest, topic: TopicInWords) -> HttpResponse:
    return render(request, "adapters/link_over.html", topic.context(), status=HTTPStatus.GONE)


def _over_or_invalid(request: HttpRequest, token: str) -> HttpResponse:
    forgotten = _forgotten(Purpose.CONFIRM, token)
    return _invalid(request) if forgotten is None else _over(request, forgotten)


def _invalid(request: HttpRequest) -> HttpResponse:
    return render(
        request, "adapters/link_invalid.html", {"board_url": kept_in_language("/")}, status=HTTPStatus.NOT_FOUND
    )
