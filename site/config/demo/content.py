"""What the demo starts with: three accounts, some forty fictional postings, and people who follow them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from adapters import board
from adapters.models import PostingRecord, SubscriptionRecord
from adapters.repositories import topic_key
from adapters.web.languages import own
from cms.importing import import_postings
from cms.models import Category, CategoryInLanguage
from config.demo import accounts
from jobs_domain.email_address import EmailAddress
from jobs_domain.identifiers import LanguageCode, PostingId, SubscriptionId
from jobs_domain.topics import PostingTopic, Wishes

POSTINGS: Final = Path(__file__).with_name("postings.jsonl")
IN_GERMAN: Final = {
    "Culture & media": "Kultur & Medien",
    "Design": "Gestaltung",
    "Education": "Bildung",
    "Finance & administration": "Finanzen & Verwaltung",
    "Food & hospitality": "Essen & Gastgewerbe",
    "Health & care": "Gesundheit & Pflege",
    "Logistics": "Logistik",
    "Science & environment": "Wissenschaft & Umwelt",
    "Software & data": "Software & Daten",
    "Trades & crafts": "Handwerk",
}
FOLLOWERS: Final = ("ana", "bo", "chidi", "dora", "emil", "farah", "goran", "hana")


def load() -> None:
    """Idempotent: what exists is left as it is."""
    user_model = get_user_model()
    if user_model.objects.filter(username="publisher").exists():
        return
    import_postings(lines(today=timezone.localdate()), zone="UTC")
    _name_categories_in_german()
    _follow()
    for username, group in accounts.GROUPS.items():
        account = user_model.objects.create_user(username, f"{username}@board.example.org", accounts.PASSWORD)
        account.groups.add(Group.objects.get(name=group))
    administrator = accounts.ADMINISTRATOR
    user_model.objects.create_superuser(administrator, f"{administrator}@board.example.org", accounts.PASSWORD)


def lines(*, today: date) -> Iterator[str]:
    """The postings, one JSON object a line, with dates around `today` in place of `{{+21d}}`."""

    def resolved(match: re.Match[str]) -> str:
        return (today + timedelta(days=int(match["days"]))).isoformat()

    for line in POSTINGS.read_text().splitlines():
        yield re.sub(r"\{\{(?P<days>[+-]\d+)d\}\}", resolved, line)


def _name_categories_in_german() -> None:
    for category in Category.objects.filter(name__in=IN_GERMAN):
        CategoryInLanguage.objects.create(category=category, language="de", name=IN_GERMAN[category.name])


def _follow() -> None:
    """Everybody follows the first posting, and fewer each of the next."""
    postings = PostingRecord.objects.filter(state=PostingRecord.State.OPEN).order_by("title")[: len(FOLLOWERS) // 2]
    for rank, posting in enumerate(postings):
        topic = PostingTopic(PostingId(posting.posting_id))
        for name in FOLLOWERS[2 * rank :]:
            address = EmailAddress(f"{name}@mail.example.org")
            wishes = Wishes(language=LanguageCode(own()), share_address=name in {"ana", "emil"})
            board.request_subscription(address=address, topic=topic, wishes=wishes)
            asked = SubscriptionRecord.objects.get(address_key=address.key, topic_key=topic_key(topic))
            board.confirm_subscription(subscription_id=SubscriptionId(asked.subscription_id))
