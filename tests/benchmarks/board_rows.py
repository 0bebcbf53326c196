"""The floor, the tutorial's way, and ours."""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Final

from tests.benchmarks import clients, processes, sinks, throughput
from tests.benchmarks.bench import SLOW_CONNECTIONS, UNMARKED, Bench, short
from tests.benchmarks.clients import Client, Failed
from tests.benchmarks.databases import SQLITE, Database
from tests.benchmarks.report import Row
from tests.benchmarks.throughput import Run

MANY: Final = 100_000
FEW_PENDING: Final = 1_000
CLAIMS: Final = 9
WORKER: Final = ("-m", "tests.benchmarks.worker")
IDLE_SECONDS: Final = 1.0
IDLE_SHARE: Final = 0.1
"""A worker that uses less of a processor than this has nothing to do."""


def publishing(bench: Bench) -> None:
    for engine in bench.engines:
        env = clients.environment(engine.new("clicks").url)
        clients.stage("create", 0, MANY, env=env)
        clicks = clients.stage("publish", 0, MANY, env=env)
        none, many = (clients.number(clicks, str(followers)) for followers in (0, MANY))
        key = "publish_100k_over_0" + ("" if engine.name == SQLITE else "_postgresql")
        bench.report.ratios[key] = many / none
        note = f"{none * 1e3:.2f} ms at 0 followers, {many * 1e3:.2f} ms at {MANY:,}"
        bench.report.rows.append(Row(f"editor's publish, {engine.name}", {}, note))


def tutorial(bench: Bench) -> None:
    """On the first of the databases, which is SQLite, as in tutorials."""
    env = clients.environment(bench.engines[0].new("tutorial").url, bench.sink.port)
    clients.stage("create", 0, *bench.sizes.tutorial, env=env)
    seconds = clients.stage("tutorial", 0, *bench.sizes.tutorial, env=env)
    none = clients.number(seconds, "0")
    for followers in bench.sizes.tutorial:
        waited = clients.number(seconds, str(followers))
        bench.report.ratios[f"tutorial_{short(followers)}_over_0"] = waited / none
        figures = {"rate": followers / waited, "wall": waited / followers * 1e6}
        note = f"the editor waits {waited:,.1f} s"
        bench.report.rows.append(Row(f"the tutorial's way, {followers:,} followers", figures, note))


def sending(bench: Bench) -> None:
    """Floor and ours take turns, so that the machine's moods meet both."""
    messages = bench.sizes.messages
    prepared = {engine.name: engine.new("sending") for engine in bench.engines}
    for database in prepared.values():
        clients.stage("create", messages, env=clients.environment(database.url))
    floor: list[Run] = []
    boards: dict[tuple[str, int], list[Run]] = {
        (name, workers): [] for workers in bench.sizes.workers for name in prepared
    }
    for _ in range(bench.sizes.repeats):
        for (name, workers), runs in boards.items():
            if workers == 2 and runs:
                continue  # is only shown
            if workers == 1:
                floor.append(_floor(bench, bench.sink, messages, connections=1))
            runs.append(ours(bench.sink, prepared[name], messages, one_connection(name), workers=workers))
    at_floor = bench.report.add_runs("the floor, 1 connection", floor)
    for (name, workers), runs in boards.items():
        rate = throughput.median_rate(runs)
        words = "1 worker" if workers == 1 else f"{workers} workers"
        note = f"{_beside(runs, floor)}; ≤ {UNMARKED[name]} unmarked"
        bench.report.add_runs(f"ours, {name}, {words}, 1 connection each", runs, note)
        if workers == 1:
            bench.report.ratios[f"ours_over_floor_{name.lower()}"] = rate / at_floor


def slow_provider(bench: Bench) -> None:
    messages = bench.sizes.slow_messages
    floor: list[Run] = []
    boards: dict[str, list[Run]] = {engine.name: [] for engine in bench.engines}
    prepared = {engine.name: engine.new("slow") for engine in bench.engines}
    for database in prepared.values():
        clients.stage("create", messages, env=clients.environment(database.url))
    settings = {"MAIL_CONNECTIONS": str(SLOW_CONNECTIONS), "MAIL_UNMARKED": str(SLOW_CONNECTIONS)}
    with sinks.slow() as sink:
        for _ in range(bench.sizes.repeats):
            for name, runs in boards.items():
                floor.append(_floor(bench, sink, messages, connections=SLOW_CONNECTIONS))
                runs.append(ours(sink, prepared[name], messages, settings))
    at_floor = bench.report.add_runs(f"the floor, slow provider, {SLOW_CONNECTIONS} connections", floor)
    for name, runs in boards.items():
        rate = throughput.median_rate(runs)
        label = f"ours, {name}, 1 worker, slow provider, {SLOW_CONNECTIONS} connections"
        bench.report.add_runs(label, runs, _beside(runs, floor))
        key = "ours_over_floor_slow" + ("" if name == SQLITE else "_postgresql")
        bench.report.ratios[key] = rate / at_floor


