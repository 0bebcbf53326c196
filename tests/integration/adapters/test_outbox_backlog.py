"""Events that wait among those that are kept."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from adapters import outbox
from adapters.codec import FORMAT_VERSION, encode_event
from adapters.models import OutboxEvent
from jobs_domain.events import CloseReason, PostingClosed
from tests.unit.examples import NOW, POSTING_ID

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

CLOSED = PostingClosed(posting_id=POSTING_ID, version=2, occurred_at=NOW, reason=CloseReason.FILLED)


def test_the_next_event_is_found_without_looking_through_those_that_are_kept() -> None:
    """With a backlog of a third, as after a rush, PostgreSQL went through all that had been dealt with for each one."""
    kept = (None,) * 20_000 + (NOW,) * 10_000
    OutboxEvent.objects.bulk_create(
        OutboxEvent(
            name=type(CLOSED).__name__,
            format_version=FORMAT_VERSION,
            payload=encode_event(CLOSED),
            occurred_at=NOW,
            next_attempt_at=waits,
        )
        for waits in kept
    )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {OutboxEvent._meta.db_table}")
    with CaptureQueriesContext(connection) as seen:
        outbox.dispatch_due()
    asked = {
        query["sql"]
        for query in seen.captured_queries
        if query["sql"].startswith("SELECT") and OutboxEvent._meta.db_table in query["sql"] and "<=" in query["sql"]
    }
    assert len(asked) >= 2
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    for sql in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"{explain} {sql}")
            plan = str(cursor.fetchall())
        assert "outbox_in_order" in plan, plan
        assert "Sort" not in plan, plan
        assert "TEMP B-TREE" not in plan, plan
