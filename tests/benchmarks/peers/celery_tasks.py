"""Celery: one task for each message."""

import os
from typing import Final, Protocol

import django
from celery import Celery

django.setup()

from tests.benchmarks.peers.task import deliver  # noqa: E402 - models are there only now


class Task(Protocol):
    def delay(self, subscription_id: str, address: str) -> object: ...


app: Final = Celery("peers", broker=os.environ["BROKER_URL"])
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=32, broker_connection_retry_on_startup=True)

send: Final[Task] = app.task(name="deliver")(deliver)
