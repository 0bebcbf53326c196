"""Which tables of the board may have more rows the longer it runs, and why. All others have to stay as they are."""

from collections.abc import Mapping
from typing import Final

from tests.load.stage import Stage

FORGOTTEN: Final[Mapping[str, tuple[str, str]]] = {
    "notifications_delivery": ("notifications_notification", "created_at"),
    "notifications_deliveryattempt": ("notifications_notification", "created_at"),
    "adapters_touched": ("adapters_touched", "at"),
    "adapters_allowance": ("adapters_allowance", "used_until"),
    "django_tasks_database_dbtaskresult": ("django_tasks_database_dbtaskresult", "started_at"),
}
"""Those whose rows are forgotten when they are old enough, and the column that says how old."""
KEPT: Final[Mapping[str, str]] = {
    "adapters_dailycount": "one a day for each thing that is counted",
    "adapters_handling": "who has dealt with which event",
    "adapters_hourlycount": "one an hour for each thing that is counted; forgotten after 35 days",
    "adapters_outboxevent": "what happened: the history of postings, and what mails were written from",
    "adapters_subscriptionrecord": "so that links in old mails still answer; without the address",
    "django_session": "of editors; forgotten when they are over",
    "notifications_interestplan": "one for each subscription that is confirmed, as long as it is",
    "notifications_notification": "what was told, and how many were told it",
    "wagtailadmin_editingsession": "of editors; forgotten by Wagtail an hour later",
    "wagtailcore_modellogentry": "what editors did",
    "wagtailcore_pagelogentry": "what editors did",
    "wagtailcore_pagesubscription": "one for each editor and posting that they have worked on",
    "wagtailcore_revision": "every version of a posting",
}
"""Those that have what happened for good, or for longer than any soak lasts."""


def rows(board: Stage) -> dict[str, int]:
    """Of every table that there is."""
    names = [
        str(name) for (name,) in board.database.execute(b"SELECT relname FROM pg_stat_user_tables ORDER BY relname")
    ]
    return {name: board.ask(f'SELECT count(*) FROM "{name}"') for name in names}  # noqa: S608 - names of tables


def has_to_stay(table: str) -> bool:
    return table not in FORGOTTEN and table not in KEPT
