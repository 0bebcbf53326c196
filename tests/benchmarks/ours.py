"""The board as the benchmarks see it: everything that knows its insides is here. To be imported when Django is set up."""

import json
import statistics
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from time import perf_counter
from typing import Final
from unittest.mock import patch
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.utils import timezone
from django.utils.html import escape

from adapters import background, board, links, outbox
from adapters.codec import encode_details, encode_topic
from adapters.models import PostingRecord, SubscriptionRecord
from adapters.repositories import topic_key
from jobs_domain.changes import NoteToFollowers, SalaryChange
from jobs_domain.identifiers import PostingId, SubscriptionId
from jobs_domain.posting import Publication
from jobs_domain.posting_details import PostingDetails
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.topics import PostingTopic
from notifications import batches, mails, personal, postings, rendering
from notifications.fan_out import fan_out_due
from notifications.models import Delivery, Notification
from tests.unit import examples

PAY: Final = 3_000
DETAILS: Final = replace(examples.DETAILS, valid_through=None)
LEDGER: Final = "notifications"
"""The app whose tables the ledger consists of."""


# Postings and people who follow them


def posting_id(followers: int) -> PostingId:
    """There is one posting for each number of followers."""
    return PostingId(uuid5(NAMESPACE_OID, f"{followers} followers"))


def create(followers: int) -> None:
    """A posting that so many people follow."""
    followed = posting_id(followers)
    _observe(followed, DETAILS)
    dispatch()
    _follow(PostingTopic(followed), followers)
    _settle()


