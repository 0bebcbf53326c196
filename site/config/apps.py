"""The project as a Django app: it holds what belongs to the whole board."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "config"
    verbose_name = "Board"
