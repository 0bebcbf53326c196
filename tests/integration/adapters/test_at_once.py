"""Fifty people, or one of them fifty times, press the button at the same moment (A21)."""

from collections import Counter
from contextlib import ExitStack
from typing import Final

import pytest

from adapters import following
from adapters.models import OutboxEvent, SubscriptionRecord
from tests.integration.adapters.elsewhere.processes import Elsewhere
from tests.integration.cms.factories import make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PROCESSES: Final = 5
ASK: Final = """
import sys
import django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.db import connection
from django.test import Client

def ask(number):
    try:
        answer = Client().post("/jobs/baker/subscribe/", {"address": "Ana@Example.org"}, REMOTE_ADDR=f"192.0.2.{number}")
        return answer.status_code
    finally:
        connection.close()

Client().get("/jobs/baker/subscribe/")
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(10) as pool:
    print(*pool.map(ask, range(10)), flush=True)
"""


def fifty_answers(elsewhere: Elsewhere) -> Counter[str]:
    with ExitStack() as stack:
        processes = [stack.enter_context(elsewhere.running("-c", ASK)) for _ in range(PROCESSES)]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", elsewhere.log()
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        return Counter(
            answer for process in processes if process.stdout for answer in process.stdout.readline().split()
        )


@pytest.mark.parametrize(("limit", "answers"), [(0, {"303": 50}), (6, {"303": 6, "429": 44})])
def test_fifty_requests_for_one_address_are_one_subscription(
    elsewhere: Elsewhere, limit: int, answers: dict[str, int]
) -> None:
    make_job()
    elsewhere.environment.update(ASKS_PER_CLIENT="0", ASKS_PER_ADDRESS=str(limit))
    assert fifty_answers(elsewhere) == answers, elsewhere.log()
    while following.see_to():
        pass
    assert SubscriptionRecord.objects.count() == 1
    assert OutboxEvent.objects.filter(name="SubscriptionRequested").count() == 1
