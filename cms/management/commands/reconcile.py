"""`manage.py reconcile`: looks for changes that nobody was told of."""

from __future__ import annotations

from typing import override

from django.core.management.base import BaseCommand

from cms.reconcile import reconcile


class Command(BaseCommand):
    help = "Compare every posting with its record and tell what has changed. The worker does this by itself every ten minutes."

    @override
    def handle(self, *_: object, **__: object) -> None:
        changed = reconcile()
        self.stdout.write(
            f"{changed} posting{'' if changed == 1 else 's'} had changed." if changed else "All is known."
        )
