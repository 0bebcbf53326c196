"""The way of tutorials: a receiver that writes to each follower while the editor waits. To be imported when Django is set up."""

import statistics
from functools import partial
from typing import Final

from django.core.mail import get_connection
from django.db import transaction
from django.dispatch import Signal

from tests.benchmarks import ours

REPEATS: Final = 9
BACKEND: Final = "django.core.mail.backends.smtp.EmailBackend"

posting_changed: Final = Signal()


def tell_followers(*, followers: int, **_: object) -> None:
    for subscription_id, address in ours.followers_of(followers):
        ours.letter(subscription_id, address, get_connection(BACKEND)).send()


posting_changed.connect(tell_followers)


def request(followers: int) -> float:
    """The median of the seconds that the editor waits, if it is not for long; the first request of all is never like the others."""
    _answer(0)
    return statistics.median(ours.timed(partial(_answer, followers)) for _ in range(1 if followers else REPEATS))


def _answer(followers: int) -> None:
    with transaction.atomic():
        ours.publish(followers)
        posting_changed.send(sender=None, followers=followers)
