"""`manage.py generate_load`: fills an empty board with postings and followers, to measure how it bears them."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from typing import override

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from cms import load


class Command(BaseCommand):
    help = "Fill an empty database with made-up postings and followers, the same in every run. Nobody is told of them."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--postings", type=_number, default=10_000, metavar="N")
        parser.add_argument(
            "--followers", type=_number, default=1_000_000, metavar="N", help="Of all postings together."
        )

    @override
    def handle(self, *, postings: int, followers: int, **_: object) -> None:
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("Writing", total=postings + followers)
            try:
                load.generate(
                    postings=postings, followers=followers, progress=lambda written: bar.advance(task, written)
                )
            except load.NotEmpty as error:
                raise CommandError(str(error)) from error
        self.stdout.write(f"{postings:,} postings and {followers:,} followers.")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"“{text}” is no whole number from 1 on")
    return int(text)
