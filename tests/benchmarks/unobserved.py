"""The settings of the other measurements, without what notes requests: to measure what that takes."""

from config.settings.base import MIDDLEWARE as ALL
from tests.benchmarks.settings import *  # noqa: F403

MIDDLEWARE = [name for name in ALL if not name.startswith("adapters.observing.")]
