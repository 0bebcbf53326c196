"""When the last backup was made, and whether the one after it failed: for `/readyz`, the metrics and their alerts.

It stands among the jobs, although no worker runs it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.db import Error
from prometheus_client import Metric

from adapters import clock
from adapters.models import JobRun
from adapters.observing.standing import gauge

logger = logging.getLogger(__name__)

NAME: Final = "backup"
EVERY: Final = timedelta(days=1)


@contextmanager
def noted() -> Iterator[None]:
    """Note how what is done in the block ends, if the database can be written to."""
    began = clock.now()
    try:
        yield
    except Exception as error:
        _note(last_error=f"{type(error).__name__}: {error}")
        raise
    seconds = (clock.now() - began).total_seconds()
    _note(last_error="", last_started_at=began, last_seconds=seconds, due_at=began + EVERY)


def metrics() -> Iterator[Metric]:
    """Nothing before the first backup: whoever backs up in another way has no age of it here."""
    made = JobRun.objects.filter(pk=NAME, last_started_at__isnull=False).values_list("last_started_at", flat=True)
    ages = (((), max(0.0, (clock.now() - at).total_seconds())) for at in made if at is not None)
    yield gauge("board_backup_age_seconds", "How old the last backup is.", "", ages)


def _note(**found: object) -> None:
    try:
        JobRun.objects.update_or_create(pk=NAME, defaults=found, create_defaults={"due_at": clock.now(), **found})
    except Error:
        logger.warning("How the backup ended could not be noted", exc_info=True)
