"""`manage.py rebuild_search`: writes the words by which postings are found anew."""

from __future__ import annotations

from typing import override

from django.core.management.base import BaseCommand

from cms.finding.texts import rebuild


class Command(BaseCommand):
    help = "Write the words by which visitors find postings anew. Only needed if the database was changed by hand."

    @override
    def handle(self, *_: object, **__: object) -> None:
        number = rebuild()
        self.stdout.write(f"{number} posting{'' if number == 1 else 's'} can be found.")
