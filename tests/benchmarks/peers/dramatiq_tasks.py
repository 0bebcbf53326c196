"""dramatiq: one task for each message."""

import os
from typing import Final, Protocol

import django
import dramatiq
from dramatiq.brokers.redis import RedisBroker

django.setup()

from tests.benchmarks.peers.task import deliver  # noqa: E402 - models are there only now


class Actor(Protocol):
    def send(self, subscription_id: str, address: str) -> object: ...


dramatiq.set_broker(RedisBroker(url=os.environ["BROKER_URL"]))

send: Final[Actor] = dramatiq.actor(deliver)
