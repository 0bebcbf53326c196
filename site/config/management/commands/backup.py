"""`manage.py backup`: the database and the uploads, into a new folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import override

from django.core.management.base import BaseCommand, CommandError

from config import backups


class Command(BaseCommand):
    help = "Write the database and the uploads into a new folder, while the board runs."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="It is made, and appears when the backup is whole.")

    @override
    def handle(self, *, folder: Path, **_: object) -> None:
        try:
            files = backups.make(folder)
        except backups.CannotBackUp as error:
            raise CommandError(str(error)) from error
        for file in files:
            self.stdout.write(f"{file}  {file.stat().st_size:,} bytes")
