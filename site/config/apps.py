"""The project as a Django app: it holds what belongs to the whole board."""

from typing import override

from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "config"
    verbose_name = "Board"

    @override
    def ready(self) -> None:
        from config import checks

        checks.register_all()
