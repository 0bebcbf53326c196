"""For one developer's machine, and for the demo. Never for the internet: the key is public and errors show their source."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATA_DIR, INSTALLED_APPS, at_least, env

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = "only-for-development-this-key-is-public"  # noqa: S105
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
SETTLING_TIME = env.int("SETTLING_TIME", default=5, validate=at_least(0))
MINIMUM_FILL_TIME = env.float("MINIMUM_FILL_TIME", default=0, validate=at_least(0))
INSTALLED_APPS = [*INSTALLED_APPS, "config.demo.apps.DemoConfig"]

DATA_DIR.mkdir(parents=True, exist_ok=True)
