"""The whole way, committed step by step, with the worker that operators run."""

import pytest
from django.core import mail
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from adapters import background, board, outbox
from notifications.announcing import FAN_OUT, SEND
from notifications.fan_out import fan_out_due
from tests.integration.notifications.world import BETTER_PAID, ask, follow, show
from tests.unit.examples import ANA

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _only_these_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others would look for the page of the posting, which has none here."""
    ours = {job.name: job for job in background.jobs() if job.name in {"dispatch events", FAN_OUT, SEND}}
    monkeypatch.setattr(background, "_jobs", ours)


def test_the_worker_brings_a_request_a_confirmation_and_a_change_to_their_readers() -> None:
    show()
    subscription_id = ask(ANA)
    call_command("worker", once=True)
    board.confirm_subscription(subscription_id=subscription_id)
    call_command("worker", once=True)
    show(BETTER_PAID)
    call_command("worker", once=True)
    assert [message.subject for message in mail.outbox] == [
        "Confirm: follow Baker at Bread & Co",
        "New follower: Baker",
        "Pay raised: Baker at Bread & Co",
    ]


def test_a_worker_is_woken_as_soon_as_there_is_something_to_fan_out_or_to_send() -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    DBTaskResult.objects.all().delete()
    outbox.dispatch_due()
    fan_out_due()
    assert sorted(task.args_kwargs["args"][0] for task in DBTaskResult.objects.all()) == [FAN_OUT, SEND]
