"""Who runs where: the servers (sink, database, broker) on one processor, every client process on another, in every row."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

AVAILABLE: Final = sorted(os.sched_getaffinity(0))
SERVERS: Final = AVAILABLE[0]
CLIENTS: Final = AVAILABLE[-1]


@contextmanager
def pinned(cpu: int) -> Iterator[None]:
    """Processes that are started in the block stay on the processor; so do their children."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
