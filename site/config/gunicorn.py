"""For `gunicorn --config python:config.gunicorn config.wsgi`: what the board needs of gunicorn. All else is for the command line to say."""

import os
import shutil
import tempfile
from functools import partial

from adapters.observing.logs import Format, formatter

# the processes of one server add up their counts in a folder that ends with it
_folder = tempfile.mkdtemp(prefix="board-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _folder

_kind: Format = "line" if os.environ.get("LOG_FORMAT") == "line" else "json"

accesslog = None
"""Gunicorn would write paths, with the tokens that are in them. The board writes lines of its own (`LOG_REQUESTS`)."""
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"generic": {"()": partial(formatter, _kind)}},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["error_console"], "propagate": False}},
}
"""What it says itself looks like the board's own lines, and is masked like them."""


def on_exit(_server: object) -> None:
    shutil.rmtree(_folder, ignore_errors=True)
