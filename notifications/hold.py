"""A board that was restored from a backup sends nothing until an operator says so: what was sent after the backup is not marked in it.

The hold is a pause of every lane that does not end by itself. A backup has it already (`config.backup`), so that whoever restores one
cannot forget it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from adapters import background, clock
from notifications.announcing import SEND
from notifications.models import Lane, LanePause

HELD: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""Until when a lane is paused that is held."""
WHY: Final = "The database was restored from a backup, or an operator wished so."
_UNTIL: Final = LanePause._meta.get_field("until")


def begin() -> None:
    """Nothing is sent from now on, but for what workers have in hand."""
    now = clock.now()
    for lane in Lane:
        LanePause.objects.update_or_create(pk=lane, defaults={"since": now, "until": HELD, "times": 0, "answer": WHY})


def end() -> bool:
    """Whether there was one."""
    ended, _ = LanePause.objects.filter(until=HELD).delete()
    if ended:
        background.wake(SEND)
    return bool(ended)


def is_on() -> bool:
    return LanePause.objects.filter(until=HELD).exists()


def since() -> datetime | None:
    """`None` if nothing is held."""
    return LanePause.objects.filter(until=HELD).order_by("since").values_list("since", flat=True).first()


def other_pauses() -> QuerySet[LanePause]:
    """Those that the mail server is the reason of."""
    return LanePause.objects.exclude(until=HELD)


def question() -> str:
    """As SQL: whether such a copy, or what was made of one, holds sending. It is an error where there is no board."""
    until = _UNTIL.get_db_prep_value(HELD, connection)
    return f"SELECT count(*) > 0 FROM {LanePause._meta.db_table} WHERE until = '{until}'"  # noqa: S608 - ours, too


def statements(schema: str = "") -> Iterator[str]:
    """The same as `begin`, as SQL for a copy of the database, of the same kind, that is not open to Django."""
    table = f"{schema}.{LanePause._meta.db_table}" if schema else LanePause._meta.db_table
    since, until = (_UNTIL.get_db_prep_value(instant, connection) for instant in (clock.now(), HELD))
    yield f"DELETE FROM {table}"  # noqa: S608 - a table of ours
    for lane in Lane:
        values = f"{lane.value}, '{since}', '{until}', 0, '{WHY}'"
        yield f"INSERT INTO {table} (lane, since, until, times, answer) VALUES ({values})"  # noqa: S608 - ours, too
