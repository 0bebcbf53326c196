"""django-post_office, Celery and dramatiq, each as kindly as can be: their queues are full before the clock starts."""

import statistics
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.benchmarks import board_rows, brokers, clients, sinks, throughput
from tests.benchmarks.bench import Bench
from tests.benchmarks.databases import POSTGRESQL
from tests.benchmarks.throughput import Run

PROBE: Final = "from importlib.util import find_spec; raise SystemExit(not all(map(find_spec, ('celery', 'dramatiq', 'post_office'))))"
INSTALL: Final = "UV_PROJECT_ENVIRONMENT=.venv-peers uv sync --frozen --no-default-groups --group peers"
CELERY: Final = (
    *("-m", "celery", "-A", "tests.benchmarks.peers.celery_tasks", "worker", "--loglevel", "WARNING"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat", "--pool", "threads", "--concurrency", "8"),
)
DRAMATIQ: Final = ("-m", "dramatiq", "tests.benchmarks.peers.dramatiq_tasks", "--processes", "1", "--threads", "8")
POST_OFFICE: Final = ("manage.py", "send_queued_mail")
POST_OFFICE_SETTINGS: Final = "tests.benchmarks.peers.settings"


@dataclass(slots=True)
class Peer:
    """`queue` is its name in `peers.queues`; `queueing` are the seconds that it took each time to fill it."""

    queue: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    messages: int
    server: int = 0
    runs: list[Run] = field(default_factory=list)
    queueing: list[float] = field(default_factory=list)

    @property
    def queueing_each(self) -> float:
        return statistics.median(self.queueing) / self.messages


def peers(bench: Bench) -> None:
    """They take turns with ours on PostgreSQL."""
    check_installed()
    engine = next(engine for engine in bench.engines if engine.name == POSTGRESQL)
    board, queue = engine.new("beside_peers"), engine.new("post_office")
    clients.stage("create", bench.sizes.messages, env=clients.environment(board.url))
    ours: list[Run] = []
    with brokers.redis() as broker:
        tasks = clients.environment("sqlite://:memory:", bench.sink.port, BROKER_URL=broker)
        mails = clients.environment(queue.url, bench.sink.port, DJANGO_SETTINGS_MODULE=POST_OFFICE_SETTINGS)
        post_office = Peer("post_office", POST_OFFICE, mails, bench.sizes.post_office, queue.server)
        celery = Peer("celery", CELERY, tasks, bench.sizes.tasks)
        dramatiq = Peer("dramatiq", DRAMATIQ, tasks, bench.sizes.tasks)
        for _ in range(bench.sizes.peer_repeats):
            _run(bench, post_office)
            settings = board_rows.one_connection(POSTGRESQL)
            ours.append(board_rows.ours(bench.sink, board, bench.sizes.messages, settings))
            _run(bench, celery)
            _run(bench, dramatiq)
    rate = bench.report.add_runs("ours, PostgreSQL, 1 worker, 1 connection, in turns with the peers", ours)
    note = f"rendering and queueing not included: {post_office.queueing_each * 1e6:,.0f} µs each"
    ready = bench.report.add_runs("django-post_office, PostgreSQL, its defaults, mails ready", post_office.runs, note)
    bench.report.ratios["ours_over_post_office"] = rate / ready
    bench.report.ratios["ours_over_post_office_with_rendering"] = rate * (post_office.queueing_each + 1 / ready)
    best = max(_report_tasks(bench, peer) for peer in (celery, dramatiq))
    bench.report.ratios["ours_over_best_peer"] = rate / best


def _report_tasks(bench: Bench, peer: Peer) -> float:
    note = f"8 threads with a connection each; queueing not included: {peer.queueing_each * 1e6:,.0f} µs each"
    return bench.report.add_runs(f"{peer.queue}, one task per message", peer.runs, note)


def _run(bench: Bench, peer: Peer) -> None:
    filled = clients.run("tests.benchmarks.peers.queues", peer.queue, peer.messages, env=peer.env, peers=True)
    peer.queueing.append(clients.number(filled, "seconds"))
    first = bench.sink.messages()
    with clients.started(clients.python(peers=True), *peer.command, env=peer.env) as worker:
        peer.runs.append(
            throughput.watch(bench.sink, [worker], first=first, messages=peer.messages, database=peer.server)
        )


def check_installed() -> None:
    """Raises `MissingProgram`."""
    probe = [clients.python(peers=True), "-c", PROBE]
    if not clients.PEERS.exists() or subprocess.run(probe, capture_output=True, check=False).returncode:
        raise sinks.MissingProgram(f"The peers are not installed. They have an environment of their own: {INSTALL}")
