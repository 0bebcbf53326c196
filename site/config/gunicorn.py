"""For `gunicorn --config python:config.gunicorn config.wsgi`: what the board needs of gunicorn. All else is for the command line to say.

Part of the board is read here, once, and by no worker after: a new program and new settings take a new gunicorn, and SIGHUP is not enough.
"""

import os
import shutil
import tempfile
from typing import Final, override

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # gunicorn has neither types nor stubs

from adapters.observing.logs import Format, formatter

# the processes of one server add up their counts in a folder that ends with it
_folder = tempfile.mkdtemp(prefix="board-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _folder

KIND: Final[Format] = "line" if os.environ.get("LOG_FORMAT") == "line" else "json"

control_socket_disable = True
"""Nobody talks to it, and the folder that it would be in need not be there."""
accesslog = None
"""Gunicorn would write paths, with the tokens that are in them. The board writes lines of its own (`LOG_REQUESTS`)."""


class BoardLogger(Logger):  # type: ignore[misc]  # gunicorn has neither types nor stubs
    """What gunicorn says itself looks like the board's own lines, and is masked like them.

    Not by `logconfig_dict`: with that gunicorn gathers all that an access log would say, for each request, whether there is one or not.
    """

    @override
    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter(KIND))


logger_class = BoardLogger


def on_exit(_server: object) -> None:
    shutil.rmtree(_folder, ignore_errors=True)
