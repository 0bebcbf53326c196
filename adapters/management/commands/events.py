"""`manage.py events`: the catalogue of events, and those that a listener could not handle."""

from argparse import ArgumentParser
from pathlib import Path
from typing import override

from django.core.management.base import BaseCommand, CommandError

from adapters import catalogue, outbox
from adapters.models import Handling


class Command(BaseCommand):
    help = "Print the catalogue of events. With --failed, list what was given up; with --retry, try it again."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--check", metavar="FILE", type=Path, help="Fail unless FILE is the catalogue as of now.")
        choice.add_argument("--failed", action="store_true", help="List the events that a listener failed on for good.")
        choice.add_argument("--retry", action="store_true", help="Have the worker try all of these again.")

    @override
    def handle(self, *, check: Path | None, failed: bool, retry: bool, **_: object) -> None:
        if check is not None:
            self._check(check)
        elif failed:
            self._failed()
        elif retry:
            self.stdout.write(f"{outbox.retry_dead()} will be tried again by the worker.")
        else:
            self.stdout.write(catalogue.render(), ending="")

    def _check(self, path: Path) -> None:
        if not path.exists():
            raise CommandError(f"{path} does not exist. Make it: manage.py events > {path}")
        if path.read_text() != catalogue.render():
            raise CommandError(f"{path} is stale. Renew it: manage.py events > {path}")

    def _failed(self) -> None:
        dead = (
            Handling.objects.filter(state=Handling.State.DEAD).select_related("event").order_by("event_id", "handler")
        )
        for handling in dead:
            event = handling.event
            self.stdout.write(
                f"{event.occurred_at:%Y-%m-%d %H:%M:%S%z}  {event.name} {event.event_id}  {handling.handler}  "
                f"{handling.attempts} attempts  {handling.last_error}"
            )
        if not dead:
            self.stdout.write("No event was given up.")