def _settle() -> None:
    """What a database does by itself within minutes: what follows is not to pay for what was made before it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _follow(topic: PostingTopic, followers: int) -> None:
    """One statement: through the use cases it would take longer than everything that is measured."""
    if connection.vendor == "postgresql":
        new_id, numbers = "gen_random_uuid()", "SELECT number FROM generate_series(1, %s) AS number"
    else:
        new_id = "lower(hex(randomblob(16)))"
        numbers = (
            "WITH RECURSIVE counted (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted LIMIT %s)"
            " SELECT number FROM counted"
        )
    an_hour_ago = timezone.now() - timedelta(hours=1)
    since = connection.ops.adapt_datetimefield_value(an_hour_ago) or an_hour_ago
    key, address = topic_key(topic), "'follower-' || number || '@example.org'"
    told_apart = {"subscription_id": new_id, "address": address, "address_key": address}
    shared: dict[str, str | int | datetime] = {
        "version": 2,
        "topic_key": key,
        "topic": json.dumps(encode_topic(topic)),
        "frequency": "IMMEDIATE",
        "digest_zone": "",
        "share_address": False,
        "language": "en",
        "state": SubscriptionRecord.State.CONFIRMED.value,
        "requested_at": since,
        "confirmed_at": since,
        "added_at": since,
        "end_reason": "",
    }
    columns = ", ".join([*told_apart, *shared])
    values = ", ".join([*told_apart.values(), *("%s" for _ in shared)])
    insert = f"INSERT INTO {SubscriptionRecord._meta.db_table} ({columns})"
    select = f"SELECT {values} FROM ({numbers}) AS numbers"  # noqa: S608 - all of it is written above
    with connection.cursor() as cursor:
        cursor.execute(f"{insert} {select}", [*shared.values(), followers])


def followers_of(followers: int) -> Iterable[tuple[UUID, str]]:
    """Who follows, as subscription and address."""
    topic = topic_key(PostingTopic(posting_id(followers)))
    records = SubscriptionRecord.objects.filter(topic_key=topic, state=SubscriptionRecord.State.CONFIRMED)
    return records.order_by("subscription_id").values_list("subscription_id", "address")


# What an editor does, and what a worker does of it


def publish(followers: int) -> None:
    """An editor raises the pay, and followers are to be told."""
    followed = posting_id(followers)
    version = PostingRecord.objects.values_list("version", flat=True).get(pk=followed)
    _observe(followed, replace(DETAILS, salary=_pay(PAY + version)))


def _observe(followed: PostingId, details: PostingDetails) -> None:
    here = board.Whereabouts(f"/jobs/{followed}/", None)
    board.observe_posting(posting_id=followed, seen=Publication(details=details), whereabouts=here)


def _pay(minimum: int) -> Salary:
    return Salary(minimum=Decimal(minimum), maximum=Decimal(minimum + 500), currency="EUR", unit=SalaryUnit.MONTH)


def dispatch() -> None:
    while outbox.dispatch_due():
        pass


def fan_out() -> None:
    while fan_out_due():
        pass


def work() -> None:
    """`manage.py worker`, until it is asked to stop."""
    background._jobs.pop("reconcile", None)
    call_command("worker")


def claim(times: int) -> float:
    """The median of the seconds that it takes to claim a batch; what was claimed stays claimed."""
    return statistics.median(timed(_claim) for _ in range(times))


def _claim() -> None:
    assert batches.claim() is not None, "nothing was due"


def pending() -> int:
    return Delivery.objects.filter(finished_at=None).count()


def sent(followers: int) -> int:
    """How many mails about this posting were sent, according to the ledger."""
    told = Notification.objects.filter(posting_id=posting_id(followers))
    return Delivery.objects.filter(notification__in=told, state=Delivery.State.SENT).count()


# The same mail in the way of others: rendered for each recipient


def letter(subscription_id: UUID, address: str, backend: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The mail about a raised pay with the board's own templates, for one follower."""
    posting = PostingRecord(
        posting_id=posting_id(0),
        state=PostingRecord.State.OPEN,
        path=f"/jobs/{posting_id(0)}/",
        details=encode_details(DETAILS),
    )
    change = SalaryChange(_pay(PAY), _pay(PAY + 1))
    mail = mails.revised(postings.in_words(posting), (change,), NoteToFollowers())
    unique = uuid4()
    rendered = rendering.render(mail, unique)
    leave_url = links.end_url(SubscriptionId(subscription_id))
    mark = personal.mark(personal.Personal.LEAVE_URL, unique)
    message = EmailMultiAlternatives(
        subject=rendered.subject,
        body=rendered.text.replace(mark, leave_url),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{leave_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        connection=backend,
    )
    message.attach_alternative(rendered.html.replace(mark, escape(leave_url)), "text/html")
    return message


# How long and how large


def timed(call: Callable[[], None]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


@dataclass(slots=True)
class Transactions:
    longest: float = 0.0


@contextmanager
def transactions() -> Iterator[Transactions]:
    """How long the transactions of the block last, from before BEGIN to after COMMIT; a statement outside of one is one too."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    seen, began = Transactions(), 0.0
    set_autocommit = wrapper.set_autocommit

    def watched(
        autocommit: bool,
        force_begin_transaction_with_broken_autocommit: bool = False,
    ) -> None:
        nonlocal began
        if not autocommit:
            began = perf_counter()
        set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if autocommit:
            seen.longest = max(seen.longest, perf_counter() - began)

    def statement(
        execute: Callable[[str, object, bool, dict[str, object]], object],
        sql: str,
        parameters: object,
        many: bool,
        context: dict[str, object],
    ) -> object:
        started, alone = perf_counter(), wrapper.get_autocommit()
        result = execute(sql, parameters, many, context)
        if alone:
            seen.longest = max(seen.longest, perf_counter() - started)
        return result

    with patch.object(wrapper, "set_autocommit", watched), wrapper.execute_wrapper(statement):
        yield seen


def ledger_bytes() -> int:
    """What the ledger's tables and indexes take; on SQLite, what the whole database takes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE %s",
                [f"{LEDGER}\\_%"],
            )
        else:
            cursor.execute(
                "SELECT (page_count - freelist_count) * page_size"
                " FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()"
            )
        (size,) = cursor.fetchone()
    return int(size)


def database() -> dict[str, str]:
    """Which database this is, and how it commits."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ["server_version", "fsync", "synchronous_commit", "full_page_writes"]
            cursor.execute(f"SELECT {', '.join('current_setting(%s)' for _ in names)}", names)
            version, *modes = cursor.fetchone()
            product, commit = "PostgreSQL", [f"{name}={mode}" for name, mode in zip(names[1:], modes, strict=True)]
        else:
            cursor.execute(
                "SELECT sqlite_version(), journal_mode, synchronous FROM pragma_journal_mode(), pragma_synchronous()"
            )
            version, journal, synchronous = cursor.fetchone()
            levels = ("OFF", "NORMAL", "FULL", "EXTRA")
            product, commit = "SQLite", [f"journal_mode={journal}", f"synchronous={levels[synchronous]}"]
    return {"database": f"{product} {version}", "commit": ", ".join(commit)}
