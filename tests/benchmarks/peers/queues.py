"""Fills a peer's queue: `python -m tests.benchmarks.peers.queues PEER MESSAGES` prints the seconds that it took."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID, uuid4

import django

BULK: Final = 500


def celery(messages: int) -> None:
    from tests.benchmarks.peers.celery_tasks import send

    for subscription_id, address in _recipients(messages):
        send.delay(str(subscription_id), address)


def dramatiq(messages: int) -> None:
    from tests.benchmarks.peers.dramatiq_tasks import send

    for subscription_id, address in _recipients(messages):
        send.send(str(subscription_id), address)


def post_office(messages: int) -> None:
    """With text and HTML rendered: its worker has nothing to do but to send."""
    from django.core.management import call_command
    from post_office import mail
    from post_office.models import Email

    from tests.benchmarks import ours

    call_command("migrate", verbosity=0)
    emails: list[object] = []
    for subscription_id, address in _recipients(messages):
        letter = ours.letter(subscription_id, address)
        ((html, _),) = letter.alternatives
        emails.append(
            mail.create(
                sender=letter.from_email,
                recipients=letter.to,
                subject=letter.subject,
                message=letter.body,
                html_message=html,
                headers=letter.extra_headers,
                priority="medium",
                commit=False,
            )
        )
    Email.objects.bulk_create(emails, batch_size=BULK)


def _recipients(messages: int) -> Iterable[tuple[UUID, str]]:
    return ((uuid4(), f"follower-{number}@example.org") for number in range(messages))


QUEUES: Final[Mapping[str, Callable[[int], None]]] = {
    queue.__name__: queue for queue in (celery, dramatiq, post_office)
}


if __name__ == "__main__":
    django.setup()
    from tests.benchmarks import ours

    peer, count = sys.argv[1:]
    print(json.dumps({"seconds": ours.timed(lambda: QUEUES[peer](int(count)))}))
