"""For the tests: the same board with fast passwords and mails kept in memory."""

from config.settings.base import *  # noqa: F403
from config.settings.base import INSTALLED_APPS, ROOT, env
from config.settings.databases import database

DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
INSTALLED_APPS = [*INSTALLED_APPS, "config.demo.apps.DemoConfig"]
DATABASES = {"default": database(env.str("TEST_DATABASE_URL", default="sqlite://:memory:"))}
BOARD_URL = "http://testserver"
WAGTAILADMIN_BASE_URL = BOARD_URL
DEFAULT_FROM_EMAIL = "jobs@board.example.org"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = ROOT / "var" / "test-media"
WHITENOISE_AUTOREFRESH = True
SETTLING_TIME = 0
MINIMUM_FILL_TIME = 0
ONE_CLOCK = False
