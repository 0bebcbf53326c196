"""`manage.py reset_second_factor USERNAME`: for the operator, when nobody else can let somebody in."""

from argparse import ArgumentParser
from typing import override

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from cms.signin.views import reset


class Command(BaseCommand):
    help = "Take away all passkeys, codes and recovery codes of somebody, who then signs in with the password alone."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    @override
    def handle(self, *, username: str, **_: object) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"There is no account of the name {username}.")
        if reset(person):
            self.stdout.write(f"{username} signs in with the password alone now.")
        else:
            self.stdout.write(f"{username} has no second factor.")
