"""`manage.py demo_content`: fills an empty board for the demo."""

from typing import override

from django.core.management.base import BaseCommand

from config.demo import content


class Command(BaseCommand):
    help = "Accounts, companies, postings and followers for the demo. Does nothing if they exist."

    @override
    def handle(self, **_: object) -> None:
        content.load()
