"""The same board with Redis behind its tasks: only the environment differs, and what Redis forgets is not lost."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.adapters.elsewhere.apps import TOIL
from tests.integration.adapters.elsewhere.processes import Elsewhere, terminated, until

pytestmark = pytest.mark.integration

RQ_WORKER = ["manage.py", "rqworker", "--job-class", "django_tasks_rq.Job", "--with-scheduler", "default"]
QUEUE = "rq:queue:default"
ASK = """
import django
django.setup()
from tests.integration.notifications.world import ask
from tests.unit import examples
ask(examples.{name}, examples.REMOTE_PYTHON)
"""
WAKE = f"""
import django
django.setup()
from adapters import background
background.wake({TOIL!r})
"""


class Redis:
    """A server of this test's own."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def tell(self, *command: str) -> str:
        run = subprocess.run(
            ["redis-cli", "-s", str(self.socket), *command],  # noqa: S607 - wherever it is installed
            capture_output=True,
            text=True,
            check=False,
        )
        return run.stdout.strip()

    def tasks(self) -> int:
        return int(self.tell("LLEN", QUEUE))


@pytest.fixture
def redis() -> Iterator[Redis]:
    program = shutil.which("redis-server")
    if program is None:
        assert "CI" not in os.environ, "Debian has it in the package redis-server."
        pytest.skip("There is no redis-server here.")
    with tempfile.TemporaryDirectory(prefix="board-redis-") as folder:  # pytest's own has too long a path for a socket
        server = Redis(Path(folder) / "socket")
        command = [program, "--port", "0", "--unixsocket", str(server.socket), "--save", "", "--dir", folder]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            until(lambda: server.tell("PING") == "PONG")
            yield server
            process.terminate()


@pytest.fixture
def on_redis(elsewhere: Elsewhere, redis: Redis) -> Elsewhere:
    engine = {"TASKS_BACKEND": "django_tasks_rq.RQBackend", "REDIS_URL": redis.url}
    return replace(elsewhere, environment=elsewhere.environment | engine)


def run(board: Elsewhere, script: str) -> None:
    with board.running("-c", script) as process:
        assert process.wait() == 0, board.log()


def mails(board: Elsewhere) -> int:
    return len(list((board.folder / "mails").glob("*")))


def test_the_brokers_worker_brings_mails_on_their_way(on_redis: Elsewhere) -> None:
    with on_redis.running(*RQ_WORKER) as worker:
        run(on_redis, ASK.format(name="ANA"))
        until(lambda: mails(on_redis) == 1)
        assert terminated(worker) == 0


def test_no_message_is_lost_with_what_the_broker_held(on_redis: Elsewhere, redis: Redis) -> None:
    run(on_redis, ASK.format(name="ANA"))
    assert redis.tasks() > 0
    redis.tell("FLUSHALL")
    assert redis.tasks() == 0
    with on_redis.worker(), on_redis.running(*RQ_WORKER):
        until(lambda: mails(on_redis) == 1)


def test_the_periodic_run_puts_tasks_into_an_emptied_queue_again(on_redis: Elsewhere, redis: Redis) -> None:
    on_redis.give_work(250)
    on_redis.go_on()
    run(on_redis, WAKE)
    redis.tell("FLUSHALL")
    with on_redis.worker() as worker:
        until(redis.tasks)
        with on_redis.running(*RQ_WORKER):
            until(lambda: len(on_redis.lines("finished")) == 250)
    by_others = [line for line in on_redis.lines("finished") if line.process != worker.pid]
    assert len(by_others) > 100


def test_a_click_works_while_the_broker_is_away(on_redis: Elsewhere, redis: Redis) -> None:
    redis.tell("SHUTDOWN", "NOSAVE")
    until(lambda: redis.tell("PING") != "PONG")
    run(on_redis, ASK.format(name="ANA"))
    assert "No task for “dispatch events” could be put into the queue" in on_redis.log()
    with on_redis.worker():
        until(lambda: mails(on_redis) == 1)
