"""The settings of the tests for a board that really sends, and keeps its uploads in `DATA_DIR`, as real ones do."""

from config.settings.base import DATA_DIR as DATA_DIR
from config.settings.test import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
MEDIA_ROOT = DATA_DIR / "media"
