"""Who follows postings, as far as editors need to know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, override
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Count, Exists, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler

from adapters.models import SubscriptionRecord
from adapters.repositories import topic_key
from cms.models import JobPage
from jobs_domain.identifiers import PostingId
from jobs_domain.topics import PostingTopic


class TopicKey(Func):
    """The key under which a posting is followed, as `adapters.repositories.topic_key` writes it, made by the database."""

    template = "'posting:' || CAST(%(expressions)s AS text)"
    output_field = CharField()

    @override
    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        """SQLite keeps a UUID as 32 digits."""
        parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        written = " || '-' || ".join(f"substr(%(expressions)s, {first}, {length})" for first, length in parts)
        return self.as_sql(compiler, connection, template=f"'posting:' || {written}", **context)


def number_of_followers(page: JobPage) -> int:
    """How many people have confirmed that they want to hear of the posting."""
    return numbers_of_followers([page.posting_id]).get(page.posting_id, 0)


def numbers_of_followers(posting_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """The same for several postings, in one query; those that nobody follows are left out."""
    keys = {topic_key(PostingTopic(PostingId(posting_id))): posting_id for posting_id in posting_ids}
    counted = _confirmed().filter(topic_key__in=keys).values("topic_key").annotate(number=Count("pk")).order_by()
    return {keys[row["topic_key"]]: row["number"] for row in counted}


def number_of_people(postings: QuerySet[JobPage]) -> int:
    """How many people follow at least one of the postings: somebody who follows two is one of them."""
    people = _confirmed().filter(topic_key__in=postings.order_by().values(key=TopicKey("posting_id")))
    return people.values("address_key").distinct().count()


def is_followed() -> Exists:
    """Whether anybody follows the job page of the query."""
    return Exists(_of_the_outer_posting())


def followers_of_each() -> Coalesce:
    """How many follow the job page of the query. Each row costs a count: for orders and sums, not for what one page of a list shows."""
    counted = _of_the_outer_posting().order_by().values("topic_key").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), Value(0))


def _of_the_outer_posting() -> QuerySet[SubscriptionRecord]:
    return _confirmed().filter(topic_key=TopicKey(OuterRef("posting_id")))


def _confirmed() -> QuerySet[SubscriptionRecord]:
    return SubscriptionRecord.objects.filter(state=SubscriptionRecord.State.CONFIRMED)
