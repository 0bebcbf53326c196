"""The settings of the tests, for processes that really send what they have to tell."""

from config.settings.base import EMAIL_HOST as EMAIL_HOST
from config.settings.test import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
ROOT_URLCONF = "tests.chaos.urls"
