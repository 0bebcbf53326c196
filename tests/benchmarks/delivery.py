"""`python -m tests.benchmarks delivery`: from an editor's click to the mail server, beside a floor and beside others."""

import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.benchmarks import board_rows, clients, databases, machine, peer_rows, sinks
from tests.benchmarks.bench import FULL, QUICK, Bench
from tests.benchmarks.clients import Failed
from tests.benchmarks.report import Report
from tests.benchmarks.sinks import MissingProgram

GROUPS: Final[Mapping[str, Callable[[Bench], None]]] = {
    "publishing": board_rows.publishing,
    "tutorial": board_rows.tutorial,
    "sending": board_rows.sending,
    "peers": peer_rows.peers,
    "slow": board_rows.slow_provider,
    "fan_out": board_rows.fan_out,
    "end_to_end": board_rows.end_to_end,
}


def main(options: Namespace) -> int:
    try:
        sinks.smtp_sink()
    except MissingProgram as missing:
        print(missing, file=sys.stderr)
        return 1
    report, all_measured = _measure(options.only or list(GROUPS), is_quick=options.quick)
    print(report.as_markdown())
    if options.json is not None:
        options.json.write_text(report.as_json())
    if options.docs:
        report.write_into_docs()
    return 0 if all_measured else 1


def _measure(groups: list[str], *, is_quick: bool) -> tuple[Report, bool]:
    failures = 0
    with ExitStack() as stack:
        engines = [stack.enter_context(databases.sqlite()), stack.enter_context(databases.postgres())]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="board-mail-")))
        mail, sink = folder / "mail", stack.enter_context(sinks.fast())
        clients.stage("letter", str(mail), env=clients.environment(engines[0].new("letter").url))
        about = machine.description({engine.name: engine.description for engine in engines})
        report = Report(about | {"mail": f"{mail.stat().st_size:,} bytes"}, is_quick)
        bench = Bench(QUICK if is_quick else FULL, report, engines, sink, mail)
        if is_quick:
            report.left_out.append(
                "the rows of a million followers, of two workers, and end to end on PostgreSQL: this was a quick run"
            )
        for name in (name for name in GROUPS if name in groups):
            began = time.monotonic()
            try:
                GROUPS[name](bench)
            except (Failed, MissingProgram) as reason:
                failures += isinstance(reason, Failed)
                report.left_out.append(f"{name}: {reason}")
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
        report.left_out += [f"{name}: not asked for" for name in GROUPS if name not in groups]
    return report, not failures
