"""`manage.py deliveries`: how far the sending is, what failed, and another try for that."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime
from typing import Final, override

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from adapters import clock
from notifications import hold as holding
from notifications import retrying, taken_before
from notifications.models import WhyNot
from notifications.status import LaneStatus, Status, is_anything_due, pulse, status

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at a running send …"""
SHARE: Final = 0.1
"""… or longer, so that looking takes no more of the database's time than this share."""
LINE_EVERY: Final = 10.0
"""Seconds between two lines where there is no terminal to draw a bar on."""


class Command(BaseCommand):
    help = "Show what waits, what was sent and what failed. Follow a running send, or give what failed another try."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--json", dest="as_json", action="store_true", help="The same for programs.")
        choice.add_argument(
            "--watch", action="store_true", help="Follow the sending until nothing is due. Ctrl-C ends it."
        )
        choice.add_argument("--retry-failed", action="store_true", help="Have the worker send again what failed.")
        choice.add_argument("--hold", action="store_true", help="Send nothing more until --release.")
        choice.add_argument("--release", action="store_true", help="Send again what is held.")
        choice.add_argument(
            "--already-sent",
            nargs="+",
            metavar="LOG",
            help="After a restore: mark as sent what the mail server's logs (or .gz, or - for standard input) say was taken.",
        )
        parser.add_argument(
            "--reason", choices=[why.value for why in retrying.REASONS], help="Only what failed for this."
        )

    @override
    def handle(self, *, as_json: bool, watch: bool, retry_failed: bool, reason: str | None, **others: object) -> None:
        if reason is not None and not retry_failed:
            raise CommandError("--reason goes with --retry-failed.")
        if retry_failed:
            self._retry(retrying.REASONS if reason is None else (WhyNot(reason),))
        elif others["hold"]:
            holding.begin()
            self.stdout.write("Nothing is sent until --release.")
        elif others["release"]:
            self.stdout.write("Held no longer: the worker sends." if holding.end() else "Nothing was held.")
        elif isinstance(logs := others["already_sent"], list):
            self._mark(logs)
        elif watch:
            self._watch()
        elif as_json:
            self.stdout.write(_as_json(status()))
        else:
            self._show(status())

    def _retry(self, reasons: tuple[WhyNot, ...]) -> None:
        had_pauses = holding.other_pauses().exists()
        retried = retrying.retry_failed(reasons)
        if had_pauses:
            self.stdout.write("The pauses are over: the worker asks the mail server again now.")
        self.stdout.write(f"{retried.again:,} will be tried again by the worker.")
        if retried.suppressed:
            self.stdout.write(f"{retried.suppressed:,} stay as they are: their addresses are suppressed.")
        if retried.unknown:
            self.stdout.write(f"{retried.unknown:,} stay as they are: their addresses are no longer known.")

    def _mark(self, logs: list[str]) -> None:
        try:
            marked = taken_before.mark(taken_before.in_logs(logs))
        except (taken_before.NotReady, taken_before.NotOurs, OSError) as error:
            raise CommandError(str(error)) from error
        found = f"{marked.in_logs:,} messages of this board in the logs"
        self.stdout.write(f"{found}; {marked.now:,} of them waited and are marked as sent now.")

    def _show(self, now: Status) -> None:
        self.stdout.write(f"{'lane':<14}{'waiting':>12}{'sent':>12}{'failed':>12}{'skipped':>12}  oldest waiting since")
        for lane in now["lanes"]:
            failed, skipped = sum(lane["failed"].values()), sum(lane["skipped"].values())
            counts = f"{lane['lane']:<14}{lane['waiting']:>12,}{lane['sent']:>12,}{failed:>12,}{skipped:>12,}"
            self.stdout.write(f"{counts}  {_instant(lane['oldest_waiting_since'])}".rstrip())
        for lane in now["lanes"]:
            self._show_reasons(lane)
        if now["to_fan_out"]:
            self.stdout.write(f"{now['to_fan_out']:,} notifications have not reached all their followers' queues yet.")
        self._show_held(now)
        for lane in now["lanes"]:
            if (pause := lane["paused"]) is None:
                continue
            if pause["until"] == holding.HELD:
                self.stdout.write(
                    f"{lane['lane']}: held since {_instant(pause['since'])} until --release. {pause['answer']}"
                )
            else:
                self.stdout.write(
                    f"{lane['lane']}: the mail server takes nothing since {_instant(pause['since'])} (refused {pause['times']}×), "
                    f"asked again at {_instant(pause['until'])}: {pause['answer']}"
                )
        if now["failures_by_domain"]:
            self.stdout.write("Failed, by recipients' domain:")
        for row in now["failures_by_domain"]:
            self.stdout.write(f"{row['failed']:>12,}  {row['domain'] or '(address no longer known)'}")

    def _show_reasons(self, lane: LaneStatus) -> None:
        for name, counts in (("failed", lane["failed"]), ("skipped", lane["skipped"])):
            for reason, count in counts.items():
                self.stdout.write(f"{lane['lane']}, {name}: {count:,} {reason} ({WhyNot(reason).label})")

    def _show_held(self, now: Status) -> None:
        for batch in now["held"]:
            is_over = batch["lease_until"] < now["at"]
            lease = "its worker is gone, another takes it over" if is_over else "being sent"
            self.stdout.write(f"{batch['lane']}, notification {batch['notification']}: {lease}")

    def _watch(self) -> None:
        watch = _Watch(clock.now())
        try:
            if self.stdout.isatty():
                _draw(watch)
            else:
                self._print(watch)
        except KeyboardInterrupt:
            pass
        self.stdout.write(watch.line())

    def _print(self, watch: "_Watch") -> None:
        next_line = time.monotonic()
        while watch.look():
            if time.monotonic() >= next_line:
                self.stdout.write(watch.line())
                self.stdout.flush()
                next_line += LINE_EVERY
            pause(watch.rest)


class _Watch:
    """What was sent since the watch began, and what is left. `rest` is how many seconds to wait before the next look."""

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._began = time.monotonic()
        self.sent = self.total = 0
        self.rest = LOOK_EVERY

    def look(self) -> bool:
        """Whether there is anything due."""
        began = time.monotonic()
        goes_on = is_anything_due()
        seen = pulse(self._since)
        self.sent = seen["sent"]
        self.total = seen["sent"] + seen["waiting"]
        self.rest = max(LOOK_EVERY, (time.monotonic() - began) / SHARE)
        return goes_on

    @property
    def rate(self) -> float:
        """Messages a second, since the watch began."""
        return self.sent / max(time.monotonic() - self._began, 0.001)

    def line(self) -> str:
        return f"{clock.now():%H:%M:%S}  {self.sent:,} of {self.total:,} sent, {self.rate:,.1f} a second"


def pause(seconds: float) -> None:
    time.sleep(seconds)


def _draw(watch: _Watch) -> None:
    columns = (
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(), transient=True) as progress:
        bar = progress.add_task("Sending", total=None, rate="")
        while watch.look():
            progress.update(bar, completed=watch.sent, total=watch.total, rate=f"{watch.rate:,.0f}/s")
            pause(watch.rest)


def _instant(at: datetime | None) -> str:
    return "" if at is None else f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S %Z}"


def _as_json(now: Status) -> str:
    return json.dumps(now, indent=2, default=_plain)


def _plain(value: object) -> str | dict[object, object]:
    """What JSON does not know: instants become ISO 8601."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not for JSON")
