"""The settings of the tests, for a process of its own; mails become files."""

import os

from config.settings.test import *  # noqa: F403
from config.settings.test import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.integration.adapters.elsewhere.apps.ElsewhereConfig"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = os.path.join(os.environ["ELSEWHERE"], "mails")  # noqa: PTH118 - Django wants a text
