"""The production settings, and one view more that says nothing."""

from config.settings.production import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.urls"
