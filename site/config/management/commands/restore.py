"""`manage.py restore`: a board from a backup, which sends nothing until it is told to."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Final, override

from django.core.management.base import BaseCommand, CommandError

from config import backups

NEXT: Final = """The board is restored, and sends nothing yet: what was sent after the backup is not marked in it. Next:
  manage.py migrate                       if the program is newer than the backup
  manage.py worker --once                 prepares what is due, and sends nothing
  manage.py deliveries --already-sent LOG marks what the mail server has taken already
  manage.py deliveries --release          lets the rest go
"""


class Command(BaseCommand):
    help = "Fill an empty database, and an empty folder of uploads, from a backup. Nothing is sent until `deliveries --release`."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="As `manage.py backup` made it.")
        parser.add_argument(
            "--without-uploads",
            action="store_true",
            help="Restore the database alone, and leave what editors have uploaded.",
        )

    @override
    def handle(self, *, folder: Path, without_uploads: bool, **_: object) -> None:
        try:
            backups.restore(folder, with_uploads=not without_uploads)
        except backups.CannotBackUp as error:
            raise CommandError(str(error)) from error
        self.stdout.write(NEXT)
