"""`manage.py blocked_domains`: the domains that the board writes to nobody at."""

from argparse import ArgumentParser
from typing import override

from django.core.management.base import BaseCommand, CommandError

from adapters import blocking
from adapters.models import BlockedDomain
from jobs_domain.email_address import InvalidEmailAddress, ascii_domain


class Command(BaseCommand):
    help = "List the domains that the board writes to nobody at. Or look one up, block some, unblock some."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--check", metavar="DOMAIN", help="Whether it is blocked, by itself or by one above it.")
        choice.add_argument("--add", metavar="DOMAIN", nargs="+", help="Write to nobody there, nor below it.")
        choice.add_argument("--remove", metavar="DOMAIN", nargs="+", help="Write to people there again.")
        parser.add_argument("--note", default="", help="With --add: why, for others who run the board.")

    @override
    def handle(
        self, *, check: str | None, add: list[str] | None, remove: list[str] | None, note: str, **_: object
    ) -> None:
        if check is not None:
            domain = _domain(check)
            above = ", ".join(sorted(blocking.blocked_above(domain)))
            self.stdout.write(f"{domain} is blocked: {above}" if above else f"{domain} is not blocked.")
        for domain in [_domain(text) for text in add or ()]:
            is_new = blocking.block(domain, note)
            self.stdout.write(f"{domain} is blocked." if is_new else f"{domain} was blocked already.")
        for domain in [_domain(text) for text in remove or ()]:
            was_blocked = blocking.release(domain)
            self.stdout.write(f"{domain} is no longer blocked." if was_blocked else f"{domain} was not blocked.")
        if check is None and add is None and remove is None:
            for blocked in BlockedDomain.objects.all():
                said = f"  {blocked.note}" if blocked.note else ""
                self.stdout.write(f"{blocked.blocked_at:%Y-%m-%d}  {blocked.domain}{said}")


def _domain(text: str) -> str:
    try:
        return ascii_domain(text)
    except InvalidEmailAddress as error:
        raise CommandError(f"{text}: {error}") from error
