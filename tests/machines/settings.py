"""Those of the load tests, and a job that only counts how often it runs."""

from tests.load.settings import *  # noqa: F403
from tests.load.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.machines.apps.CountingConfig"]
