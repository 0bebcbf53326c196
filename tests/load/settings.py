"""Production's settings, with static files that nobody has collected."""

from config.settings.production import *  # noqa: F403
from config.settings.production import STORAGES

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
