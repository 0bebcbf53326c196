"""`manage.py translations`: brings the catalogue of German texts up to date with the sources."""

from argparse import ArgumentParser
from typing import override

from django.core.management.base import BaseCommand, CommandError

from config import translations


class Command(BaseCommand):
    help = "Collect all texts of the sources into the catalogue of German texts, and compile it."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; fail unless all is translated.")

    @override
    def handle(self, *, check: bool, **_: object) -> None:
        if not check:
            translations.renew()
        found = list(translations.problems())
        if found and check:
            raise CommandError("\n".join(found) + "\nRenew the catalogue: manage.py translations")
        self.stdout.write("\n".join(found) or "All is translated.")