def fan_out(bench: Bench) -> None:
    """And claiming: of few deliveries that are due, and then of very many."""
    many = bench.sizes.fan_out
    for engine in bench.engines:
        env = clients.environment(engine.new("fan_out").url)
        clients.stage("create", FEW_PENDING, many, env=env)
        clients.stage("announce", FEW_PENDING, env=env)
        few_claimed = clients.stage("claim", CLAIMS, env=env)
        announced = clients.stage("announce", many, env=env)
        many_claimed = clients.stage("claim", CLAIMS, env=env)

        name, ratios = engine.name.lower(), bench.report.ratios
        seconds, size = clients.number(announced, "fan_out"), clients.number(announced, "bytes_per_delivery")
        longest = clients.number(announced, "longest_transaction") * 1e3
        few, most = clients.number(few_claimed, "seconds"), clients.number(many_claimed, "seconds")
        ratios[f"fan_out_{short(many)}_seconds_{name}"] = seconds
        ratios[f"fan_out_longest_transaction_ms_{name}"] = longest
        ratios[f"bytes_per_delivery_{name}"] = size
        ratios[f"claim_{short(many)}_over_1k_{name}"] = most / few
        figures = {"rate": many / seconds, "wall": seconds / many * 1e6}
        note = f"longest transaction {longest:.0f} ms, {size:.0f} bytes each"
        bench.report.rows.append(Row(f"fan-out of {many:,}, {engine.name}", figures, note))
        note = f"{few * 1e3:.2f} ms at {FEW_PENDING:,} pending, {most * 1e3:.2f} ms at {many:,}"
        bench.report.rows.append(Row(f"claiming, {engine.name}", {}, note))


def end_to_end(bench: Bench) -> None:
    """From the editor's click to the last mail, by a worker that was idle before; its memory is looked at on the way."""
    few, many = bench.sizes.end_to_end
    for engine in bench.engines[: 1 if bench.report.is_quick else None]:
        database = engine.new("end_to_end")
        clients.stage("create", few, many, env=clients.environment(database.url))
        per_message = {followers: _whole_way(bench, engine.name, database, followers) for followers in (few, many)}
        key = f"end_to_end_{short(many)}_over_{short(few)}_{engine.name.lower()}"
        bench.report.ratios[key] = per_message[many] / per_message[few]


def _whole_way(bench: Bench, name: str, database: Database, followers: int) -> float:
    env = clients.environment(database.url, bench.sink.port, **one_connection(name))
    first = bench.sink.messages()
    with clients.started(clients.python(), *WORKER, env=env) as worker:
        _until_idle(worker)
        idle, cpu = processes.resident_mib(worker.pid), processes.cpu_seconds(worker.pid)
        began = time.perf_counter()
        clients.stage("click", followers, env=env)
        throughput.wait_until(bench.sink, [worker], first=first, messages=followers)
        seconds = time.perf_counter() - began
        grown = processes.peak_resident_mib(worker.pid) - idle
        cpu = processes.cpu_seconds(worker.pid) - cpu
    _check_ledger(database, followers, at_least=followers)
    bench.report.ratios[f"worker_memory_mib_{name.lower()}"] = grown
    figures = {"rate": followers / seconds, "wall": seconds / followers * 1e6, "client": cpu / followers * 1e6}
    note = f"worker: {idle:.0f} MiB idle, + {grown:.0f} MiB"
    bench.report.rows.append(Row(f"end to end, {followers:,} followers, {name}, 1 worker", figures, note))
    return seconds / followers


def _until_idle(worker: Client) -> None:
    before = 0.0
    while (now := processes.cpu_seconds(worker.pid)) - before > IDLE_SECONDS * IDLE_SHARE or not now:
        if worker.has_finished():
            raise Failed(f"The worker ended at once:\n{worker.last_words()}")
        before = now
        time.sleep(IDLE_SECONDS)


def _floor(bench: Bench, sink: sinks.Sink, messages: int, *, connections: int) -> Run:
    arguments = (str(sink.port), str(messages), str(connections), str(bench.mail))
    first = sink.messages()
    with clients.started(clients.python(), "-m", "tests.benchmarks.floor", *arguments, env=clients.plain()) as floor:
        return throughput.watch(sink, [floor], first=first, messages=messages)


def one_connection(name: str) -> dict[str, str]:
    """The board's settings on the database of this name."""
    return {"MAIL_CONNECTIONS": "1", "MAIL_UNMARKED": str(UNMARKED[name])}


def ours(sink: sinks.Sink, database: Database, messages: int, settings: Mapping[str, str], *, workers: int = 1) -> Run:
    """A new change of the same posting: everything is ready to be sent when the workers start."""
    env = clients.environment(database.url, sink.port, **settings)
    before = clients.number(clients.stage("announce", messages, env=env), "sent_before")
    first = sink.messages()
    with ExitStack() as stack:
        started = [stack.enter_context(clients.started(clients.python(), *WORKER, env=env)) for _ in range(workers)]
        run = throughput.watch(sink, started, first=first, messages=messages, database=database.server)
    _check_ledger(database, messages, at_least=before + messages)
    return run


def _beside(runs: Sequence[Run], floor: Sequence[Run]) -> str:
    rate = throughput.median_rate(runs) / throughput.median_rate(floor)
    cpu = throughput.micros(runs, "client") / throughput.micros(floor, "client")
    return f"{rate:.2f} of the floor's rate, {cpu:.2f} of its client CPU"


def _check_ledger(database: Database, followers: int, *, at_least: float) -> None:
    sent = clients.number(clients.stage("sent", followers, env=clients.environment(database.url)), "sent")
    if sent < at_least:
        raise Failed(f"The ledger holds {sent:,.0f} mails for sent, not {at_least:,.0f}.")
