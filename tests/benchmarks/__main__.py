"""How the time of an editor's click, and of writing the ledger, grows with the number of followers."""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final
from uuid import uuid4

import django

AUDIENCES: Final = (0, 100, 10_000, 100_000)
REPEATS: Final = 9


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{Path(folder) / 'benchmark.sqlite3'}"
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        sys.path.insert(0, str(Path(__file__).parents[2] / "site"))
        django.setup()
        measure()


def measure() -> None:
    """Needs Django to be set up, so everything that touches it is imported here."""
    from django.core.management import call_command
    from django.utils import timezone

    from adapters import board
    from adapters.board import Whereabouts
    from adapters.models import SubscriptionRecord
    from adapters.repositories import topic_key
    from jobs_domain.identifiers import PostingId
    from jobs_domain.posting import Publication
    from jobs_domain.topics import PostingTopic
    from notifications.models import Delivery
    from tests.unit.examples import DETAILS

    details = replace(DETAILS, valid_through=None)
    call_command("migrate", verbosity=0)
    print(f"{'followers':>10}  {'publish a change':>20}  {'write the ledger':>20}")
    baseline: float | None = None
    for audience in AUDIENCES:
        posting_id = PostingId(uuid4())
        here = Whereabouts(f"/jobs/{posting_id}/", None)
        board.observe_posting(posting_id=posting_id, seen=Publication(details=details), whereabouts=here)
        now = timezone.now() - timedelta(hours=1)
        SubscriptionRecord.objects.bulk_create(
            (
                SubscriptionRecord(
                    subscription_id=uuid4(),
                    version=2,
                    address=f"follower-{number}@{posting_id.hex}.example.org",
                    address_key=f"follower-{number}@{posting_id.hex}.example.org",
                    topic_key=topic_key(PostingTopic(posting_id)),
                    topic={"type": "PostingTopic", "posting_id": str(posting_id)},
                    frequency="IMMEDIATE",
                    state="CONFIRMED",
                    requested_at=now,
                    confirmed_at=now,
                )
                for number in range(audience)
            ),
            batch_size=2_000,
        )

        def publish(title: str, posting_id: PostingId = posting_id, here: Whereabouts = here) -> None:
            seen = Publication(details=replace(details, title=title))
            board.observe_posting(posting_id=posting_id, seen=seen, whereabouts=here)

        click = statistics.median(timed(partial(publish, f"Title {number}")) for number in range(REPEATS))
        ledger = timed(write_ledger)
        deliveries = Delivery.objects.filter(address__contains=posting_id.hex).count()
        assert deliveries == audience * REPEATS, f"{deliveries} deliveries for {audience} followers"
        baseline = baseline or click
        per_delivery = f"{ledger / deliveries * 1e6:,.1f} µs each" if deliveries else "-"
        print(f"{audience:>10,}  {click * 1e3:>8.2f} ms ({click / baseline:4.2f} ×)  {per_delivery:>20}")


def write_ledger() -> None:
    """Everything that a worker does up to the ledger: handlers and fan-out, but no mail."""
    from adapters import background, outbox
    from notifications.announcing import FAN_OUT

    while outbox.dispatch_due():
        pass
    for job in background.jobs():
        if job.name == FAN_OUT:
            while job.run():
                pass


def timed(call: Callable[[], None]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


main()
