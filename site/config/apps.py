"""The project as a Django app: it holds what belongs to the whole board."""

from typing import override

from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "config"
    verbose_name = "Board"

    @override
    def ready(self) -> None:
        from adapters.observing import exposition
        from config import checks
        from config.backups import noted

        checks.register_all()
        exposition.register("backups", noted.metrics)
