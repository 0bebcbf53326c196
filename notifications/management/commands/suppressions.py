"""`manage.py suppressions`: the addresses that get no mail."""

from argparse import ArgumentParser
from typing import override

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from adapters import clock
from jobs_domain.email_address import EmailAddress, InvalidEmailAddress
from notifications import suppression
from notifications.models import Suppression


class Command(BaseCommand):
    help = "Count the addresses that get no mail, by reason. Or look one up, add one, remove one."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--check", metavar="ADDRESS", help="Whether it is on the list, why and since when.")
        choice.add_argument("--add", metavar="ADDRESS", help="Send no more to it.")
        choice.add_argument("--remove", metavar="ADDRESS", help="Send to it again.")

    @override
    def handle(self, *, check: str | None, add: str | None, remove: str | None, **_: object) -> None:
        if check is not None:
            self._check(_address(check))
        elif add is not None:
            address = _address(add)
            suppression.suppress(address.key, Suppression.Reason.BY_HAND, "", clock.now())
            self._check(address)
        elif remove is not None:
            address = _address(remove)
            was_on_it = suppression.release(address.key)
            self.stdout.write(f"{address} was removed." if was_on_it else f"{address} was not on the list.")
        else:
            self._count()

    def _check(self, address: EmailAddress) -> None:
        entry = suppression.find(address.key)
        if entry is None:
            self.stdout.write(f"{address} is not on the list.")
            return
        why = Suppression.Reason(entry.reason)
        said = f" “{entry.detail}”" if entry.detail else ""
        self.stdout.write(f"{address} gets no mail since {entry.since:%Y-%m-%d %H:%M}: {why.label} ({why}).{said}")

    def _count(self) -> None:
        counted = Suppression.objects.values_list("reason").annotate(Count("pk"))
        counts = dict(counted.order_by())
        for reason in Suppression.Reason:
            self.stdout.write(f"{counts.get(reason, 0):>9,}  {reason:<10}  {reason.label}")


def _address(text: str) -> EmailAddress:
    try:
        return EmailAddress(text)
    except InvalidEmailAddress as error:
        raise CommandError(str(error)) from error
